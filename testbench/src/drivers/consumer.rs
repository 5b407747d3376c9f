//! A queue as its driver holds it: copies of PROD and CONS, and what is done with an entry.
//!
//! Each method that makes an access notes from which line of the driver's file it was called: that is where the driver is
//! stopped. An `async fn` cannot know that, hence the functions that return a future.

use std::ops::{Deref, DerefMut};
use std::panic::Location;

use smmuq_golden::{Command, PriMessage};

use super::setup::Place;
use super::state::{Entry, Kept, Memory, Pointer};
use crate::bus::{Bus, Call, Message, Work};
use crate::queue::Queue;

const OVERFLOW: u32 = 1 << 31;

impl Pointer {
    fn from_register(value: u32, log2size: u8) -> Self {
        Self { overflow: value & OVERFLOW != 0, index: value & wrapping_mask(log2size) }
    }

    fn register(self) -> u32 {
        self.index | if self.overflow { OVERFLOW } else { 0 }
    }
}

fn wrapping_mask(log2size: u8) -> u32 {
    (2 << log2size) - 1
}

/// The consumer of one queue. It is its own [`Memory`] while it runs.
pub(super) struct Consumer {
    bus: Bus,
    queue: Queue,
    place: Place,
    /// Each report waits for the CONS write that acknowledges.
    report_at_ack: bool,
    memory: Memory,
    kept: Kept,
}

impl Deref for Consumer {
    type Target = Memory;

    fn deref(&self) -> &Memory {
        &self.memory
    }
}

impl DerefMut for Consumer {
    fn deref_mut(&mut self) -> &mut Memory {
        &mut self.memory
    }
}

impl Consumer {
    /// Both registers zero, as the set-up has just written them. Without a Command queue nothing is answered or resumed.
    pub fn new(bus: Bus, queue: Queue, place: Place, report_at_ack: bool, kept: Kept) -> Self {
        Self { bus, queue, place, report_at_ack, memory: kept.memory.take(), kept }
    }

    /// Which queue this is.
    pub fn queue(&self) -> Queue {
        self.queue
    }

