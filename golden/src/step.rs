//! What can come in and out of the steps of the model, and the rules that decide each outcome.

use crate::EventRecord;

/// What became of the transaction that a record reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was terminated: its record can be lost (EV3).
    Terminated,
    /// It is stalled: its record waits until the queue can take it (ST1, ST2).
    Stalled,
}

/// What [`Smmu::decide`](crate::Smmu::decide) does with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The record is committed: it is written, and becomes visible unless the write aborts (V5).
    Recorded {
        /// Byte address of the 32 bytes it is written to.
        address: u64,
    },
    /// The record is lost.
    Dropped(Loss),
    /// The record waits; the state is unchanged. It can be offered again.
    Held(Hold),
}

/// Why a record is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// The Event queue is disabled (E6).
    Disabled,
    /// EVENTQ_ABT_ERR is active (EA1, EA4).
    AbortError,
    /// The enabled queue is full: an overflow (EV3).
    Full {
        /// Whether OVFLG toggled: not if an earlier overflow is unacknowledged (EV4).
        toggled: bool,
    },
}

/// Why a record waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The Event queue is disabled (E6).
    Disabled,
    /// A write aborted and the error is not flagged before all others have completed (EA2).
    Aborting,
    /// EVENTQ_ABT_ERR is active (EA1).
    AbortError,
    /// The queue is full (ST1).
    Full,
    /// Every free slot has a record in flight, which PROD does not show yet (V6, V7).
    NoFreeSlot,
    /// IDR0.STALL_MODEL says that nothing stalls, so that there can be no such record (ST7).
    NoStallModel,
}

/// The response of the system to the write of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// The data is visible.
    Okay,
    /// An external abort.
    Error,
}

/// What the response to the write of a record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// PROD covers the record (V1).
    Published {
        /// Byte address of the record.
        address: u64,
        /// The record.
        record: EventRecord,
        /// Whether an Event queue interrupt is owed for it (I2).
        interrupt: bool,
    },
    /// The record is lost in an abort (EA2).
    Lost {
        /// Whether EVENTQ_ABT_ERR became active with this response.
        flagged: bool,
    },
}

/// A wired interrupt (3.18.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Event queue not empty any more (I2).
    Eventq,
    /// A global error became active (G4).
    Gerror,
}

/// A step that the state does not allow. The state is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// A response came, but no write of a record is outstanding.
    #[error("a write response without a record in flight")]
    NothingInFlight,
    /// An enable register equals its acknowledge register.
    #[error("an acknowledge without an update to acknowledge")]
    NothingToAcknowledge,
    /// EVENTQEN 1 to 0 is acknowledged too early: committed records are in flight (E5).
    #[error("the disable is acknowledged while records are in flight")]
    RecordsInFlight,
    /// An interrupt enable 1 to 0 is acknowledged before an interrupt that came earlier (I6).
    #[error("the interrupt disable is acknowledged while an interrupt is owed")]
    InterruptOwed,
    /// An interrupt was seen, but nothing happened that gives one.
    #[error("an interrupt that nothing gave")]
    NoInterruptOwed,
}

impl Decision {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            Decision::Recorded { .. } => &["EV1", "EV2", "V5", "Q8", "Q9", "Q11"],
            Decision::Dropped(Loss::Disabled) => &["E1", "E6"],
            Decision::Dropped(Loss::AbortError) => &["EV1", "EV3", "EA1", "EA4", "G1"],
            Decision::Dropped(Loss::Full { .. }) => &["EV3", "EV4", "EV5", "Q4", "Q6", "V7"],
            Decision::Held(Hold::Disabled) => &["E1", "E6", "ST1", "ST2"],
            Decision::Held(Hold::Aborting) => &["EA1", "EA2"],
            Decision::Held(Hold::AbortError) => &["EV1", "EA1", "G1", "ST2"],
            Decision::Held(Hold::Full) => &["EV1", "Q4", "Q6", "V7", "ST1", "ST2"],
            Decision::Held(Hold::NoFreeSlot) => &["V6", "V7"],
            Decision::Held(Hold::NoStallModel) => &["ST7"],
        }
    }
}

impl Completion {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            Completion::Published { interrupt: true, .. } => &["V1", "Q3", "Q12", "I2", "I4", "V3"],
            Completion::Published { interrupt: false, .. } => &["V1", "Q3", "Q12", "I2", "I4"],
            Completion::Lost { flagged: true } => &["EA1", "EA2", "G1", "G4"],
            Completion::Lost { flagged: false } => &["EA2", "G1"],
        }
    }
}

impl StepError {
    /// The ids of the rules that forbid the step.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            StepError::NothingInFlight => &["V5", "EV1", "Q8"],
            StepError::NothingToAcknowledge => &["E1", "I4"],
            StepError::RecordsInFlight => &["E5"],
            StepError::InterruptOwed => &["I6"],
            StepError::NoInterruptOwed => &["I1", "I2", "I4", "I5", "I9", "G4", "V3"],
        }
    }
}
