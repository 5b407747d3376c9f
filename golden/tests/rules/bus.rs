//! Register accesses: reset values, read-only and absent places, errors on the bus.

use smmuq_golden::{BusError, Parameters, Register, Smmu};

use crate::fixture::*;

fn reset() -> Smmu {
    Smmu::new(Parameters::default())
}

/// R1: what is UNKNOWN after reset is 0. IDR0: PRI 16, SEV 14, MSI 13, ATS 10; IDR1: 19, 19, 19, 20
/// and 32 in their fields; IDR5: 16 stalls, 48 bits.
#[test]
fn reset_values() {
    let smmu = reset();
    for register in Register::ALL {
        let value = match register {
            Register::Idr0 => 0x0001_6400,
            Register::Idr1 => 0x0273_9D20,
            Register::Idr5 => 0x0010_0005,
            _ => 0,
        };
        assert_eq!(read(&smmu, register), value, "{register}");
    }
}

#[test]
fn id_registers_report_the_parameters() {
    let (event_qs, pri_qs, cmd_qs) = (3, 5, 17);
    let none =
        Parameters { pri: false, pps: false, msi: false, sev: false, ats: false, ..Parameters::default() };
    let parameters = Parameters { event_qs, pri_qs, cmd_qs, oas: 36, stall: false, stall_max: 9, ..none };
    let smmu = Smmu::new(parameters);
    assert_eq!(read(&smmu, Register::Idr0), 0x0100_0000); // terminate only (ST7)
    assert_eq!(read(&smmu, Register::Idr3), 0);
    assert_eq!(read(&smmu, Register::Idr1), 0x0223_2D20);
    assert_eq!(read(&smmu, Register::Idr5), 0x0000_0001); // no stalls, 36 bits
    let smmu = Smmu::new(Parameters { stall: true, ..parameters });
    assert_eq!(read(&smmu, Register::Idr0), 0x0000_0000);
    assert_eq!(read(&smmu, Register::Idr5), 0x0009_0001);
    let idr0 = |parameters| read(&Smmu::new(parameters), Register::Idr0);
    assert_eq!(idr0(Parameters { ats: true, ..none }), 1 << 10);
    assert_eq!(idr0(Parameters { msi: true, ..none }), 1 << 13);
    assert_eq!(idr0(Parameters { sev: true, ..none }), 1 << 14);
    assert_eq!(idr0(Parameters { ats: true, pri: true, ..none }), 1 << 16 | 1 << 10);
    let idr3 = |parameters| read(&Smmu::new(parameters), Register::Idr3);
    assert_eq!(idr3(Parameters { ats: true, pri: true, pps: true, ..none }), 1 << 5);
    assert_eq!(idr3(Parameters { pps: true, ..none }), 0);
}

/// Every register with all bits written: what it keeps. IRQ_CTRL and CR0 come last, since they guard
/// others.
#[test]
fn writable_bits() {
    let mut smmu = reset();
    let kept = [
        (Register::Idr0, 0x0001_6400),
        (Register::Idr1, 0x0273_9D20),
        (Register::Idr3, 0),
        (Register::Idr5, 0x0010_0005),
        (Register::Cr0Ack, 0),
        (Register::Cr1, 0x0000_0FFF),
        (Register::Cr2, 0x0000_000F),
        (Register::IrqCtrlAck, 0),
        (Register::Gerror, 0),
        (Register::GerrorN, 0x0000_01FD),
        (Register::GerrorIrqCfg0Lo, 0xFFFF_FFFC),
        (Register::GerrorIrqCfg0Hi, 0x00FF_FFFF),
        (Register::GerrorIrqCfg1, 0xFFFF_FFFF),
        (Register::GerrorIrqCfg2, 0x0000_003F),
        (Register::CmdqBaseLo, 0xFFFF_FFFF),
        (Register::CmdqBaseHi, 0x40FF_FFFF),
        (Register::CmdqProd, 0x000F_FFFF),
        (Register::CmdqCons, 0x000F_FFFF),
        (Register::EventqBaseLo, 0xFFFF_FFFF),
        (Register::EventqBaseHi, 0x40FF_FFFF),
        (Register::EventqIrqCfg0Lo, 0xFFFF_FFFC),
        (Register::EventqIrqCfg0Hi, 0x00FF_FFFF),
        (Register::EventqIrqCfg1, 0xFFFF_FFFF),
        (Register::EventqIrqCfg2, 0x0000_003F),
        (Register::PriqBaseLo, 0xFFFF_FFFF),
        (Register::PriqBaseHi, 0x40FF_FFFF),
        (Register::PriqIrqCfg0Lo, 0xFFFF_FFFC),
        (Register::PriqIrqCfg0Hi, 0x00FF_FFFF),
        (Register::PriqIrqCfg1, 0xFFFF_FFFF),
        (Register::PriqIrqCfg2, 0x8000_003F),
        (Register::EventqProd, 0x800F_FFFF),
        (Register::EventqCons, 0x800F_FFFF),
        (Register::PriqProd, 0x800F_FFFF),
        (Register::PriqCons, 0x800F_FFFF),
        (Register::IrqCtrl, 0x0000_0007),
        (Register::Cr0, 0x0000_001F),
    ];
    for (register, value) in kept {
        write(&mut smmu, register, 0xFFFF_FFFF);
        assert_eq!(read(&smmu, register), value, "{register}");
    }
}

