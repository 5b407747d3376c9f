//! What a write of each register stores, and when it is ignored (E3).

use crate::interrupts::IrqSource;
use crate::{
    CmdqBase, CmdqCons, CmdqProd, Cr0, Cr1, Cr2, Gerror, IrqCfg0, IrqCfg2, IrqCtrl, QueueBase, QueueCons,
    QueueProd, Smmu,
};

/// The bits of GERRORN that software can store: 0 and 2 to 8 (table 9.3 of `docs/rules.md`).
const GERRORN_STORED: u32 = 0x1FD;
/// The bits of a queue base register that software can store: bit 62, ADDR and LOG2SIZE (9.2).
const BASE_STORED: u64 = 0x40FF_FFFF_FFFF_FFFF;
/// The bits of IRQ_CFG0 that software can store: ADDR (9.2).
const IRQ_CFG0_STORED: u64 = 0x00FF_FFFF_FFFF_FFFC;

impl Smmu {
    /// CR0 shows a written value at once (E1), also one that takes back an Update in progress (E2).
    /// PRIQEN is RES0 without PRI, and ATSCHK without ATS (6.3.9).
    pub(crate) fn write_cr0(&mut self, value: Cr0) {
        self.cr0 = Cr0::new()
            .with_smmuen(value.smmuen())
            .with_priqen(value.priqen() && self.parameters.pri)
            .with_eventqen(value.eventqen())
            .with_cmdqen(value.cmdqen())
            .with_atschk(value.atschk() && self.parameters.ats);
    }

    /// E3: TABLE_* is ignored while SMMUEN counts as 1, QUEUE_* while the enable of any queue does
    /// (6.3.11).
    pub(crate) fn write_cr1(&mut self, value: Cr1) {
        let guard = self.guarding_cr0();
        if !guard.smmuen() {
            self.cr1.set_table_sh(value.table_sh());
            self.cr1.set_table_oc(value.table_oc());
            self.cr1.set_table_ic(value.table_ic());
        }
        if !guard.eventqen() && !guard.priqen() && !guard.cmdqen() {
            self.cr1.set_queue_sh(value.queue_sh());
            self.cr1.set_queue_oc(value.queue_oc());
            self.cr1.set_queue_ic(value.queue_ic());
        }
    }

    /// Ignored while SMMUEN counts as 1 (6.3.12). REC_CFG_ATS needs ATS.
    pub(crate) fn write_cr2(&mut self, value: Cr2) {
        if self.guarding_cr0().smmuen() {
            return;
        }
        self.cr2 = Cr2::new()
            .with_rec_cfg_ats(value.rec_cfg_ats() && self.parameters.ats)
            .with_ptm(value.ptm())
            .with_recinvsid(value.recinvsid())
            .with_e2h(value.e2h());
    }

    /// Always writable, and stored as written (E3, G2).
    pub(crate) fn write_gerrorn(&mut self, value: u32) {
        self.gerrorn = Gerror::from_bits(value & GERRORN_STORED);
    }

    /// PRIQ_IRQEN is RES0 without PRI (I4).
    pub(crate) fn write_irq_ctrl(&mut self, value: IrqCtrl) {
        self.irq_ctrl = IrqCtrl::new()
            .with_eventq_irqen(value.eventq_irqen())
            .with_priq_irqen(value.priq_irqen() && self.parameters.pri)
            .with_gerror_irqen(value.gerror_irqen());
    }

    /// Without MSIs none of these registers is there, except for LO, which applies to the wired
    /// interrupt as well (14.9); without PRI none of the PRI queue's.
    pub(crate) fn write_irq_cfg(&mut self, source: IrqSource, part: IrqCfgPart, value: u32) {
        let (msi, pri) = (self.parameters.msi, self.parameters.pri);
        let absent = source == IrqSource::Priq && !pri;
        // E3: ignored while IRQEN of the source counts as 1.
        if absent || self.irq_guarded(source) {
            return;
        }
        let cfg = match source {
            IrqSource::Eventq => &mut self.eventq_irq_cfg,
            IrqSource::Priq => &mut self.priq_irq_cfg,
            IrqSource::Gerror => &mut self.gerror_irq_cfg,
        };
        match part {
            IrqCfgPart::Cfg0(half) if msi => {
                cfg.cfg0 = IrqCfg0::from_bits(half.replaced(cfg.cfg0.into_bits(), value) & IRQ_CFG0_STORED);
            }
            IrqCfgPart::Cfg1 if msi => cfg.cfg1 = value,
            IrqCfgPart::Cfg2 => {
                let value = IrqCfg2::from_bits(value);
                if msi {
                    cfg.cfg2.set_sh(value.sh());
                    cfg.cfg2.set_mem_attr(value.mem_attr());
                }
                cfg.cfg2.set_lo(value.lo() && source == IrqSource::Priq);
            }
            IrqCfgPart::Cfg0(_) | IrqCfgPart::Cfg1 => {}
        }
    }

