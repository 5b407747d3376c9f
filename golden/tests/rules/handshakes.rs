//! The Update of each field of CR0 and IRQ_CTRL (E1, E2, E5, E7, E8, E10, I4).

use smmuq_golden::{Cr0, IrqCtrl, Parameters, PriLoss, Register, Smmu, StepError};

use crate::command_fixture::CMDQEN;
use crate::fixture::*;
use crate::pri_fixture::*;

const ATSCHK: u32 = 0x10;

/// E1: each field is acknowledged on its own.
#[test]
fn e1_fields_are_acknowledged_apart() {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::Cr0, 0x1F);
    let mut acknowledged = 0;
    for field in [ATSCHK, SMMUEN, CMDQEN, PRIQEN, EVENTQ] {
        assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(field)), Ok(()));
        acknowledged |= field;
        assert_eq!(read(&smmu, Register::Cr0Ack), acknowledged);
        let again = smmu.acknowledge_cr0(Cr0::from_bits(field));
        assert_eq!(again, Err(StepError::NothingToAcknowledge));
    }
    write(&mut smmu, Register::Cr0, 0);
    for field in [EVENTQ, PRIQEN, SMMUEN, CMDQEN, ATSCHK] {
        assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(field)), Ok(()));
        acknowledged &= !field;
        assert_eq!(read(&smmu, Register::Cr0Ack), acknowledged);
    }
}

/// A mask with a field that has not changed is no acknowledge, nor is an empty one.
#[test]
fn e1_only_changed_fields_are_acknowledged() {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::Cr0, EVENTQ | SMMUEN);
    for mask in [0, CMDQEN, EVENTQ | CMDQEN] {
        let refused = smmu.acknowledge_cr0(Cr0::from_bits(mask));
        assert_eq!(refused, Err(StepError::NothingToAcknowledge));
    }
    assert_eq!(read(&smmu, Register::Cr0Ack), 0);
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(EVENTQ | SMMUEN)), Ok(()));
}

/// E2: one field taken back, the other goes on.
#[test]
fn e2_a_field_that_is_taken_back_leaves_the_others() {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::Cr0, EVENTQ | CMDQEN);
    write(&mut smmu, Register::Cr0, CMDQEN);
    let refused = smmu.acknowledge_cr0(Cr0::from_bits(EVENTQ));
    assert_eq!(refused, Err(StepError::NothingToAcknowledge));
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(CMDQEN)), Ok(()));
}

/// E7: PRIQEN takes effect with its own acknowledge and that of SMMUEN, in either order.
#[test]
fn e7_the_effective_priqen_needs_both() {
    for order in [[SMMUEN, PRIQEN], [PRIQEN, SMMUEN]] {
        let mut smmu = pri_disabled(1, 0, 0);
        write(&mut smmu, Register::Cr0, SMMUEN | PRIQEN);
        for field in order {
            let refused = dropped(PriLoss::Disabled, Some(failure(1)));
            assert_eq!(pri_unchanged(&smmu, request(1)), refused);
            smmu.acknowledge_cr0(Cr0::from_bits(field)).unwrap();
        }
        assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
    }
}

/// E7: SMMUEN alone disables the PRI queue, at the write; CR0ACK.PRIQEN stays.
#[test]
fn e7_clearing_smmuen_disables_the_pri_queue() {
    let mut smmu = pri_enabled(1, 0, 0);
    write(&mut smmu, Register::Cr0, PRIQEN);
    assert_eq!(pri_unchanged(&smmu, request(1)), dropped(PriLoss::Disabled, Some(failure(1))));
    assert_eq!(acknowledge(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::Cr0Ack), PRIQEN);
}

/// E7, E10: what is committed becomes visible before PRIQEN or SMMUEN is acknowledged.
#[test]
fn e7_e10_a_disable_completes_after_the_messages_in_flight() {
    for left in [SMMUEN, PRIQEN, 0] {
        let mut smmu = pri_enabled(1, 0, 0);
        offer_pri(&mut smmu, request(1));
        offer_pri(&mut smmu, request(2));
        write(&mut smmu, Register::Cr0, left);
        assert_eq!(acknowledge(&mut smmu), Err(StepError::MessagesInFlight));
        pri_okay(&mut smmu);
        assert_eq!(acknowledge(&mut smmu), Err(StepError::MessagesInFlight));
        pri_okay(&mut smmu);
        assert_eq!(acknowledge(&mut smmu), Ok(()));
        assert_eq!(read(&smmu, Register::PriqProd), 2);
    }
}

