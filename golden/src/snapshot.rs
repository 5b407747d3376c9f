//! What software and the system can see of the state.

use crate::{EventRecord, Owed, Register, Smmu};

/// The state as it can be seen from outside: two implementations that agree in all snapshots look
/// the same to software.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What software reads in each register of [`Register::ALL`], in that order.
    pub registers: [u32; 14],
    /// The entry before WR, with its byte address, if the queue is not empty and this model
    /// published the entry.
    pub newest: Option<(u64, EventRecord)>,
    /// Interrupts not seen yet.
    pub owed: Owed,
}

impl Smmu {
    /// The state as it can be seen from outside.
    pub fn snapshot(&self) -> Snapshot {
        let registers = Register::ALL.map(|register| self.register(register));
        Snapshot { registers, newest: self.newest(), owed: self.owed }
    }

    fn newest(&self) -> Option<(u64, EventRecord)> {
        if self.fill().is_empty() {
            return None;
        }
        let queue = self.eventq();
        let address = queue.address(queue.previous(self.wr()));
        self.published.get(&address).map(|record| (address, *record))
    }
}
