//! The monitors on the pins: silent on what is right, and each complains when one thing is wrong. First on pins made by
//! hand, then on what the RTL did, with one input of the monitors changed.

#[path = "monitors/commands.rs"]
mod commands;
#[path = "monitors/interrupts.rs"]
mod interrupts;
#[path = "monitors/msis.rs"]
mod msis;
#[path = "monitors/queues.rs"]
mod queues;
#[path = "monitors/transfers.rs"]
mod transfers;

use std::collections::{HashMap, VecDeque};

use smmuq::monitors::{Monitors, Watched};
use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::{Block, Configuration, PinsIn, PinsOut};
use smmuq_golden::{
    CmdqCons, Command, Cr0, Gerror, Idr0, Idr1, Idr5, IrqCfg2, IrqCtrl, PriMessage, Register,
};
use smmuq_testbench::drivers;
use smmuq_testbench::memory::Memory;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::scenarios;
use smmuq_testbench::system::{Conditions, run};
use smmuq_testbench::target::Registers;

const REGISTERS: usize = Register::ALL.len();
const EVENTQ: u64 = 0x8000_0000;
const PRIQ: u64 = 0x9000_0000;
const CMDQ: u64 = 0xA000_0000;
/// Where the MSIs go of the Event queue, the PRI queue, global errors and CMD_SYNC; the data is 1 to 4.
const MSI: [u64; 4] = [0xB000_0000, 0xB000_0014, 0xB000_0028, 0xB000_003C];
/// log2 of the entries of each queue.
const LOG2SIZE: u32 = 2;

/// One cycle: pins, and the registers after it.
#[derive(Clone)]
struct Cycle {
    pins: PinsIn,
    out: PinsOut,
    registers: [u32; REGISTERS],
}

impl Cycle {
    fn get(&self, register: Register) -> u32 {
        self.registers[at(register)]
    }
}

fn at(register: Register) -> usize {
    Register::ALL.into_iter().position(|each| each == register).unwrap()
}

fn watch(start: &[u32; REGISTERS], cycles: &[Cycle]) -> Monitors {
    let mut monitors = Monitors::new(&Registers(*start));
    for cycle in cycles {
        monitors.cycle(&cycle.pins, &cycle.out, |_| Registers(cycle.registers));
    }
    monitors
}

/// Something in a row of cycles that is made wrong, and the complaint that must come.
struct Wrong {
    name: &'static str,
    make: fn(&mut Vec<Cycle>),
    complaint: &'static str,
}

const fn wrong(name: &'static str, complaint: &'static str, make: fn(&mut Vec<Cycle>)) -> Wrong {
    Wrong { name, make, complaint }
}

/// Nothing is said about the cycles as they are, and the right thing about each wrong one.
fn check(start: &[u32; REGISTERS], cycles: &[Cycle], wrongs: &[Wrong]) {
    assert_eq!(watch(start, cycles).take_complaints(), Vec::<String>::new());
    for Wrong { name, make, complaint } in wrongs {
        let mut cycles = cycles.to_vec();
        make(&mut cycles);
        let complaints = watch(start, &cycles).take_complaints();
        assert!(complaints.iter().any(|said| said.contains(complaint)), "{name}: {complaints:#?}");
    }
}

/// The first cycle in which something is so.
fn first(cycles: &[Cycle], wanted: impl Fn(&Cycle) -> bool) -> usize {
    cycles.iter().position(wanted).expect("there is such a cycle")
}

fn edit(cycles: &mut [Cycle], wanted: impl Fn(&Cycle) -> bool, change: impl Fn(&mut Cycle)) {
    let at = first(cycles, wanted);
    change(&mut cycles[at]);
}

fn edit_all(cycles: &mut [Cycle], wanted: impl Fn(&Cycle) -> bool, change: impl Fn(&mut Cycle)) {
    cycles.iter_mut().filter(|cycle| wanted(cycle)).for_each(change);
}

/// A register shows its value from the first cycle on in which it changes only so many cycles later.
fn late(cycles: &mut [Cycle], register: Register, by: usize) {
    let register = at(register);
    let changed = (1..cycles.len())
        .find(|&cycle| cycles[cycle].registers[register] != cycles[cycle - 1].registers[register])
        .expect("it changes");
    let before = cycles[changed - 1].registers[register];
    cycles[changed..changed + by].iter_mut().for_each(|cycle| cycle.registers[register] = before);
}

/// The first pulse comes a cycle earlier.
fn early(cycles: &mut [Cycle], line: fn(&mut PinsOut) -> &mut bool) {
    let at = first(cycles, |cycle| *line(&mut cycle.out.clone()));
    *line(&mut cycles[at].out) = false;
    *line(&mut cycles[at - 1].out) = true;
}

/// Registers of a block with all queues and interrupts enabled.
fn configured() -> [u32; REGISTERS] {
    let mut registers = [0; REGISTERS];
    let enables = Cr0::new().with_smmuen(true).with_priqen(true).with_eventqen(true).with_cmdqen(true);
    let irqs = IrqCtrl::new().with_gerror_irqen(true).with_priq_irqen(true).with_eventq_irqen(true);
    let values = [
        (Register::Idr0, Idr0::new().with_msi(true).into_bits()),
        (Register::Idr1, Idr1::new().with_cmdqs(19).with_eventqs(19).with_priqs(19).into_bits()),
        (Register::Idr5, Idr5::new().with_oas(5).into_bits()),
        (Register::Cr0, enables.into_bits()),
        (Register::Cr0Ack, enables.into_bits()),
        (Register::IrqCtrl, irqs.into_bits()),
        (Register::IrqCtrlAck, irqs.into_bits()),
        (Register::EventqBaseLo, EVENTQ as u32 | LOG2SIZE),
        (Register::PriqBaseLo, PRIQ as u32 | LOG2SIZE),
        (Register::CmdqBaseLo, CMDQ as u32 | LOG2SIZE),
        (Register::CmdqProd, 2),
        (Register::EventqIrqCfg0Lo, MSI[0] as u32),
        (Register::EventqIrqCfg1, 1),
        (Register::PriqIrqCfg0Lo, MSI[1] as u32),
        (Register::PriqIrqCfg1, 2),
        (Register::GerrorIrqCfg0Lo, MSI[2] as u32),
        (Register::GerrorIrqCfg1, 3),
    ];
    for (register, value) in values {
        registers[at(register)] = value;
    }
    registers
}

