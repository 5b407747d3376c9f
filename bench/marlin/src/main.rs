//! Event records through the block: offered at their port, written to memory, drained by software over APB.
//! `smmuq-bench-marlin BUILD-DIRECTORY RECORDS` prints one JSON object.

use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use marlin::verilator::{
    CxxStandard, VerilatedModelConfig, VerilatorRuntime, VerilatorRuntimeOptions, WideIn,
};
use marlin::verilog::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const LOG2SIZE: u32 = 8;
const ENTRIES: usize = 1 << LOG2SIZE;
const BASE: u64 = 0x8000_0000;
const READY: u32 = 70;
const LATENCY: std::ops::RangeInclusive<u64> = 1..=16;

const CR0: u32 = 0x20;
const CR0ACK: u32 = 0x24;
const IRQ_CTRL: u32 = 0x50;
const IRQ_CTRLACK: u32 = 0x54;
const EVENTQ_BASE_LO: u32 = 0xA0;
const EVENTQ_BASE_HI: u32 = 0xA4;
const EVENTQ_PROD: u32 = 0x100A8;
const EVENTQ_CONS: u32 = 0x100AC;
const EVENTQEN: u32 = 1 << 2;
const EVENTQ_IRQEN: u32 = 1 << 2;

type Record = [u32; 8];

#[verilog(src = "smmuq_top.sv", name = "smmuq_top")]
struct Smmuq;

/// The memory: takes write bursts now and then, and answers each some cycles later.
#[derive(Default)]
struct Memory {
    addresses: VecDeque<u64>,
    beats: Vec<[u32; 4]>,
    bursts: VecDeque<Vec<[u32; 4]>>,
    responses: VecDeque<(u64, u64, Record)>,
    content: HashMap<u64, Record>,
}

/// A device that leaves room in the queue, and what it has sent: each record comes out once, in order, as it went in.
struct Device {
    left: u64,
    gap: u64,
    offered: bool,
    expected: VecDeque<Record>,
}

struct Bench<'a> {
    top: Smmuq<'a>,
    memory: Memory,
    device: Device,
    random: ChaCha8Rng,
    interrupt: bool,
    cycles: u64,
}

impl<'a> Bench<'a> {
    fn new(mut top: Smmuq<'a>) -> Self {
        top.pstrb_i = 0xF;
        for reset in [1, 0, 0, 0] {
            top.rst_ni = reset;
            top.clk_i = 0;
            top.eval();
            top.clk_i = 1;
            top.eval();
        }
        top.rst_ni = 1;
        let device = Device { left: 0, gap: 1, offered: false, expected: VecDeque::new() };
        let random = ChaCha8Rng::seed_from_u64(1);
        Self { top, memory: Memory::default(), device, random, interrupt: false, cycles: 0 }
    }

    /// Inputs settle, handshakes are seen, then the rising edge.
    fn tick(&mut self) {
        self.drive_memory();
        self.drive_device();
        self.top.clk_i = 0;
        self.top.eval();
        self.watch_memory();
        self.watch_device();
        self.interrupt |= self.top.irq_eventq_o == 1;
        self.top.clk_i = 1;
        self.top.eval();
        self.cycles += 1;
    }

    fn drive_memory(&mut self) {
        self.top.awready_i = (self.random.random_range(0..100) < READY).into();
        self.top.wready_i = (self.random.random_range(0..100) < READY).into();
        let due = self.memory.responses.front().is_some_and(|&(due, ..)| due <= self.cycles);
        self.top.bvalid_i = due.into();
    }

    fn watch_memory(&mut self) {
        let Self { top, memory, .. } = self;
        if top.awvalid_o == 1 && top.awready_i == 1 {
            assert_eq!(top.awlen_o, 1);
            memory.addresses.push_back(top.awaddr_o);
        }
        if top.wvalid_o == 1 && top.wready_i == 1 {
            assert_eq!(top.wstrb_o, 0xFFFF);
            memory.beats.push(*top.wdata_o.value());
            if top.wlast_o == 1 {
                memory.bursts.push_back(std::mem::take(&mut memory.beats));
            }
        }
        if top.bvalid_i == 1 && top.bready_o == 1 {
            let (_, address, record) = memory.responses.pop_front().expect("it is offered");
            memory.content.insert(address, record);
        }
        while !memory.addresses.is_empty() && !memory.bursts.is_empty() {
            let (address, burst) = (memory.addresses.pop_front(), memory.bursts.pop_front());
            let beats = burst.unwrap_or_default().concat();
            let record = Record::try_from(beats).expect("a record has two beats");
            let due = self.cycles + self.random.random_range(LATENCY);
            memory.responses.push_back((due, address.unwrap_or_default(), record));
        }
    }

