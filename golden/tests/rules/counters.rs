//! The Event and the PRI queue against plain mathematics: the n-th entry since the beginning of time is
//! in slot n modulo the size, a queue holds what is produced and not consumed, and nothing ever wraps.

use std::fmt::Debug;

use proptest::prelude::*;
use smmuq_golden::{
    Completion, Decision, Hold, Kind, Loss, PriCompletion, PriDecision, PriLoss, PriMessage, Register,
    Response, Smmu, StepError,
};

use crate::fixture::*;
use crate::pri_fixture::*;

#[derive(Clone, Copy, Debug)]
enum Action<Offer> {
    Offer(Offer),
    Respond(Response),
    /// Software consumes up to so many entries, and acknowledges an overflow or not.
    Consume(u64, bool),
    AcknowledgeError,
}

fn action<Offer: Clone + Debug>(
    offers: impl Strategy<Value = Offer>,
) -> impl Strategy<Value = Action<Offer>> {
    prop_oneof![
        9 => offers.prop_map(Action::Offer),
        6 => Just(Action::Respond(Response::Okay)),
        1 => Just(Action::Respond(Response::Error)),
        3 => (0..4u64, any::<bool>()).prop_map(|(most, ack)| Action::Consume(most, ack)),
        1 => Just(Action::AcknowledgeError),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![2 => Just(Kind::Terminated), 1 => Just(Kind::Stalled)]
}

fn message() -> impl Strategy<Value = PriMessage> {
    prop_oneof![1 => Just(request(1)), 1 => Just(last(1)), 2 => Just(stop())]
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
    /// PRG Responses.
    answers: u64,
}

impl Counters {
    fn used(&self) -> u64 {
        self.produced - self.consumed
    }

    /// An entry is lost because of the size; whether OVFLG toggles.
    fn overflow(&mut self) -> bool {
        let toggled = self.overflows == self.overflows_seen;
        self.overflows += u64::from(toggled);
        toggled
    }

    /// An entry is written; its slot.
    fn commit(&mut self) -> u64 {
        self.in_flight += 1;
        (self.produced + self.in_flight - 1) % self.size
    }

    /// Whether the entry is published, and whether an error is flagged.
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

    fn pointer(&self, entries: u64, overflows: u64) -> u32 {
        (entries % (2 * self.size)) as u32 + if overflows % 2 == 1 { FLAG } else { 0 }
    }
}

/// What a response of the memory meant.
#[derive(Debug, PartialEq)]
struct Answered {
    published: bool,
    interrupt: bool,
    flagged: bool,
}

/// One of the queues that the SMMU fills.
trait OutputQueue {
    type Offer: Copy;
    const PROD: Register;
    const CONS: Register;
    const ABORT: u32;

    /// The queue with its interrupts, enabled.
    fn enabled(log2size: u32, prod: u32, cons: u32) -> Smmu;
    /// Offers an entry and checks the decision.
    fn offer(counters: &mut Counters, smmu: &mut Smmu, offer: Self::Offer);
    fn respond(counters: &mut Counters, smmu: &mut Smmu, response: Response) -> Result<Answered, StepError>;
    fn in_flight(smmu: &Smmu) -> usize;
}

struct Events;

impl OutputQueue for Events {
    type Offer = Kind;
    const PROD: Register = Register::EventqProd;
    const CONS: Register = Register::EventqCons;
    const ABORT: u32 = ABT_ERR;

    fn enabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
        let mut smmu = enabled(log2size, prod, cons);
        enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
        smmu
    }

    fn offer(counters: &mut Counters, smmu: &mut Smmu, kind: Kind) {
        let stalled = kind == Kind::Stalled;
        let decision = smmu.decide(kind, record(counters.produced));
        let expected = if counters.draining {
            Decision::Held(Hold::Aborting)
        } else if counters.errors > counters.errors_seen {
            let held = Decision::Held(Hold::AbortError);
            if stalled { held } else { Decision::Dropped(Loss::AbortError) }
        } else if counters.used() == counters.size {
            let held = Decision::Held(Hold::Full);
            if stalled { held } else { Decision::Dropped(Loss::Full { toggled: counters.overflow() }) }
        } else if counters.used() + counters.in_flight == counters.size {
            Decision::Held(Hold::NoFreeSlot)
        } else {
            recorded(counters.commit())
        };
        assert_eq!(decision, expected);
    }

    fn respond(_: &mut Counters, smmu: &mut Smmu, response: Response) -> Result<Answered, StepError> {
        Ok(match smmu.respond(response)? {
            Completion::Published { interrupt, .. } => {
                Answered { published: true, interrupt, flagged: false }
            }
            Completion::Lost { flagged } => Answered { published: false, interrupt: false, flagged },
        })
    }

    fn in_flight(smmu: &Smmu) -> usize {
        smmu.in_flight.len()
    }
}

struct Pages;

impl OutputQueue for Pages {
    type Offer = PriMessage;
    const PROD: Register = Register::PriqProd;
    const CONS: Register = Register::PriqCons;
    const ABORT: u32 = PRIQ_ABT;

