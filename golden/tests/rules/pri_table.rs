//! The state machine of the PRI queue (table 5.4): each row for a page request without and with
//! Last and for a Stop marker, with every value of what the row leaves open.

use smmuq_golden::{Hold, Parameters, PriDecision, PriLoss, Register, Smmu};

use crate::fixture::*;
use crate::pri_fixture::*;

const BOTH: [bool; 2] = [false, true];

/// A queue of two messages: full or empty, with and without an unacknowledged overflow and an active
/// PRIQ_ABT_ERR; enabled as CR0 says.
fn state(cr0: u32, abt_err: bool, overflow: bool, full: bool) -> Smmu {
    let prod = if full { 2 } else { 0 } | if overflow { FLAG } else { 0 };
    let mut smmu = pri_disabled(1, prod, 0);
    smmu.gerror.set_priq_abt_err(abt_err);
    if cr0 != 0 {
        set_cr0(&mut smmu, cr0);
    }
    smmu
}

/// Every combination of ABT_ERR, OVF and FULL under a CR0.
fn all(cr0: u32) -> Vec<Smmu> {
    let mut all = Vec::new();
    for abt_err in BOTH {
        for overflow in BOTH {
            all.extend(BOTH.map(|full| state(cr0, abt_err, overflow, full)));
        }
    }
    all
}

fn all_disabled() -> Vec<Smmu> {
    // PRIQEN 0, SMMUEN 0, both 0: each makes the effective PRIQEN 0 (E7).
    [SMMUEN, PRIQEN, 0].into_iter().flat_map(all).collect()
}

#[test]
fn row_1_disabled_not_last_is_answered_failure() {
    for smmu in all_disabled() {
        let expected = dropped(PriLoss::Disabled, Some(failure(1)));
        assert_eq!(pri_unchanged(&smmu, request(1)), expected);
    }
}

#[test]
fn row_1_disabled_last_is_answered_failure() {
    for smmu in all_disabled() {
        assert_eq!(pri_unchanged(&smmu, last(1)), dropped(PriLoss::Disabled, Some(failure(1))));
    }
}

#[test]
fn row_1_disabled_stop_marker_is_dropped_without_an_answer() {
    for smmu in all_disabled() {
        assert_eq!(pri_unchanged(&smmu, stop()), dropped(PriLoss::Disabled, None));
    }
}

/// Every combination of OVF and FULL; whether OVFLG toggles is left open (14.3), here it does not.
fn all_abort_error() -> Vec<Smmu> {
    let mut all = Vec::new();
    for overflow in BOTH {
        all.extend(BOTH.map(|full| state(SMMUEN | PRIQEN, true, overflow, full)));
    }
    all
}

#[test]
fn row_2_abort_error_not_last_is_answered_failure() {
    for smmu in all_abort_error() {
        let expected = dropped(PriLoss::AbortError, Some(failure(1)));
        assert_eq!(pri_unchanged(&smmu, request(1)), expected);
    }
}

#[test]
fn row_2_abort_error_last_is_answered_failure() {
    for smmu in all_abort_error() {
        assert_eq!(pri_unchanged(&smmu, last(1)), dropped(PriLoss::AbortError, Some(failure(1))));
    }
}

#[test]
fn row_2_abort_error_stop_marker_is_dropped_without_an_answer() {
    for smmu in all_abort_error() {
        assert_eq!(pri_unchanged(&smmu, stop()), dropped(PriLoss::AbortError, None));
    }
}

/// P6: also with the queue empty.
fn both_overflow() -> [Smmu; 2] {
    BOTH.map(|full| state(SMMUEN | PRIQEN, false, true, full))
}

#[test]
fn row_3_overflow_not_last_is_dropped_silently() {
    for smmu in both_overflow() {
        assert_eq!(pri_unchanged(&smmu, request(1)), overflowed(false, None));
    }
}

#[test]
fn row_3_overflow_last_is_answered_success() {
    for smmu in both_overflow() {
        assert_eq!(pri_unchanged(&smmu, last(1)), overflowed(false, Some(success(1))));
    }
}

#[test]
fn row_3_overflow_stop_marker_is_dropped_without_an_answer() {
    for smmu in both_overflow() {
        assert_eq!(pri_unchanged(&smmu, stop()), overflowed(false, None));
    }
}

fn full() -> Smmu {
    state(SMMUEN | PRIQEN, false, false, true)
}

