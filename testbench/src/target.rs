//! What the testbench can drive: the golden model, the Verilated block, anything that speaks registers, records,
//! memory and interrupts.

use std::fmt;

use smmuq_golden::{BusError, EventRecord, Kind, Line, Parameters, Register, Response};

use crate::memory::Memory;

/// One access of software to a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A 32-bit read at a byte offset.
    Read {
        /// Byte offset in the 128 KiB of Page 0 and Page 1.
        offset: u32,
    },
    /// A write at a byte offset.
    Write {
        /// Byte offset in the 128 KiB of Page 0 and Page 1.
        offset: u32,
        /// The 32 bits on the bus.
        value: u32,
        /// One bit for each byte written; 0xF is a whole register.
        strobes: u8,
    },
}

/// One architectural step, seen from outside at a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A pulse on a wired interrupt line.
    Interrupt(Line),
    /// A register was read.
    Read {
        /// Byte offset of the access.
        offset: u32,
        /// The value, or the bus error.
        result: Result<u32, BusError>,
    },
    /// A record was taken from its port: whatever the block does with it is decided now.
    Accepted {
        /// The port.
        kind: Kind,
        /// The record.
        record: EventRecord,
    },
    /// A memory write of the block was answered.
    Response {
        /// The answer.
        response: Response,
        /// First byte of the write.
        address: u64,
        /// The bytes written, in memory order.
        bytes: Vec<u8>,
    },
    /// A register was written.
    Write {
        /// Byte offset of the access.
        offset: u32,
        /// The 32 bits on the bus.
        value: u32,
        /// One bit for each byte written.
        strobes: u8,
        /// Accepted, or the bus error.
        result: Result<(), BusError>,
    },
    /// The target broke its own contract: an assertion inside it failed, or it violated the protocol of a port.
    Broken(String),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupt(line) => write!(f, "interrupt {line:?}"),
            Self::Read { offset, result } => write!(f, "read at {offset:#x}: {result:x?}"),
            Self::Accepted { kind, .. } => write!(f, "{kind:?} record taken from its port"),
            Self::Response { response, address, .. } => {
                write!(f, "write at {address:#x} answered {response:?}")
            }
            Self::Write { offset, value, .. } => write!(f, "write at {offset:#x} := {value:#010x}"),
            Self::Broken(what) => f.write_str(what),
        }
    }
}

/// The registers as software would read them at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registers(pub [u32; Register::ALL.len()]);

impl Registers {
    /// The value of one register.
    pub fn get(&self, register: Register) -> u32 {
        let at = Register::ALL.iter().position(|&each| each == register);
        self.0[at.expect("Register::ALL lists every register")]
    }
}

/// Something that behaves like the queues of an SMMU.
///
/// Software makes one register access at a time; each port has at most one record waiting. Both end with a [`Step`] of
/// a later [`Target::advance`].
pub trait Target {
    /// What it was built with.
    fn parameters(&self) -> Parameters;
    /// Whether this is the golden model itself, which a comparison with the golden model says nothing about.
    fn is_reference(&self) -> bool {
        false
    }
    /// Hardware reset: registers return to their reset values, memory keeps its content.
    fn reset(&mut self);
    /// Starts a register access; the one before has ended.
    fn access(&mut self, access: Access);
    /// How many calls of [`Target::advance`] an access takes until it happens, at least 1.
    fn access_cycles(&self) -> u32;
    /// Offers a record at its port; the one before has been accepted.
    fn offer(&mut self, kind: Kind, record: EventRecord);
    /// The memory behind the block.
    fn memory(&mut self) -> &mut Memory;
    /// All registers as software would read them now; changes nothing.
    fn registers(&mut self) -> Registers;
    /// Advances by one clock cycle and gives the steps that happened in it, in the order in which steps of one cycle
    /// count: interrupts (of earlier steps), register read, decisions, responses of the memory, register write.
    fn advance(&mut self) -> Vec<Step>;
}
