//! What a driver sees of the machine, and how it is suspended at every access.
//!
//! A driver is an `async fn` over a [`Bus`]. Each of its accesses is one atomic step: the driver stops there, the
//! testbench decides when the access happens, and anything can happen before it does.

use std::cell::RefCell;
use std::future::poll_fn;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use smmuq_golden::{Command, EventRecord, Gerror, Line, PriMessage, Register};

use crate::drivers::{DriverState, Kept};
use crate::queue::Queue;

/// What a driver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Request {
    /// The next interrupt of a line.
    Interrupt(Line),
    /// To be asked to look whether a queue has entries.
    Poll(Queue),
    /// To be woken by the interrupt handler of a queue.
    Wake(Queue),
    /// Commands that somebody wants to be issued.
    Work,
    /// The lock of the Command queue.
    Lock,
    /// To give that lock back.
    Unlock,
    /// A register read.
    Read(Register),
    /// A register write.
    Write(Register, u32),
    /// The record at an address.
    Record(u64),
    /// The PRI message at an address.
    PageRequest(u64),
    /// The 32 bits at an address.
    Word(u64),
    /// To put a command at an address.
    Store(u64, Command),
}

/// What it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It came, or is done.
    Done,
    /// The value read.
    Value(u32),
    /// The record read.
    Record(EventRecord),
    /// The PRI message read.
    PageRequest(PriMessage),
    /// The commands to issue.
    Work(Work),
}

/// Commands that somebody wants to be issued.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The commands, in order.
    pub commands: Vec<Command>,
    /// If the last one is a CMD_SYNC, its end is waited for.
    pub wait: bool,
}

/// What a driver tells a person, or the rest of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A queue overflowed: entries were lost.
    Overflow(Queue),
    /// An event, printed under the rate limit.
    Event(EventRecord),
    /// A device may access the page at this address from now on.
    Mapped {
        /// The device.
        stream_id: u32,
        /// Byte address of the page.
        page: u64,
    },
    /// The thread of this queue's interrupt handler is to run, once more if it runs already.
    Wake(Queue),
    /// So many page request groups whose end was lost are forgotten (P9).
    Discarded(u64),
    /// Errors that GERROR shows as active.
    GlobalErrors(Gerror),
    /// A CMD_SYNC is seen to have completed.
    Synchronized,
    /// The Command queue makes no progress.
    TimedOut,
}

/// A call in a driver's file.
pub type Call = &'static Location<'static>;

#[derive(Default)]
struct Mailbox {
    stopped_at: Option<Call>,
    request: Option<Request>,
    answer: Option<Answer>,
    messages: Vec<Message>,
}

/// The driver's end: registers, the queues in memory, the interrupts and the kernel log.
#[derive(Clone, Default)]
pub struct Bus(Rc<RefCell<Mailbox>>);

impl Bus {
    /// Waits for the next interrupt of a line.
    pub async fn interrupt(&self, line: Line) {
        self.exchange(Request::Interrupt(line)).await;
    }

    /// Waits until somebody wants to know whether a queue has entries.
    pub async fn poll(&self, queue: Queue) {
        self.exchange(Request::Poll(queue)).await;
    }

    /// Waits until the interrupt handler of a queue wakes its thread.
    pub async fn wake(&self, queue: Queue) {
        self.exchange(Request::Wake(queue)).await;
    }

    /// Waits for commands that somebody wants to be issued.
    pub async fn work(&self) -> Work {
        match self.exchange(Request::Work).await {
            Answer::Work(work) => work,
            other => unexpected(&other),
        }
    }

    /// Waits until nobody else fills the Command queue.
    pub async fn lock(&self) {
        self.exchange(Request::Lock).await;
    }

    /// Lets others fill the Command queue.
    pub async fn unlock(&self) {
        self.exchange(Request::Unlock).await;
    }

    /// Reads a register.
    pub async fn read(&self, register: Register) -> u32 {
        self.value(Request::Read(register)).await
    }

    /// Writes a register.
    pub async fn write(&self, register: Register, value: u32) {
        self.exchange(Request::Write(register, value)).await;
    }

    /// Takes a record out of memory.
    pub async fn record(&self, address: u64) -> EventRecord {
        match self.exchange(Request::Record(address)).await {
            Answer::Record(record) => record,
            other => unexpected(&other),
        }
    }

    /// Takes a PRI message out of memory.
    pub async fn page_request(&self, address: u64) -> PriMessage {
        match self.exchange(Request::PageRequest(address)).await {
            Answer::PageRequest(message) => message,
            other => unexpected(&other),
        }
    }

    /// Reads 32 bits of memory.
    pub async fn word(&self, address: u64) -> u32 {
        self.value(Request::Word(address)).await
    }

    /// Puts a command into memory.
    pub async fn store(&self, address: u64, command: Command) {
        self.exchange(Request::Store(address, command)).await;
    }

    /// Says something; no access.
    pub fn say(&self, message: Message) {
        self.0.borrow_mut().messages.push(message);
    }

    /// The next request comes from this call.
    pub(crate) fn stop_at(&self, call: Call) {
        self.0.borrow_mut().stopped_at = Some(call);
    }

    async fn value(&self, request: Request) -> u32 {
        match self.exchange(request).await {
            Answer::Value(value) => value,
            other => unexpected(&other),
        }
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

fn unexpected(answer: &Answer) -> ! {
    unreachable!("the request was answered with {answer:?}")
}

/// A driver as the compiler makes it of an `async fn`.
pub type Running = Pin<Box<dyn Future<Output = ()>>>;

/// A driver that runs, stopped at its next access.
pub struct Task {
    future: Running,
    bus: Bus,
    kept: Option<Kept>,
}

impl Task {
    /// Starts a driver and runs it up to its first access.
    pub fn start(driver: impl FnOnce(Bus) -> Running) -> Self {
        let bus = Bus::default();
        let mut task = Self { future: driver(bus.clone()), bus, kept: None };
        task.poll();
        task
    }

    /// The same for one that keeps its memory where [`state`](Self::state) sees it.
    pub(crate) fn start_visible(kept: Kept, driver: impl FnOnce(Bus, Kept) -> Running) -> Self {
        let task = Self::start(|bus| driver(bus, kept.clone()));
        Self { kept: Some(kept), ..task }
    }

    /// Where it is stopped and all that it remembers; `None` for what serves no queue.
    pub fn state(&self) -> Option<DriverState> {
        let mailbox = self.bus.0.borrow();
        Some(self.kept.as_ref()?.state(mailbox.stopped_at?, mailbox.request?))
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
