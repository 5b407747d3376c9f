//! Interrupts of the PRI queue (I3 to I6, 14.8, 14.9).

use smmuq_golden::{Line, Parameters, PriCompletion, PriMessage, Register, Smmu};

use crate::fixture::*;
use crate::pri_fixture::*;

fn interrupting(lo: u32, prod: u32) -> Smmu {
    let mut smmu = pri_enabled(2, prod, 0);
    write(&mut smmu, Register::PriqIrqCfg2, lo);
    enable_interrupts(&mut smmu, PRIQ_IRQ);
    smmu
}

/// Publishes a message and says whether it gives an interrupt, which is then seen.
fn publication_interrupts(smmu: &mut Smmu, message: PriMessage) -> bool {
    let completion = publish_pri(smmu, message);
    let PriCompletion::Published { interrupt, .. } = completion else { panic!("{completion:?}") };
    assert_eq!(smmu.interrupt(Line::Priq).is_ok(), interrupt);
    interrupt
}

#[test]
fn i3_without_lo_the_first_message_of_an_empty_queue_interrupts() {
    let mut smmu = interrupting(0, 0);
    assert!(publication_interrupts(&mut smmu, request(1)));
    assert!(!publication_interrupts(&mut smmu, last(2)));
    assert!(!publication_interrupts(&mut smmu, stop()));
    write(&mut smmu, Register::PriqCons, 3);
    assert!(publication_interrupts(&mut smmu, request(4)));
}

#[test]
fn i3_with_lo_each_message_with_last_interrupts() {
    let mut smmu = interrupting(LO, 0);
    assert!(!publication_interrupts(&mut smmu, request(1)));
    assert!(publication_interrupts(&mut smmu, last(1)));
    assert!(publication_interrupts(&mut smmu, last(2)));
}

/// 14.8: a Stop marker has Last set.
#[test]
fn i3_with_lo_a_stop_marker_interrupts() {
    let mut smmu = interrupting(LO, 0);
    assert!(publication_interrupts(&mut smmu, stop()));
}

/// V3: not before PROD shows it.
#[test]
fn i3_with_lo_not_before_the_message_is_visible() {
    let mut smmu = interrupting(LO, 0);
    offer_pri(&mut smmu, last(1));
    assert!(!smmu.owed.priq);
    pri_okay(&mut smmu);
    assert!(smmu.owed.priq);
}

#[test]
fn i3_with_lo_a_message_with_last_lost_by_overflow_interrupts() {
    // Row 4, and then row 3, of table 5.4.
    let mut smmu = interrupting(LO, 4);
    for message in [last(1), last(2), stop()] {
        offer_pri(&mut smmu, message);
        assert_eq!(smmu.interrupt(Line::Priq), Ok(()));
    }
    offer_pri(&mut smmu, request(3));
    assert!(!smmu.owed.priq);
}

/// 14.8: the Stop marker that causes the overflow.
#[test]
fn i3_with_lo_a_stop_marker_that_overflows_interrupts() {
    let mut smmu = interrupting(LO, 4);
    offer_pri(&mut smmu, stop());
    assert!(smmu.owed.priq);
}

#[test]
fn i3_without_lo_a_message_lost_by_overflow_does_not_interrupt() {
    let mut smmu = interrupting(0, 4);
    offer_pri(&mut smmu, last(1));
    offer_pri(&mut smmu, last(2));
    assert!(!smmu.owed.priq);
}

/// I3: lost for any other reason, there is none.
#[test]
fn i3_with_lo_no_interrupt_for_other_losses() {
    let mut disabled = interrupting(LO, 0);
    write(&mut disabled, Register::Cr0, SMMUEN);
    offer_pri(&mut disabled, last(1));
    let mut in_error = interrupting(LO, 0);
    in_error.gerror.set_priq_abt_err(true);
    offer_pri(&mut in_error, last(1));
    let mut secure = interrupting(LO, 0);
    secure.decide_pri(last(1), PLAIN, true);
    let mut aborted = interrupting(LO, 0);
    offer_pri(&mut aborted, last(1));
    pri_error(&mut aborted);
    for smmu in [disabled, in_error, secure, aborted] {
        assert!(!smmu.owed.priq);
    }
}

#[test]
fn i4_no_interrupt_unless_enabled() {
    for lo in [0, LO] {
        let mut smmu = pri_enabled(2, 0, 0);
        write(&mut smmu, Register::PriqIrqCfg2, lo);
        enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
        assert!(!publication_interrupts(&mut smmu, last(1)));
        write(&mut smmu, Register::IrqCtrl, EVENTQ | GERROR_IRQ | PRIQ_IRQ);
        assert!(!publication_interrupts(&mut smmu, last(2))); // I5: not acknowledged
    }
}

/// R5: not for what was there before.
#[test]
fn r5_no_interrupt_for_old_contents() {
    let mut smmu = interrupting(0, 2);
    assert!(!smmu.owed.priq);
    assert!(!publication_interrupts(&mut smmu, request(1)));
}

#[test]
fn i6_a_disable_completes_after_the_interrupts_that_came_before() {
    let mut smmu = interrupting(LO, 0);
    publish_pri(&mut smmu, last(1));
    write(&mut smmu, Register::IrqCtrl, 0);
    assert_eq!(acknowledge_irq(&mut smmu), Err(smmuq_golden::StepError::InterruptOwed));
    smmu.interrupt(Line::Priq).unwrap();
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
}

/// 14.9: LO applies to the wired interrupt, so it is there without MSIs.
#[test]
fn lo_without_msis() {
    let parameters = Parameters { msi: false, ..Parameters::default() };
    let mut smmu = pri_disabled_with(parameters, 2, 0, 0);
    write(&mut smmu, Register::PriqIrqCfg2, 0xFFFF_FFFF);
    assert_eq!(read(&smmu, Register::PriqIrqCfg2), LO);
    set_cr0(&mut smmu, SMMUEN | PRIQEN);
    enable_interrupts(&mut smmu, PRIQ_IRQ);
    assert!(!publication_interrupts(&mut smmu, request(1)));
    assert!(publication_interrupts(&mut smmu, last(1)));
    assert!(!smmu.owed_msis.any_must());
}
