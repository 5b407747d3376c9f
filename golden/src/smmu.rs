//! The state of the SMMU that the queues see, and one function per architectural step.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use crate::queue::{Fill, Layout, Position, effective_log2size};
use crate::{
    Completion, Cr0, Decision, EventRecord, Gerror, Hold, IrqCtrl, Kind, Line, Loss, Parameters, QueueBase,
    QueueCons, QueueProd, Response, StepError,
};

/// A committed record whose write has no response yet (V5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InFlight {
    /// Byte address it is written to.
    pub address: u64,
    /// The record.
    pub record: EventRecord,
}

/// Interrupts that have a cause and were not seen yet. Causes of the same line coalesce (I8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owed {
    /// An Event queue interrupt (I2).
    pub eventq: bool,
    /// A GERROR interrupt (G4).
    pub gerror: bool,
}

/// The state, plain and public. Each method is one architectural step or a question about the
/// state; nothing else changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Smmu {
    /// What the implementation chose; [`Smmu::new`] sees to it that the architecture allows it.
    pub parameters: Parameters,
    /// CR0 as written (6.3.9).
    pub cr0: Cr0,
    /// CR0ACK (6.3.9).
    pub cr0ack: Cr0,
    /// IRQ_CTRL as written (6.3.16).
    pub irq_ctrl: IrqCtrl,
    /// IRQ_CTRLACK (6.3.16).
    pub irq_ctrlack: IrqCtrl,
    /// GERROR (6.3.19).
    pub gerror: Gerror,
    /// GERRORN as written (6.3.20).
    pub gerrorn: Gerror,
    /// EVENTQ_BASE as written (6.3.29).
    pub eventq_base: QueueBase,
    /// EVENTQ_PROD (6.3.95). Bits of WR above the wrap flag can be set here; no use of it sees them
    /// (Q12).
    pub eventq_prod: QueueProd,
    /// EVENTQ_CONS as written (6.3.96).
    pub eventq_cons: QueueCons,
    /// Committed records without a response, the oldest first (V5).
    pub in_flight: VecDeque<InFlight>,
    /// A write aborted, and others of its group have no response yet (EA2).
    pub aborting: bool,
    /// Interrupts not seen yet.
    pub owed: Owed,
    /// What this model published, by byte address.
    pub published: BTreeMap<u64, EventRecord>,
}

impl Smmu {
    /// The state after reset. What the architecture leaves UNKNOWN is 0 (R1). Parameters that the
    /// architecture does not allow become the nearest allowed ones.
    pub fn new(parameters: Parameters) -> Smmu {
        Smmu {
            parameters: parameters.legal(),
            cr0: Cr0::new(),
            cr0ack: Cr0::new(),
            irq_ctrl: IrqCtrl::new(),
            irq_ctrlack: IrqCtrl::new(),
            gerror: Gerror::new(),
            gerrorn: Gerror::new(),
            eventq_base: QueueBase::new(),
            eventq_prod: QueueProd::new(),
            eventq_cons: QueueCons::new(),
            in_flight: VecDeque::new(),
            aborting: false,
            owed: Owed::default(),
            published: BTreeMap::new(),
        }
    }

    /// Size and place of the Event queue in use (Q9, Q11).
    pub fn eventq(&self) -> Layout {
        let implemented = self.parameters.event_qs;
        let log2size = effective_log2size(self.eventq_base.log2size(), implemented);
        Layout::new(log2size, self.eventq_base.addr() << 5, self.parameters.oas)
    }

    /// The position PROD shows.
    pub fn wr(&self) -> Position {
        self.eventq().position(self.eventq_prod.wr())
    }

    /// The position CONS shows.
    pub fn rd(&self) -> Position {
        self.eventq().position(self.eventq_cons.rd())
    }

    /// How full the Event queue is to an observer of PROD and CONS: a record in flight is not yet
    /// part of the queue (V7).
    pub fn fill(&self) -> Fill {
        self.eventq().fill(self.wr(), self.rd())
    }

    /// Whether the Event queue is enabled. A change of CR0.EVENTQEN from 0 to 1 takes effect at
    /// the acknowledge and one from 1 to 0 at the write, of the points that E1 leaves open.
    pub fn eventq_enabled(&self) -> bool {
        self.cr0.eventqen() && self.cr0ack.eventqen()
    }

    /// Whether EVENTQEN counts as 1 for the guard of EVENTQ_BASE and EVENTQ_PROD: it does when it
    /// is 1 in either of CR0 and CR0ACK (E1, E3).
    pub fn eventq_guarded(&self) -> bool {
        self.cr0.eventqen() || self.cr0ack.eventqen()
    }

    /// Whether an overflow is unacknowledged: OVFLG differs from OVACKFLG (EV4, EV6).
    pub fn overflow_active(&self) -> bool {
        self.eventq_prod.ovflg() != self.eventq_cons.ovackflg()
    }

    /// Whether EVENTQ_ABT_ERR is active: GERROR differs from GERRORN (G1).
    pub fn abort_error_active(&self) -> bool {
        self.gerror.eventq_abt_err() != self.gerrorn.eventq_abt_err()
    }

    /// Whether Event queue interrupts are enabled, before and after the Update (I4, I5).
    pub fn eventq_irq_enabled(&self) -> bool {
        self.irq_ctrl.eventq_irqen() && self.irq_ctrlack.eventq_irqen()
    }

