//! What can come in and out of the steps of the model, and the rules that decide each outcome.

use crate::{Command, EventRecord, PrgResponse, PriMessage};

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

/// Why an event record or a PRI message waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The Event queue is disabled (E6).
    Disabled,
    /// A write aborted and the error is not flagged before all others have completed (EA2, P12).
    Aborting,
    /// EVENTQ_ABT_ERR is active (EA1).
    AbortError,
    /// The queue is full (ST1).
    Full,
    /// Every free slot has a record in flight, which PROD does not show yet (V6, V7).
    NoFreeSlot,
    /// IDR0.STALL_MODEL says that nothing stalls, so that there can be no such record (ST7).
    NoStallModel,
    /// IDR0.PRI says that there is no PRI queue, so that there can be no such message (P1).
    NoPri,
}

/// The response of the system to a read or a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What is known of the STE of the stream that a PRI message comes from (5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ste {
    /// It could be read and is valid.
    pub valid: bool,
    /// PPAR: a PRG Response has the PASID of the request (P11).
    pub ppar: bool,
}

/// What [`Smmu::decide_pri`](crate::Smmu::decide_pri) does with a PRI message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriDecision {
    /// The message is committed: it is written, and becomes visible unless the write aborts (V5).
    Recorded {
        /// Byte address of the 16 bytes it is written to.
        address: u64,
    },
    /// The message is lost.
    Dropped {
        /// Why.
        loss: PriLoss,
        /// The answer that the SMMU itself gives to the device (5.3).
        response: Option<PrgResponse>,
    },
    /// The message waits; the state is unchanged. It can be offered again.
    Held(Hold),
}

/// Why a PRI message is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriLoss {
    /// It comes from a Secure stream, for which there is no PRI queue (8.2).
    Secure,
    /// The effective PRIQEN is 0 (E7).
    Disabled,
    /// PRIQ_ABT_ERR is active (P12).
    AbortError,
    /// The enabled queue is full, or an overflow is not acknowledged (P5, P6).
    Overflow {
        /// Whether OVFLG toggled: only if no overflow was unacknowledged (P5).
        toggled: bool,
    },
}

/// What the response to the write of a PRI message does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriCompletion {
    /// PROD covers the message (V1).
    Published {
        /// Byte address of the message.
        address: u64,
        /// The message.
        message: PriMessage,
        /// Whether a PRI queue interrupt is owed for it (I3).
        interrupt: bool,
    },
    /// The message is lost in an abort (P12, EA2).
    Lost {
        /// Whether PRIQ_ABT_ERR became active with this response.
        flagged: bool,
        /// The answer that the SMMU itself gives to the device (5.3).
        response: Option<PrgResponse>,
    },
}

/// Where a PRG Response comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrgSource {
    /// The SMMU itself, for a page request that is lost (5.3).
    Automatic,
    /// CMD_PRI_RESP (P13).
    Command,
}

/// What becomes of a fetched command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// It is buffered.
    Kept,
    /// It is dropped, since the queue has stopped after the fetch was sent (Q17).
    Dropped,
}

/// Why a command fails (C4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum CommandError {
    /// CERROR_ILL: it is illegal (C5).
    Ill = 1,
    /// CERROR_ABT: its fetch aborted.
    Abt = 2,
    /// CERROR_ATC_INV_SYNC: a CMD_SYNC found an ATS invalidation failed (C16).
    AtcInvSync = 3,
}

impl CommandError {
    /// The value of CMDQ_CONS.ERR (C4).
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// What has to happen with the oldest command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oldest {
    /// Nothing: there is none, or it has not begun and does not begin.
    None,
    /// It is handed to the rest of the SMMU.
    Send(Command),
    /// It is a CMD_PRI_RESP and sends this PRG Response (P13).
    Prg(PrgResponse),
    /// It is a CMD_SYNC and waits for the rest of the SMMU to complete earlier commands (C12).
    Sync(Command),
    /// It is a CMD_SYNC and earlier commands have completed; it waits for event records (C17) and
    /// for the MSI of its predecessor (C15), and completes.
    SyncWaiting,
    /// It is a CMD_PRI_RESP and is ignored (P13).
    Skip(Command),
    /// It fails (C3).
    Fail(CommandError),
}

