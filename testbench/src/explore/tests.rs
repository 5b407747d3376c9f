//! What a search must find, worked out by hand.

mod soundness;

use super::device::Arrival;
use super::golden::{Golden, Writes};
use super::verdict::{Cell, LOG2SIZES, Verdict, algorithms};
use super::world::Move;
use super::*;
use crate::drivers::edited;

const QUEUES: [Queue; 2] = Queue::ALL;

fn driver(name: &str) -> Driver {
    Driver::named(name).expect("it is listed")
}

fn search(driver: Driver, bounds: Bounds, writes: Writes) -> Findings {
    let device = || Golden::new(bounds.queue, bounds.log2size, writes);
    let Ok(findings) = explore(driver, device, bounds, |_, _| {});
    findings
}

fn finding(findings: &Findings, property: &str) -> Finding {
    let at = properties::ALL.iter().position(|each| each.name == property).expect("it is listed");
    findings.findings[at].clone()
}

fn counterexample(name: &str, bounds: Bounds, property: &str) -> Counterexample {
    match finding(&search(driver(name), bounds, Writes::AtOnce), property) {
        Finding::Fails(schedule) => schedule,
        other => panic!("{name} {property}: {other:?}"),
    }
}

/// A schedule in short: so many arrivals, so many accesses, and so on in turn. All arrivals are of the first kind.
fn turns(queue: Queue, moves: &[Move]) -> Vec<usize> {
    assert!(moves.iter().all(|by| matches!(by, Move::Run(_)) || *by == Move::Arrive(Arrival::of(queue)[0])));
    let same = |one: &Move, other: &Move| matches!(one, Move::Run(_)) == matches!(other, Move::Run(_));
    moves.chunk_by(same).map(<[Move]>::len).collect()
}

const fn one_entry(queue: Queue) -> Bounds {
    Bounds { queue, log2size: 0, arrivals: 7 }
}

/// One record: it comes, the handler is called, R PROD, take, W CONS, R PROD. Nothing can happen in another order, so a
/// record of a terminated and one of a stalled transaction make one schedule of six states each, behind the first state.
#[test]
fn one_arrival_makes_one_schedule() {
    let bounds = Bounds { arrivals: 1, ..one_entry(Queue::Event) };
    let findings = search(driver("linux-v6.4"), bounds, Writes::AtOnce);
    assert_eq!((findings.states, findings.schedules), (1 + 2 * 6, 2));
}

/// A polled driver that finds nothing: the poll leads back to where it began, and counts as no schedule of its own.
#[test]
fn polls_that_find_nothing_are_no_schedules() {
    let bounds = Bounds { arrivals: 1, ..one_entry(Queue::Event) };
    // R PROD finds the record or not, and finds nothing wrong in between: the record comes while the driver waits, before
    // R PROD, before R CONS, or before W CONS. Two kinds of records.
    let findings = search(driver("aienos"), bounds, Writes::AtOnce);
    assert_eq!(findings.schedules, 2 * 4);
}

/// Question 1. With one entry: two records, one of them lost; call, R PROD, take, W CONS, R PROD; the driver is done.
#[test]
fn stale_acknowledge_is_found() {
    let found = counterexample("linux-v4.9", one_entry(Queue::Event), "acked-when-idle");
    assert_eq!(turns(Queue::Event, &found.moves), [2, 5]);
}

/// Question 3. The same again behind it: the overflow is not acknowledged, so the second loss does not toggle OVFLG.
#[test]
fn silent_second_overflow_is_found() {
    let found = counterexample("linux-v4.9", one_entry(Queue::Event), "loss-after-drain-reported");
    assert_eq!(turns(Queue::Event, &found.moves), [2, 5, 2, 5]);
}

/// Question 5. A second record is lost after call and R PROD have shown the first loss: take, W CONS, R PROD, W CONS
/// acknowledge both. Also, between the W CONS that empties the queue and the W CONS that acknowledges, an overflow is merged although
/// the queue was empty: the next one is filled and overflows behind the same OVFLG.
#[test]
fn merged_losses_are_found() {
    let found = counterexample("linux-v6.4", one_entry(Queue::Event), "loss-reported");
    assert_eq!(turns(Queue::Event, &found.moves), [2, 2, 1, 4]);
    // Call, R PROD, two of take and W CONS; three records; R PROD, two of take and W CONS, R PROD, W CONS. The record that
    // came to the empty queue has called the handler: call, R PROD.
    let two_entries = Bounds { log2size: 1, ..one_entry(Queue::Event) };
    let found = counterexample("linux-v6.4", two_entries, "no-merge");
    assert_eq!(turns(Queue::Event, &found.moves), [3, 6, 3, 9]);
}

/// Question 6. The queue is drained and the overflow not acknowledged: each further message is discarded, for ever.
#[test]
fn starvation_of_the_pri_queue_is_found() {
    let found = counterexample("linux-v4.9", one_entry(Queue::Pri), "pri-not-starved");
    // A storm has no two arrivals in a row: one, the call, the other, R PROD, take, W CONS, R PROD.
    assert_eq!(turns(Queue::Pri, &found.moves), [1, 1, 1, 4]);
    assert_eq!(turns(Queue::Pri, &found.round), [1]);
}

