//! PRI queues in a known state, and shorthands for the steps of a test.

use smmuq_golden::{
    Parameters, PrgResponse, PriCompletion, PriDecision, PriLoss, PriMessage, Register, Response, Smmu, Ste,
};

use crate::fixture::*;

/// Byte address of the PRI queue.
pub const PRI_BASE: u64 = 0x9000_0000;
/// CR0.SMMUEN and CR0.PRIQEN.
pub const SMMUEN: u32 = 0b001;
pub const PRIQEN: u32 = 0b010;
/// IRQ_CTRL.PRIQ_IRQEN.
pub const PRIQ_IRQ: u32 = 0b010;
/// GERROR.PRIQ_ABT_ERR.
pub const PRIQ_ABT: u32 = 0b1000;
/// PRIQ_IRQ_CFG2.LO.
pub const LO: u32 = 0x8000_0000;

/// An STE without and with PPAR, and none.
pub const PLAIN: Ste = Ste { valid: true, ppar: false };
pub const PPAR: Ste = Ste { valid: true, ppar: true };
pub const NO_STE: Ste = Ste { valid: false, ppar: true };

/// Requests that differ from each other: page and group `number` of stream 0x77.
pub fn request(number: u64) -> PriMessage {
    PriMessage::new(0x77, number as u16, number << 12).with_read(true)
}

pub fn last(number: u64) -> PriMessage {
    request(number).with_last(true)
}

pub fn stop() -> PriMessage {
    PriMessage::stop_marker(0x77, 5)
}

/// The answer to group `number` of stream 0x77.
pub fn answer(number: u16, code: u8, substream_id: Option<u32>) -> PrgResponse {
    PrgResponse { stream_id: 0x77, substream_id, index: number, code }
}

pub fn success(number: u16) -> PrgResponse {
    answer(number, 0b0000, None)
}

pub fn failure(number: u16) -> PrgResponse {
    answer(number, 0b1111, None)
}

/// A disabled PRI queue of 2^`log2size` records with PROD and CONS as given.
pub fn pri_disabled_with(parameters: Parameters, log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = Smmu::new(parameters);
    write(&mut smmu, Register::PriqBaseLo, PRI_BASE as u32 | log2size);
    write(&mut smmu, Register::PriqProd, prod);
    write(&mut smmu, Register::PriqCons, cons);
    smmu
}

pub fn pri_disabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    pri_disabled_with(Parameters::default(), log2size, prod, cons)
}

/// The same queue, enabled, and the SMMU with it.
pub fn pri_enabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = pri_disabled(log2size, prod, cons);
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    smmu
}

/// Offers a message of a stream whose STE has no PPAR.
pub fn offer_pri(smmu: &mut Smmu, message: PriMessage) -> PriDecision {
    smmu.decide_pri(message, PLAIN, false)
}

/// The decision that a message is written to a slot of the queue at [`PRI_BASE`].
pub fn queued(slot: u64) -> PriDecision {
    PriDecision::Recorded { address: PRI_BASE + 16 * slot }
}

pub fn dropped(loss: PriLoss, response: Option<PrgResponse>) -> PriDecision {
    PriDecision::Dropped { loss, response }
}

pub fn overflowed(toggled: bool, response: Option<PrgResponse>) -> PriDecision {
    dropped(PriLoss::Overflow { toggled }, response)
}

pub fn pri_okay(smmu: &mut Smmu) -> PriCompletion {
    smmu.respond_pri(Response::Okay).expect("a message in flight")
}

pub fn pri_error(smmu: &mut Smmu) -> PriCompletion {
    smmu.respond_pri(Response::Error).expect("a message in flight")
}

/// Writes a message and publishes it.
pub fn publish_pri(smmu: &mut Smmu, message: PriMessage) -> PriCompletion {
    let decision = offer_pri(smmu, message);
    assert!(matches!(decision, PriDecision::Recorded { .. }), "{decision:?}");
    pri_okay(smmu)
}

/// Asserts that a message changes nothing but the responses owed, and returns the decision.
pub fn pri_unchanged(smmu: &Smmu, message: PriMessage) -> PriDecision {
    let mut after = smmu.clone();
    let decision = offer_pri(&mut after, message);
    after.prg_owed = smmu.prg_owed.clone();
    assert_eq!(after, *smmu);
    decision
}
