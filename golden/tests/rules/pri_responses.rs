//! What the SMMU answers by itself (table 5.3), and the response port (P13).

use smmuq_golden::{Parameters, PrgSource, PriMessage, Smmu, Ste, StepError};

use crate::fixture::*;
use crate::pri_fixture::*;

/// A full queue with an overflow, with and without PPS.
fn overflowing(pps: bool) -> Smmu {
    let parameters = Parameters { pps, ..Parameters::default() };
    let mut smmu = pri_disabled_with(parameters, 1, FLAG | 2, 0);
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    smmu
}

fn response(pps: bool, message: PriMessage, ste: Ste) -> smmuq_golden::PriDecision {
    overflowing(pps).decide_pri(message, ste, false)
}

fn with_pasid() -> PriMessage {
    last(4).with_substream_id(0xABCDE)
}

#[test]
fn overflow_without_pasid_is_success_whatever_pps_and_ste() {
    for pps in [false, true] {
        for ste in [PLAIN, PPAR, NO_STE] {
            assert_eq!(response(pps, last(4), ste), overflowed(false, Some(answer(4, 0, None))));
        }
    }
}

/// P11: PPAR and the STE are not looked at.
#[test]
fn overflow_with_pasid_and_pps_is_success_with_pasid() {
    for ste in [PLAIN, PPAR, NO_STE] {
        let expected = overflowed(false, Some(answer(4, 0, Some(0xABCDE))));
        assert_eq!(response(true, with_pasid(), ste), expected);
    }
}

#[test]
fn overflow_with_pasid_and_ppar_is_success_with_pasid() {
    let expected = overflowed(false, Some(answer(4, 0, Some(0xABCDE))));
    assert_eq!(response(false, with_pasid(), PPAR), expected);
}

#[test]
fn overflow_with_pasid_without_ppar_is_success_without_pasid() {
    assert_eq!(response(false, with_pasid(), PLAIN), overflowed(false, Some(answer(4, 0, None))));
}

#[test]
fn overflow_with_pasid_without_ste_is_failure_without_pasid() {
    for ste in [NO_STE, Ste { valid: false, ppar: false }] {
        assert_eq!(response(false, with_pasid(), ste), overflowed(false, Some(failure(4))));
    }
}

/// P7: Last clear is ignored silently, whatever else.
#[test]
fn overflow_not_last_is_not_answered() {
    for message in [request(4), request(4).with_substream_id(7)] {
        for ste in [PLAIN, PPAR, NO_STE] {
            assert_eq!(response(false, message, ste), overflowed(false, None));
        }
    }
}

/// P2: Last, no access, no PASID is a page request, and is answered.
#[test]
fn the_look_of_a_stop_marker_without_pasid_is_answered() {
    let message = stop().with_ssv(false).with_prg_index(9);
    assert_eq!(response(false, message, PLAIN), overflowed(false, Some(success(9))));
}

/// The message that causes the overflow is answered by the same rules.
#[test]
fn the_first_message_of_an_overflow_is_answered_like_the_others() {
    let mut smmu = pri_enabled(1, 2, 0);
    let decision = smmu.decide_pri(with_pasid(), PPAR, false);
    assert_eq!(decision, overflowed(true, Some(answer(4, 0, Some(0xABCDE)))));
}

/// 5.3: disabled and in error, the answer has no PASID, whatever PPS and PPAR.
#[test]
fn failures_never_have_a_pasid() {
    let parameters = Parameters { pps: true, ..Parameters::default() };
    let mut smmu = pri_disabled_with(parameters, 1, 0, 0);
    smmu.decide_pri(with_pasid(), PPAR, false); // disabled
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    smmu.gerror.set_priq_abt_err(true);
    smmu.decide_pri(with_pasid(), PPAR, false);
    smmu.decide_pri(with_pasid(), PPAR, true);
    assert_eq!(smmu.prg_owed, [failure(4); 3]);
}

#[test]
fn automatic_responses_come_in_the_order_of_their_causes() {
    let mut smmu = overflowing(false);
    offer_pri(&mut smmu, last(1));
    smmu.decide_pri(request(2), PLAIN, true);
    offer_pri(&mut smmu, last(3));
    assert_eq!(smmu.prg(failure(2)), Err(StepError::NoResponseOwed));
    assert_eq!(smmu.prg(success(1)), Ok(PrgSource::Automatic));
    assert_eq!(smmu.prg(success(1)), Err(StepError::NoResponseOwed));
    assert_eq!(smmu.prg(success(2)), Err(StepError::NoResponseOwed)); // the wrong code
    assert_eq!(smmu.prg(failure(2)), Ok(PrgSource::Automatic));
    assert_eq!(smmu.prg(success(3)), Ok(PrgSource::Automatic));
    assert_eq!(smmu.prg(success(3)), Err(StepError::NoResponseOwed));
}
