//! `smmuq thread`.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use smmuq::thread::{QUESTIONS, Question, Run, best};
use smmuq_testbench::explore::verdict::{ARRIVALS, LOG2SIZES, Verdict, algorithms};

use super::{End, MISMATCH, cores, show};

const HEAD: &str = "\
In March 2023 the Linux driver drained an overflowed Event queue without telling the hardware (CONS.OVACKFLG),
and a kernel thread argued over whether that matters. Its questions, run on RTL in lock-step with the golden model:
";

/// Runs the scenarios of all questions and prints the story, then what the best algorithm would have been.
pub fn thread() -> End {
    show(&format!("{HEAD}\n"))?;
    let mut steps = 0;
    for question in QUESTIONS {
        let Some(runs) = runs(question)? else {
            return Ok(ExitCode::from(MISMATCH));
        };
        show(&format!("{}\n", question.story(&runs)))?;
        steps += runs.iter().map(|run| run.outcome.steps_compared).sum::<u64>();
    }
    show(&format!("{}\n", best(&verdict()).story()))?;
    show(&format!("{steps} steps compared with the golden model, no mismatch.\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// All runs of a question, or nothing after the first mismatch, which is printed.
fn runs(question: &Question) -> Result<Option<Vec<Run>>, Box<dyn std::error::Error>> {
    let sessions = question.sessions()?;
    let bar = progress(&format!("question {}", question.number), sessions.len());
    let mut runs = Vec::new();
    for session in sessions {
        bar.set_message(format!("{} {}", session.scenario, session.driver.name));
        let outcome = match session.check() {
            Ok(outcome) => outcome,
            Err(failure) => {
                bar.finish_and_clear();
                eprintln!("{failure}");
                return Ok(None);
            }
        };
        runs.push(Run { session, outcome });
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Some(runs))
}

/// Every schedule of every driver, as `smmuq verdict` searches them.
fn verdict() -> Verdict {
    let algorithms = algorithms();
    let bar = progress("verdict", Verdict::wanted(&algorithms, LOG2SIZES, ARRIVALS).len());
    let verdict = Verdict::judge(&algorithms, LOG2SIZES, ARRIVALS, cores(), |search| {
        bar.set_message(search.driver.name);
        bar.inc(1);
    });
    bar.finish_and_clear();
    verdict
}

/// On a terminal a bar; elsewhere nothing, since the story itself shows how far it is.
fn progress(what: &str, length: usize) -> ProgressBar {
    let template = "{prefix} {bar:20} {pos}/{len} {msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length as u64).with_style(style).with_prefix(what.to_owned())
}
