//! A counterexample as a person reads it, and as a stimulus that runs again.

use std::convert::Infallible;
use std::fmt::{Display, Write};

use super::device::{Arrival, View};
use super::golden::{Golden, Writes};
use super::graph::Stopped;
use super::world::{Move, Moved, System, Traffic, World};
use super::{Bounds, Counterexample};
use crate::bus::{Answer, Request};
use crate::drivers::Driver;
use crate::queue::Queue;
use crate::stimulus::{Also, Count, PageRequests, Step, Stimulus};

/// Plays moves on the golden model.
///
/// # Errors
/// The number of the first move that is not possible.
pub fn replay(driver: Driver, bounds: Bounds, moves: &[Move]) -> Result<Vec<(World, Moved)>, usize> {
    let device = Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
    let mut system = System::new(driver, device, bounds, Traffic::AtMost(u8::MAX));
    let mut world = system.initial();
    let mut played = Vec::new();
    for (at, &by) in moves.iter().enumerate() {
        if !system.moves(&world).contains(&by) {
            return Err(at);
        }
        let Ok::<_, Infallible>(moved) = system.step(&world, by);
        let moved = moved.ok_or(at)?;
        let before = std::mem::replace(&mut world, moved.world);
        played.push((before, moved));
    }
    Ok(played)
}

/// A counterexample, a line a move.
pub fn lines(driver: Driver, bounds: Bounds, counterexample: &Counterexample) -> String {
    let moves: Vec<_> = counterexample.moves.iter().chain(&counterexample.round).copied().collect();
    let mut text = String::new();
    let played = replay(driver, bounds, &moves).expect("a counterexample can be played");
    for (at, (by, (_, moved))) in moves.iter().zip(&played).enumerate() {
        if at == counterexample.moves.len() {
            text += "      and from here round and round:\n";
        }
        let told = tell(*by, moved);
        let _ = writeln!(text, "  {:>3}  {told:<62} {}", at + 1, shown(moved.happened.after));
    }
    text
}

/// A search that ended early: the moves up to there as they should have gone, and what went wrong in the last one.
pub fn stopped<E: Display>(driver: Driver, bounds: Bounds, stopped: &Stopped<E>) -> String {
    let Stopped { error, path } = stopped;
    let schedule = Counterexample { moves: path.clone(), round: Vec::new() };
    let moves = lines(driver, bounds, &schedule);
    format!("the search ends in the last of {} moves:\n{moves}{error}", path.len())
}

fn shown(view: View) -> String {
    let overflow = format!("OVFLG {} OVACKFLG {}", u8::from(view.ovflg()), u8::from(view.ovackflg()));
    let waits = if view.waiting { ", one waits" } else { "" };
    format!("{overflow}  {} of {}{waits}", view.used(), view.entries())
}

fn tell(by: Move, moved: &Moved) -> String {
    let happened = &moved.happened;
    let mut told = match (by, &moved.exchange) {
        (Move::Arrive(arrival), _) => {
            let end = match (happened.lost, happened.published) {
                (true, _) if happened.before.ovflg() != happened.after.ovflg() => "lost, OVFLG toggles",
                (true, _) => "lost",
                (false, 0) => "waits",
                (false, _) => "written",
            };
            format!("{arrival}: {end}")
        }
        (Move::Run(_), Some((request, answer))) => access(*request, answer),
        (Move::Publish | Move::Run(_), _) => "PROD covers the oldest write in flight".to_owned(),
    };
    if matches!(by, Move::Run(_)) && happened.published > 0 {
        told += "; the one that waited is written";
    }
    if happened.reports > 0 {
        told += "; REPORT";
    }
    if happened.idle {
        told += "; idle";
    }
    told
}

