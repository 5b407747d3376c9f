//! Which enable makes which register read-only (E3), and which registers are always writable.

use smmuq_golden::{Parameters, Register, Smmu};

use crate::command_fixture::CMDQEN;
use crate::fixture::*;
use crate::pri_fixture::{PRIQ_IRQ, PRIQEN, SMMUEN};

/// Whether a write of `bits` to a register that holds 0 is ignored.
fn ignores(smmu: &Smmu, register: Register, bits: u32) -> bool {
    let mut after = smmu.clone();
    write(&mut after, register, bits);
    let value = read(&after, register);
    assert!(value == 0 || value == bits, "{register} {value:#x}");
    value == 0
}

/// An SMMU in which a field is set, being set, or being cleared, in a control register.
fn states(control: Register, field: u32) -> [(Smmu, bool); 4] {
    let reset = Smmu::new(Parameters::default());
    let complete = |smmu: &mut Smmu| {
        let done = if control == Register::Cr0 { acknowledge(smmu) } else { acknowledge_irq(smmu) };
        done.expect("a change to acknowledge");
    };
    let mut enabling = reset.clone();
    write(&mut enabling, control, field);
    let mut enabled = enabling.clone();
    complete(&mut enabled);
    let mut disabling = enabled.clone();
    write(&mut disabling, control, 0);
    let mut disabled = disabling.clone();
    complete(&mut disabled);
    assert_eq!(disabled, reset);
    [(enabling, true), (enabled, true), (disabling, true), (disabled, false)]
}

/// Asserts that a register is read-only while any of `guards`, and none other, is 1 in the control
/// register or its acknowledge.
fn guarded_by(control: Register, fields: &[u32], guards: u32, register: Register, bits: u32) {
    for &field in fields {
        for (smmu, set) in states(control, field) {
            let expected = set && field & guards != 0;
            assert_eq!(ignores(&smmu, register, bits), expected, "{register} {field:#x}");
        }
    }
}

fn guarded_by_cr0(guards: u32, register: Register, bits: u32) {
    guarded_by(Register::Cr0, &[SMMUEN, PRIQEN, EVENTQ, CMDQEN, 0x10], guards, register, bits);
}

fn guarded_by_irq_ctrl(guards: u32, register: Register, bits: u32) {
    guarded_by(Register::IrqCtrl, &[EVENTQ, PRIQ_IRQ, GERROR_IRQ], guards, register, bits);
}

#[test]
fn e3_command_queue() {
    guarded_by_cr0(CMDQEN, Register::CmdqBaseLo, 0x1234_5663);
    guarded_by_cr0(CMDQEN, Register::CmdqBaseHi, 0x4000_0001);
    guarded_by_cr0(CMDQEN, Register::CmdqCons, 1);
    guarded_by_cr0(0, Register::CmdqProd, 0xF_FFFF);
}

#[test]
fn e3_event_queue() {
    guarded_by_cr0(EVENTQ, Register::EventqBaseLo, 0x1234_5663);
    guarded_by_cr0(EVENTQ, Register::EventqBaseHi, 0x4000_0001);
    guarded_by_cr0(EVENTQ, Register::EventqProd, 0x8000_0001);
    guarded_by_cr0(0, Register::EventqCons, 0x8000_0001);
}

/// E7: by PRIQEN itself; SMMUEN does not matter.
#[test]
fn e3_pri_queue() {
    guarded_by_cr0(PRIQEN, Register::PriqBaseLo, 0x1234_5663);
    guarded_by_cr0(PRIQEN, Register::PriqBaseHi, 0x4000_0001);
    guarded_by_cr0(PRIQEN, Register::PriqProd, 0x8000_0001);
    guarded_by_cr0(0, Register::PriqCons, 0x8000_0001);
}

/// 6.3.11: each half of CR1 by its own enables.
#[test]
fn e3_cr1() {
    guarded_by_cr0(EVENTQ | PRIQEN | CMDQEN, Register::Cr1, 0x03F);
    guarded_by_cr0(SMMUEN, Register::Cr1, 0xFC0);
}

