//! Commands from the fetch to their consumption or failure: order, errors, restart, disable (C1 to
//! C10, Q17, E8, E9).

use smmuq_golden::{
    Command, CommandError, Fetched, Line, Oldest, Parameters, Register, Response, Smmu, StepError,
};

use crate::command_fixture::*;
use crate::fixture::*;

fn illegal() -> Command {
    Command::new(0)
}

/// A queue of eight whose first command has failed, with three more behind it.
fn failed() -> Smmu {
    let mut smmu = cmd_enabled(3, 4, 0);
    enable_interrupts(&mut smmu, GERROR_IRQ);
    fetch(&mut smmu, 0, &[illegal(), command(1)]);
    smmu.command_failed().unwrap();
    smmu
}

#[test]
fn c1_commands_are_consumed_in_order() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1), command(2), command(3)]);
    assert_eq!(smmu.oldest(), Oldest::Send(command(1)));
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    for number in 1..=3 {
        send(&mut smmu, command(number));
        assert_eq!(cons(&smmu), number);
    }
    assert_eq!(smmu.oldest(), Oldest::None);
    assert_eq!(smmu.command_sent(command(3).words()), Err(StepError::WrongCommand));
}

/// C1: from RD on, never beyond PROD, one after the other.
#[test]
fn c1_only_the_next_commands_are_fetched() {
    let mut smmu = cmd_enabled(3, 5, 2);
    for (from, beats) in [(1, 1), (3, 1), (2, 4), (2, 0)] {
        assert_eq!(smmu.fetch(slot(from), beats), Err(StepError::NoFetch), "{beats} from {from}");
    }
    assert_eq!(smmu.fetch(slot(2), 2), Ok(()));
    assert_eq!(smmu.fetch(slot(4), 1), Err(StepError::FetchOutstanding));
    smmu.fetched(Response::Okay, command(1).words()).unwrap();
    assert_eq!(smmu.fetch(slot(4), 1), Err(StepError::FetchOutstanding));
    smmu.fetched(Response::Okay, command(2).words()).unwrap();
    assert_eq!(smmu.fetched(Response::Okay, command(3).words()), Err(StepError::NothingFetched));
    assert_eq!(smmu.fetch(slot(4), 2), Err(StepError::NoFetch));
    assert_eq!(smmu.fetch(slot(2), 1), Err(StepError::NoFetch)); // Q17: at most once
    fetch(&mut smmu, 4, &[command(3)]);
    assert_eq!(smmu.fetch(slot(5), 1), Err(StepError::NoFetch));
    write(&mut smmu, Register::CmdqProd, 6);
    fetch(&mut smmu, 5, &[command(4)]);
}

/// A burst does not go beyond the last slot; the wrapped rest is another one.
#[test]
fn a_fetch_ends_with_the_queue() {
    let mut smmu = cmd_enabled(2, 6, 2); // slots 2, 3, 0, 1: full
    assert_eq!(smmu.fetch(slot(2), 3), Err(StepError::NoFetch));
    fetch(&mut smmu, 2, &[command(1), command(2)]);
    assert_eq!(smmu.fetch(slot(0), 3), Err(StepError::NoFetch));
    fetch(&mut smmu, 0, &[command(3), command(4)]);
    for number in 1..=4 {
        send(&mut smmu, command(number));
    }
    assert_eq!(cons(&smmu), 6); // 2 + 4, wrapped once
}

#[test]
fn c1_nothing_is_fetched_while_disabled_or_enabling() {
    let mut smmu = cmd_disabled(2, 2, 0);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    write(&mut smmu, Register::Cr0, CMDQEN);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    // E9: no write of PROD is needed.
    assert_eq!(smmu.fetch(slot(0), 2), Ok(()));
}

/// Q6, Q15: nothing is consumed in an inconsistent state.
#[test]
fn q6_an_inconsistent_queue_shows_no_commands() {
    let mut smmu = cmd_enabled(1, 3, 0);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    assert_eq!(smmu.oldest(), Oldest::None);
}

/// Q3, Q9, Q12: RD wraps at the capped size and shows no bits above the wrap flag.
#[test]
fn q12_rd_wraps_at_the_size_in_use() {
    let parameters = Parameters { cmd_qs: 1, ..Parameters::default() };
    let mut smmu = cmd_disabled_with(parameters, 31, 0xF_FFFC, 0xF_FFFB);
    assert_eq!(cons(&smmu), 3);
    assert_eq!(read(&smmu, Register::CmdqProd), 0xF_FFFC);
    set_cr0(&mut smmu, CMDQEN);
    fetch(&mut smmu, 1, &[command(1)]);
    send(&mut smmu, command(1));
    assert_eq!(cons(&smmu), 0);
    assert_eq!(smmu.oldest(), Oldest::None);
}

