//! The questions of the kernel thread of March 2023, each answered by runs on the RTL.
//!
//! The thread is "Fix event queue overflow acknowledgment" on linux-arm-kernel, 8 March 2023: a patch, and the reply of
//! a maintainer. Findings are computed from the runs.

mod findings;

use smmuq_testbench::drivers::Driver;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios::Scenario;
use smmuq_testbench::stimulus::StimulusError;

use crate::session::Session;
pub use findings::Finding;

/// The scenario that is [`Question::scenario`] of question 8 with more records lost.
const MORE_LOST: &str = "storm-32k-more";

/// A question, and how the runs answer it.
pub struct Question {
    /// Its number in the project's list.
    pub number: u32,
    /// Who said it: the patch or the reply.
    pub who: &'static str,
    /// What they said.
    pub claim: &'static str,
    /// The scenario that shows it.
    pub scenario: &'static str,
    drivers: &'static [&'static str],
    also: Option<&'static str>,
    findings: fn(&[Run]) -> Vec<Finding>,
}

/// One driver's run of a question's scenario.
pub struct Run {
    /// The run, to repeat it.
    pub session: Session,
    /// What it brought.
    pub outcome: Outcome,
}

const EVERY: &[&str] = &["linux-v4.9", "thread-v1", "linux-v6.4"];

/// The questions that scenarios answer.
pub const QUESTIONS: &[Question] = &[
    Question {
        number: 1,
        who: "The patch",
        claim: "before the fix, OVACKFLG in hardware stays stale after the queue was drained, until a new event arrives",
        scenario: "stale-ack",
        drivers: EVERY,
        also: None,
        findings: findings::stale_ack,
    },
    Question {
        number: 2,
        who: "The patch",
        claim: "the SMMU still adds records while the overflow condition is active",
        scenario: "adds-while-overflowed",
        drivers: EVERY,
        also: None,
        findings: findings::adds_while_overflowed,
    },
    Question {
        number: 3,
        who: "The reply",
        claim: "overflowed once, emptied, then from empty to full and beyond before one event is taken: no second report",
        scenario: "silent-second-overflow",
        drivers: EVERY,
        also: None,
        findings: findings::silent_second_overflow,
    },
    Question {
        number: 4,
        who: "The reply",
        claim: "there is nothing to inform the SMMU about: what it writes does not depend on when OVACKFLG is written",
        scenario: "nothing-to-inform",
        drivers: EVERY,
        also: None,
        findings: findings::nothing_to_inform,
    },
    Question {
        number: 5,
        who: "The reply",
        claim: "even with the change, a queue that overflows again before it is drained merges the losses",
        scenario: "overflow-before-drained",
        drivers: &["thread-v1", "linux-v6.4"],
        also: None,
        findings: findings::overflow_before_drained,
    },
    Question {
        number: 6,
        who: "The reply",
        claim: "the Event queue and the PRI queue have different overflow behaviours, so their handlers may differ",
        scenario: "pri-differs",
        drivers: EVERY,
        also: None,
        findings: findings::pri_differs,
    },
    Question {
        number: 8,
        who: "The reply",
        claim: "after a full queue of 32K events, 32K and 32K + n cannot be told apart, and the rate-limited log loses most of what was delivered",
        scenario: "storm-32k",
        drivers: EVERY,
        also: Some(MORE_LOST),
        findings: findings::storm,
    },
];

impl Question {
    /// The sessions that answer it.
    ///
    /// # Errors
    /// When a scenario that comes with the project cannot be read.
    pub fn sessions(&self) -> Result<Vec<Session>, StimulusError> {
        let mut sessions = Vec::new();
        for name in std::iter::once(self.scenario).chain(self.also) {
            let Some(scenario) = Scenario::named(name) else {
                continue;
            };
            let stimulus = scenario.stimulus()?;
            let drivers = self.drivers.iter().filter_map(|name| Driver::named(name).ok());
            sessions.extend(drivers.map(|driver| Session::new(name, stimulus.clone(), driver)));
        }
        Ok(sessions)
    }

    /// What the runs show.
    pub fn findings(&self, runs: &[Run]) -> Vec<Finding> {
        (self.findings)(runs)
    }

    /// The question, its runs and what they show, as a person reads them.
    pub fn story(&self, runs: &[Run]) -> String {
        let mut text = format!("Question {}. {} says: {}.\n", self.number, self.who, self.claim);
        for (at, run) in runs.iter().enumerate() {
            text += &format!("\n  {}\n", title(&run.session));
            text += &match runs[..at].iter().find(|other| other.outcome.timeline == run.outcome.timeline) {
                Some(other) => format!("    the same timeline as {}\n", other.session.driver.name),
                None => indent(&run.outcome.timeline.to_string()),
            };
        }
        let findings = self.findings(runs);
        text += &format!("\n  Finding: {}\n", sentence(&findings));
        text + &findings
            .iter()
            .map(|each| format!("    {}: {}.\n", each.driver, each.shows))
            .collect::<String>()
    }
}

fn title(session: &Session) -> String {
    let entries = 1u64 << session.log2size;
    let plural = if entries == 1 { "y" } else { "ies" };
    format!("{}, {}, {entries} entr{plural}", session.scenario, session.driver.name)
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Whether the claim is true of the drivers.
fn sentence(findings: &[Finding]) -> String {
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
