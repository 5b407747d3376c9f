//! The driver's copies of PROD and CONS.

use smmuq_golden::{EventRecord, Register};

use crate::bus::Bus;

const OVERFLOW: u32 = 1 << 31;

/// One of the two registers as the driver holds it: an index with its wrap bit, and bit 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pointer {
    /// PROD.OVFLG or CONS.OVACKFLG.
    pub overflow: bool,
    /// Index and wrap bit.
    pub index: u32,
}

impl Pointer {
    fn from_register(value: u32, log2size: u32) -> Self {
        Self { overflow: value & OVERFLOW != 0, index: value & wrapping_mask(log2size) }
    }

    fn register(self) -> u32 {
        self.index | if self.overflow { OVERFLOW } else { 0 }
    }
}

fn wrapping_mask(log2size: u32) -> u32 {
    (2 << log2size) - 1
}

/// Both registers of an Event queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shadow {
    log2size: u32,
    /// What the driver last read from PROD.
    pub prod: Pointer,
    /// What it last wrote to CONS, or will write next.
    pub cons: Pointer,
}

impl Shadow {
    /// Both registers zero, as the driver has just written them.
    pub fn new(log2size: u32) -> Self {
        let zero = Pointer { overflow: false, index: 0 };
        Self { log2size, prod: zero, cons: zero }
    }

    /// Empty as far as the driver knows.
    pub fn is_empty(&self) -> bool {
        self.prod.index == self.cons.index
    }

    /// Reads PROD. True when OVFLG differs from the copy: an overflow that the driver has not seen.
    pub async fn read_prod(&mut self, bus: &Bus) -> bool {
        let before = self.prod.overflow;
        self.prod = Pointer::from_register(bus.read(Register::EventqProd).await, self.log2size);
        self.prod.overflow != before
    }

    /// Takes the record at the consumer index out of memory and steps the copy of CONS.
    pub async fn take(&mut self, bus: &Bus) -> EventRecord {
        let slot = self.cons.index & (wrapping_mask(self.log2size) >> 1);
        let record = bus.entry(slot).await;
        self.cons.index = (self.cons.index + 1) & wrapping_mask(self.log2size);
        record
    }

    /// Writes the copy of CONS to the register.
    pub async fn write_cons(&self, bus: &Bus) {
        bus.write(Register::EventqCons, self.cons.register()).await;
    }
}
