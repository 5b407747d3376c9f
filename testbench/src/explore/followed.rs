//! A target in lock-step with the golden model as the device of a search: each step runs until nothing happens any more,
//! with a memory that answers at once, and after each cycle with a step the two are compared.

use std::cell::Cell;
use std::rc::Rc;

use smmuq_golden::{
    Completion, Decision, EventRecord, Kind, PriCompletion, PriDecision, PriMessage, Smmu, Ste,
};

use super::device::{Arrival, Device, Effect, Input, View};
use super::{Bounds, setup};
use crate::bus::{Answer, Request};
use crate::drivers::{self, Who};
use crate::lockstep::LockStep;
use crate::meaning::Meaning;
use crate::mismatch::Mismatch;
use crate::queue::Queue;
use crate::system::settle::QUIET;
use crate::target::{Access, PriOffer, Target};

/// Cycles without a step after which something that must still end is missing: the memory is never slow.
const STUCK: u64 = 200;

/// A target that can go back to where it was, when it is at rest: no access and no write is under way.
pub trait Rewind: Target {
    /// All that decides what it does from here on but for the contents of its memory and what waits at its ports. Equal ones
    /// behave the same for ever.
    fn save(&mut self) -> Vec<u8>;
    /// Comes back. Nothing waits at a port any more, and the memory stays as it is.
    fn restore(&mut self, state: &[u8]);
}

/// A target at rest, and the golden model that has followed it there. What the queue's memory holds is what the golden model
/// has published, as was compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settled {
    golden: Smmu,
    waiting: bool,
    target: Vec<u8>,
}

/// What was compared so far.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// Steps of the search that the target made: each in each of its states once.
    pub inputs: Cell<u64>,
    /// Cycles that they took.
    pub cycles: Cell<u64>,
    /// Steps at the ports after which all registers were equal.
    pub steps: Cell<u64>,
}

impl Compared {
    /// A step of the search has taken so many cycles and steps at the ports.
    fn add(&self, cycles: u64, steps: u64) {
        self.inputs.set(self.inputs.get() + 1);
        self.cycles.set(self.cycles.get() + cycles);
        self.steps.set(self.steps.get() + steps);
    }
}

/// A target and the golden model that follows it.
pub struct Followed<T: Rewind> {
    target: T,
    lockstep: LockStep,
    queue: Queue,
    /// A stalled record waits for space.
    waiting: bool,
    /// A record or message has come and was not taken yet.
    arriving: bool,
    /// A register access is under way.
    accessing: bool,
    /// Of the step that is being made.
    cycle: u64,
    last_step: u64,
    now: Rc<Settled>,
    unusable: Option<Box<Mismatch>>,
    compared: Rc<Compared>,
}

impl<T: Rewind> Followed<T> {
    /// Resets the target and sets its queue up, as drivers do. A mismatch on the way there ends the first step. The memory
    /// of the target answers each write with success, after one and the same time, and its neighbours are always ready.
    pub fn new(mut target: T, bounds: Bounds, compared: Rc<Compared>) -> Self {
        target.reset();
        let golden = Smmu::new(target.parameters());
        let now = Rc::new(Settled { golden: golden.clone(), waiting: false, target: target.save() });
        let mut device = Self {
            target,
            lockstep: LockStep::new(golden),
            queue: bounds.queue,
            waiting: false,
            arriving: false,
            accessing: false,
            cycle: 0,
            last_step: 0,
            now,
            unusable: None,
            compared,
        };
        device.unusable = device.set_up(bounds).err();
        device
    }

    fn set_up(&mut self, bounds: Bounds) -> Result<(), Box<Mismatch>> {
        let setup = setup(bounds.queue, bounds.log2size);
        let mut task = drivers::start(drivers::ALL[0], setup)(Who::Setup).expect("somebody sets up");
        while let Some(request) = task.request() {
            let effect = self.make(Input::Access(request))?;
            task.answer(effect.answer.expect("an access ends"));
        }
        Ok(())
    }

    /// Makes one step, until nothing happens any more.
    fn make(&mut self, input: Input) -> Result<Effect, Box<Mismatch>> {
        let mut effect = Effect::default();
        match input {
            Input::Arrive(Arrival::Stalled) if self.waiting => {
                effect.refused = true;
                return Ok(effect);
            }
            Input::Arrive(arrival) => self.offer(arrival),
            Input::Access(request) => self.access(request, &mut effect),
            Input::Publish => unreachable!("no write is in flight between two steps"),
        }
        self.settle(&mut effect)?;
        let (golden, waiting) = (self.lockstep.golden().clone(), self.waiting);
        self.now = Rc::new(Settled { golden, waiting, target: self.target.save() });
        Ok(effect)
    }

