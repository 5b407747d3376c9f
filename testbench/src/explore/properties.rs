//! What is asked of a driver, each as one function, with the rules it comes from.
//!
//! | word | meaning |
//! |---|---|
//! | loss | a record or message that the enabled queue discards: full, or for the PRI queue with an overflow active (EV3, P5, P6) |
//! | report | the driver tells a person of an overflow |
//! | idle | every task of the driver waits to be called, and nothing calls it: no interrupt is pending. A polled driver is always called again; it is idle when one more poll would change nothing and say nothing |
//! | drained | the driver is idle and the queue is empty |

use super::history::{Happened, History};

/// Something that a driver should do, or never do.
#[derive(Clone, Copy)]
pub struct Property {
    /// What people call it.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub sentence: &'static str,
    /// The rules that it comes from.
    pub rules: &'static [&'static str],
    /// How it is found out.
    pub check: Check,
}

/// How a property is found out.
#[derive(Clone, Copy)]
pub enum Check {
    /// It holds after each step of each schedule.
    Step {
        /// What it speaks of is there. Where that never happens, nothing can break the property.
        arises: See,
        /// It is kept.
        holds: See,
    },
    /// It is about storms that never end: see [`storm`](super::storm).
    Storm(Endless),
}

/// Looks at the past before a step, the step, and the past after it.
type See = fn(&History, &Happened, &History) -> bool;

/// What must not go on for ever in a storm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endless {
    /// Arrivals, while the same overflow stays unacknowledged.
    Unacknowledged,
    /// Messages that the PRI queue discards although it has space (P6).
    Starved,
}

const NO_MERGE: &str = "no-merge";

/// All properties, in the order of the columns.
pub const ALL: &[Property] = &[
    Property {
        name: "acked-when-idle",
        sentence: "when software is idle, no overflow is unacknowledged",
        rules: &["EV6", "P8", "I9"],
        check: Check::Step {
            arises: |_, step, now| step.idle && now.ever_lost,
            holds: |_, step, _| !step.idle || !step.after.overflow_active(),
        },
    },
    Property {
        name: "loss-reported",
        sentence: "every loss is followed by a report",
        rules: &["EV3", "EV4", "EV6"],
        check: Check::Step {
            arises: |_, step, _| step.lost,
            holds: |_, step, now| !step.idle || !now.unreported,
        },
    },
    Property {
        name: "loss-after-drain-reported",
        sentence: "a loss that comes after a completed drain gets a report of its own",
        rules: &["EV4", "EV6", "P8"],
        check: Check::Step {
            arises: |past, step, _| step.lost && past.drains.parted,
            holds: |_, step, now| !step.idle || now.drains.unreported == 0,
        },
    },
    Property {
        name: NO_MERGE,
        sentence: "two losses with the queue empty, or an acknowledge, between them get a report each",
        rules: &["EV4", "EV6", "P5", "P8"],
        check: Check::Step {
            arises: |_, _, now| now.partings.several,
            holds: |_, step, now| !step.idle || !now.partings.several || now.partings.unreported == 0,
        },
    },
    Property {
        name: "no-swallowed-toggle",
        sentence: "an acknowledge never covers a toggle of OVFLG that software has not read",
        rules: &["EV6", "P8"],
        check: Check::Step {
            arises: |_, step, _| step.acknowledged(),
            holds: |past, step, _| !step.acknowledged() || past.toggle_read,
        },
    },
    Property {
        name: "no-unack",
        sentence: "a CONS write never makes an overflow active that was not",
        rules: &["EV6", "P6", "P8"],
        check: Check::Step {
            arises: |past, step, _| step.wrote_cons && past.ever_lost && !step.before.overflow_active(),
            holds: |_, step, _| {
                !step.wrote_cons || step.before.overflow_active() || !step.after.overflow_active()
            },
        },
    },
    Property {
        name: "no-lost-wakeup",
        sentence: "software is never idle with an entry in the queue",
        rules: &["I1", "I2", "V4"],
        check: Check::Step {
            arises: |_, step, _| step.idle,
            holds: |_, step, _| !step.idle || step.after.is_empty(),
        },
    },
    Property {
        name: "once-in-order",
        sentence: "each entry is taken once, in order, before it is freed, and nothing else is taken",
        rules: &["Q4", "Q7", "Q14", "V2"],
        check: Check::Step {
            arises: |_, step, _| step.took.is_some(),
            holds: |past, _, now| past.disordered || !now.disordered,
        },
    },
    Property {
        name: "no-false-report",
        sentence: "each report has had a loss since the last one",
        rules: &["EV3", "EV4", "P5"],
        check: Check::Step {
            arises: |_, step, _| step.reports > 0,
            holds: |past, step, _| step.reports == 0 || (step.reports == 1 && past.unreported),
        },
    },
    Property {
        name: "pri-not-starved",
        sentence: "the PRI queue does not for ever discard messages although it has space",
        rules: &["P6", "P8"],
        check: Check::Storm(Endless::Starved),
    },
    Property {
        name: "bounded-ack",
        sentence: "in a storm that never ends, the number of arrivals from an overflow to its acknowledge has a bound",
        rules: &["EV2", "EV6", "P8"],
        check: Check::Storm(Endless::Unacknowledged),
    },
];

impl Property {
    /// No algorithm keeps it with a queue of so many entries: see [`limits`](super::limits).
    pub fn impossible(&self, log2size: u8) -> bool {
        self.name == NO_MERGE && log2size == 0
    }
}
