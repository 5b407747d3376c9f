//! Register accesses: what is read and what a write stores.

use crate::{Cr0, Gerror, Idr0, Idr1, Idr5, IrqCtrl, QueueBase, QueueCons, QueueProd, Register, Smmu};

/// The access is answered with an error on the bus: it is not aligned to 32 bits, or it does not
/// write all of them. E11 asks for no other accesses to 32-bit registers and halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access is not an aligned one of 32 bits")]
pub struct BusError;

/// Byte strobes of a write of all 32 bits.
const ALL_STROBES: u8 = 0b1111;

/// The bits of GERRORN that software can store: 0 and 2 to 8 (table 9.3 of `docs/rules.md`).
const GERRORN_STORED: u32 = 0x1FD;

impl Smmu {
    /// Software reads 32 bits at a byte offset from Page 0. Where there is no register it reads 0;
    /// the Page 0 aliases of Page 1 registers are such places (E12).
    ///
    /// # Errors
    /// [`BusError`] for an offset that is not a multiple of 4.
    pub fn read(&self, offset: u32) -> Result<u32, BusError> {
        aligned(offset)?;
        Ok(Register::at(offset).map_or(0, |register| self.register(register)))
    }

    /// Software writes 32 bits at a byte offset from Page 0, with one strobe bit per byte. Where
    /// there is no register, and in registers and fields that are read-only, it changes nothing.
    ///
    /// # Errors
    /// [`BusError`] for an offset that is not a multiple of 4, or strobes other than 0b1111. The
    /// state is unchanged.
    pub fn write(&mut self, offset: u32, value: u32, strobes: u8) -> Result<(), BusError> {
        aligned(offset)?;
        if strobes != ALL_STROBES {
            return Err(BusError);
        }
        if let Some(register) = Register::at(offset) {
            self.write_register(register, value);
        }
        Ok(())
    }

    /// The value software reads in a register.
    pub fn register(&self, register: Register) -> u32 {
        match register {
            Register::Idr0 => self.idr0().into_bits(),
            Register::Idr1 => self.idr1().into_bits(),
            Register::Idr3 => 0,
            Register::Idr5 => self.idr5().into_bits(),
            Register::Cr0 => self.cr0.into_bits(),
            Register::Cr0Ack => self.cr0ack.into_bits(),
            Register::IrqCtrl => self.irq_ctrl.into_bits(),
            Register::IrqCtrlAck => self.irq_ctrlack.into_bits(),
            Register::Gerror => self.gerror.into_bits(),
            Register::GerrorN => self.gerrorn.into_bits(),
            Register::EventqBaseLo => self.eventq_base.into_bits() as u32,
            Register::EventqBaseHi => (self.eventq_base.into_bits() >> 32) as u32,
            Register::EventqProd => self.visible_prod().into_bits(),
            Register::EventqCons => self.eventq_cons.into_bits(),
        }
    }

    fn idr0(&self) -> Idr0 {
        let stall_model = if self.parameters.stall { 0b00 } else { 0b01 };
        Idr0::new().with_stall_model(stall_model)
    }

    fn idr1(&self) -> Idr1 {
        Idr1::new()
            .with_cmdqs(self.parameters.cmd_qs)
            .with_eventqs(self.parameters.event_qs)
            .with_priqs(self.parameters.pri_qs)
            .with_ssidsize(20)
            .with_sidsize(32)
    }

    fn idr5(&self) -> Idr5 {
        let stall_max = if self.parameters.stall { self.parameters.stall_max } else { 0 };
        Idr5::new().with_stall_max(stall_max).with_oas(self.parameters.oas_code())
    }

    /// EVENTQ_PROD with the bits above the wrap flag read as zero (Q12).
    fn visible_prod(&self) -> QueueProd {
        self.eventq_prod.with_wr(self.eventq().field(self.wr()))
    }

    fn write_register(&mut self, register: Register, value: u32) {
        match register {
            Register::Cr0 => self.write_cr0(Cr0::from_bits(value)),
            Register::IrqCtrl => self.write_irq_ctrl(IrqCtrl::from_bits(value)),
            Register::GerrorN => self.gerrorn = Gerror::from_bits(value & GERRORN_STORED),
            Register::EventqBaseLo => self.write_base(Half::Low, value),
            Register::EventqBaseHi => self.write_base(Half::High, value),
            Register::EventqProd => self.write_prod(QueueProd::from_bits(value)),
            Register::EventqCons => self.write_cons(QueueCons::from_bits(value)),
            Register::Idr0
            | Register::Idr1
            | Register::Idr3
            | Register::Idr5
            | Register::Cr0Ack
            | Register::IrqCtrlAck
            | Register::Gerror => {}
        }
    }

    /// CR0 shows a written value at once (E1), also one that takes back an Update in progress (E2).
    fn write_cr0(&mut self, value: Cr0) {
        self.cr0 = Cr0::new().with_eventqen(value.eventqen());
    }

    fn write_irq_ctrl(&mut self, value: IrqCtrl) {
        self.irq_ctrl =
            IrqCtrl::new().with_eventq_irqen(value.eventq_irqen()).with_gerror_irqen(value.gerror_irqen());
    }

    /// LOG2SIZE is stored as written, also if it is larger than the implemented size (Q9).
    fn write_base(&mut self, half: Half, value: u32) {
        // E3: ignored while EVENTQEN counts as 1.
        if self.eventq_guarded() {
            return;
        }
        let old = self.eventq_base.into_bits();
        let new = QueueBase::from_bits(match half {
            Half::Low => old & 0xFFFF_FFFF_0000_0000 | u64::from(value),
            Half::High => old & 0x0000_0000_FFFF_FFFF | u64::from(value) << 32,
        });
        self.eventq_base =
            QueueBase::new().with_wa(new.wa()).with_addr(new.addr()).with_log2size(new.log2size());
    }

    /// WR is stored whole; its uses take the bits up to the wrap flag (Q12, Q13).
    fn write_prod(&mut self, value: QueueProd) {
        // E3: ignored while EVENTQEN counts as 1.
        if !self.eventq_guarded() {
            self.eventq_prod = QueueProd::new().with_wr(value.wr()).with_ovflg(value.ovflg());
        }
    }

    /// Always writable (E3, R8). RD is stored whole; its uses take the bits up to the wrap flag
    /// (Q12).
    fn write_cons(&mut self, value: QueueCons) {
        self.eventq_cons = QueueCons::new().with_rd(value.rd()).with_ovackflg(value.ovackflg());
    }
}

/// One 32-bit half of a 64-bit register.
enum Half {
    Low,
    High,
}

fn aligned(offset: u32) -> Result<(), BusError> {
    if offset.is_multiple_of(4) { Ok(()) } else { Err(BusError) }
}
