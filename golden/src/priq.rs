//! The PRI queue (8): what becomes of a message, and of its write.

use alloc::vec::Vec;

use crate::gerror::GlobalError;
use crate::interrupts::IrqSource;
use crate::{
    Hold, InFlight, PrgResponse, PriCompletion, PriDecision, PriLoss, PriMessage, Response, Smmu, Ste,
    StepError,
};

impl Smmu {
    /// Whether an overflow of the PRI queue is unacknowledged: OVFLG differs from OVACKFLG (P5, P8).
    pub fn pri_overflow_active(&self) -> bool {
        self.priq_prod.ovflg() != self.priq_cons.ovackflg()
    }

    /// A PRI message comes, from a Secure stream or not, with what is known of the STE of its
    /// stream (P1, 5.3, 5.4). It is committed, lost, or has to wait; waiting leaves the state
    /// unchanged. A response that the SMMU gives itself joins [`Smmu::prg_owed`](Self::prg_owed).
    pub fn decide_pri(&mut self, message: PriMessage, ste: Ste, secure: bool) -> PriDecision {
        if !self.parameters.pri {
            PriDecision::Held(Hold::NoPri)
        } else if secure {
            // Never queued, whatever the state of the queue (8.2).
            self.deny(message, PriLoss::Secure)
        } else if !self.priq_enabled() {
            self.deny(message, PriLoss::Disabled)
        } else if self.pri_aborting {
            // EA2, P12: the error is flagged after all outstanding writes, and then decides.
            PriDecision::Held(Hold::Aborting)
        } else if self.error_active(GlobalError::PriqAbt) {
            // 14.3: no overflow, even if the queue is full too.
            self.deny(message, PriLoss::AbortError)
        } else if self.pri_overflow_active() {
            // P6: nothing is written before the acknowledge, even if there is space.
            self.discard(message, ste, false)
        } else if self.pri_queue().fill().is_full() {
            // P5: any message into a full queue, a Stop marker as well.
            self.priq_prod.set_ovflg(!self.priq_prod.ovflg());
            self.discard(message, ste, true)
        } else {
            self.commit_pri(message)
        }
    }

    /// The message is lost without an overflow: each page request, Last or not (14.7), is answered
    /// Failure without a PASID; a Stop marker is not answered (5.3).
    fn deny(&mut self, message: PriMessage, loss: PriLoss) -> PriDecision {
        PriDecision::Dropped { loss, response: self.fail(message) }
    }

    /// The Failure response to a page request that is lost other than by overflow (5.3, 8.2).
    fn fail(&mut self, message: PriMessage) -> Option<PrgResponse> {
        // P2: Stop markers never get any response.
        let response = (!message.is_stop_marker()).then(|| PrgResponse::to(message, PrgResponse::FAILURE))?;
        self.prg_owed.push_back(response);
        Some(response)
    }

    /// The message is lost in an overflow (P7). I3: with LO set, one with Last gives its interrupt
    /// all the same, a Stop marker too (14.8).
    fn discard(&mut self, message: PriMessage, ste: Ste, toggled: bool) -> PriDecision {
        // P7: only the last page request of a group is answered.
        let answered = message.last() && !message.is_stop_marker();
        let response = answered.then(|| self.overflow_response(message, ste));
        self.prg_owed.extend(response);
        if self.last_only() && message.last() {
            self.raise(IrqSource::Priq);
        }
        PriDecision::Dropped { loss: PriLoss::Overflow { toggled }, response }
    }

    /// The response to the last page request of a group that is lost in an overflow (5.3).
    fn overflow_response(&self, message: PriMessage, ste: Ste) -> PrgResponse {
        let success = PrgResponse::to(message, PrgResponse::SUCCESS);
        let with_pasid = PrgResponse { substream_id: Some(message.substream_id()), ..success };
        if !message.ssv() {
            success // Neither PPS nor PPAR matters without a PASID.
        } else if self.parameters.pps {
            with_pasid // P11: PPAR is not looked at.
        } else if !ste.valid {
            PrgResponse::to(message, PrgResponse::FAILURE)
        } else if ste.ppar {
            with_pasid
        } else {
            success
        }
    }

    /// The message is certain to be written (V5), behind those in flight (Q8), unless these will
    /// take every slot that PROD shows as free (V6, V7).
    fn commit_pri(&mut self, message: PriMessage) -> PriDecision {
        let Some(address) = self.pri_queue().slot_behind(self.pri_in_flight.len()) else {
            return PriDecision::Held(Hold::NoFreeSlot);
        };
        // From here on no one knows what the slot holds.
        self.pri_published.remove(&address);
        self.pri_in_flight.push_back(InFlight { address, record: message });
        PriDecision::Recorded { address }
    }

    /// The write of the oldest PRI message in flight has its response.
    ///
    /// # Errors
    /// [`StepError::NothingInFlight`] if there is none.
    pub fn respond_pri(&mut self, response: Response) -> Result<PriCompletion, StepError> {
        let oldest = self.pri_in_flight.pop_front().ok_or(StepError::NothingInFlight)?;
        if response == Response::Error {
            self.pri_aborting = true;
        }
        Ok(if self.pri_aborting { self.lose_pri(oldest.record) } else { self.publish_pri(oldest) })
    }

    /// The data is visible, so PROD may show it (V1).
    fn publish_pri(&mut self, oldest: InFlight<PriMessage>) -> PriCompletion {
        let InFlight { address, record: message } = oldest;
        let queue = self.pri_queue();
        // Q3, Q12: index and wrap flag in one update, bits above them zero; OVFLG stays.
        self.priq_prod.set_wr(queue.layout.field(queue.layout.next(queue.wr)));
        self.pri_published.insert(address, message);
        // I3: with LO set each message with Last, a Stop marker too (14.8); else the first of an
        // empty queue.
        let cause = if self.last_only() { message.last() } else { queue.fill().is_empty() };
        let interrupt = cause && self.raise(IrqSource::Priq);
        PriCompletion::Published { address, message, interrupt }
    }

    /// A message is lost in an abort; PROD stays (EA2, P12). A page request is answered Failure,
    /// Last or not (5.3, 14.7). After the last response that is outstanding the error is flagged,
    /// unless it is active already (G1).
    fn lose_pri(&mut self, message: PriMessage) -> PriCompletion {
        let response = self.fail(message);
        if !self.pri_in_flight.is_empty() {
            return PriCompletion::Lost { flagged: false, response };
        }
        self.pri_aborting = false;
        PriCompletion::Lost { flagged: self.activate(GlobalError::PriqAbt), response }
    }

    /// PRIQ_IRQ_CFG2.LO: only messages with Last set interrupt, wired or by MSI (I3).
    fn last_only(&self) -> bool {
        self.priq_irq_cfg.cfg2.lo()
    }

    /// The PRI queue from RD to WR: the byte address of each entry, and its message if this model
    /// published it there. In an inconsistent state (Q5) some entries come twice.
    pub fn pri_entries(&self) -> Vec<(u64, Option<PriMessage>)> {
        let entry = |address| (address, self.pri_published.get(&address).copied());
        self.pri_queue().addresses().map(entry).collect()
    }
}