    fn offer(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Terminated => self.target.offer(Kind::Terminated, EventRecord::translation(0, 0)),
            Arrival::Stalled => self.offer_stalled(),
            Arrival::Request => self.target.offer_pri(request(false)),
            Arrival::LastRequest => self.target.offer_pri(request(true)),
        }
        self.waiting |= arrival == Arrival::Stalled;
        self.arriving = arrival != Arrival::Stalled;
    }

    fn offer_stalled(&mut self) {
        self.target.offer(Kind::Stalled, stalled());
    }

    fn access(&mut self, request: Request, effect: &mut Effect) {
        let memory = self.target.memory();
        match request {
            Request::Read(register) => self.target.access(Access::Read { offset: register.offset() }),
            Request::Write(register, value) => {
                self.target.access(Access::Write { offset: register.offset(), value, strobes: 0xF })
            }
            Request::Record(address) => {
                effect.answer = Some(Answer::Record(EventRecord::from_bytes(memory.load(address))));
            }
            Request::PageRequest(address) => {
                effect.answer = Some(Answer::PageRequest(PriMessage::from_bytes(memory.load(address))));
            }
            _ => unreachable!("there is no Command queue, and waiting is no access: {request:?}"),
        }
        self.accessing = effect.answer.is_none();
    }

    fn settle(&mut self, effect: &mut Effect) -> Result<(), Box<Mismatch>> {
        loop {
            self.advance(effect)?;
            let quiet = self.cycle - self.last_step;
            if quiet < QUIET {
                continue;
            }
            let Some(unsettled) = self.unsettled() else {
                self.lockstep.compare_settled(self.cycle, &mut self.target)?;
                return self.lockstep.compare_contents(self.cycle, &mut self.target);
            };
            if quiet > STUCK {
                return Err(self.lockstep.stuck(self.cycle, unsettled));
            }
        }
    }

    /// What must still end.
    fn unsettled(&mut self) -> Option<&'static str> {
        let golden = self.lockstep.golden();
        if self.accessing {
            Some("a register access")
        } else if self.target.memory().busy() || golden.in_flight.len() + golden.pri_in_flight.len() > 0 {
            Some("an access to memory")
        } else if !golden.prg_owed.is_empty() {
            Some("a PRG response")
        } else if self.arriving {
            Some("a record or message at its port")
        } else if self.waiting
            && matches!(golden.clone().decide(Kind::Stalled, stalled()), Decision::Recorded { .. })
        {
            Some("a stalled record at its port (ST2)")
        } else {
            self.lockstep.due()
        }
    }

    /// One cycle.
    fn advance(&mut self, effect: &mut Effect) -> Result<(), Box<Mismatch>> {
        let steps = self.target.advance();
        self.cycle += 1;
        let Some(followed) = self.lockstep.follow(self.cycle, &steps, &mut self.target)? else {
            return Ok(());
        };
        self.last_step = self.cycle;
        for meaning in followed.meanings {
            self.take(meaning, effect);
        }
        Ok(())
    }

    /// What the machine around the target sees of a step.
    fn take(&mut self, meaning: Meaning, effect: &mut Effect) {
        match meaning {
            Meaning::Read { value, .. } => self.end_access(Answer::Value(value), effect),
            Meaning::Written { .. } => self.end_access(Answer::Done, effect),
            Meaning::Decided { kind, decision } => {
                match kind {
                    Kind::Stalled => self.waiting = false,
                    Kind::Terminated => self.arriving = false,
                }
                effect.lost |= matches!(decision, Decision::Dropped(_));
            }
            Meaning::DecidedPri(decision) => {
                self.arriving = false;
                effect.lost |= matches!(decision, PriDecision::Dropped { .. });
            }
            Meaning::Completed(Completion::Published { .. })
            | Meaning::CompletedPri(PriCompletion::Published { .. }) => effect.published += 1,
            Meaning::Interrupt(line) => effect.interrupt |= line == self.queue.line(),
            _ => {}
        }
    }

    fn end_access(&mut self, answer: Answer, effect: &mut Effect) {
        self.accessing = false;
        effect.answer = Some(answer);
    }
}

fn stalled() -> EventRecord {
    EventRecord::translation(0, 0).with_stall(0)
}

fn request(last: bool) -> PriOffer {
    let message = PriMessage::new(0, 0, 0).with_read(true).with_last(last);
    PriOffer { message, ste: Ste { valid: true, ppar: false }, secure: false }
}

impl<T: Rewind> Device for Followed<T> {
    type State = Rc<Settled>;
    type Error = Box<Mismatch>;

    fn state(&self) -> Rc<Settled> {
        self.now.clone()
    }

    fn restore(&mut self, state: &Rc<Settled>) {
        self.now = state.clone();
        self.lockstep = LockStep::new(state.golden.clone());
        self.target.restore(&state.target);
        let memory = self.target.memory();
        for (address, record) in state.golden.entries() {
            memory.store(address, &record.unwrap_or_default().to_bytes());
        }
        for (address, message) in state.golden.pri_entries() {
            memory.store(address, &message.unwrap_or_default().to_bytes());
        }
        self.waiting = state.waiting;
        if self.waiting {
            self.offer_stalled();
        }
        (self.arriving, self.accessing) = (false, false);
        (self.cycle, self.last_step) = (0, 0);
    }

    /// As the golden model has it; all registers were compared.
    fn view(&self) -> View {
        View::of(&self.now.golden, self.queue, self.now.waiting)
    }

    fn step(&mut self, input: Input) -> Result<Effect, Box<Mismatch>> {
        if let Some(mismatch) = &self.unusable {
            return Err(mismatch.clone());
        }
        let effect = self.make(input)?;
        self.compared.add(self.cycle, self.lockstep.compared());
        Ok(effect)
    }
}
