//! An overflow of the PRI queue from its cause to its acknowledge (P5 to P8), and how it differs
//! from that of the Event queue (5.5).

use smmuq_golden::Register;

use crate::fixture::*;
use crate::pri_fixture::*;

/// P5, P6, P7, P8: fill, overflow, drain, acknowledge, go on.
#[test]
fn p5_to_p8_from_overflow_to_recovery() {
    let mut smmu = pri_enabled(1, 0, 0);
    publish_pri(&mut smmu, request(1));
    publish_pri(&mut smmu, last(1));
    assert_eq!(read(&smmu, Register::PriqProd), 2);
    assert_eq!(offer_pri(&mut smmu, request(2)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
    assert_eq!(offer_pri(&mut smmu, last(2)), overflowed(false, Some(success(2))));
    // Software drains without the acknowledge: still nothing is written (P6).
    write(&mut smmu, Register::PriqCons, 2);
    assert!(smmu.pri_queue().fill().is_empty());
    assert_eq!(offer_pri(&mut smmu, last(3)), overflowed(false, Some(success(3))));
    assert_eq!(offer_pri(&mut smmu, stop()), overflowed(false, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
    // P8: the acknowledge ends it.
    write(&mut smmu, Register::PriqCons, 0x8000_0002);
    assert!(!smmu.pri_overflow_active());
    assert_eq!(offer_pri(&mut smmu, request(4)), queued(0));
    pri_okay(&mut smmu);
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0003);
    assert_eq!(smmu.prg_owed, [success(2), success(3)]);
}

/// P8: one write of CONS with the advance and the acknowledge.
#[test]
fn p8_acknowledge_and_advance_in_one_write() {
    let mut smmu = pri_enabled(1, 2, 0);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::PriqCons, 0x8000_0001);
    assert_eq!(offer_pri(&mut smmu, request(2)), queued(0));
}

/// P8: an acknowledge while the queue is full; the next message toggles again.
#[test]
fn p8_acknowledge_while_full() {
    let mut smmu = pri_enabled(1, 2, 0);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::PriqCons, 0x8000_0000);
    assert_eq!(offer_pri(&mut smmu, request(2)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x0000_0002);
}

/// P5: what is in flight when an overflow becomes possible was committed before, and is published.
#[test]
fn p5_messages_in_flight_are_published_in_an_overflow() {
    // Software acknowledges what never was, with a message in flight (14.5).
    let mut smmu = pri_enabled(1, 0, 0);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::PriqCons, 0x8000_0000);
    assert_eq!(offer_pri(&mut smmu, last(2)), overflowed(false, Some(success(2))));
    pri_okay(&mut smmu);
    assert_eq!(read(&smmu, Register::PriqProd), 1);
}

/// R1, 14.5: OVACKFLG set by software without an overflow inhibits the queue.
#[test]
fn r1_a_wrong_ovackflg_inhibits_the_queue() {
    let mut smmu = pri_enabled(1, 0, 0x8000_0000);
    assert_eq!(offer_pri(&mut smmu, last(1)), overflowed(false, Some(success(1))));
    assert_eq!(read(&smmu, Register::PriqProd), 0);
}

/// R2, R4: an overflow survives disable and enable, and still inhibits.
#[test]
fn r4_an_overflow_survives_a_disable() {
    let mut smmu = pri_enabled(1, 2, 0);
    offer_pri(&mut smmu, request(1));
    set_cr0(&mut smmu, SMMUEN);
    write(&mut smmu, Register::PriqCons, 2);
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    assert_eq!(offer_pri(&mut smmu, request(2)), overflowed(false, None));
}

/// 5.5: the Event queue takes records during its overflow, and the two do not touch each other.
#[test]
fn an_overflow_of_one_queue_is_none_of_the_other() {
    let mut smmu = pri_disabled(1, 2, 0);
    write(&mut smmu, Register::EventqBaseLo, BASE as u32 | 1);
    set_cr0(&mut smmu, SMMUEN | PRIQEN | EVENTQ);
    offer_pri(&mut smmu, request(1));
    assert_eq!(read(&smmu, Register::EventqProd), 0);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 1);
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
}

/// 5.5, I9: no error and no interrupt by itself.
#[test]
fn i9_an_overflow_is_not_an_error_and_gives_no_interrupt() {
    let mut smmu = pri_enabled(1, 2, 0);
    enable_interrupts(&mut smmu, EVENTQ | PRIQ_IRQ | GERROR_IRQ);
    offer_pri(&mut smmu, last(1));
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(smmu.owed, Default::default());
}

/// Q9, Q10, Q11: capped size, wrap flag at the capped place, 16-byte entries.
#[test]
fn an_oversize_log2size_is_capped() {
    let parameters = smmuq_golden::Parameters { pri_qs: 1, ..Default::default() };
    let mut smmu = pri_disabled_with(parameters, 31, 0xF_FFFE, 0);
    assert_eq!(read(&smmu, Register::PriqBaseLo), PRI_BASE as u32 | 31);
    assert_eq!(read(&smmu, Register::PriqProd), 2); // Q12
    write(&mut smmu, Register::PriqProd, 0);
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    for slot in [0, 1] {
        assert_eq!(offer_pri(&mut smmu, request(1)), queued(slot));
        pri_okay(&mut smmu);
    }
    assert_eq!(offer_pri(&mut smmu, request(1)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
}
