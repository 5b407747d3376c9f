//! Registers read between two clock edges, each once.

use smmuq_golden::Register;
use smmuq_testbench::target::Registers;

use crate::verilated::{Block, NotReady};

const REGISTERS: usize = Register::ALL.len();

/// The place of a register in [`Register::ALL`].
pub(crate) const fn index(register: Register) -> usize {
    register as usize
}

const _: () = {
    let mut at = 0;
    while at < REGISTERS {
        assert!(index(Register::ALL[at]) == at);
        at += 1;
    }
};

/// What was read since the last clock edge.
pub(crate) struct Reading {
    values: [u32; REGISTERS],
    known: [bool; REGISTERS],
}

impl Reading {
    /// A clock edge: nothing is known any more.
    pub fn new() -> Self {
        Self { values: [0; REGISTERS], known: [false; REGISTERS] }
    }

    /// Reads those of the registers that are not known.
    pub fn read(&mut self, block: &mut Block, wanted: &[Register]) -> Result<(), NotReady> {
        let (mut offsets, mut values, mut missing) = ([0; REGISTERS], [0; REGISTERS], [0; REGISTERS]);
        let mut count = 0;
        for at in wanted.iter().map(|&register| index(register)).filter(|&at| !self.known[at]) {
            (missing[count], offsets[count]) = (at, Register::ALL[at].offset());
            count += 1;
        }
        block.peek(&offsets[..count], &mut values[..count])?;
        for (&at, &value) in missing[..count].iter().zip(&values) {
            (self.values[at], self.known[at]) = (value, true);
        }
        Ok(())
    }

    /// All registers; those that were not read are 0.
    pub fn registers(&self) -> Registers {
        Registers(self.values)
    }
}
