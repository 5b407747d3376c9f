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
    /// It is kept by each step of each schedule.
    Step {
        /// What it speaks of is there. Where that never happens, nothing can break the property.
        arises: fn(&Moment) -> bool,
        /// It is kept.
        keeps: fn(&Moment) -> bool,
    },
    /// It is about storms that never end: see [`storm`](super::storm).
    Storm(Endless),
}

/// A step, and the past before and after it.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// The past before it.
    pub past: &'a History,
    /// The step.
    pub step: &'a Happened,
    /// The past after it.
    pub now: &'a History,
}

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
            arises: |moment| moment.step.idle && moment.now.ever_lost,
            keeps: acked_when_idle,
        },
    },
    Property {
        name: "loss-reported",
        sentence: "every loss is followed by a report",
        rules: &["EV3", "EV4", "EV6"],
        check: Check::Step { arises: |moment| moment.step.lost, keeps: loss_reported },
    },
    Property {
        name: "loss-after-drain-reported",
        sentence: "a loss that comes after a completed drain gets a report of its own",
        rules: &["EV4", "EV6", "P8"],
        check: Check::Step {
            arises: |moment| moment.step.lost && moment.past.drains.parted,
            keeps: loss_after_drain_reported,
        },
    },
    Property {
        name: NO_MERGE,
        sentence: "two losses with the queue empty, or an acknowledge, between them get a report each",
        rules: &["EV4", "EV6", "P5", "P8"],
        check: Check::Step { arises: |moment| moment.now.partings.several, keeps: no_merge },
    },
    Property {
        name: "no-swallowed-toggle",
        sentence: "an acknowledge never covers a toggle of OVFLG that software has not read",
        rules: &["EV6", "P8"],
        check: Check::Step { arises: |moment| moment.step.acknowledged(), keeps: no_swallowed_toggle },
    },
    Property {
        name: "no-unack",
        sentence: "a CONS write never makes an overflow active that was not",
        rules: &["EV6", "P6", "P8"],
        check: Check::Step {
            arises: |moment| {
                moment.step.wrote_cons && moment.past.ever_lost && !moment.step.before.overflow_active()
            },
            keeps: no_unack,
        },
    },
    Property {
        name: "no-lost-wakeup",
        sentence: "software is never idle with an entry in the queue",
        rules: &["I1", "I2", "V4"],
        check: Check::Step { arises: |moment| moment.step.idle, keeps: no_lost_wakeup },
    },
    Property {
        name: "once-in-order",
        sentence: "each entry is taken once, in order, before it is freed, and nothing else is taken",
        rules: &["Q4", "Q7", "Q14", "V2"],
        check: Check::Step { arises: |moment| moment.step.took.is_some(), keeps: once_in_order },
    },
    Property {
        name: "no-false-report",
        sentence: "each report has had a loss since the last one",
        rules: &["EV3", "EV4", "P5"],
        check: Check::Step { arises: |moment| moment.step.reports > 0, keeps: no_false_report },
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

fn acked_when_idle(moment: &Moment) -> bool {
    !moment.step.idle || !moment.step.after.overflow_active()
}

fn loss_reported(moment: &Moment) -> bool {
    !moment.step.idle || !moment.now.unreported
}

fn loss_after_drain_reported(moment: &Moment) -> bool {
    !moment.step.idle || moment.now.drains.unreported == 0
}

fn no_merge(moment: &Moment) -> bool {
    !moment.step.idle || !moment.now.partings.several || moment.now.partings.unreported == 0
}

fn no_swallowed_toggle(moment: &Moment) -> bool {
    !moment.step.acknowledged() || moment.past.toggle_read
}

fn no_unack(moment: &Moment) -> bool {
    !moment.step.wrote_cons || moment.step.before.overflow_active() || !moment.step.after.overflow_active()
}

fn no_lost_wakeup(moment: &Moment) -> bool {
    !moment.step.idle || moment.step.after.is_empty()
}

fn once_in_order(moment: &Moment) -> bool {
    moment.past.disordered || !moment.now.disordered
}

fn no_false_report(moment: &Moment) -> bool {
    moment.step.reports == 0 || (moment.step.reports == 1 && moment.past.unreported)
}