/// Makes cycles by hand. Every transfer waits a cycle for ready.
struct Pins {
    registers: [u32; REGISTERS],
    cycles: Vec<Cycle>,
}

impl Pins {
    fn new() -> Self {
        Self { registers: configured(), cycles: Vec::new() }
    }

    fn cycle(&mut self, pins: PinsIn, out: PinsOut) {
        let out = PinsOut { bready_o: true, rready_o: true, pready_o: true, ..out };
        self.cycles.push(Cycle { pins, out, registers: self.registers });
    }

    /// The last cycle once more at its end, after one in which nothing was ready.
    fn transfer(&mut self, pins: PinsIn, out: PinsOut) {
        let waiting_pins = PinsIn {
            awready_i: false,
            wready_i: false,
            arready_i: false,
            prg_ready_i: false,
            cmd_ready_i: false,
            sync_ready_i: false,
            ..pins.clone()
        };
        let waiting_out = PinsOut {
            bready_o: false,
            rready_o: false,
            term_ready_o: false,
            stall_ready_o: false,
            ppr_ready_o: false,
            ..out.clone()
        };
        self.cycles.push(Cycle { pins: waiting_pins, out: waiting_out, registers: self.registers });
        self.cycle(pins, out);
    }

    /// A register shows another value after the last cycle.
    fn show(&mut self, register: Register, value: u32) {
        self.registers[at(register)] = value;
        self.cycles.last_mut().expect("a cycle").registers = self.registers;
    }

    fn idle(&mut self) {
        self.cycle(PinsIn::default(), PinsOut::default());
    }

    fn pulse(&mut self, line: fn(&mut PinsOut) -> &mut bool) {
        let mut out = PinsOut::default();
        *line(&mut out) = true;
        self.cycle(PinsIn::default(), out);
    }

    fn write(&mut self, id: u8, address: u64, beats: &[[u32; 4]]) {
        let size = if id == 2 { 2 } else { 4 };
        let strobes = if id == 2 { 0xF << (address % 16) } else { 0xFFFF };
        for (number, &data) in (1..).zip(beats) {
            let out = PinsOut {
                awvalid_o: number == 1,
                awid_o: id,
                awaddr_o: address,
                awlen_o: beats.len() as u8 - 1,
                awsize_o: size,
                awburst_o: 1,
                awcache_o: if id == 2 { 0 } else { 0b0011 },
                awprot_o: 0b010,
                wvalid_o: true,
                wdata_o: data,
                wstrb_o: strobes,
                wlast_o: number == beats.len(),
                ..PinsOut::default()
            };
            self.transfer(PinsIn { awready_i: true, wready_i: true, ..PinsIn::default() }, out);
        }
    }

    fn answer(&mut self, id: u8, response: u8) {
        let pins = PinsIn { bvalid_i: true, bid_i: id, bresp_i: response, ..PinsIn::default() };
        self.transfer(pins, PinsOut::default());
    }

    fn msi(&mut self, source: usize) {
        let mut data = [0; 4];
        data[MSI[source] as usize % 16 / 4] = source as u32 + 1;
        self.write(2, MSI[source], &[data]);
        self.answer(2, 0);
    }

    fn event(&mut self, slot: u64) {
        self.write(0, EVENTQ + 32 * slot, &[[1; 4], [2; 4]]);
    }

    fn message(&mut self, last: bool) -> [u32; 4] {
        let [low, high] = PriMessage::new(7, 0, 0).with_last(last).words();
        [low as u32, (low >> 32) as u32, high as u32, (high >> 32) as u32]
    }

    fn page_request(&mut self, last: bool) {
        let pins = PinsIn { ppr_valid_i: true, ppr_message_i: self.message(last), ..PinsIn::default() };
        self.transfer(pins, PinsOut { ppr_ready_o: true, ..PinsOut::default() });
    }

    fn fetch(&mut self, commands: &[Command]) {
        let out = PinsOut {
            arvalid_o: true,
            araddr_o: CMDQ,
            arlen_o: commands.len() as u8 - 1,
            arsize_o: 4,
            arburst_o: 1,
            arcache_o: 0b0011,
            arprot_o: 0b010,
            ..PinsOut::default()
        };
        self.transfer(PinsIn { arready_i: true, ..PinsIn::default() }, out);
        for (number, command) in (1..).zip(commands) {
            let pins = PinsIn {
                rvalid_i: true,
                rdata_i: words(*command),
                rlast_i: number == commands.len(),
                ..PinsIn::default()
            };
            self.transfer(pins, PinsOut::default());
        }
    }

