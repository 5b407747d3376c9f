//! The questions of the kernel thread of March 2023, each answered by runs on the RTL.
//!
//! The thread is "Fix event queue overflow acknowledgment" on linux-arm-kernel, 8 March 2023: a patch, and the reply of
//! a maintainer. Findings are computed from the runs.

mod best;
mod findings;

use smmuq_testbench::drivers::Driver;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios::Scenario;
use smmuq_testbench::stimulus::StimulusError;

use crate::session::Session;
use crate::sweep::{Arrivals, Point};
pub use best::{Best, best};
pub use findings::Finding;

/// A question, and how the runs answer it.
pub struct Question {
    /// Its number in the project's list.
    pub number: u32,
    /// Who said it: the patch or the reply.
    pub who: &'static str,
    /// What they said.
    pub claim: &'static str,
    /// The drivers that they spoke of: the claim is right if it is so with all of these.
    pub about: &'static [&'static str],
    /// What it means for a person that the claim is right, and what that it is not.
    means: [&'static str; 2],
    shown_by: ShownBy,
    drivers: &'static [&'static str],
    findings: fn(&[Run]) -> Vec<Finding>,
}

/// What answers a question.
enum ShownBy {
    /// Scenarios, each with every driver.
    Scenarios(&'static [&'static str]),
    /// Points of a sweep, every driver with each.
    Sweep(&'static [Traffic]),
}

/// A record every `gap` cycles into a queue of so many entries.
struct Traffic {
    gap: u32,
    log2size: u8,
}

/// Cycles from the interrupt to the handler, and for how long records arrive, in [`ShownBy::Sweep`].
const LATENCY: u32 = 1000;
const CYCLES: u64 = 10_000;

/// One driver's run of a question's scenario.
#[derive(Clone)]
pub struct Run {
    /// The run, to repeat it.
    pub session: Session,
    /// What it brought.
    pub outcome: Outcome,
}

const EVERY: &[&str] = &["linux-v4.9", "thread-v1", "linux-v6.4"];
const BEFORE_THE_FIX: &[&str] = &["linux-v4.9"];
const THE_FIX: &[&str] = &["thread-v1", "linux-v6.4"];

/// The questions.
pub const QUESTIONS: &[Question] = &[
    Question {
        number: 1,
        who: "The patch",
        claim: "before the fix, OVACKFLG in hardware stays stale after the queue was drained, until a new event arrives",
        about: BEFORE_THE_FIX,
        means: [
            "The driver before the patch left the hardware waiting for the acknowledge of an overflow that was long dealt with.",
            "The driver before the patch did acknowledge the overflow.",
        ],
        shown_by: ShownBy::Scenarios(&["stale-ack"]),
        drivers: EVERY,
        findings: findings::stale_ack,
    },
    Question {
        number: 2,
        who: "The patch",
        claim: "the SMMU still adds records while the overflow condition is active",
        about: EVERY,
        means: [
            "An unacknowledged overflow does not stop the Event queue: it goes on taking events.",
            "An unacknowledged overflow stops the Event queue.",
        ],
        shown_by: ShownBy::Scenarios(&["adds-while-overflowed"]),
        drivers: EVERY,
        findings: findings::adds_while_overflowed,
    },
    Question {
        number: 3,
        who: "The reply",
        claim: "overflowed once, emptied, then from empty to full and beyond before one event is taken: no second report",
        about: BEFORE_THE_FIX,
        means: [
            "To leave the acknowledge out had a price: events were lost a second time, and nobody was told.",
            "To leave the acknowledge out had no price: the second loss was reported.",
        ],
        shown_by: ShownBy::Scenarios(&["silent-second-overflow"]),
        drivers: EVERY,
        findings: findings::silent_second_overflow,
    },
    Question {
        number: 4,
        who: "The reply",
        claim: "there is nothing to inform the SMMU about: what it writes does not depend on when OVACKFLG is written",
        about: EVERY,
        means: [
            "The events in memory are the same, bit for bit, whenever the acknowledge is written: only the message of a loss is at stake.",
            "The acknowledge changes what is written to memory.",
        ],
        shown_by: ShownBy::Scenarios(&["nothing-to-inform"]),
        drivers: EVERY,
        findings: findings::nothing_to_inform,
    },
    Question {
        number: 5,
        who: "The reply",
        claim: "even with the change, a queue that overflows again before it is drained merges the losses",
        about: THE_FIX,
        means: [
            "The patch does not tell of every loss: two losses before the queue is emptied give one message.",
            "With the patch each loss has its message.",
        ],
        shown_by: ShownBy::Scenarios(&["overflow-before-drained"]),
        drivers: THE_FIX,
        findings: findings::overflow_before_drained,
    },
    Question {
        number: 6,
        who: "The reply",
        claim: "the Event queue and the PRI queue have different overflow behaviours, so their handlers may differ",
        about: EVERY,
        means: [
            "The PRI queue is different: as long as its overflow is unacknowledged it takes nothing, although there is space.",
            "Both queues treat an unacknowledged overflow alike.",
        ],
        shown_by: ShownBy::Scenarios(&["pri-differs"]),
        drivers: EVERY,
        findings: findings::pri_differs,
    },
    Question {
        number: 7,
        who: "The reply",
        claim: "events are lost because the IRQ thread is slow, or because the queue is tiny",
        // In the first two a handler of 18 cycles a record keeps up, in the others it does not.
        about: EVERY,
        means: [
            "Both causes are real: a larger queue ends the losses of a handler that keeps up, and cannot help one that is too slow.",
            "The runs do not show both causes.",
        ],
        shown_by: ShownBy::Sweep(&[
            Traffic { gap: 128, log2size: 3 },
            Traffic { gap: 128, log2size: 5 },
            Traffic { gap: 8, log2size: 3 },
            Traffic { gap: 8, log2size: 7 },
        ]),
        drivers: EVERY,
        findings: findings::slow_or_tiny,
    },
    Question {
        number: 8,
        who: "The reply",
        claim: "after a full queue of 32K events, 32K and 32K + n cannot be told apart, and the rate-limited log loses most of what was delivered",
        // The same storm, and one with more records lost.
        about: EVERY,
        means: [
            "Nothing that the driver can read tells one lost event from a thousand, and the log hides most events that were delivered.",
            "The driver can read how many were lost, or the log shows most events.",
        ],
        shown_by: ShownBy::Scenarios(&["storm-32k", "storm-32k-more"]),
        drivers: EVERY,
        findings: findings::storm,
    },
];

