//! The page as a whole: head, contents, words, and how to run it again.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Report;
use super::gather::PROFILE;
use crate::sweep::PlotError;

const STYLE: &str = include_str!("style.css");
const TITLE: &str = "The argument over a queue, settled";

/// The sections, by anchor, in order.
const SECTIONS: &[(&str, &str)] = &[
    ("short", "Who was right"),
    ("words", "Words"),
    ("questions", "The questions, one by one"),
    ("verdict", "Every driver, every schedule"),
    ("counterexamples", "Counterexamples"),
    ("sweep", "Slow handler or tiny queue"),
    ("coverage", "How much was tried"),
    ("again", "Run it again"),
];

impl Report {
    pub(super) fn page(&self) -> Result<Markup, PlotError> {
        let sweep = self.sweep_section()?;
        Ok(html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    // The page needs nothing from anywhere, and the browser sees to it.
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    meta name="color-scheme" content="light dark";
                    title { (TITLE) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header { h1 { (TITLE) } (lead()) }
                    nav aria-label="Contents" {
                        ul { @for (anchor, name) in SECTIONS { li { a href={ "#" (anchor) } { (name) } } } }
                    }
                    main id="main" tabindex="-1" {
                        (section("short", self.summary_section()))
                        (section("words", words()))
                        (section("questions", self.questions_section()))
                        (section("verdict", self.verdict_section()))
                        (section("counterexamples", self.counterexamples_section()))
                        (section("sweep", sweep))
                        (section("coverage", self.coverage_section()))
                        (section("again", again()))
                    }
                    footer {
                        p { "Made by smmuq " (env!("CARGO_PKG_VERSION")) ". Everything on this page comes from runs that were made for it. " a href="#main" { "Back to the top" } }
                    }
                }
            }
        })
    }
}

fn section(anchor: &str, content: Markup) -> Markup {
    let name = SECTIONS.iter().find(|(each, _)| *each == anchor).map_or("", |(_, name)| name);
    html! { section id=(anchor) aria-labelledby={ (anchor) "-title" } { h2 id={ (anchor) "-title" } { (name) } (content) } }
}

fn lead() -> Markup {
    html! {
        p {
            "When a device does something forbidden, an SMMU writes a record into a queue in memory and a driver takes it out. "
            "When the queue is full, records are lost, and the SMMU toggles a bit, OVFLG, to say so. The driver answers by "
            "copying that bit into another one, OVACKFLG. In March 2023 a patch for Linux, and the reply of a maintainer, "
            "argued over what happens when the driver leaves the answer out."
        }
        p {
            "This page has the answers. They were not argued for but run: the queues as hardware, written in SystemVerilog and "
            "simulated, and compared with a model of the architecture after every step."
        }
    }
}

const WORDS: &[(&str, &str)] = &[
    ("SMMU", "System Memory Management Unit: translates and checks the memory accesses of devices"),
    ("Event queue", "where it tells software of forbidden accesses, a record each"),
    ("PRI queue", "where it passes on requests of devices for pages of memory"),
    (
        "PROD, CONS",
        "how far the SMMU has written, and how far the driver has taken; the difference is what is in the queue",
    ),
    ("OVFLG", "toggles when a record is lost, but only if the overflow before was acknowledged"),
    ("OVACKFLG", "the driver's answer; where it differs from OVFLG, an overflow is unacknowledged"),
    ("report", "the driver tells a person that records were lost"),
    ("drained", "the driver has taken everything and waits"),
    ("linux-v4.9", "the driver before the patch"),
    ("thread-v1", "the driver with the patch as it was posted"),
    ("linux-v6.4", "the driver with the patch as it was merged"),
];

fn words() -> Markup {
    html! { dl.words { @for (word, meaning) in WORDS { div { dt { (word) } dd { (meaning) } } } } }
}

fn again() -> Markup {
    let lines = [
        ("this page", "cargo run --release -- report".to_owned()),
        ("the questions, with the best algorithm", "cargo run --release -- thread".to_owned()),
        ("the verdict, as tables or as JSON", "cargo run --release -- verdict --json".to_owned()),
        ("every schedule of one driver", "cargo run --release -- explore --driver linux-v6.4".to_owned()),
        ("the sweep and its plots", "cargo run --release -- sweep --svg plots".to_owned()),
        (
            "random runs, and what they met",
            format!("cargo run --release -- campaign --profile {PROFILE} --seeds 2000"),
        ),
        ("all tests", "cargo test".to_owned()),
    ];
    html! {
        p { "In the folder of the project, after " code { "./setup.sh" } ":" }
        (table("Commands", html! {
            thead { tr { th scope="col" { "For" } th scope="col" { "Command" } } }
            tbody { @for (what, command) in lines { tr { th scope="row" { (what) } td { code { (command) } } } } }
        }))
    }
}

/// A table in a box of its own.
pub(super) fn table(name: &str, rows: Markup) -> Markup {
    scrolling(name, html! { table { (rows) } })
}

/// A box that scrolls sideways where the screen is narrow; by keyboard too.
pub(super) fn scrolling(name: &str, content: Markup) -> Markup {
    html! { div.scroll role="region" aria-label=(name) tabindex="0" { (content) } }
}

/// A number with commas: 12,345.
pub(super) fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 move`, `2 moves`.
pub(super) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `1 entry`, `2 entries`.
pub(super) fn entries(count: u64) -> String {
    format!("{count} entr{}", if count == 1 { "y" } else { "ies" })
}
