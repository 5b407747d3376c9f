//! What each driver does, access by access, in a queue of two entries: worked out by hand from the pseudo-code.
//!
//! `R2!` is a read of PROD that gives index 2, with the wrap bit as its upper bit, and OVFLG 1. `C1` is a read of CONS,
//! `W1` a write, `T0` takes the entry in slot 0. A history says what the reads of PROD give in each run of the handler;
//! the last value stays.

use smmuq_golden::{EventRecord, PriMessage, Register};

use super::*;
use crate::bus::{Answer, Message, Request};

const OVERFLOW: u32 = 1 << 31;

fn pointer(text: &str) -> u32 {
    let index = text.trim_end_matches('!').parse::<u32>().expect("an index");
    index | if text.ends_with('!') { OVERFLOW } else { 0 }
}

fn text(value: u32) -> String {
    format!("{}{}", value & !OVERFLOW, if value & OVERFLOW == 0 { "" } else { "!" })
}

/// A machine around one queue, and what happened in it.
struct Machine {
    place: Place,
    cons: u32,
    prods: Vec<u32>,
    story: Vec<String>,
    woken: bool,
}

impl Machine {
    /// Runs a task up to where it waits again.
    fn run(&mut self, task: &mut Task) {
        self.answer(task, Answer::Done);
        loop {
            let answer = match task.request().expect("a handler never ends") {
                Request::Interrupt(_) | Request::Poll(_) | Request::Wake(_) => return,
                Request::Read(Register::EventqProd | Register::PriqProd) => {
                    let prod = if self.prods.len() > 1 { self.prods.remove(0) } else { self.prods[0] };
                    self.story.push(format!("R{}", text(prod)));
                    Answer::Value(prod)
                }
                Request::Read(_) => {
                    self.story.push(format!("C{}", text(self.cons)));
                    Answer::Value(self.cons)
                }
                Request::Write(_, value) => {
                    self.story.push(format!("W{}", text(value)));
                    self.cons = value;
                    Answer::Done
                }
                Request::Record(address) => {
                    self.story.push(format!("T{}", (address - self.place.base) / 32));
                    Answer::Record(EventRecord::new(0x10, 7))
                }
                Request::PageRequest(address) => {
                    self.story.push(format!("T{}", (address - self.place.base) / 16));
                    Answer::PageRequest(PriMessage::new(7, 1, 0x1000))
                }
                other => panic!("{other:?} without a Command queue"),
            };
            self.answer(task, answer);
        }
    }

    fn answer(&mut self, task: &mut Task, answer: Answer) {
        for message in task.answer(answer) {
            match message {
                Message::Overflow(_) => self.story.push("REPORT".to_owned()),
                Message::Wake(_) => {
                    self.story.push("wake".to_owned());
                    self.woken = true;
                }
                _ => {}
            }
        }
    }
}

/// What a driver does in each run of its handler.
fn accesses(driver: &str, queue: Queue, log2size: u8, history: &[&str]) -> Vec<String> {
    let driver = Driver::named(driver).expect("it is listed");
    let place = Place { base: 0x8000_0000, log2size };
    let start = start(driver, Setup { event: place, pri: Some(place), command: None, msi: false });
    let mut handler = start(Who::Handler(queue)).expect("it serves the queue");
    let mut thread = start(Who::Thread(queue));
    let mut machine = Machine { place, cons: 0, prods: Vec::new(), story: Vec::new(), woken: false };
    let mut run = |prods: &&str| {
        machine.prods = prods.split(' ').map(pointer).collect();
        machine.run(&mut handler);
        if std::mem::take(&mut machine.woken) {
            machine.run(thread.as_mut().expect("who is woken exists"));
        }
        std::mem::take(&mut machine.story).join(" ")
    };
    history.iter().map(&mut run).collect()
}

fn expect(queue: Queue, rows: &[(&str, &[&str], &[&str])]) {
    for &(driver, history, expected) in rows {
        assert_eq!(accesses(driver, queue, 1, history), expected, "{driver}, {history:?}");
    }
}

/// Two entries fill the queue, a loss sets OVFLG; one more arrives when there is space, and one after the run.
const STORM: &[&str] = &["2! 3!", "0!"];

