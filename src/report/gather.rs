//! The runs and searches behind the page.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, Ordering};

use smmuq_testbench::explore::verdict::{ARRIVALS, LOG2SIZES, Verdict, algorithms};
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::StimulusError;

use super::{Answered, Report, Scope};
use crate::campaign::profile::{Profile, ProfileError};
use crate::campaign::{Campaign, Results};
use crate::session::{Failure, Session};
use crate::sweep::Sweep;
use crate::thread::{QUESTIONS, Question, Run, best};
use crate::verilated::{Configuration, CoverageError, built};

/// The profile of the campaign.
pub(super) const PROFILE: &str = "everything";

/// How far the work is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being done.
    pub part: &'static str,
    /// Runs or searches that are done.
    pub done: u64,
    /// How many there are in this part.
    pub of: u64,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// RTL and golden model differ.
    #[error("{0}")]
    Mismatch(Box<Failure>),
    /// The same in a random run.
    #[error(
        "the campaign of the page has a mismatch: smmuq campaign --profile {PROFILE} --first {0} --seeds 1"
    )]
    Campaign(u64),
    /// The same in a point of the sweep, which does not fail when it is run again.
    #[error("{0} does not fail again: the run is not the same twice")]
    Sweep(String),
    /// A file that comes with the project cannot be read.
    #[error(transparent)]
    Scenario(#[from] StimulusError),
    /// The same of the profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// What was reached in the RTL is counted and cannot be had.
    #[error(transparent)]
    Coverage(#[from] CoverageError),
}

impl ReportError {
    /// Whether RTL and golden model differ.
    pub fn is_mismatch(&self) -> bool {
        matches!(self, Self::Mismatch(_) | Self::Campaign(_) | Self::Sweep(_))
    }
}

type Told<'a> = &'a (dyn Fn(Progress) + Sync);

impl Report {
    /// Runs all that the page shows.
    ///
    /// # Errors
    /// At the first mismatch, or when a file of the project cannot be read.
    pub fn gather(scope: &Scope, progress: impl Fn(Progress) + Sync) -> Result<Self, ReportError> {
        let questions = answers(&progress)?;
        let verdict = judge(scope.jobs, &progress);
        let replays = replays(&verdict, &progress)?;
        let sweep = sweep(scope, &progress)?;
        let mut profile = Profile::named(PROFILE)?;
        let (builds, left_out) = profile.builds.taken().partition(|&build| built(build).is_ok());
        restrict(&mut profile);
        let campaign = campaign(scope, profile, &progress)?;
        let best = best(&verdict);
        Ok(Self { questions, best, verdict, replays, sweep, campaign, builds, left_out })
    }
}

fn answers(told: Told) -> Result<Vec<Answered>, ReportError> {
    let of = QUESTIONS.len() as u64;
    let mut answers = Vec::new();
    for (done, question) in (0..).zip(QUESTIONS) {
        told(Progress { part: "questions", done, of });
        answers.push(answer(question)?);
    }
    Ok(answers)
}

fn answer(question: &'static Question) -> Result<Answered, ReportError> {
    let run = |session: Session| {
        let outcome = session.check().map_err(ReportError::Mismatch)?;
        Ok(Run { session, outcome })
    };
    let runs = question.sessions()?.into_iter().map(run).collect::<Result<Vec<_>, ReportError>>()?;
    Ok(Answered { question, findings: question.findings(&runs), runs })
}

fn judge(jobs: usize, told: Told) -> Verdict {
    let algorithms = algorithms();
    let of = Verdict::wanted(&algorithms, LOG2SIZES, ARRIVALS).len() as u64;
    let done = AtomicU64::new(0);
    Verdict::judge(&algorithms, LOG2SIZES, ARRIVALS, jobs, |_| {
        told(Progress { part: "searches", done: done.fetch_add(1, Ordering::Relaxed) + 1, of });
    })
}

/// Plays each counterexample on the RTL.
fn replays(verdict: &Verdict, told: Told) -> Result<Vec<Outcome>, ReportError> {
    let of = verdict.counterexamples.len() as u64;
    let mut outcomes = Vec::new();
    for (done, named) in (0..).zip(&verdict.counterexamples) {
        told(Progress { part: "counterexamples", done, of });
        let file = format!("testbench/counterexamples/{}", named.file());
        let session = Session::new(&file, named.stimulus(), named.driver());
        outcomes.push(session.check().map_err(ReportError::Mismatch)?);
    }
    Ok(outcomes)
}

fn sweep(scope: &Scope, told: Told) -> Result<Sweep, ReportError> {
    let of = scope.grid.points().len() as u64;
    let never = AtomicBool::new(false);
    let done = |done: usize| told(Progress { part: "points of the sweep", done: done as u64, of });
    match scope.grid.run(scope.jobs, &never, done) {
        Ok(sweep) => Ok(sweep.expect("nothing stops it")),
        Err(point) => Err(match point.session().check() {
            Err(failure) => ReportError::Mismatch(failure),
            Ok(_) => ReportError::Sweep(format!("{point:?}")),
        }),
    }
}

/// Takes only builds that are in this program.
fn restrict(profile: &mut Profile) {
    let builds = &mut profile.builds;
    for (build, weight) in [
        (Configuration::Standard, &mut builds.standard),
        (Configuration::Single, &mut builds.single),
        (Configuration::Wide, &mut builds.wide),
        (Configuration::Capped, &mut builds.capped),
        (Configuration::Bare, &mut builds.bare),
    ] {
        if built(build).is_err() {
            *weight = 0;
        }
    }
}

fn campaign(scope: &Scope, profile: Profile, told: Told) -> Result<Results, ReportError> {
    let name = PROFILE.to_owned();
    let shard = crate::campaign::Shard { index: 0, of: 1 };
    let campaign = Campaign { name, profile, seeds: 0..scope.seeds, time: None, jobs: scope.jobs, shard };
    let of = campaign.runs();
    let never = AtomicBool::new(false);
    let results = campaign.run(&never, |sum| told(Progress { part: "random runs", done: sum.seeds, of }))?;
    match results.findings.first() {
        Some(finding) => Err(ReportError::Campaign(finding.seed)),
        None => Ok(results),
    }
}
