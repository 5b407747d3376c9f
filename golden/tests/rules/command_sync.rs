//! CMD_SYNC (C12 to C17): what it waits for, in which order, and how it tells.

use smmuq_golden::{
    Command, CommandError, Kind, Line, MsiSource, Oldest, Parameters, Register, Response, Smmu, StepError,
};

use crate::command_fixture::*;
use crate::fixture::*;

/// An Event queue beside a Command queue that holds the given commands, all fetched.
fn with_commands(parameters: Parameters, commands: &[Command]) -> Smmu {
    let mut smmu = cmd_disabled_with(parameters, 3, commands.len() as u32, 0);
    write(&mut smmu, Register::EventqBaseLo, BASE as u32 | 3);
    set_cr0(&mut smmu, CMDQEN | EVENTQ);
    fetch(&mut smmu, 0, commands);
    smmu
}

fn synchronizing(sync: Command) -> Smmu {
    let mut smmu = with_commands(Parameters::default(), &[sync, command(9)]);
    smmu.sync_accepted(false).unwrap();
    smmu
}

/// C12: later commands wait for the completion.
#[test]
fn c12_later_commands_wait() {
    let mut smmu = with_commands(Parameters::default(), &[command(1), Command::sync(0), command(2)]);
    assert_eq!(smmu.sync_accepted(false), Err(StepError::NoSync));
    send(&mut smmu, command(1));
    assert_eq!(smmu.oldest(), Oldest::Sync(Command::sync(0)));
    assert_eq!(smmu.sync_completed(), Err(StepError::NoSync));
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.sync_accepted(false), Ok(()));
    assert_eq!(smmu.oldest(), Oldest::SyncWaiting);
    assert_eq!(smmu.sync_accepted(false), Err(StepError::NoSync));
    assert_eq!(cons(&smmu), 1);
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.sync_completed(), Ok(()));
    assert_eq!(cons(&smmu), 2);
    assert_eq!(smmu.sync_completed(), Err(StepError::NoSync));
    send(&mut smmu, command(2));
}

const MSI: (u64, u32) = (0x1234_5678, 0xCAFE);

fn signals(smmu: &Smmu) -> (bool, bool, bool) {
    (smmu.owed.cmd_sync, smmu.owed.sev, smmu.owed_msis.cmd_sync.must)
}

/// C12: none, interrupt and MSI, wake-up.
#[test]
fn c12_completion_signals() {
    let cases = [(0, (false, false, false)), (1, (true, false, true)), (2, (false, true, false))];
    for (signal, expected) in cases {
        let mut smmu = synchronizing(Command::sync(signal).with_msi(MSI.0, MSI.1));
        assert_eq!(signals(&smmu), (false, false, false)); // C14: not before CONS
        smmu.sync_completed().unwrap();
        assert_eq!(signals(&smmu), expected, "CS {signal}");
    }
}

/// C12: no enable has a say in it.
#[test]
fn c12_the_interrupt_needs_no_enable() {
    let mut smmu = synchronizing(Command::sync(1));
    smmu.sync_completed().unwrap();
    assert_eq!(smmu.interrupt(Line::CmdSync), Ok(()));
    assert_eq!(smmu.interrupt(Line::CmdSync), Err(StepError::NoInterruptOwed));
}

/// C12: without SEV the wake-up is none, without MSI there is only the wired interrupt.
#[test]
fn c12_signals_of_absent_features() {
    let parameters = Parameters { sev: false, msi: false, ..Parameters::default() };
    for (signal, expected) in [(1, (true, false, false)), (2, (false, false, false))] {
        let mut smmu = with_commands(parameters, &[Command::sync(signal).with_msi(MSI.0, MSI.1)]);
        smmu.sync_accepted(false).unwrap();
        smmu.sync_completed().unwrap();
        assert_eq!(signals(&smmu), expected);
    }
}

