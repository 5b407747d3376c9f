//! Each outcome of a step, each refusal and each register names the rule that decides it. The ids are those that
//! `docs/rules.md` has for it.

use smmuq_golden::{
    Command, CommandError, Completion, Decision, Fetched, Hold, Loss, Oldest, PrgSource, PriCompletion,
    PriDecision, PriLoss, Register, StepError,
};

use crate::fixture::record;
use crate::pri_fixture::{last, success};

fn named(rules: &[&str], rule: &str) {
    assert!(rules.contains(&rule), "{rule} is not among {rules:?}");
    assert!(rules.iter().all(|rule| rule.starts_with(|first: char| first.is_ascii_alphanumeric())));
}

#[test]
fn of_event_records() {
    let decisions = [
        (Decision::Recorded { address: 0 }, "EV1"),
        (Decision::Dropped(Loss::Disabled), "E6"),
        (Decision::Dropped(Loss::AbortError), "EA4"),
        (Decision::Dropped(Loss::Full { toggled: true }), "EV4"),
        (Decision::Held(Hold::Disabled), "E6"),
        (Decision::Held(Hold::Aborting), "EA2"),
        (Decision::Held(Hold::AbortError), "ST2"),
        (Decision::Held(Hold::Full), "ST1"),
        (Decision::Held(Hold::NoFreeSlot), "V7"),
        (Decision::Held(Hold::NoStallModel), "ST7"),
        (Decision::Held(Hold::NoPri), "P1"),
    ];
    for (decision, rule) in decisions {
        named(decision.rules(), rule);
    }
    for (interrupt, rule) in [(false, "I2"), (true, "V3")] {
        named(Completion::Published { address: 0, record: record(1), interrupt }.rules(), rule);
    }
    for (flagged, rule) in [(false, "EA2"), (true, "G4")] {
        named(Completion::Lost { flagged }.rules(), rule);
    }
}

#[test]
fn of_pri_messages() {
    let losses = [
        (PriLoss::Secure, "5.3"),
        (PriLoss::Disabled, "E7"),
        (PriLoss::AbortError, "P12"),
        (PriLoss::Overflow { toggled: true }, "P5"),
        (PriLoss::Overflow { toggled: false }, "P6"),
    ];
    for (loss, rule) in losses {
        named(loss.rules(), rule);
        named(PriDecision::Dropped { loss, response: None }.rules(), rule);
    }
    named(PriDecision::Recorded { address: 0 }.rules(), "P1");
    for (hold, rule) in [(Hold::Aborting, "P12"), (Hold::NoFreeSlot, "V7"), (Hold::NoPri, "P1")] {
        named(PriDecision::Held(hold).rules(), rule);
    }
    for (interrupt, rule) in [(false, "I3"), (true, "V3")] {
        named(PriCompletion::Published { address: 0, message: last(1), interrupt }.rules(), rule);
    }
    for (flagged, rule) in [(false, "EA2"), (true, "G4")] {
        named(PriCompletion::Lost { flagged, response: None }.rules(), rule);
    }
    named(PrgSource::Automatic.rules(), "5.3");
    named(PrgSource::Command.rules(), "P13");
}

#[test]
fn of_commands() {
    let sync = Command::sync(0);
    let oldest = [
        (Oldest::None, "E9"),
        (Oldest::Send(Command::cfgi_all()), "C11"),
        (Oldest::Prg(success(1)), "P13"),
        (Oldest::Sync(sync), "C12"),
        (Oldest::SyncWaiting, "C17"),
        (Oldest::Skip(Command::pri_resp(0, None, 0, 0)), "P13"),
        (Oldest::Fail(CommandError::Ill), "C5"),
        (Oldest::Fail(CommandError::Abt), "C4"),
        (Oldest::Fail(CommandError::AtcInvSync), "C16"),
    ];
    for (oldest, rule) in oldest {
        named(oldest.rules(), rule);
    }
    named(Fetched::Kept.rules(), "C1");
    named(Fetched::Dropped.rules(), "Q17");
}

#[test]
fn of_steps_that_are_refused() {
    let refused = [
        (StepError::NothingInFlight, "V5"),
        (StepError::NothingToAcknowledge, "E1"),
        (StepError::RecordsInFlight, "E5"),
        (StepError::InterruptOwed, "I6"),
        (StepError::MessagesInFlight, "E7"),
        (StepError::CommandInProgress, "E8"),
        (StepError::NoInterruptOwed, "I1"),
        (StepError::MsiOutstanding, "I6"),
        (StepError::NoMsiOwed, "I7"),
        (StepError::NoMsiInFlight, "I7"),
        (StepError::NoResponseOwed, "5.3"),
        (StepError::FetchOutstanding, "C1"),
        (StepError::NoFetch, "Q17"),
        (StepError::NothingFetched, "C1"),
        (StepError::WrongCommand, "C1"),
        (StepError::NoSync, "C12"),
        (StepError::SyncTooEarly, "C17"),
        (StepError::NoCommandError, "C3"),
    ];
    for (error, rule) in refused {
        named(error.rules(), rule);
    }
}

/// E3 for what has a guard or is always writable, E1 and I4 for the enables, and what the ID registers report.
#[test]
fn of_registers() {
    for register in Register::ALL {
        let rule = match register {
            Register::Idr0 => "ST7",
            Register::Idr1 => "Q9",
            Register::Idr3 => "P11",
            Register::Idr5 => "Q11",
            Register::Cr0 | Register::Cr0Ack => "E1",
            Register::IrqCtrl | Register::IrqCtrlAck => "I4",
            _ => "E3",
        };
        named(register.rules(), rule);
    }
}
