//! The block as the search sees it: a state that one can go back to, and what each input does in it.

use std::fmt;
use std::hash::Hash;

use smmuq_golden::Smmu;

use crate::bus::{Answer, Request};
use crate::queue::Queue;

/// What comes to the block from a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// The record of a terminated transaction.
    Terminated,
    /// The record of a stalled transaction.
    Stalled,
    /// A page request without Last.
    Request,
    /// A page request with Last.
    LastRequest,
}

impl Arrival {
    /// What comes to a queue.
    pub fn of(queue: Queue) -> [Self; 2] {
        match queue {
            Queue::Event => [Self::Terminated, Self::Stalled],
            Queue::Pri => [Self::LastRequest, Self::Request],
        }
    }
}

impl fmt::Display for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminated => "a record of a terminated transaction comes",
            Self::Stalled => "a record of a stalled transaction comes",
            Self::Request => "a page request without Last comes",
            Self::LastRequest => "a page request with Last comes",
        })
    }
}

/// One atomic step of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// Something comes from a device.
    Arrive(Arrival),
    /// The oldest write in flight is answered; only where [`View::in_flight`] counts one.
    Publish,
    /// Software reads or writes a register, or takes an entry out of memory.
    Access(Request),
}

/// What a step did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// What software gets for its access.
    pub answer: Option<Answer>,
    /// How many entries PROD covers that it did not cover before.
    pub published: u8,
    /// The record or message was discarded, as the queue could not take it.
    pub lost: bool,
    /// The block has no place to decide: the arrival waits outside, as if it had not come.
    pub refused: bool,
    /// The queue's interrupt was given.
    pub interrupt: bool,
}

/// What the registers of the queue show, and what waits behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// PROD as software reads it.
    pub prod: u32,
    /// CONS as software wrote it.
    pub cons: u32,
    /// log2 of the number of entries.
    pub log2size: u8,
    /// A stalled record waits for space.
    pub waiting: bool,
    /// Writes without a response.
    pub in_flight: u8,
}

impl View {
    /// Of a queue of the golden model.
    pub fn of(smmu: &Smmu, queue: Queue, waiting: bool) -> Self {
        let (used, in_flight) = match queue {
            Queue::Event => (smmu.event_queue(), smmu.in_flight.len()),
            Queue::Pri => (smmu.pri_queue(), smmu.pri_in_flight.len()),
        };
        Self {
            prod: smmu.register(queue.prod()),
            cons: smmu.register(queue.cons()),
            log2size: used.layout.log2size(),
            waiting,
            in_flight: in_flight as u8,
        }
    }

    /// PROD.OVFLG.
    pub fn ovflg(self) -> bool {
        self.prod >> 31 != 0
    }

    /// CONS.OVACKFLG.
    pub fn ovackflg(self) -> bool {
        self.cons >> 31 != 0
    }

    /// An overflow is unacknowledged (EV4, P5).
    pub fn overflow_active(self) -> bool {
        self.ovflg() != self.ovackflg()
    }

    /// Bits of an index and its wrap flag.
    pub fn mask(self) -> u32 {
        (2 << self.log2size) - 1
    }

    /// `WR - RD`; more than the number of entries when CONS is inconsistent (Q5).
    pub fn used(self) -> u32 {
        self.prod.wrapping_sub(self.cons) & self.mask()
    }

    /// How many entries the queue has.
    pub fn entries(self) -> u32 {
        1 << self.log2size
    }

    /// Nothing between RD and WR.
    pub fn is_empty(self) -> bool {
        self.used() == 0
    }

    /// No space, as for the block (Q6: inconsistent counts as full).
    pub fn is_full(self) -> bool {
        self.used() >= self.entries()
    }
}

/// A block with one queue set up and enabled. The other queues are not touched.
pub trait Device {
    /// What is kept to come back to a state, and to tell it from others: equal ones behave the same for ever.
    type State: Clone + Eq + Hash;
    /// What ends a search: the block broke a promise.
    type Error: fmt::Display;

    /// The state now.
    fn state(&self) -> Self::State;
    /// Comes back to a state.
    fn restore(&mut self, state: &Self::State);
    /// What the registers of the queue show now.
    fn view(&self) -> View;
    /// One step, with all that follows from it by itself.
    ///
    /// # Errors
    /// When the block does something that it must not do.
    fn step(&mut self, input: Input) -> Result<Effect, Self::Error>;
}