    fn access(&mut self, pins: PinsIn, waits: usize) {
        let pins = PinsIn { psel_i: true, ..pins };
        self.cycle(pins.clone(), PinsOut::default());
        let access = PinsIn { penable_i: true, ..pins };
        for _ in 0..waits {
            self.cycle(access.clone(), PinsOut::default());
            self.cycles.last_mut().unwrap().out.pready_o = false;
        }
        self.cycle(access, PinsOut::default());
    }
}

fn words(command: Command) -> [u32; 4] {
    let [low, high] = command.words();
    [low as u32, (low >> 32) as u32, high as u32, (high >> 32) as u32]
}

/// A record is written, shown, and announced by wire and MSI.
fn event() -> Pins {
    let mut pins = Pins::new();
    pins.event(0);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, 1);
    pins.pulse(|out| &mut out.irq_eventq_o);
    pins.msi(0);
    pins
}

#[test]
fn axi_writes() {
    check(
        &configured(),
        &event().cycles,
        &[
            wrong("AW withdrawn", "AXI4: AW: valid", |cycles| cycles[1].out.awvalid_o = false),
            wrong("AW changes", "AXI4: AW: valid", |cycles| cycles[1].out.awaddr_o += 32),
            wrong("W withdrawn", "AXI4: W: valid", |cycles| cycles[1].out.wvalid_o = false),
            wrong("W changes", "AXI4: W: valid", |cycles| cycles[1].out.wdata_o[3] ^= 1),
            wrong("B withdrawn", "AXI4: B: valid", |cycles| cycles[5].pins.bvalid_i = false),
            wrong("B changes", "AXI4: B: valid", |cycles| cycles[5].pins.bresp_i = 2),
            wrong("unknown id", "AXI4: AW with id 3", |cycles| both(cycles, |out| out.awid_o = 3)),
            wrong("length", "AXI4: AWLEN 2 with id 0", |cycles| both(cycles, |out| out.awlen_o = 2)),
            wrong("size", "with AxSIZE 3", |cycles| both(cycles, |out| out.awsize_o = 3)),
            wrong("type", "is not INCR", |cycles| both(cycles, |out| out.awburst_o = 2)),
            wrong("protection", "with AxPROT 0b0", |cycles| both(cycles, |out| out.awprot_o = 0)),
            wrong("attributes", "9.2: AW with AxCACHE", |cycles| both(cycles, |out| out.awcache_o = 15)),
            wrong("alignment", "is not aligned", |cycles| both(cycles, |out| out.awaddr_o += 8)),
            wrong("page", "crosses 4 KiB", |cycles| both(cycles, |out| out.awaddr_o += 4096 - 16)),
            wrong("WLAST early", "AXI4: WLAST on beat 1", |cycles| both(cycles, |out| out.wlast_o = true)),
            wrong("WLAST missing", "AXI4: no WLAST", |cycles| {
                cycles[2..4].iter_mut().for_each(|cycle| cycle.out.wlast_o = false);
            }),
            wrong("strobes", "AXI4: the strobes", |cycles| both(cycles, |out| out.wstrb_o = 0x7FFF)),
            wrong("B before the data", "AXI4: B with id 0 before", |cycles| cycles.swap(3, 5)),
            wrong("B before the address", "AXI4: B with id 0 before", |cycles| {
                both(cycles, |out| out.awvalid_o = false);
            }),
            wrong("B of another id", "AXI4: B with id 1 before", |cycles| {
                cycles[4..6].iter_mut().for_each(|cycle| cycle.pins.bid_i = 1);
            }),
            wrong("B twice", "AXI4: B with id 0 before", |cycles| {
                let again = cycles[5].clone();
                cycles.insert(6, again);
            }),
            wrong("address alone", "AXI4: AW without its W", |cycles| {
                cycles.truncate(2);
                let idle = Cycle { out: PinsOut::default(), ..cycles[0].clone() };
                cycles.extend(std::iter::repeat_n(idle, 1001));
            }),
            wrong("data alone", "AXI4: W without its AW", |cycles| {
                cycles.truncate(4);
                both(cycles, |out| out.awvalid_o = false);
                let idle = Cycle { out: PinsOut::default(), ..cycles[0].clone() };
                cycles.extend(std::iter::repeat_n(idle, 1001));
            }),
            wrong("MSI of a record's size", "with AxSIZE 4", |cycles| {
                edit_all(cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.awsize_o = 4);
            }),
        ],
    );
}

/// In the first transfer and the cycle that it waits.
fn both(cycles: &mut [Cycle], change: fn(&mut PinsOut)) {
    cycles[..2].iter_mut().for_each(|cycle| change(&mut cycle.out));
}

/// A command and a CMD_SYNC are fetched, handed out, consumed, and the latter is announced.
fn sync(signal: u8, line: fn(&mut PinsOut) -> &mut bool) -> Pins {
    let mut pins = Pins::new();
    let tlbi = Command::tlbi_nsnh_all();
    pins.fetch(&[tlbi, Command::sync(signal).with_msi(MSI[3], 4)]);
    let out = PinsOut { cmd_valid_o: true, cmd_o: words(tlbi), ..PinsOut::default() };
    pins.transfer(PinsIn { cmd_ready_i: true, ..PinsIn::default() }, out);
    pins.show(Register::CmdqCons, 1);
    let out = PinsOut { sync_valid_o: true, ..PinsOut::default() };
    pins.transfer(PinsIn { sync_ready_i: true, ..PinsIn::default() }, out);
    pins.idle();
    pins.show(Register::CmdqCons, 2);
    pins.pulse(line);
    pins
}

fn sync_with_msi() -> Pins {
    let mut pins = sync(1, |out| &mut out.irq_cmd_sync_o);
    pins.msi(3);
    pins
}

