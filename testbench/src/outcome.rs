//! What a run leaves behind.

use serde::Serialize;
use smmuq_golden::{PrgResponse, Register};

use crate::bus::{Answer, Request};
use crate::coverage::Coverage;
use crate::log::Log;
use crate::mismatch::Mismatch;
use crate::target::Registers;
use crate::timeline::{Moment, Timeline};

/// The records or messages of a queue and what became of them: `offered = written + in flight + dropped + held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Presented by devices.
    pub offered: u64,
    /// Visible through PROD.
    pub written: u64,
    /// Lost: dropped at the decision, or in an abort.
    pub dropped: u64,
    /// Committed and not answered by the memory.
    pub in_flight: u64,
    /// Waiting at their port.
    pub held: u64,
    /// Toggles of OVFLG by the block.
    pub overflows: u64,
}

/// Devices that wait for software.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Served {
    /// Page request groups that devices have begun.
    pub groups: u64,
    /// Those of which every page was mapped when a response with Success came.
    pub granted: u64,
    /// Those that were refused.
    pub denied: u64,
    /// How often a group was asked for again.
    pub repeated: u64,
    /// Stalled transactions whose record is committed.
    pub stalled: u64,
    /// Those that a command let go on.
    pub resumed: u64,
}

/// One access of the driver and what it got: all that the driver can know.
pub type Exchange = (Request, Answer);

/// A moment that the scenario gave a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The name.
    pub name: String,
    /// The queues at that moment.
    pub then: Moment,
}

/// One answered write of the block to memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemoryWrite {
    /// First byte.
    pub address: u64,
    /// The bytes, in memory order.
    pub bytes: Vec<u8>,
}

/// Everything one wants to know about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Clock cycles.
    pub cycles: u64,
    /// Steps after which target and golden model were compared; 0 where the target is the golden model.
    pub steps_compared: u64,
    /// What the run met.
    pub coverage: Coverage,
    /// The first mismatch, which ended the run.
    pub mismatch: Option<Box<Mismatch>>,
    /// Records of the Event queue.
    pub counts: Counts,
    /// Messages of the PRI queue.
    pub pri: Counts,
    /// Cycles in which the Event queue had an overflow that was not acknowledged, as far as the golden model followed.
    pub unacknowledged: u64,
    /// What became of those who wait for software.
    pub served: Served,
    /// The kernel log.
    pub log: Log,
    /// The registers at the end.
    pub registers: Registers,
    /// The queues at the end.
    pub end: Moment,
    /// The moments with a name, in order.
    pub marks: Vec<Mark>,
    /// What happened after the set-up.
    pub timeline: Timeline,
    /// What the block wrote to memory, in order.
    pub writes: Vec<MemoryWrite>,
    /// The PRG responses that left for their devices, in order.
    pub prg: Vec<PrgResponse>,
    /// What the handler of the Event queue asked and got, in order.
    pub exchanges: Vec<Exchange>,
}

impl Outcome {
    /// The queues at a named moment; at the end for a name that the scenario does not give.
    pub fn at(&self, mark: &str) -> Moment {
        self.marks.iter().find(|each| each.name == mark).map_or(self.end, |each| each.then)
    }

    /// One register at the end.
    pub fn register(&self, register: Register) -> u32 {
        self.registers.get(register)
    }
}
