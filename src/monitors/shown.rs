//! The registers as a read shows them after a cycle, and what they say about queues and interrupts.

use smmuq_golden::{
    CmdqCons, Cr0, Cr1, Gerror, Idr1, Idr5, IrqCtrl, QueueBase, QueueCons, QueueProd, Register,
};
use smmuq_testbench::target::Registers;

use crate::reading::index;

/// Register values by the order of [`Register::ALL`].
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Shown([u32; Register::ALL.len()]);

impl From<&Registers> for Shown {
    fn from(registers: &Registers) -> Self {
        Self(registers.0)
    }
}

impl Shown {
    /// Takes the values of these registers.
    pub fn take(&mut self, registers: &[Register], from: &Registers) {
        for at in registers.iter().map(|&register| index(register)) {
            self.0[at] = from.0[at];
        }
    }

    pub fn get(&self, register: Register) -> u32 {
        self.0[index(register)]
    }

    pub fn pair(&self, low: Register, high: Register) -> u64 {
        u64::from(self.get(low)) | u64::from(self.get(high)) << 32
    }

    /// Whether a field of CR0 counts as 1 for guards: in CR0 or in CR0ACK (E1).
    pub fn enabled(&self, field: fn(&Cr0) -> bool) -> bool {
        [Register::Cr0, Register::Cr0Ack].into_iter().any(|each| field(&Cr0::from_bits(self.get(each))))
    }

    /// Whether an interrupt enable is acknowledged (I4).
    pub fn armed(&self, field: fn(&IrqCtrl) -> bool) -> bool {
        field(&IrqCtrl::from_bits(self.get(Register::IrqCtrlAck)))
    }

    /// Whether no Update of CR0 or IRQ_CTRL is under way (E1, I4).
    pub fn updated(&self) -> bool {
        self.get(Register::Cr0) == self.get(Register::Cr0Ack)
            && self.get(Register::IrqCtrl) == self.get(Register::IrqCtrlAck)
    }

    pub fn gerror(&self) -> Gerror {
        Gerror::from_bits(self.get(Register::Gerror))
    }

    pub fn cmdq_cons(&self) -> CmdqCons {
        CmdqCons::from_bits(self.get(Register::CmdqCons))
    }

    /// AxCACHE of queue accesses (9.2): both Write-Back, one Write-Through, or Normal Non-cacheable.
    pub fn queue_cache(&self) -> u8 {
        let cr1 = Cr1::from_bits(self.get(Register::Cr1));
        match (cr1.queue_ic(), cr1.queue_oc()) {
            (1, 1) => 0b1111,
            (2, _) | (_, 2) => 0b1110,
            _ => 0b0011,
        }
    }

    /// A physical address, as wide as those of this block are (6.3.6).
    pub fn truncated(&self, address: u64) -> u64 {
        const BITS: [u32; 8] = [32, 36, 40, 42, 44, 48, 52, 56];
        let oas = Idr5::from_bits(self.get(Register::Idr5)).oas();
        address & ((1 << BITS[usize::from(oas)]) - 1)
    }
}

/// A queue: where its registers are, and what its entries are like.
pub(super) struct Queue {
    pub name: &'static str,
    pub prod: Register,
    pub cons: Register,
    base: [Register; 2],
    bytes: u64,
    largest: fn(&Idr1) -> u8,
    pub enable: fn(&Cr0) -> bool,
}

pub(super) const EVENTQ: Queue = Queue {
    name: "EVENTQ",
    prod: Register::EventqProd,
    cons: Register::EventqCons,
    base: [Register::EventqBaseLo, Register::EventqBaseHi],
    bytes: 32,
    largest: Idr1::eventqs,
    enable: Cr0::eventqen,
};

pub(super) const PRIQ: Queue = Queue {
    name: "PRIQ",
    prod: Register::PriqProd,
    cons: Register::PriqCons,
    base: [Register::PriqBaseLo, Register::PriqBaseHi],
    bytes: 16,
    largest: Idr1::priqs,
    enable: Cr0::priqen,
};

pub(super) const CMDQ: Queue = Queue {
    name: "CMDQ",
    prod: Register::CmdqProd,
    cons: Register::CmdqCons,
    base: [Register::CmdqBaseLo, Register::CmdqBaseHi],
    bytes: 16,
    largest: Idr1::cmdqs,
    enable: Cr0::cmdqen,
};

impl Queue {
    /// Number of entries (Q9).
    pub fn entries(&self, shown: &Shown) -> u32 {
        let idr1 = Idr1::from_bits(shown.get(Register::Idr1));
        1 << self.base(shown).log2size().min((self.largest)(&idr1))
    }

    /// From one pointer to another, in entries, with the wrap flag (Q1, Q3).
    pub fn distance(&self, shown: &Shown, from: u32, to: u32) -> u32 {
        to.wrapping_sub(from) & (2 * self.entries(shown) - 1)
    }

    pub fn wr(&self, shown: &Shown) -> u32 {
        QueueProd::from_bits(shown.get(self.prod)).wr()
    }

    pub fn rd(&self, shown: &Shown) -> u32 {
        QueueCons::from_bits(shown.get(self.cons)).rd()
    }

    /// Whether between two moments an overflow waited for its acknowledge, or was flagged (EV4, P5): software may have
    /// acknowledged in the same cycle.
    pub fn overflowed(&self, before: &Shown, now: &Shown) -> bool {
        let flag = |shown: &Shown| QueueProd::from_bits(shown.get(self.prod)).ovflg();
        let acknowledged = |shown: &Shown| QueueCons::from_bits(shown.get(self.cons)).ovackflg();
        flag(before) != flag(now) || flag(before) != acknowledged(before)
    }

    /// Byte address of the slot of a pointer (Q10, Q11).
    pub fn slot(&self, shown: &Shown, pointer: u32) -> u64 {
        let entries = u64::from(self.entries(shown));
        let alignment = (entries * self.bytes).max(32);
        let base = (self.base(shown).addr() << 5) & !(alignment - 1);
        shown.truncated(base + self.bytes * (u64::from(pointer) & (entries - 1)))
    }

    /// Whether software may have set its own pointer of this queue, or its size, between two moments (E3).
    pub fn rewritten(&self, before: &Shown, written: Option<u32>, pointer: Register) -> bool {
        let of_queue = |offset| offset == pointer.offset() || offset == self.base[0].offset();
        written.is_some_and(of_queue) && !before.enabled(self.enable)
    }

    fn base(&self, shown: &Shown) -> QueueBase {
        QueueBase::from_bits(shown.pair(self.base[0], self.base[1]))
    }
}
