//! Global errors (7.5): when one is active, and what its activation does.

use crate::interrupts::IrqSource;
use crate::{Gerror, Smmu};

/// An error that this SMMU can report (6.3.19, table 9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GlobalError {
    /// CMDQ_ERR: a command failed (C3).
    Cmdq,
    /// EVENTQ_ABT_ERR: a write to the Event queue aborted (EA1).
    EventqAbt,
    /// PRIQ_ABT_ERR: a write to the PRI queue aborted (P12).
    PriqAbt,
    /// MSI_CMDQ_ABT_ERR: an MSI of CMD_SYNC aborted (C15).
    MsiCmdqAbt,
    /// MSI_EVENTQ_ABT_ERR: an MSI of the Event queue aborted.
    MsiEventqAbt,
    /// MSI_PRIQ_ABT_ERR: an MSI of the PRI queue aborted.
    MsiPriqAbt,
    /// MSI_GERROR_ABT_ERR: an MSI of a global error aborted (G4).
    MsiGerrorAbt,
}

impl GlobalError {
    /// Its bit in GERROR and GERRORN.
    pub fn bit(self) -> Gerror {
        let none = Gerror::new();
        match self {
            GlobalError::Cmdq => none.with_cmdq_err(true),
            GlobalError::EventqAbt => none.with_eventq_abt_err(true),
            GlobalError::PriqAbt => none.with_priq_abt_err(true),
            GlobalError::MsiCmdqAbt => none.with_msi_cmdq_abt_err(true),
            GlobalError::MsiEventqAbt => none.with_msi_eventq_abt_err(true),
            GlobalError::MsiPriqAbt => none.with_msi_priq_abt_err(true),
            GlobalError::MsiGerrorAbt => none.with_msi_gerror_abt_err(true),
        }
    }
}

impl Smmu {
    /// Whether an error is active: GERROR differs from GERRORN in its bit (G1).
    pub fn error_active(&self, error: GlobalError) -> bool {
        let active = self.gerror.into_bits() ^ self.gerrorn.into_bits();
        active & error.bit().into_bits() != 0
    }

    /// Whether EVENTQ_ABT_ERR is active (G1).
    pub fn abort_error_active(&self) -> bool {
        self.error_active(GlobalError::EventqAbt)
    }

    /// An error happens: its bit of GERROR toggles and gives an interrupt (G4), unless it is active
    /// already (G1). Returns whether it became active.
    pub(crate) fn activate(&mut self, error: GlobalError) -> bool {
        if self.error_active(error) {
            return false;
        }
        self.gerror = Gerror::from_bits(self.gerror.into_bits() ^ error.bit().into_bits());
        // G4: an error of the GERROR MSI gives no further one.
        if error != GlobalError::MsiGerrorAbt {
            self.raise(IrqSource::Gerror);
        }
        true
    }
}
