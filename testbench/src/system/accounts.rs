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

#[cfg(test)]
mod tests {
    use smmuq_golden::{EventRecord, Hold, Idr1, Kind, Loss, PriLoss};

    use super::*;

    /// Every register 0 but for these, and IDR1, which has the largest queues.
    fn registers(values: &[(Register, u32)]) -> Registers {
        let mut registers = Registers([0; Register::ALL.len()]);
        let idr1 = Idr1::new().with_eventqs(19).with_priqs(19).into_bits();
        for &(register, value) in [(Register::Idr1, idr1)].iter().chain(values) {
            registers.0[register as usize] = value;
        }
        registers
    }

    /// Four entries, so that pointers count from 0 to 7, with this PROD and these enables.
    fn queue(queue: Queue, prod: u32, cr0: u32, cr0ack: u32) -> Registers {
        let enables = [(Register::Cr0, cr0), (Register::Cr0Ack, cr0ack)];
        registers(&[(queue.base_lo(), 2), (queue.prod(), prod), enables[0], enables[1]])
    }

    fn written(register: Register) -> Meaning {
        Meaning::Written { offset: register.offset(), value: 0 }
    }

    /// What is counted as written and as overflows when PROD goes from one value to another.
    fn counted(of: Queue, prod: (u32, u32), cr0: u32, cr0ack: u32, meanings: &[Meaning]) -> (u64, u64) {
        let followed = Followed { meanings: meanings.to_vec(), registers: queue(of, prod.1, cr0, cr0ack) };
        let mut accounts = Accounts::default();
        accounts.follow(&queue(of, prod.0, cr0, cr0ack), &followed);
        let (counts, other) = match of {
            Queue::Event => (accounts.event, accounts.pri),
            Queue::Pri => (accounts.pri, accounts.event),
        };
        assert_eq!(other, Counts::default());
        (counts.written, counts.overflows)
    }

    #[test]
    fn what_prod_comes_to_cover_is_written() {
        for (of, enable) in [(Queue::Event, 0b100), (Queue::Pri, 0b010)] {
            assert_eq!(counted(of, (3, 5), enable, enable, &[]), (2, 0));
            assert_eq!(counted(of, (7, 0), enable, enable, &[]), (1, 0)); // Q3
            assert_eq!(counted(of, (5, 5), enable, enable, &[]), (0, 0));
            assert_eq!(counted(of, (5, 0x8000_0005), enable, enable, &[]), (0, 1));
            assert_eq!(counted(of, (0x8000_0005, 6), enable, enable, &[]), (1, 1));
        }
    }

    /// E3: software moves PROD only while the enable is 0 in CR0 and in CR0ACK.
    #[test]
    fn e3_what_software_writes_to_prod_is_not_written_by_the_block() {
        for (of, enable) in [(Queue::Event, 0b100), (Queue::Pri, 0b010)] {
            for register in [of.prod(), of.base_lo()] {
                let software = [written(Register::Cr1), written(register)];
                assert_eq!(counted(of, (3, 0x8000_0005), 0, 0, &software), (0, 0));
                for (cr0, cr0ack) in [(enable, 0), (0, enable), (enable, enable)] {
                    assert_eq!(counted(of, (3, 0x8000_0005), cr0, cr0ack, &software), (2, 1));
                }
            }
            // Nobody else may move it: it counts, and is then one entry too many.
            assert_eq!(counted(of, (3, 4), 0, 0, &[written(of.cons())]), (1, 0));
        }
    }

    #[test]
    fn each_loss_is_dropped_once_in_its_queue() {
        let dropped = Meaning::Decided {
            kind: Kind::Terminated,
            decision: Decision::Dropped(Loss::Full { toggled: true }),
        };
        let lost = Meaning::Completed(Completion::Lost { flagged: false });
        let kept = Meaning::Decided { kind: Kind::Stalled, decision: Decision::Recorded { address: 0 } };
        let published =
            Completion::Published { address: 0, record: EventRecord::default(), interrupt: false };
        let event = [dropped, lost, kept, Meaning::Completed(published)];
        let loss = PriLoss::Overflow { toggled: true };
        let dropped = Meaning::DecidedPri(PriDecision::Dropped { loss, response: None });
        let lost = Meaning::CompletedPri(PriCompletion::Lost { flagged: false, response: None });
        let held = Meaning::DecidedPri(PriDecision::Held(Hold::NoFreeSlot));
        let pri = [dropped, lost, lost, held];
        let mut accounts = Accounts::default();
        for _ in 0..2 {
            let meanings = event.into_iter().chain(pri).collect();
            accounts.follow(&registers(&[]), &Followed { meanings, registers: registers(&[]) });
        }
        assert_eq!((accounts.event.dropped, accounts.pri.dropped), (4, 6));
    }

    /// EV6: from the cycle in which OVFLG differs from OVACKFLG to that of the acknowledge.
    #[test]
    fn ev6_the_time_of_an_unacknowledged_overflow() {
        let (none, overflow) = (registers(&[]), registers(&[(Register::EventqProd, 1 << 31)]));
        let acknowledged = registers(&[(Register::EventqProd, 1 << 31), (Register::EventqCons, 1 << 31)]);
        let mut accounts = Accounts::default();
        for (now, registers, unacknowledged) in [
            (10, &none, 0),
            (25, &overflow, 15),
            (27, &overflow, 17),
            (90, &acknowledged, 17),
            (91, &overflow, 18),
        ] {
            accounts.pass_time(now, registers);
            assert_eq!(accounts.unacknowledged, unacknowledged);
        }
    }

    #[test]
    fn what_is_on_its_way_and_what_waits() {
        let mut smmu = Smmu::new(Default::default());
        let mut devices = Devices::new(1);
        devices.offer(Kind::Terminated, 5);
        devices.offer(Kind::Stalled, 3);
        devices.request_pages(&Default::default(), 4);
        devices.terminated.accepted();
        devices.terminated.accepted();
        devices.page_requests.accepted();
        smmu.in_flight.extend([smmuq_golden::InFlight { address: 0, record: EventRecord::default() }; 2]);
        smmu.pri_in_flight.extend([smmuq_golden::InFlight { address: 0, record: Default::default() }]);
        let mut accounts = Accounts::default();
        accounts.take_stock(&smmu, &devices);
        let event = Counts { offered: 8, in_flight: 2, held: 6, ..Counts::default() };
        assert_eq!(accounts.event, event);
        let pri = Counts { offered: 4, in_flight: 1, held: 3, ..Counts::default() };
        assert_eq!(accounts.pri, pri);
    }

    #[test]
    fn every_entry_is_somewhere() {
        let counts = Counts { offered: 17, written: 2, dropped: 3, in_flight: 5, held: 7, overflows: 1 };
        assert!(conserved(&counts));
        assert!(!conserved(&Counts { offered: 18, ..counts }));
        assert!(!conserved(&Counts { written: 1, ..counts }));
    }
}
