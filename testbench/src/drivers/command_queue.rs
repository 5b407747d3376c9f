//! The Command queue as Linux fills it: under a lock, commands behind PROD, then one PROD write for all that fit; CONS is
//! polled for space and for the end of a CMD_SYNC, unless that one writes to memory when it ends.
//!
//! ```text
//! lock; for all commands: { while full: R CMDQ_CONS; store as many as fit; W CMDQ_PROD }
//! CMD_SYNC with MSI, IDR0.MSI: poll the word in memory; else: R CMDQ_CONS until it has reached PROD; unlock
//! ```

use std::cell::Cell;
use std::rc::Rc;

use smmuq_golden::{CmdqCons, Command, Register};

use super::setup::Place;
use crate::bus::{Bus, Message, Work};

/// Polls until Linux would give up. It takes a second there; here it is far longer than any memory takes.
const POLLS: u32 = 1_000;

/// Bytes of a command (Q2).
const BYTES: u64 = 16;

/// What the driver remembers: its copies of PROD and CONS, and how often it has polled in vain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Pointers {
    prod: u32,
    cons: u32,
    polls: u32,
}

/// A handle for everybody who issues commands.
#[derive(Clone)]
pub(super) struct CommandQueue {
    place: Place,
    msi: bool,
    pointers: Rc<Cell<Pointers>>,
}

impl CommandQueue {
    /// Both registers zero, as the set-up has just written them.
    pub fn new(place: Place, msi: bool) -> Self {
        Self { place, msi, pointers: Rc::default() }
    }

    /// What it remembers now. With one command in hand, this and the access it waits for say how it goes on.
    pub fn pointers(&self) -> Pointers {
        self.pointers.get()
    }

    /// Issues commands.
    pub async fn issue(&self, bus: &Bus, work: &Work) {
        bus.lock().await;
        let published = self.publish(bus, &work.commands).await;
        let sync = work.commands.last().filter(|command| command.opcode() == Command::SYNC);
        if published
            && work.wait
            && let Some(&sync) = sync
        {
            self.synchronize(bus, sync).await;
        }
        bus.unlock().await;
    }

    /// False when the queue stayed full.
    async fn publish(&self, bus: &Bus, mut commands: &[Command]) -> bool {
        while !commands.is_empty() {
            if !self.poll(bus, |queue| queue.space() > 0).await {
                return false;
            }
            let (now, later) = commands.split_at(commands.len().min(self.space()));
            let mut prod = self.pointers.get().prod;
            for &command in now {
                bus.store(self.address(prod), command).await;
                prod = (prod + 1) & self.mask();
            }
            self.pointers.set(Pointers { prod, ..self.pointers.get() });
            bus.write(Register::CmdqProd, prod).await;
            commands = later;
        }
        true
    }

    async fn synchronize(&self, bus: &Bus, sync: Command) {
        let completed = if self.msi && sync.signal() == Command::SIG_IRQ && sync.msi_address() != 0 {
            poll_word(bus, sync.msi_address(), sync.msi_data()).await
        } else {
            self.poll(bus, |queue| queue.pointers.get().cons == queue.pointers.get().prod).await
        };
        if completed {
            bus.say(Message::Synchronized);
        }
    }

    /// Reads CONS until a condition holds; it may hold before.
    async fn poll(&self, bus: &Bus, done: impl Fn(&Self) -> bool) -> bool {
        self.pointers.set(Pointers { polls: 0, ..self.pointers.get() });
        while !done(self) {
            let Pointers { prod, polls, .. } = self.pointers.get();
            if polls == POLLS {
                bus.say(Message::TimedOut);
                return false;
            }
            let cons = CmdqCons::from_bits(bus.read(Register::CmdqCons).await).rd() & self.mask();
            self.pointers.set(Pointers { prod, cons, polls: polls + 1 });
        }
        true
    }

    /// Where the command at an index lies.
    pub fn address(&self, index: u32) -> u64 {
        self.place.base + u64::from(index & (self.mask() >> 1)) * BYTES
    }

    fn space(&self) -> usize {
        let Pointers { prod, cons, .. } = self.pointers.get();
        let used = prod.wrapping_sub(cons) & self.mask();
        (self.place.entries() - u64::from(used)) as usize
    }

    fn mask(&self) -> u32 {
        (2 << self.place.log2size) - 1
    }
}

async fn poll_word(bus: &Bus, address: u64, wanted: u32) -> bool {
    for _ in 0..POLLS {
        if bus.word(address).await == wanted {
            return true;
        }
    }
    bus.say(Message::TimedOut);
    false
}

/// Issues what others ask for, one batch after the other.
pub(super) async fn produce(bus: Bus, commands: CommandQueue) {
    loop {
        let work = bus.work().await;
        commands.issue(&bus, &work).await;
    }
}
