//! What software and the system can see of the state.

use crate::{EventRecord, Owed, PriMessage, Register, Smmu};

/// The state as it can be seen from outside: two implementations that agree in all snapshots look
/// the same to software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What software reads in each register of [`Register::ALL`], in that order.
    pub registers: [u32; 36],
    /// The Event queue entry before WR, with its byte address, if the queue is not empty and this
    /// model published the entry.
    pub newest: Option<(u64, EventRecord)>,
    /// The PRI queue entry before WR, with its byte address, if the queue is not empty and this
    /// model published the entry.
    pub newest_pri: Option<(u64, PriMessage)>,
    /// Wired interrupts and wake-up events not seen yet.
    pub owed: Owed,
}

impl Smmu {
    /// The state as it can be seen from outside.
    pub fn snapshot(&self) -> Snapshot {
        let registers = Register::ALL.map(|register| self.register(register));
        Snapshot { registers, newest: self.newest(), newest_pri: self.newest_pri(), owed: self.owed }
    }

    fn newest(&self) -> Option<(u64, EventRecord)> {
        let address = self.event_queue().newest()?;
        self.published.get(&address).map(|record| (address, *record))
    }

    fn newest_pri(&self) -> Option<(u64, PriMessage)> {
        let address = self.pri_queue().newest()?;
        self.pri_published.get(&address).map(|message| (address, *message))
    }
}
