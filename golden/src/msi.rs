//! Message-signalled interrupts (3.18): which are owed, and what their writes do.

use crate::gerror::GlobalError;
use crate::interrupts::IrqSource;
use crate::queue::truncate;
use crate::{Command, IrqCfg0, IrqCfg2, Response, Smmu, StepError};

/// Where an MSI comes from (3.18.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MsiSource {
    /// The Event queue (I2).
    Eventq,
    /// The PRI queue (I3).
    Priq,
    /// A global error (G4).
    Gerror,
    /// A completed CMD_SYNC (C12).
    CmdSync,
}

impl MsiSource {
    /// Every source.
    pub const ALL: [MsiSource; 4] =
        [MsiSource::Eventq, MsiSource::Priq, MsiSource::Gerror, MsiSource::CmdSync];

    /// The error that an abort of an MSI of this source is (6.3.19).
    const fn error(self) -> GlobalError {
        match self {
            MsiSource::Eventq => GlobalError::MsiEventqAbt,
            MsiSource::Priq => GlobalError::MsiPriqAbt,
            MsiSource::Gerror => GlobalError::MsiGerrorAbt,
            MsiSource::CmdSync => GlobalError::MsiCmdqAbt,
        }
    }
}

impl From<IrqSource> for MsiSource {
    fn from(source: IrqSource) -> Self {
        match source {
            IrqSource::Eventq => MsiSource::Eventq,
            IrqSource::Priq => MsiSource::Priq,
            IrqSource::Gerror => MsiSource::Gerror,
        }
    }
}

/// The IRQ_CFG registers of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct IrqCfg {
    /// IRQ_CFG0: the address (6.3.21).
    pub cfg0: IrqCfg0,
    /// IRQ_CFG1: the data (6.3.22).
    pub cfg1: u32,
    /// IRQ_CFG2: the attributes (6.3.23).
    pub cfg2: IrqCfg2,
}

/// The write that an MSI is: 32 bits, aligned (I7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Msi {
    /// Byte address.
    pub address: u64,
    /// Data.
    pub data: u32,
}

/// MSIs of one source that have a cause and were not sent yet. Causes may merge, so that their
/// number is not known exactly (I8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OwedMsi {
    /// At least one more has to come: there was a cause after the last one was sent.
    pub must: bool,
    /// At most so many more can come: the causes that no sent one stands for.
    pub may: u32,
}

/// MSIs that have a cause and were not sent yet, by source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct OwedMsis {
    /// Of the Event queue.
    pub eventq: OwedMsi,
    /// Of the PRI queue.
    pub priq: OwedMsi,
    /// Of global errors.
    pub gerror: OwedMsi,
    /// Of CMD_SYNC; these do not merge, since each is of another command.
    pub cmd_sync: OwedMsi,
}

impl OwedMsis {
    /// Those of a source.
    pub fn of(self, source: MsiSource) -> OwedMsi {
        match source {
            MsiSource::Eventq => self.eventq,
            MsiSource::Priq => self.priq,
            MsiSource::Gerror => self.gerror,
            MsiSource::CmdSync => self.cmd_sync,
        }
    }

    /// Whether at least one MSI of any source has to come.
    pub fn any_must(self) -> bool {
        MsiSource::ALL.into_iter().any(|source| self.of(source).must)
    }

    pub(crate) fn of_mut(&mut self, source: MsiSource) -> &mut OwedMsi {
        match source {
            MsiSource::Eventq => &mut self.eventq,
            MsiSource::Priq => &mut self.priq,
            MsiSource::Gerror => &mut self.gerror,
            MsiSource::CmdSync => &mut self.cmd_sync,
        }
    }
}

impl Smmu {
    /// The MSI that a source sends, if it sends one: MSIs are implemented and its address is not
    /// zero, checked before the address is truncated (I7, C13).
    pub fn msi_of(&self, source: MsiSource) -> Option<Msi> {
        let cfg = match source {
            MsiSource::Eventq => self.eventq_irq_cfg,
            MsiSource::Priq => self.priq_irq_cfg,
            MsiSource::Gerror => self.gerror_irq_cfg,
            MsiSource::CmdSync => return self.sync_msi,
        };
        self.msi(cfg.cfg0.addr() << 2, cfg.cfg1)
    }

    /// The MSI that a CMD_SYNC configures (C12, C13).
    pub(crate) fn msi_of_sync(&self, sync: Command) -> Option<Msi> {
        self.msi(sync.msi_address(), sync.msi_data())
    }

    fn msi(&self, address: u64, data: u32) -> Option<Msi> {
        let sends = self.parameters.msi && address != 0;
        sends.then(|| Msi { address: truncate(address, self.parameters.oas), data })
    }

    /// A source has a cause for an MSI, if it sends any.
    pub(crate) fn owe_msi(&mut self, source: MsiSource) {
        if self.msi_of(source).is_some() {
            let owed = self.owed_msis.of_mut(source);
            owed.must = true;
            owed.may += 1;
        }
    }

    /// An MSI was written: `data` to `address`. Where several sources would send the same, it is
    /// that of one that has none in flight and has to send one, as far as there is one.
    ///
    /// # Errors
    /// [`StepError::NoMsiOwed`] if no source has a cause for it.
    pub fn msi_sent(&mut self, address: u64, data: u32) -> Result<MsiSource, StepError> {
        let msi = Some(Msi { address, data });
        let source = MsiSource::ALL
            .into_iter()
            .filter(|source| self.owed_msis.of(*source).may > 0 && self.msi_of(*source) == msi)
            .min_by_key(|source| (self.msis_in_flight.contains(source), !self.owed_msis.of(*source).must))
            .ok_or(StepError::NoMsiOwed)?;
        let owed = self.owed_msis.of_mut(source);
        // It stands for all causes before it (I8); those may have been meant to have their own.
        owed.must = false;
        owed.may -= 1;
        if source == MsiSource::CmdSync {
            self.sync_msi = None;
        }
        self.msis_in_flight.push_back(source);
        Ok(source)
    }

    /// The oldest MSI without a response has it. An abort is an error (6.3.19), unless that error
    /// is active already (G1).
    ///
    /// # Errors
    /// [`StepError::NoMsiInFlight`] if there is none.
    pub fn msi_answered(&mut self, response: Response) -> Result<MsiSource, StepError> {
        let source = self.msis_in_flight.pop_front().ok_or(StepError::NoMsiInFlight)?;
        if response == Response::Error {
            self.activate(source.error());
        }
        Ok(source)
    }

    /// Causes that an MSI sent after them stands for do not get one of their own any more. To be
    /// called after a time in which nothing can be late any more (I8).
    pub fn forget_merged(&mut self) {
        for source in MsiSource::ALL {
            if self.merged_msi_of(source) {
                self.owed_msis.of_mut(source).may = 0;
            }
        }
    }

    /// Whether an MSI may come that need not: of a cause that the one before it may stand for (I8). One that waits for
    /// the response of another is not late.
    pub fn merged_msi_may_come(&self) -> bool {
        MsiSource::ALL.into_iter().any(|source| self.merged_msi_of(source))
    }

    fn merged_msi_of(&self, source: MsiSource) -> bool {
        let owed = self.owed_msis.of(source);
        owed.may > 0 && !owed.must && self.msis_in_flight.is_empty()
    }

    /// Whether a source has an MSI still to send or one without a response (I6, C15).
    pub(crate) fn msi_outstanding(&self, source: MsiSource) -> bool {
        self.owed_msis.of(source).must || self.msis_in_flight.contains(&source)
    }
}
