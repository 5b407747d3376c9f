//! Enables, their acknowledge, and what they guard (E1 to E6, R2 to R8).

use smmuq_golden::{Decision, Hold, Kind, Loss, Register, Smmu, StepError};

use crate::fixture::*;

/// 1 in CR0, not yet in CR0ACK.
fn enabling(prod: u32, cons: u32) -> Smmu {
    let mut smmu = disabled(1, prod, cons);
    write(&mut smmu, Register::Cr0, EVENTQ);
    smmu
}

/// 0 in CR0, still 1 in CR0ACK.
fn disabling(prod: u32, cons: u32) -> Smmu {
    let mut smmu = enabled(1, prod, cons);
    write(&mut smmu, Register::Cr0, 0);
    smmu
}

#[test]
fn e1_an_enable_takes_effect_at_the_acknowledge() {
    let mut smmu = enabling(0, 0);
    assert_eq!(read(&smmu, Register::Cr0), 4);
    assert_eq!(read(&smmu, Register::Cr0Ack), 0);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::Disabled));
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Disabled));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::Cr0Ack), 4);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
}

#[test]
fn e1_a_disable_takes_effect_at_the_write() {
    let mut smmu = disabling(0, 0);
    assert_eq!(read(&smmu, Register::Cr0), 0);
    assert_eq!(read(&smmu, Register::Cr0Ack), 4);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::Disabled));
    assert_eq!(unchanged(&smmu, Kind::Stalled), Decision::Held(Hold::Disabled));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::Cr0Ack), 0);
}

#[test]
fn e1_there_is_one_acknowledge_for_each_change() {
    let mut smmu = enabled(1, 0, 0);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::NothingToAcknowledge));
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::NothingToAcknowledge));
}

#[test]
fn e2_an_enable_that_is_taken_back_never_was() {
    let mut smmu = enabling(0, 0);
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::NothingToAcknowledge));
    assert_eq!(smmu, disabled(1, 0, 0));
}

#[test]
fn e2_a_disable_that_is_taken_back_goes_on() {
    let mut smmu = disabling(0, 0);
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::NothingToAcknowledge));
    assert_eq!(offer(&mut smmu, 1), recorded(0));
}

fn try_to_write_all(smmu: &mut Smmu) {
    write(smmu, Register::EventqBaseLo, 0x1234_5662);
    write(smmu, Register::EventqBaseHi, 0x4000_0001);
    write(smmu, Register::EventqProd, 0x8000_0003);
    write(smmu, Register::EventqCons, 0x8000_0001);
}

/// E3: BASE and PROD stay while EVENTQEN is 1 in either register; CONS is always writable (R8).
#[test]
fn e3_guarded_registers_ignore_writes() {
    for mut smmu in [enabling(2, 0), enabled(1, 2, 0), disabling(2, 0)] {
        try_to_write_all(&mut smmu);
        assert_eq!(read(&smmu, Register::EventqBaseLo), 0x8000_0001);
        assert_eq!(read(&smmu, Register::EventqBaseHi), 0);
        assert_eq!(read(&smmu, Register::EventqProd), 0x0000_0002);
        assert_eq!(read(&smmu, Register::EventqCons), 0x8000_0001);
    }
}

#[test]
fn e3_guarded_registers_are_writable_while_disabled() {
    let mut never_enabled = disabled(1, 2, 0);
    let mut disabled_again = disabling(2, 0);
    acknowledge(&mut disabled_again).unwrap();
    for smmu in [&mut never_enabled, &mut disabled_again] {
        try_to_write_all(smmu);
        assert_eq!(read(smmu, Register::EventqBaseLo), 0x1234_5662);
        assert_eq!(read(smmu, Register::EventqBaseHi), 0x4000_0001);
        assert_eq!(read(smmu, Register::EventqProd), 0x8000_0003);
        assert_eq!(read(smmu, Register::EventqCons), 0x8000_0001);
    }
}

/// E5: what is committed becomes visible, what comes later is lost, and then the Update completes.
#[test]
fn e5_a_disable_completes_after_the_records_in_flight_are_visible() {
    let mut smmu = enabled(1, 0, 0);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
    assert_eq!(offer_stalled(&mut smmu, 2), recorded(1));
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::Disabled));
    assert_eq!(acknowledge(&mut smmu), Err(StepError::RecordsInFlight));
    okay(&mut smmu);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::RecordsInFlight));
    assert_eq!(read(&smmu, Register::Cr0Ack), 4);
    okay(&mut smmu);
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::Cr0Ack), 0);
    assert_eq!(read(&smmu, Register::EventqProd), 2);
}

/// E5: an abort is visible in GERROR before the Update completes.
#[test]
fn e5_a_disable_completes_after_an_abort_is_flagged() {
    let mut smmu = enabled(1, 0, 0);
    offer(&mut smmu, 1);
    offer(&mut smmu, 2);
    write(&mut smmu, Register::Cr0, 0);
    error(&mut smmu);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::RecordsInFlight));
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::Gerror), ABT_ERR);
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::EventqProd), 0);
}

/// E2 and E5: a disable with records in flight that is taken back needs no acknowledge.
#[test]
fn e2_a_disable_with_records_in_flight_can_be_taken_back() {
    let mut smmu = enabled(1, 0, 0);
    offer(&mut smmu, 1);
    write(&mut smmu, Register::Cr0, 0);
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(offer(&mut smmu, 2), recorded(1));
    okay(&mut smmu);
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 2);
}

/// E6: while enabling, enabled no more, and disabled, a full queue is no overflow.
#[test]
fn e6_no_overflow_unless_enabled() {
    for smmu in [disabled(1, 2, 0), enabling(2, 0), disabling(2, 0)] {
        assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::Disabled));
    }
}

/// R2: nothing but software changes PROD and CONS over a disable and a new enable.
#[test]
fn r2_r4_an_unacknowledged_overflow_survives_a_disable() {
    let mut smmu = enabled(1, 2, 0);
    offer(&mut smmu, 1);
    write(&mut smmu, Register::Cr0, 0);
    acknowledge(&mut smmu).unwrap();
    enable(&mut smmu);
    assert_eq!(read(&smmu, Register::EventqProd), 0x8000_0002);
    assert_eq!(read(&smmu, Register::EventqCons), 0);
    assert_eq!(offer(&mut smmu, 2), Decision::Dropped(Loss::Full { toggled: false }));
}

#[test]
fn r6_a_stall_record_held_while_disabled_is_written_after_the_enable() {
    let mut smmu = disabled(1, 0, 0);
    assert_eq!(offer_stalled(&mut smmu, 1), Decision::Held(Hold::Disabled));
    enable(&mut smmu);
    assert_eq!(offer_stalled(&mut smmu, 1), recorded(0));
}

/// R7: an enable does not acknowledge an error.
#[test]
fn r7_an_abort_error_survives_a_disable() {
    let mut smmu = enabled(1, 0, 0);
    offer(&mut smmu, 1);
    error(&mut smmu);
    write(&mut smmu, Register::Cr0, 0);
    acknowledge(&mut smmu).unwrap();
    enable(&mut smmu);
    assert_eq!(unchanged(&smmu, Kind::Terminated), Decision::Dropped(Loss::AbortError));
}
