//! What the steps of a target mean.

use std::fmt;

use smmuq_golden::{Completion, Decision, Kind, Line, Loss, Register};

/// What a step meant, according to the golden model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An interrupt that was owed.
    Interrupt(Line),
    /// A register was read.
    Read {
        /// Byte offset.
        offset: u32,
        /// The value; 0 where the access was an error.
        value: u32,
    },
    /// A record was decided on.
    Decided {
        /// The port it came from.
        kind: Kind,
        /// Recorded or dropped, and why.
        decision: Decision,
    },
    /// The write of a record was answered.
    Completed(Completion),
    /// An Update ended: the acknowledge register took the value of its control register.
    Acknowledged(Register),
    /// A register was written.
    Written {
        /// Byte offset.
        offset: u32,
        /// The 32 bits.
        value: u32,
    },
}

impl Meaning {
    /// The rules that decide the step.
    pub fn rules(&self) -> &'static [&'static str] {
        match self {
            Self::Interrupt(Line::Eventq) => &["I1", "I2", "V3"],
            Self::Interrupt(Line::Gerror) => &["I1", "G4", "V3"],
            Self::Decided { decision, .. } => decision.rules(),
            Self::Completed(completion) => completion.rules(),
            Self::Acknowledged(register) => register.rules(),
            Self::Read { offset, .. } | Self::Written { offset, .. } => {
                Register::at(*offset).map_or(&["E11", "E12"], Register::rules)
            }
        }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let register =
            |offset: u32| Register::at(offset).map_or(format!("offset {offset:#x}"), |r| r.to_string());
        match self {
            Self::Interrupt(line) => write!(f, "interrupt {line:?}"),
            Self::Read { offset, value } => write!(f, "read {} = {value:#010x}", register(*offset)),
            Self::Written { offset, value } => write!(f, "write {} := {value:#010x}", register(*offset)),
            Self::Acknowledged(register) => write!(f, "{register} acknowledges"),
            Self::Decided { kind, decision } => write!(f, "{kind:?} record {}", outcome(decision)),
            Self::Completed(Completion::Published { address, interrupt, .. }) => {
                let announced = if *interrupt { ", interrupt due" } else { "" };
                write!(f, "record at {address:#x} published{announced}")
            }
            Self::Completed(Completion::Lost { flagged }) => {
                write!(f, "record lost in an abort{}", if *flagged { ", EVENTQ_ABT_ERR toggles" } else { "" })
            }
        }
    }
}

fn outcome(decision: &Decision) -> String {
    match decision {
        Decision::Recorded { address } => format!("recorded at {address:#x}"),
        Decision::Dropped(Loss::Full { toggled: true }) => "dropped: full, OVFLG toggles".to_owned(),
        Decision::Dropped(Loss::Full { toggled: false }) => "dropped: full, OVFLG stays".to_owned(),
        Decision::Dropped(loss) => format!("dropped: {loss:?}"),
        Decision::Held(hold) => format!("held: {hold:?}"),
    }
}
