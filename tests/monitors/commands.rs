//! CMDQ_CONS at the edges, and which registers the monitors ask for.

use super::*;

/// E8: a command that is shown at a port goes on although software has moved PROD back to it, and is seen as consumed.
#[test]
fn e8_a_command_at_a_port_is_consumed() {
    let ports = [
        (PinsOut { cmd_valid_o: true, ..PinsOut::default() }, Watched::Command),
        (PinsOut { prg_valid_o: true, ..PinsOut::default() }, Watched::PrgResponse),
    ];
    for (out, watched) in ports {
        let mut pins = Pins::new();
        pins.registers[at(Register::CmdqProd)] = 0;
        let start = pins.registers;
        pins.transfer(PinsIn { cmd_ready_i: true, prg_ready_i: true, ..PinsIn::default() }, out);
        pins.show(Register::CmdqCons, 1);
        let monitors = watch(&start, &pins.cycles);
        assert_eq!((monitors.seen(watched), monitors.seen(Watched::Consumed)), (1, 1));
    }
}

/// E8: the same for a CMD_SYNC that was accepted: it completes although PROD does not cover it any more.
#[test]
fn e8_an_accepted_sync_is_consumed() {
    let mut start = configured();
    start[at(Register::CmdqProd)] = 1;
    let mut cycles = sync_with_msi().cycles;
    edit_all(&mut cycles, |_| true, |cycle| cycle.registers[at(Register::CmdqProd)] = 1);
    assert_eq!(watch(&start, &cycles).take_complaints(), Vec::<String>::new());
}

/// C10: where software moves PROD in the cycle in which CONS moves, the queue may have been full before the one or the
/// other.
#[test]
fn c10_prod_moves_in_the_cycle_of_cons() {
    for (prod, written, wakes) in [(4, 5, true), (3, 4, true), (3, 3, false), (2, 3, false)] {
        let mut pins = Pins::new();
        pins.registers[at(Register::CmdqProd)] = prod;
        let start = pins.registers;
        let paddr_i = Register::CmdqProd.offset();
        let access = PinsIn { paddr_i, pwrite_i: true, pwdata_i: written, pstrb_i: 0xF, ..PinsIn::default() };
        pins.access(access, 0);
        pins.show(Register::CmdqProd, written);
        pins.show(Register::CmdqCons, 1);
        pins.pulse(|out| &mut out.sev_o);
        let complaints = watch(&start, &pins.cycles).take_complaints();
        assert_eq!(complaints.is_empty(), wakes, "{prod} {written}: {complaints:?}");
    }
}

/// The registers that are asked for after the last of these cycles.
fn asked(start: &[u32; REGISTERS], cycles: &[Cycle]) -> Vec<Register> {
    let mut monitors = Monitors::new(&Registers(*start));
    let mut asked = Vec::new();
    for cycle in cycles {
        asked.clear();
        monitors.cycle(&cycle.pins, &cycle.out, |registers| {
            asked.extend(registers);
            Registers(cycle.registers)
        });
    }
    asked
}

/// A read takes time: only what the block may change is read, and all when software has written.
#[test]
fn registers_are_asked_for_when_they_may_change() {
    let asked = |registers: &[(Register, u32)], pins: PinsIn, out: PinsOut| {
        let mut cycles = Pins::new();
        cycles.registers[at(Register::CmdqProd)] = 0;
        for &(register, value) in registers {
            cycles.registers[at(register)] = value;
        }
        let start = cycles.registers;
        cycles.cycle(pins, out);
        self::asked(&start, &cycles.cycles)
    };
    let (idle, quiet) = (PinsIn::default, PinsOut::default);
    let none: Vec<Register> = Vec::new();
    assert_eq!(asked(&[], idle(), quiet()), none);
    assert_eq!(asked(&[(Register::CmdqProd, 1)], idle(), quiet()), [Register::CmdqCons, Register::Gerror]);
    let at_port = PinsOut { cmd_valid_o: true, ..quiet() };
    assert_eq!(asked(&[], idle(), at_port), [Register::CmdqCons, Register::Gerror]);
    let address = |id| PinsOut { awvalid_o: true, awid_o: id, awsize_o: 4, ..quiet() };
    assert_eq!(asked(&[], idle(), address(0)), [Register::EventqProd]);
    assert_eq!(asked(&[], idle(), address(1)), [Register::PriqProd]);
    assert_eq!(asked(&[], idle(), address(2)), none);
    let taken = PinsOut { ppr_ready_o: true, ..quiet() };
    let offered = |secure| PinsIn { ppr_valid_i: true, ppr_secure_i: secure, ..idle() };
    assert_eq!(asked(&[], offered(false), taken.clone()), [Register::PriqProd]);
    assert_eq!(asked(&[], offered(true), taken.clone()), none);
    assert_eq!(asked(&[], idle(), taken), none);
    assert_eq!(asked(&[], offered(false), quiet()), none);
    let acknowledges = [Register::Cr0Ack, Register::IrqCtrlAck];
    assert_eq!(asked(&[(Register::Cr0, 0)], idle(), quiet()), acknowledges);
    assert_eq!(asked(&[(Register::IrqCtrlAck, 0)], idle(), quiet()), acknowledges);

    // EA2: the error shows at any time after a write has aborted.
    let record = |response| {
        let mut pins = Pins::new();
        pins.registers[at(Register::CmdqProd)] = 0;
        let start = pins.registers;
        pins.event(0);
        pins.answer(0, response);
        (response == 0).then(|| pins.show(Register::EventqProd, 1));
        pins.idle();
        self::asked(&start, &pins.cycles)
    };
    assert_eq!(record(0), none);
    assert_eq!(record(2), [Register::EventqProd, Register::Gerror]);

    let mut pins = event();
    assert_eq!(self::asked(&pins.cycles[0].registers, &pins.cycles[..5]), prod_and_commands());
    pins.access(PinsIn { pwrite_i: true, pstrb_i: 0xF, ..PinsIn::default() }, 0);
    assert_eq!(self::asked(&configured(), &pins.cycles), Register::ALL);
}

/// While a record and commands are under way.
fn prod_and_commands() -> [Register; 3] {
    [Register::EventqProd, Register::CmdqCons, Register::Gerror]
}
