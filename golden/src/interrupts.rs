//! Wired interrupts (3.18.2) and their enables (6.3.16).

use crate::{Smmu, StepError};

/// A wired interrupt, or the wake-up event (3.18.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Event queue not empty any more (I2).
    Eventq,
    /// PRI queue not empty any more, or a message with Last set (I3).
    Priq,
    /// A CMD_SYNC that asks for an interrupt completed (C12).
    CmdSync,
    /// A global error became active (G4).
    Gerror,
    /// A wake-up event: a CMD_SYNC that asks for it completed (C12), or the Command queue is not
    /// full any more (C10).
    Sev,
}

impl Line {
    /// All of them, as they are declared.
    pub const ALL: [Self; 5] = [Self::Eventq, Self::Priq, Self::CmdSync, Self::Gerror, Self::Sev];
}

/// Interrupts and wake-up events that have a cause and were not seen yet. Causes of the same line
/// coalesce (I8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Owed {
    /// An Event queue interrupt (I2).
    pub eventq: bool,
    /// A PRI queue interrupt (I3).
    pub priq: bool,
    /// A CMD_SYNC interrupt (C12).
    pub cmd_sync: bool,
    /// A GERROR interrupt (G4).
    pub gerror: bool,
    /// A wake-up event (C10, C12).
    pub sev: bool,
}

impl Owed {
    fn of(&mut self, line: Line) -> &mut bool {
        match line {
            Line::Eventq => &mut self.eventq,
            Line::Priq => &mut self.priq,
            Line::CmdSync => &mut self.cmd_sync,
            Line::Gerror => &mut self.gerror,
            Line::Sev => &mut self.sev,
        }
    }

    /// Whether an interrupt of a line is owed.
    pub fn owes(mut self, line: Line) -> bool {
        *self.of(line)
    }
}

/// A source of interrupts that IRQ_CTRL enables and IRQ_CFG registers configure. CMD_SYNC has
/// neither (C12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IrqSource {
    Eventq,
    Priq,
    Gerror,
}

impl IrqSource {
    /// Every source.
    pub(crate) const ALL: [IrqSource; 3] = [IrqSource::Eventq, IrqSource::Priq, IrqSource::Gerror];

    pub(crate) const fn line(self) -> Line {
        match self {
            IrqSource::Eventq => Line::Eventq,
            IrqSource::Priq => Line::Priq,
            IrqSource::Gerror => Line::Gerror,
        }
    }
}

impl Smmu {
    /// An interrupt condition of a source comes about: the wired interrupt and, if it is
    /// configured, the MSI are owed, provided that the source is enabled by now (I4, I5). Returns
    /// whether it is.
    pub(crate) fn raise(&mut self, source: IrqSource) -> bool {
        let enabled = self.irq_enabled(source);
        if enabled {
            *self.owed.of(source.line()) = true;
            self.owe_msi(source.into());
        }
        enabled
    }

    /// An interrupt was seen (I1).
    ///
    /// # Errors
    /// [`StepError::NoInterruptOwed`] if nothing gave it.
    pub fn interrupt(&mut self, line: Line) -> Result<(), StepError> {
        let owed = self.owed.of(line);
        if !*owed {
            return Err(StepError::NoInterruptOwed);
        }
        *owed = false;
        Ok(())
    }
}
