//! Register accesses: which register an offset means, and what is read there.

use crate::interrupts::IrqSource;
use crate::writes::{Half, IrqCfgPart};
use crate::{CmdqCons, CmdqProd, Cr0, Cr1, Cr2, IrqCtrl, QueueCons, QueueProd, Register, Smmu};

/// The access is answered with an error on the bus: it is not aligned to 32 bits, or it does not
/// write all of them. E11 asks for no other accesses to 32-bit registers and halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access is not an aligned one of 32 bits")]
pub struct BusError;

/// Byte strobes of a write of all 32 bits.
const ALL_STROBES: u8 = 0b1111;

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
            let before = self.before_write();
            self.write_register(register, value);
            self.after_write(before);
        }
        Ok(())
    }

    /// The value software reads in a register.
    pub fn register(&self, register: Register) -> u32 {
        match register {
            Register::Idr0 => self.parameters.idr0().into_bits(),
            Register::Idr1 => self.parameters.idr1().into_bits(),
            Register::Idr3 => self.parameters.idr3().into_bits(),
            Register::Idr5 => self.parameters.idr5().into_bits(),
            Register::Cr0 => self.cr0.into_bits(),
            Register::Cr0Ack => self.cr0ack.into_bits(),
            Register::Cr1 => self.cr1.into_bits(),
            Register::Cr2 => self.cr2.into_bits(),
            Register::IrqCtrl => self.irq_ctrl.into_bits(),
            Register::IrqCtrlAck => self.irq_ctrlack.into_bits(),
            Register::Gerror => self.gerror.into_bits(),
            Register::GerrorN => self.gerrorn.into_bits(),
            Register::GerrorIrqCfg0Lo => low(self.gerror_irq_cfg.cfg0.into_bits()),
            Register::GerrorIrqCfg0Hi => high(self.gerror_irq_cfg.cfg0.into_bits()),
            Register::GerrorIrqCfg1 => self.gerror_irq_cfg.cfg1,
            Register::GerrorIrqCfg2 => self.gerror_irq_cfg.cfg2.into_bits(),
            Register::CmdqBaseLo => low(self.cmdq_base.into_bits()),
            Register::CmdqBaseHi => high(self.cmdq_base.into_bits()),
            Register::CmdqProd => self.cmdq_prod.into_bits(),
            Register::CmdqCons => self.visible_cmdq_cons().into_bits(),
            Register::EventqBaseLo => low(self.eventq_base.into_bits()),
            Register::EventqBaseHi => high(self.eventq_base.into_bits()),
            Register::EventqIrqCfg0Lo => low(self.eventq_irq_cfg.cfg0.into_bits()),
            Register::EventqIrqCfg0Hi => high(self.eventq_irq_cfg.cfg0.into_bits()),
            Register::EventqIrqCfg1 => self.eventq_irq_cfg.cfg1,
            Register::EventqIrqCfg2 => self.eventq_irq_cfg.cfg2.into_bits(),
            Register::PriqBaseLo => low(self.priq_base.into_bits()),
            Register::PriqBaseHi => high(self.priq_base.into_bits()),
            Register::PriqIrqCfg0Lo => low(self.priq_irq_cfg.cfg0.into_bits()),
            Register::PriqIrqCfg0Hi => high(self.priq_irq_cfg.cfg0.into_bits()),
            Register::PriqIrqCfg1 => self.priq_irq_cfg.cfg1,
            Register::PriqIrqCfg2 => self.priq_irq_cfg.cfg2.into_bits(),
            Register::EventqProd => self.visible_eventq_prod().into_bits(),
            Register::EventqCons => self.eventq_cons.into_bits(),
            Register::PriqProd => self.visible_priq_prod().into_bits(),
            Register::PriqCons => self.priq_cons.into_bits(),
        }
    }

    /// CMDQ_CONS with the bits above the wrap flag read as zero (Q12).
    fn visible_cmdq_cons(&self) -> CmdqCons {
        let queue = self.command_queue();
        self.cmdq_cons.with_rd(queue.layout.field(queue.rd))
    }

    /// EVENTQ_PROD with the bits above the wrap flag read as zero (Q12).
    fn visible_eventq_prod(&self) -> QueueProd {
        let queue = self.event_queue();
        self.eventq_prod.with_wr(queue.layout.field(queue.wr))
    }

    /// PRIQ_PROD with the bits above the wrap flag read as zero (Q12).
    fn visible_priq_prod(&self) -> QueueProd {
        let queue = self.pri_queue();
        self.priq_prod.with_wr(queue.layout.field(queue.wr))
    }

    fn write_register(&mut self, register: Register, value: u32) {
        match register {
            Register::Cr0 => self.write_cr0(Cr0::from_bits(value)),
            Register::Cr1 => self.write_cr1(Cr1::from_bits(value)),
            Register::Cr2 => self.write_cr2(Cr2::from_bits(value)),
            Register::IrqCtrl => self.write_irq_ctrl(IrqCtrl::from_bits(value)),
            Register::GerrorN => self.write_gerrorn(value),
            Register::GerrorIrqCfg0Lo => {
                self.write_irq_cfg(IrqSource::Gerror, IrqCfgPart::Cfg0(Half::Low), value)
            }
            Register::GerrorIrqCfg0Hi => {
                self.write_irq_cfg(IrqSource::Gerror, IrqCfgPart::Cfg0(Half::High), value)
            }
            Register::GerrorIrqCfg1 => self.write_irq_cfg(IrqSource::Gerror, IrqCfgPart::Cfg1, value),
            Register::GerrorIrqCfg2 => self.write_irq_cfg(IrqSource::Gerror, IrqCfgPart::Cfg2, value),
            Register::CmdqBaseLo => self.write_cmdq_base(Half::Low, value),
            Register::CmdqBaseHi => self.write_cmdq_base(Half::High, value),
            Register::CmdqProd => self.write_cmdq_prod(CmdqProd::from_bits(value)),
            Register::CmdqCons => self.write_cmdq_cons(CmdqCons::from_bits(value)),
            Register::EventqBaseLo => self.write_eventq_base(Half::Low, value),
            Register::EventqBaseHi => self.write_eventq_base(Half::High, value),
            Register::EventqIrqCfg0Lo => {
                self.write_irq_cfg(IrqSource::Eventq, IrqCfgPart::Cfg0(Half::Low), value)
            }
            Register::EventqIrqCfg0Hi => {
                self.write_irq_cfg(IrqSource::Eventq, IrqCfgPart::Cfg0(Half::High), value)
            }
            Register::EventqIrqCfg1 => self.write_irq_cfg(IrqSource::Eventq, IrqCfgPart::Cfg1, value),
            Register::EventqIrqCfg2 => self.write_irq_cfg(IrqSource::Eventq, IrqCfgPart::Cfg2, value),
            Register::PriqBaseLo => self.write_priq_base(Half::Low, value),
            Register::PriqBaseHi => self.write_priq_base(Half::High, value),
            Register::PriqIrqCfg0Lo => {
                self.write_irq_cfg(IrqSource::Priq, IrqCfgPart::Cfg0(Half::Low), value)
            }
            Register::PriqIrqCfg0Hi => {
                self.write_irq_cfg(IrqSource::Priq, IrqCfgPart::Cfg0(Half::High), value)
            }
            Register::PriqIrqCfg1 => self.write_irq_cfg(IrqSource::Priq, IrqCfgPart::Cfg1, value),
            Register::PriqIrqCfg2 => self.write_irq_cfg(IrqSource::Priq, IrqCfgPart::Cfg2, value),
            Register::EventqProd => self.write_eventq_prod(QueueProd::from_bits(value)),
            Register::EventqCons => self.write_eventq_cons(QueueCons::from_bits(value)),
            Register::PriqProd => self.write_priq_prod(QueueProd::from_bits(value)),
            Register::PriqCons => self.write_priq_cons(QueueCons::from_bits(value)),
            Register::Idr0
            | Register::Idr1
            | Register::Idr3
            | Register::Idr5
            | Register::Cr0Ack
            | Register::IrqCtrlAck
            | Register::Gerror => {}
        }
    }
}

fn low(register: u64) -> u32 {
    register as u32
}

fn high(register: u64) -> u32 {
    (register >> 32) as u32
}

fn aligned(offset: u32) -> Result<(), BusError> {
    if offset.is_multiple_of(4) { Ok(()) } else { Err(BusError) }
}
