//! What the testbench can drive: the golden model, the Verilated block, anything that speaks registers, records,
//! memory and interrupts.

use std::fmt;

use smmuq_golden::{
    BusError, EventRecord, Kind, Line, Parameters, PrgResponse, PriMessage, Register, Response, Ste,
};

use crate::memory::{Memory, Writer};
use crate::neighbours::Neighbours;

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

/// A PRI message at its port, with what the SMMU knows of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriOffer {
    /// The message.
    pub message: PriMessage,
    /// The STE of its stream.
    pub ste: Ste,
    /// It comes from a Secure stream.
    pub secure: bool,
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
    /// A PRI message was taken from its port.
    AcceptedPri(PriOffer),
    /// A response to a page request group left for its device.
    Prg(PrgResponse),
    /// The block asks memory for commands.
    Fetch {
        /// First byte.
        address: u64,
        /// How many commands.
        beats: u32,
    },
    /// Memory brought one command.
    Fetched {
        /// The answer.
        response: Response,
        /// The command, where the answer is no error.
        words: [u64; 2],
    },
    /// A command went to the rest of the SMMU.
    Command([u64; 2]),
    /// The rest of the SMMU ended a CMD_SYNC.
    Sync {
        /// With an ATC invalidation error.
        atc_error: bool,
    },
    /// A message-signalled interrupt is on the bus.
    Msi {
        /// Where it goes.
        address: u64,
        /// What it says.
        data: u32,
    },
    /// A memory write of the block was answered.
    Response {
        /// Whose write.
        writer: Writer,
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
            Self::AcceptedPri(_) => f.write_str("PRI message taken from its port"),
            Self::Prg(response) => write!(f, "{response:x?}"),
            Self::Fetch { address, beats } => write!(f, "fetch of {beats} commands at {address:#x}"),
            Self::Fetched { response, words } => write!(f, "fetched {words:x?}, {response:?}"),
            Self::Command(words) => write!(f, "command {words:x?} passed on"),
            Self::Sync { atc_error } => write!(f, "CMD_SYNC ended, ATC error {atc_error}"),
            Self::Msi { address, data } => write!(f, "MSI {data:#x} at {address:#x}"),
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
    /// The value of one register. [`Register::ALL`] lists them as they are declared.
    pub fn get(&self, register: Register) -> u32 {
        self.0[register as usize]
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
    /// Offers a PRI message at its port; the one before has been accepted.
    fn offer_pri(&mut self, offer: PriOffer);
    /// The rest of the SMMU.
    fn neighbours(&mut self) -> &mut Neighbours;
    /// The memory behind the block.
    fn memory(&mut self) -> &mut Memory;
    /// All registers as software would read them now; changes nothing.
    fn registers(&mut self) -> Registers;
    /// Advances by one clock cycle and gives the steps that happened in it, in the order in which steps of one cycle
    /// count: interrupts (of earlier steps), register read, PRG responses, decisions, answers of the memory, commands,
    /// register write.
    fn advance(&mut self) -> Vec<Step>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_what_happened() {
        let step = |step: Step| step.to_string();
        assert_eq!(step(Step::Fetch { address: 0xA0, beats: 3 }), "fetch of 3 commands at 0xa0");
        let result = Ok(());
        let write = Step::Write { offset: 0x20, value: 4, strobes: 0xF, result };
        assert_eq!(step(write), "write at 0x20 := 0x00000004");
        assert_eq!(step(Step::Broken("AXI4: W".to_owned())), "AXI4: W");
    }

    #[test]
    fn each_register_has_its_own_value() {
        let registers = Registers(Register::ALL.map(Register::offset));
        for register in Register::ALL {
            assert_eq!(registers.get(register), register.offset(), "{register}");
        }
    }
}
