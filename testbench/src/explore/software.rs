//! A driver as a finite automaton: each state that comes up has a number, and what it does with an answer is found out
//! once.
//!
//! A future can be neither cloned nor compared. But equal [`DriverState`]s go on in the same way, so a state stands for
//! all futures that are in it: to leave it by a new answer, a fresh task gets the answers that led there.

use std::collections::HashMap;

use super::setup;
use crate::bus::{Answer, Message, Request, Task};
use crate::drivers::{self, Driver, DriverState, Who};
use crate::queue::Queue;

/// Number of a state of the driver: of all its tasks together.
pub type Number = u32;

/// One answer to one of the driver's tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Turn {
    task: usize,
    answer: Answer,
}

struct Known {
    requests: Vec<Request>,
    came_from: Option<(Number, Turn)>,
    next: Vec<(Turn, Reaction)>,
}

/// What a driver does with an answer, up to its next access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// The state in which it waits again.
    pub to: Number,
    /// How many overflows it has reported on the way.
    pub reports: u8,
    /// Its interrupt handler has woken its thread.
    pub woke: bool,
}

/// A driver on one queue.
pub struct Software {
    start: Box<dyn Fn() -> Vec<Task>>,
    numbers: HashMap<Vec<DriverState>, Number>,
    known: Vec<Known>,
}

impl Software {
    /// The initial state is number 0.
    pub fn new(driver: Driver, queue: Queue, log2size: u8) -> Self {
        let setup = setup(queue, log2size);
        let start = move || {
            let start = drivers::start(driver, setup);
            [Who::Handler(queue), Who::Thread(queue)].into_iter().filter_map(start).collect()
        };
        let mut software = Self { start: Box::new(start), numbers: HashMap::new(), known: Vec::new() };
        let tasks = (software.start)();
        software.number(&tasks, None);
        software
    }

    /// What each task waits for.
    pub fn requests(&self, state: Number) -> &[Request] {
        &self.known[state as usize].requests
    }

    /// All tasks wait to be called.
    pub fn waits(&self, state: Number) -> bool {
        self.requests(state).iter().all(|&request| is_entry(request))
    }

    /// The driver is called by somebody who wants it to look, and not by an interrupt.
    pub fn is_polled(&self) -> bool {
        self.requests(0).iter().any(|request| matches!(request, Request::Poll(_)))
    }

    /// Gives a task its answer.
    pub fn answer(&mut self, state: Number, task: usize, answer: Answer) -> Reaction {
        let turn = Turn { task, answer };
        let next = &self.known[state as usize].next;
        if let Some(&(_, reaction)) = next.iter().find(|(known, _)| *known == turn) {
            return reaction;
        }
        let mut tasks = self.replay(state);
        let messages = tasks[turn.task].answer(turn.answer.clone());
        let reports = messages.iter().filter(|message| matches!(message, Message::Overflow(_))).count() as u8;
        let woke = messages.iter().any(|message| matches!(message, Message::Wake(_)));
        let reaction = Reaction { to: self.number(&tasks, Some((state, turn.clone()))), reports, woke };
        self.known[state as usize].next.push((turn, reaction));
        reaction
    }

    /// Fresh tasks, led into a state.
    fn replay(&self, state: Number) -> Vec<Task> {
        let mut turns = Vec::new();
        let mut at = state;
        while let Some((before, turn)) = &self.known[at as usize].came_from {
            turns.push(turn);
            at = *before;
        }
        let mut tasks = (self.start)();
        for Turn { task, answer } in turns.into_iter().rev() {
            tasks[*task].answer(answer.clone());
        }
        tasks
    }

    fn number(&mut self, tasks: &[Task], came_from: Option<(Number, Turn)>) -> Number {
        let state: Vec<_> = tasks.iter().map(|task| task.state().expect("a handler has a state")).collect();
        if let Some(&number) = self.numbers.get(&state) {
            return number;
        }
        let number = self.known.len() as Number;
        let requests = tasks.iter().map(|task| task.request().expect("a handler never ends")).collect();
        self.numbers.insert(state, number);
        self.known.push(Known { requests, came_from, next: Vec::new() });
        number
    }
}

/// The driver is called, rather than making an access.
pub fn is_entry(request: Request) -> bool {
    matches!(request, Request::Interrupt(_) | Request::Wake(_) | Request::Poll(_))
}