    fn enabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
        let mut smmu = pri_enabled(log2size, prod, cons);
        enable_interrupts(&mut smmu, PRIQ_IRQ | GERROR_IRQ);
        smmu
    }

    fn offer(counters: &mut Counters, smmu: &mut Smmu, message: PriMessage) {
        let request = !message.is_stop_marker();
        let decision = offer_pri(smmu, message);
        let expected = if counters.draining {
            PriDecision::Held(Hold::Aborting)
        } else if counters.errors > counters.errors_seen {
            counters.answers += u64::from(request);
            dropped(PriLoss::AbortError, request.then(|| failure(1)))
        } else if counters.overflows > counters.overflows_seen || counters.used() == counters.size {
            let answered = request && message.last();
            counters.answers += u64::from(answered);
            overflowed(counters.overflow(), answered.then(|| success(1)))
        } else if counters.used() + counters.in_flight == counters.size {
            PriDecision::Held(Hold::NoFreeSlot)
        } else {
            queued(counters.commit())
        };
        assert_eq!(decision, expected);
    }

    fn respond(counters: &mut Counters, smmu: &mut Smmu, response: Response) -> Result<Answered, StepError> {
        Ok(match smmu.respond_pri(response)? {
            PriCompletion::Published { interrupt, .. } => {
                Answered { published: true, interrupt, flagged: false }
            }
            PriCompletion::Lost { flagged, response } => {
                counters.answers += u64::from(response.is_some());
                Answered { published: false, interrupt: false, flagged }
            }
        })
    }

    fn in_flight(smmu: &Smmu) -> usize {
        smmu.pri_in_flight.len()
    }
}

fn step<Q: OutputQueue>(counters: &mut Counters, smmu: &mut Smmu, action: Action<Q::Offer>) {
    match action {
        Action::Offer(offer) => Q::offer(counters, smmu, offer),
        Action::Respond(_) if counters.in_flight == 0 => {
            assert!(Q::respond(counters, smmu, Response::Okay).is_err());
        }
        Action::Respond(response) => {
            let was_empty = counters.used() == 0;
            let answered = Q::respond(counters, smmu, response).unwrap();
            let (published, flagged) = counters.respond(response);
            assert_eq!(answered, Answered { published, interrupt: published && was_empty, flagged });
        }
        Action::Consume(most, acknowledge) => {
            counters.consumed += most.min(counters.used());
            if acknowledge {
                counters.overflows_seen = counters.overflows;
            }
            write(smmu, Q::CONS, counters.cons());
        }
        Action::AcknowledgeError => {
            counters.errors_seen = counters.errors;
            let gerror = read(smmu, Register::Gerror);
            write(smmu, Register::GerrorN, gerror);
        }
    }
    assert_eq!(read(smmu, Q::PROD), counters.prod());
    let gerror = if counters.errors % 2 == 1 { Q::ABORT } else { 0 };
    assert_eq!(read(smmu, Register::Gerror), gerror);
    assert_eq!(Q::in_flight(smmu) as u64, counters.in_flight);
    assert_eq!(smmu.prg_owed.len() as u64, counters.answers);
}

/// Starts at any place of the first laps, with `free` slots free as far as there are so many.
fn run<Q: OutputQueue>(log2size: u32, start: u64, free: u64, actions: &[Action<Q::Offer>]) {
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
        answers: 0,
    };
    let mut smmu = Q::enabled(log2size, counters.prod(), counters.cons());
    for action in actions {
        step::<Q>(&mut counters, &mut smmu, *action);
    }
}

/// At the wrap of every size, where the mathematics is worth most: `produced` is `before` entries in
/// front of the end of a lap.
fn run_at_the_wrap<Q: OutputQueue>(before: u64, free: u64, laps: u64, actions: &[Action<Q::Offer>]) {
    for log2size in 0..=19 {
        let end = (laps + 1) << log2size;
        let start = (end + free.min(1 << log2size)).saturating_sub(before + (1 << log2size));
        run::<Q>(log2size, start, free, actions);
    }
}

proptest! {
    #[test]
    fn wrapped_pointers_do_what_unbounded_counters_do(
        start in 0..2u64 << 19,
        free in 0..6u64,
        actions in prop::collection::vec(action(kind()), 1..80),
    ) {
        for log2size in 0..=19 {
            run::<Events>(log2size, start, free, &actions);
        }
    }

    #[test]
    fn wrapped_pointers_do_what_unbounded_counters_do_at_the_wrap(
        before in 0..8u64,
        free in 0..6u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(action(kind()), 1..80),
    ) {
        run_at_the_wrap::<Events>(before, free, laps, &actions);
    }

    #[test]
    fn pri_pointers_do_what_unbounded_counters_do(
        before in 0..8u64,
        free in 0..6u64,
        laps in 1..=2u64,
        actions in prop::collection::vec(action(message()), 1..80),
    ) {
        run_at_the_wrap::<Pages>(before, free, laps, &actions);
    }
}
