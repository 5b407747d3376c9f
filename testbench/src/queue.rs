//! The two queues that the block writes and software consumes, and what differs between them from outside.

use serde::{Deserialize, Serialize};
use smmuq_golden::{Cr0, Idr1, Line, Register};

/// A queue that software consumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Queue {
    /// The Event queue.
    Event,
    /// The PRI queue.
    Pri,
}

impl Queue {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Event, Self::Pri];

    /// Its PROD register.
    pub fn prod(self) -> Register {
        match self {
            Self::Event => Register::EventqProd,
            Self::Pri => Register::PriqProd,
        }
    }

    /// Its CONS register.
    pub fn cons(self) -> Register {
        match self {
            Self::Event => Register::EventqCons,
            Self::Pri => Register::PriqCons,
        }
    }

    /// The lower half of its BASE register, which has LOG2SIZE.
    pub fn base_lo(self) -> Register {
        match self {
            Self::Event => Register::EventqBaseLo,
            Self::Pri => Register::PriqBaseLo,
        }
    }

    /// Its interrupt.
    pub fn line(self) -> Line {
        match self {
            Self::Event => Line::Eventq,
            Self::Pri => Line::Priq,
        }
    }

    /// Bytes of an entry (Q2).
    pub fn entry_bytes(self) -> u64 {
        match self {
            Self::Event => 32,
            Self::Pri => 16,
        }
    }

    /// Its own enable in CR0 or CR0ACK.
    pub(crate) fn enable(self, cr0: Cr0) -> bool {
        match self {
            Self::Event => cr0.eventqen(),
            Self::Pri => cr0.priqen(),
        }
    }

    /// log2 of the largest number of entries.
    pub(crate) fn largest(self, idr1: Idr1) -> u8 {
        match self {
            Self::Event => idr1.eventqs(),
            Self::Pri => idr1.priqs(),
        }
    }
}
