//! The whole block with nothing ever settled: software, devices, memory and neighbours act in any cycle, in lock-step with
//! the golden model. Software is legal where the architecture leaves the rest to chance (Q15, G2), and so it looks at the
//! golden model to know what it would know.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::Configuration;
use smmuq_golden::{Command, EventRecord, Kind, PriMessage, Register, Smmu, Ste};
use smmuq_testbench::lockstep::LockStep;
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::neighbours::{Neighbours, Sink};
use smmuq_testbench::target::{Access, PriOffer, Step, Target};

/// Runs for each configuration, and the cycles of one.
const SEEDS: u64 = 120;
const CYCLES: u64 = 4000;
/// Cycles in which everything comes to its end.
const DRAIN: u64 = 3000;
/// CR0 and IRQ_CTRL with all their fields; the errors of GERROR.
const ENABLES: u32 = 0x1F;
const IRQS: u32 = 0b111;
/// The registers that configure interrupts.
const IRQ_CFG: [Register; 12] = [
    Register::GerrorIrqCfg0Lo,
    Register::GerrorIrqCfg0Hi,
    Register::GerrorIrqCfg1,
    Register::GerrorIrqCfg2,
    Register::EventqIrqCfg0Lo,
    Register::EventqIrqCfg0Hi,
    Register::EventqIrqCfg1,
    Register::EventqIrqCfg2,
    Register::PriqIrqCfg0Lo,
    Register::PriqIrqCfg0Hi,
    Register::PriqIrqCfg1,
    Register::PriqIrqCfg2,
];
/// Opcodes of which most commands are.
const OPCODES: [u8; 12] = [
    Command::PREFETCH_CONFIG,
    Command::CFGI_STE,
    Command::CFGI_CD,
    Command::TLBI_NH_VA,
    Command::TLBI_NSNH_ALL,
    Command::ATC_INV,
    Command::PRI_RESP,
    Command::PRI_RESP,
    Command::RESUME,
    Command::STALL_TERM,
    Command::SYNC,
    Command::SYNC,
];

struct Run {
    target: RtlTarget,
    lockstep: LockStep,
    random: ChaCha8Rng,
    cycle: u64,
    /// An access is under way.
    access: bool,
    terminated: bool,
    stalled: bool,
    page_request: bool,
    /// Cycles until each port takes transfers again, and until the memory gives responses again.
    held: [u64; 3],
    memory_held: u64,
    log2size: u32,
}

type Followed = Result<(), Box<Mismatch>>;

impl Run {
    fn new(configuration: Configuration, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let least = 1 + random.random_range(0..8);
        let timing = Timing {
            latency: (least, least + random.random_range(0..20)),
            ready: [20, 60, 100][random.random_range(0..3)],
            errors: [0, 0, 2][random.random_range(0..3)],
        };
        let ready = [30, 70, 100][random.random_range(0..3)];
        let memory = Memory::new(timing, seed);
        let mut target = RtlTarget::new(configuration, seed, memory, Neighbours::new(ready, seed));
        target.reset();
        let lockstep = LockStep::new(Smmu::new(target.parameters()));
        let log2size = random.random_range(0..4);
        Self {
            target,
            lockstep,
            random,
            cycle: 0,
            access: false,
            terminated: false,
            stalled: false,
            page_request: false,
            held: [0; 3],
            memory_held: 0,
            log2size,
        }
    }

    /// One of so many cycles.
    fn one_of(&mut self, cycles: u32) -> bool {
        self.random.random_range(0..cycles) == 0
    }

    fn any(&mut self) -> u32 {
        self.random.random()
    }

    fn golden(&self) -> &Smmu {
        self.lockstep.golden()
    }

    fn play(&mut self) -> Followed {
        self.set_up()?;
        while self.cycle < CYCLES {
            self.software();
            self.devices();
            self.surroundings();
            self.advance()?;
        }
        self.drain()
    }

    fn set_up(&mut self) -> Followed {
        let log2size = self.log2size;
        let bases = [(Register::EventqBaseLo, 0x8), (Register::PriqBaseLo, 0x9), (Register::CmdqBaseLo, 0xA)];
        for (register, region) in bases {
            self.write_and_wait(register, region << 28 | log2size)?;
        }
        for register in IRQ_CFG {
            let value = self.configured(register);
            self.write_and_wait(register, value)?;
        }
        self.write_and_wait(Register::IrqCtrl, IRQS)?;
        self.write_and_wait(Register::Cr0, ENABLES)
    }

    fn write_and_wait(&mut self, register: Register, value: u32) -> Followed {
        self.write(register, value);
        while self.access {
            self.advance()?;
        }
        Ok(())
    }

