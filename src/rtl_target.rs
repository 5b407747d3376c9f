//! The Verilated block as a [`Target`]: turns records, accesses and memory into pins, and handshakes into steps.

use std::path::Path;

use smmuq_golden::{BusError, EventRecord, Kind, Line, Parameters, PrgResponse, Register, Response};
use smmuq_testbench::explore::followed::Rewind;
use smmuq_testbench::memory::{Answered, Memory};
use smmuq_testbench::neighbours::{Neighbours, Sink};
use smmuq_testbench::target::{Access, PriOffer, Registers, Step, Target};

use crate::axi::Axi;
use crate::monitors::Monitors;
use crate::reading::Reading;
use crate::verilated::{self, Block, Configuration, PinsIn, PinsOut, WaveError};

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
    neighbours: Neighbours,
    axi: Axi,
    apb: Apb,
    monitors: Monitors,
    reading: Reading,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
    page_request: Option<PriOffer>,
    broken: Vec<String>,
}

impl RtlTarget {
    /// A block with initial values by seed.
    pub fn new(configuration: Configuration, seed: u64, memory: Memory, neighbours: Neighbours) -> Self {
        Self::with_block(Block::new(configuration, seed), configuration, memory, neighbours)
    }

    /// The same, and its waves go into a file.
    ///
    /// # Errors
    /// When the wave file cannot be written.
    pub fn with_waves(
        configuration: Configuration,
        seed: u64,
        memory: Memory,
        neighbours: Neighbours,
        path: &Path,
    ) -> Result<Self, WaveError> {
        let block = Block::with_waves(configuration, seed, path)?;
        Ok(Self::with_block(block, configuration, memory, neighbours))
    }

    fn with_block(
        block: Block,
        configuration: Configuration,
        memory: Memory,
        neighbours: Neighbours,
    ) -> Self {
        let reading = Reading::new();
        Self {
            block,
            configuration,
            memory,
            neighbours,
            axi: Axi::default(),
            apb: Apb::Idle,
            monitors: Monitors::new(&reading.registers()),
            reading,
            terminated: None,
            stalled: None,
            page_request: None,
            broken: Vec::new(),
        }
    }

    /// What watches the pins.
    pub fn monitors(&self) -> &Monitors {
        &self.monitors
    }

    /// The monitors see the pins of a cycle, and the registers after it.
    fn monitor(&mut self, pins: &PinsIn, out: &PinsOut) {
        self.reading = Reading::new();
        let Self { monitors, reading, block, broken, .. } = self;
        monitors.cycle(pins, out, |wanted| read(reading, block, wanted, broken));
        broken.extend(monitors.take_complaints());
    }

    /// The block itself.
    pub fn block(&mut self) -> &mut Block {
        &mut self.block
    }

    /// The block is at rest, whatever came before: nothing is under way at any port.
    fn at_rest(&mut self) {
        self.reading = Reading::new();
        self.monitors = Monitors::new(&self.registers());
        self.axi = Axi::default();
        self.apb = Apb::Idle;
        (self.terminated, self.stalled, self.page_request) = (None, None, None);
    }