fn access(request: Request, answer: &Answer) -> String {
    match (request, answer) {
        (Request::Read(register), Answer::Value(value)) => format!("R {register} = {value:#010x}"),
        (Request::Write(register, value), _) => format!("W {register} = {value:#010x}"),
        (Request::Record(_) | Request::PageRequest(_), _) => "takes an entry".to_owned(),
        (Request::Wake(_), _) => "the handler's thread runs".to_owned(),
        (Request::Poll(_), _) => "the driver is polled".to_owned(),
        _ => "the handler is called".to_owned(),
    }
}

/// The stimulus that plays a counterexample.
pub fn stimulus(title: String, driver: Driver, bounds: Bounds, counterexample: &Counterexample) -> Stimulus {
    let moves = counterexample.played();
    let played = replay(driver, bounds, &moves).expect("a counterexample can be played");
    let mut steps = Vec::new();
    for (by, (_, moved)) in moves.into_iter().zip(&played) {
        // A step lets a polled driver look once.
        let polled = matches!(moved.exchange, Some((Request::Poll(_), _)));
        add(&mut steps, bounds.queue, by, polled);
        if matches!(by, Move::Run(_)) && moved.happened.published > 0 {
            // The record that waited is written before anything else happens.
            steps.push(Step::Cycles(1));
        }
    }
    Stimulus {
        title,
        log2size: bounds.log2size,
        also: Also { pri: bounds.queue == Queue::Pri, command: None },
        concurrent: None,
        memory: Default::default(),
        steps,
    }
}

/// One move more; equal ones in a row are one step, but for `apart`.
fn add(steps: &mut Vec<Step>, queue: Queue, by: Move, apart: bool) {
    match (steps.last_mut(), by) {
        (Some(Step::Terminated(Count::Plain(count))), Move::Arrive(Arrival::Terminated))
        | (Some(Step::Stalled(Count::Plain(count))), Move::Arrive(Arrival::Stalled)) => *count += 1,
        (Some(Step::Accesses(count) | Step::PriAccesses(count)), Move::Run(_)) if !apart => *count += 1,
        (Some(Step::PageRequests(requests)), Move::Arrive(arrival))
            if requests.last == (arrival == Arrival::LastRequest) =>
        {
            requests.count = Count::Plain(requests.count.resolve(0) + 1);
        }
        _ => steps.push(match by {
            Move::Arrive(Arrival::Terminated) => Step::Terminated(Count::Plain(1)),
            Move::Arrive(Arrival::Stalled) => Step::Stalled(Count::Plain(1)),
            Move::Arrive(arrival) => Step::PageRequests(PageRequests {
                last: arrival == Arrival::LastRequest,
                ..PageRequests::default()
            }),
            Move::Run(_) if queue == Queue::Event => Step::Accesses(1),
            Move::Run(_) => Step::PriAccesses(1),
            Move::Publish => unreachable!("writes of the golden model are answered at once"),
        }),
    }
}

/// A scenario file with a step a line.
pub fn file(stimulus: &Stimulus, comment: &str) -> String {
    let mut text = String::new();
    for line in comment.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let _ = writeln!(text, "title = \"{}\"\nlog2size = {}", stimulus.title, stimulus.log2size);
    if stimulus.also.pri {
        text += "also = { pri = true }\n";
    }
    text += "steps = [\n";
    for step in &stimulus.steps {
        let _ = match step {
            Step::Terminated(Count::Plain(count)) => writeln!(text, "  {{ terminated = {count} }},"),
            Step::Stalled(Count::Plain(count)) => writeln!(text, "  {{ stalled = {count} }},"),
            Step::Accesses(count) => writeln!(text, "  {{ accesses = {count} }},"),
            Step::PriAccesses(count) => writeln!(text, "  {{ pri-accesses = {count} }},"),
            Step::Cycles(count) => writeln!(text, "  {{ cycles = {count} }},"),
            Step::PageRequests(PageRequests { count, last, .. }) => {
                let (count, last) = (count.resolve(0), if *last { "" } else { ", last = false" });
                writeln!(text, "  {{ page-requests = {{ count = {count}{last} }} }},")
            }
            other => unreachable!("no schedule has such a step: {other:?}"),
        };
    }
    text + "]\n"
}