/// A step that the state does not allow. The state is unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// A response came, but no write of a record or message is outstanding.
    #[error("a write response without a record in flight")]
    NothingInFlight,
    /// A field of an enable register equals that of its acknowledge register.
    #[error("an acknowledge without an update to acknowledge")]
    NothingToAcknowledge,
    /// EVENTQEN 1 to 0 is acknowledged too early: committed records are in flight (E5).
    #[error("the disable is acknowledged while records are in flight")]
    RecordsInFlight,
    /// PRIQEN or SMMUEN 1 to 0 is acknowledged too early: committed PRI messages are in flight (E7,
    /// E10).
    #[error("the disable is acknowledged while PRI messages are in flight")]
    MessagesInFlight,
    /// CMDQEN 1 to 0 is acknowledged too early: a command is in progress or being fetched (E8).
    #[error("the disable is acknowledged while a command is in progress or being fetched")]
    CommandInProgress,
    /// An interrupt enable 1 to 0 is acknowledged before an interrupt that came earlier (I6).
    #[error("the interrupt disable is acknowledged while an interrupt is owed")]
    InterruptOwed,
    /// An interrupt enable 1 to 0 is acknowledged before an MSI that came earlier has completed (I6).
    #[error("the interrupt disable is acknowledged while an MSI is outstanding")]
    MsiOutstanding,
    /// An interrupt was seen, but nothing happened that gives one.
    #[error("an interrupt that nothing gave")]
    NoInterruptOwed,
    /// An MSI was sent, but nothing happened that gives one, or not with this address and data.
    #[error("an MSI that nothing gave")]
    NoMsiOwed,
    /// A response came, but no MSI is outstanding.
    #[error("a write response without an MSI in flight")]
    NoMsiInFlight,
    /// A PRG Response was sent that neither a lost page request nor the oldest command gives, or
    /// before one that is older.
    #[error("a PRG Response that nothing gave")]
    NoResponseOwed,
    /// Commands are fetched before an earlier fetch is answered.
    #[error("a fetch while another one is outstanding")]
    FetchOutstanding,
    /// Commands are fetched while the queue is stopped, beyond PROD, or not in order.
    #[error("a fetch of other than the next commands")]
    NoFetch,
    /// A read response came, but no fetch is outstanding.
    #[error("a read response without a fetch")]
    NothingFetched,
    /// The oldest command is another one, or is not carried out in this way.
    #[error("not the oldest command, or not what happens with it")]
    WrongCommand,
    /// The oldest command is no CMD_SYNC, or not at this point.
    #[error("the oldest command is not a CMD_SYNC at this point")]
    NoSync,
    /// CMD_SYNC completes before what it has to wait for.
    #[error("CMD_SYNC completes before earlier event records or MSIs")]
    SyncTooEarly,
    /// A command fails that is in order.
    #[error("the oldest command does not fail")]
    NoCommandError,
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
            Decision::Held(Hold::NoPri) => &["P1"],
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

impl PriDecision {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            PriDecision::Recorded { .. } => &["P1", "P6", "V5", "Q8", "Q9", "Q11"],
            PriDecision::Dropped { loss, .. } => loss.rules(),
            PriDecision::Held(Hold::Aborting) => &["P12", "EA2"],
            PriDecision::Held(Hold::NoFreeSlot) => &["V6", "V7"],
            PriDecision::Held(_) => &["P1"],
        }
    }
}

impl PriLoss {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            PriLoss::Secure => &["5.3", "P2"],
            PriLoss::Disabled => &["E1", "E7", "5.3", "P2", "14.7"],
            PriLoss::AbortError => &["P1", "P12", "G1", "5.3", "P2", "14.3", "14.7"],
            PriLoss::Overflow { toggled: true } => {
                &["P5", "P7", "5.3", "P2", "P11", "I3", "14.8", "Q4", "Q6", "V7"]
            }
            PriLoss::Overflow { toggled: false } => &["P6", "P7", "P8", "5.3", "P2", "P11", "I3", "14.8"],
        }
    }
}

impl PriCompletion {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            PriCompletion::Published { interrupt: true, .. } => {
                &["V1", "Q3", "Q12", "I3", "I4", "14.8", "V3"]
            }
            PriCompletion::Published { interrupt: false, .. } => &["V1", "Q3", "Q12", "I3", "I4", "14.8"],
            PriCompletion::Lost { flagged: true, .. } => &["P12", "EA2", "G1", "G4", "5.3", "P2", "14.7"],
            PriCompletion::Lost { flagged: false, .. } => &["P12", "EA2", "G1", "5.3", "P2", "14.7"],
        }
    }
}

impl PrgSource {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            PrgSource::Automatic => &["5.3", "P7"],
            PrgSource::Command => &["P13", "C1"],
        }
    }
}

impl Fetched {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            Fetched::Kept => &["C1", "Q17"],
            Fetched::Dropped => &["Q17", "E8", "C6"],
        }
    }
}

impl CommandError {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            CommandError::Ill => &["C3", "C4", "C5", "P13", "C18"],
            CommandError::Abt => &["C3", "C4"],
            CommandError::AtcInvSync => &["C3", "C4", "C16"],
        }
    }
}

impl Oldest {
    /// The ids of the rules that decide it.
    pub const fn rules(&self) -> &'static [&'static str] {
        match self {
            Oldest::None => &["C1", "E8", "E9"],
            Oldest::Send(_) => &["C1", "C5", "C11"],
            Oldest::Prg(_) => &["C1", "P13"],
            Oldest::Sync(_) => &["C1", "C12"],
            Oldest::SyncWaiting => &["C12", "C15", "C17"],
            Oldest::Skip(_) => &["C5", "P13"],
            Oldest::Fail(error) => error.rules(),
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
            StepError::MessagesInFlight => &["E7", "E10"],
            StepError::CommandInProgress => &["E8"],
            StepError::NoInterruptOwed => &["I1", "I2", "I3", "I4", "I9", "G4", "C10", "C12"],
            StepError::MsiOutstanding => &["I6"],
            StepError::NoMsiOwed => &["I4", "I5", "I7", "I8", "C13", "G4"],
            StepError::NoMsiInFlight => &["I7"],
            StepError::NoResponseOwed => &["5.3", "P2", "P7", "P13"],
            StepError::FetchOutstanding => &["C1"],
            StepError::NoFetch => &["C1", "C6", "E8", "Q17"],
            StepError::NothingFetched => &["C1"],
            StepError::WrongCommand => &["C1", "C3", "C5", "P13", "Q17"],
            StepError::NoSync => &["C1", "C12", "C16"],
            StepError::SyncTooEarly => &["C14", "C15", "C17"],
            StepError::NoCommandError => &["C3", "C4", "C5"],
        }
    }
}