#[test]
fn row_4_full_not_last_toggles_and_is_dropped_silently() {
    let mut smmu = full();
    assert_eq!(offer_pri(&mut smmu, request(1)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
    assert!(smmu.prg_owed.is_empty() && smmu.pri_in_flight.is_empty());
}

#[test]
fn row_4_full_last_toggles_and_is_answered_success() {
    let mut smmu = full();
    assert_eq!(offer_pri(&mut smmu, last(1)), overflowed(true, Some(success(1))));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
    assert_eq!(smmu.prg_owed, [success(1)]);
}

/// P5: a Stop marker into a full queue is an overflow as well.
#[test]
fn row_4_full_stop_marker_toggles_and_is_not_answered() {
    let mut smmu = full();
    assert_eq!(offer_pri(&mut smmu, stop()), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
    assert!(smmu.prg_owed.is_empty());
}

/// It toggles: with OVACKFLG set, the overflow is OVFLG clear.
#[test]
fn row_4_full_toggles_ovflg_from_1_to_0() {
    let mut smmu = pri_enabled(1, 0x8000_0002, 0x8000_0000);
    assert_eq!(offer_pri(&mut smmu, request(1)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x0000_0002);
}

/// Q6: WR 1 behind RD 0 with the wrap flags different, in a queue of two.
#[test]
fn row_4_an_inconsistent_queue_decides_as_a_full_one() {
    let mut smmu = pri_enabled(1, 3, 0);
    assert_eq!(offer_pri(&mut smmu, request(1)), overflowed(true, None));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0003);
}

#[test]
fn row_5_everything_else_is_written() {
    for message in [request(1), last(1), stop()] {
        let mut smmu = state(SMMUEN | PRIQEN, false, false, false);
        assert_eq!(offer_pri(&mut smmu, message), queued(0));
        assert_eq!(read(&smmu, Register::PriqProd), 0);
        pri_okay(&mut smmu);
        assert_eq!(read(&smmu, Register::PriqProd), 1);
        assert_eq!(smmu.pri_entries(), [(PRI_BASE, Some(message))]);
        assert!(smmu.prg_owed.is_empty());
    }
}

/// 8.2: a Secure stream has no PRI queue, whatever the state of this one.
#[test]
fn secure_messages_are_answered_failure_and_never_queued() {
    for mut smmu in all_disabled().into_iter().chain(all(SMMUEN | PRIQEN)) {
        let before = smmu.clone();
        for message in [request(1), last(1), last(1).with_substream_id(3)] {
            let decision = smmu.decide_pri(message, PPAR, true);
            assert_eq!(decision, dropped(PriLoss::Secure, Some(failure(1))));
            assert_eq!(smmu.prg_owed.pop_front(), Some(failure(1)));
        }
        assert_eq!(smmu.decide_pri(stop(), PPAR, true), dropped(PriLoss::Secure, None));
        assert_eq!(smmu, before);
    }
}

/// 8.2: also while an abort of Non-secure messages is not flagged yet.
#[test]
fn secure_messages_do_not_wait() {
    let mut smmu = pri_enabled(1, 0, 0);
    offer_pri(&mut smmu, request(1));
    offer_pri(&mut smmu, request(2));
    pri_error(&mut smmu);
    assert_eq!(pri_unchanged(&smmu, request(3)), PriDecision::Held(Hold::Aborting));
    let decision = smmu.decide_pri(request(3), PLAIN, true);
    assert_eq!(decision, dropped(PriLoss::Secure, Some(failure(3))));
}

/// P1: without a PRI queue there are no messages.
#[test]
fn without_pri_no_message_is_taken() {
    let smmu = Smmu::new(Parameters { pri: false, ..Parameters::default() });
    for secure in BOTH {
        let mut after = smmu.clone();
        assert_eq!(after.decide_pri(last(1), PLAIN, secure), PriDecision::Held(Hold::NoPri));
        assert_eq!(after, smmu);
    }
}

/// V6, V7: with all free slots in flight a message waits until PROD shows the queue full; only then
/// is it an overflow.
#[test]
fn v6_v7_no_overflow_before_the_queue_shows_full() {
    let mut smmu = pri_enabled(1, 0, 0);
    assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
    assert_eq!(offer_pri(&mut smmu, stop()), queued(1));
    for prod in [0, 1] {
        assert_eq!(read(&smmu, Register::PriqProd), prod);
        assert_eq!(pri_unchanged(&smmu, last(3)), PriDecision::Held(Hold::NoFreeSlot));
        pri_okay(&mut smmu);
    }
    assert_eq!(offer_pri(&mut smmu, last(3)), overflowed(true, Some(success(3))));
    assert_eq!(read(&smmu, Register::PriqProd), 0x8000_0002);
}

/// P1: other errors, also that of the Event queue, and a missing Event queue do not matter.
#[test]
fn p1_other_errors_and_enables_do_not_matter() {
    let mut smmu = pri_enabled(1, 0, 0);
    smmu.gerror.set_eventq_abt_err(true);
    smmu.gerror.set_cmdq_err(true);
    assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
}