/// C3, C4: older commands are consumed, RD stays at the failing one, ERR and CMDQ_ERR come together.
#[test]
fn c3_an_illegal_command_stops_the_queue() {
    let mut smmu = cmd_enabled(3, 4, 0);
    enable_interrupts(&mut smmu, GERROR_IRQ);
    fetch(&mut smmu, 0, &[command(1), illegal(), command(2)]);
    assert_eq!(smmu.command_failed(), Err(StepError::NoCommandError));
    send(&mut smmu, command(1));
    assert_eq!(smmu.oldest(), Oldest::Fail(CommandError::Ill));
    assert_eq!(smmu.command_sent(illegal().words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.command_failed(), Ok(()));
    assert_eq!(cons(&smmu), 0x0100_0001);
    assert_eq!(read(&smmu, Register::Gerror), CMDQ_ERR);
    assert_eq!(smmu.interrupt(Line::Gerror), Ok(()));
    // Q17, C3: newer commands have no effect.
    assert_eq!(smmu.oldest(), Oldest::None);
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch));
    assert_eq!(smmu.command_failed(), Err(StepError::NoCommandError));
}

/// C4: an aborted fetch is the fault of the command that it was for, in its turn.
#[test]
fn c4_an_aborted_fetch() {
    let mut smmu = cmd_enabled(3, 3, 0);
    smmu.fetch(slot(0), 3).unwrap();
    assert_eq!(smmu.fetched(Response::Okay, command(1).words()), Ok(Fetched::Kept));
    assert_eq!(smmu.fetched(Response::Error, illegal().words()), Ok(Fetched::Kept));
    assert_eq!(smmu.oldest(), Oldest::Send(command(1)));
    send(&mut smmu, command(1));
    assert_eq!(smmu.oldest(), Oldest::Fail(CommandError::Abt)); // whatever the data
    assert_eq!(smmu.command_failed(), Ok(()));
    assert_eq!(cons(&smmu), 0x0200_0001);
    assert_eq!(read(&smmu, Register::Gerror), CMDQ_ERR);
    // Q17: what is still to come is dropped.
    assert_eq!(smmu.fetched(Response::Okay, command(3).words()), Ok(Fetched::Dropped));
    assert_eq!(smmu.oldest(), Oldest::None);
}

/// C6: the acknowledge alone restarts, from the command that failed, which may be another by now.
#[test]
fn c6_the_acknowledge_restarts() {
    let mut smmu = failed();
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    assert_eq!(smmu.oldest(), Oldest::None); // not out of the buffer
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch));
    fetch(&mut smmu, 0, &[command(7)]);
    send(&mut smmu, command(7));
    assert_eq!(cons(&smmu), 0x0100_0001); // ERR stays
}

/// C6: restart only after the beats that were on their way.
#[test]
fn c6_stale_beats_come_first() {
    let mut smmu = cmd_enabled(3, 4, 0);
    smmu.fetch(slot(0), 4).unwrap();
    smmu.fetched(Response::Okay, illegal().words()).unwrap();
    smmu.command_failed().unwrap();
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::FetchOutstanding));
    for _ in 0..3 {
        assert_eq!(smmu.fetched(Response::Okay, command(1).words()), Ok(Fetched::Dropped));
    }
    fetch(&mut smmu, 0, &[command(7), command(8)]);
    assert_eq!(smmu.oldest(), Oldest::Send(command(7)));
}

/// A fetch that was on its way to the system when a command failed comes late, and is dropped.
#[test]
fn q17_a_fetch_that_comes_after_the_error_is_dropped() {
    for acknowledged in [false, true] {
        let mut smmu = failed();
        if acknowledged {
            write(&mut smmu, Register::GerrorN, CMDQ_ERR);
        }
        assert_eq!(smmu.fetch(slot(2), 2), Ok(()));
        assert_eq!(smmu.fetched(Response::Okay, command(3).words()), Ok(Fetched::Dropped));
        assert_eq!(smmu.fetched(Response::Okay, command(4).words()), Ok(Fetched::Dropped));
        assert_eq!(smmu.fetch(slot(2), 2), Err(StepError::NoFetch)); // only once
        assert_eq!(smmu.oldest(), Oldest::None);
    }
}

/// C7: CMDQEN does not touch the error, and the error survives it (R7).
#[test]
fn c7_a_disable_does_not_acknowledge_the_error() {
    let mut smmu = failed();
    set_cr0(&mut smmu, 0);
    assert_eq!(read(&smmu, Register::Gerror), CMDQ_ERR);
    set_cr0(&mut smmu, CMDQEN);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    assert_eq!(smmu.fetch(slot(0), 1), Ok(()));
}

/// C8: ERR ignores what is written.
#[test]
fn c8_a_write_of_cons_leaves_err() {
    let mut smmu = failed();
    set_cr0(&mut smmu, 0);
    write(&mut smmu, Register::CmdqCons, 0x7F00_0003);
    assert_eq!(cons(&smmu), 0x0100_0003);
}

