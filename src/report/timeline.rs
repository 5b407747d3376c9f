//! A run as a timing diagram, and as a table with the same steps.

use maud::{Markup, html};
use smmuq_testbench::queue::Queue;
use smmuq_testbench::timeline::{Row, Timeline};

use super::diagram::diagram;
use super::page::table;

/// Diagrams of the queues that something happened to, then the table. Identifiers in it begin with `id`.
pub(super) fn shown(id: &str, title: &str, timeline: &Timeline, log2size: u8) -> Markup {
    let queues = timeline.queues();
    html! {
        @for &queue in &queues {
            @if queues != [Queue::Event] { p.caption { (name(queue)) } }
            (diagram(&format!("{id}-{}", short(queue)), &format!("{title}: {}", name(queue)), timeline, queue, 1 << log2size))
        }
        @let steps = table(&format!("{title}, step by step"), rows(timeline, &queues));
        @if queues.len() > 1 { div.two { (steps) } } @else { (steps) }
    }
}

pub(super) fn name(queue: Queue) -> &'static str {
    match queue {
        Queue::Event => "Event queue",
        Queue::Pri => "PRI queue",
    }
}

fn short(queue: Queue) -> &'static str {
    smmuq_testbench::explore::queue_name(queue)
}

const COLUMNS: [&str; 7] = ["PROD", "CONS", "OVFLG", "OVACKFLG", "written", "lost", "reports"];

fn rows(timeline: &Timeline, queues: &[Queue]) -> Markup {
    html! {
        thead {
            @if queues != [Queue::Event] {
                tr { td colspan="3" {} @for &queue in queues { th.group scope="colgroup" colspan=(COLUMNS.len()) { (name(queue)) } } }
            }
            tr {
                th scope="col" { "Step" } th scope="col" { "Who" } th scope="col" { "What" }
                @for _ in queues { @for column in COLUMNS { th.number scope="col" { (column) } } }
            }
        }
        tbody { @for (step, row) in (1..).zip(&timeline.0) { (line(step, row, queues)) } }
    }
}

fn line(step: usize, row: &Row, queues: &[Queue]) -> Markup {
    html! { tr {
        th.number scope="row" { (step) }
        td { (row.what.who()) }
        td { (row.text()) }
        @for &queue in queues {
            @let then = row.then.of(queue);
            td.number { (then.prod) } td.number { (then.cons) }
            td.number { (u8::from(then.ovflg)) } td.number { (u8::from(then.ovackflg)) }
            td.number { (then.written) } td.number { (then.dropped) } td.number { (then.reports) }
        }
    } }
}
