//! What a run leaves behind.

use smmuq_golden::{PrgResponse, Register};

use crate::bus::{Answer, Request};
use crate::log::Log;
use crate::mismatch::Mismatch;
use crate::target::Registers;
use crate::timeline::{State, Timeline};

/// Records and what became of them: `offered = written + in flight + dropped + held`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// One access of the driver and what it got: all that the driver can know.
pub type Exchange = (Request, Answer);

/// A moment that the scenario gave a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The name.
    pub name: String,
    /// The queue at that moment.
    pub state: State,
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
    /// The first mismatch, which ended the run.
    pub mismatch: Option<Box<Mismatch>>,
    /// Records.
    pub counts: Counts,
    /// The kernel log.
    pub log: Log,
    /// The registers at the end.
    pub registers: Registers,
    /// The queue at the end.
    pub end: State,
    /// The moments with a name, in order.
    pub marks: Vec<Mark>,
    /// What happened after the set-up.
    pub timeline: Timeline,
    /// What the block wrote to memory, in order.
    pub writes: Vec<MemoryWrite>,
    /// The PRG responses that left for their devices, in order.
    pub prg: Vec<PrgResponse>,
    /// What the driver asked and got, in order.
    pub exchanges: Vec<Exchange>,
}

impl Outcome {
    /// The queue at a named moment; at the end for a name that the scenario does not give.
    pub fn at(&self, mark: &str) -> State {
        self.marks.iter().find(|each| each.name == mark).map_or(self.end, |each| each.state)
    }

    /// One register at the end.
    pub fn register(&self, register: Register) -> u32 {
        self.registers.get(register)
    }
}
