//! What the steps of a target mean.

use std::fmt;

use smmuq_golden::{
    Command, Completion, Decision, Fetched, Kind, Line, Loss, MsiSource, PrgResponse, PrgSource,
    PriCompletion, PriDecision, Register, Response,
};

/// How a command ends without a handshake; CMDQ_CONS and GERROR show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// A CMD_SYNC is consumed.
    SyncCompleted,
    /// A command without effect is consumed.
    Skipped,
    /// A command fails.
    Failed,
}

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
    /// A PRI message was decided on.
    DecidedPri(PriDecision),
    /// The write of a PRI message was answered.
    CompletedPri(PriCompletion),
    /// A PRG response that was owed left for its device.
    Prg {
        /// What it says.
        response: PrgResponse,
        /// Who answers.
        source: PrgSource,
    },
    /// Commands are being fetched.
    Fetch {
        /// First byte.
        address: u64,
        /// How many.
        beats: u32,
    },
    /// A command came from memory.
    Fetched(Fetched),
    /// A command went to the rest of the SMMU, and is consumed.
    Sent(Command),
    /// The rest of the SMMU ended a CMD_SYNC.
    Synchronized {
        /// With an ATC invalidation error.
        atc_error: bool,
    },
    /// The oldest command ended inside the block.
    Ended(Ended),
    /// An MSI is on the bus.
    MsiSent(MsiSource),
    /// The write of an MSI was answered.
    MsiAnswered {
        /// Whose.
        source: MsiSource,
        /// The answer.
        response: Response,
    },
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
            Self::Interrupt(Line::Priq) => &["I1", "I3", "V3"],
            Self::Interrupt(Line::CmdSync) => &["C12", "C14", "V3"],
            Self::Interrupt(Line::Gerror) => &["I1", "G4", "V3"],
            Self::Interrupt(Line::Sev) => &["C10", "C12"],
            Self::Decided { decision, .. } => decision.rules(),
            Self::Completed(completion) => completion.rules(),
            Self::DecidedPri(decision) => decision.rules(),
            Self::CompletedPri(completion) => completion.rules(),
            Self::Prg { source: PrgSource::Automatic, .. } => &["P7", "P12"],
            Self::Prg { source: PrgSource::Command, .. } => &["P13"],
            Self::Fetch { .. } | Self::Fetched(_) => &["C1", "Q17"],
            Self::Sent(_) => &["C1", "C11"],
            Self::Synchronized { .. } => &["C12", "C16", "C17"],
            Self::Ended(Ended::SyncCompleted) => &["C12", "C14", "C15", "C17"],
            Self::Ended(Ended::Skipped) => &["P13"],
            Self::Ended(Ended::Failed) => &["C3", "C4", "C5"],
            Self::MsiSent(_) => &["I7", "I8", "C13", "V3"],
            Self::MsiAnswered { .. } => &["G1", "G3", "I6"],
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
            Self::DecidedPri(decision) => write!(f, "PRI message: {decision:x?}"),
            Self::CompletedPri(PriCompletion::Published { address, interrupt, .. }) => {
                let announced = if *interrupt { ", interrupt due" } else { "" };
                write!(f, "PRI message at {address:#x} published{announced}")
            }
            Self::CompletedPri(PriCompletion::Lost { flagged, .. }) => {
                write!(
                    f,
                    "PRI message lost in an abort{}",
                    if *flagged { ", PRIQ_ABT_ERR toggles" } else { "" }
                )
            }
            Self::Prg { response, source } => write!(f, "{source:?} {response:x?}"),
            Self::Fetch { address, beats } => write!(f, "fetch of {beats} commands at {address:#x}"),
            Self::Fetched(fetched) => write!(f, "command fetched, {fetched:?}"),
            Self::Sent(command) => write!(f, "command {:#04x} passed on", command.opcode()),
            Self::Synchronized { atc_error } => write!(f, "CMD_SYNC ended outside, ATC error {atc_error}"),
            Self::Ended(ended) => write!(f, "command {ended:?}"),
            Self::MsiSent(source) => write!(f, "MSI of {source:?} on the bus"),
            Self::MsiAnswered { source, response } => write!(f, "MSI of {source:?} answered {response:?}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_record_is_said() {
        let decided = |decision| Meaning::Decided { kind: Kind::Terminated, decision }.to_string();
        assert_eq!(decided(Decision::Recorded { address: 0x80 }), "Terminated record recorded at 0x80");
        let full = |toggled| decided(Decision::Dropped(Loss::Full { toggled }));
        assert_eq!(full(true), "Terminated record dropped: full, OVFLG toggles");
        assert_eq!(full(false), "Terminated record dropped: full, OVFLG stays");
        assert_eq!(decided(Decision::Dropped(Loss::Disabled)), "Terminated record dropped: Disabled");
    }

    #[test]
    fn each_line_has_its_rule_and_so_has_a_register() {
        let lines = [
            (Line::Eventq, "I2"),
            (Line::Priq, "I3"),
            (Line::CmdSync, "C12"),
            (Line::Gerror, "G4"),
            (Line::Sev, "C10"),
        ];
        for (line, rule) in lines {
            assert!(Meaning::Interrupt(line).rules().contains(&rule), "{line:?}");
        }
        let read = |offset| Meaning::Read { offset, value: 0 };
        assert_eq!(read(Register::Idr1.offset()).rules(), ["Q9"]);
        assert_eq!(read(1).rules(), ["E11", "E12"]);
    }
}