/// The properties that a driver keeps and with its edit does not, and whether any other has changed.
fn turned(queue: Queue, before: Driver, after: Driver) -> (Vec<&'static str>, bool) {
    let holds = |driver| {
        let verdict = Verdict::judge(&[driver], LOG2SIZES, 7, 2, |_| {});
        let row = verdict.rows.into_iter().find(|row| row.queue == queue).expect("it serves both queues");
        row.cells.into_iter().map(|cell| !matches!(cell, Some(Cell::Fails(_))))
    };
    let both = properties::ALL.iter().zip(holds(before).zip(holds(after)));
    let (broken, rest): (Vec<_>, Vec<_>) = both.partition(|(_, (before, after))| *before && !after);
    let broken = broken.into_iter().map(|(property, _)| property.name).collect();
    (broken, rest.into_iter().any(|(_, (before, after))| before != after))
}

/// What each edit must break, by reasoning; and nothing else.
const EDITS: [(&str, &[&str], &[&str]); 6] = [
    // The acknowledge stays in the copy, as in linux-v4.9: stale when idle, so a loss after the drain does not toggle OVFLG
    // (EV4), and the PRI queue takes nothing more (P6), for ever, so that a storm goes on without an acknowledge.
    (
        "linux-v6.4",
        &["acked-when-idle", "loss-after-drain-reported"],
        &["acked-when-idle", "loss-after-drain-reported", "pri-not-starved", "bounded-ack"],
    ),
    // OVFLG 1 is acknowledged; the next drain writes OVACKFLG 0. That makes the overflow active again, what is lost then
    // does not toggle OVFLG, although there was a drain before. If OVFLG has toggled to 0 meanwhile, the same write covers
    // that unread. The write at the end puts all right, so nothing is stale when idle, and nothing starves.
    (
        "thread-v1",
        &["loss-after-drain-reported", "no-swallowed-toggle", "no-unack"],
        &["loss-after-drain-reported", "no-swallowed-toggle", "no-unack"],
    ),
    // One loss is reported at each R PROD before the acknowledge. What is lost behind the last one is as silent as before.
    ("openbsd", &["no-false-report"], &["no-false-report"]),
    // What comes between R PROD and W CONS stays in the queue, without an interrupt (I2); then the queue overflows and
    // nobody comes for ever. With one entry a loss in between is neither reported nor acknowledged, though the queue is
    // empty; then the PRI queue starves.
    (
        "batch",
        &["acked-when-idle", "loss-after-drain-reported", "no-lost-wakeup", "bounded-ack"],
        &["acked-when-idle", "loss-after-drain-reported", "no-lost-wakeup", "pri-not-starved", "bounded-ack"],
    ),
    // What is freed may be overwritten before it is taken. PROD and CONS see no difference.
    ("spec-7.4-final", &["once-in-order"], &["once-in-order"]),
    // R PROD shows a full queue, a record is lost, the queue is emptied, and overflows again behind the same OVFLG.
    ("leave-one", &["no-merge"], &["no-merge"]),
];

#[test]
fn an_edit_breaks_what_it_must_and_nothing_else() {
    for ((name, edited), (expected, event, pri)) in edited::all().into_iter().zip(EDITS) {
        assert_eq!(name, expected);
        for (queue, broken) in [(Queue::Event, event), (Queue::Pri, pri)] {
            assert_eq!(turned(queue, driver(name), edited), (broken.to_vec(), false), "{name}, {queue:?}");
        }
    }
}

fn broken(findings: &Findings) -> Vec<bool> {
    findings.findings.iter().map(|finding| matches!(finding, Finding::Fails(_))).collect()
}

/// A property that nobody can break says nothing.
#[test]
fn each_property_is_broken_by_somebody() {
    let drivers = edited::all().into_iter().map(|(_, driver)| driver).chain(algorithms());
    let mut by_somebody = vec![false; properties::ALL.len()];
    for driver in drivers {
        for queue in QUEUES.into_iter().filter(|&queue| driver.serves(queue)) {
            let findings = search(driver, Bounds { arrivals: 4, ..one_entry(queue) }, Writes::AtOnce);
            let both = by_somebody.iter_mut().zip(broken(&findings));
            both.for_each(|(known, here)| *known |= here);
        }
    }
    let unbroken = properties::ALL.iter().zip(by_somebody).filter(|(_, broken)| !broken);
    // With one entry an interrupt comes for each record, so nobody is left with one.
    let unbroken: Vec<_> = unbroken.map(|(property, _)| property.name).collect();
    assert_eq!(unbroken, ["no-lost-wakeup"]);
}

/// The interrupt handler looks at PROD to see whether there is something to do, and reports nothing. Who compares with what
/// was read last then sees no change: the loss is not reported, although it is acknowledged. Who compares with the own
/// acknowledge sees it as before.
#[test]
fn a_second_reader_takes_the_edge_away_but_not_the_state() {
    let broken: [&[&str]; 2] = [&["loss-after-drain-reported"], &[]];
    for ((name, edited), broken) in edited::with_a_second_reader().into_iter().zip(broken) {
        for queue in QUEUES {
            assert_eq!(turned(queue, driver(name), edited), (broken.to_vec(), false), "{name}, {queue:?}");
        }
    }
}