/// 6.3.11: a write that one half ignores changes the other.
#[test]
fn e3_cr1_halves_are_guarded_apart() {
    let mut smmu = Smmu::new(Parameters::default());
    set_cr0(&mut smmu, SMMUEN);
    write(&mut smmu, Register::Cr1, 0xFFF);
    assert_eq!(read(&smmu, Register::Cr1), 0x03F);
    set_cr0(&mut smmu, EVENTQ);
    write(&mut smmu, Register::Cr1, 0x000);
    assert_eq!(read(&smmu, Register::Cr1), 0x03F);
    write(&mut smmu, Register::Cr1, 0xA95);
    assert_eq!(read(&smmu, Register::Cr1), 0xABF);
}

/// 6.3.12.
#[test]
fn cr2() {
    guarded_by_cr0(SMMUEN, Register::Cr2, 0xF);
}

#[test]
fn e3_interrupt_configuration() {
    let sources = [
        (
            GERROR_IRQ,
            [
                Register::GerrorIrqCfg0Lo,
                Register::GerrorIrqCfg0Hi,
                Register::GerrorIrqCfg1,
                Register::GerrorIrqCfg2,
            ],
        ),
        (
            EVENTQ,
            [
                Register::EventqIrqCfg0Lo,
                Register::EventqIrqCfg0Hi,
                Register::EventqIrqCfg1,
                Register::EventqIrqCfg2,
            ],
        ),
        (
            PRIQ_IRQ,
            [Register::PriqIrqCfg0Lo, Register::PriqIrqCfg0Hi, Register::PriqIrqCfg1, Register::PriqIrqCfg2],
        ),
    ];
    for (guard, registers) in sources {
        for register in registers {
            guarded_by_irq_ctrl(guard, register, 0x14);
            guarded_by_cr0(0, register, 0x14);
        }
    }
    guarded_by_irq_ctrl(PRIQ_IRQ, Register::PriqIrqCfg2, 0x8000_0000);
}

/// G2: always writable.
#[test]
fn gerrorn_is_always_writable() {
    guarded_by_cr0(0, Register::GerrorN, 0x1FD);
    guarded_by_irq_ctrl(0, Register::GerrorN, 0x1FD);
}

/// Without PRI the registers of the PRI queue are not there.
#[test]
fn absent_without_pri() {
    let mut smmu = Smmu::new(Parameters { pri: false, ..Parameters::default() });
    for register in Register::ALL.into_iter().filter(|register| register.name().starts_with("PRIQ_")) {
        write(&mut smmu, register, 0xFFFF_FFFF);
        assert_eq!(read(&smmu, register), 0, "{register}");
    }
}

/// Without MSIs their configuration is not there, except LO (14.9).
#[test]
fn absent_without_msi() {
    let parameters = Parameters { msi: false, ..Parameters::default() };
    for pri in [false, true] {
        let mut smmu = Smmu::new(Parameters { pri, ..parameters });
        for register in Register::ALL.into_iter().filter(|register| register.name().contains("IRQ_CFG")) {
            write(&mut smmu, register, 0xFFFF_FFFF);
            let lo = pri && register == Register::PriqIrqCfg2;
            assert_eq!(read(&smmu, register), if lo { 0x8000_0000 } else { 0 }, "{register}");
        }
    }
}

/// Q9: LOG2SIZE 31 reads back in every base.
#[test]
fn q9_oversize_bases_read_back() {
    let mut smmu = Smmu::new(Parameters::default());
    for (low, high) in [
        (Register::CmdqBaseLo, Register::CmdqBaseHi),
        (Register::EventqBaseLo, Register::EventqBaseHi),
        (Register::PriqBaseLo, Register::PriqBaseHi),
    ] {
        write(&mut smmu, low, 0x8765_433F);
        write(&mut smmu, high, 0xBF12_3456);
        assert_eq!(read(&smmu, low), 0x8765_433F);
        assert_eq!(read(&smmu, high), 0x0012_3456); // bits 63, 61 to 56
    }
}

/// Q13: a smaller size truncates RD of the Command queue.
#[test]
fn q13_a_smaller_size_truncates_cmdq_cons() {
    let mut smmu = Smmu::new(Parameters::default());
    write(&mut smmu, Register::CmdqBaseLo, 4);
    write(&mut smmu, Register::CmdqCons, 0x1E);
    assert_eq!(read(&smmu, Register::CmdqCons), 0x1E);
    write(&mut smmu, Register::CmdqBaseLo, 1);
    assert_eq!(read(&smmu, Register::CmdqCons), 0x2);
}