#[test]
fn axi_reads() {
    check(
        &configured(),
        &sync_with_msi().cycles,
        &[
            wrong("AR withdrawn", "AXI4: AR: valid", |cycles| cycles[1].out.arvalid_o = false),
            wrong("AR changes", "AXI4: AR: valid", |cycles| cycles[1].out.arlen_o = 3),
            wrong("R withdrawn", "AXI4: R: valid", |cycles| cycles[3].pins.rvalid_i = false),
            wrong("R changes", "AXI4: R: valid", |cycles| cycles[3].pins.rdata_i[2] ^= 4),
            wrong("unknown id", "AXI4: AR with id 1", |cycles| both(cycles, |out| out.arid_o = 1)),
            wrong("size", "with AxSIZE 2", |cycles| both(cycles, |out| out.arsize_o = 2)),
            wrong("type", "is not INCR", |cycles| both(cycles, |out| out.arburst_o = 0)),
            wrong("protection", "with AxPROT 0b110", |cycles| both(cycles, |out| out.arprot_o = 0b110)),
            wrong("attributes", "9.2: AR with AxCACHE", |cycles| both(cycles, |out| out.arcache_o = 0)),
            wrong("page", "crosses 4 KiB", |cycles| both(cycles, |out| out.araddr_o += 4096 - 16)),
            wrong("RLAST early", "AXI4: RLAST true", |cycles| {
                cycles[2..4].iter_mut().for_each(|cycle| cycle.pins.rlast_i = true);
            }),
            wrong("RLAST missing", "AXI4: RLAST false", |cycles| {
                cycles[4..6].iter_mut().for_each(|cycle| cycle.pins.rlast_i = false);
            }),
            wrong("R of another id", "AXI4: R with id 2", |cycles| {
                cycles[2..4].iter_mut().for_each(|cycle| cycle.pins.rid_i = 2);
            }),
            wrong("R without AR", "AXI4: R with id 0", |cycles| both(cycles, |out| out.arvalid_o = false)),
        ],
    );
}

#[test]
fn apb() {
    let mut pins = Pins::new();
    let offset = Register::EventqCons.offset();
    let write = PinsIn { paddr_i: offset, pwrite_i: true, pwdata_i: 1, pstrb_i: 0xF, ..PinsIn::default() };
    pins.access(write, 1);
    pins.show(Register::EventqCons, 1);
    pins.access(PinsIn { paddr_i: offset, ..PinsIn::default() }, 0);
    pins.idle();
    check(
        &configured(),
        &pins.cycles,
        &[
            wrong("no PSEL", "APB: penable_i without", |cycles| cycles[1].pins.psel_i = false),
            wrong("no setup", "APB: access phase without", |cycles| cycles[0].pins.penable_i = true),
            wrong("no enable", "APB: no penable_i", |cycles| cycles[1].pins.penable_i = false),
            wrong("address", "APB: a transfer changed", |cycles| cycles[2].pins.paddr_i = 0),
            wrong("data", "APB: a transfer changed", |cycles| cycles[1].pins.pwdata_i = 0),
            wrong("strobes", "APB: a transfer changed", |cycles| cycles[1].pins.pstrb_i = 1),
            wrong("direction", "APB: a transfer changed", |cycles| cycles[4].pins.pwrite_i = true),
            wrong("strobes of a read", "APB: a read with", |cycles| cycles[3].pins.pstrb_i = 1),
            wrong("error too early", "APB: pslverr_o before", |cycles| cycles[1].out.pslverr_o = true),
            wrong("no end", "APB: no pready_o", |cycles| {
                let waiting = cycles[1].clone();
                cycles.splice(1..1, std::iter::repeat_n(waiting, 1000));
            }),
        ],
    );
}

#[test]
fn ports() {
    let mut pins = Pins::new();
    let offered = PinsIn {
        term_valid_i: true,
        stall_valid_i: true,
        ppr_valid_i: true,
        prg_ready_i: true,
        cmd_ready_i: true,
        sync_ready_i: true,
        sync_atc_error_i: true,
        ..PinsIn::default()
    };
    let out = PinsOut {
        term_ready_o: true,
        stall_ready_o: true,
        ppr_ready_o: true,
        prg_valid_o: true,
        cmd_valid_o: true,
        sync_valid_o: true,
        ..PinsOut::default()
    };
    pins.transfer(offered, out);
    check(
        &configured(),
        &pins.cycles,
        &[
            wrong("term withdrawn", "term port", |cycles| cycles[1].pins.term_valid_i = false),
            wrong("term changes", "term port", |cycles| cycles[1].pins.term_record_i[7] = 1),
            wrong("stall withdrawn", "stall port", |cycles| cycles[1].pins.stall_valid_i = false),
            wrong("stall changes", "stall port", |cycles| cycles[1].pins.stall_record_i[0] = 1),
            wrong("ppr withdrawn", "ppr port", |cycles| cycles[1].pins.ppr_valid_i = false),
            wrong("ppr changes", "ppr port", |cycles| cycles[1].pins.ppr_message_i[1] = 1),
            wrong("STE changes", "ppr port", |cycles| cycles[1].pins.ppr_ste_ppar_i = true),
            wrong("prg withdrawn", "prg port", |cycles| cycles[1].out.prg_valid_o = false),
            wrong("prg changes", "prg port", |cycles| cycles[1].out.prg_code_o = 15),
            wrong("cmd withdrawn", "cmd port", |cycles| cycles[1].out.cmd_valid_o = false),
            wrong("cmd changes", "cmd port", |cycles| cycles[1].out.cmd_o[0] = 1),
            wrong("sync withdrawn", "sync port", |cycles| cycles[1].out.sync_valid_o = false),
        ],
    );
}