/// C9: PROD is moved back to the failed command and only one is put in its place.
#[test]
fn c9_prod_moves_back_while_the_error_is_active() {
    let mut smmu = failed();
    write(&mut smmu, Register::CmdqProd, 0);
    assert_eq!(read(&smmu, Register::CmdqProd), 0);
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    assert_eq!(smmu.fetch(slot(0), 1), Err(StepError::NoFetch));
    write(&mut smmu, Register::CmdqProd, 1);
    assert_eq!(smmu.fetch(slot(0), 2), Err(StepError::NoFetch));
    fetch(&mut smmu, 0, &[command(1)]);
    send(&mut smmu, command(1));
    assert_eq!(smmu.oldest(), Oldest::None);
}

/// The second error toggles back.
#[test]
fn g1_a_second_command_error() {
    let mut smmu = failed();
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    fetch(&mut smmu, 0, &[command(1), illegal()]);
    send(&mut smmu, command(1));
    smmu.command_failed().unwrap();
    assert_eq!(read(&smmu, Register::Gerror), 0);
    assert_eq!(cons(&smmu), 0x0100_0001);
}

/// C10: a wake-up event when a full queue has space again, once.
#[test]
fn c10_full_to_non_full_gives_a_wake_up() {
    let mut smmu = cmd_enabled(1, 2, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    assert_eq!(smmu.interrupt(Line::Sev), Err(StepError::NoInterruptOwed));
    send(&mut smmu, command(1));
    assert_eq!(smmu.interrupt(Line::Sev), Ok(()));
    send(&mut smmu, command(2));
    assert_eq!(smmu.interrupt(Line::Sev), Err(StepError::NoInterruptOwed));
}

#[test]
fn c10_no_wake_up_without_sev() {
    let parameters = Parameters { sev: false, ..Parameters::default() };
    let mut smmu = cmd_disabled_with(parameters, 0, 1, 0);
    set_cr0(&mut smmu, CMDQEN);
    fetch(&mut smmu, 0, &[command(1)]);
    send(&mut smmu, command(1));
    assert!(!smmu.owed.sev);
}

/// E8, Q17: the command in progress is consumed, the buffered ones are dropped and fetched again.
#[test]
fn e8_a_disable_drops_what_is_only_buffered() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1), command(2), command(3)]);
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.oldest(), Oldest::None); // nothing has to happen
    send(&mut smmu, command(1)); // but it may have been on its way
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(cons(&smmu), 1);
    set_cr0(&mut smmu, CMDQEN);
    assert_eq!(smmu.oldest(), Oldest::None);
    fetch(&mut smmu, 1, &[command(8)]);
    send(&mut smmu, command(8));
}

/// E8: after the acknowledge nothing is in progress.
#[test]
fn e8_no_command_after_the_acknowledge() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1)]);
    set_cr0(&mut smmu, 0);
    assert_eq!(smmu.command_sent(command(1).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.fetch(slot(1), 2), Err(StepError::NoFetch));
    assert_eq!(cons(&smmu), 0);
}

/// An illegal command that is only buffered does not fail after a disable.
#[test]
fn e8_a_buffered_illegal_command_does_not_fail() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[illegal()]);
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.command_failed(), Err(StepError::NoCommandError));
}

/// E8: no fetch may come later, so the acknowledge waits for those that are out.
#[test]
fn e8_a_disable_completes_after_the_fetches() {
    let mut smmu = cmd_enabled(3, 3, 0);
    smmu.fetch(slot(0), 2).unwrap();
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
    assert_eq!(smmu.fetched(Response::Okay, command(1).words()), Ok(Fetched::Dropped));
    assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
    assert_eq!(smmu.fetched(Response::Error, command(2).words()), Ok(Fetched::Dropped));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::Gerror), 0);
}

/// A fetch on its way at the disable comes before the acknowledge, and is dropped.
#[test]
fn e8_a_fetch_on_its_way_at_the_disable() {
    let mut smmu = cmd_enabled(3, 3, 0);
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.fetch(slot(0), 3), Ok(()));
    assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
    for _ in 0..3 {
        assert_eq!(smmu.fetched(Response::Okay, command(1).words()), Ok(Fetched::Dropped));
    }
    assert_eq!(acknowledge(&mut smmu), Ok(()));
}

/// E2: CMDQEN cleared and set again, with the oldest command either in progress or dropped.
#[test]
fn e2_a_disable_that_is_taken_back() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    write(&mut smmu, Register::Cr0, 0);
    write(&mut smmu, Register::Cr0, CMDQEN);
    let mut in_progress = smmu.clone();
    send(&mut in_progress, command(1));
    fetch(&mut in_progress, 1, &[command(5)]);
    send(&mut in_progress, command(5));
    let mut dropped = smmu;
    fetch(&mut dropped, 0, &[command(6), command(7)]);
    send(&mut dropped, command(6));
    send(&mut dropped, command(7));
}

