//! What may have been on its way when the Command queue stopped, and what not (E2, E8, P13, Q15, Q17). The model allows
//! both until a step tells.

use smmuq_golden::{Command, CommandProgress, Oldest, PrgResponse, PrgSource, Register, Smmu, StepError};

use crate::command_fixture::*;
use crate::fixture::*;
use crate::pri_fixture::SMMUEN;

const RESPOND: Command = Command::pri_resp(0x42, None, 1, 0b10);
const RESPONSE: PrgResponse = PrgResponse { stream_id: 0x42, substream_id: None, index: 1, code: 0 };

/// Its oldest command is a CMD_PRI_RESP that may have been on its way when SMMUEN was cleared; another is behind it.
fn responding() -> Smmu {
    let mut smmu = cmd_disabled(3, 4, 0);
    set_cr0(&mut smmu, CMDQEN | SMMUEN);
    fetch(&mut smmu, 0, &[RESPOND, RESPOND]);
    set_cr0(&mut smmu, CMDQEN);
    smmu
}

/// CMDQEN is cleared and set again before the acknowledge (E2).
fn stop_and_go(smmu: &mut Smmu) {
    write(smmu, Register::Cr0, 0);
    write(smmu, Register::Cr0, CMDQEN);
}

/// E8, P13: a response that may be on its way stays so when CMDQEN is cleared as well.
#[test]
fn p13_a_response_on_its_way_at_the_disable_of_the_queue() {
    let mut smmu = responding();
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.prg(RESPONSE), Ok(PrgSource::Command));
    assert_eq!(cons(&smmu), 1);
}

/// C1: what is fetched behind it does not matter to it.
#[test]
fn p13_a_response_on_its_way_when_more_is_fetched() {
    let mut smmu = responding();
    fetch(&mut smmu, 2, &[command(3)]);
    assert_eq!(smmu.prg(RESPONSE), Ok(PrgSource::Command));
}

/// P13: one that is the oldest only while SMMUEN is 0 gives no response, whatever is fetched behind it.
#[test]
fn p13_no_response_that_began_while_the_smmu_is_disabled() {
    let mut smmu = cmd_enabled(3, 2, 0);
    fetch(&mut smmu, 0, &[RESPOND]);
    fetch(&mut smmu, 1, &[command(1)]);
    assert_eq!(smmu.prg(RESPONSE), Err(StepError::NoResponseOwed));
    assert_eq!(smmu.oldest(), Oldest::Skip(RESPOND));
}

/// Q17: a fetch from RD tells that it was dropped, so it was not on its way; the one fetched begins while SMMUEN is 0.
#[test]
fn p13_no_response_that_was_dropped_and_fetched_again() {
    let mut smmu = responding();
    stop_and_go(&mut smmu);
    assert_eq!(smmu.clone().prg(RESPONSE), Ok(PrgSource::Command));
    fetch(&mut smmu, 0, &[RESPOND]);
    assert_eq!(smmu.prg(RESPONSE), Err(StepError::NoResponseOwed));
}

/// E2, Q17: the command in progress is consumed; the next fetch is from RD, not from behind what was dropped.
#[test]
fn e2_after_the_command_in_progress_comes_what_was_dropped() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1), command(2), command(3)]);
    stop_and_go(&mut smmu);
    send(&mut smmu, command(1));
    assert_eq!(smmu.fetch(slot(2), 1), Err(StepError::NoFetch));
    assert_eq!(smmu.fetch(slot(1), 2), Ok(()));
}

/// E2, Q17: a fetch from behind the command in progress may be a new one, or one that was on its way at the second stop
/// and is dropped. Both look alike, so it may come again; so may one from RD, if nothing was in progress.
#[test]
fn e2_a_fetch_that_may_have_been_dropped_comes_again() {
    let mut smmu = cmd_enabled(3, 6, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    stop_and_go(&mut smmu);
    stop_and_go(&mut smmu);
    fetch(&mut smmu, 1, &[command(5), command(6)]);
    for (from, fetched) in [(0, Ok(())), (1, Ok(())), (2, Err(StepError::NoFetch)), (3, Ok(()))] {
        assert_eq!(smmu.clone().fetch(slot(from), 1), fetched, "from {from}");
    }
    fetch(&mut smmu, 1, &[command(7), command(8)]);
    for number in [1, 7, 8] {
        send(&mut smmu, command(number));
    }
}

/// C3, E8: nothing is left of a command that failed, and where there are no more commands no fetch is on its way.
#[test]
fn c3_nothing_is_in_doubt_after_the_last_command_failed() {
    let mut smmu = cmd_enabled(3, 1, 0);
    fetch(&mut smmu, 0, &[Command::new(0)]);
    smmu.command_failed().unwrap();
    assert_eq!(smmu.commands, CommandProgress::default());
}

/// Q15: only a PROD that moves back leaves a fetch in doubt.
#[test]
fn q15_a_write_that_moves_nothing_changes_nothing() {
    let mut smmu = cmd_enabled(3, 3, 0);
    let before = smmu.clone();
    write(&mut smmu, Register::CmdqProd, 3);
    write(&mut smmu, Register::GerrorN, 0);
    assert_eq!(smmu, before);
}