    /// LOG2SIZE is stored as written, also if it is larger than the implemented size (Q9).
    pub(crate) fn write_cmdq_base(&mut self, half: Half, value: u32) {
        // E3: ignored while CMDQEN counts as 1.
        if !self.guarding_cr0().cmdqen() {
            let written = half.replaced(self.cmdq_base.into_bits(), value);
            self.cmdq_base = CmdqBase::from_bits(written & BASE_STORED);
        }
    }

    /// LOG2SIZE is stored as written, also if it is larger than the implemented size (Q9).
    pub(crate) fn write_eventq_base(&mut self, half: Half, value: u32) {
        // E3: ignored while EVENTQEN counts as 1.
        if !self.guarding_cr0().eventqen() {
            let written = half.replaced(self.eventq_base.into_bits(), value);
            self.eventq_base = QueueBase::from_bits(written & BASE_STORED);
        }
    }

    /// LOG2SIZE is stored as written, also if it is larger than the implemented size (Q9).
    pub(crate) fn write_priq_base(&mut self, half: Half, value: u32) {
        if self.priq_writable() {
            let written = half.replaced(self.priq_base.into_bits(), value);
            self.priq_base = QueueBase::from_bits(written & BASE_STORED);
        }
    }

    /// E3: ignored while PRIQEN counts as 1, the field itself, not its effective value (E7). Without
    /// PRI the registers of the PRI queue are not there.
    fn priq_writable(&self) -> bool {
        self.parameters.pri && !self.guarding_cr0().priqen()
    }

    /// Always writable (E3). WR is stored whole; its uses take the bits up to the wrap flag (Q12).
    pub(crate) fn write_cmdq_prod(&mut self, value: CmdqProd) {
        self.cmdq_prod = CmdqProd::new().with_wr(value.wr());
    }

    /// RD is stored whole; its uses take the bits up to the wrap flag (Q12, Q13). Of the choices of
    /// C8 ERR ignores the written value.
    pub(crate) fn write_cmdq_cons(&mut self, value: CmdqCons) {
        // E3: ignored while CMDQEN counts as 1.
        if !self.guarding_cr0().cmdqen() {
            self.cmdq_cons.set_rd(value.rd());
        }
    }

    /// WR is stored whole; its uses take the bits up to the wrap flag (Q12, Q13).
    pub(crate) fn write_eventq_prod(&mut self, value: QueueProd) {
        // E3: ignored while EVENTQEN counts as 1.
        if !self.guarding_cr0().eventqen() {
            self.eventq_prod = QueueProd::new().with_wr(value.wr()).with_ovflg(value.ovflg());
        }
    }

    /// Always writable (E3, R8). RD is stored whole; its uses take the bits up to the wrap flag
    /// (Q12).
    pub(crate) fn write_eventq_cons(&mut self, value: QueueCons) {
        self.eventq_cons = QueueCons::new().with_rd(value.rd()).with_ovackflg(value.ovackflg());
    }

    /// WR is stored whole; its uses take the bits up to the wrap flag (Q12, Q13).
    pub(crate) fn write_priq_prod(&mut self, value: QueueProd) {
        if self.priq_writable() {
            self.priq_prod = QueueProd::new().with_wr(value.wr()).with_ovflg(value.ovflg());
        }
    }

    /// Always writable (E3, R8), if there is a PRI queue. RD is stored whole; its uses take the bits
    /// up to the wrap flag (Q12).
    pub(crate) fn write_priq_cons(&mut self, value: QueueCons) {
        if self.parameters.pri {
            self.priq_cons = QueueCons::new().with_rd(value.rd()).with_ovackflg(value.ovackflg());
        }
    }
}

/// Which of the IRQ_CFG registers of a source.
pub(crate) enum IrqCfgPart {
    Cfg0(Half),
    Cfg1,
    Cfg2,
}

/// One 32-bit half of a 64-bit register.
pub(crate) enum Half {
    Low,
    High,
}

impl Half {
    /// A 64-bit register with this half replaced.
    fn replaced(self, old: u64, value: u32) -> u64 {
        match self {
            Half::Low => old & 0xFFFF_FFFF_0000_0000 | u64::from(value),
            Half::High => old & 0x0000_0000_FFFF_FFFF | u64::from(value) << 32,
        }
    }
}