/// C13: no MSI for address 0; the check is before the truncation to 48 bits.
#[test]
fn c13_the_zero_check_covers_the_whole_address() {
    let cases = [(0, None), (3, None), (4, Some(4)), (1 << 48, Some(0)), (0x00AB_0000_0000_0010, Some(0x10))];
    for (address, expected) in cases {
        let mut smmu = synchronizing(Command::sync(1).with_msi(address, 0xCAFE));
        smmu.sync_completed().unwrap();
        assert!(smmu.owed.cmd_sync); // whatever MSIAddress is
        assert_eq!(smmu.owed_msis.cmd_sync.must, expected.is_some(), "{address:#x}");
        if let Some(sent_to) = expected {
            assert_eq!(smmu.msi_sent(sent_to, 0xCAFF), Err(StepError::NoMsiOwed));
            assert_eq!(smmu.msi_sent(sent_to + 4, 0xCAFE), Err(StepError::NoMsiOwed));
            assert_eq!(smmu.msi_sent(sent_to, 0xCAFE), Ok(MsiSource::CmdSync));
        }
    }
}

/// C10 and C12: a CMD_SYNC that leaves a full queue.
#[test]
fn c10_a_sync_in_a_full_queue_gives_a_wake_up() {
    let mut smmu = cmd_enabled(0, 1, 0);
    fetch(&mut smmu, 0, &[Command::sync(0)]);
    smmu.sync_accepted(false).unwrap();
    assert!(!smmu.owed.sev);
    smmu.sync_completed().unwrap();
    assert!(smmu.owed.sev);
}

/// C16: it fails, is not consumed, and gives no signal.
#[test]
fn c16_a_failed_ats_invalidation() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(1).with_msi(MSI.0, MSI.1)]);
    smmu.sync_accepted(true).unwrap();
    assert_eq!(smmu.oldest(), Oldest::Fail(CommandError::AtcInvSync));
    assert_eq!(smmu.sync_completed(), Err(StepError::NoSync));
    assert_eq!(smmu.command_failed(), Ok(()));
    assert_eq!(cons(&smmu), 0x0300_0000);
    assert_eq!(read(&smmu, Register::Gerror), CMDQ_ERR);
    assert_eq!(signals(&smmu), (false, false, false));
    // C6: it is fetched again.
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    fetch(&mut smmu, 0, &[Command::sync(0)]);
    smmu.sync_accepted(false).unwrap();
    smmu.sync_completed().unwrap();
    assert_eq!(cons(&smmu), 0x0300_0001);
}

/// C17: records committed before are visible first; later ones do not matter.
#[test]
fn c17_waits_for_records_committed_before() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    offer(&mut smmu, 1);
    offer_stalled(&mut smmu, 2);
    smmu.sync_accepted(false).unwrap();
    offer(&mut smmu, 3);
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    okay(&mut smmu);
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    okay(&mut smmu);
    assert_eq!(smmu.sync_completed(), Ok(()));
    assert_eq!(read(&smmu, Register::EventqProd), 2);
}

/// C17: an abort of one of them is flagged first, for which those behind it have to answer (EA2).
#[test]
fn c17_waits_until_an_abort_is_flagged() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    offer(&mut smmu, 1);
    smmu.sync_accepted(false).unwrap();
    offer(&mut smmu, 2);
    error(&mut smmu);
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    okay(&mut smmu);
    assert_eq!(read(&smmu, Register::Gerror), ABT_ERR);
    assert_eq!(smmu.sync_completed(), Ok(()));
}

/// C17: an abort that was there before the CMD_SYNC.
#[test]
fn c17_waits_for_an_abort_that_came_before() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    offer(&mut smmu, 1);
    offer(&mut smmu, 2);
    error(&mut smmu);
    smmu.sync_accepted(false).unwrap();
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    okay(&mut smmu);
    assert_eq!(smmu.sync_completed(), Ok(()));
}

/// C17: the abort of a record that was committed later does not matter.
#[test]
fn c17_does_not_wait_for_a_later_abort() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    offer(&mut smmu, 1);
    smmu.sync_accepted(false).unwrap();
    offer(&mut smmu, 2);
    offer(&mut smmu, 3);
    okay(&mut smmu);
    error(&mut smmu);
    assert!(smmu.aborting);
    assert_eq!(smmu.sync_completed(), Ok(()));
}