#[test]
fn event_queue() {
    check(
        &configured(),
        &event().cycles,
        &[
            wrong(
                "PROD before the response",
                "V1: EVENTQ_PROD shows the slot at 0x80000000, memory has accepted: none",
                |cycles| {
                    cycles[4].registers[at(Register::EventqProd)] = 1;
                },
            ),
            wrong(
                "PROD too far",
                "V1: EVENTQ_PROD shows the slot at 0x80000020, memory has accepted: none",
                |cycles| {
                    cycles[5].registers[at(Register::EventqProd)] = 2;
                },
            ),
            wrong("PROD in spite of an abort", "V1: EVENTQ_PROD", |cycles| {
                cycles[4..6].iter_mut().for_each(|cycle| cycle.pins.bresp_i = 2);
            }),
            wrong(
                "another slot",
                "V1: EVENTQ_PROD shows the slot at 0x80000000, memory has accepted: 0x80000020",
                |cycles| both(cycles, |out| out.awaddr_o += 32),
            ),
            wrong("pulse early", "V3 I2: irq_eventq_o", |cycles| early(cycles, |out| &mut out.irq_eventq_o)),
            wrong("PROD late", "V3 I2: irq_eventq_o", |cycles| late(cycles, Register::EventqProd, 1)),
            wrong("pulse twice", "V3 I2: irq_eventq_o", |cycles| cycles[7].out.irq_eventq_o = true),
            wrong("MSI before PROD", "V3 I2: Event queue MSI", |cycles| {
                cycles[6].out.irq_eventq_o = false;
                late(cycles, Register::EventqProd, 2);
            }),
            wrong("MSI twice", "V3 I2: Event queue MSI", |cycles| cycles.extend_from_within(7..)),
            wrong("MSI to elsewhere", "V3 I7: MSI 0x1 to 0xb0000004", |cycles| {
                edit_all(
                    cycles,
                    |cycle| cycle.out.awid_o == 2,
                    |cycle| {
                        (cycle.out.awaddr_o, cycle.out.wstrb_o) = (MSI[0] + 4, 0xF0);
                        cycle.out.wdata_o = [0, 1, 0, 0];
                    },
                );
            }),
            wrong("MSI of other data", "V3 I7: MSI 0x9", |cycles| {
                edit_all(cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.wdata_o[0] = 9);
            }),
            wrong("MSI attributes", "9.2: MSI to", |cycles| {
                edit_all(cycles, |cycle| cycle.out.awid_o == 2, |cycle| cycle.out.awcache_o = 3);
            }),
        ],
    );
}

#[test]
fn a_record_in_a_queue_with_records_is_not_announced() {
    let mut pins = event();
    pins.event(1);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, 2);
    pins.idle();
    let again = wrong("pulse", "V3 I2: irq_eventq_o", |cycles| {
        cycles.last_mut().unwrap().out.irq_eventq_o = true;
    });
    check(&configured(), &pins.cycles, &[again]);
}

/// I8: causes may merge, so that there are fewer interrupts than causes.
#[test]
fn fewer_interrupts_than_causes_are_right() {
    let mut pins = event();
    edit_all(&mut pins.cycles, |cycle| cycle.out.irq_eventq_o, |cycle| cycle.out.irq_eventq_o = false);
    pins.cycles.truncate(7);
    assert_eq!(watch(&configured(), &pins.cycles).take_complaints(), Vec::<String>::new());
}

/// What was not announced before the acknowledge of a disable never is (I6).
#[test]
fn interrupts_are_disabled() {
    let mut pins = Pins::new();
    pins.event(0);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, 1);
    pins.access(
        PinsIn { paddr_i: Register::IrqCtrl.offset(), pwrite_i: true, pstrb_i: 0xF, ..PinsIn::default() },
        0,
    );
    pins.show(Register::IrqCtrl, 0);
    pins.idle();
    pins.show(Register::IrqCtrlAck, 0);
    pins.idle();
    let pulse = |cycles: &mut Vec<Cycle>, at: usize| cycles[at].out.irq_eventq_o = true;
    let mut in_time = pins.cycles.clone();
    let end = in_time.len() - 1;
    pulse(&mut in_time, end - 1);
    assert_eq!(watch(&configured(), &in_time).take_complaints(), Vec::<String>::new());
    let mut late = pins.cycles;
    pulse(&mut late, end);
    assert_eq!(watch(&configured(), &late).take_complaints().len(), 1);
}

/// The first of two writes aborts; what is behind it is lost (EA2).
#[test]
fn aborts() {
    let mut pins = Pins::new();
    pins.event(0);
    pins.event(1);
    pins.answer(0, 2);
    pins.answer(0, 0);
    pins.idle();
    pins.show(Register::Gerror, Gerror::new().with_eventq_abt_err(true).into_bits());
    pins.pulse(|out| &mut out.irq_gerror_o);
    pins.msi(2);
    check(
        &configured(),
        &pins.cycles,
        &[
            wrong("a lost record shows", "V1: EVENTQ_PROD", |cycles| {
                let gerror = first(cycles, |cycle| cycle.get(Register::Gerror) != 0);
                cycles[gerror - 1].registers[at(Register::EventqProd)] = 1;
            }),
            wrong("pulse early", "V3 G4: irq_gerror_o", |cycles| early(cycles, |out| &mut out.irq_gerror_o)),
            wrong("GERROR late", "V3 G4: irq_gerror_o", |cycles| late(cycles, Register::Gerror, 1)),
            wrong("only of the MSI of an error", "V3 G4: irq_gerror_o", |cycles| {
                let only = Gerror::new().with_msi_gerror_abt_err(true).into_bits();
                edit_all(
                    cycles,
                    |cycle| cycle.get(Register::Gerror) != 0,
                    |cycle| cycle.registers[at(Register::Gerror)] = only,
                );
            }),
            wrong("MSI early", "V3 G4: MSI of a global error", |cycles| {
                edit(cycles, |cycle| cycle.out.irq_gerror_o, |cycle| cycle.out.irq_gerror_o = false);
                late(cycles, Register::Gerror, 2);
            }),
        ],
    );
}

