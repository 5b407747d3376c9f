//! Causes of wired interrupts at the edges.

use super::*;

/// G1, G4: an error that was active before is no cause again.
#[test]
fn g4_an_error_that_stays_active_is_no_cause() {
    let mut pins = Pins::new();
    pins.registers[at(Register::Gerror)] = Gerror::new().with_eventq_abt_err(true).into_bits();
    let start = pins.registers;
    pins.event(0);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, 1);
    pins.idle();
    let pulse = wrong("pulse", "V3 G4: irq_gerror_o", |cycles| {
        cycles.last_mut().expect("a cycle").out.irq_gerror_o = true;
    });
    let two = wrong("two pulses for one error", "V3 G4: irq_gerror_o", |cycles| {
        let gerror = Gerror::new().with_eventq_abt_err(true).with_cmdq_err(true).into_bits();
        let error = cycles.len() - 2;
        cycles[error..].iter_mut().for_each(|cycle| {
            cycle.registers[at(Register::Gerror)] = gerror;
            cycle.registers[at(Register::CmdqCons)] = CmdqCons::new().with_err(1).into_bits();
        });
        let mut pulse = cycles[error + 1].clone();
        pulse.out.irq_gerror_o = true;
        cycles.extend([pulse.clone(), pulse]);
    });
    check(&start, &pins.cycles, &[pulse, two]);
}

/// I4, I5: an enable is in effect in the cycle of its acknowledge; a record that shows in it may be announced.
#[test]
fn i5_a_cause_in_the_cycle_of_the_acknowledge() {
    let irqs = IrqCtrl::new().with_eventq_irqen(true).into_bits();
    for (acknowledged, announced) in [(0, true), (1, false)] {
        let mut pins = Pins::new();
        pins.registers[at(Register::IrqCtrl)] = irqs;
        pins.registers[at(Register::IrqCtrlAck)] = 0;
        let start = pins.registers;
        pins.event(0);
        pins.answer(0, 0);
        pins.show(Register::EventqProd, 1);
        (0..acknowledged).for_each(|_| pins.idle());
        pins.show(Register::IrqCtrlAck, irqs);
        pins.pulse(|out| &mut out.irq_eventq_o);
        let complaints = watch(&start, &pins.cycles).take_complaints();
        assert_eq!(complaints.is_empty(), announced, "{complaints:?}");
    }
}
