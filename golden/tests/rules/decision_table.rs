//! The state machine of the Event queue (table 4.4): each row for a record of a terminated and of a
//! stalled transaction, with every value of what the row leaves open.

use smmuq_golden::{Decision, Hold, Kind, Loss, Register, Smmu};

use crate::fixture::*;

/// A queue of two records: full or empty, with and without an unacknowledged overflow and an
/// active EVENTQ_ABT_ERR.
fn state(eventqen: bool, abt_err: bool, full: bool, overflow: bool) -> Smmu {
    let prod = if full { 2 } else { 0 } | if overflow { FLAG } else { 0 };
    let mut smmu = disabled(1, prod, 0);
    smmu.gerror.set_eventq_abt_err(abt_err);
    if eventqen {
        enable(&mut smmu);
    }
    smmu
}

const BOTH: [bool; 2] = [false, true];

/// Every combination of ABT_ERR, FULL and OVF.
fn all_disabled() -> impl Iterator<Item = Smmu> {
    BOTH.into_iter().flat_map(|abt_err| {
        BOTH.into_iter()
            .flat_map(move |full| BOTH.into_iter().map(move |overflow| state(false, abt_err, full, overflow)))
    })
}

#[test]
fn row_1_disabled_terminated_is_dropped_without_overflow() {
    for smmu in all_disabled() {
        assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::Disabled));
    }
}

#[test]
fn row_1_disabled_stalled_is_held() {
    for smmu in all_disabled() {
        assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Disabled));
    }
}

#[test]
fn row_2_abort_error_terminated_is_dropped() {
    for overflow in BOTH {
        let smmu = state(true, true, false, overflow);
        assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::AbortError));
    }
}

#[test]
fn row_2_abort_error_stalled_is_held() {
    for overflow in BOTH {
        let smmu = state(true, true, false, overflow);
        assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::AbortError));
    }
}

/// Whether OVFLG toggles is left open (14.3); here it does not (EA4).
#[test]
fn row_3_abort_error_and_full_terminated_is_dropped_without_overflow() {
    for overflow in BOTH {
        let smmu = state(true, true, true, overflow);
        assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::AbortError));
    }
}

#[test]
fn row_3_abort_error_and_full_stalled_is_held() {
    for overflow in BOTH {
        let smmu = state(true, true, true, overflow);
        assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::AbortError));
    }
}

#[test]
fn row_4_terminated_is_written_whatever_the_overflow() {
    for (overflow, prod) in [(false, 0x0000_0001), (true, 0x8000_0001)] {
        let mut smmu = state(true, false, false, overflow);
        assert_eq!(offer(&mut smmu, 1), recorded(0));
        okay(&mut smmu);
        assert_eq!(read(&smmu, Register::EventqProd), prod);
        assert_eq!(smmu.entries(), [(BASE, Some(record(1)))]);
    }
}

#[test]
fn row_4_stalled_is_written_whatever_the_overflow() {
    for (overflow, prod) in [(false, 0x0000_0001), (true, 0x8000_0001)] {
        let mut smmu = state(true, false, false, overflow);
        assert_eq!(offer_stalled(&mut smmu, 1), recorded(0));
        okay(&mut smmu);
        assert_eq!(read(&smmu, Register::EventqProd), prod);
        assert_eq!(smmu.entries(), [(BASE, Some(record(1).with_stall(1)))]);
    }
}

#[test]
fn row_5_full_terminated_is_dropped_and_ovflg_toggles() {
    let mut smmu = state(true, false, true, false);
    assert_eq!(offer(&mut smmu, 1), Decision::Dropped(Loss::Full { toggled: true }));
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0002);
    assert!(smmu.in_flight.is_empty());
}

/// It toggles: with OVACKFLG set, the overflow is OVFLG clear (EV4).
#[test]
fn row_5_full_terminated_toggles_ovflg_from_1_to_0() {
    let mut smmu = enabled(1, 0x8000_0002, 0x8000_0000);
    assert_eq!(offer(&mut smmu, 1), Decision::Dropped(Loss::Full { toggled: true }));
    assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0002);
}

#[test]
fn row_5_full_stalled_is_held() {
    let smmu = state(true, false, true, false);
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Full));
}

#[test]
fn row_6_full_with_overflow_terminated_is_dropped_and_nothing_toggles() {
    let smmu = state(true, false, true, true);
    let lost = Decision::Dropped(Loss::Full { toggled: false });
    assert_eq!(unchanged(&smmu, Kind::Terminated), lost);
}

#[test]
fn row_6_full_with_overflow_stalled_is_held() {
    let smmu = state(true, false, true, true);
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Full));
}

/// Q6: WR 1 behind RD 0 with the wrap flags different, in a queue of two.
#[test]
fn an_inconsistent_queue_decides_as_a_full_one() {
    let smmu = enabled(1, 3, 0);
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Full));
    let mut smmu = smmu;
    assert_eq!(offer(&mut smmu, 1), Decision::Dropped(Loss::Full { toggled: true }));
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0003);
}

/// 13.7: an overflow is neither an error nor an interrupt (EV5, I9).
#[test]
fn an_overflow_is_not_an_error_and_gives_no_interrupt() {
    let mut smmu = state(true, false, true, false);
    enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
    offer(&mut smmu, 1);
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(smmu.owed, Default::default());
}