fn page_request() -> Pins {
    let mut pins = Pins::new();
    pins.page_request(true);
    let message = pins.message(true);
    pins.write(1, PRIQ, &[message]);
    pins.answer(1, 0);
    pins.show(Register::PriqProd, 1);
    pins.pulse(|out| &mut out.irq_priq_o);
    pins.msi(1);
    pins
}

#[test]
fn pri_queue() {
    check(
        &configured(),
        &page_request().cycles,
        &[
            wrong(
                "PROD before the response",
                "V1: PRIQ_PROD shows the slot at 0x90000000, memory has accepted: none",
                |cycles| {
                    cycles[4].registers[at(Register::PriqProd)] = 1;
                },
            ),
            wrong(
                "another slot",
                "V1: PRIQ_PROD shows the slot at 0x90000000, memory has accepted: 0x90000010",
                |cycles| {
                    edit_all(cycles, |cycle| cycle.out.awid_o == 1, |cycle| cycle.out.awaddr_o += 16);
                },
            ),
            wrong("pulse early", "V3 I3: irq_priq_o", |cycles| early(cycles, |out| &mut out.irq_priq_o)),
            wrong("PROD late", "V3 I3: irq_priq_o", |cycles| late(cycles, Register::PriqProd, 1)),
            wrong("MSI before PROD", "V3 I3: PRI queue MSI", |cycles| {
                edit(cycles, |cycle| cycle.out.irq_priq_o, |cycle| cycle.out.irq_priq_o = false);
                late(cycles, Register::PriqProd, 2);
            }),
        ],
    );
}

/// LO 1: each message with Last interrupts, published or lost in an overflow.
#[test]
fn pri_queue_with_lo() {
    let mut pins = Pins::new();
    pins.registers[at(Register::PriqIrqCfg2)] = IrqCfg2::new().with_lo(true).into_bits();
    let start = pins.registers;
    let message = pins.message(true);
    for slot in 0..2 {
        pins.write(1, PRIQ + 16 * slot, &[message]);
        pins.answer(1, 0);
        pins.show(Register::PriqProd, slot as u32 + 1);
        pins.pulse(|out| &mut out.irq_priq_o);
    }
    pins.page_request(true);
    pins.show(Register::PriqProd, 1 << 31 | 2);
    pins.pulse(|out| &mut out.irq_priq_o);
    check(
        &start,
        &pins.cycles,
        &[
            wrong("a message without Last", "V3 I3: irq_priq_o", |cycles| {
                edit_all(cycles, |cycle| cycle.out.awid_o == 1, |cycle| cycle.out.wdata_o[1] = 0);
            }),
            wrong("lost without Last", "V3 I3: irq_priq_o", |cycles| {
                edit_all(cycles, |cycle| cycle.pins.ppr_valid_i, |cycle| cycle.pins.ppr_message_i = [0; 4]);
            }),
            wrong("lost of a Secure stream", "V3 I3: irq_priq_o", |cycles| {
                edit_all(cycles, |cycle| cycle.pins.ppr_valid_i, |cycle| cycle.pins.ppr_secure_i = true);
            }),
            wrong("lost without an overflow", "V3 I3: irq_priq_o", |cycles| {
                edit_all(
                    cycles,
                    |cycle| cycle.get(Register::PriqProd) > 2,
                    |cycle| cycle.registers[at(Register::PriqProd)] = 2,
                );
            }),
        ],
    );
}

#[test]
fn command_queue() {
    check(
        &configured(),
        &sync_with_msi().cycles,
        &[
            wrong("pulse early", "V3 C14: irq_cmd_sync_o", |cycles| {
                early(cycles, |out| &mut out.irq_cmd_sync_o);
            }),
            wrong("CONS late", "V3 C14: irq_cmd_sync_o", |cycles| {
                let shown = first(cycles, |cycle| cycle.get(Register::CmdqCons) == 2);
                cycles[shown].registers[at(Register::CmdqCons)] = 1;
            }),
            wrong("MSI before CONS", "V3 I7: MSI 0x4", |cycles| {
                let shown = first(cycles, |cycle| cycle.get(Register::CmdqCons) == 2);
                cycles[shown + 1].out.irq_cmd_sync_o = false;
                cycles[shown..shown + 2]
                    .iter_mut()
                    .for_each(|cycle| cycle.registers[at(Register::CmdqCons)] = 1);
                edit_all(
                    cycles,
                    |cycle| cycle.out.awvalid_o,
                    |cycle| cycle.registers[at(Register::CmdqCons)] = 1,
                );
            }),
            wrong("a pulse of no CMD_SYNC that asks for it", "V3 C14: irq_cmd_sync_o", |cycles| {
                let quiet = words(Command::sync(0));
                edit_all(cycles, |cycle| cycle.pins.rlast_i, |cycle| cycle.pins.rdata_i = quiet);
            }),
            wrong("not the oldest command", "C1: the CMD_SYNC", |cycles| {
                let other = words(Command::tlbi_nsnh_all());
                edit_all(cycles, |cycle| cycle.pins.rlast_i, |cycle| cycle.pins.rdata_i = other);
            }),
            wrong("the CMD_SYNC fails", "V3 C14: irq_cmd_sync_o", |cycles| {
                edit_all(cycles, |cycle| cycle.out.sync_valid_o, |cycle| cycle.pins.sync_atc_error_i = true);
            }),
        ],
    );
}

