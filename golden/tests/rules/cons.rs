//! What a write of EVENTQ_CONS does (table of software actions in 4.4).

use smmuq_golden::{Decision, Hold, Loss, Register, Smmu};

use crate::fixture::*;

const TOGGLED: Decision = Decision::Dropped(Loss::Full { toggled: true });
const INVISIBLE: Decision = Decision::Dropped(Loss::Full { toggled: false });

/// A full queue of two records that has overflowed: PROD 0x8000_0002, CONS 0.
fn overflowed() -> Smmu {
    let mut smmu = enabled(1, 2, 0);
    assert_eq!(offer(&mut smmu, 1), TOGGLED);
    smmu
}

#[test]
fn row_1_advance_and_acknowledge() {
    let mut smmu = overflowed();
    write(&mut smmu, Register::EventqCons, 0x8000_0001);
    assert!(!smmu.overflow_active());
    publish(&mut smmu, 2);
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0003);
    // Full again: WR 1 wrapped, RD 1. The next loss toggles again.
    assert_eq!(offer(&mut smmu, 3), TOGGLED);
    assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0003);
}

#[test]
fn row_2_advance_without_acknowledge() {
    let mut smmu = overflowed();
    write(&mut smmu, Register::EventqCons, 0x0000_0001);
    assert!(smmu.overflow_active());
    publish(&mut smmu, 2); // EV2
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0003);
    assert_eq!(offer(&mut smmu, 3), INVISIBLE);
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0003);
}

#[test]
fn row_3_acknowledge_while_full() {
    let mut smmu = overflowed();
    write(&mut smmu, Register::EventqCons, 0x8000_0000);
    assert!(!smmu.overflow_active());
    assert_eq!(offer(&mut smmu, 2), TOGGLED);
    assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0002);
    assert!(smmu.overflow_active());
}

#[test]
fn row_4_acknowledge_of_nothing() {
    let mut smmu = enabled(1, 0, 0);
    write(&mut smmu, Register::EventqCons, 0x8000_0000);
    assert!(smmu.overflow_active());
    publish(&mut smmu, 1);
    publish(&mut smmu, 2);
    assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0002);
    assert_eq!(offer(&mut smmu, 3), INVISIBLE);
    assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0002);
}

/// ST2: a stall record waits while the queue is full and is written when there is space.
#[test]
fn a_held_stall_record_is_written_after_space_appears() {
    let mut smmu = enabled(1, 2, 0);
    assert_eq!(offer_stalled(&mut smmu, 1), Decision::Held(Hold::Full));
    write(&mut smmu, Register::EventqCons, 1);
    assert_eq!(offer_stalled(&mut smmu, 1), recorded(0));
}
