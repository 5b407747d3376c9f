//! Larger queues at random, from the places around the wrap and from any other.

use std::fmt::Debug;

use proptest::prelude::*;
use smmuq_golden::Response;

use crate::comparison::{Comparison, Input, OutputQueue};
use crate::counters::Counters;
use crate::events::Events;
use crate::pages::Pages;

/// An input that suits every size and state.
#[derive(Clone, Copy, Debug)]
enum Action<Offer> {
    Input(Input<Offer>),
    /// Software reads up to so many entries.
    Read {
        most: u64,
        acknowledge: bool,
    },
    /// Software writes an RD near that of an empty queue, or of a full one (Q14).
    Jump {
        unread: i64,
        full: bool,
        acknowledge: bool,
    },
}

fn actions<Offer: Copy + Debug>(offers: &'static [Offer]) -> impl Strategy<Value = Vec<Action<Offer>>> {
    let input = |input| Just(Action::Input(input));
    let read = (0..4u64, any::<bool>());
    let jump = (-4..=4i64, any::<bool>(), any::<bool>());
    let action = prop_oneof![
        36 => prop::sample::select(offers).prop_map(|offer| Action::Input(Input::Offer(offer))),
        20 => input(Input::Respond(Response::Okay)),
        3 => input(Input::Respond(Response::Error)),
        12 => read.prop_map(|(most, acknowledge)| Action::Read { most, acknowledge }),
        2 => jump.prop_map(|(unread, full, acknowledge)| Action::Jump { unread, full, acknowledge }),
        6 => input(Input::AcknowledgeError),
        2 => input(Input::Enable(false)),
        6 => input(Input::Enable(true)),
        6 => input(Input::AcknowledgeEnable),
    ];
    prop::collection::vec(action, 1..80)
}

/// Where a queue starts.
#[derive(Clone, Copy, Debug)]
struct Start {
    /// Laps before, enough that nothing goes below 0; WR and RD have both wrap flags.
    laps: u64,
    /// Entries from the beginning of the lap; less than a lap counts.
    beyond: u64,
    /// Free entries.
    free: u64,
}

fn start() -> impl Strategy<Value = Start> {
    // Just before the wrap, which is -1 modulo every size, or anywhere.
    let beyond = prop_oneof![3 => (0..8u64).prop_map(|before| u64::MAX - before), 1 => any::<u64>()];
    (2..4u64, beyond, 0..6u64).prop_map(|(laps, beyond, free)| Start { laps, beyond, free })
}

/// Takes queues of 8 to 2^19 entries through the same actions.
fn run<Q: OutputQueue>(queue: impl Fn() -> Q, start: Start, lawful: bool, actions: &[Action<Q::Offer>]) {
    for log2size in 3..=19 {
        let size = 1u64 << log2size;
        let written = start.laps * size + start.beyond % size;
        let comparison = Comparison::new(queue(), log2size);
        let mut pair = comparison.start(Counters::new(log2size, written, written - size + start.free));
        let enable = [Input::Enable(true), Input::AcknowledgeEnable].map(Action::Input);
        for action in enable.iter().chain(actions) {
            let input = match *action {
                Action::Input(input) => input,
                Action::Read { most, acknowledge } => {
                    // After a jump there may be no such number; then everything is read.
                    let used = pair.counters.used().unwrap_or(0);
                    Input::Cons { unread: (used - most.min(used)) as i64, acknowledge }
                }
                Action::Jump { .. } if lawful => continue,
                Action::Jump { unread, full, acknowledge } => {
                    // More than full is as much less than none.
                    let unread = if full { size as i64 + unread } else { unread };
                    let unread = if unread > size as i64 { unread - 2 * size as i64 } else { unread };
                    Input::Cons { unread, acknowledge }
                }
            };
            comparison.step(&mut pair, input);
        }
    }
}

proptest! {
    #[test]
    fn event_queues_of_any_size(
        start in start(),
        lawful in any::<bool>(),
        actions in actions(Events::OFFERS),
    ) {
        run(|| Events, start, lawful, &actions);
    }

    #[test]
    fn pri_queues_of_any_size(
        start in start(),
        lawful in any::<bool>(),
        last_only in any::<bool>(),
        actions in actions(Pages::OFFERS),
    ) {
        run(|| Pages { last_only }, start, lawful, &actions);
    }
}
