//! One step of the model and of the mathematics, and the comparison of all that either says.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Debug;
use std::mem::take;

use smmuq_golden::{
    Cr0, Gerror, InFlight, IrqCtrl, Line, Parameters, PrgResponse, Register, Response, Smmu, StepError,
};

use crate::counters::Counters;

/// IRQ_CTRL.GERROR_IRQEN.
const GERROR_IRQEN: u32 = 1;

/// What software, the memory and the stages before the queue can do.
#[derive(Clone, Copy, Debug)]
pub enum Input<Offer> {
    Offer(Offer),
    Respond(Response),
    /// CONS is written: software says that `unread` entries are left, less than none included, and sets
    /// OVACKFLG to OVFLG or to its opposite.
    Cons {
        unread: i64,
        acknowledge: bool,
    },
    /// GERRORN := GERROR.
    AcknowledgeError,
    /// The enable in CR0 is written.
    Enable(bool),
    /// The Update of the enable completes, if it may (E1, E5, E7).
    AcknowledgeEnable,
}

/// What a step causes outside the registers.
#[derive(Debug, Default, PartialEq)]
pub struct Signals {
    /// The interrupt of the queue (I2, I3).
    pub queue: bool,
    /// The GERROR interrupt (G4).
    pub gerror: bool,
    /// The PRG Response of the SMMU (5.3).
    pub response: Option<PrgResponse>,
}

/// One of the queues that the SMMU fills.
pub trait OutputQueue {
    /// What can be offered.
    type Offer: Copy + Debug + 'static;
    /// What is recorded.
    type Entry: Copy + Debug + PartialEq;

    const OFFERS: &'static [Self::Offer];
    const BASE_LO: Register;
    const PROD: Register;
    const CONS: Register;
    const LINE: Line;
    /// Byte address of the queue, and bytes of an entry.
    const BASE: u64;
    const ENTRY_BYTES: u64;
    /// Its bit in GERROR, its enables in CR0 (with those it needs besides), and its bit in IRQ_CTRL.
    const ERROR: u32;
    const ENABLE: u32;
    const IRQEN: u32;
    /// Why a disable is acknowledged too early (E5, E7).
    const TOO_EARLY: StepError;

    /// Sets up what only this queue has.
    fn configure(&self, smmu: &mut Smmu);
    /// Offers an entry, and compares the decisions.
    fn offer(&self, counters: &mut Counters<Self::Entry>, smmu: &mut Smmu, offer: Self::Offer) -> Signals;
    /// The oldest write has its response; compares the completions.
    fn respond(&self, counters: &mut Counters<Self::Entry>, smmu: &mut Smmu, response: Response) -> Signals;
    /// Sets PROD, CONS and what is in flight in a state of the model.
    fn set(smmu: &mut Smmu, counters: &Counters<Self::Entry>);
    /// The entries that the model published, by address.
    fn published(smmu: &mut Smmu) -> &mut BTreeMap<u64, Self::Entry>;
    /// What the answer to a response depends on of the entry it is for: entries with equal numbers, below 4,
    /// have equal answers.
    fn sort(&self, entry: &Self::Entry) -> u64;

    /// Byte address of a slot (Q2).
    fn address(slot: u64) -> u64 {
        Self::BASE + Self::ENTRY_BYTES * slot
    }

    /// Entries in flight with the addresses they are written to: one after the other from WR on (Q8).
    fn in_flight(counters: &Counters<Self::Entry>) -> VecDeque<InFlight<Self::Entry>> {
        let entries = counters.in_flight.iter().zip(counters.oldest()..);
        let address = |number| Self::address(number % counters.size);
        entries.map(|(record, number)| InFlight { address: address(number), record: *record }).collect()
    }
}

/// The model and the mathematics, side by side.
#[derive(Clone)]
pub struct Pair<Entry> {
    pub counters: Counters<Entry>,
    smmu: Smmu,
}

/// Takes a queue of one size through its steps.
pub struct Comparison<Q> {
    pub queue: Q,
    /// The model with the queue set up and its interrupts enabled, but not the queue itself.
    configured: Smmu,
}

impl<Q: OutputQueue> Comparison<Q> {
    pub fn new(queue: Q, log2size: u32) -> Self {
        let mut configured = Smmu::new(Parameters::default());
        queue.configure(&mut configured);
        write(&mut configured, Q::BASE_LO, Q::BASE as u32 | log2size);
        let interrupts = Q::IRQEN | GERROR_IRQEN;
        write(&mut configured, Register::IrqCtrl, interrupts);
        configured.acknowledge_irq_ctrl(IrqCtrl::from_bits(interrupts)).expect("changed interrupt enables");
        Comparison { queue, configured }
    }

