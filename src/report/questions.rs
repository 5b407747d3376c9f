//! The questions of the thread, each with its findings and the runs behind them.

use maud::{Markup, html};

use super::page::{entries, table};
use super::{Answered, Report, timeline};
use crate::thread::{Run, sentence, title};

impl Report {
    pub(super) fn questions_section(&self) -> Markup {
        html! {
            p { "Each run unfolds into a timing diagram and the same as a table. A column of the diagram is a step, not a length of time." }
            @for answered in &self.questions { (answered.section()) }
        }
    }
}

impl Answered {
    fn section(&self) -> Markup {
        let Self { question, runs, findings } = self;
        html! {
            h3 id={ "question-" (question.number) } { "Question " (question.number) }
            p { (question.who) " says: " (question.claim) "." }
            p { strong { "Finding: " (sentence(findings)) } " " (question.meaning(findings)) }
            ul { @for finding in findings { li { strong { (finding.driver) } ": " (finding.shows) "." } } }
            @if question.has_timelines() {
                @for (at, run) in runs.iter().enumerate() { (self.run(at, run)) }
            } @else {
                (sums(runs))
                p { "The same over many latencies, sizes and rates: " a href="#sweep" { "the sweep" } "." }
            }
            p.again { "Again: " code { "cargo run --release -- " (self.command()) } }
        }
    }

    fn run(&self, at: usize, run: &Run) -> Markup {
        let number = self.question.number;
        let title = title(&run.session);
        let same = self.runs[..at].iter().find(|other| {
            other.outcome.timeline == run.outcome.timeline && other.session.log2size == run.session.log2size
        });
        match same {
            Some(other) => html! {
                p.same { (title) ": the same, step by step, as " (other.session.scenario) " with " (other.session.driver.name) "." }
            },
            None => html! {
                details open[at == 0] {
                    summary { (title) }
                    (timeline::shown(&format!("run-{number}-{at}"), &title, &run.outcome.timeline, run.session.log2size))
                }
            },
        }
    }

    /// What runs the first of its runs again.
    fn command(&self) -> String {
        match self.runs.first() {
            Some(run) if self.question.has_timelines() => {
                format!("run {} --driver {}", run.session.scenario, run.session.driver.name)
            }
            _ => "thread".to_owned(),
        }
    }
}

fn sums(runs: &[Run]) -> Markup {
    table(
        "What was lost",
        html! {
            thead { tr { th scope="col" { "Driver" } th scope="col" { "Traffic" } th scope="col" { "Queue" } th scope="col" { "Lost" } } }
            tbody { @for Run { session, outcome } in runs { tr {
                th scope="row" { (session.driver.name) }
                td { (session.stimulus.title) }
                td { (entries(1 << session.log2size)) }
                td { (outcome.counts.dropped) " of " (outcome.counts.offered) }
            } } }
        },
    )
}
