//! What PROD of an output queue shows: never more than memory has accepted (V1).

use std::collections::VecDeque;

use super::axi::Answered;
use super::report::Report;
use super::shown::{Queue, Shown};

/// What PROD came to show in a cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Published {
    pub entries: u32,
    /// The queue went from empty to non-empty (I2).
    pub from_empty: bool,
    /// Entries that, as PRI messages, have Last set (I3).
    pub last: u32,
}

/// Watches PROD of one queue.
pub(super) struct Publication {
    pub queue: Queue,
    /// What memory has accepted and PROD does not show yet.
    accepted: VecDeque<Answered>,
    /// An abort is under way: what is answered meanwhile is lost (EA2).
    aborting: bool,
    /// There was an abort.
    aborted: bool,
}

impl Publication {
    pub fn new(queue: Queue) -> Self {
        Self { queue, accepted: VecDeque::new(), aborting: false, aborted: false }
    }

    /// A write was answered; others of this queue may still be under way.
    pub fn answered(&mut self, answered: &Answered, under_way: bool) {
        self.aborting |= !answered.okay;
        self.aborted |= !answered.okay;
        if !self.aborting {
            self.accepted.push_back(*answered);
        }
        self.aborting &= under_way;
    }

    /// Whether PROD may rightly advance, or wrongly, over what was lost.
    pub fn expects(&self) -> bool {
        self.aborted || !self.accepted.is_empty()
    }

    /// A cycle has passed, in which software wrote the register at this offset.
    pub fn shown(
        &mut self,
        before: &Shown,
        now: &Shown,
        written: Option<u32>,
        report: &mut Report,
    ) -> Published {
        let published = if self.queue.rewritten(before, written, self.queue.prod) {
            Published::default()
        } else {
            self.advanced(before, now, report)
        };
        // E5, E7: a disable is acknowledged when all that is to be visible is.
        if !now.enabled(self.queue.enable) {
            self.accepted.clear();
        }
        published
    }

    fn advanced(&mut self, before: &Shown, now: &Shown, report: &mut Report) -> Published {
        let from = self.queue.wr(before);
        let entries = self.queue.distance(now, from, self.queue.wr(now));
        let mut last = 0;
        for pointer in from..from + entries {
            let slot = self.queue.slot(now, pointer);
            let record = self.record_of(slot);
            if record.map(|record| record.address) != Some(slot) {
                let written = record.map_or("none".to_owned(), |record| format!("{:#x}", record.address));
                let name = self.queue.name;
                report.complain(format!(
                    "V1: {name}_PROD shows the slot at {slot:#x}, memory has accepted: {written}"
                ));
                break;
            }
            last += u32::from(record.is_some_and(|record| record.last));
        }
        // Software may have moved CONS in the same cycle: the queue was empty if either order makes it so.
        let passes = |rd| self.queue.distance(now, from, rd) < entries;
        Published { entries, from_empty: passes(self.queue.rd(before)) || passes(self.queue.rd(now)), last }
    }

    /// The oldest record that memory has accepted. After an abort some may be lost that were not on the bus yet when it
    /// came (EA2): those are of other slots.
    fn record_of(&mut self, slot: u64) -> Option<Answered> {
        loop {
            let record = self.accepted.pop_front()?;
            if record.address == slot || !self.aborted {
                return Some(record);
            }
        }
    }
}
