//! What a driver sees of the machine, and how it is suspended at every access.
//!
//! A driver is an `async fn` over a [`Bus`]. Each of its accesses is one atomic step: the driver stops there, the
//! testbench decides when the access happens, and anything can happen before it does.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use smmuq_golden::{EventRecord, Register};

/// What a driver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// The next Event queue interrupt.
    Interrupt,
    /// A register read.
    Read(Register),
    /// A register write.
    Write(Register, u32),
    /// The record in one slot of the Event queue.
    Entry {
        /// Index of the slot, without the wrap bit.
        index: u32,
    },
}

/// What it gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The interrupt came, or the write is done.
    Done,
    /// The value read.
    Value(u32),
    /// The record read.
    Record(EventRecord),
}

/// What a driver tells a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The queue overflowed: records were lost.
    Overflow,
    /// An event, printed under the rate limit.
    Event(EventRecord),
}

#[derive(Default)]
struct Mailbox {
    request: Option<Request>,
    answer: Option<Answer>,
    messages: Vec<Message>,
}

/// The driver's end: registers, the queue in memory, the interrupt and the kernel log.
#[derive(Clone, Default)]
pub struct Bus(Rc<RefCell<Mailbox>>);

impl Bus {
    /// Waits for the next Event queue interrupt.
    pub async fn interrupt(&self) {
        self.exchange(Request::Interrupt).await;
    }

    /// Reads a register.
    pub async fn read(&self, register: Register) -> u32 {
        match self.exchange(Request::Read(register)).await {
            Answer::Value(value) => value,
            other => unreachable!("a read was answered with {other:?}"),
        }
    }

    /// Writes a register.
    pub async fn write(&self, register: Register, value: u32) {
        self.exchange(Request::Write(register, value)).await;
    }

    /// Takes the record at a slot of the Event queue out of memory.
    pub async fn entry(&self, index: u32) -> EventRecord {
        match self.exchange(Request::Entry { index }).await {
            Answer::Record(record) => record,
            other => unreachable!("an entry read was answered with {other:?}"),
        }
    }

    /// Reports the overflow; this message is not rate-limited.
    pub fn report_overflow(&self) {
        self.0.borrow_mut().messages.push(Message::Overflow);
    }

    /// Prints an event, under the rate limit.
    pub fn print_event(&self, record: EventRecord) {
        self.0.borrow_mut().messages.push(Message::Event(record));
    }

    async fn exchange(&self, request: Request) -> Answer {
        self.0.borrow_mut().request = Some(request);
        poll_fn(|_| match self.0.borrow_mut().answer.take() {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await
    }
}

/// A driver as the compiler makes it of an `async fn`.
pub type Running = Pin<Box<dyn Future<Output = ()>>>;

/// A driver that runs, stopped at its next access.
pub struct Task {
    future: Running,
    bus: Bus,
}

impl Task {
    /// Starts a driver and runs it up to its first access.
    pub fn start(driver: impl FnOnce(Bus) -> Running) -> Self {
        let bus = Bus::default();
        let mut task = Self { future: driver(bus.clone()), bus };
        task.poll();
        task
    }

    /// The access at which it is stopped; `None` when it has ended.
    pub fn request(&self) -> Option<Request> {
        self.bus.0.borrow().request
    }

    /// The access happened: runs up to the next one. Returns what the driver said in between.
    pub fn answer(&mut self, answer: Answer) -> Vec<Message> {
        {
            let mut mailbox = self.bus.0.borrow_mut();
            mailbox.request = None;
            mailbox.answer = Some(answer);
        }
        self.poll();
        std::mem::take(&mut self.bus.0.borrow_mut().messages)
    }

    fn poll(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        let _ = self.future.as_mut().poll(&mut context);
    }
}
