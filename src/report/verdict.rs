//! The tables of both queues, and the counterexamples behind their cells.

use maud::{Markup, html};
use smmuq_testbench::explore::properties::{self, Property};
use smmuq_testbench::explore::table::schedules;
use smmuq_testbench::explore::tell;
use smmuq_testbench::explore::verdict::{Cell, Named, Row, Search};
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::queue::Queue;

use super::page::{counted, entries, grouped, scrolling, table};
use super::{Report, timeline};

impl Report {
    pub(super) fn verdict_section(&self) -> Markup {
        html! {
            p {
                "Every driver that is known to us, against a queue, in every order in which records can arrive, the interrupt can "
                "come and the driver can access the hardware. A number is the length of the shortest order of events that breaks "
                "the property; it leads to that order, replayed on the hardware. "
                "A driver with " code { "+report-at-ack" } " is the one above it, but reports together with its acknowledge."
            }
            dl.words {
                div { dt { "holds" } dd { "in every order" } }
                div { dt { "≤ N" } dd {
                    "holds; of one overflow, before its acknowledge: at most N messages are discarded although there is space ("
                    code { "pri-not-starved" } "), or at most N records arrive (" code { "bounded-ack" } ")"
                } }
                div { dt { "holds*" } dd { "holds, but for sizes of the queue at which no algorithm can keep it" } }
                div { dt { "void" } dd { "holds, but what it speaks of never happens" } }
                div { dt { "–" } dd { "does not apply" } }
            }
            @for queue in Queue::ALL {
                h3 { (timeline::name(queue)) }
                p { (self.searched(queue)) }
                (table(&format!("Verdict, {}", timeline::name(queue)), self.table(queue)))
            }
            h3 { "The properties" }
            dl.words { @for property in properties::ALL {
                div id=(anchor(property)) { dt { (property.name) } dd { (property.sentence) " (" (property.rules.join(", ")) ")" } }
            } }
            p.again { "Again: " code { "cargo run --release -- verdict" } }
        }
    }

    /// How much was searched.
    fn searched(&self, queue: Queue) -> String {
        let searches: Vec<&Search> =
            self.verdict.searches.iter().filter(|search| search.bounds.queue == queue).collect();
        let states: usize = searches.iter().map(|search| search.findings.states).sum();
        let orders = searches.iter().map(|search| search.findings.schedules).fold(0, u128::saturating_add);
        let mut sizes: Vec<_> = searches.iter().map(|search| 1u32 << search.bounds.log2size).collect();
        sizes.sort_unstable();
        sizes.dedup();
        let sizes: Vec<_> = sizes.iter().map(u32::to_string).collect();
        let arrivals = searches.iter().map(|search| search.bounds.arrivals).max().unwrap_or(0);
        format!(
            "Queues of {} entries, at most {arrivals} arrivals: {} states in {} orders of events.",
            sizes.join(" and "),
            grouped(states),
            if orders == u128::MAX { schedules(orders) } else { grouped(orders) },
        )
    }

    fn table(&self, queue: Queue) -> Markup {
        html! {
            thead { tr {
                th scope="col" { "Driver" }
                @for property in properties::ALL {
                    th.upright scope="col" { a href={ "#" (anchor(property)) } title=(property.sentence) { (property.name) } }
                }
            } }
            tbody { @for row in self.verdict.rows.iter().filter(|row| row.queue == queue) {
                tr {
                    th scope="row" { (breakable(row.driver.name)) }
                    @for (property, cell) in properties::ALL.iter().zip(&row.cells) { (self.cell(row, property, cell.as_ref())) }
                }
            } }
        }
    }

    fn cell(&self, row: &Row, property: &Property, cell: Option<&Cell>) -> Markup {
        match cell {
            None => html! { td.none { "–" } },
            Some(Cell::Fails(at)) => {
                let named = &self.verdict.counterexamples[*at];
                let moves = counted(named.schedule.length() as u64, "move");
                let label = format!("{moves}: {} breaks {}", row.driver.name, property.name);
                html! { td.fails { a href={ "#" (named.name) } aria-label=(label) { (named.schedule.length()) } } }
            }
            Some(Cell::Holds { vacuous: true, .. }) => html! { td.none { "void" } },
            Some(Cell::Holds { bound: Some(bound), .. }) => html! { td.holds { "≤ " (bound) } },
            Some(Cell::Holds { except, .. }) if except.is_empty() => html! { td.holds { "holds" } },
            Some(Cell::Holds { .. }) => html! { td.holds { "holds*" } },
        }
    }

    pub(super) fn counterexamples_section(&self) -> Markup {
        html! {
            p {
                "The shortest order of events for each cell that does not hold. Cells that the same order breaks share it. "
                "Below each is its timeline on the hardware, in step with the model."
            }
            @for queue in Queue::ALL {
                h3 { (timeline::name(queue)) }
                @for (at, (named, outcome)) in self.verdict.counterexamples.iter().zip(&self.replays).enumerate() {
                    @if named.bounds.queue == queue { (self.counterexample(at, named, outcome)) }
                }
            }
        }
    }

    fn counterexample(&self, at: usize, named: &Named, outcome: &Outcome) -> Markup {
        let size = entries(1 << named.bounds.log2size);
        let moves = counted(named.schedule.length() as u64, "move");
        let title = format!("{} breaks {} in {moves}, {size}", named.driver, named.property.name);
        html! {
            details {
                summary { (title) }
                // A link to something inside of it unfolds it.
                div.target id=(named.name) {
                    p { "Property: " (named.property.sentence) "." }
                    (self.whose(at))
                    h4 { "The order of events" }
                    (scrolling(&format!("{}, move by move", named.name), html! { pre { (tell::lines(named.driver(), named.bounds, &named.schedule)) } }))
                    h4 { "Replayed on the hardware" }
                    @if !named.schedule.round.is_empty() { p { "The moves that go round and round are played three times." } }
                    (timeline::shown(&format!("run-{}", named.name), &title, &outcome.timeline, named.bounds.log2size))
                    p.again { "Again: " code { "cargo run --release -- run testbench/counterexamples/" (named.file()) " --driver " (named.driver) } }
                    p { a href="#verdict" { "Back to the tables" } }
                }
            }
        }
    }

    /// The cells that a counterexample stands for.
    fn whose(&self, at: usize) -> Markup {
        let names = |property: &Property| {
            self.verdict.whose(at, property.name).map(|row| row.driver.name).collect::<Vec<_>>().join(", ")
        };
        html! { ul { @for property in properties::ALL {
            @let whose = names(property);
            @if !whose.is_empty() { li { a href={ "#" (anchor(property)) } { (property.name) } ": " (whose) } }
        } } }
    }
}

/// A name that may go on in the next line before `+`.
fn breakable(name: &str) -> Markup {
    html! { @for (at, part) in name.split('+').enumerate() { @if at > 0 { wbr; "+" } (part) } }
}

fn anchor(property: &Property) -> String {
    format!("property-{}", property.name)
}
