//! The Event queue (7.2): what becomes of a record, and of its write.

use alloc::vec::Vec;

use crate::gerror::GlobalError;
use crate::interrupts::IrqSource;
use crate::queue::Fill;
use crate::{Completion, Decision, EventRecord, Hold, InFlight, Kind, Loss, Response, Smmu, StepError};

impl Smmu {
    /// How full the Event queue is to an observer of PROD and CONS: a record in flight is not yet
    /// part of the queue (V7).
    pub fn fill(&self) -> Fill {
        self.event_queue().fill()
    }

    /// Whether an overflow of the Event queue is unacknowledged: OVFLG differs from OVACKFLG (EV4,
    /// EV6).
    pub fn overflow_active(&self) -> bool {
        self.eventq_prod.ovflg() != self.eventq_cons.ovackflg()
    }

    /// A record comes (EV1, EV3, ST2): it is committed, lost, or has to wait. Waiting leaves the
    /// state unchanged.
    pub fn decide(&mut self, kind: Kind, record: EventRecord) -> Decision {
        match kind {
            Kind::Terminated => self.decide_terminated(record),
            Kind::Stalled => self.decide_stalled(record),
        }
    }

    fn decide_terminated(&mut self, record: EventRecord) -> Decision {
        if !self.eventq_enabled() {
            // E6: discarded, and no overflow.
            Decision::Dropped(Loss::Disabled)
        } else if self.aborting {
            // EA2: the error is flagged after all outstanding writes, and then decides.
            Decision::Held(Hold::Aborting)
        } else if self.error_active(GlobalError::EventqAbt) {
            // EA4: not lost because the queue is full, hence no overflow, even if it is full too.
            Decision::Dropped(Loss::AbortError)
        } else if self.fill().is_full() {
            Decision::Dropped(Loss::Full { toggled: self.overflow() })
        } else {
            self.commit(record)
        }
    }

    /// A stall record is never lost and never an overflow (ST1): whenever a terminated one would
    /// not be written, it waits (ST2).
    fn decide_stalled(&mut self, record: EventRecord) -> Decision {
        if !self.parameters.stall {
            Decision::Held(Hold::NoStallModel)
        } else if !self.eventq_enabled() {
            Decision::Held(Hold::Disabled)
        } else if self.aborting {
            Decision::Held(Hold::Aborting)
        } else if self.error_active(GlobalError::EventqAbt) {
            Decision::Held(Hold::AbortError)
        } else if self.fill().is_full() {
            Decision::Held(Hold::Full)
        } else {
            self.commit(record)
        }
    }

    /// A record is lost because the queue is full: OVFLG toggles unless an overflow is active
    /// already (EV4). Nothing else changes (EV5). Returns whether it toggled.
    fn overflow(&mut self) -> bool {
        let toggles = !self.overflow_active();
        if toggles {
            self.eventq_prod.set_ovflg(!self.eventq_prod.ovflg());
        }
        toggles
    }

    /// The record is certain to be written (V5), behind those in flight (Q8). If these will take
    /// every slot that PROD shows as free, one more is neither written (Q8) nor an overflow, since
    /// no one can see the queue full yet (V6, V7).
    fn commit(&mut self, record: EventRecord) -> Decision {
        let Some(address) = self.event_queue().slot_behind(self.in_flight.len()) else {
            return Decision::Held(Hold::NoFreeSlot);
        };
        // From here on no one knows what the slot holds.
        self.published.remove(&address);
        self.in_flight.push_back(InFlight { address, record });
        Decision::Recorded { address }
    }

    /// The write of the oldest event record in flight has its response.
    ///
    /// # Errors
    /// [`StepError::NothingInFlight`] if there is none.
    pub fn respond(&mut self, response: Response) -> Result<Completion, StepError> {
        let oldest = self.in_flight.pop_front().ok_or(StepError::NothingInFlight)?;
        self.commands.event_answered(response);
        if response == Response::Error {
            self.aborting = true;
        }
        Ok(if self.aborting { self.lose() } else { self.publish(oldest) })
    }

    /// The data is visible, so PROD may show it (V1).
    fn publish(&mut self, InFlight { address, record }: InFlight) -> Completion {
        let queue = self.event_queue();
        // Q3, Q12: index and wrap flag in one update, bits above them zero; OVFLG stays.
        self.eventq_prod.set_wr(queue.layout.field(queue.layout.next(queue.wr)));
        self.published.insert(address, record);
        // I2: only a queue that goes from empty to non-empty gives an interrupt.
        let interrupt = queue.fill().is_empty() && self.raise(IrqSource::Eventq);
        Completion::Published { address, record, interrupt }
    }

    /// A record is lost in an abort; PROD stays. After the last response that is outstanding the
    /// error is flagged (EA2), unless it is active already (G1).
    fn lose(&mut self) -> Completion {
        if !self.in_flight.is_empty() {
            return Completion::Lost { flagged: false };
        }
        self.aborting = false;
        self.commands.event_abort_flagged();
        Completion::Lost { flagged: self.activate(GlobalError::EventqAbt) }
    }

    /// The Event queue from RD to WR: the byte address of each entry, and its record if this model
    /// published it there. In an inconsistent state (Q5) some entries come twice.
    pub fn entries(&self) -> Vec<(u64, Option<EventRecord>)> {
        let entry = |address| (address, self.published.get(&address).copied());
        self.event_queue().addresses().map(entry).collect()
    }
}