#[test]
fn a_full_queue_with_an_overflow() {
    expect(
        Queue::Event,
        &[
            ("linux-v4.2", &["2!", "3!", "3!"], &["R2! REPORT wake T0 W1 T1 W2", "R3! wake T0 W3!", "R3!"]),
            ("linux-v4.9", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3!", "R0! T1 W0! R0!"]),
            ("thread-v1", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0! W0!"]),
            ("linux-v6.4", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0!"]),
            ("xen", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3!", "R0! T1 W0! R0!"]),
            ("openbsd", STORM, &["R2! REPORT T0 W1 R3! T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0!"]),
            ("freebsd", STORM, &["R2! C0 T0 W1 R3! C1 T1 W2 R3! C2 T0 W3", "R0! C3 T1 W0"]),
            ("zephyr", STORM, &["R2! C0 T0 W1 R3! C1 T1 W2 R3! C2 T0 W3 R3! C3", "R0! C3 T1 W0 R0! C0"]),
            ("edk2", &["2!", "3!"], &["R2! C0 T0 W1", "R3! C1 T1 W2"]),
            ("qiommu", STORM, &["R2! C0 T0 W1 R3! T1 W2 R3! T0 W3 R3! REPORT W3!", "R0! C3! T1 W0! R0!"]),
            ("gunyah", &["2!", "3!"], &["R2! C0 T0 W1! T1 W2!", "R3! C2! T0 W3!"]),
            ("aienos", &["2!", "3!"], &["R2! C0 T0 T1 W2! REPORT", "R3! C2! T0 W3!"]),
            // The second poll takes the entries and loses the acknowledge, so the third reports the same loss again.
            ("drain-faults", &["2!", "2!", "2!"], &["R2! W0! REPORT", "R2! T0 T1 W2", "R2! W2! REPORT"]),
            ("spec-7.4", STORM, &["R2! REPORT T0 W1! T1 W2! R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
            ("spec-7.4-final", STORM, &["R2! REPORT T0 W1! T1 W2! R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
            ("ack-on-detect", STORM, &["R2! REPORT W0! T0 W1! T1 W2! R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
            ("batch", STORM, &["R2! REPORT T0 T1 W2! R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
            ("leave-one", STORM, &["R2! T0 T1 W2! REPORT R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
        ],
    );
}

/// The queue is full, and a loss comes while it is drained: only the last read of PROD shows it.
#[test]
fn an_overflow_that_the_last_read_shows() {
    let late = &["2 2!"][..];
    expect(
        Queue::Event,
        &[
            ("linux-v4.9", late, &["R2 T0 W1 T1 W2 R2! REPORT"]),
            ("linux-v6.4", late, &["R2 T0 W1 T1 W2 R2! REPORT W2!"]),
            ("spec-7.4", late, &["R2 T0 W1 T1 W2 R2! REPORT"]),
            ("spec-7.4-final", late, &["R2 T0 W1 T1 W2 R2! REPORT W2!"]),
            ("ack-on-detect", late, &["R2 T0 W1 T1 W2 R2! REPORT W2!"]),
            ("batch", late, &["R2 T0 T1 W2 R2! REPORT W2! R2!"]),
            // Full, and no overflow seen: one of the two is left until PROD was read again.
            ("leave-one", late, &["R2 T0 W1 R2! T1 W2! REPORT R2!"]),
        ],
    );
}

/// An interrupt for a queue that the run before has emptied.
#[test]
fn an_empty_queue() {
    let empty = &["1", "1"][..];
    expect(
        Queue::Event,
        &[
            ("linux-v4.2", empty, &["R1 wake T0 W1", "R1"]),
            ("linux-v4.9", empty, &["R1 T0 W1 R1", "R1"]),
            ("thread-v1", empty, &["R1 T0 W1 R1 W1", "R1 W1"]),
            ("openbsd", empty, &["R1 T0 W1 R1", "R1"]),
            // Four indices, wrap bits counted, until it is back where PROD is: nothing of this was written.
            ("freebsd", empty, &["R1 C0 T0 W1", "R1 C1 T1 W2 R1 C2 T0 W3 R1 C3 T1 W0 R1 C0 T0 W1"]),
            ("gunyah", empty, &["R1 C0 T0 W1", "R1 C1 T1 W2 T0 W3 T1 W0 T0 W1"]),
            ("zephyr", empty, &["R1 C0 T0 W1 R1 C1", "R1 C1"]),
            ("edk2", empty, &["R1 C0 T0 W1", "R1 C1"]),
            ("qiommu", empty, &["R1 C0 T0 W1 R1", "R1 C1"]),
            ("aienos", empty, &["R1 C0 T0 W1", "R1 C1 W1"]),
            ("drain-faults", empty, &["R1 T0 W1", "R1 W1"]),
            ("batch", empty, &["R1 T0 W1 R1", "R1"]),
            ("leave-one", empty, &["R1 T0 W1 R1", "R1"]),
        ],
    );
}

#[test]
fn the_pri_queue() {
    expect(
        Queue::Pri,
        &[
            ("linux-v6.4", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0!"]),
            ("xen", STORM, &["R2! REPORT T0 W1 T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0! W0!"]),
            ("openbsd", STORM, &["R2! REPORT T0 W1 R3! T1 W2 R3! T0 W3 R3! W3!", "R0! T1 W0! R0!"]),
            ("leave-one", STORM, &["R2! T0 T1 W2! REPORT R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
        ],
    );
}

#[test]
fn reports_at_the_acknowledge() {
    expect(
        Queue::Event,
        &[
            ("linux-v4.2+report-at-ack", &["2!", "3!"], &["R2! wake T0 W1 T1 W2", "R3! wake T0 W3! REPORT"]),
            ("linux-v4.9+report-at-ack", STORM, &["R2! T0 W1 T1 W2 R3! T0 W3 R3!", "R0! T1 W0! REPORT R0!"]),
            (
                "linux-v6.4+report-at-ack",
                STORM,
                &["R2! T0 W1 T1 W2 R3! T0 W3 R3! W3! REPORT", "R0! T1 W0! R0!"],
            ),
            ("qiommu+report-at-ack", &["2!"], &["R2! C0 T0 W1 R2! T1 W2 R2! W2! REPORT"]),
            ("spec-7.4+report-at-ack", &["2!"], &["R2! T0 W1! REPORT T1 W2! R2!"]),
            ("batch+report-at-ack", STORM, &["R2! T0 T1 W2! REPORT R3! T0 W3! R3!", "R0! T1 W0! R0!"]),
        ],
    );
}

/// Moving the report changes nothing else.
#[test]
fn delayed_reports_are_the_only_difference() {
    let silent = |driver: Driver, queue| -> Vec<String> {
        let runs = accesses(driver.name, queue, 1, STORM);
        runs.iter().map(|run| run.replace(" REPORT", "")).collect()
    };
    for &driver in ALL {
        let Ok(delayed) = driver.report_at_ack() else { continue };
        for queue in Queue::ALL.into_iter().filter(|&queue| driver.serves(queue)) {
            assert_eq!(silent(delayed, queue), silent(driver, queue), "{driver:?}");
            assert_ne!(
                accesses(delayed.name, queue, 1, STORM),
                accesses(driver.name, queue, 1, STORM),
                "{driver:?}"
            );
        }
    }
}

/// The caller's buffer holds four.
#[test]
fn aienos_takes_some_entries_at_once() {
    let runs = accesses("aienos", Queue::Event, 3, &["6", "6"]);
    assert_eq!(runs, ["R6 C0 T0 T1 T2 T3 W4", "R6 C4 T4 T5 W6"]);
}

/// The handler comes between two accesses of the thread: it sees the loss, and the thread goes on with its new PROD.
#[test]
fn the_handler_of_linux_v4_2_comes_between() {
    let place = Place { base: 0x8000_0000, log2size: 1 };
    let driver = Driver::named("linux-v4.2").expect("it is listed");
    let start = start(driver, Setup { event: place, pri: None, command: None, msi: false });
    let mut handler = start(Who::Handler(Queue::Event)).expect("there is one");
    let mut thread = start(Who::Thread(Queue::Event)).expect("there is one");
    let mut interrupt = |prod| {
        handler.answer(Answer::Done);
        handler.answer(Answer::Value(pointer(prod)))
    };
    let taken = Answer::Record(EventRecord::new(0x10, 7));
    let write = |value| Some(Request::Write(Register::EventqCons, pointer(value)));

    assert_eq!(interrupt("1"), [Message::Wake(Queue::Event)]);
    thread.answer(Answer::Done);
    thread.answer(taken.clone());
    assert_eq!(thread.request(), write("1"));
    assert_eq!(interrupt("3!"), [Message::Overflow(Queue::Event), Message::Wake(Queue::Event)]);
    thread.answer(Answer::Done);
    thread.answer(taken.clone());
    assert_eq!(thread.request(), write("2"));
    thread.answer(Answer::Done);
    thread.answer(taken);
    assert_eq!(thread.request(), write("3"), "the acknowledge comes with the next entry");
    thread.answer(Answer::Done);
    assert_eq!(thread.request(), Some(Request::Wake(Queue::Event)));
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |name| Driver::named(name).expect_err("it is refused").to_string();
    assert!(refused("linux").starts_with("no driver named linux; drivers are linux-v4.2, linux-v4.9, "));
    assert!(refused("linux+report-at-ack").starts_with("no driver named linux+report-at-ack; "));
    assert_eq!(
        refused("edk2+report-at-ack"),
        "edk2 never reports an overflow, so there is no edk2+report-at-ack; say edk2"
    );
    assert!(refused("aienos+report-at-ack").starts_with("aienos reports an overflow with the acknowledge"));
    let twice = refused("batch+report-at-ack+report-at-ack");
    assert!(twice.starts_with("no driver named batch+report-at-ack+report-at-ack"), "{twice}");
}
