//! The Verilated block as a [`Target`]: turns records, accesses and memory into pins, and handshakes into steps.

use std::path::Path;

use smmuq_golden::{BusError, EventRecord, Kind, Line, Parameters, Register, Response};
use smmuq_testbench::memory::Memory;
use smmuq_testbench::target::{Access, Registers, Step, Target};

use crate::axi::AxiWrites;
use crate::verilated::{self, Block, Configuration, PinsIn, PinsOut, WaveError};

/// The offsets of all registers, in the order of [`Register::ALL`].
const OFFSETS: [u32; Register::ALL.len()] = {
    let mut offsets = [0; Register::ALL.len()];
    let mut at = 0;
    while at < offsets.len() {
        offsets[at] = Register::ALL[at].offset();
        at += 1;
    }
    offsets
};

/// Phases of an APB transfer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Apb {
    Idle,
    Setup(Access),
    Access(Access),
}

/// The Verilated block with a memory behind it.
pub struct RtlTarget {
    block: Block,
    configuration: Configuration,
    memory: Memory,
    writes: AxiWrites,
    apb: Apb,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
    broken: Vec<String>,
}

impl RtlTarget {
    /// A block with initial values by seed.
    pub fn new(configuration: Configuration, seed: u64, memory: Memory) -> Self {
        Self::with_block(Block::new(configuration, seed), configuration, memory)
    }

    /// The same, and its waves go into a file.
    ///
    /// # Errors
    /// When the wave file cannot be written.
    pub fn with_waves(
        configuration: Configuration,
        seed: u64,
        memory: Memory,
        path: &Path,
    ) -> Result<Self, WaveError> {
        let block = Block::with_waves(configuration, seed, path)?;
        Ok(Self::with_block(block, configuration, memory))
    }

    fn with_block(block: Block, configuration: Configuration, memory: Memory) -> Self {
        Self {
            block,
            configuration,
            memory,
            writes: AxiWrites::default(),
            apb: Apb::Idle,
            terminated: None,
            stalled: None,
            broken: Vec::new(),
        }
    }

    fn pins(&mut self) -> PinsIn {
        let response = self.memory.due();
        let mut pins = PinsIn {
            awready_i: self.memory.ready(),
            wready_i: self.memory.ready(),
            bvalid_i: response.is_some(),
            bresp_i: if response == Some(Response::Error) { SLVERR } else { OKAY },
            term_valid_i: self.terminated.is_some(),
            term_record_i: pin_words(self.terminated),
            stall_valid_i: self.stalled.is_some(),
            stall_record_i: pin_words(self.stalled),
            ..PinsIn::default()
        };
        match self.apb {
            Apb::Idle => {}
            Apb::Setup(access) => drive(&mut pins, access, false),
            Apb::Access(access) => drive(&mut pins, access, true),
        }
        pins
    }

    /// The register access that ends in this cycle, if one does.
    fn step_apb(&mut self, out: &PinsOut) -> Option<Step> {
        let (next, step) = match self.apb {
            Apb::Idle => (Apb::Idle, None),
            Apb::Setup(access) => (Apb::Access(access), None),
            Apb::Access(access) if !out.pready_o => (Apb::Access(access), None),
            Apb::Access(access) => (Apb::Idle, Some(transfer(access, out))),
        };
        self.apb = next;
        step
    }

    fn accepted(&mut self, out: &PinsOut, steps: &mut Vec<Step>) {
        let ports = [
            (Kind::Stalled, out.stall_ready_o, &mut self.stalled),
            (Kind::Terminated, out.term_ready_o, &mut self.terminated),
        ];
        for (kind, ready, port) in ports {
            if ready && let Some(record) = port.take() {
                steps.push(Step::Accepted { kind, record });
            }
        }
    }

    fn response(&mut self, pins: &PinsIn, out: &PinsOut) -> Option<Step> {
        if !(pins.bvalid_i && out.bready_o) {
            return None;
        }
        let answered = self.memory.complete()?;
        Some(Step::Response { response: answered.response, address: answered.address, bytes: answered.bytes })
    }
}

/// AXI4 responses.
const OKAY: u8 = 0;
const SLVERR: u8 = 2;

fn pin_words(record: Option<EventRecord>) -> [u32; 8] {
    let words = record.map_or([0; 4], EventRecord::words);
    std::array::from_fn(|i| (words[i / 2] >> (32 * (i % 2))) as u32)
}

fn drive(pins: &mut PinsIn, access: Access, penable: bool) {
    pins.psel_i = true;
    pins.penable_i = penable;
    match access {
        Access::Read { offset } => pins.paddr_i = offset,
        Access::Write { offset, value, strobes } => {
            pins.pwrite_i = true;
            pins.paddr_i = offset;
            pins.pwdata_i = value;
            pins.pstrb_i = strobes;
        }
    }
}

fn transfer(access: Access, out: &PinsOut) -> Step {
    match access {
        Access::Read { offset } => {
            let result = if out.pslverr_o { Err(BusError) } else { Ok(out.prdata_o) };
            Step::Read { offset, result }
        }
        Access::Write { offset, value, strobes } => {
            let result = if out.pslverr_o { Err(BusError) } else { Ok(()) };
            Step::Write { offset, value, strobes, result }
        }
    }
}

fn pulses(out: &PinsOut) -> impl Iterator<Item = Step> {
    let lines = [(Line::Eventq, out.irq_eventq_o), (Line::Gerror, out.irq_gerror_o)];
    lines.into_iter().filter(|&(_, pulse)| pulse).map(|(line, _)| Step::Interrupt(line))
}

impl From<verilated::Parameters> for Parameters {
    /// What the golden model has to know of a build; the rest is how fast it is.
    fn from(built: verilated::Parameters) -> Self {
        Self {
            event_qs: built.event_qs,
            pri_qs: built.pri_qs,
            cmd_qs: built.cmd_qs,
            oas: built.oas,
            stall: built.stall,
            stall_max: built.stall_max,
        }
    }
}

impl Target for RtlTarget {
    fn parameters(&self) -> Parameters {
        self.configuration.parameters().into()
    }

    fn reset(&mut self) {
        self.block.reset();
        self.writes = AxiWrites::default();
        self.apb = Apb::Idle;
        (self.terminated, self.stalled) = (None, None);
    }

    fn access(&mut self, access: Access) {
        self.apb = Apb::Setup(access);
    }

    fn access_cycles(&self) -> u32 {
        2
    }

    fn offer(&mut self, kind: Kind, record: EventRecord) {
        match kind {
            Kind::Terminated => self.terminated = Some(record),
            Kind::Stalled => self.stalled = Some(record),
        }
    }

    fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    fn registers(&mut self) -> Registers {
        let mut values = [0; OFFSETS.len()];
        if let Err(error) = self.block.peek(&OFFSETS, &mut values) {
            self.broken.push(error.to_string());
        }
        Registers(values)
    }

    fn advance(&mut self) -> Vec<Step> {
        self.memory.tick();
        let pins = self.pins();
        let out = self.block.cycle(&pins);
        let mut steps: Vec<Step> = pulses(&out).collect();
        let access = self.step_apb(&out);
        let (read, write) = match access {
            Some(step @ Step::Read { .. }) => (Some(step), None),
            other => (None, other),
        };
        steps.extend(read);
        self.accepted(&out, &mut steps);
        steps.extend(self.response(&pins, &out));
        self.broken.extend(self.writes.take(&pins, &out, &mut self.memory));
        self.broken.extend(self.block.take_failures());
        steps.extend(write);
        steps.extend(self.broken.drain(..).map(Step::Broken));
        steps
    }
}