    fn drain(&mut self) -> Followed {
        (self.held, self.memory_held) = ([0; 3], 0);
        self.surroundings_released();
        for _ in 0..DRAIN {
            self.advance()?;
        }
        self.lockstep.compare_settled(self.cycle, &mut self.target)?;
        self.lockstep.compare_contents(self.cycle, &mut self.target)
    }

    fn advance(&mut self) -> Followed {
        let steps = self.target.advance();
        self.cycle += 1;
        for step in &steps {
            match step {
                Step::Read { .. } | Step::Write { .. } => self.access = false,
                Step::Accepted { kind: Kind::Terminated, .. } => self.terminated = false,
                Step::Accepted { kind: Kind::Stalled, .. } => self.stalled = false,
                Step::AcceptedPri(_) => self.page_request = false,
                _ => {}
            }
        }
        self.lockstep.follow(self.cycle, &steps, &mut self.target)?;
        Ok(())
    }

    fn write(&mut self, register: Register, value: u32) {
        self.target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
        self.access = true;
    }

    fn software(&mut self) {
        if self.access || !self.one_of(4) {
            return;
        }
        match self.random.random_range(0..40) {
            0..=7 => self.put_commands(),
            8..=13 => self.consume_events(),
            14..=19 => self.consume_messages(),
            20..=25 => self.acknowledge_errors(),
            26 => {
                let some = self.any();
                self.write(Register::Cr0, some);
            }
            27..=29 => self.write(Register::Cr0, ENABLES),
            30 => {
                let some = self.any();
                self.write(Register::IrqCtrl, some);
            }
            31 | 32 => self.write(Register::IrqCtrl, IRQS),
            33 | 34 => {
                let register = IRQ_CFG[self.random.random_range(0..IRQ_CFG.len())];
                let value = self.configured(register);
                self.write(register, value);
            }
            35 => self.set_up_disabled(),
            36 => {
                let register = [Register::Cr1, Register::Cr2][self.random.random_range(0..2)];
                let value = self.any();
                self.write(register, value);
            }
            _ => {
                let register = Register::ALL[self.random.random_range(0..Register::ALL.len())];
                self.target.access(Access::Read { offset: register.offset() });
                self.access = true;
            }
        }
    }

    /// As many as there is space for, so that PROD stays consistent (Q15).
    fn put_commands(&mut self) {
        let queue = self.golden().command_queue();
        let free = queue.free();
        let mut position = queue.wr;
        for _ in 0..self.random.random_range(0..=free.min(6)) {
            let command = self.command();
            self.target.memory().store(queue.layout.address(position), &command.to_bytes());
            position = queue.layout.next(position);
        }
        self.write(Register::CmdqProd, queue.layout.field(position));
    }

    fn command(&mut self) -> Command {
        let [low, high] = [self.any(), self.any()];
        let (low, high) = (u64::from(low), u64::from(high));
        match self.random.random_range(0..40) {
            0 => Command::from_words([high << 32 | low, low << 32 | high]),
            1..=8 => {
                Command::sync(self.random.random_range(0..3)).with_msi(0xC000_0000 | low & 0xFFC, self.any())
            }
            9 => {
                Command::pri_resp(low as u32, Some(high as u32 & 0xF_FFFF), 5, self.random.random_range(0..3))
            }
            _ => {
                let opcode = OPCODES[self.random.random_range(0..OPCODES.len())];
                Command::new(opcode).with_stream_id(low as u32)
            }
        }
    }

    /// RD moves towards WR; the overflow is acknowledged more often than not.
    fn consume_events(&mut self) {
        let queue = self.golden().event_queue();
        let taken = self.random.random_range(0..=queue.used()) as usize;
        let acknowledged = if self.one_of(4) {
            self.golden().eventq_cons.ovackflg()
        } else {
            self.golden().eventq_prod.ovflg()
        };
        let rd = queue.layout.field(queue.layout.ahead(queue.rd, taken));
        self.write(Register::EventqCons, rd | u32::from(acknowledged) << 31);
    }

    fn consume_messages(&mut self) {
        let queue = self.golden().pri_queue();
        let taken = self.random.random_range(0..=queue.used()) as usize;
        let acknowledged =
            if self.one_of(3) { self.golden().priq_cons.ovackflg() } else { self.golden().priq_prod.ovflg() };
        let rd = queue.layout.field(queue.layout.ahead(queue.rd, taken));
        self.write(Register::PriqCons, rd | u32::from(acknowledged) << 31);
    }

