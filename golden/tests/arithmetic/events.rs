//! What the rules of the Event queue say (docs/rules.md, 4).

use std::collections::BTreeMap;

use smmuq_golden::{
    Completion, Decision, EventRecord, Hold, Kind, Line, Loss, QueueCons, QueueProd, Register, Response,
    Smmu, StepError,
};

use crate::comparison::{OutputQueue, Signals};
use crate::counters::{Answered, Counters, Door};

pub struct Events;

impl OutputQueue for Events {
    type Offer = Kind;
    type Entry = EventRecord;

    const OFFERS: &'static [Kind] = &[Kind::Terminated, Kind::Stalled];
    const BASE_LO: Register = Register::EventqBaseLo;
    const PROD: Register = Register::EventqProd;
    const CONS: Register = Register::EventqCons;
    const LINE: Line = Line::Eventq;
    const BASE: u64 = 0x8000_0000;
    const ENTRY_BYTES: u64 = 32;
    const ERROR: u32 = 0b100; // EVENTQ_ABT_ERR
    const ENABLE: u32 = 0b100; // EVENTQEN
    const IRQEN: u32 = 0b100; // EVENTQ_IRQEN
    const TOO_EARLY: StepError = StepError::RecordsInFlight;

    fn configure(&self, _: &mut Smmu) {}

    fn offer(&self, counters: &mut Counters<EventRecord>, smmu: &mut Smmu, kind: Kind) -> Signals {
        let record = EventRecord::translation(0x42, counters.next() << 12);
        let decision = smmu.decide(kind, record);
        assert_eq!(decision, decide(counters, kind, record));
        Signals::default() // EV5
    }

    fn respond(&self, counters: &mut Counters<EventRecord>, smmu: &mut Smmu, response: Response) -> Signals {
        let answered = counters.respond(response);
        let completion = smmu.respond(response);
        let mut signals = Signals::default();
        let expected = match answered {
            None => Err(StepError::NothingInFlight),
            Some(Answered::Published { entry: record, number, was_empty }) => {
                signals.queue = was_empty; // I2
                let address = Self::address(number % counters.size);
                Ok(Completion::Published { address, record, interrupt: was_empty })
            }
            Some(Answered::Lost { flagged, .. }) => {
                signals.gerror = flagged; // G4
                Ok(Completion::Lost { flagged })
            }
        };
        assert_eq!(completion, expected);
        signals
    }

    fn set(smmu: &mut Smmu, counters: &Counters<EventRecord>) {
        smmu.in_flight = Self::in_flight(counters);
        smmu.aborting = counters.aborting();
        smmu.eventq_prod = QueueProd::from_bits(counters.prod());
        smmu.eventq_cons = QueueCons::from_bits(counters.cons());
    }

    fn published(smmu: &mut Smmu) -> &mut BTreeMap<u64, EventRecord> {
        &mut smmu.published
    }

    fn sort(&self, _: &EventRecord) -> u64 {
        0
    }
}

/// Table 4.4: a record of a terminated transaction is lost where that of a stalled one waits (EV3, ST1).
fn decide(counters: &mut Counters<EventRecord>, kind: Kind, record: EventRecord) -> Decision {
    let terminated = kind == Kind::Terminated;
    match counters.door() {
        Door::Disabled if terminated => Decision::Dropped(Loss::Disabled),
        Door::AbortError if terminated => Decision::Dropped(Loss::AbortError),
        Door::Full if terminated => Decision::Dropped(Loss::Full { toggled: counters.overflow() }),
        Door::Disabled => Decision::Held(Hold::Disabled),
        Door::AbortError => Decision::Held(Hold::AbortError),
        Door::Full => Decision::Held(Hold::Full),
        Door::Aborting => Decision::Held(Hold::Aborting),
        Door::NoFreeSlot => Decision::Held(Hold::NoFreeSlot),
        Door::Open { slot } => {
            counters.in_flight.push_back(record);
            Decision::Recorded { address: Events::address(slot) }
        }
    }
}
