//! One page for a person who has not read the code: the questions of the thread with what was found, the verdict with its
//! counterexamples, the sweep and the coverage, all from runs that are made for it.
//!
//! | file | holds |
//! |---|---|
//! | `gather` | the runs and searches behind the page |
//! | `page` | the page: head, contents, words, how to run it again |
//! | `summary` | who was right about what |
//! | `questions` | the questions with their runs |
//! | `timeline`, `diagram` | a run as a table, and as a timing diagram |
//! | `verdict` | the tables of both queues, and the counterexamples |
//! | `measured` | the sweep and the coverage |

mod diagram;
mod gather;
mod measured;
mod page;
mod questions;
mod summary;
mod timeline;
mod verdict;

use smmuq_testbench::explore::verdict::Verdict;
use smmuq_testbench::outcome::Outcome;

use crate::campaign::Results;
use crate::sweep::{Grid, PlotError, Sweep};
use crate::thread::{Best, Finding, Question, Run};
use crate::verilated::Configuration;
pub use gather::{Progress, ReportError};

/// How much is run.
pub struct Scope {
    /// What the sweep varies.
    pub grid: Grid,
    /// Runs of the campaign: its seeds from 0 on.
    pub seeds: u64,
    /// Threads; the page does not depend on it.
    pub jobs: usize,
}

/// All that the page shows.
pub struct Report {
    questions: Vec<Answered>,
    best: Best,
    verdict: Verdict,
    /// The counterexamples of the verdict, each replayed on the RTL, in their order.
    replays: Vec<Outcome>,
    sweep: Sweep,
    campaign: Results,
    /// The builds of the RTL that the campaign has run.
    builds: Vec<Configuration>,
    /// Those that it would have run if they were in this program.
    left_out: Vec<Configuration>,
}

/// A question, its runs and what they show.
struct Answered {
    question: &'static Question,
    runs: Vec<Run>,
    findings: Vec<Finding>,
}

impl Report {
    /// The page.
    ///
    /// # Errors
    /// When a plot cannot be drawn.
    pub fn html(&self) -> Result<String, PlotError> {
        Ok(self.page()?.into_string())
    }

    /// Steps of the questions and counterexamples after which RTL and golden model were compared.
    fn steps_compared(&self) -> u64 {
        let runs = self.questions.iter().flat_map(|answered| &answered.runs).map(|run| &run.outcome);
        runs.chain(&self.replays).map(|outcome| outcome.steps_compared).sum()
    }
}
