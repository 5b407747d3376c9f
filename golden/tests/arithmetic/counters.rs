//! The definitions: a queue as arithmetic on unbounded counters.

use std::collections::VecDeque;

use smmuq_golden::Response;

/// OVFLG and OVACKFLG.
const FLAG: u32 = 0x8000_0000;

/// An output queue. `T` is a record or message; entry k is the k-th since the beginning of time.
#[derive(Clone, Debug)]
pub struct Counters<T> {
    /// Number of entries, 2^n (Q1).
    pub size: u64,
    /// Entries that PROD covers (V1).
    pub written: u64,
    /// Entries that software says it has read.
    pub read: u64,
    /// The newest entries up to `written`, the oldest first: those that are not read and were not there at the
    /// start. UNKNOWN once software is not lawful (Q14).
    pub unread: VecDeque<T>,
    /// Whether software has only ever read what was written (Q14).
    pub lawful: bool,
    /// Committed and without a response, the oldest first (V5).
    pub in_flight: VecDeque<T>,
    /// Entries of a group that are lost in an abort, while others of it have no response yet (EA2).
    pub lost: u64,
    /// Times that OVFLG toggled.
    pub toggles: u64,
    /// Those that software acknowledged; one more where it acknowledged what did not happen (14.5).
    pub acknowledges: u64,
    /// Times that the abort error was flagged, and how many software acknowledged (G1).
    pub errors: u64,
    pub errors_acknowledged: u64,
    /// The enable in CR0 and in CR0ACK (E1).
    pub enable: bool,
    pub enable_acknowledged: bool,
}

/// What stands in the way of an entry, the first that applies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Door {
    /// The enable is 0 (E6, E7).
    Disabled,
    /// An error is about to be flagged, and decides then (EA2).
    Aborting,
    /// The abort error is active (EV1, P1), full or not (14.3).
    AbortError,
    /// The queue is full (Q4), or its state inconsistent (Q6).
    Full,
    /// As many are in flight as PROD shows free (V6, V7, Q8).
    NoFreeSlot,
    /// Nothing: it goes to this slot (Q8).
    Open { slot: u64 },
}

/// What a response of the memory means.
#[derive(Debug, PartialEq)]
pub enum Answered<T> {
    /// Entry `number` is visible (V1).
    Published { entry: T, number: u64, was_empty: bool },
    /// The entry is lost, and the error flagged or not (EA2).
    Lost { entry: T, flagged: bool },
}

impl<T: Copy> Counters<T> {
    /// A queue with `written - read` entries from before, disabled, without overflow or error.
    pub fn new(log2size: u32, written: u64, read: u64) -> Self {
        Counters {
            size: 1 << log2size,
            written,
            read,
            unread: VecDeque::new(),
            lawful: true,
            in_flight: VecDeque::new(),
            lost: 0,
            toggles: 0,
            acknowledges: 0,
            errors: 0,
            errors_acknowledged: 0,
            enable: false,
            enable_acknowledged: false,
        }
    }

    /// Entries in the queue; none if there cannot be so many, or less than none (Q5).
    pub fn used(&self) -> Option<u64> {
        self.written.checked_sub(self.read).filter(|used| *used <= self.size)
    }

    /// The number of the oldest entry in flight. One that is lost takes its number along (Q8).
    pub fn oldest(&self) -> u64 {
        self.written + self.lost
    }

    /// The number of the next entry to commit.
    pub fn next(&self) -> u64 {
        self.oldest() + self.in_flight.len() as u64
    }

    /// OVF (EV4, P5).
    pub fn overflow_active(&self) -> bool {
        self.toggles != self.acknowledges
    }

    /// EVENTQ_ABT_ERR or PRIQ_ABT_ERR (G1).
    pub fn error_active(&self) -> bool {
        self.errors != self.errors_acknowledged
    }

    /// Whether an error waits for the last response of a group (EA2).
    pub fn aborting(&self) -> bool {
        self.lost > 0
    }

    /// What an entry finds that comes now.
    pub fn door(&self) -> Door {
        let free = self.used().map_or(0, |used| self.size - used);
        if !(self.enable && self.enable_acknowledged) {
            Door::Disabled
        } else if self.aborting() {
            Door::Aborting
        } else if self.error_active() {
            Door::AbortError
        } else if free == 0 {
            Door::Full
        } else if self.in_flight.len() as u64 >= free {
            Door::NoFreeSlot
        } else {
            Door::Open { slot: self.next() % self.size }
        }
    }

    /// An entry is lost in an overflow; whether OVFLG toggles: never twice without an acknowledge (EV4, P5).
    pub fn overflow(&mut self) -> bool {
        let toggles = !self.overflow_active();
        self.toggles += u64::from(toggles);
        toggles
    }

    /// The oldest in flight has its response; none if there is none.
    pub fn respond(&mut self, response: Response) -> Option<Answered<T>> {
        let entry = self.in_flight.pop_front()?;
        if response == Response::Okay && !self.aborting() {
            return Some(self.publish(entry));
        }
        let flagged = self.in_flight.is_empty();
        if flagged {
            self.errors += 1;
            self.lost = 0;
        } else {
            self.lost += 1;
        }
        Some(Answered::Lost { entry, flagged })
    }

    fn publish(&mut self, entry: T) -> Answered<T> {
        let (number, was_empty) = (self.written, self.used() == Some(0));
        self.written += 1;
        if self.lawful {
            self.unread.push_back(entry);
        }
        // Entries in flight fill a queue further that software has moved back. Pointers of n+1 bits cannot tell
        // two sizes from none.
        if self.written == self.read + 2 * self.size {
            self.read = self.written;
        }
        Answered::Published { entry, number, was_empty }
    }

    /// Software writes CONS: it says that it has read `read` entries, and that it knows of all overflows or that
    /// it does not.
    pub fn consume(&mut self, read: u64, acknowledge: bool) {
        self.lawful &= self.read <= read && read <= self.written;
        self.read = read;
        if self.lawful {
            let left = (self.written - read) as usize;
            self.unread.drain(..self.unread.len().saturating_sub(left));
        } else {
            self.unread.clear();
        }
        if acknowledge {
            self.acknowledges = self.toggles;
        } else if !self.overflow_active() {
            self.acknowledges = self.toggles + 1; // 14.5
        }
    }

    /// PROD: WR and OVFLG (Q1, Q12).
    pub fn prod(&self) -> u32 {
        self.pointer(self.written) | flag(self.toggles)
    }

    /// CONS: RD and OVACKFLG (Q1, Q12).
    pub fn cons(&self) -> u32 {
        self.pointer(self.read) | flag(self.acknowledges)
    }

    fn pointer(&self, entries: u64) -> u32 {
        (entries % (2 * self.size)) as u32
    }
}

/// A flag that toggles shows whether the count is odd.
fn flag(count: u64) -> u32 {
    if count % 2 == 1 { FLAG } else { 0 }
}
