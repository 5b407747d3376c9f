//! Whose an MSI is, and when none may come.

use super::*;

/// I6: what was not announced before the acknowledge of a disable is not announced by an MSI either.
#[test]
fn i6_no_msi_after_a_disable() {
    let mut pins = Pins::new();
    pins.event(0);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, 1);
    let irqs = IrqCtrl::new().with_gerror_irqen(true).with_priq_irqen(true).into_bits();
    let access = PinsIn {
        paddr_i: Register::IrqCtrl.offset(),
        pwrite_i: true,
        pwdata_i: irqs,
        pstrb_i: 0xF,
        ..PinsIn::default()
    };
    pins.access(access, 0);
    pins.show(Register::IrqCtrl, irqs);
    let mut in_time = Pins { cycles: pins.cycles.clone(), ..pins };
    in_time.msi(0);
    assert_eq!(watch(&configured(), &in_time.cycles).take_complaints(), Vec::<String>::new());
    pins.idle();
    pins.show(Register::IrqCtrlAck, irqs);
    pins.msi(0);
    let complaints = watch(&configured(), &pins.cycles).take_complaints();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].starts_with("V3 I2: Event queue MSI"), "{complaints:?}");
}

/// I7, C13: a CMD_SYNC has no MSI without IDR0.MSI, nor to address 0.
#[test]
fn c13_a_sync_without_msi() {
    let mut start = configured();
    start[at(Register::Idr0)] = 0;
    let none = |complaints: Vec<String>| {
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("V3 I7: MSI 0x4"), "{complaints:?}");
    };
    let mut cycles = sync_with_msi().cycles;
    none(watch(&configured(), &with_address(&cycles, 0)).take_complaints());
    edit_all(&mut cycles, |_| true, |cycle| cycle.registers[at(Register::Idr0)] = 0);
    none(watch(&start, &cycles).take_complaints());
}

/// The CMD_SYNC that is fetched has another MSIAddress, and the MSI goes there.
fn with_address(cycles: &[Cycle], address: u64) -> Vec<Cycle> {
    let mut cycles = cycles.to_vec();
    let sync = words(Command::sync(1).with_msi(address, 4));
    edit_all(&mut cycles, |cycle| cycle.pins.rlast_i, |cycle| cycle.pins.rdata_i = sync);
    edit_all(
        &mut cycles,
        |cycle| cycle.out.awvalid_o,
        |cycle| {
            (cycle.out.awaddr_o, cycle.out.wstrb_o) = (address, 0xF);
            cycle.out.wdata_o = [4, 0, 0, 0];
        },
    );
    cycles
}

/// I7, 9.2: of two sources that send the same it is of the one whose attributes it has, if that has a cause.
#[test]
fn i7_attributes_tell_equal_msis_apart() {
    for normal in [Register::EventqIrqCfg2, Register::PriqIrqCfg2] {
        let mut pins = Pins::new();
        for (low, data) in [
            (Register::EventqIrqCfg0Lo, Register::EventqIrqCfg1),
            (Register::PriqIrqCfg0Lo, Register::PriqIrqCfg1),
        ] {
            (pins.registers[at(low)], pins.registers[at(data)]) = (MSI[0] as u32, 1);
        }
        pins.registers[at(normal)] = IrqCfg2::new().with_mem_attr(0xF).into_bits();
        let start = pins.registers;
        pins.event(0);
        pins.answer(0, 0);
        pins.show(Register::EventqProd, 1);
        let message = pins.message(true);
        pins.write(1, PRIQ, &[message]);
        pins.answer(1, 0);
        pins.show(Register::PriqProd, 1);
        let first = pins.cycles.len();
        pins.msi(0);
        let second = pins.cycles.len();
        pins.msi(0);
        edit_all(&mut pins.cycles[first..second], |_| true, |cycle| cycle.out.awcache_o = 0b0011);
        let again = wrong("twice the same", "9.2: MSI to", |cycles| {
            edit_all(cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.awcache_o = 0b0011);
        });
        check(&start, &pins.cycles, &[again]);
    }
}

/// 9.2: MemAttr below 0b0100 is Device, all else Normal.
#[test]
fn attributes_follow_mem_attr() {
    for (mem_attr, cache) in [(0, 0), (1, 0), (3, 0), (4, 0b0011), (5, 0b0011), (0xF, 0b0011)] {
        let mut pins = event();
        let mut start = configured();
        let attributes = IrqCfg2::new().with_mem_attr(mem_attr).into_bits();
        start[at(Register::EventqIrqCfg2)] = attributes;
        let cfg2 = at(Register::EventqIrqCfg2);
        edit_all(&mut pins.cycles, |_| true, |cycle| cycle.registers[cfg2] = attributes);
        edit_all(&mut pins.cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.awcache_o = cache);
        let other = wrong("other attributes", "9.2: MSI to", |cycles| {
            edit_all(cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.awcache_o ^= 0b0011);
        });
        check(&start, &pins.cycles, &[other]);
    }
}