/// C15: the MSI of an earlier CMD_SYNC has its response first; other MSIs do not matter.
#[test]
fn c15_waits_for_the_msi_of_its_predecessor() {
    let first = Command::sync(1).with_msi(MSI.0, MSI.1);
    let mut smmu = with_commands(Parameters::default(), &[first, first]);
    smmu.sync_accepted(false).unwrap();
    smmu.sync_completed().unwrap();
    smmu.sync_accepted(false).unwrap();
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    smmu.msi_sent(MSI.0, MSI.1).unwrap();
    assert_eq!(smmu.sync_completed(), Err(StepError::SyncTooEarly));
    smmu.msi_answered(Response::Okay).unwrap();
    assert_eq!(smmu.sync_completed(), Ok(()));
    assert_eq!(smmu.msi_sent(MSI.0, MSI.1), Ok(MsiSource::CmdSync));
    assert_eq!(smmu.msi_sent(MSI.0, MSI.1), Err(StepError::NoMsiOwed));
}

#[test]
fn c15_does_not_wait_for_other_msis() {
    let mut smmu = synchronizing(Command::sync(0));
    write(&mut smmu, Register::EventqIrqCfg0Lo, 0x1000);
    enable_interrupts(&mut smmu, EVENTQ);
    publish(&mut smmu, 1);
    assert!(smmu.owed_msis.eventq.must);
    assert_eq!(smmu.sync_completed(), Ok(()));
}

/// C15: an aborted MSI is reported before the next CMD_SYNC completes.
#[test]
fn c15_an_aborted_msi_is_reported() {
    let mut smmu = synchronizing(Command::sync(1).with_msi(MSI.0, MSI.1));
    smmu.sync_completed().unwrap();
    smmu.msi_sent(MSI.0, MSI.1).unwrap();
    assert_eq!(smmu.msi_answered(Response::Error), Ok(MsiSource::CmdSync));
    assert_eq!(read(&smmu, Register::Gerror), 0x10);
}

/// E8: a CMD_SYNC in progress completes before the disable does; its MSI does not count.
#[test]
fn e8_a_disable_completes_after_a_sync_in_progress() {
    let mut smmu = synchronizing(Command::sync(1).with_msi(MSI.0, MSI.1));
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(smmu.oldest(), Oldest::SyncWaiting);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
    assert_eq!(smmu.sync_completed(), Ok(()));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(cons(&smmu), 1);
    assert!(smmu.owed_msis.cmd_sync.must);
}

/// E8: the same for one that fails.
#[test]
fn e8_a_disable_completes_after_a_sync_has_failed() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    smmu.sync_accepted(true).unwrap();
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
    assert_eq!(smmu.command_failed(), Ok(()));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(cons(&smmu), 0x0300_0000);
}

/// E8: one that was not accepted may have been on its way, and then completes.
#[test]
fn e8_a_sync_on_its_way_at_the_disable() {
    let mut smmu = with_commands(Parameters::default(), &[Command::sync(0)]);
    write(&mut smmu, Register::Cr0, EVENTQ);
    assert_eq!(smmu.clone().decide(Kind::Terminated, record(1)), recorded(0));
    assert_eq!(smmu.sync_accepted(false), Ok(()));
    assert_eq!(smmu.sync_completed(), Ok(()));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
}

/// Q17: at an error made by software a CMD_SYNC that waits stays, and is not fetched again.
#[test]
fn a_waiting_sync_is_not_fetched_again() {
    let mut smmu = synchronizing(Command::sync(0));
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    write(&mut smmu, Register::GerrorN, 0);
    assert_eq!(smmu.oldest(), Oldest::SyncWaiting);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    fetch(&mut smmu, 1, &[command(9)]);
    smmu.sync_completed().unwrap();
    send(&mut smmu, command(9));
}
