//! Event queues in a known state, and shorthands for the steps of a test.

use smmuq_golden::{
    Completion, Cr0, Decision, EventRecord, IrqCtrl, Kind, Parameters, Register, Response, Smmu, StepError,
};

/// Byte address of the queue in every test that does not choose one.
pub const BASE: u64 = 0x8000_0000;

/// CR0.EVENTQEN and IRQ_CTRL.EVENTQ_IRQEN.
pub const EVENTQ: u32 = 0b100;
/// IRQ_CTRL.GERROR_IRQEN.
pub const GERROR_IRQ: u32 = 0b001;
/// GERROR.EVENTQ_ABT_ERR.
pub const ABT_ERR: u32 = 0b100;
/// EVENTQ_PROD.OVFLG and EVENTQ_CONS.OVACKFLG.
pub const FLAG: u32 = 0x8000_0000;

/// Records that differ from each other.
pub fn record(number: u64) -> EventRecord {
    EventRecord::translation(0x42, number << 12)
}

pub fn read(smmu: &Smmu, register: Register) -> u32 {
    smmu.read(register.offset()).expect("an aligned read")
}

pub fn write(smmu: &mut Smmu, register: Register, value: u32) {
    smmu.write(register.offset(), value, 0xF).expect("an aligned write of 32 bits");
}

/// A disabled queue of 2^`log2size` records at [`BASE`] with PROD and CONS as given.
pub fn disabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::EventqBaseLo, BASE as u32 | log2size);
    write(&mut smmu, Register::EventqProd, prod);
    write(&mut smmu, Register::EventqCons, cons);
    smmu
}

/// The same queue, enabled.
pub fn enabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = disabled(log2size, prod, cons);
    enable(&mut smmu);
    smmu
}

pub fn enable(smmu: &mut Smmu) {
    set_cr0(smmu, EVENTQ);
}

/// The Updates of all changed fields of CR0 complete.
pub fn acknowledge(smmu: &mut Smmu) -> Result<(), StepError> {
    let changed = read(smmu, Register::Cr0) ^ read(smmu, Register::Cr0Ack);
    smmu.acknowledge_cr0(Cr0::from_bits(changed))
}

/// The Updates of all changed fields of IRQ_CTRL complete.
pub fn acknowledge_irq(smmu: &mut Smmu) -> Result<(), StepError> {
    let changed = read(smmu, Register::IrqCtrl) ^ read(smmu, Register::IrqCtrlAck);
    smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(changed))
}

/// Writes CR0 and lets the Updates complete.
pub fn set_cr0(smmu: &mut Smmu, value: u32) {
    write(smmu, Register::Cr0, value);
    acknowledge(smmu).expect("a change to acknowledge");
}

pub fn enable_interrupts(smmu: &mut Smmu, lines: u32) {
    write(smmu, Register::IrqCtrl, lines);
    acknowledge_irq(smmu).expect("an interrupt enable to acknowledge");
}

/// Offers the record of a terminated transaction.
pub fn offer(smmu: &mut Smmu, number: u64) -> Decision {
    smmu.decide(Kind::Terminated, record(number))
}

/// Offers the record of a stalled transaction.
pub fn offer_stalled(smmu: &mut Smmu, number: u64) -> Decision {
    smmu.decide(Kind::Stalled, record(number).with_stall(number as u16))
}

/// The decision that a record is written to a slot of the queue at [`BASE`].
pub fn recorded(slot: u64) -> Decision {
    Decision::Recorded { address: BASE + 32 * slot }
}

pub fn okay(smmu: &mut Smmu) -> Completion {
    smmu.respond(Response::Okay).expect("a record in flight")
}

pub fn error(smmu: &mut Smmu) -> Completion {
    smmu.respond(Response::Error).expect("a record in flight")
}

/// Writes a record and publishes it.
pub fn publish(smmu: &mut Smmu, number: u64) -> Completion {
    let decision = offer(smmu, number);
    assert!(matches!(decision, Decision::Recorded { .. }), "{decision:?}");
    okay(smmu)
}

/// Asserts that a record changes nothing, and returns the decision.
pub fn unchanged(smmu: &Smmu, kind: Kind) -> Decision {
    let mut after = smmu.clone();
    let decision = after.decide(kind, record(99));
    assert_eq!(after, *smmu);
    decision
}