    /// Both with PROD and CONS as the counters have them, the queue disabled.
    pub fn start(&self, counters: Counters<Q::Entry>) -> Pair<Q::Entry> {
        let mut smmu = self.configured.clone();
        write(&mut smmu, Q::PROD, counters.prod());
        write(&mut smmu, Q::CONS, counters.cons());
        Pair { counters, smmu }
    }

    /// Takes a step of both and compares all there is.
    pub fn step(&self, pair: &mut Pair<Q::Entry>, input: Input<Q::Offer>) {
        let Pair { counters, smmu } = pair;
        let mut signals = Signals::default();
        match input {
            Input::Offer(offer) => signals = self.queue.offer(counters, smmu, offer),
            Input::Respond(response) => signals = self.queue.respond(counters, smmu, response),
            Input::Cons { unread, acknowledge } => {
                counters.consume(counters.written.wrapping_add_signed(-unread), acknowledge);
                write(smmu, Q::CONS, counters.cons());
            }
            Input::AcknowledgeError => {
                counters.errors_acknowledged = counters.errors;
                write(smmu, Register::GerrorN, bits_if_odd(counters.errors, Q::ERROR));
            }
            Input::Enable(enable) => {
                counters.enable = enable;
                write(smmu, Register::Cr0, bits_if(enable, Q::ENABLE));
            }
            Input::AcknowledgeEnable => acknowledge_enable::<Q>(counters, smmu),
        }
        assert_eq!(take_signals::<Q>(smmu), signals, "{input:?} to {counters:?}");
        self.compare(pair);
    }

    fn compare(&self, Pair { counters, smmu }: &mut Pair<Q::Entry>) {
        assert_eq!(read(smmu, Q::PROD), counters.prod());
        assert_eq!(read(smmu, Q::CONS), counters.cons());
        let published = take(Q::published(smmu));
        // What is not read is not overwritten (Q8), and entry k is in slot k modulo the size (Q1).
        for (entry, number) in counters.unread.iter().rev().zip((0..counters.written).rev()) {
            assert_eq!(published.get(&Q::address(number % counters.size)), Some(entry), "entry {number}");
        }
        // The whole state otherwise, so that no step changes more than it should.
        let expected = self.state(counters);
        assert_eq!(*smmu, expected, "{counters:?}");
        *Q::published(smmu) = published;
    }

    /// The state of the model that the counters say.
    fn state(&self, counters: &Counters<Q::Entry>) -> Smmu {
        let mut state = self.configured.clone();
        state.gerror = Gerror::from_bits(bits_if_odd(counters.errors, Q::ERROR));
        state.gerrorn = Gerror::from_bits(bits_if_odd(counters.errors_acknowledged, Q::ERROR));
        state.cr0 = Cr0::from_bits(bits_if(counters.enable, Q::ENABLE));
        state.cr0ack = Cr0::from_bits(bits_if(counters.enable_acknowledged, Q::ENABLE));
        Q::set(&mut state, counters);
        state
    }
}

/// CR0ACK takes the enable of CR0 (E1), a disable only if nothing is in flight (E5, E7).
fn acknowledge_enable<Q: OutputQueue>(counters: &mut Counters<Q::Entry>, smmu: &mut Smmu) {
    let expected = if counters.enable == counters.enable_acknowledged {
        Err(StepError::NothingToAcknowledge)
    } else if !counters.enable && !counters.in_flight.is_empty() {
        Err(Q::TOO_EARLY)
    } else {
        counters.enable_acknowledged = counters.enable;
        Ok(())
    };
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(Q::ENABLE)), expected);
}

/// What the model owes since the last step. It is seen at once, so nothing coalesces (I8).
fn take_signals<Q: OutputQueue>(smmu: &mut Smmu) -> Signals {
    let queue = smmu.interrupt(Q::LINE).is_ok();
    let gerror = smmu.interrupt(Line::Gerror).is_ok();
    let response = smmu.prg_owed.pop_front();
    Signals { queue, gerror, response }
}

pub fn read(smmu: &Smmu, register: Register) -> u32 {
    smmu.read(register.offset()).expect("an aligned read")
}

pub fn write(smmu: &mut Smmu, register: Register, value: u32) {
    smmu.write(register.offset(), value, 0xF).expect("an aligned write of 32 bits");
}

pub fn bits_if(set: bool, bits: u32) -> u32 {
    if set { bits } else { 0 }
}

/// A register whose bits toggle with a count (G1).
pub fn bits_if_odd(count: u64, bits: u32) -> u32 {
    bits_if(count % 2 == 1, bits)
}
