//! What the rules of the PRI queue say (docs/rules.md, 5).

use std::collections::BTreeMap;

use smmuq_golden::{
    Hold, Line, PrgResponse, PriCompletion, PriDecision, PriLoss, PriMessage, QueueCons, QueueProd, Register,
    Response, Smmu, Ste, StepError,
};

use crate::comparison::{OutputQueue, Signals, write};
use crate::counters::{Answered, Counters, Door};

/// The PRI queue, with PRIQ_IRQ_CFG2.LO as given (I3).
pub struct Pages {
    pub last_only: bool,
}

/// What can come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sort {
    /// A page request that is not the last one of its group.
    Request,
    /// The last one.
    Last,
    /// A Stop PASID marker (P2).
    Stop,
}

const STREAM: u32 = 0x77;
/// An STE without PPAR; requests have no PASID, so that it does not matter (5.3).
const STE: Ste = Ste { valid: true, ppar: false };
/// Response codes (8.3).
const SUCCESS: u8 = 0b0000;
const FAILURE: u8 = 0b1111;

impl OutputQueue for Pages {
    type Offer = Sort;
    type Entry = PriMessage;

    const OFFERS: &'static [Sort] = &[Sort::Request, Sort::Last, Sort::Stop];
    const BASE_LO: Register = Register::PriqBaseLo;
    const PROD: Register = Register::PriqProd;
    const CONS: Register = Register::PriqCons;
    const LINE: Line = Line::Priq;
    const BASE: u64 = 0x9000_0000;
    const ENTRY_BYTES: u64 = 16;
    const ERROR: u32 = 0b1000; // PRIQ_ABT_ERR
    const ENABLE: u32 = 0b011; // PRIQEN and SMMUEN (E7)
    const IRQEN: u32 = 0b010; // PRIQ_IRQEN
    const TOO_EARLY: StepError = StepError::MessagesInFlight;

    fn configure(&self, smmu: &mut Smmu) {
        write(smmu, Register::PriqIrqCfg2, u32::from(self.last_only) << 31);
    }

    fn offer(&self, counters: &mut Counters<PriMessage>, smmu: &mut Smmu, sort: Sort) -> Signals {
        let message = message(sort, counters.next());
        let decision = smmu.decide_pri(message, STE, false);
        let mut signals = Signals::default();
        let expected = match counters.door() {
            Door::Disabled => PriDecision::Dropped { loss: PriLoss::Disabled, response: failure(message) },
            Door::Aborting => PriDecision::Held(Hold::Aborting),
            Door::AbortError => {
                PriDecision::Dropped { loss: PriLoss::AbortError, response: failure(message) }
            }
            // P5, P6: an overflow that is not acknowledged counts as a full queue.
            door if door == Door::Full || counters.overflow_active() => {
                signals.queue = self.last_only && sort != Sort::Request; // I3, 14.8
                let loss = PriLoss::Overflow { toggled: counters.overflow() };
                let response = (sort == Sort::Last).then(|| answer(message, SUCCESS)); // P7
                PriDecision::Dropped { loss, response }
            }
            Door::Open { slot } => {
                counters.in_flight.push_back(message);
                PriDecision::Recorded { address: Self::address(slot) }
            }
            _ => PriDecision::Held(Hold::NoFreeSlot),
        };
        assert_eq!(decision, expected);
        if let PriDecision::Dropped { response, .. } = expected {
            signals.response = response;
        }
        signals
    }

    fn respond(&self, counters: &mut Counters<PriMessage>, smmu: &mut Smmu, response: Response) -> Signals {
        let answered = counters.respond(response);
        let completion = smmu.respond_pri(response);
        let mut signals = Signals::default();
        let expected = match answered {
            None => Err(StepError::NothingInFlight),
            Some(Answered::Published { entry: message, number, was_empty }) => {
                let interrupt = if self.last_only { sort(message) != Sort::Request } else { was_empty };
                signals.queue = interrupt; // I3, 14.8
                let address = Self::address(number % counters.size);
                Ok(PriCompletion::Published { address, message, interrupt })
            }
            Some(Answered::Lost { entry: message, flagged }) => {
                let response = failure(message);
                (signals.gerror, signals.response) = (flagged, response); // G4, 5.3
                Ok(PriCompletion::Lost { flagged, response })
            }
        };
        assert_eq!(completion, expected);
        signals
    }

    fn set(smmu: &mut Smmu, counters: &Counters<PriMessage>) {
        smmu.pri_in_flight = Self::in_flight(counters);
        smmu.pri_aborting = counters.aborting();
        smmu.priq_prod = QueueProd::from_bits(counters.prod());
        smmu.priq_cons = QueueCons::from_bits(counters.cons());
    }

    fn published(smmu: &mut Smmu) -> &mut BTreeMap<u64, PriMessage> {
        &mut smmu.pri_published
    }

    fn sort(&self, message: &PriMessage) -> u64 {
        match sort(*message) {
            Sort::Request => 0,
            Sort::Last => u64::from(self.last_only), // I3; lost, they are answered alike (5.3)
            Sort::Stop => 2,
        }
    }
}

/// A message that differs from those of other numbers nearby.
fn message(sort: Sort, number: u64) -> PriMessage {
    let request = PriMessage::new(STREAM, number as u16, number << 12).with_read(true);
    match sort {
        Sort::Request => request,
        Sort::Last => request.with_last(true),
        Sort::Stop => PriMessage::stop_marker(STREAM, number as u32),
    }
}

fn sort(message: PriMessage) -> Sort {
    match (message.last(), message.read()) {
        (false, _) => Sort::Request,
        (true, true) => Sort::Last,
        (true, false) => Sort::Stop,
    }
}

fn answer(message: PriMessage, code: u8) -> PrgResponse {
    PrgResponse { stream_id: STREAM, substream_id: None, index: message.prg_index(), code }
}

/// Other than by overflow: each page request is answered Failure, Last or not (5.3, 14.7).
fn failure(message: PriMessage) -> Option<PrgResponse> {
    (sort(message) != Sort::Stop).then(|| answer(message, FAILURE))
}