    fn drive_device(&mut self) {
        let Self { device, random, top, .. } = self;
        if device.offered {
            return;
        }
        top.term_valid_i = 0;
        if device.left == 0 {
            return;
        }
        device.gap = device.gap.saturating_sub(1);
        if device.gap > 0 || device.expected.len() >= ENTRIES {
            return;
        }
        let mut record: Record = random.random();
        (record[0], record[2], record[3]) = (0x10, 0, 0);
        device.expected.push_back(record);
        device.offered = true;
        top.term_record_i = WideIn::new(record);
        top.term_valid_i = 1;
    }

    fn watch_device(&mut self) {
        let Self { device, random, top, .. } = self;
        if device.offered && top.term_ready_o == 1 {
            device.offered = false;
            device.left -= 1;
            device.gap = random.random_range(1..=8);
        }
    }

    fn access(&mut self, address: u32, write: Option<u32>) -> u32 {
        self.top.paddr_i = address;
        self.top.pwrite_i = write.is_some().into();
        self.top.pwdata_i = write.unwrap_or(0);
        self.top.psel_i = 1;
        self.tick();
        self.top.penable_i = 1;
        loop {
            self.tick();
            if self.top.pready_o == 1 {
                break;
            }
        }
        self.top.psel_i = 0;
        self.top.penable_i = 0;
        self.top.prdata_o
    }

    fn read(&mut self, address: u32) -> u32 {
        self.access(address, None)
    }

    fn write(&mut self, address: u32, value: u32) {
        self.access(address, Some(value));
    }

    fn set_up(&mut self) {
        self.write(EVENTQ_BASE_LO, BASE as u32 | LOG2SIZE);
        self.write(EVENTQ_BASE_HI, 0);
        self.write(EVENTQ_PROD, 0);
        self.write(EVENTQ_CONS, 0);
        self.write(IRQ_CTRL, EVENTQ_IRQEN);
        while self.read(IRQ_CTRLACK) != EVENTQ_IRQEN {}
        self.write(CR0, EVENTQEN);
        while self.read(CR0ACK) != EVENTQEN {}
    }

    /// Lets the device send its records, and takes them out of the queue.
    fn drain(&mut self, records: u64) {
        self.device.left = records;
        let (mut cons, mut drained) = (0, 0);
        while drained < records {
            while !std::mem::take(&mut self.interrupt) {
                self.tick();
            }
            let mut prod = self.read(EVENTQ_PROD);
            while cons != prod {
                while cons != prod {
                    self.check(cons, drained);
                    drained += 1;
                    cons = (cons + 1) % (2 * ENTRIES as u32);
                    self.write(EVENTQ_CONS, cons);
                }
                prod = self.read(EVENTQ_PROD);
            }
        }
    }

    fn check(&mut self, cons: u32, number: u64) {
        let address = BASE + 32 * u64::from(cons % ENTRIES as u32);
        let expected = self.device.expected.pop_front();
        assert_eq!(self.memory.content.get(&address).copied(), expected, "record {number}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().collect();
    let [_, build, records] = &arguments[..] else {
        return Err("usage: smmuq-bench-marlin BUILD-DIRECTORY RECORDS".into());
    };
    let records = records.parse()?;
    let rtl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rtl");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = [rtl.join("smmuq_pkg.sv"), here.join("smmuq_top.sv")];
    let options = VerilatorRuntimeOptions::default();
    let runtime = VerilatorRuntime::new2(build, &sources, &[rtl], [], options)?;
    let config = VerilatedModelConfig {
        verilator_optimization: 3,
        ignored_warnings: vec!["fatal".to_owned()],
        cxx_standard: Some(CxxStandard::Cxx17),
        ..VerilatedModelConfig::default()
    };
    let top = runtime.create_model::<Smmuq>(&config)?;

    let start = Instant::now();
    let mut bench = Bench::new(top);
    bench.set_up();
    bench.drain(records);
    let seconds = start.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "records": records, "cycles": bench.cycles, "seconds": seconds }));
    Ok(())
}