    /// Only those that are active (G2): all, or some.
    fn acknowledge_errors(&mut self) {
        let [gerror, gerrorn] = [self.golden().gerror, self.golden().gerrorn].map(|each| each.into_bits());
        let some = if self.one_of(3) { self.any() } else { u32::MAX };
        self.write(Register::GerrorN, gerrorn ^ (gerror ^ gerrorn) & some);
    }

    /// Registers that the guard protects while a queue is enabled (E3); the Command queue comes out empty.
    fn set_up_disabled(&mut self) {
        let position = self.any() & ((2 << self.log2size) - 1);
        let empty = self.golden().command_queue();
        let choices = [
            (Register::EventqProd, position | self.any() & 1 << 31),
            (Register::PriqProd, position | self.any() & 1 << 31),
            (Register::CmdqCons, empty.layout.field(empty.wr)),
            (Register::EventqBaseLo, 0x8000_0000 | (self.any() & 0xF_FFE0) | self.log2size),
            (Register::PriqBaseLo, 0x9000_0000 | (self.any() & 0xF_FFE0) | self.log2size),
            (Register::CmdqBaseLo, 0xA000_0000 | (self.any() & 0xF_FFE0) | self.log2size),
        ];
        let (register, value) = choices[self.random.random_range(0..choices.len())];
        self.write(register, value);
    }

    fn configured(&mut self, register: Register) -> u32 {
        let any = self.any();
        match register {
            Register::GerrorIrqCfg0Lo | Register::EventqIrqCfg0Lo | Register::PriqIrqCfg0Lo => {
                if self.one_of(4) { 0 } else { 0xB000_0000 | any & 0xFFFF }
            }
            Register::GerrorIrqCfg0Hi | Register::EventqIrqCfg0Hi | Register::PriqIrqCfg0Hi => {
                if self.one_of(2) { 0 } else { any }
            }
            _ => any,
        }
    }

    fn devices(&mut self) {
        if !self.terminated && self.one_of(6) {
            self.terminated = true;
            let record = self.record();
            self.target.offer(Kind::Terminated, record);
        }
        if !self.stalled && self.one_of(8) {
            self.stalled = true;
            let record = self.record().with_stall(self.cycle as u16);
            self.target.offer(Kind::Stalled, record);
        }
        if !self.page_request && self.one_of(4) {
            self.page_request = true;
            let words = [self.random.random(), self.random.random()];
            let message = PriMessage::from_words(words);
            let message = if self.one_of(4) { PriMessage::stop_marker(7, 9) } else { message };
            let ste = Ste { valid: !self.one_of(3), ppar: self.one_of(2) };
            let secure = self.one_of(16);
            self.target.offer_pri(PriOffer { message, ste, secure });
        }
    }

    fn record(&mut self) -> EventRecord {
        EventRecord::from_words(std::array::from_fn(|_| self.random.random()))
    }

    /// Ports and memory stop for a while; errors come.
    fn surroundings(&mut self) {
        for (at, sink) in Sink::ALL.into_iter().enumerate() {
            if self.held[at] > 0 {
                self.held[at] -= 1;
            } else if self.one_of(150) {
                self.held[at] = self.random.random_range(0..120);
            }
            let held = self.held[at] > 0;
            self.target.neighbours().hold(sink, held);
        }
        if self.memory_held > 0 {
            self.memory_held -= 1;
        } else if self.one_of(150) {
            self.memory_held = self.random.random_range(0..120);
        }
        let held = self.memory_held > 0;
        self.target.memory().hold(held);
        if self.one_of(250) {
            self.target.memory().abort(1);
        }
        if self.one_of(400) {
            self.target.memory().abort_reads(1);
        }
        if self.one_of(400) {
            self.target.neighbours().fail_syncs(1);
        }
    }

    fn surroundings_released(&mut self) {
        for sink in Sink::ALL {
            self.target.neighbours().hold(sink, false);
        }
        self.target.memory().hold(false);
    }
}

fn equal_at_any_time(configuration: Configuration) {
    let mut compared = 0;
    for seed in 0..SEEDS {
        let mut run = Run::new(configuration, seed);
        if let Err(mismatch) = run.play() {
            panic!("{configuration:?}, seed {seed}\n{mismatch}");
        }
        compared += run.lockstep.compared();
    }
    assert!(compared > SEEDS * CYCLES / 8, "{configuration:?} compares only {compared} steps");
}

#[test]
fn standard() {
    equal_at_any_time(Configuration::Standard);
}

#[test]
fn one_record_in_flight() {
    equal_at_any_time(Configuration::Single);
}

#[test]
fn at_most_four_entries() {
    equal_at_any_time(Configuration::Capped);
}

#[test]
fn bare() {
    equal_at_any_time(Configuration::Bare);
}
