//! Every state of small Command queues, and larger ones at random.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;

use crate::command_comparison::{Input, Pair};
use crate::command_counters::{Commands, Outcome};

const OUTCOMES: [Outcome; 3] = [Outcome::Good, Outcome::Illegal, Outcome::Aborted];

/// Every input: all values of WR and RD, all reads that touch the queue, and some beyond its end.
fn inputs(size: u64) -> Vec<Input> {
    let pointers = 1 - size as i64..=size as i64;
    let prod = pointers.clone().map(|pending| Input::Prod { pending });
    let cons = pointers.map(|pending| Input::Cons { pending });
    let fetch =
        (0..size).flat_map(|slot| (0..=size + 1).map(move |commands| Input::Fetch { slot, commands }));
    let others = [
        Input::Send,
        Input::Fail,
        Input::AcknowledgeError,
        Input::Enable(false),
        Input::Enable(true),
        Input::AcknowledgeEnable,
    ];
    prod.chain(cons).chain(fetch).chain(OUTCOMES.map(Input::Bring)).chain(others).collect()
}

/// What comes behind a command that fails is dropped with it; one kind of it is enough. In a queue of four, software does
/// what it may: PROD does not move back while commands flow (Q15), an Update ends before the next (E2).
fn matters(commands: &Commands, input: &Input) -> bool {
    let behind_a_failure = commands.fetched.iter().any(|outcome| *outcome != Outcome::Good);
    let lawful = commands.size == 4;
    match input {
        Input::Bring(Outcome::Good) => true,
        Input::Bring(_) => !(behind_a_failure || commands.stale),
        Input::Prod { pending } if lawful && commands.flows() => *pending >= commands.pending() as i64,
        Input::Enable(_) if lawful => commands.enable == commands.enable_acknowledged,
        _ => true,
    }
}

/// Goes to every state from an empty queue in its third lap, and takes every input in each.
fn explore(log2size: u32) -> usize {
    let size = 1u64 << log2size;
    let inputs = inputs(size);
    let hasher = RandomState::new();
    // What the future depends on: the model, and the counters as far as it does not show them. 64 bits stand for it.
    let state = |pair: &Pair| {
        let Commands { consumed, fetched, coming, stale, reach, doubtful, .. } = &pair.commands;
        hasher.hash_one((&pair.smmu, fetched, coming, stale, reach.saturating_sub(*consumed), doubtful))
    };
    let start = Pair::new(log2size, Commands::new(log2size, 4 * size, 4 * size));
    let mut seen = HashSet::from([state(&start)]);
    let mut waiting = VecDeque::from([start]);
    while let Some(pair) = waiting.pop_front() {
        for input in inputs.iter().filter(|input| matters(&pair.commands, input)) {
            let mut next = pair.clone();
            next.step(*input);
            if seen.insert(state(&next)) {
                waiting.push_back(next);
            }
        }
    }
    println!("2^{log2size} entries: {} states, {} inputs in each", seen.len(), inputs.len());
    seen.len()
}

#[test]
fn every_state_of_small_command_queues() {
    for log2size in 0..=2 {
        // WR and RD take all values, and an error is active or not: fewer states would mean that inputs had no effect.
        assert!(explore(log2size) > (2 << log2size) * (2 << log2size) * 2);
    }
}

/// An input that suits every size and state.
#[derive(Clone, Copy, Debug)]
enum Action {
    Input(Input),
    /// Software adds up to so many commands, as far as there is space.
    Produce(u64),
    /// PROD or RD is written: near an empty queue, or a full one.
    Jump {
        prod: bool,
        pending: i64,
        full: bool,
    },
    /// Up to so many of the next commands are fetched, or one more than there are, from so many slots behind where they are.
    Fetch {
        most: u64,
        aside: u64,
    },
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let input = |input| Just(Action::Input(input));
    let jump = (any::<bool>(), -4..=4i64, any::<bool>());
    let action = prop_oneof![
        10 => (0..4u64).prop_map(Action::Produce),
        1 => jump.prop_map(|(prod, pending, full)| Action::Jump { prod, pending, full }),
        12 => (1..6u64).prop_map(|most| Action::Fetch { most, aside: 0 }),
        2 => (1..6u64, 0..4u64).prop_map(|(most, aside)| Action::Fetch { most, aside }),
        30 => input(Input::Bring(Outcome::Good)),
        2 => input(Input::Bring(Outcome::Illegal)),
        2 => input(Input::Bring(Outcome::Aborted)),
        20 => input(Input::Send),
        6 => input(Input::Fail),
        6 => input(Input::AcknowledgeError),
        2 => input(Input::Enable(false)),
        6 => input(Input::Enable(true)),
        6 => input(Input::AcknowledgeEnable),
    ];
    prop::collection::vec(action, 1..80)
}

/// The input that an action is in a state.
fn input(commands: &Commands, action: Action) -> Input {
    let size = commands.size;
    match action {
        Action::Input(input) => input,
        Action::Produce(most) => {
            let pending = commands.pending();
            Input::Prod { pending: (pending + most.min(size - pending)) as i64 }
        }
        Action::Jump { prod, pending, full } => {
            let pending = if full { size as i64 + pending } else { pending };
            // More than full is as much less than none.
            let pending = if pending > size as i64 { pending - 2 * size as i64 } else { pending };
            if prod { Input::Prod { pending } } else { Input::Cons { pending } }
        }
        Action::Fetch { most, aside } => {
            let next = commands.next();
            let left = (commands.consumed + commands.pending()).saturating_sub(next);
            Input::Fetch { slot: (next + aside) % size, commands: most.min(left + 1) }
        }
    }
}

proptest! {
    /// Queues of 8 to 2^19 commands, from the places around the wrap and from any other.
    #[test]
    fn command_queues_of_any_size(
        laps in 2..4u64,
        beyond in prop_oneof![3 => (0..8u64).prop_map(|before| u64::MAX - before), 1 => any::<u64>()],
        pending in 0..6u64,
        actions in actions(),
    ) {
        for log2size in 3..=19 {
            let size = 1u64 << log2size;
            let consumed = laps * size + beyond % size;
            let mut pair = Pair::new(log2size, Commands::new(log2size, consumed + pending, consumed));
            for enable in [Input::Enable(true), Input::AcknowledgeEnable] {
                pair.step(enable);
            }
            for action in &actions {
                let input = input(&pair.commands, *action);
                pair.step(input);
            }
        }
    }
}
