//! The model against plain mathematics: the n-th record since the beginning of time is entry n
//! modulo the size, a queue holds what is produced and not consumed, and nothing ever wraps.

use proptest::prelude::*;
use smmuq_golden::{Completion, Decision, Hold, Kind, Loss, Register, Response, Smmu};

use crate::fixture::*;

#[derive(Clone, Copy, Debug)]
enum Action {
    Offer(Kind),
    Respond(Response),
    /// Software consumes up to so many records, and acknowledges an overflow or not.
    Consume(u64, bool),
    AcknowledgeError,
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => Just(Action::Offer(Kind::Terminated)),
        3 => Just(Action::Offer(Kind::Stalled)),
        6 => Just(Action::Respond(Response::Okay)),
        1 => Just(Action::Respond(Response::Error)),
        3 => (0..4u64, any::<bool>()).prop_map(|(most, ack)| Action::Consume(most, ack)),
        1 => Just(Action::AcknowledgeError),
    ]
}

/// Counters from the beginning of time. The number of overflows and of errors says what their
/// flags show: a flag is the last bit of the count.
struct Counters {
    size: u64,
    produced: u64,
    consumed: u64,
    in_flight: u64,
    draining: bool,
    overflows: u64,
    overflows_seen: u64,
    errors: u64,
    errors_seen: u64,
}

impl Counters {
    fn used(&self) -> u64 {
        self.produced - self.consumed
    }

    fn offer(&mut self, kind: Kind) -> Decision {
        let stalled = kind == Kind::Stalled;
        if self.draining {
            Decision::Held(Hold::Aborting)
        } else if self.errors > self.errors_seen {
            let held = Decision::Held(Hold::AbortError);
            if stalled { held } else { Decision::Dropped(Loss::AbortError) }
        } else if self.used() == self.size {
            if stalled {
                return Decision::Held(Hold::Full);
            }
            let toggled = self.overflows == self.overflows_seen;
            self.overflows += u64::from(toggled);
            Decision::Dropped(Loss::Full { toggled })
        } else if self.used() + self.in_flight == self.size {
            Decision::Held(Hold::NoFreeSlot)
        } else {
            let number = self.produced + self.in_flight;
            self.in_flight += 1;
            recorded(number % self.size)
        }
    }

    /// Whether the record is published, and whether an error is flagged.
    fn respond(&mut self, response: Response) -> (bool, bool) {
        self.in_flight -= 1;
        self.draining |= response == Response::Error;
        if !self.draining {
            self.produced += 1;
            return (true, false);
        }
        let last = self.in_flight == 0;
        self.errors += u64::from(last);
        self.draining = !last;
        (false, last)
    }

    fn prod(&self) -> u32 {
        self.pointer(self.produced, self.overflows)
    }

    fn cons(&self) -> u32 {
        self.pointer(self.consumed, self.overflows_seen)
    }

    fn pointer(&self, records: u64, overflows: u64) -> u32 {
        (records % (2 * self.size)) as u32 + if overflows % 2 == 1 { FLAG } else { 0 }
    }
}

fn step(counters: &mut Counters, smmu: &mut Smmu, number: u64, action: Action) {
    match action {
        Action::Offer(kind) => {
            assert_eq!(smmu.decide(kind, record(number)), counters.offer(kind));
        }
        Action::Respond(_) if counters.in_flight == 0 => {
            assert!(smmu.respond(Response::Okay).is_err());
        }
        Action::Respond(response) => {
            let was_empty = counters.used() == 0;
            match (smmu.respond(response).unwrap(), counters.respond(response)) {
                (Completion::Published { interrupt, .. }, (true, false)) => {
                    assert_eq!(interrupt, was_empty);
                }
                (Completion::Lost { flagged }, (false, expected)) => assert_eq!(flagged, expected),
                different => panic!("{different:?}"),
            }
        }
        Action::Consume(most, acknowledge) => {
            counters.consumed += most.min(counters.used());
            if acknowledge {
                counters.overflows_seen = counters.overflows;
            }
            write(smmu, Register::EventqCons, counters.cons());
        }
        Action::AcknowledgeError => {
            counters.errors_seen = counters.errors;
            let gerror = read(smmu, Register::Gerror);
            write(smmu, Register::GerrorN, gerror);
        }
    }
    assert_eq!(read(smmu, Register::EventqProd), counters.prod());
    let gerror = if counters.errors % 2 == 1 { ABT_ERR } else { 0 };
    assert_eq!(read(smmu, Register::Gerror), gerror);
    assert_eq!(smmu.in_flight.len() as u64, counters.in_flight);
}

/// Starts at any place of the first laps, with `free` slots free as far as there are so many.
fn run(log2size: u32, start: u64, free: u64, actions: &[Action]) {
    let size = 1u64 << log2size;
    let mut counters = Counters {
        size,
        produced: start + size - free.min(size),
        consumed: start,
        in_flight: 0,
        draining: false,
        overflows: 0,
        overflows_seen: 0,
        errors: 0,
        errors_seen: 0,
    };
    let mut smmu = enabled(log2size, counters.prod(), counters.cons());
    enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
    for (number, action) in actions.iter().enumerate() {
        step(&mut counters, &mut smmu, number as u64, *action);
    }
}

proptest! {
    #[test]
    fn wrapped_pointers_do_what_unbounded_counters_do(
        start in 0..2u64 << 19,
        free in 0..6u64,
        actions in prop::collection::vec(action(), 1..80),
    ) {
        for log2size in 0..=19 {
            run(log2size, start, free, &actions);
        }
    }

    /// At the wrap of every size, where the mathematics is worth most.
    #[test]
    fn wrapped_pointers_do_what_unbounded_counters_do_at_the_wrap(
        before in 0..8u64,
        free in 0..6u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(action(), 1..80),
    ) {
        for log2size in 0..=19 {
            // `produced` is `before` records in front of the end of a lap.
            let end = (laps + 1) << log2size;
            let start = (end + free.min(1 << log2size)).saturating_sub(before + (1 << log2size));
            run(log2size, start, free, &actions);
        }
    }
}