/// E7: an abort is flagged before.
#[test]
fn e7_a_disable_completes_after_an_abort_is_flagged() {
    let mut smmu = pri_enabled(1, 0, 0);
    offer_pri(&mut smmu, request(1));
    offer_pri(&mut smmu, request(2));
    write(&mut smmu, Register::Cr0, SMMUEN);
    pri_error(&mut smmu);
    assert_eq!(acknowledge(&mut smmu), Err(StepError::MessagesInFlight));
    pri_okay(&mut smmu);
    assert_eq!(read(&smmu, Register::Gerror), PRIQ_ABT);
    assert_eq!(acknowledge(&mut smmu), Ok(()));
}

/// Records of one queue do not delay the others; ATSCHK and CMDQEN wait for neither.
#[test]
fn a_disable_waits_for_its_own_queue_only() {
    let mut smmu = disabled(1, 0, 0);
    write(&mut smmu, Register::PriqBaseLo, PRI_BASE as u32 | 1);
    set_cr0(&mut smmu, 0x1F);
    offer(&mut smmu, 1);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::Cr0, 0);
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(ATSCHK)), Ok(()));
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(CMDQEN)), Ok(()));
    let eventqen = Cr0::from_bits(EVENTQ);
    assert_eq!(smmu.acknowledge_cr0(eventqen), Err(StepError::RecordsInFlight));
    pri_okay(&mut smmu);
    assert_eq!(smmu.acknowledge_cr0(Cr0::from_bits(PRIQEN | SMMUEN)), Ok(()));
    assert_eq!(smmu.acknowledge_cr0(eventqen), Err(StepError::RecordsInFlight));
    okay(&mut smmu);
    assert_eq!(smmu.acknowledge_cr0(eventqen), Ok(()));
}

/// E6: SMMUEN 0 does not disable the Event queue.
#[test]
fn e6_smmuen_does_not_matter_to_the_event_queue() {
    let mut smmu = enabled(1, 0, 0);
    assert!(!smmu.smmu_enabled());
    assert_eq!(offer(&mut smmu, 1), recorded(0));
}

/// A refused acknowledge of several fields changes none of them.
#[test]
fn a_refused_acknowledge_changes_nothing() {
    let mut smmu = pri_enabled(1, 0, 0);
    offer_pri(&mut smmu, request(1));
    write(&mut smmu, Register::Cr0, SMMUEN | CMDQEN);
    let before = smmu.clone();
    assert_eq!(acknowledge(&mut smmu), Err(StepError::MessagesInFlight));
    assert_eq!(smmu, before);
}

/// I4: each interrupt enable on its own.
#[test]
fn i4_fields_are_acknowledged_apart() {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::IrqCtrl, 7);
    let mut acknowledged = 0;
    for field in [PRIQ_IRQ, GERROR_IRQ, EVENTQ] {
        assert_eq!(smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(field)), Ok(()));
        acknowledged |= field;
        assert_eq!(read(&smmu, Register::IrqCtrlAck), acknowledged);
    }
    let refused = smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(EVENTQ));
    assert_eq!(refused, Err(StepError::NothingToAcknowledge));
}

/// Fields of absent features stay 0.
#[test]
fn fields_of_absent_features() {
    let no_pri = Parameters { pri: false, ..Parameters::default() };
    let no_ats = Parameters { ats: false, ..no_pri };
    for (parameters, cr0) in [(no_pri, 0x1D), (no_ats, 0x0D)] {
        let mut smmu = Smmu::new(parameters);
        write(&mut smmu, Register::Cr2, 0xF);
        assert_eq!(read(&smmu, Register::Cr2), if parameters.ats { 0xF } else { 0x7 });
        write(&mut smmu, Register::Cr0, 0x1F);
        assert_eq!(read(&smmu, Register::Cr0), cr0);
        write(&mut smmu, Register::IrqCtrl, 7);
        assert_eq!(read(&smmu, Register::IrqCtrl), 5);
    }
}
