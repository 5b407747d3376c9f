//! The golden model as the device of a search.

use std::convert::Infallible;

use smmuq_golden::{
    Cr0, Decision, EventRecord, IrqCtrl, Kind, Parameters, PriDecision, PriMessage, Response, Smmu, Ste,
};

use super::device::{Arrival, Device, Effect, Input, View};
use super::setup;
use crate::bus::{Answer, Request};
use crate::drivers::{self, Who};
use crate::queue::Queue;

/// When the write of an entry is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// With the arrival: an entry is decided on, written and published in one step.
    AtOnce,
    /// In a step of its own, any time later.
    Apart,
}

/// The golden model with one queue set up, and a stalled record that may wait for space.
pub struct Golden {
    smmu: Smmu,
    queue: Queue,
    writes: Writes,
    waiting: bool,
}

impl Golden {
    /// With a queue of `2^log2size` entries, as drivers set it up.
    pub fn new(queue: Queue, log2size: u8, writes: Writes) -> Self {
        let parameters = Parameters::default();
        let setup = setup(queue, log2size);
        let mut device = Self { smmu: Smmu::new(parameters), queue, writes, waiting: false };
        // Whoever serves the queue, it is set up in the same way.
        let mut task = drivers::start(drivers::ALL[0], setup)(Who::Setup).expect("somebody sets up");
        while let Some(request) = task.request() {
            let answer = device.access(request);
            device.acknowledge();
            task.answer(answer);
        }
        device
    }

    /// The architecture lets an Update take any finite time; here each ends at once (E1).
    fn acknowledge(&mut self) {
        for bit in 0..u32::BITS {
            let _nothing_new = self.smmu.acknowledge_cr0(Cr0::from_bits(1 << bit));
            let _nothing_new = self.smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(1 << bit));
        }
    }

    fn access(&mut self, request: Request) -> Answer {
        match request {
            Request::Read(register) => Answer::Value(self.smmu.register(register)),
            Request::Write(register, value) => {
                let written = self.smmu.write(register.offset(), value, 0xF);
                written.expect("registers are aligned");
                Answer::Done
            }
            // What a driver finds where nothing was published is UNKNOWN (V2); here it is zero.
            Request::Record(address) => {
                Answer::Record(self.smmu.published.get(&address).copied().unwrap_or_default())
            }
            Request::PageRequest(address) => {
                Answer::PageRequest(self.smmu.pri_published.get(&address).copied().unwrap_or_default())
            }
            _ => unreachable!("there is no Command queue, and waiting is no access: {request:?}"),
        }
    }

    /// What is in front of the queue is decided on.
    fn offer(&mut self, arrival: Arrival, effect: &mut Effect) {
        match arrival {
            Arrival::Terminated => match self.smmu.decide(Kind::Terminated, EventRecord::translation(0, 0)) {
                Decision::Recorded { .. } => self.settle(effect),
                Decision::Dropped(_) => effect.lost = true,
                Decision::Held(_) => effect.refused = true,
            },
            Arrival::Stalled if self.waiting => effect.refused = true,
            Arrival::Stalled => self.waiting = true,
            Arrival::Request => self.offer_request(false, effect),
            Arrival::LastRequest => self.offer_request(true, effect),
        }
    }

    /// A stalled record is recorded as soon as it can be (ST2).
    fn offer_waiting(&mut self, effect: &mut Effect) {
        if !self.waiting {
            return;
        }
        let record = EventRecord::translation(0, 0).with_stall(0);
        if let Decision::Recorded { .. } = self.smmu.decide(Kind::Stalled, record) {
            self.waiting = false;
            self.settle(effect);
        }
    }

    fn offer_request(&mut self, last: bool, effect: &mut Effect) {
        let message = PriMessage::new(0, 0, 0).with_read(true).with_last(last);
        match self.smmu.decide_pri(message, Ste { valid: true, ppar: false }, false) {
            PriDecision::Recorded { .. } => self.settle(effect),
            PriDecision::Dropped { .. } => effect.lost = true,
            PriDecision::Held(_) => effect.refused = true,
        }
        // Responses to devices leave at once; no driver sees them.
        while let Some(&response) = self.smmu.prg_owed.front() {
            self.smmu.prg(response).expect("the oldest response may leave");
        }
    }

    fn settle(&mut self, effect: &mut Effect) {
        if self.writes == Writes::AtOnce {
            self.publish(effect);
        }
    }

    fn publish(&mut self, effect: &mut Effect) {
        let published = match self.queue {
            Queue::Event => self.smmu.respond(Response::Okay).is_ok(),
            Queue::Pri => self.smmu.respond_pri(Response::Okay).is_ok(),
        };
        assert!(published, "a write is in flight");
        effect.published += 1;
        effect.interrupt |= self.smmu.interrupt(self.queue.line()).is_ok();
    }
}

impl Device for Golden {
    type State = (Smmu, bool);
    type Error = Infallible;

    fn state(&self) -> Self::State {
        (self.smmu.clone(), self.waiting)
    }

    fn restore(&mut self, (smmu, waiting): &Self::State) {
        self.smmu.clone_from(smmu);
        self.waiting = *waiting;
    }

    fn view(&self) -> View {
        View::of(&self.smmu, self.queue, self.waiting)
    }

    fn step(&mut self, input: Input) -> Result<Effect, Infallible> {
        let mut effect = Effect::default();
        match input {
            Input::Arrive(arrival) => self.offer(arrival, &mut effect),
            Input::Publish => self.publish(&mut effect),
            Input::Access(request) => {
                effect.answer = Some(self.access(request));
            }
        }
        self.offer_waiting(&mut effect);
        Ok(effect)
    }
}