#[test]
fn wake_up_events() {
    let pins = sync(2, |out| &mut out.sev_o);
    let pulse = wrong("pulse early", "C10 C14: sev_o", |cycles| early(cycles, |out| &mut out.sev_o));
    let none = wrong("nothing asks for it", "C10 C14: sev_o", |cycles| {
        let quiet = words(Command::sync(0));
        edit_all(cycles, |cycle| cycle.pins.rlast_i, |cycle| cycle.pins.rdata_i = quiet);
    });
    check(&configured(), &pins.cycles, &[pulse, none]);

    // A full queue: the first command that is consumed makes space.
    let mut pins = Pins::new();
    pins.registers[at(Register::CmdqProd)] = 1 << LOG2SIZE;
    let start = pins.registers;
    let out = PinsOut { cmd_valid_o: true, ..PinsOut::default() };
    pins.transfer(PinsIn { cmd_ready_i: true, ..PinsIn::default() }, out);
    pins.show(Register::CmdqCons, 1);
    pins.pulse(|out| &mut out.sev_o);
    let pulse = wrong("pulse early", "C10 C14: sev_o", |cycles| early(cycles, |out| &mut out.sev_o));
    check(&start, &pins.cycles, &[pulse]);
}

#[test]
fn command_errors() {
    let mut pins = Pins::new();
    pins.fetch(&[Command::new(0xFF)]);
    pins.idle();
    pins.show(Register::CmdqCons, CmdqCons::new().with_err(1).into_bits());
    pins.show(Register::Gerror, Gerror::new().with_cmdq_err(true).into_bits());
    pins.pulse(|out| &mut out.irq_gerror_o);
    check(
        &configured(),
        &pins.cycles,
        &[
            wrong("ERR late", "C3: GERROR.CMDQ_ERR", |cycles| late(cycles, Register::CmdqCons, 1)),
            wrong("pulse early", "V3 G4: irq_gerror_o", |cycles| early(cycles, |out| &mut out.irq_gerror_o)),
        ],
    );
}

/// The memory of a run on the RTL: it answers a write two cycles after its last beat, a read at once.
#[derive(Default)]
struct Environment {
    memory: HashMap<u64, [u32; 4]>,
    addresses: VecDeque<u8>,
    whole: u32,
    answers: VecDeque<(u32, u8)>,
    beats: VecDeque<(u64, bool)>,
    now: u32,
}

impl Environment {
    fn drive(&mut self, pins: &mut PinsIn) {
        self.now += 1;
        (pins.awready_i, pins.wready_i, pins.arready_i) = (true, true, true);
        (pins.prg_ready_i, pins.cmd_ready_i, pins.sync_ready_i) = (true, true, true);
        if let Some(&(_, id)) = self.answers.front().filter(|&&(due, _)| due <= self.now) {
            (pins.bvalid_i, pins.bid_i) = (true, id);
        }
        if let Some(&(address, last)) = self.beats.front() {
            (pins.rvalid_i, pins.rlast_i) = (true, last);
            pins.rdata_i = self.memory.get(&address).copied().unwrap_or_default();
        }
    }

    fn take(&mut self, pins: &PinsIn, out: &PinsOut) {
        if pins.bvalid_i {
            self.answers.pop_front();
        }
        if pins.rvalid_i {
            self.beats.pop_front();
        }
        if out.awvalid_o {
            self.addresses.push_back(out.awid_o);
        }
        self.whole += u32::from(out.wvalid_o && out.wlast_o);
        while self.whole > 0
            && let Some(id) = self.addresses.pop_front()
        {
            self.whole -= 1;
            self.answers.push_back((self.now + 2, id));
        }
        if out.arvalid_o {
            let last = u64::from(out.arlen_o);
            self.beats.extend((0..=last).map(|beat| (out.araddr_o + 16 * beat, beat == last)));
        }
    }
}

/// What the RTL does with some of everything: the registers after the reset, and the cycles.
fn recorded() -> ([u32; REGISTERS], Vec<Cycle>) {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    let start = registers(&mut block);
    let commands = [
        Command::tlbi_nsnh_all(),
        Command::sync(1).with_msi(MSI[3], 4),
        Command::sync(2),
        Command::pri_resp(7, None, 3, 2),
        Command::new(0xFF),
    ];
    let mut environment = Environment::default();
    for (slot, command) in (0..).zip(commands) {
        environment.memory.insert(CMDQ + 16 * slot, words(command));
    }
    let wanted = configured();
    // E3: enables after what they guard.
    let enabling = [Register::IrqCtrl, Register::Cr0, Register::CmdqProd];
    let mut accesses: Vec<_> = Register::ALL
        .into_iter()
        .filter(|register| !enabling.contains(register) && !register.name().ends_with("ACK"))
        .map(|register| (register, wanted[at(register)]))
        .filter(|(register, value)| *value != 0 && !register.name().starts_with("IDR"))
        .collect();
    accesses.extend([
        (Register::CmdqBaseLo, CMDQ as u32 | 3),
        (Register::IrqCtrl, wanted[at(Register::IrqCtrl)]),
        (Register::Cr0, wanted[at(Register::Cr0)]),
        (Register::CmdqProd, commands.len() as u32),
    ]);
    let (mut terminated, mut stalled, mut page_requests) = (3, 1, 2);
    let mut cycles = Vec::new();
    for cycle in 0..160 {
        let mut pins = PinsIn::default();
        if let Some(&(register, value)) = accesses.get(cycle / 2) {
            (pins.psel_i, pins.penable_i, pins.pwrite_i) = (true, cycle % 2 == 1, true);
            (pins.paddr_i, pins.pwdata_i, pins.pstrb_i) = (register.offset(), value, 0xF);
        } else {
            pins.term_valid_i = terminated > 0;
            pins.stall_valid_i = stalled > 0;
            pins.ppr_valid_i = page_requests > 0;
            pins.ppr_ste_valid_i = true;
        }
        environment.drive(&mut pins);
        let out = block.cycle(&pins);
        environment.take(&pins, &out);
        terminated -= i32::from(pins.term_valid_i && out.term_ready_o);
        stalled -= i32::from(pins.stall_valid_i && out.stall_ready_o);
        page_requests -= i32::from(pins.ppr_valid_i && out.ppr_ready_o);
        let registers = registers(&mut block);
        cycles.push(Cycle { pins, out, registers });
    }
    (start, cycles)
}

