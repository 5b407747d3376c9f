//! The state of the SMMU that the queues see.

use alloc::collections::{BTreeMap, VecDeque};

use crate::cmdq::CommandProgress;
use crate::interrupts::Owed;
use crate::msi::{IrqCfg, Msi, MsiSource, OwedMsis};
use crate::queue::{COMMAND_BYTES, EVENT_BYTES, Layout, PRI_BYTES, Queue, effective_log2size};
use crate::{
    CmdqBase, CmdqCons, CmdqProd, Cr0, Cr1, Cr2, EventRecord, Gerror, IrqCtrl, Parameters, PrgResponse,
    PriMessage, QueueBase, QueueCons, QueueProd,
};

/// A committed record whose write has no response yet (V5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InFlight<R = EventRecord> {
    /// Byte address it is written to.
    pub address: u64,
    /// The record.
    pub record: R,
}

/// The state, plain and public. Each method is one architectural step or a question about the
/// state; nothing else changes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Smmu {
    /// What the implementation chose; [`Smmu::new`] sees to it that the architecture allows it.
    pub parameters: Parameters,
    /// CR0 as written (6.3.9).
    pub cr0: Cr0,
    /// CR0ACK (6.3.10).
    pub cr0ack: Cr0,
    /// CR1 (6.3.11).
    pub cr1: Cr1,
    /// CR2 (6.3.12).
    pub cr2: Cr2,
    /// IRQ_CTRL as written (6.3.16).
    pub irq_ctrl: IrqCtrl,
    /// IRQ_CTRLACK (6.3.17).
    pub irq_ctrlack: IrqCtrl,
    /// GERROR (6.3.19).
    pub gerror: Gerror,
    /// GERRORN as written (6.3.20).
    pub gerrorn: Gerror,
    /// GERROR_IRQ_CFG0 to 2 (6.3.21 to 6.3.23).
    pub gerror_irq_cfg: IrqCfg,
    /// EVENTQ_IRQ_CFG0 to 2 (6.3.30 to 6.3.32).
    pub eventq_irq_cfg: IrqCfg,
    /// PRIQ_IRQ_CFG0 to 2 (6.3.34 to 6.3.36).
    pub priq_irq_cfg: IrqCfg,
    /// CMDQ_BASE as written (6.3.26).
    pub cmdq_base: CmdqBase,
    /// CMDQ_PROD as written (6.3.27).
    pub cmdq_prod: CmdqProd,
    /// CMDQ_CONS (6.3.28). Bits of RD above the wrap flag can be set here; no use of it sees them
    /// (Q12).
    pub cmdq_cons: CmdqCons,
    /// EVENTQ_BASE as written (6.3.29).
    pub eventq_base: QueueBase,
    /// EVENTQ_PROD (6.3.95). Bits of WR above the wrap flag can be set here; no use of it sees them
    /// (Q12).
    pub eventq_prod: QueueProd,
    /// EVENTQ_CONS as written (6.3.96).
    pub eventq_cons: QueueCons,
    /// PRIQ_BASE as written (6.3.33).
    pub priq_base: QueueBase,
    /// PRIQ_PROD (6.3.97). Bits of WR above the wrap flag can be set here; no use of it sees them
    /// (Q12).
    pub priq_prod: QueueProd,
    /// PRIQ_CONS as written (6.3.98).
    pub priq_cons: QueueCons,
    /// Committed event records without a response, the oldest first (V5).
    pub in_flight: VecDeque<InFlight>,
    /// A write of an event record aborted, and others of its group have no response yet (EA2).
    pub aborting: bool,
    /// Committed PRI messages without a response, the oldest first (V5).
    pub pri_in_flight: VecDeque<InFlight<PriMessage>>,
    /// A write of a PRI message aborted, and others of its group have no response yet (EA2, P12).
    pub pri_aborting: bool,
    /// Automatic PRG Responses that were not sent yet, the oldest first (5.3).
    pub prg_owed: VecDeque<PrgResponse>,
    /// How far the commands at RD have come.
    pub commands: CommandProgress,
    /// Wired interrupts and wake-up events not seen yet.
    pub owed: Owed,
    /// MSIs not seen yet.
    pub owed_msis: OwedMsis,
    /// The MSI of the last completed CMD_SYNC, until it is sent; its successor waits for it (C15).
    pub sync_msi: Option<Msi>,
    /// Sources of the MSIs that were sent and have no response yet, the oldest first.
    pub msis_in_flight: VecDeque<MsiSource>,
    /// The event records that this model published, by byte address.
    pub published: BTreeMap<u64, EventRecord>,
    /// The PRI messages that this model published, by byte address.
    pub pri_published: BTreeMap<u64, PriMessage>,
}