    /// Waits for the interrupt of the queue.
    #[track_caller]
    pub fn interrupt(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let line = self.queue.line();
            self.access(at, async |bus| bus.interrupt(line).await).await;
        }
    }

    /// Waits until somebody asks the driver to look.
    #[track_caller]
    pub fn poll(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let queue = self.queue;
            self.access(at, async |bus| bus.poll(queue).await).await;
        }
    }

    /// The thread of an interrupt handler waits for the handler.
    #[track_caller]
    pub fn woken(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let queue = self.queue;
            self.access(at, async |bus| bus.wake(queue).await).await;
        }
    }

    /// The handler lets its thread run.
    pub fn wake_thread(&self) {
        self.bus.say(Message::Wake(self.queue));
    }

    /// How many entries the queue has.
    pub fn entries(&self) -> usize {
        self.place.entries() as usize
    }

    /// Empty as far as the driver knows.
    pub fn is_empty(&self) -> bool {
        self.prod.index == self.cons.index
    }

    /// Reads PROD. True when OVFLG differs from the copy: an overflow that the driver has not seen.
    #[track_caller]
    pub fn read_prod(&mut self) -> impl Future<Output = bool> {
        let at = Location::caller();
        async move {
            let register = self.queue.prod();
            let value = self.access(at, async |bus| bus.read(register).await).await;
            let before = self.prod.overflow;
            self.prod = Pointer::from_register(value, self.place.log2size);
            self.prod.overflow != before
        }
    }

    /// Reads CONS into the copy.
    #[track_caller]
    pub fn read_cons(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let register = self.queue.cons();
            let value = self.access(at, async |bus| bus.read(register).await).await;
            self.cons = Pointer::from_register(value, self.place.log2size);
        }
    }

    /// Tells a person, at once or with the acknowledge.
    pub fn report_overflow(&mut self) {
        if self.report_at_ack {
            self.unreported = true;
        } else {
            self.bus.say(Message::Overflow(self.queue));
        }
    }

    /// Takes the entry at the consumer index out of memory and steps the copy of CONS.
    #[track_caller]
    pub fn take(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let slot = self.cons.index & (wrapping_mask(self.place.log2size) >> 1);
            let address = self.place.base + u64::from(slot) * self.queue.entry_bytes();
            let queue = self.queue;
            let entry = self.access(at, async |bus| match queue {
                Queue::Event => Entry::Event(bus.record(address).await),
                Queue::Pri => Entry::PageRequest(bus.page_request(address).await),
            });
            let entry = entry.await;
            self.cons.index = (self.cons.index + 1) & wrapping_mask(self.place.log2size);
            self.taken.push_back(entry);
        }
    }

    /// Copies OVFLG to OVACKFLG; the next CONS write tells the hardware. What belongs to groups whose end was lost is
    /// forgotten: the block has answered them (P9).
    pub fn acknowledge(&mut self) {
        if self.cons.overflow != self.prod.overflow {
            self.cons.overflow = self.prod.overflow;
            self.discard_partial_groups();
        }
    }

    /// The same while there are entries from before the overflow: what belongs to groups is not forgotten before
    /// [`forget_answered_groups`](Self::forget_answered_groups).
    pub fn acknowledge_early(&mut self) {
        self.acknowledged |= self.cons.overflow != self.prod.overflow;
        self.cons.overflow = self.prod.overflow;
    }

    /// All entries from before an overflow that was acknowledged early are handled.
    pub fn forget_answered_groups(&mut self) {
        if std::mem::take(&mut self.acknowledged) {
            self.discard_partial_groups();
        }
    }

    fn discard_partial_groups(&mut self) {
        let groups = self.groups.clear();
        if groups > 0 {
            self.bus.say(Message::Discarded(groups));
        }
    }

    /// Writes the copy of CONS to the register. If that acknowledges an overflow, a report that waits for it follows.
    #[track_caller]
    pub fn write_cons(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            let (register, value) = (self.queue.cons(), self.cons.register());
            self.access(at, async |bus| bus.write(register, value).await).await;
            if self.unreported && self.cons.overflow == self.prod.overflow {
                self.unreported = false;
                self.bus.say(Message::Overflow(self.queue));
            }
        }
    }

    /// Does what each entry that was taken asks for: prints an event and resumes its transaction, maps pages and answers
    /// their group.
    #[track_caller]
    pub fn handle_taken(&mut self) -> impl Future<Output = ()> {
        let at = Location::caller();
        async move {
            while let Some(&entry) = self.taken.front() {
                if let Some(command) = self.handle(entry) {
                    self.issue(at, command).await;
                }
                self.taken.pop_front();
            }
        }
    }

    /// The command that the entry asks for, if any.
    fn handle(&mut self, entry: Entry) -> Option<Command> {
        match entry {
            Entry::Event(record) => {
                self.bus.say(Message::Event(record));
                record.stall().then(|| Command::resume(record.stream_id(), record.stag(), true, false))
            }
            Entry::PageRequest(message) => self.groups.add(message).map(|pages| self.answer(message, &pages)),
        }
    }

    fn answer(&self, last: PriMessage, pages: &[u64]) -> Command {
        let stream_id = last.stream_id();
        for &page in pages {
            self.bus.say(Message::Mapped { stream_id, page });
        }
        let substream = last.ssv().then_some(last.substream_id());
        Command::pri_resp(stream_id, substream, last.prg_index(), Command::RESP_SUCCESS)
    }

    async fn issue(&mut self, at: Call, command: Command) {
        if let Some(commands) = self.kept.commands.clone() {
            let work = Work { commands: vec![command], wait: false };
            self.access(at, async |bus| commands.issue(bus, &work).await).await;
        }
    }

    /// Waits for an access, with the memory put where others see it.
    async fn access<T>(&mut self, at: Call, access: impl AsyncFnOnce(&Bus) -> T) -> T {
        self.bus.stop_at(at);
        self.kept.memory.replace(std::mem::take(&mut self.memory));
        let answer = access(&self.bus).await;
        self.memory = self.kept.memory.take();
        answer
    }
}
