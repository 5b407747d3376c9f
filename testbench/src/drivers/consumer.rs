//! A queue as its driver holds it: copies of PROD and CONS, and what is done with an entry.

use smmuq_golden::{Command, EventRecord, PriMessage};

use super::command_queue::CommandQueue;
use super::groups::Groups;
use super::setup::Place;
use crate::bus::{Bus, Message, Work};
use crate::queue::Queue;

const OVERFLOW: u32 = 1 << 31;

/// One of the two registers as the driver holds it: an index with its wrap bit, and bit 31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pointer {
    /// PROD.OVFLG or CONS.OVACKFLG.
    pub overflow: bool,
    /// Index and wrap bit.
    pub index: u32,
}

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

/// An entry, taken out of its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Event(EventRecord),
    PageRequest(PriMessage),
}

/// The consumer of one queue.
pub(super) struct Consumer {
    bus: Bus,
    queue: Queue,
    place: Place,
    /// What the driver last read from PROD.
    pub prod: Pointer,
    /// What it last wrote to CONS, or will write next.
    pub cons: Pointer,
    commands: Option<CommandQueue>,
    groups: Groups,
}

impl Consumer {
    /// Both registers zero, as the set-up has just written them. Without a Command queue nothing is answered or resumed.
    pub fn new(bus: Bus, queue: Queue, place: Place, commands: Option<CommandQueue>) -> Self {
        let (prod, cons) = Default::default();
        Self { bus, queue, place, prod, cons, commands, groups: Groups::default() }
    }

    /// Waits for the interrupt of the queue.
    pub async fn interrupt(&self) {
        self.bus.interrupt(self.queue.line()).await;
    }

    /// Empty as far as the driver knows.
    pub fn is_empty(&self) -> bool {
        self.prod.index == self.cons.index
    }

    /// Reads PROD. True when OVFLG differs from the copy: an overflow that the driver has not seen.
    pub async fn read_prod(&mut self) -> bool {
        let before = self.prod.overflow;
        let value = self.bus.read(self.queue.prod()).await;
        self.prod = Pointer::from_register(value, self.place.log2size);
        self.prod.overflow != before
    }

    /// Tells a person.
    pub fn report_overflow(&self) {
        self.bus.say(Message::Overflow(self.queue));
    }

    /// Takes the entry at the consumer index out of memory and steps the copy of CONS.
    pub async fn take(&mut self) -> Entry {
        let slot = self.cons.index & (wrapping_mask(self.place.log2size) >> 1);
        let address = self.place.base + u64::from(slot) * self.queue.entry_bytes();
        self.cons.index = (self.cons.index + 1) & wrapping_mask(self.place.log2size);
        match self.queue {
            Queue::Event => Entry::Event(self.bus.record(address).await),
            Queue::Pri => Entry::PageRequest(self.bus.page_request(address).await),
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

    /// Forgets the page requests whose Last has not come.
    pub fn discard_partial_groups(&mut self) {
        let groups = self.groups.clear();
        if groups > 0 {
            self.bus.say(Message::Discarded(groups));
        }
    }

    /// Writes the copy of CONS to the register.
    pub async fn write_cons(&self) {
        self.bus.write(self.queue.cons(), self.cons.register()).await;
    }

    /// Does what an entry asks for: prints an event and resumes its transaction, maps pages and answers their group.
    pub async fn handle(&mut self, entry: Entry) {
        match entry {
            Entry::Event(record) => {
                self.bus.say(Message::Event(record));
                if record.stall() {
                    self.issue(Command::resume(record.stream_id(), record.stag(), true, false)).await;
                }
            }
            Entry::PageRequest(message) => {
                if let Some(pages) = self.groups.add(message) {
                    self.answer(message, &pages).await;
                }
            }
        }
    }

    async fn answer(&self, last: PriMessage, pages: &[u64]) {
        let stream_id = last.stream_id();
        for &page in pages {
            self.bus.say(Message::Mapped { stream_id, page });
        }
        let substream = last.ssv().then_some(last.substream_id());
        self.issue(Command::pri_resp(stream_id, substream, last.prg_index(), Command::RESP_SUCCESS)).await;
    }

    async fn issue(&self, command: Command) {
        if let Some(commands) = &self.commands {
            let work = Work { commands: vec![command], wait: false };
            commands.issue(&self.bus, &work).await;
        }
    }
}