/// E2, Q17: a fetch that is on its way stays so when the queue stops twice before the acknowledge, whichever of the stops it
/// came before. It is dropped.
#[test]
fn e2_a_fetch_on_its_way_through_two_disables() {
    let mut smmu = cmd_enabled(3, 6, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    for value in [0, CMDQEN, 0] {
        write(&mut smmu, Register::Cr0, value);
    }
    // Behind the buffered ones; after the first stop behind the one in progress, or again from RD.
    for from in [2, 1, 0] {
        let mut smmu = smmu.clone();
        assert_eq!(smmu.fetch(slot(from), 2), Ok(()), "from {from}");
        assert_eq!(acknowledge(&mut smmu), Err(StepError::CommandInProgress));
        for _ in 0..2 {
            assert_eq!(smmu.fetched(Response::Okay, command(1).words()), Ok(Fetched::Dropped));
        }
        for from in [2, 1, 0] {
            assert_eq!(smmu.fetch(slot(from), 1), Err(StepError::NoFetch)); // only once
        }
        assert_eq!(acknowledge(&mut smmu), Ok(()));
    }
    assert_eq!(smmu.fetch(slot(3), 1), Err(StepError::NoFetch));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(smmu.fetch(slot(2), 1), Err(StepError::NoFetch)); // E8: not after the acknowledge
}

/// C3, Q17: likewise when the failure of a CMD_SYNC in progress comes after a disable.
#[test]
fn c16_a_fetch_on_its_way_through_a_disable_and_a_failure() {
    let mut smmu = cmd_enabled(3, 6, 0);
    fetch(&mut smmu, 0, &[Command::sync(0), command(1), command(2)]);
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.sync_accepted(true), Ok(()));
    assert_eq!(smmu.command_failed(), Ok(()));
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch)); // nothing began after the disable
    assert_eq!(smmu.fetch(slot(3), 1), Ok(()));
    assert_eq!(smmu.fetched(Response::Okay, command(3).words()), Ok(Fetched::Dropped));
}

/// C1, Q15: a fetch lies within PROD as it was when the fetch was sent on its way. What it brings is kept, and waits for
/// PROD.
#[test]
fn q15_prod_moves_back_before_a_fetch() {
    let mut smmu = cmd_enabled(3, 5, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    send(&mut smmu, command(1));
    for prod in [4, 1, 3] {
        write(&mut smmu, Register::CmdqProd, prod);
    }
    assert_eq!(smmu.fetch(slot(2), 4), Err(StepError::NoFetch)); // PROD was never there
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch));
    fetch(&mut smmu, 2, &[command(3), command(4), command(5)]);
    assert_eq!(smmu.fetch(slot(5), 1), Err(StepError::NoFetch));
    send(&mut smmu, command(2));
    send(&mut smmu, command(3));
    assert_eq!(smmu.oldest(), Oldest::None);
    write(&mut smmu, Register::CmdqProd, 4);
    send(&mut smmu, command(4));
    assert_eq!(smmu.fetch(slot(4), 1), Err(StepError::NoFetch));
}

/// C1, Q15, Q17: if the queue stops then, it is dropped, and the next one lies within the new PROD.
#[test]
fn q15_prod_moves_back_before_a_stop() {
    let mut smmu = cmd_enabled(3, 5, 0);
    write(&mut smmu, Register::CmdqProd, 2);
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    write(&mut smmu, Register::GerrorN, 0);
    let mut late = smmu.clone();
    assert_eq!(late.fetch(slot(0), 4), Ok(()));
    for number in 1..=4 {
        assert_eq!(late.fetched(Response::Okay, command(number).words()), Ok(Fetched::Dropped));
    }
    assert_eq!(late.fetch(slot(0), 3), Err(StepError::NoFetch));
    fetch(&mut late, 0, &[command(1), command(2)]);
}

/// G2: software makes the error active by itself; the command in progress goes on.
#[test]
fn g2_an_error_that_software_makes_stops_the_queue() {
    let mut smmu = cmd_enabled(3, 3, 0);
    fetch(&mut smmu, 0, &[command(1), command(2)]);
    write(&mut smmu, Register::GerrorN, CMDQ_ERR);
    assert_eq!(smmu.oldest(), Oldest::None);
    send(&mut smmu, command(1));
    assert_eq!(smmu.command_sent(command(2).words()), Err(StepError::WrongCommand));
    assert_eq!(smmu.fetch(slot(1), 1), Err(StepError::NoFetch));
    write(&mut smmu, Register::GerrorN, 0);
    fetch(&mut smmu, 1, &[command(2)]);
}