    fn pins(&mut self) -> PinsIn {
        let response = self.memory.due();
        let beat = self.memory.due_read();
        let page_request = self.page_request;
        let mut pins = PinsIn {
            awready_i: self.memory.ready(),
            wready_i: self.memory.ready(),
            bvalid_i: response.is_some(),
            bid_i: response.map_or(0, |(writer, _)| writer as u8),
            bresp_i: response.map_or(OKAY, |(_, response)| code(response)),
            arready_i: self.memory.ready(),
            rvalid_i: beat.is_some(),
            rdata_i: beat.map_or([0; 4], |beat| split(beat.words)),
            rresp_i: beat.map_or(OKAY, |beat| code(beat.response)),
            rlast_i: beat.is_some_and(|beat| beat.last),
            term_valid_i: self.terminated.is_some(),
            term_record_i: split(self.terminated.map_or([0; 4], EventRecord::words)),
            stall_valid_i: self.stalled.is_some(),
            stall_record_i: split(self.stalled.map_or([0; 4], EventRecord::words)),
            ppr_valid_i: page_request.is_some(),
            ppr_message_i: split(page_request.map_or([0; 2], |offer| offer.message.words())),
            ppr_ste_valid_i: page_request.is_some_and(|offer| offer.ste.valid),
            ppr_ste_ppar_i: page_request.is_some_and(|offer| offer.ste.ppar),
            ppr_secure_i: page_request.is_some_and(|offer| offer.secure),
            prg_ready_i: self.neighbours.ready(Sink::Prg),
            cmd_ready_i: self.neighbours.ready(Sink::Command),
            sync_ready_i: self.neighbours.ready(Sink::Sync),
            sync_atc_error_i: self.neighbours.sync_fails(),
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
        if out.ppr_ready_o
            && let Some(offer) = self.page_request.take()
        {
            steps.push(Step::AcceptedPri(offer));
        }
    }

    /// What the rest of the SMMU takes in this cycle.
    fn taken(&mut self, pins: &PinsIn, out: &PinsOut) -> Vec<Step> {
        let mut steps = Vec::new();
        if out.cmd_valid_o && pins.cmd_ready_i {
            steps.push(Step::Command(join(out.cmd_o)));
        }
        if out.sync_valid_o && pins.sync_ready_i {
            self.neighbours.sync_ended();
            steps.push(Step::Sync { atc_error: pins.sync_atc_error_i });
        }
        steps
    }

    fn fetched(&mut self, pins: &PinsIn, out: &PinsOut) -> Option<Step> {
        if !(pins.rvalid_i && out.rready_o) {
            return None;
        }
        let beat = self.memory.due_read()?;
        self.memory.complete_read();
        Some(Step::Fetched { response: beat.response, words: beat.words })
    }

    fn response(&mut self, pins: &PinsIn, out: &PinsOut) -> Option<Step> {
        if !(pins.bvalid_i && out.bready_o) {
            return None;
        }
        let Answered { writer, address, bytes, response } = self.memory.complete()?;
        Some(Step::Response { writer, response, address, bytes })
    }
}

/// The registers between two clock edges, of which those that are wanted are read.
fn read(
    reading: &mut Reading,
    block: &mut Block,
    wanted: &[Register],
    broken: &mut Vec<String>,
) -> Registers {
    broken.extend(reading.read(block, wanted).err().map(|not_ready| not_ready.to_string()));
    reading.registers()
}

/// AXI4 responses.
const OKAY: u8 = 0;
const SLVERR: u8 = 2;

fn code(response: Response) -> u8 {
    match response {
        Response::Okay => OKAY,
        Response::Error => SLVERR,
    }
}

/// Words of 64 bits as the 32-bit words of a port, the least significant first.
fn split<const N: usize, const M: usize>(words: [u64; N]) -> [u32; M] {
    std::array::from_fn(|i| (words[i / 2] >> (32 * (i % 2))) as u32)
}

fn join(words: [u32; 4]) -> [u64; 2] {
    [0, 2].map(|low| u64::from(words[low]) | u64::from(words[low + 1]) << 32)
}

fn prg(out: &PinsOut) -> PrgResponse {
    PrgResponse {
        stream_id: out.prg_stream_id_o,
        substream_id: out.prg_ssv_o.then_some(out.prg_substream_id_o),
        index: out.prg_index_o,
        code: out.prg_code_o,
    }
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
    let lines = [
        (Line::Eventq, out.irq_eventq_o),
        (Line::Priq, out.irq_priq_o),
        (Line::CmdSync, out.irq_cmd_sync_o),
        (Line::Gerror, out.irq_gerror_o),
        (Line::Sev, out.sev_o),
    ];
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
            pri: built.pri,
            pps: built.pps,
            msi: built.msi,
            sev: built.sev,
            ats: built.ats,
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
        self.at_rest();
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

    fn offer_pri(&mut self, offer: PriOffer) {
        self.page_request = Some(offer);
    }

    fn neighbours(&mut self) -> &mut Neighbours {
        &mut self.neighbours
    }

    fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    fn registers(&mut self) -> Registers {
        read(&mut self.reading, &mut self.block, &Register::ALL, &mut self.broken)
    }

    fn advance(&mut self) -> Vec<Step> {
        self.memory.tick();
        let pins = self.pins();
        let out = self.block.cycle(&pins);
        let mut steps: Vec<Step> = pulses(&out).collect();
        let (read, write) = match self.step_apb(&out) {
            Some(step @ Step::Read { .. }) => (Some(step), None),
            other => (None, other),
        };
        steps.extend(read);
        if out.prg_valid_o && pins.prg_ready_i {
            steps.push(Step::Prg(prg(&out)));
        }
        self.accepted(&out, &mut steps);
        steps.extend(self.axi.take(&pins, &out, &mut self.memory));
        steps.extend(self.response(&pins, &out));
        steps.extend(self.fetched(&pins, &out));
        steps.extend(self.taken(&pins, &out));
        self.monitor(&pins, &out);
        self.broken.extend(self.block.take_failures());
        steps.extend(write);
        steps.extend(self.broken.drain(..).map(Step::Broken));
        steps
    }
}

impl Rewind for RtlTarget {
    fn save(&mut self) -> Vec<u8> {
        self.block.save()
    }

    fn restore(&mut self, state: &[u8]) {
        self.block.restore(state);
        self.at_rest();
    }
}
