//! The PRI and the Command queue against plain mathematics: the n-th entry since the beginning of
//! time is in slot n modulo the size, and nothing ever wraps.

use std::collections::VecDeque;

use proptest::prelude::*;
use smmuq_golden::{
    Command, Hold, PriCompletion, PriDecision, PriLoss, PriMessage, Register, Response, Smmu,
};

use crate::command_fixture::*;
use crate::fixture::*;
use crate::pri_fixture::*;

#[derive(Clone, Copy, Debug)]
enum PriAction {
    /// A message: last, and a Stop marker.
    Offer(bool, bool),
    Respond(Response),
    /// Software consumes up to so many, and acknowledges an overflow or not.
    Consume(u64, bool),
    AcknowledgeError,
}

fn pri_action() -> impl Strategy<Value = PriAction> {
    prop_oneof![
        8 => (any::<bool>(), any::<bool>()).prop_map(|(last, stop)| PriAction::Offer(last, stop)),
        7 => Just(PriAction::Respond(Response::Okay)),
        1 => Just(PriAction::Respond(Response::Error)),
        3 => (0..4u64, any::<bool>()).prop_map(|(most, ack)| PriAction::Consume(most, ack)),
        1 => Just(PriAction::AcknowledgeError),
    ]
}

/// Counters from the beginning of time; a flag is the last bit of its count.
struct PriCounters {
    size: u64,
    produced: u64,
    consumed: u64,
    in_flight: u64,
    draining: bool,
    overflows: u64,
    overflows_seen: u64,
    errors: u64,
    errors_seen: u64,
    answers: u64,
}

impl PriCounters {
    fn offer(&mut self, last: bool, stop: bool) -> PriDecision {
        let used = self.produced - self.consumed;
        if self.draining {
            PriDecision::Held(Hold::Aborting)
        } else if self.errors > self.errors_seen {
            self.answers += u64::from(!stop);
            dropped(PriLoss::AbortError, (!stop).then(|| failure(1)))
        } else if self.overflows > self.overflows_seen || used == self.size {
            let toggled = self.overflows == self.overflows_seen;
            self.overflows += u64::from(toggled);
            let answered = last && !stop;
            self.answers += u64::from(answered);
            overflowed(toggled, answered.then(|| success(1)))
        } else if used + self.in_flight == self.size {
            PriDecision::Held(Hold::NoFreeSlot)
        } else {
            self.in_flight += 1;
            queued((self.produced + self.in_flight - 1) % self.size)
        }
    }

    /// Whether the message is published, and whether an error is flagged.
    fn respond(&mut self, response: Response) -> (bool, bool) {
        self.in_flight -= 1;
        self.draining |= response == Response::Error;
        if !self.draining {
            self.produced += 1;
            return (true, false);
        }
        let over = self.in_flight == 0;
        self.errors += u64::from(over);
        self.draining = !over;
        (false, over)
    }

    fn pointer(&self, records: u64, overflows: u64) -> u32 {
        (records % (2 * self.size)) as u32 + if overflows % 2 == 1 { FLAG } else { 0 }
    }
}

fn message(last: bool, is_stop: bool) -> PriMessage {
    if is_stop { stop() } else { request(1).with_last(last) }
}

fn pri_step(counters: &mut PriCounters, smmu: &mut Smmu, action: PriAction) {
    match action {
        PriAction::Offer(last, stop) => {
            assert_eq!(offer_pri(smmu, message(last, stop)), counters.offer(last, stop));
        }
        PriAction::Respond(_) if counters.in_flight == 0 => {
            assert!(smmu.respond_pri(Response::Okay).is_err());
        }
        PriAction::Respond(response) => {
            match (smmu.respond_pri(response).unwrap(), counters.respond(response)) {
                (PriCompletion::Published { .. }, (true, false)) => {}
                (PriCompletion::Lost { flagged, response }, (false, expected)) => {
                    assert_eq!(flagged, expected);
                    counters.answers += u64::from(response.is_some());
                }
                different => panic!("{different:?}"),
            }
        }
        PriAction::Consume(most, acknowledge) => {
            counters.consumed += most.min(counters.produced - counters.consumed);
            if acknowledge {
                counters.overflows_seen = counters.overflows;
            }
            let cons = counters.pointer(counters.consumed, counters.overflows_seen);
            write(smmu, Register::PriqCons, cons);
        }
        PriAction::AcknowledgeError => {
            counters.errors_seen = counters.errors;
            let gerror = read(smmu, Register::Gerror);
            write(smmu, Register::GerrorN, gerror);
        }
    }
    let prod = counters.pointer(counters.produced, counters.overflows);
    assert_eq!(read(smmu, Register::PriqProd), prod);
    let gerror = if counters.errors % 2 == 1 { PRIQ_ABT } else { 0 };
    assert_eq!(read(smmu, Register::Gerror), gerror);
    assert_eq!(smmu.pri_in_flight.len() as u64, counters.in_flight);
    assert_eq!(smmu.prg_owed.len() as u64, counters.answers);
}

fn run_pri(log2size: u32, start: u64, free: u64, actions: &[PriAction]) {
    let size = 1u64 << log2size;
    let mut counters = PriCounters {
        size,
        produced: start + size - free.min(size),
        consumed: start,
        in_flight: 0,
        draining: false,
        overflows: 0,
        overflows_seen: 0,
        errors: 0,
        errors_seen: 0,
        answers: 0,
    };
    let (prod, cons) = (counters.pointer(counters.produced, 0), counters.pointer(start, 0));
    let mut smmu = pri_enabled(log2size, prod, cons);
    for action in actions {
        pri_step(&mut counters, &mut smmu, *action);
    }
}