impl Smmu {
    /// The state after reset. What the architecture leaves UNKNOWN is 0 (R1). Parameters that the
    /// architecture does not allow become the nearest allowed ones.
    pub fn new(parameters: Parameters) -> Smmu {
        Smmu {
            parameters: parameters.legal(),
            cr0: Cr0::new(),
            cr0ack: Cr0::new(),
            cr1: Cr1::new(),
            cr2: Cr2::new(),
            irq_ctrl: IrqCtrl::new(),
            irq_ctrlack: IrqCtrl::new(),
            gerror: Gerror::new(),
            gerrorn: Gerror::new(),
            gerror_irq_cfg: IrqCfg::default(),
            eventq_irq_cfg: IrqCfg::default(),
            priq_irq_cfg: IrqCfg::default(),
            cmdq_base: CmdqBase::new(),
            cmdq_prod: CmdqProd::new(),
            cmdq_cons: CmdqCons::new(),
            eventq_base: QueueBase::new(),
            eventq_prod: QueueProd::new(),
            eventq_cons: QueueCons::new(),
            priq_base: QueueBase::new(),
            priq_prod: QueueProd::new(),
            priq_cons: QueueCons::new(),
            in_flight: VecDeque::new(),
            aborting: false,
            pri_in_flight: VecDeque::new(),
            pri_aborting: false,
            prg_owed: VecDeque::new(),
            commands: CommandProgress::default(),
            owed: Owed::default(),
            owed_msis: OwedMsis::default(),
            sync_msi: None,
            msis_in_flight: VecDeque::new(),
            published: BTreeMap::new(),
            pri_published: BTreeMap::new(),
        }
    }

    /// The Event queue in use, as PROD and CONS show it (Q9, Q11, V7).
    pub fn event_queue(&self) -> Queue {
        let Parameters { event_qs, oas, .. } = self.parameters;
        let log2size = effective_log2size(self.eventq_base.log2size(), event_qs);
        let layout = Layout::new(EVENT_BYTES, log2size, self.eventq_base.addr() << 5, oas);
        Queue::new(layout, self.eventq_prod.wr(), self.eventq_cons.rd())
    }

    /// The PRI queue in use, as PROD and CONS show it (Q9, Q11, V7).
    pub fn pri_queue(&self) -> Queue {
        let Parameters { pri_qs, oas, .. } = self.parameters;
        let log2size = effective_log2size(self.priq_base.log2size(), pri_qs);
        let layout = Layout::new(PRI_BYTES, log2size, self.priq_base.addr() << 5, oas);
        Queue::new(layout, self.priq_prod.wr(), self.priq_cons.rd())
    }

    /// The Command queue in use, as PROD and CONS show it (Q9, Q11).
    pub fn command_queue(&self) -> Queue {
        let Parameters { cmd_qs, oas, .. } = self.parameters;
        let log2size = effective_log2size(self.cmdq_base.log2size(), cmd_qs);
        let layout = Layout::new(COMMAND_BYTES, log2size, self.cmdq_base.addr() << 5, oas);
        Queue::new(layout, self.cmdq_prod.wr(), self.cmdq_cons.rd())
    }
}