    /// Whether GERROR interrupts are enabled, before and after the Update (I4, I5).
    pub fn gerror_irq_enabled(&self) -> bool {
        self.irq_ctrl.gerror_irqen() && self.irq_ctrlack.gerror_irqen()
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
        } else if self.abort_error_active() {
            // EA4: not lost because the queue is full, hence no overflow, even if it is full too.
            Decision::Dropped(Loss::AbortError)
        } else if self.fill().is_full() {
            Decision::Dropped(Loss::Full { toggled: self.overflow() })
        } else if self.every_free_slot_taken() {
            Decision::Held(Hold::NoFreeSlot)
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
        } else if self.abort_error_active() {
            Decision::Held(Hold::AbortError)
        } else if self.fill().is_full() {
            Decision::Held(Hold::Full)
        } else if self.every_free_slot_taken() {
            Decision::Held(Hold::NoFreeSlot)
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

    /// Whether the records in flight will take every slot that PROD shows as free. One more is
    /// neither written (Q8) nor an overflow, since no one can see the queue full yet (V6, V7).
    fn every_free_slot_taken(&self) -> bool {
        self.in_flight.len() >= self.fill().free(self.eventq().entries()) as usize
    }

    /// The record is certain to be written (V5), behind those in flight (Q8).
    fn commit(&mut self, record: EventRecord) -> Decision {
        let queue = self.eventq();
        let position = self.in_flight.iter().fold(self.wr(), |position, _| queue.next(position));
        let address = queue.address(position);
        // From here on no one knows what the slot holds.
        self.published.remove(&address);
        self.in_flight.push_back(InFlight { address, record });
        Decision::Recorded { address }
    }

    /// The write of the oldest record in flight has its response.
    ///
    /// # Errors
    /// [`StepError::NothingInFlight`] if there is none.
    pub fn respond(&mut self, response: Response) -> Result<Completion, StepError> {
        let oldest = self.in_flight.pop_front().ok_or(StepError::NothingInFlight)?;
        if response == Response::Error {
            self.aborting = true;
        }
        Ok(if self.aborting { self.lose() } else { self.publish(oldest) })
    }

    /// The data is visible, so PROD may show it (V1).
    fn publish(&mut self, InFlight { address, record }: InFlight) -> Completion {
        let queue = self.eventq();
        // I2: only a queue that goes from empty to non-empty gives an interrupt. I5: only an
        // interrupt that is enabled by now.
        let interrupt = self.fill().is_empty() && self.eventq_irq_enabled();
        // Q3, Q12: index and wrap flag in one update, bits above them zero; OVFLG stays.
        self.eventq_prod.set_wr(queue.field(queue.next(self.wr())));
        self.published.insert(address, record);
        self.owed.eventq |= interrupt;
        Completion::Published { address, record, interrupt }
    }

    /// A record is lost in an abort; PROD stays. After the last response that is outstanding the
    /// error is flagged (EA2), unless it is active already (G1).
    fn lose(&mut self) -> Completion {
        let last = self.in_flight.is_empty();
        let flagged = last && !self.abort_error_active();
        if last {
            self.aborting = false;
        }
        if flagged {
            self.gerror.set_eventq_abt_err(!self.gerror.eventq_abt_err());
            self.owed.gerror |= self.gerror_irq_enabled(); // G4
        }
        Completion::Lost { flagged }
    }

    /// The Update of CR0 completes: CR0ACK takes its value (E1).
    ///
    /// # Errors
    /// [`StepError::NothingToAcknowledge`] if they are equal, also because software took the change
    /// back (E2). [`StepError::RecordsInFlight`] for a disable before all committed records are
    /// visible and any abort is flagged (E5).
    pub fn acknowledge_cr0(&mut self) -> Result<(), StepError> {
        if self.cr0 == self.cr0ack {
            return Err(StepError::NothingToAcknowledge);
        }
        // An abort is unflagged only as long as records are in flight.
        if !self.cr0.eventqen() && !self.in_flight.is_empty() {
            return Err(StepError::RecordsInFlight);
        }
        self.cr0ack = self.cr0;
        Ok(())
    }

    /// The Update of IRQ_CTRL completes: IRQ_CTRLACK takes its value (I4).
    ///
    /// # Errors
    /// [`StepError::NothingToAcknowledge`] if they are equal. [`StepError::InterruptOwed`] for a
    /// disable while an interrupt of that line is owed: none may come later (I6).
    pub fn acknowledge_irq_ctrl(&mut self) -> Result<(), StepError> {
        if self.irq_ctrl == self.irq_ctrlack {
            return Err(StepError::NothingToAcknowledge);
        }
        let eventq_too_late = self.owed.eventq && !self.irq_ctrl.eventq_irqen();
        let gerror_too_late = self.owed.gerror && !self.irq_ctrl.gerror_irqen();
        if eventq_too_late || gerror_too_late {
            return Err(StepError::InterruptOwed);
        }
        self.irq_ctrlack = self.irq_ctrl;
        Ok(())
    }

    /// An interrupt was seen (I1).
    ///
    /// # Errors
    /// [`StepError::NoInterruptOwed`] if nothing gave it.
    pub fn interrupt(&mut self, line: Line) -> Result<(), StepError> {
        let owed = match line {
            Line::Eventq => &mut self.owed.eventq,
            Line::Gerror => &mut self.owed.gerror,
        };
        if !*owed {
            return Err(StepError::NoInterruptOwed);
        }
        *owed = false;
        Ok(())
    }

    /// The Event queue from RD to WR: the byte address of each entry, and its record if this model
    /// published it there. In an inconsistent state (Q5) some entries come twice.
    pub fn entries(&self) -> Vec<(u64, Option<EventRecord>)> {
        let queue = self.eventq();
        let mut entries = Vec::new();
        let mut position = self.rd();
        while position != self.wr() {
            let address = queue.address(position);
            entries.push((address, self.published.get(&address).copied()));
            position = queue.next(position);
        }
        entries
    }
}
