//! Event queue interrupts and their enables (I1 to I6, V3).

use smmuq_golden::{Completion, IrqCtrl, Line, Register, Smmu, StepError};

use crate::fixture::*;

fn interrupting() -> Smmu {
    let mut smmu = enabled(2, 0, 0);
    enable_interrupts(&mut smmu, EVENTQ | GERROR_IRQ);
    smmu
}

fn gives_interrupt(completion: Completion) -> bool {
    matches!(completion, Completion::Published { interrupt: true, .. })
}

#[test]
fn i2_only_the_first_record_of_an_empty_queue_gives_an_interrupt() {
    let mut smmu = interrupting();
    assert!(gives_interrupt(publish(&mut smmu, 1)));
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
    assert!(!gives_interrupt(publish(&mut smmu, 2)));
    assert!(!gives_interrupt(publish(&mut smmu, 3)));
    assert_eq!(smmu.interrupt(Line::Eventq), Err(StepError::NoInterruptOwed));
}

#[test]
fn i2_not_before_the_queue_is_empty_again() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    publish(&mut smmu, 2);
    smmu.interrupt(Line::Eventq).unwrap();
    write(&mut smmu, Register::EventqCons, 1);
    assert!(!gives_interrupt(publish(&mut smmu, 3)));
    write(&mut smmu, Register::EventqCons, 3);
    assert!(gives_interrupt(publish(&mut smmu, 4)));
}

/// V3: commit alone announces nothing.
#[test]
fn v3_no_interrupt_before_the_record_is_visible() {
    let mut smmu = interrupting();
    offer(&mut smmu, 1);
    assert_eq!(smmu.interrupt(Line::Eventq), Err(StepError::NoInterruptOwed));
    okay(&mut smmu);
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
}

#[test]
fn i1_an_interrupt_is_seen_once() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    assert_eq!(smmu.interrupt(Line::Gerror), Err(StepError::NoInterruptOwed));
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
    assert_eq!(smmu.interrupt(Line::Eventq), Err(StepError::NoInterruptOwed));
}

#[test]
fn i4_no_interrupt_unless_enabled() {
    let mut smmu = enabled(2, 0, 0);
    enable_interrupts(&mut smmu, GERROR_IRQ);
    assert!(!gives_interrupt(publish(&mut smmu, 1)));
    assert!(!smmu.owed.eventq);
}

#[test]
fn i4_the_enables_are_acknowledged_both_ways() {
    let mut smmu = enabled(2, 0, 0);
    assert_eq!(acknowledge_irq(&mut smmu), Err(StepError::NothingToAcknowledge));
    write(&mut smmu, Register::IrqCtrl, 5);
    assert_eq!(read(&smmu, Register::IrqCtrl), 5);
    assert_eq!(read(&smmu, Register::IrqCtrlAck), 0);
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::IrqCtrlAck), 5);
    write(&mut smmu, Register::IrqCtrl, 1);
    assert_eq!(read(&smmu, Register::IrqCtrlAck), 5);
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
    assert_eq!(read(&smmu, Register::IrqCtrlAck), 1);
}

/// I5: between the write and the acknowledge nothing is owed, nor for it afterwards.
#[test]
fn i5_an_enable_takes_effect_at_the_acknowledge() {
    let mut smmu = enabled(2, 0, 0);
    write(&mut smmu, Register::IrqCtrl, EVENTQ);
    assert!(!gives_interrupt(publish(&mut smmu, 1)));
    acknowledge_irq(&mut smmu).unwrap();
    assert!(!smmu.owed.eventq);
    assert!(!gives_interrupt(publish(&mut smmu, 2)));
}

/// I5, R5: a queue that is not empty at the enable gives no interrupt for its contents.
#[test]
fn i5_r5_no_interrupt_for_old_contents() {
    let mut smmu = disabled(2, 2, 0);
    enable_interrupts(&mut smmu, EVENTQ);
    enable(&mut smmu);
    assert!(!smmu.owed.eventq);
    assert!(!gives_interrupt(publish(&mut smmu, 1)));
}

#[test]
fn i6_a_disable_takes_effect_at_the_write() {
    let mut smmu = interrupting();
    write(&mut smmu, Register::IrqCtrl, GERROR_IRQ);
    assert!(!gives_interrupt(publish(&mut smmu, 1)));
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
}

/// I6: an interrupt that is owed is seen before the disable completes, since none may come later.
#[test]
fn i6_a_disable_completes_after_the_interrupts_that_came_before() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    write(&mut smmu, Register::IrqCtrl, GERROR_IRQ);
    assert_eq!(acknowledge_irq(&mut smmu), Err(StepError::InterruptOwed));
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));

    let mut smmu = interrupting();
    offer(&mut smmu, 1);
    error(&mut smmu);
    write(&mut smmu, Register::IrqCtrl, EVENTQ);
    assert_eq!(acknowledge_irq(&mut smmu), Err(StepError::InterruptOwed));
    assert_eq!(smmu.interrupt(Line::Gerror), Ok(()));
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
}

/// The other line does not delay it.
#[test]
fn i6_a_disable_waits_for_its_own_line_only() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    write(&mut smmu, Register::IrqCtrl, EVENTQ);
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
}

/// I4, I6: the same where both are disabled at once.
#[test]
fn i6_disables_are_acknowledged_apart() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    write(&mut smmu, Register::IrqCtrl, 0);
    assert_eq!(smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(EVENTQ)), Err(StepError::InterruptOwed));
    assert_eq!(smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(GERROR_IRQ)), Ok(()));
    assert_eq!(read(&smmu, Register::IrqCtrlAck), EVENTQ);
}

/// E5: a record in flight at a disable gives its interrupt all the same.
#[test]
fn a_record_published_after_a_disable_gives_an_interrupt() {
    let mut smmu = interrupting();
    offer(&mut smmu, 1);
    write(&mut smmu, Register::Cr0, 0);
    assert!(gives_interrupt(okay(&mut smmu)));
}