#[test]
fn the_halves_of_the_base_are_written_apart() {
    let mut smmu = reset();
    write(&mut smmu, Register::EventqBaseHi, 0x4012_3456);
    assert_eq!(read(&smmu, Register::EventqBaseLo), 0);
    write(&mut smmu, Register::EventqBaseLo, 0x789A_BCDE);
    assert_eq!(read(&smmu, Register::EventqBaseHi), 0x4012_3456);
    write(&mut smmu, Register::EventqBaseHi, 0);
    assert_eq!(read(&smmu, Register::EventqBaseLo), 0x789A_BCDE);
}

#[test]
fn read_and_register_agree() {
    let smmu = enabled(1, 1, 0);
    for register in Register::ALL {
        assert_eq!(smmu.read(register.offset()), Ok(smmu.register(register)));
    }
}

#[test]
fn narrow_writes_are_errors_and_change_nothing() {
    let mut smmu = reset();
    for strobes in (0x0..=0xE).chain([0x1F, 0xFF]) {
        let written = smmu.write(Register::EventqCons.offset(), 0xFFFF_FFFF, strobes);
        assert_eq!(written, Err(BusError));
    }
    assert_eq!(smmu, reset());
    assert_eq!(smmu.write(Register::EventqCons.offset(), 1, 0xF), Ok(()));
    assert_eq!(read(&smmu, Register::EventqCons), 1);
}

#[test]
fn unaligned_accesses_are_errors_and_change_nothing() {
    let mut smmu = reset();
    for offset in [0x1, 0x2, 0x3, 0x21, 0x100AD, 0x100AE, 0x100AF] {
        assert_eq!(smmu.read(offset), Err(BusError));
        assert_eq!(smmu.write(offset, 0xFFFF_FFFF, 0xF), Err(BusError));
    }
    assert_eq!(smmu, reset());
}

/// Places without a register, among them the Page 0 aliases of PROD and CONS (E12).
#[test]
fn absent_registers_read_zero_and_ignore_writes() {
    let mut smmu = reset();
    for offset in [0x8, 0x10, 0x1C, 0x78, 0x80, 0xA8, 0xAC, 0xC8, 0xCC, 0x190, 0x10000, 0x10020, 0x1FFFC] {
        assert_eq!(smmu.write(offset, 0xFFFF_FFFF, 0xF), Ok(()));
        assert_eq!(smmu.read(offset), Ok(0));
    }
    assert_eq!(smmu, reset());
}

#[test]
fn e12_page_0_does_not_show_prod_and_cons() {
    let smmu = disabled(3, 5, 2);
    assert_eq!(smmu.read(0x000A8), Ok(0));
    assert_eq!(smmu.read(0x000AC), Ok(0));
    assert_eq!(smmu.read(0x100A8), Ok(5));
    assert_eq!(smmu.read(0x100AC), Ok(2));
}