impl Question {
    /// The sessions that answer it.
    ///
    /// # Errors
    /// When a scenario that comes with the project cannot be read.
    pub fn sessions(&self) -> Result<Vec<Session>, StimulusError> {
        let drivers = self.drivers.iter().filter_map(|name| Driver::named(name).ok());
        let mut sessions = Vec::new();
        match self.shown_by {
            ShownBy::Scenarios(names) => {
                for scenario in names.iter().filter_map(|name| Scenario::named(name)) {
                    let stimulus = scenario.stimulus()?;
                    let session = |driver| Session::new(scenario.name, stimulus.clone(), driver);
                    sessions.extend(drivers.clone().map(session));
                }
            }
            ShownBy::Sweep(points) => {
                for driver in drivers {
                    sessions.extend(points.iter().map(|traffic| traffic.session(driver)));
                }
            }
        }
        Ok(sessions)
    }

    /// What the runs show.
    pub fn findings(&self, runs: &[Run]) -> Vec<Finding> {
        (self.findings)(runs)
    }

    /// Whether the claim is so with every driver that it is about.
    pub fn is_right(&self, findings: &[Finding]) -> bool {
        self.about.iter().all(|name| findings.iter().any(|each| each.driver == *name && each.holds))
    }

    /// What follows for a person from what was found.
    pub fn meaning(&self, findings: &[Finding]) -> &'static str {
        let [right, wrong] = self.means;
        if self.is_right(findings) { right } else { wrong }
    }

    /// Whether its runs have timelines that a person can look at; a sweep has only sums.
    pub fn has_timelines(&self) -> bool {
        matches!(self.shown_by, ShownBy::Scenarios(_))
    }

    /// The question, its runs and what they show, as a person reads them.
    pub fn story(&self, runs: &[Run]) -> String {
        let mut text = format!("Question {}. {} says: {}.\n", self.number, self.who, self.claim);
        text += &match self.shown_by {
            ShownBy::Scenarios(_) => timelines(runs),
            ShownBy::Sweep(_) => losses(runs),
        };
        let findings = self.findings(runs);
        text += &format!("\n  Finding: {}\n", sentence(&findings));
        text + &findings
            .iter()
            .map(|each| format!("    {}: {}.\n", each.driver, each.shows))
            .collect::<String>()
    }
}

impl Traffic {
    fn session(&self, driver: Driver) -> Session {
        let (arrivals, seed) = (Arrivals::Regular, 1);
        let &Self { gap, log2size } = self;
        Point { driver, arrivals, gap, latency: LATENCY, log2size, cycles: CYCLES, seed }.session()
    }
}

fn timelines(runs: &[Run]) -> String {
    let mut text = String::new();
    for (at, run) in runs.iter().enumerate() {
        text += &format!("\n  {}\n", title(&run.session));
        text += &match runs[..at].iter().find(|other| other.outcome.timeline == run.outcome.timeline) {
            Some(other) => format!("    the same timeline as {}\n", other.session.driver.name),
            None => indent(&run.outcome.timeline.to_string()),
        };
    }
    text
}

/// A line each: nobody reads a timeline of a thousand records.
fn losses(runs: &[Run]) -> String {
    let line = |Run { session, outcome }: &Run| {
        let (lost, offered) = (outcome.counts.dropped, outcome.counts.offered);
        format!("  {}, {}: {lost} of {offered} records lost\n", title(session), session.stimulus.title)
    };
    format!("\n{}", runs.iter().map(line).collect::<String>())
}

/// Which run it is.
pub(crate) fn title(session: &Session) -> String {
    let entries = 1u64 << session.log2size;
    let plural = if entries == 1 { "y" } else { "ies" };
    format!("{}, {}, {entries} entr{plural}", session.scenario, session.driver.name)
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Whether the claim is true of the drivers.
pub(crate) fn sentence(findings: &[Finding]) -> String {
    let names = |holds: bool| {
        let named = findings.iter().filter(|finding| finding.holds == holds).map(|finding| finding.driver);
        named.collect::<Vec<_>>().join(", ")
    };
    match (names(true), names(false)) {
        (all, none) if none.is_empty() => format!("that is so with {all}."),
        (none, all) if none.is_empty() => format!("that is not so with {all}."),
        (some, others) => format!("that is so with {some}, and not with {others}."),
    }
}
