//! Every reachable state of the small queues, breadth first, and every input in each.

use std::collections::{HashSet, VecDeque};

use smmuq_golden::Response;

use crate::comparison::{Comparison, Input, OutputQueue};
use crate::counters::Counters;
use crate::events::Events;
use crate::pages::Pages;

/// What the future of a queue depends on: the counters as far as registers show them, which is modulo two
/// sizes or two, and what is in flight. The records and their numbers play no part.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    /// WR, RD, OVFLG and OVACKFLG, GERROR and GERRORN, CR0 and CR0ACK.
    registers: Registers,
    lawful: bool,
    aborting: bool,
    /// The sorts of those in flight as digits of base 4, under a leading 1.
    in_flight: u64,
}

type Registers = (u32, u32, bool, bool, bool, bool);

fn registers<T: Copy>(counters: &Counters<T>) -> Registers {
    let odd = |count| count % 2 == 1;
    let (errors, acknowledged) = (odd(counters.errors), odd(counters.errors_acknowledged));
    let enables = (counters.enable, counters.enable_acknowledged);
    (counters.prod(), counters.cons(), errors, acknowledged, enables.0, enables.1)
}

fn state<Q: OutputQueue>(queue: &Q, counters: &Counters<Q::Entry>) -> State {
    State {
        registers: registers(counters),
        lawful: counters.lawful,
        aborting: counters.aborting(),
        in_flight: counters.in_flight.iter().fold(1, |digits, entry| digits * 4 + queue.sort(entry)),
    }
}

/// Every input. The values of `unread` are all that a CONS of n+1 bits can say (Q5): from one less than none at
/// all, which no queue can have, to a full queue.
fn inputs<Q: OutputQueue>(size: i64) -> Vec<Input<Q::Offer>> {
    let offers = Q::OFFERS.iter().map(|offer| Input::Offer(*offer));
    let cons = (1 - size..=size)
        .flat_map(|unread| [false, true].map(|acknowledge| Input::Cons { unread, acknowledge }));
    let others = [
        Input::Respond(Response::Okay),
        Input::Respond(Response::Error),
        Input::AcknowledgeError,
        Input::Enable(false),
        Input::Enable(true),
        Input::AcknowledgeEnable,
    ];
    offers.chain(cons).chain(others).collect()
}

/// Goes to every state from an empty queue in its third lap, and takes every input in each.
fn explore<Q: OutputQueue>(queue: Q, log2size: u32) {
    let size = 1u64 << log2size;
    let comparison = Comparison::new(queue, log2size);
    let inputs = inputs::<Q>(size as i64);
    let start = comparison.start(Counters::new(log2size, 2 * size, 2 * size));
    let mut seen = HashSet::from([state(&comparison.queue, &start.counters)]);
    let mut waiting = VecDeque::from([start]);
    while let Some(pair) = waiting.pop_front() {
        for input in &inputs {
            let mut next = pair.clone();
            comparison.step(&mut next, *input);
            if seen.insert(state(&comparison.queue, &next.counters)) {
                waiting.push_back(next);
            }
        }
    }
    println!("2^{log2size} entries: {} states, {} inputs in each", seen.len(), inputs.len());
    // With nothing in flight, and software that may write any CONS, the registers take all values: WR and RD
    // have 2 * size each, and the other six are bits.
    let at_rest = seen.iter().filter(|state| !state.lawful && state.in_flight == 1);
    let at_rest: HashSet<Registers> = at_rest.map(|state| state.registers).collect();
    assert_eq!(at_rest.len() as u64, (2 * size).pow(2) << 6);
}

#[test]
fn every_state_of_small_event_queues() {
    for log2size in 0..=2 {
        explore(Events, log2size);
    }
}

#[test]
fn every_state_of_small_pri_queues() {
    for log2size in 0..=2 {
        explore(Pages { last_only: false }, log2size);
    }
}

#[test]
fn every_state_of_small_pri_queues_that_interrupt_for_last() {
    for log2size in 0..=2 {
        explore(Pages { last_only: true }, log2size);
    }
}