#[derive(Clone, Copy, Debug)]
enum CommandAction {
    /// Software produces up to so many commands.
    Produce(u64),
    /// Up to so many commands are fetched.
    Fetch(u64),
    /// The next fetched command comes: good, illegal, or not at all.
    Bring(Result<bool, ()>),
    /// The oldest command is carried out or fails.
    CarryOut,
    /// Software acknowledges a command error and replaces the command.
    Restart,
}

fn command_action() -> impl Strategy<Value = CommandAction> {
    prop_oneof![
        4 => (0..4u64).prop_map(CommandAction::Produce),
        4 => (1..5u64).prop_map(CommandAction::Fetch),
        12 => Just(CommandAction::Bring(Ok(true))),
        1 => Just(CommandAction::Bring(Ok(false))),
        1 => Just(CommandAction::Bring(Err(()))),
        8 => Just(CommandAction::CarryOut),
        2 => Just(CommandAction::Restart),
    ]
}

struct CommandCounters {
    size: u64,
    produced: u64,
    consumed: u64,
    /// What came of the commands from `consumed` on.
    fetched: VecDeque<Result<bool, ()>>,
    coming: u64,
    /// Of those, none count any more.
    stale: bool,
    failed: bool,
}

impl CommandCounters {
    fn pointer(&self, commands: u64) -> u32 {
        (commands % (2 * self.size)) as u32
    }
}

fn command_step(counters: &mut CommandCounters, smmu: &mut Smmu, action: CommandAction) {
    match action {
        CommandAction::Produce(most) => {
            counters.produced += most.min(counters.size - (counters.produced - counters.consumed));
            write(smmu, Register::CmdqProd, counters.pointer(counters.produced));
        }
        CommandAction::Fetch(most) => {
            let next = counters.consumed + counters.fetched.len() as u64;
            let place = next % counters.size;
            let beats = most.min(counters.produced - next).min(counters.size - place);
            let possible = counters.coming == 0 && !counters.failed && beats > 0;
            // One more than there are is never possible.
            if beats == counters.produced - next && counters.coming == 0 {
                assert!(smmu.fetch(slot(place), beats as u32 + 1).is_err());
            }
            if possible {
                assert_eq!(smmu.fetch(slot(place), beats as u32), Ok(()));
                (counters.coming, counters.stale) = (beats, false);
            }
        }
        CommandAction::Bring(_) if counters.coming == 0 => {
            assert!(smmu.fetched(Response::Okay, [0; 2]).is_err());
        }
        CommandAction::Bring(result) => {
            let place = counters.consumed + counters.fetched.len() as u64;
            let words = match result {
                Ok(true) => command(place as u32).words(),
                _ => Command::new(0).words(),
            };
            let response = if result.is_err() { Response::Error } else { Response::Okay };
            let kept = smmu.fetched(response, words).unwrap() == smmuq_golden::Fetched::Kept;
            assert_eq!(kept, !counters.stale);
            counters.coming -= 1;
            if kept {
                counters.fetched.push_back(result);
            }
        }
        CommandAction::CarryOut => match counters.fetched.front() {
            None => assert!(smmu.command_failed().is_err()),
            Some(Ok(true)) => {
                send(smmu, command(counters.consumed as u32));
                counters.consumed += 1;
                counters.fetched.pop_front();
            }
            Some(failure) => {
                let code = if failure.is_ok() { 1 } else { 2 };
                assert_eq!(smmu.command_failed(), Ok(()));
                assert_eq!(cons(smmu) >> 24, code);
                counters.fetched.clear();
                (counters.failed, counters.stale) = (true, true);
            }
        },
        CommandAction::Restart => {
            let gerror = read(smmu, Register::Gerror);
            write(smmu, Register::GerrorN, gerror);
            counters.failed = false;
        }
    }
    assert_eq!(cons(smmu) & 0xF_FFFF, counters.pointer(counters.consumed));
    assert_eq!(smmu.commands_flow(), !counters.failed);
}

fn run_commands(log2size: u32, start: u64, actions: &[CommandAction]) {
    let mut counters = CommandCounters {
        size: 1 << log2size,
        produced: start,
        consumed: start,
        fetched: VecDeque::new(),
        coming: 0,
        stale: false,
        failed: false,
    };
    let pointer = counters.pointer(start);
    let mut smmu = cmd_enabled(log2size, pointer, pointer);
    for action in actions {
        command_step(&mut counters, &mut smmu, *action);
    }
}

proptest! {
    #[test]
    fn pri_pointers_do_what_unbounded_counters_do(
        before in 0..8u64,
        free in 0..6u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(pri_action(), 1..80),
    ) {
        for log2size in 0..=19 {
            // `produced` is `before` messages in front of the end of a lap.
            let end = (laps + 1) << log2size;
            let start = (end + free.min(1 << log2size)).saturating_sub(before + (1 << log2size));
            run_pri(log2size, start, free, &actions);
        }
    }

    #[test]
    fn command_pointers_do_what_unbounded_counters_do(
        before in 0..8u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(command_action(), 1..80),
    ) {
        for log2size in 0..=19 {
            let start = (laps << log2size).saturating_sub(before);
            run_commands(log2size, start, &actions);
        }
    }
}
