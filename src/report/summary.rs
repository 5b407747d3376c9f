//! Who was right about what, from the findings.

use maud::{Markup, html};

use super::page::{grouped, table};
use super::{Answered, Report};
use crate::thread::Finding;

impl Report {
    pub(super) fn summary_section(&self) -> Markup {
        let drivers = self.drivers();
        html! {
            p.verdict { strong { (self.who_was_right()) } }
            ol.plain { @for answered in &self.questions { li { (point(answered)) } } }
            p { strong { "The best algorithm would have been " (self.best.drivers.join(", ")) "." } }
            ul { @for reason in &self.best.reasons { li { (reason) } } }
            h3 { "Claim by claim" }
            p { "A claim is right if it is so with every driver that it speaks of; the last columns show with which drivers it is so." }
            (table("Claims", html! {
                thead { tr {
                    th scope="col" { "Question" } th scope="col" { "Who" } th scope="col" { "Claim" } th scope="col" { "Right?" }
                    @for driver in &drivers { th scope="col" { (driver) } }
                } }
                tbody { @for answered in &self.questions { (row(answered, &drivers)) } }
            }))
            p.note { "Behind this: " (grouped(self.steps_compared())) " steps in which hardware and model were compared; they never differed." }
        }
    }

    /// The drivers of the questions, in the order of the first.
    fn drivers(&self) -> Vec<&'static str> {
        let mut drivers = Vec::new();
        for finding in self.questions.iter().flat_map(|answered| &answered.findings) {
            if !drivers.contains(&finding.driver) {
                drivers.push(finding.driver);
            }
        }
        drivers
    }

    /// A sentence for each side.
    fn who_was_right(&self) -> String {
        let mut sides: Vec<(&str, usize, usize)> = Vec::new();
        for Answered { question, findings, .. } in &self.questions {
            let right = usize::from(question.is_right(findings));
            match sides.iter_mut().find(|(who, ..)| *who == question.who) {
                Some((_, rights, all)) => (*rights, *all) = (*rights + right, *all + 1),
                None => sides.push((question.who, right, 1)),
            }
        }
        let head = match (
            sides.iter().all(|(_, right, all)| right == all),
            sides.iter().all(|(_, right, _)| *right == 0),
        ) {
            (true, _) => "Both were right. ",
            (_, true) => "Neither was right. ",
            _ => "Each was right in part. ",
        };
        let side =
            |(who, right, all): &(&str, usize, usize)| format!("{who} is right in {right} of {all} claims.");
        head.to_owned() + &sides.iter().map(side).collect::<Vec<_>>().join(" ")
    }
}

/// Who was right or wrong, and what that means.
fn point(answered: &Answered) -> Markup {
    let Answered { question, findings, .. } = answered;
    let right = if question.is_right(findings) { "is right" } else { "is wrong" };
    html! { strong { (question.who) " " (right) "." } " " (question.meaning(findings)) " (" (link(answered)) ")" }
}

fn link(answered: &Answered) -> Markup {
    let number = answered.question.number;
    html! { a href={ "#question-" (number) } { "Question " (number) } }
}

fn row(answered: &Answered, drivers: &[&str]) -> Markup {
    let Answered { question, findings, .. } = answered;
    let cell = |finding: Option<&Finding>| match finding {
        None => html! { td.none { "not asked" } },
        Some(finding) if finding.holds => html! { td { "so" } },
        Some(_) => html! { td { "not so" } },
    };
    html! { tr {
        th scope="row" { (link(answered)) }
        td { (question.who) }
        td.wide { (question.claim) }
        td { strong { @if question.is_right(findings) { "right" } @else { "wrong" } } }
        @for driver in drivers { (cell(findings.iter().find(|finding| finding.driver == *driver))) }
    } }
}
