//! What became of each record and message, counted at every step.

use smmuq_golden::{Completion, Cr0, Decision, PriCompletion, PriDecision, Register, Smmu};

use crate::devices::Devices;
use crate::lockstep::Followed;
use crate::meaning::Meaning;
use crate::outcome::Counts;
use crate::queue::Queue;
use crate::target::Registers;
use crate::timeline::{State, pointer_bits};

/// The counts of both queues.
#[derive(Default)]
pub(super) struct Accounts {
    pub event: Counts,
    pub pri: Counts,
    /// Cycles in which the Event queue had an overflow that was not acknowledged.
    pub unacknowledged: u64,
    /// Up to which cycle they are counted.
    counted: u64,
}

impl Accounts {
    /// Counts what the registers of the target show, so that nothing depends on the golden model's word alone.
    pub fn follow(&mut self, before: &Registers, followed: &Followed) {
        for queue in Queue::ALL {
            let counts = match queue {
                Queue::Event => &mut self.event,
                Queue::Pri => &mut self.pri,
            };
            count_published(counts, queue, before, followed);
            counts.dropped += followed.meanings.iter().filter(|meaning| loses(queue, meaning)).count() as u64;
        }
    }

    /// Counts the cycles up to this one, in which the registers showed these values.
    pub fn pass_time(&mut self, now: u64, registers: &Registers) {
        if State::new(Queue::Event, registers).overflow_active() {
            self.unacknowledged += now - self.counted;
        }
        self.counted = now;
    }

    /// Counts what is on its way, and what waits at a port.
    pub fn take_stock(&mut self, golden: &Smmu, devices: &Devices) {
        let Devices { terminated, stalled, page_requests, .. } = devices;
        self.event.offered = terminated.offered() + stalled.offered();
        self.event.held = terminated.waiting() + stalled.waiting();
        self.event.in_flight = golden.in_flight.len() as u64;
        self.pri.offered = page_requests.offered();
        self.pri.held = page_requests.waiting();
        self.pri.in_flight = golden.pri_in_flight.len() as u64;
    }
}

fn count_published(counts: &mut Counts, queue: Queue, before: &Registers, followed: &Followed) {
    let Followed { meanings, registers } = followed;
    let enabled = |register| queue.enable(Cr0::from_bits(before.get(register)));
    let guarded = enabled(Register::Cr0) || enabled(Register::Cr0Ack);
    let programs = [queue.prod(), queue.base_lo()].map(Register::offset);
    let software =
        |meaning: &Meaning| matches!(meaning, Meaning::Written { offset, .. } if programs.contains(offset));
    // E3: nothing moves WR but the block while the enable counts as 1, and nothing but software otherwise.
    if guarded || !meanings.iter().any(software) {
        let mask = (1 << pointer_bits(queue, registers)) - 1;
        let [before, after] = [before, registers].map(|each| State::new(queue, each));
        counts.written += u64::from(after.prod.wrapping_sub(before.prod) & mask);
        counts.overflows += u64::from(after.ovflg != before.ovflg);
    }
}

fn loses(queue: Queue, meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Decided { decision: Decision::Dropped(_), .. }
        | Meaning::Completed(Completion::Lost { .. }) => queue == Queue::Event,
        Meaning::DecidedPri(PriDecision::Dropped { .. })
        | Meaning::CompletedPri(PriCompletion::Lost { .. }) => queue == Queue::Pri,
        _ => false,
    }
}

/// Whether nothing has appeared or vanished.
pub(super) fn conserved(counts: &Counts) -> bool {
    let &Counts { offered, written, dropped, in_flight, held, .. } = counts;
    offered == written + in_flight + dropped + held
}
