//! What runs say about a claim: computed from their marks, counts and memory writes.

use smmuq_golden::Register;
use smmuq_testbench::bus::Request;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::timeline::State;

use super::Run;

/// What was found with one driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The driver.
    pub driver: &'static str,
    /// Whether the claim is true of it.
    pub holds: bool,
    /// What the run shows.
    pub shows: String,
}

/// One finding for each run.
fn each(runs: &[Run], look: impl Fn(&Outcome) -> (bool, String)) -> Vec<Finding> {
    let finding = |run: &Run| {
        let (holds, shows) = look(&run.outcome);
        Finding { driver: run.session.driver.name, holds, shows }
    };
    runs.iter().map(finding).collect()
}

fn flags(state: &State) -> String {
    format!("OVFLG {}, OVACKFLG {}", u8::from(state.ovflg), u8::from(state.ovackflg))
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Question 1: the overflow stays unacknowledged after the drain, until one more event comes.
pub(super) fn stale_ack(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let (drained, later) = (outcome.at("drained").event, outcome.at("after one event").event);
        let empty = drained.is_empty();
        let holds = empty && drained.overflow_active() && !later.overflow_active();
        let queue = if empty { "drained" } else { "not drained" };
        let shows = format!("{queue}: {}; after one more event: {}", flags(&drained), flags(&later));
        (holds, shows)
    })
}

/// Question 2: records are added while the overflow is unacknowledged.
pub(super) fn adds_while_overflowed(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let (space, added) = (outcome.at("space").event, outcome.at("added").event);
        let count = added.written - space.written;
        let unacknowledged = space.overflow_active() && added.overflow_active();
        let shows =
            format!("{} written between {} and {}", counted(count, "record"), flags(&space), flags(&added));
        (unacknowledged && count > 0, shows)
    })
}

/// Question 3: a loss after the queue was emptied gets no report of its own.
pub(super) fn silent_second_overflow(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let (drained, second) = (outcome.at("drained").event, outcome.at("second loss").event);
        let lost = second.dropped - drained.dropped;
        let reports = outcome.end.event.reports - drained.reports;
        let toggled = if second.ovflg == drained.ovflg { "did not toggle" } else { "toggled" };
        let shows = format!(
            "emptied at {}, then {} lost: OVFLG {toggled}, {} for them",
            flags(&drained),
            counted(lost, "record"),
            counted(reports, "report"),
        );
        (lost > 0 && reports == 0, shows)
    })
}

/// The values that the driver wrote to CONS, in order.
fn cons_writes(outcome: &Outcome) -> Vec<u32> {
    let value = |request: &Request| match request {
        Request::Write(Register::EventqCons, value) => Some(*value),
        _ => None,
    };
    outcome.exchanges.iter().filter_map(|(request, _)| value(request)).collect()
}

/// Question 4: the memory writes of a run are those of another in which OVACKFLG was written at other moments.
pub(super) fn nothing_to_inform(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let (toggles, reports) = (outcome.counts.overflows, outcome.log.reports);
        let told = format!("OVFLG toggled {}, {}", counted(toggles, "time"), counted(reports, "report"));
        let acknowledges = cons_writes(outcome);
        let Some(other) = runs.iter().find(|run| cons_writes(&run.outcome) != acknowledges) else {
            return (false, format!("no run with other CONS writes to compare; {told}"));
        };
        let identical = outcome.writes == other.outcome.writes;
        let words = outcome.writes.iter().map(|write| write.bytes.len() / 4).sum::<usize>();
        let compared = if identical { "each address and word as" } else { "not those" };
        let writes = counted(outcome.writes.len() as u64, "memory write");
        let driver = other.session.driver.name;
        (identical, format!("{writes} of {words} words, {compared} with {driver}; {told}"))
    })
}

/// Question 5: a second loss before the drain gets no report of its own.
pub(super) fn overflow_before_drained(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let (first, second) = (outcome.at("first loss seen").event, outcome.at("second loss").event);
        let shows = format!(
            "{} lost, {} written, then {} lost: {} in all",
            counted(first.dropped, "record"),
            second.written - first.written,
            second.dropped - first.dropped,
            counted(outcome.end.event.reports, "report"),
        );
        let losses = first.dropped > 0 && second.dropped > first.dropped;
        (losses && outcome.end.event.reports == first.reports, shows)
    })
}

/// Question 6: with space again and the overflow unacknowledged, one queue goes on and the other does not.
pub(super) fn pri_differs(runs: &[Run]) -> Vec<Finding> {
    each(runs, |outcome| {
        let [space, offered, drained, later] =
            ["space", "offered", "drained", "after one more"].map(|mark| outcome.at(mark));
        let event = offered.event.written - space.event.written;
        let pri = offered.pri.written - space.pri.written;
        let active =
            [space, offered].iter().all(|then| then.event.overflow_active() && then.pri.overflow_active());
        let shows = format!(
            "both overflows unacknowledged, with space: {} and {} written; PRI queue after both handlers: {}, then {} written",
            counted(event, "record"),
            counted(pri, "PRI message"),
            flags(&drained.pri),
            counted(later.pri.written - drained.pri.written, "message"),
        );
        (active && event > 0 && pri == 0, shows)
    })
}

/// Question 7: where the handler keeps up a larger queue ends the loss, where it does not it hardly helps. Four runs of each
/// driver: a small and a large queue of the one kind, a small and a larger one of the other.
pub(super) fn slow_or_tiny(runs: &[Run]) -> Vec<Finding> {
    let lost = |run: &Run| {
        let (lost, offered) = (run.outcome.counts.dropped, run.outcome.counts.offered);
        let entries = 1u64 << run.session.log2size;
        format!("{lost} of {offered} with {entries} entries")
    };
    let four = |runs: &[Run]| {
        let [tiny, enough, slow, slow_too] = runs else { return None };
        let dropped = |run: &Run| run.outcome.counts.dropped;
        let shows = format!(
            "a handler that keeps up loses {} and {}, one that is too slow {} and {}",
            lost(tiny),
            lost(enough),
            lost(slow),
            lost(slow_too)
        );
        let size = dropped(tiny) > 0 && dropped(enough) == 0;
        let speed = dropped(slow) > 0 && dropped(slow_too) > 0;
        Some(Finding { driver: tiny.session.driver.name, holds: size && speed, shows })
    };
    runs.chunks(4).filter_map(four).collect()
}

/// Question 8: the driver gets the same with few and with many records lost. The second half of the runs are those with
/// many, in the same order of drivers.
pub(super) fn storm(runs: &[Run]) -> Vec<Finding> {
    let (few, many) = runs.split_at(runs.len() / 2);
    let pair = |(few, many): (&Run, &Run)| {
        let (a, b) = (&few.outcome, &many.outcome);
        let same = a.exchanges == b.exchanges;
        let delivered = a.log.printed + a.log.suppressed;
        let shows = format!(
            "{} and {} lost: {} accesses of the driver {}; the log shows {} of {delivered} events ({:.2} %) and {}",
            a.end.event.dropped,
            b.end.event.dropped,
            a.exchanges.len(),
            if same { "all gave the same" } else { "did not give the same" },
            a.log.printed,
            100.0 * a.log.printed as f64 / delivered as f64,
            counted(a.log.reports, "overflow message"),
        );
        let holds = same && a.end.event.dropped != b.end.event.dropped && a.log.suppressed > a.log.printed;
        Finding { driver: few.session.driver.name, holds, shows }
    };
    few.iter().zip(many).map(pair).collect()
}
