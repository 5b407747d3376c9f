//! The run as a person reads it: timeline and marks.

use smmuq_golden::{Completion, Decision, Line, PriCompletion, PriDecision};

use crate::meaning::Meaning;
use crate::outcome::Mark;
use crate::timeline::{Moment, Timeline, What};

/// Nothing is to be told before the set-up has ended, and where nobody wants to know.
#[derive(Default)]
pub(super) struct Story {
    pub recording: bool,
    pub timeline: Timeline,
    pub marks: Vec<Mark>,
}

impl Story {
    /// Something happened, and this can be seen afterwards.
    pub fn note(&mut self, what: What, then: Moment) {
        self.timeline.add(what, then);
    }

    /// The block or a device did something.
    pub fn tell(&mut self, meaning: &Meaning, then: Moment) {
        match *meaning {
            Meaning::Interrupt(Line::Eventq) => self.timeline.add_interrupt(then),
            _ => {
                if let Some(what) = told(meaning) {
                    self.note(what, then);
                }
            }
        }
    }

    /// So many records of stalled transactions wait.
    pub fn note_waiting(&mut self, records: u64, then: Moment) {
        self.timeline.set(What::Waiting, records, then);
    }

    pub fn mark(&mut self, name: &str, then: Moment) {
        self.marks.push(Mark { name: name.to_owned(), then });
    }
}

/// What a step says to a person who reads the timeline, if it says anything.
fn told(meaning: &Meaning) -> Option<What> {
    Some(match *meaning {
        Meaning::Interrupt(line) => What::Interrupt(line),
        Meaning::Decided { decision: Decision::Dropped(loss), .. } => What::Dropped { loss },
        Meaning::Completed(Completion::Published { record, .. }) => {
            What::Written { stalled: record.stall(), interrupts: 0 }
        }
        Meaning::Completed(Completion::Lost { flagged }) => What::Lost { flagged },
        Meaning::Acknowledged(register) => What::Acknowledged(register),
        Meaning::DecidedPri(PriDecision::Dropped { loss, .. }) => What::PriDropped { loss },
        Meaning::CompletedPri(PriCompletion::Published { .. }) => What::PriWritten,
        Meaning::CompletedPri(PriCompletion::Lost { flagged, .. }) => What::PriLost { flagged },
        Meaning::Prg { response, source } => What::Prg { code: response.code, source },
        Meaning::Sent(command) => What::Command(command.opcode()),
        Meaning::Ended(ended) => What::Ended(ended),
        Meaning::MsiSent(source) => What::Msi(source),
        Meaning::Decided { .. }
        | Meaning::DecidedPri(_)
        | Meaning::Fetch { .. }
        | Meaning::Fetched(_)
        | Meaning::Synchronized { .. }
        | Meaning::MsiAnswered { .. }
        | Meaning::Read { .. }
        | Meaning::Written { .. } => return None,
    })
}
