//! The Command queue against plain mathematics: the n-th command since the beginning of time is in slot
//! n modulo the size, and nothing ever wraps.

use std::collections::VecDeque;

use proptest::prelude::*;
use smmuq_golden::{Command, Fetched, Register, Response, Smmu};

use crate::command_fixture::*;
use crate::fixture::*;

#[derive(Clone, Copy, Debug)]
enum Action {
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

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..4u64).prop_map(Action::Produce),
        4 => (1..5u64).prop_map(Action::Fetch),
        12 => Just(Action::Bring(Ok(true))),
        1 => Just(Action::Bring(Ok(false))),
        1 => Just(Action::Bring(Err(()))),
        8 => Just(Action::CarryOut),
        2 => Just(Action::Restart),
    ]
}

struct Counters {
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

impl Counters {
    fn pointer(&self, commands: u64) -> u32 {
        (commands % (2 * self.size)) as u32
    }
}

fn step(counters: &mut Counters, smmu: &mut Smmu, action: Action) {
    match action {
        Action::Produce(most) => {
            counters.produced += most.min(counters.size - (counters.produced - counters.consumed));
            write(smmu, Register::CmdqProd, counters.pointer(counters.produced));
        }
        Action::Fetch(most) => {
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
        Action::Bring(_) if counters.coming == 0 => {
            assert!(smmu.fetched(Response::Okay, [0; 2]).is_err());
        }
        Action::Bring(result) => {
            let place = counters.consumed + counters.fetched.len() as u64;
            let words = match result {
                Ok(true) => command(place as u32).words(),
                _ => Command::new(0).words(),
            };
            let response = if result.is_err() { Response::Error } else { Response::Okay };
            let kept = smmu.fetched(response, words).unwrap() == Fetched::Kept;
            assert_eq!(kept, !counters.stale);
            counters.coming -= 1;
            if kept {
                counters.fetched.push_back(result);
            }
        }
        Action::CarryOut => match counters.fetched.front() {
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
        Action::Restart => {
            let gerror = read(smmu, Register::Gerror);
            write(smmu, Register::GerrorN, gerror);
            counters.failed = false;
        }
    }
    assert_eq!(cons(smmu) & 0xF_FFFF, counters.pointer(counters.consumed));
    assert_eq!(smmu.commands_flow(), !counters.failed);
}

fn run(log2size: u32, start: u64, actions: &[Action]) {
    let mut counters = Counters {
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
        step(&mut counters, &mut smmu, *action);
    }
}

proptest! {
    #[test]
    fn command_pointers_do_what_unbounded_counters_do(
        before in 0..8u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(action(), 1..80),
    ) {
        for log2size in 0..=19 {
            let start = (laps << log2size).saturating_sub(before);
            run(log2size, start, &actions);
        }
    }
}
