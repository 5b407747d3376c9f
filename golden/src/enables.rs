//! Enables and their Updates (6.3.9, 6.3.16): what is enabled, what is guarded, and when a change
//! is acknowledged.
//!
//! Of the points that E1 leaves open, a change from 0 to 1 takes effect at the acknowledge and one
//! from 1 to 0 at the write: a field is effective if it is 1 in both registers. For a guard a field
//! counts as 1 if it is 1 in either (E1, E3).

use crate::interrupts::IrqSource;
use crate::{Cr0, IrqCtrl, MsiSource, Smmu, StepError};

impl Smmu {
    /// CR0 as far as its fields are effective (E1).
    fn effective_cr0(&self) -> Cr0 {
        Cr0::from_bits(self.cr0.into_bits() & self.cr0ack.into_bits())
    }

    /// CR0 as far as its fields guard registers (E1, E3).
    pub(crate) fn guarding_cr0(&self) -> Cr0 {
        Cr0::from_bits(self.cr0.into_bits() | self.cr0ack.into_bits())
    }

    /// Whether the SMMU is enabled (E1, E10).
    pub fn smmu_enabled(&self) -> bool {
        self.effective_cr0().smmuen()
    }

    /// Whether the Event queue is enabled (E1, E6).
    pub fn eventq_enabled(&self) -> bool {
        self.effective_cr0().eventqen()
    }

    /// Whether the PRI queue is enabled: the effective PRIQEN, which needs SMMUEN (E7).
    pub fn priq_enabled(&self) -> bool {
        self.effective_cr0().priqen() && self.smmu_enabled()
    }

    /// Whether the Command queue is enabled (E1, E9).
    pub fn cmdq_enabled(&self) -> bool {
        self.effective_cr0().cmdqen()
    }

    /// Whether interrupts of a source are enabled, before and after the Update (I4, I5).
    pub(crate) fn irq_enabled(&self, source: IrqSource) -> bool {
        irqen(self.irq_ctrl, source) && irqen(self.irq_ctrlack, source)
    }

    /// Whether the IRQ_CFG registers of a source are guarded (E3).
    pub(crate) fn irq_guarded(&self, source: IrqSource) -> bool {
        irqen(self.irq_ctrl, source) || irqen(self.irq_ctrlack, source)
    }

    /// The Update of some fields of CR0 completes: CR0ACK takes their values (E1). `fields` has a 1
    /// in each bit whose acknowledge was seen; each field is acknowledged on its own.
    ///
    /// # Errors
    /// [`StepError::NothingToAcknowledge`] if one of them is equal already, also because software
    /// took the change back (E2), or if there are none. For a disable that comes too early:
    /// [`StepError::RecordsInFlight`] before all committed event records are visible and any abort
    /// is flagged (E5); [`StepError::MessagesInFlight`] of PRIQEN or SMMUEN before the same holds
    /// for PRI messages (E7, E10); [`StepError::CommandInProgress`] before fetches and commands
    /// have come to their end (E8).
    pub fn acknowledge_cr0(&mut self, fields: Cr0) -> Result<(), StepError> {
        let fields = to_acknowledge(self.cr0.into_bits(), self.cr0ack.into_bits(), fields.into_bits())?;
        let disabled = Cr0::from_bits(fields & !self.cr0.into_bits());
        // An abort is unflagged only as long as records are in flight.
        if disabled.eventqen() && !self.in_flight.is_empty() {
            return Err(StepError::RecordsInFlight);
        }
        if (disabled.priqen() || disabled.smmuen()) && !self.pri_in_flight.is_empty() {
            return Err(StepError::MessagesInFlight);
        }
        if disabled.cmdqen() {
            self.commands.finish()?;
        }
        self.cr0ack = Cr0::from_bits(take(self.cr0ack.into_bits(), self.cr0.into_bits(), fields));
        Ok(())
    }

    /// The Update of some fields of IRQ_CTRL completes: IRQ_CTRLACK takes their values (I4).
    /// `fields` has a 1 in each bit whose acknowledge was seen.
    ///
    /// # Errors
    /// [`StepError::NothingToAcknowledge`] if one of them is equal already, or if there are none.
    /// For a disable, of whose source no interrupt may come later (I6):
    /// [`StepError::InterruptOwed`] while a wired one is owed, [`StepError::MsiOutstanding`] while
    /// an MSI is, or has no response.
    pub fn acknowledge_irq_ctrl(&mut self, fields: IrqCtrl) -> Result<(), StepError> {
        let (control, acknowledged) = (self.irq_ctrl.into_bits(), self.irq_ctrlack.into_bits());
        let fields = to_acknowledge(control, acknowledged, fields.into_bits())?;
        let disabled = IrqCtrl::from_bits(fields & !control);
        let sources = IrqSource::ALL.into_iter().filter(|source| irqen(disabled, *source));
        if sources.clone().any(|source| self.owed.owes(source.line())) {
            return Err(StepError::InterruptOwed);
        }
        if sources.clone().any(|source| self.msi_outstanding(source.into())) {
            return Err(StepError::MsiOutstanding);
        }
        for source in sources.map(MsiSource::from) {
            self.owed_msis.of_mut(source).may = 0;
        }
        self.irq_ctrlack = IrqCtrl::from_bits(take(acknowledged, control, fields));
        Ok(())
    }
}

/// The enable of a source in IRQ_CTRL or IRQ_CTRLACK.
fn irqen(irq_ctrl: IrqCtrl, source: IrqSource) -> bool {
    match source {
        IrqSource::Eventq => irq_ctrl.eventq_irqen(),
        IrqSource::Priq => irq_ctrl.priq_irqen(),
        IrqSource::Gerror => irq_ctrl.gerror_irqen(),
    }
}

/// The bits to acknowledge, which have to be such in which the registers differ.
fn to_acknowledge(control: u32, acknowledged: u32, fields: u32) -> Result<u32, StepError> {
    let differ = control ^ acknowledged;
    if fields == 0 || fields & !differ != 0 {
        return Err(StepError::NothingToAcknowledge);
    }
    Ok(fields)
}

/// `old` with the bits of `new` where `mask` has a 1.
fn take(old: u32, new: u32, mask: u32) -> u32 {
    old & !mask | new & mask
}