fn registers(block: &mut Block) -> [u32; REGISTERS] {
    let mut values = [0; REGISTERS];
    block.peek(&Register::ALL.map(Register::offset), &mut values).expect("no wait states");
    values
}

#[test]
fn the_monitors_see_everything_that_the_rtl_does() {
    let (start, cycles) = recorded();
    let monitors = watch(&start, &cycles);
    let unseen: Vec<_> = Watched::ALL.into_iter().filter(|&what| monitors.seen(what) == 0).collect();
    assert_eq!(unseen, []);
}

/// The RTL is right; the monitors are told otherwise, in one place.
#[test]
fn what_the_rtl_did_told_wrongly() {
    let (start, cycles) = recorded();
    check(
        &start,
        &cycles,
        &[
            wrong("no response to a record", "V1: EVENTQ_PROD", |cycles| {
                edit(cycles, |it| it.pins.bvalid_i && it.pins.bid_i == 0, |it| it.pins.bvalid_i = false);
            }),
            wrong("no response to a message", "V1: PRIQ_PROD", |cycles| {
                edit(cycles, |it| it.pins.bvalid_i && it.pins.bid_i == 1, |it| it.pins.bvalid_i = false);
            }),
            wrong("an address unseen", "AXI4: B with id", |cycles| {
                let last = cycles.iter().rposition(|it| it.out.awvalid_o).unwrap();
                cycles[last].out.awvalid_o = false;
            }),
            wrong("a last beat unseen", "AXI4: ", |cycles| {
                edit(cycles, |it| it.out.wvalid_o && it.out.wlast_o, |it| it.out.wvalid_o = false);
            }),
            wrong("a fetch unseen", "AXI4: R with id 0", |cycles| {
                edit(cycles, |it| it.out.arvalid_o, |it| it.out.arvalid_o = false);
            }),
            wrong("Event queue pulse early", "V3 I2: irq_eventq_o", |cycles| {
                early(cycles, |out| &mut out.irq_eventq_o);
            }),
            wrong("PRI queue pulse early", "V3 I3: irq_priq_o", |cycles| {
                early(cycles, |out| &mut out.irq_priq_o);
            }),
            wrong("CMD_SYNC pulse early", "V3 C14: irq_cmd_sync_o", |cycles| {
                early(cycles, |out| &mut out.irq_cmd_sync_o);
            }),
            wrong("error pulse early", "V3 G4: irq_gerror_o", |cycles| {
                early(cycles, |out| &mut out.irq_gerror_o);
            }),
            wrong("wake-up early", "C10 C14: sev_o", |cycles| early(cycles, |out| &mut out.sev_o)),
            wrong("EVENTQ_PROD late", "V3 I2: Event queue MSI", |cycles| {
                late(cycles, Register::EventqProd, 40)
            }),
            wrong("PRIQ_PROD late", "V3 I3: PRI queue MSI", |cycles| late(cycles, Register::PriqProd, 40)),
            wrong("GERROR late", "V3 G4: irq_gerror_o", |cycles| late(cycles, Register::Gerror, 1)),
            wrong("no ERR", "C3: GERROR.CMDQ_ERR", |cycles| {
                edit_all(
                    cycles,
                    |it| it.get(Register::CmdqCons) >> 24 != 0,
                    |it| it.registers[at(Register::CmdqCons)] &= 0xF_FFFF,
                );
            }),
        ],
    );
}

/// They are attached whenever the testbench drives the RTL.
#[test]
fn a_run_of_the_testbench_is_monitored() {
    let scenario = scenarios::Scenario::named("abort-in-burst").unwrap();
    let stimulus = scenario.stimulus().unwrap();
    let memory = Memory::new(stimulus.memory.clone(), 1);
    let neighbours = Neighbours::new(stimulus.memory.ready, 1);
    let mut target = RtlTarget::new(Configuration::Standard, 1, memory, neighbours);
    let conditions =
        Conditions { driver: drivers::REVIEWED[0], log2size: stimulus.log2size, seed: 1, told: true };
    let outcome = run(&stimulus, &conditions, &mut target);
    assert!(outcome.mismatch.is_none(), "{:?}", outcome.mismatch);
    for what in
        [Watched::Apb, Watched::WriteData, Watched::EventPublished, Watched::EventqLine, Watched::GerrorLine]
    {
        assert!(target.monitors().seen(what) > 0, "{what:?}");
    }
}
