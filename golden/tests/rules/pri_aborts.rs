//! PRI queue writes that abort (P12, EA2), and what they answer (5.3).

use smmuq_golden::{Hold, Line, PriCompletion, PriDecision, PriLoss, Register, Response, Smmu, StepError};

use crate::fixture::*;
use crate::pri_fixture::*;

fn lost(flagged: bool, response: Option<smmuq_golden::PrgResponse>) -> PriCompletion {
    PriCompletion::Lost { flagged, response }
}

/// An empty queue of four with a request, a Stop marker and a last request in flight.
fn three_in_flight() -> Smmu {
    let mut smmu = pri_enabled(2, 0, 0);
    enable_interrupts(&mut smmu, PRIQ_IRQ | GERROR_IRQ);
    assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
    assert_eq!(offer_pri(&mut smmu, stop()), queued(1));
    assert_eq!(offer_pri(&mut smmu, last(3)), queued(2));
    smmu
}

/// EA2: all are lost; each page request, Last or not, is answered; the error comes with the last
/// response; the queue stays empty, without its interrupt.
#[test]
fn p12_the_first_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    assert_eq!(pri_error(&mut smmu), lost(false, Some(failure(1))));
    assert_eq!(pri_unchanged(&smmu, last(4)), PriDecision::Held(Hold::Aborting));
    assert_eq!(pri_okay(&mut smmu), lost(false, None));
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(pri_okay(&mut smmu), lost(true, Some(failure(3))));
    assert_eq!(read(&smmu, Register::Gerror), PRIQ_ABT);
    assert_eq!(read(&smmu, Register::PriqProd), 0);
    assert!(smmu.owed.gerror && !smmu.owed.priq);
    assert_eq!(smmu.prg_owed, [failure(1), failure(3)]);
    assert_eq!(offer_pri(&mut smmu, request(5)), dropped(PriLoss::AbortError, Some(failure(5))));
}

#[test]
fn p12_the_middle_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    let published = PriCompletion::Published { address: PRI_BASE, message: request(1), interrupt: true };
    assert_eq!(pri_okay(&mut smmu), published);
    assert_eq!(pri_error(&mut smmu), lost(false, None));
    assert_eq!(pri_okay(&mut smmu), lost(true, Some(failure(3))));
    assert_eq!(smmu.pri_entries(), [(PRI_BASE, Some(request(1)))]);
}

#[test]
fn p12_the_last_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    pri_okay(&mut smmu);
    pri_okay(&mut smmu);
    assert_eq!(pri_error(&mut smmu), lost(true, Some(failure(3))));
    assert_eq!(read(&smmu, Register::PriqProd), 2);
    assert_eq!(read(&smmu, Register::Gerror), PRIQ_ABT);
}

/// 5.3: without the PASID of the request.
#[test]
fn an_aborted_request_is_answered_without_pasid() {
    let mut smmu = pri_enabled(2, 0, 0);
    smmu.decide_pri(last(1).with_substream_id(8), PPAR, false);
    assert_eq!(pri_error(&mut smmu), lost(true, Some(failure(1))));
}

/// G1: the acknowledge lets messages flow again, into the slot that was lost.
#[test]
fn g1_an_acknowledge_by_gerrorn_resumes() {
    let mut smmu = three_in_flight();
    for _ in 0..3 {
        pri_error(&mut smmu);
    }
    write(&mut smmu, Register::GerrorN, PRIQ_ABT);
    assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
    assert_eq!(pri_error(&mut smmu), lost(true, Some(failure(1))));
    assert_eq!(read(&smmu, Register::Gerror), 0); // toggled back
}

#[test]
fn g1_an_active_error_does_not_toggle() {
    let mut smmu = pri_enabled(2, 0, 0);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::GerrorN, PRIQ_ABT);
    assert_eq!(pri_error(&mut smmu), lost(false, Some(failure(1))));
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert!(!smmu.pri_aborting);
}

/// The queues abort apart from each other.
#[test]
fn an_abort_of_one_queue_is_none_of_the_other() {
    let mut smmu = pri_disabled(1, 0, 0);
    write(&mut smmu, Register::EventqBaseLo, BASE as u32 | 1);
    set_cr0(&mut smmu, SMMUEN | PRIQEN | EVENTQ);
    offer_pri(&mut smmu, request(1));
    offer_pri(&mut smmu, request(2));
    offer(&mut smmu, 1);
    pri_error(&mut smmu);
    assert_eq!(offer(&mut smmu, 2), recorded(1));
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 1);
    pri_okay(&mut smmu);
    assert_eq!(read(&smmu, Register::Gerror), PRIQ_ABT);
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 2);
}

#[test]
fn a_response_without_a_message_is_refused() {
    let mut smmu = pri_enabled(2, 0, 0);
    let before = smmu.clone();
    assert_eq!(smmu.respond_pri(Response::Okay), Err(StepError::NothingInFlight));
    assert_eq!(smmu.respond_pri(Response::Error), Err(StepError::NothingInFlight));
    assert_eq!(smmu, before);
    assert_eq!(smmu.interrupt(Line::Priq), Err(StepError::NoInterruptOwed));
}

#[test]
fn the_newest_message_is_the_one_before_wr() {
    let mut smmu = pri_enabled(1, 0, 0);
    assert_eq!(smmu.snapshot().newest_pri, None);
    publish_pri(&mut smmu, request(1));
    publish_pri(&mut smmu, stop());
    assert_eq!(smmu.snapshot().newest_pri, Some((PRI_BASE + 16, stop())));
    write(&mut smmu, Register::PriqCons, 2);
    assert_eq!(smmu.snapshot().newest_pri, None);
}

/// A write that aborts leaves the slot unknown, also if it held a message of an earlier lap.
#[test]
fn a_slot_is_unknown_from_commit_to_publication() {
    let mut smmu = pri_enabled(0, 0, 0);
    publish_pri(&mut smmu, request(1));
    write(&mut smmu, Register::PriqCons, 1);
    offer_pri(&mut smmu, request(2));
    pri_error(&mut smmu);
    set_cr0(&mut smmu, 0);
    write(&mut smmu, Register::PriqProd, 0); // pretends that the queue is full
    assert_eq!(smmu.pri_entries(), [(PRI_BASE, None)]);
}
