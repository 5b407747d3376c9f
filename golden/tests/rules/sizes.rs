//! Sizes, wraps, bases and upper bits through the registers (Q1 to Q13).

use smmuq_golden::{Decision, Loss, Parameters, Register, Smmu};

use crate::fixture::*;

/// Q3, Q8: from the last entry over the wrap to the first, at every size.
#[test]
fn a_queue_wraps_at_every_size() {
    for log2size in 0..=19 {
        let entries = 1u32 << log2size;
        // Empty, at the last entry of the first lap.
        let mut smmu = enabled(log2size, entries - 1, entries - 1);
        assert_eq!(offer(&mut smmu, 1), recorded(u64::from(entries) - 1));
        okay(&mut smmu);
        assert_eq!(read(&smmu, Register::EventqProd), entries);
        write(&mut smmu, Register::EventqCons, entries);
        assert_eq!(offer(&mut smmu, 2), recorded(0));
        okay(&mut smmu);
        // One past the wrap; with one entry that is the first lap again.
        let wr = if log2size == 0 { 0 } else { entries + 1 };
        assert_eq!(read(&smmu, Register::EventqProd), wr);
    }
}

/// Q12: WR goes back to 0 after the last entry of the second lap.
#[test]
fn wr_wraps_to_the_size_in_use_and_ovflg_stays() {
    let mut smmu = enabled(2, 0x8000_0007, 0x8000_0007);
    assert_eq!(offer(&mut smmu, 1), recorded(3));
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0000);
}

/// Q1: all 2^n entries are usable, also where one record more than that is offered.
#[test]
fn capacity_is_the_size() {
    for (log2size, entries) in [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16)] {
        let mut smmu = enabled(log2size, 0, 0);
        for number in 0..entries {
            assert_eq!(offer(&mut smmu, number), recorded(number));
            okay(&mut smmu);
        }
        assert_eq!(read(&smmu, Register::EventqProd), entries as u32);
        assert_eq!(offer(&mut smmu, 99), Decision::Dropped(Loss::Full { toggled: true }));
        let contents: Vec<_> = (0..entries).map(|n| (BASE + 32 * n, Some(record(n)))).collect();
        assert_eq!(smmu.entries(), contents);
    }
}

/// Q10: each record toggles the wrap flag in bit 0.
#[test]
fn a_queue_of_one_entry() {
    let mut smmu = enabled(0, 0, 0);
    for (prod, cons) in [(1, 1), (0, 0), (1, 1)] {
        assert_eq!(offer(&mut smmu, 1), recorded(0));
        okay(&mut smmu);
        assert_eq!(read(&smmu, Register::EventqProd), prod);
        let mut full = smmu.clone();
        assert_eq!(offer(&mut full, 2), Decision::Dropped(Loss::Full { toggled: true }));
        write(&mut smmu, Register::EventqCons, cons);
        assert!(smmu.fill().is_empty());
    }
}

fn capped() -> Smmu {
    let mut smmu = Smmu::new(Parameters { event_qs: 2, ..Parameters::default() });
    write(&mut smmu, Register::EventqBaseLo, 0x8000_0FE0 | 31);
    smmu
}

/// Q9: LOG2SIZE 31 reads back; the queue has the implemented four entries, with the wrap flag in
/// bit 2, and is aligned to their 128 bytes (Q11).
#[test]
fn an_oversize_log2size_reads_back_and_is_capped_in_use() {
    let mut smmu = capped();
    assert_eq!(read(&smmu, Register::EventqBaseLo), 0x8000_0FFF);
    enable(&mut smmu);
    for address in [0x8000_0F80, 0x8000_0FA0, 0x8000_0FC0, 0x8000_0FE0] {
        assert_eq!(offer(&mut smmu, 1), Decision::Recorded { address });
        okay(&mut smmu);
    }
    assert_eq!(read(&smmu, Register::EventqProd), 4);
    assert_eq!(offer(&mut smmu, 1), Decision::Dropped(Loss::Full { toggled: true }));
    write(&mut smmu, Register::EventqCons, FLAG | 4);
    assert_eq!(offer(&mut smmu, 1), Decision::Recorded { address: 0x8000_0F80 });
}

#[test]
fn bits_above_the_wrap_flag_of_a_capped_size_read_as_zero_in_prod() {
    let mut smmu = capped();
    write(&mut smmu, Register::EventqProd, 0xFFFF_FFFF);
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0007);
}

/// Q12: in CONS they read back and have no effect.
#[test]
fn bits_above_the_wrap_flag_have_no_effect_in_cons() {
    let mut smmu = enabled(2, 0, 0);
    write(&mut smmu, Register::EventqCons, 0x000F_FFF8);
    assert_eq!(read(&smmu, Register::EventqCons), 0x000F_FFF8);
    assert!(smmu.fill().is_empty());
    write(&mut smmu, Register::EventqCons, 0x000F_FFFC);
    assert!(smmu.fill().is_full());
}

/// Q13: the values are truncated by a smaller size.
#[test]
fn a_smaller_size_truncates_prod() {
    let mut smmu = disabled(4, 0x1E, 0x1A);
    assert_eq!(read(&smmu, Register::EventqProd), 0x1E);
    write(&mut smmu, Register::EventqBaseLo, BASE as u32 | 1);
    assert_eq!(read(&smmu, Register::EventqProd), 0x2);
    assert!(smmu.fill().is_empty()); // RD 0x1A is 2 as well
    enable(&mut smmu);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
}

/// Q11: ADDR is truncated to 32 bits, and aligned down to 2^7 records of 32 bytes.
#[test]
fn the_base_is_aligned_and_truncated() {
    let mut smmu = Smmu::new(Parameters { oas: 32, ..Parameters::default() });
    write(&mut smmu, Register::EventqBaseLo, 0x8765_4FE7);
    write(&mut smmu, Register::EventqBaseHi, 0x40FF_FFFF);
    enable(&mut smmu);
    assert_eq!(offer(&mut smmu, 1), Decision::Recorded { address: 0x8765_4000 });
    assert_eq!(read(&smmu, Register::EventqBaseLo), 0x8765_4FE7);
    assert_eq!(read(&smmu, Register::EventqBaseHi), 0x40FF_FFFF);
}

#[test]
fn the_base_has_56_address_bits() {
    let mut smmu = Smmu::new(Parameters { oas: 56, ..Parameters::default() });
    write(&mut smmu, Register::EventqBaseLo, 0x8765_4320);
    write(&mut smmu, Register::EventqBaseHi, 0xBFAB_CDEF);
    enable(&mut smmu);
    assert_eq!(offer(&mut smmu, 1), Decision::Recorded { address: 0x00AB_CDEF_8765_4320 });
}
