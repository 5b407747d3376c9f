//! What can be seen when: commit, publication, fullness, overflow, contents (V1, V5, V6, V7).

use smmuq_golden::{Completion, Decision, EventRecord, Hold, Kind, Loss, Parameters, Register, Smmu};

use crate::fixture::*;

const NO_SLOT: Decision = Decision::Held(Hold::NoFreeSlot);

#[test]
fn v1_prod_shows_a_record_after_its_response_only() {
    let mut smmu = enabled(2, 0, 0);
    offer(&mut smmu, 1);
    offer(&mut smmu, 2);
    assert_eq!(read(&smmu, Register::EventqProd), 0);
    assert!(smmu.fill().is_empty());
    let first = Completion::Published { address: BASE, record: record(1), interrupt: false };
    assert_eq!(okay(&mut smmu), first);
    assert_eq!(read(&smmu, Register::EventqProd), 1);
    let second = Completion::Published { address: BASE + 32, record: record(2), interrupt: false };
    assert_eq!(okay(&mut smmu), second);
    assert_eq!(read(&smmu, Register::EventqProd), 2);
}

/// V6, V7: with all free slots in flight a record waits until PROD shows the queue full; only then
/// is its loss an overflow.
#[test]
fn v6_v7_no_overflow_before_the_queue_shows_full() {
    let mut smmu = enabled(1, 0, 0);
    offer(&mut smmu, 1);
    offer_stalled(&mut smmu, 2);
    for prod in [0, 1] {
        assert_eq!(read(&smmu, Register::EventqProd), prod);
        assert_eq!(unchanged(&smmu, Kind::Terminated), NO_SLOT);
        assert_eq!(unchanged(&smmu, Kind::Stalled), NO_SLOT);
        okay(&mut smmu);
    }
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Full));
    assert_eq!(offer(&mut smmu, 3), Decision::Dropped(Loss::Full { toggled: true }));
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0002);
}

#[test]
fn v7_a_queue_of_one_entry_with_a_record_in_flight() {
    let mut smmu = enabled(0, 1, 1);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
    assert_eq!(unchanged(&smmu, Kind::Terminated), NO_SLOT);
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 0);
    assert_eq!(offer(&mut smmu, 2), Decision::Dropped(Loss::Full { toggled: true }));
}

/// Space that software frees is used behind the records in flight, over the wrap.
#[test]
fn v7_freed_slots_are_used_behind_those_in_flight() {
    let mut smmu = enabled(2, 3, 0); // slot 3 is free
    assert_eq!(offer(&mut smmu, 1), recorded(3));
    assert_eq!(unchanged(&smmu, Kind::Terminated), NO_SLOT);
    write(&mut smmu, Register::EventqCons, 2); // slots 0 and 1 as well
    assert_eq!(offer(&mut smmu, 2), recorded(0));
    assert_eq!(offer(&mut smmu, 3), recorded(1));
    assert_eq!(unchanged(&smmu, Kind::Terminated), NO_SLOT);
    okay(&mut smmu);
    okay(&mut smmu);
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 6);
    assert!(smmu.fill().is_full());
}

/// After an abort the slots are free again.
#[test]
fn lost_records_give_their_slots_back() {
    let mut smmu = enabled(1, 0, 0);
    offer(&mut smmu, 1);
    offer(&mut smmu, 2);
    error(&mut smmu);
    error(&mut smmu);
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    assert_eq!(offer(&mut smmu, 3), recorded(0));
    assert_eq!(offer(&mut smmu, 4), recorded(1));
}

/// ST7: where nothing stalls, no stall record is taken.
#[test]
fn st7_without_stalls_a_stall_record_is_never_taken() {
    let mut smmu = Smmu::new(Parameters { stall: false, ..Parameters::default() });
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::NoStallModel));
    enable(&mut smmu);
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::NoStallModel));
    assert_eq!(offer(&mut smmu, 1), Decision::Recorded { address: 0 });
}

#[test]
fn a_record_is_written_as_it_came() {
    let mut smmu = enabled(1, 0, 0);
    let odd = EventRecord::from_words([u64::MAX, 0x5555, u64::MAX, 0xAAAA << 48]);
    smmu.decide(Kind::Terminated, odd);
    okay(&mut smmu);
    assert_eq!(smmu.snapshot().newest, Some((BASE, odd)));
}

#[test]
fn the_newest_entry_is_the_one_before_wr() {
    let mut smmu = enabled(1, 0, 0);
    assert_eq!(smmu.snapshot().newest, None);
    offer(&mut smmu, 1);
    assert_eq!(smmu.snapshot().newest, None);
    okay(&mut smmu);
    assert_eq!(smmu.snapshot().newest, Some((BASE, record(1))));
    publish(&mut smmu, 2);
    assert_eq!(smmu.snapshot().newest, Some((BASE + 32, record(2))));
    write(&mut smmu, Register::EventqCons, 2);
    assert_eq!(smmu.snapshot().newest, None);
}

/// What software puts between RD and WR by itself is not known.
#[test]
fn entries_that_this_model_did_not_publish_have_no_record() {
    let mut smmu = enabled(2, 1, 0);
    assert_eq!(smmu.snapshot().newest, None);
    publish(&mut smmu, 7);
    assert_eq!(smmu.entries(), [(BASE, None), (BASE + 32, Some(record(7)))]);
}

/// A write that aborts leaves the slot unknown, also if it held a record of an earlier lap.
#[test]
fn a_slot_is_unknown_from_commit_to_publication() {
    let mut smmu = enabled(0, 0, 0);
    publish(&mut smmu, 1);
    write(&mut smmu, Register::EventqCons, 1);
    offer(&mut smmu, 2);
    error(&mut smmu);
    write(&mut smmu, Register::Cr0, 0);
    acknowledge(&mut smmu).unwrap();
    write(&mut smmu, Register::EventqProd, 0); // pretends that the queue is full
    assert_eq!(smmu.entries(), [(BASE, None)]);
}

#[test]
fn a_snapshot_has_the_registers_in_order_and_what_is_owed() {
    let mut smmu = enabled(1, 0, 0);
    enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
    publish(&mut smmu, 1);
    let snapshot = smmu.snapshot();
    let registers = snapshot.registers;
    assert_eq!(registers[..4], [0x0001_6400, 0x0273_9D20, 0, 0x0010_0005]); // IDR0, 1, 3, 5
    assert_eq!(registers[4..8], [4, 4, 0, 0]); // CR0, CR0ACK, CR1, CR2
    assert_eq!(registers[8..12], [5, 5, 0, 0]); // IRQ_CTRL, IRQ_CTRLACK, GERROR, GERRORN
    assert_eq!(registers[12..20], [0; 8]); // GERROR_IRQ_CFG, CMDQ
    assert_eq!(registers[20..22], [BASE as u32 | 1, 0]); // EVENTQ_BASE
    assert_eq!(registers[22..32], [0; 10]); // EVENTQ_IRQ_CFG, PRIQ_BASE, PRIQ_IRQ_CFG
    assert_eq!(registers[32..], [1, 0, 0, 0]); // EVENTQ_PROD, EVENTQ_CONS, PRIQ_PROD, PRIQ_CONS
    assert!(snapshot.owed.eventq && !snapshot.owed.gerror);
}
