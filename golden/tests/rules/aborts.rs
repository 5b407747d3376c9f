//! Writes that abort (EA1, EA2, EA4), and the error they flag (G1, G2, G4).

use smmuq_golden::{Completion, Decision, Hold, Kind, Line, Loss, Register, Response, Smmu, StepError};

use crate::fixture::*;

const LOST: Completion = Completion::Lost { flagged: false };
const FLAGGED: Completion = Completion::Lost { flagged: true };

/// An empty queue of four with three records in flight.
fn three_in_flight() -> Smmu {
    let mut smmu = enabled(2, 0, 0);
    enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
    for number in 0..3 {
        assert_eq!(offer(&mut smmu, number), recorded(number));
    }
    smmu
}

/// EA2: all are lost, although the later two writes were good; the error comes with the last
/// response; the queue stays empty, without its interrupt.
#[test]
fn ea2_the_first_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    assert_eq!(error(&mut smmu), LOST);
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(okay(&mut smmu), LOST);
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert!(!smmu.owed.gerror);
    assert_eq!(okay(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::Gerror), 4);
    assert_eq!(read(&smmu, Register::EventqProd), 0);
    assert!(smmu.entries().is_empty());
    assert!(!smmu.owed.eventq);
    assert!(smmu.owed.gerror); // G4
}

/// EA2: what is below PROD is valid.
#[test]
fn ea2_the_middle_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    let (address, record) = (BASE, record(0));
    assert_eq!(okay(&mut smmu), Completion::Published { address, record, interrupt: true });
    assert_eq!(error(&mut smmu), LOST);
    assert_eq!(okay(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::Gerror), 4);
    assert_eq!(read(&smmu, Register::EventqProd), 1);
    assert_eq!(smmu.entries(), [(BASE, Some(record))]);
}

#[test]
fn ea2_the_last_of_a_group_aborts() {
    let mut smmu = three_in_flight();
    okay(&mut smmu);
    okay(&mut smmu);
    assert_eq!(error(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::Gerror), 4);
    assert_eq!(read(&smmu, Register::EventqProd), 2);
    assert_eq!(smmu.entries(), [(BASE, Some(record(0))), (BASE + 32, Some(record(1)))]);
}

#[test]
fn ea2_a_single_record_aborts() {
    let mut smmu = enabled(2, 0, 0);
    offer(&mut smmu, 1);
    assert_eq!(error(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::EventqProd), 0);
}

/// EA2: more than one abort in a group is one error.
#[test]
fn ea2_several_of_a_group_abort() {
    let mut smmu = three_in_flight();
    assert_eq!(error(&mut smmu), LOST);
    assert_eq!(error(&mut smmu), LOST);
    assert_eq!(error(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::Gerror), 4);
}

/// EA2: nothing joins a group that is lost.
#[test]
fn ea2_records_wait_until_the_error_is_flagged() {
    let mut smmu = three_in_flight();
    error(&mut smmu);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Held(Hold::Aborting));
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Aborting));
    okay(&mut smmu);
    okay(&mut smmu);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::AbortError));
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::AbortError));
}

/// G1: the acknowledge lets records flow again, into the slot that was lost.
#[test]
fn g1_an_acknowledge_by_gerrorn_resumes() {
    let mut smmu = enabled(2, 0, 0);
    offer(&mut smmu, 1);
    error(&mut smmu);
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    assert_eq!(read(&smmu, Register::Gerror), 4);
    assert_eq!(offer(&mut smmu, 2), recorded(0));
    okay(&mut smmu);
    assert_eq!(smmu.entries(), [(BASE, Some(record(2)))]);
}

/// G1: the second error of the same kind toggles GERROR back to 0.
#[test]
fn g1_the_next_error_toggles_again() {
    let mut smmu = enabled(2, 0, 0);
    offer(&mut smmu, 1);
    error(&mut smmu);
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    offer(&mut smmu, 2);
    assert_eq!(error(&mut smmu), FLAGGED);
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(read(&smmu, Register::GerrorN), 4);
    assert!(smmu.abort_error_active());
    write(&mut smmu, Register::GerrorN, 0);
    assert!(!smmu.abort_error_active());
}

/// G1, G2: software makes the error active itself, and an abort then finds it so.
#[test]
fn g1_an_active_error_does_not_toggle() {
    let mut smmu = three_in_flight();
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    error(&mut smmu);
    okay(&mut smmu);
    assert_eq!(okay(&mut smmu), LOST);
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert!(!smmu.owed.gerror);
    assert!(!smmu.aborting);
}

/// V5: what is committed is published, also under an error that came in between.
#[test]
fn v5_a_committed_record_is_published_whatever_the_error() {
    let mut smmu = three_in_flight();
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 1);
}

/// EA4: lost because of the error, not because the queue is full; after the acknowledge it is.
#[test]
fn ea4_no_overflow_while_the_error_is_active() {
    let mut smmu = enabled(1, 2, 0);
    smmu.gerror.set_eventq_abt_err(true);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::AbortError));
    write(&mut smmu, Register::GerrorN, ABT_ERR);
    assert_eq!(offer(&mut smmu, 1), Decision::Dropped(Loss::Full { toggled: true }));
}

#[test]
fn g4_the_interrupt_needs_its_enable() {
    let mut smmu = enabled(2, 0, 0);
    enable_interrupts(&mut smmu, EVENTQ);
    offer(&mut smmu, 1);
    assert_eq!(error(&mut smmu), FLAGGED);
    assert_eq!(smmu.interrupt(Line::Gerror), Err(StepError::NoInterruptOwed));
}

#[test]
fn g4_one_interrupt_for_one_error() {
    let mut smmu = three_in_flight();
    error(&mut smmu);
    okay(&mut smmu);
    okay(&mut smmu);
    assert_eq!(smmu.interrupt(Line::Eventq), Err(StepError::NoInterruptOwed));
    assert_eq!(smmu.interrupt(Line::Gerror), Ok(()));
    assert_eq!(smmu.interrupt(Line::Gerror), Err(StepError::NoInterruptOwed));
}

#[test]
fn a_response_without_a_record_is_refused() {
    let mut smmu = enabled(2, 0, 0);
    let before = smmu.clone();
    assert_eq!(smmu.respond(Response::Okay), Err(StepError::NothingInFlight));
    assert_eq!(smmu.respond(Response::Error), Err(StepError::NothingInFlight));
    assert_eq!(smmu, before);
}
