//! Runs in which each step settles before the next: register writes legal and odd among records, PRI messages and
//! commands of all kinds, queues set up anew at any position, aborts, races of one cycle.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq_golden::Register;
use smmuq_testbench::drivers;
use smmuq_testbench::memory::Timing;
use smmuq_testbench::neighbours::Sink;
use smmuq_testbench::stimulus::{
    Block, CommandName, Count, PageRequests, RegisterWrite, Step, Stimulus, Together,
};

use crate::session::{Session, TargetKind};
use crate::verilated::{Configuration, Parameters};

/// Where the queues lie and where MSIs go: regions that no size and no odd address makes overlap, in bits \[31:28\].
const EVENTQ_REGION: u32 = 0x8000_0000;
const PRIQ_REGION: u32 = 0x9000_0000;
const CMDQ_REGION: u32 = 0xA000_0000;
const MSI_REGION: u32 = 0xB000_0000;
const WITHIN_REGION: u32 = 0x0FFF_FFFF;
/// All fields of CR0, of IRQ_CTRL and of GERRORN.
const ENABLES: u32 = 0x1F;
const IRQS: u32 = 0b111;
const ERRORS: u32 = 0x1FD;
/// EVENTQEN, PRIQEN with SMMUEN, CMDQEN in CR0.
const EVENTQEN: u32 = 1 << 2;
const PRIQEN: u32 = 1 << 1;
const CMDQEN: u32 = 1 << 3;
/// LOG2SIZE in the low half of BASE, and the indices of PROD and CONS.
const LOG2SIZE: u32 = 0x1F;
const POSITION: u32 = 0xF_FFFF;
/// The registers that configure the interrupts of each source.
pub(super) const IRQ_CFG: [[Register; 4]; 3] = [
    [Register::GerrorIrqCfg0Lo, Register::GerrorIrqCfg0Hi, Register::GerrorIrqCfg1, Register::GerrorIrqCfg2],
    [Register::EventqIrqCfg0Lo, Register::EventqIrqCfg0Hi, Register::EventqIrqCfg1, Register::EventqIrqCfg2],
    [Register::PriqIrqCfg0Lo, Register::PriqIrqCfg0Hi, Register::PriqIrqCfg1, Register::PriqIrqCfg2],
];

/// One of the queues.
#[derive(Clone, Copy)]
enum Queue {
    Event,
    Pri,
    Command,
}

const QUEUES: [Queue; 3] = [Queue::Event, Queue::Pri, Queue::Command];

impl Queue {
    fn enable(self) -> u32 {
        match self {
            Self::Event => EVENTQEN,
            Self::Pri => PRIQEN,
            Self::Command => CMDQEN,
        }
    }

    /// BASE (its halves), PROD and CONS.
    fn registers(self) -> [Register; 4] {
        match self {
            Self::Event => {
                [Register::EventqBaseLo, Register::EventqBaseHi, Register::EventqProd, Register::EventqCons]
            }
            Self::Pri => [Register::PriqBaseLo, Register::PriqBaseHi, Register::PriqProd, Register::PriqCons],
            Self::Command => {
                [Register::CmdqBaseLo, Register::CmdqBaseHi, Register::CmdqProd, Register::CmdqCons]
            }
        }
    }

    fn region(self) -> u32 {
        match self {
            Self::Event => EVENTQ_REGION,
            Self::Pri => PRIQ_REGION,
            Self::Command => CMDQ_REGION,
        }
    }
}

/// Makes one stimulus.
struct Generator {
    random: ChaCha8Rng,
    /// log2 of the entries that software asks for in each queue, and of those that there are at most (Q9).
    log2size: [u8; 3],
    implemented: [u8; 3],
    /// A port takes nothing.
    blocked: bool,
}

impl Generator {
    fn upto(&mut self, most: u64) -> u64 {
        self.random.random_range(0..=most)
    }

    fn coin(&mut self) -> bool {
        self.random.random()
    }

    fn any(&mut self) -> u32 {
        self.random.random()
    }

    fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[self.random.random_range(0..N)]
    }

    fn entries(&self, queue: Queue) -> u64 {
        1 << self.log2size[queue as usize].min(self.implemented[queue as usize])
    }

    fn count(&mut self, most: u64) -> Count {
        Count::Plain(1 + self.upto(most - 1))
    }

    fn stimulus(&mut self, title: String) -> Stimulus {
        let memory = self.timing();
        let mut steps = self.set_up_interrupts(0);
        steps.extend(QUEUES.into_iter().flat_map(|queue| self.set_up(queue, 0)));
        steps.push(write(Register::Cr0, ENABLES));
        let episodes = 8 + self.upto(16);
        for _ in 0..episodes {
            steps.extend(self.episode());
        }
        steps.extend([Step::Hold(false), Step::Handler]);
        Stimulus {
            title,
            log2size: self.log2size[Queue::Event as usize],
            also: Default::default(),
            concurrent: None,
            memory,
            steps,
        }
    }

    fn timing(&mut self) -> Timing {
        let least = 1 + self.upto(8) as u32;
        let latency = (least, least + self.upto(24) as u32);
        Timing { latency, ready: self.pick([15, 60, 100]), errors: self.pick([0, 0, 10]) }
    }

    /// A few steps that belong together: what is switched off is switched on again.
    fn episode(&mut self) -> Vec<Step> {
        match self.upto(18) {
            17 | 18 => self.disabled_while_busy(),
            0 | 1 => self.with_writes_in_flight(),
            2 => {
                let some = self.any() & ENABLES;
                let first = write(Register::Cr0, some);
                self.during(first, write(Register::Cr0, ENABLES))
            }
            3 => {
                let some = self.any() & IRQS;
                self.during(write(Register::IrqCtrl, some), write(Register::IrqCtrl, IRQS))
            }
            4 => {
                let some = self.any() & ENABLES;
                self.set_up_interrupts(some)
            }
            5 | 6 => {
                let (queue, others) = (self.pick(QUEUES), self.any());
                let others = self.pick([0, others & ENABLES]);
                let steps = self.set_up(queue, others);
                [steps, vec![write(Register::Cr0, ENABLES)]].concat()
            }
            7 | 8 => self.abort(),
            9 | 10 => self.race(),
            11 | 12 if !self.blocked => self.with_a_blocked_port(),
            13 => self.acknowledge(),
            _ => self.some_steps(),
        }
    }

    fn during(&mut self, first: Step, last: Step) -> Vec<Step> {
        let between = self.some_steps();
        [vec![first], between, vec![last]].concat()
    }

    fn with_writes_in_flight(&mut self) -> Vec<Step> {
        let mut held = vec![Step::Hold(true)];
        if self.coin() {
            held.push(Step::Terminated(self.count(self.entries(Queue::Event))));
        }
        if self.coin() {
            held.push(self.page_requests());
        }
        if self.coin() {
            held.push(self.commands());
        }
        let inside = self.episode();
        [held, inside, vec![Step::Hold(false)]].concat()
    }

    /// A disable that has to wait for records, messages and a CMD_SYNC (E5, E7, E8).
    fn disabled_while_busy(&mut self) -> Vec<Step> {
        let records = Step::Terminated(self.count(self.entries(Queue::Event)));
        let requests = self.page_requests();
        let commands = self.commands();
        let some = self.any() & ENABLES;
        let disable = write(Register::Cr0, some);
        let inside = self.some_steps();
        let before = vec![Step::Hold(true), records, requests, commands, disable];
        let after = vec![Step::Hold(false), self.commands(), write(Register::Cr0, ENABLES)];
        [before, inside, after].concat()
    }

    fn with_a_blocked_port(&mut self) -> Vec<Step> {
        let port = self.pick([Sink::Prg, Sink::Command, Sink::Sync]);
        let block = |held| vec![Step::Block(Block { port, held })];
        self.blocked = true;
        let inside = [self.some_steps(), self.episode(), self.some_steps()].concat();
        self.blocked = false;
        [block(true), inside, block(false)].concat()
    }

    fn some_steps(&mut self) -> Vec<Step> {
        (0..=self.upto(4)).map(|_| self.step()).collect()
    }

    fn abort(&mut self) -> Vec<Step> {
        let errors = 1 + self.upto(1);
        let failing = match self.upto(3) {
            0 | 1 => Step::Abort(errors),
            2 => Step::AbortReads(errors),
            _ => Step::AtcErrors(errors),
        };
        let last = match self.upto(2) {
            0 => Step::Terminated(Count::Plain(1)),
            1 => self.page_requests(),
            _ => self.commands(),
        };
        [self.during(failing, last), self.acknowledge()].concat()
    }

    /// Each error is acknowledged by one of the two, whatever GERROR is (G1); the second may make it active again (G2).
    fn acknowledge(&mut self) -> Vec<Step> {
        let some = self.any() & ERRORS;
        let value = self.pick([0, ERRORS, some]);
        [value, ERRORS & !value].map(|value| write(Register::GerrorN, value)).to_vec()
    }

    /// Answers, errors among them, that fall into one cycle with records and writes.
    fn race(&mut self) -> Vec<Step> {
        let in_flight = self.count(self.entries(Queue::Event));
        let requests = self.page_requests();
        let commands = self.commands();
        let together = 1 + self.upto(3);
        let together: Vec<_> = (0..together).map(|_| Step::Together(self.together())).collect();
        let errors = self.upto(1);
        let before =
            vec![Step::Hold(true), Step::Abort(errors), Step::Terminated(in_flight), requests, commands];
        [before, together, vec![Step::Hold(false)]].concat()
    }

    /// In the order of the architecture (Q13), anywhere, with any positions that say empty; other enables as they come.
    /// Now and then larger than the rest of the run knows.
    fn set_up(&mut self, queue: Queue, enables: u32) -> Vec<Step> {
        let (low_bits, high_bits, any) = (self.any(), self.any(), self.any());
        let own = u32::from(self.log2size[queue as usize]);
        let size = self.pick([own, own, own, any & LOG2SIZE]);
        let place =
            if size == own { low_bits } else { queue.region() | low_bits & WITHIN_REGION } & !LOG2SIZE;
        // Near the end of 4 KiB fewer commands are fetched at once (C1).
        let position = self.pick([any, any | 0xFE]) & POSITION;
        let [ovflg, ovackflg] = self.pick([[0, 0], [1, 1], [1, 0]]).map(|flag| flag << 31);
        let [low, high, prod, cons] = queue.registers();
        let (cr1, cr2) = (self.any(), self.any());
        vec![
            write(Register::Cr0, enables & !queue.enable()),
            write(Register::Cr1, cr1),
            write(Register::Cr2, cr2),
            write(low, place | size),
            write(high, high_bits),
            write(prod, position | ovflg),
            write(cons, position | ovackflg),
        ]
    }

    fn set_up_interrupts(&mut self, enabled: u32) -> Vec<Step> {
        let mut steps = vec![write(Register::IrqCtrl, enabled)];
        for [low, high, data, attributes] in IRQ_CFG {
            let (address, data_value) = (self.msi_address(), self.any());
            let attributes_value = self.any();
            steps.extend([
                write(low, address as u32),
                write(high, (address >> 32) as u32),
                write(data, data_value),
                write(attributes, attributes_value),
            ]);
        }
        steps.push(write(Register::IrqCtrl, IRQS));
        steps
    }

    /// None; a plain one; one that is truncated; one that is truncated to zero (C13).
    fn msi_address(&mut self) -> u64 {
        let (low, high) = (MSI_REGION | self.any() & 0xFFFF, u64::from(self.any()) << 32);
        let any = u64::from(self.any()) | high;
        self.pick([0, low.into(), low.into(), any, 1 << 48])
    }

    fn step(&mut self) -> Step {
        let events = self.entries(Queue::Event);
        match self.upto(23) {
            0..=2 => Step::Terminated(self.count(events + 2)),
            3 | 4 => Step::Stalled(self.count(events)),
            5 => Step::Handler,
            6 => Step::Consume(self.count(events)),
            7 => Step::Accesses(self.upto(6)),
            8 | 9 => Step::Write(self.write()),
            10 => Step::Write(self.cons(Queue::Event)),
            11 => Step::Write(self.cons(Queue::Pri)),
            12 => Step::Release(self.count(events)),
            13 => Step::Cycles(self.upto(60)),
            14..=17 => self.page_requests(),
            18..=21 => self.commands(),
            _ => Step::Together(self.together()),
        }
    }

    fn page_requests(&mut self) -> Step {
        let count = self.count(self.entries(Queue::Pri) + 2);
        let secure = self.upto(7) == 0;
        let stop_marker = self.upto(3) == 0;
        let [last, pasid, ste_valid, ppar] = std::array::from_fn(|_| self.coin());
        Step::PageRequests(PageRequests { count, last, pasid, stop_marker, secure, ste_valid, ppar })
    }

    fn commands(&mut self) -> Step {
        let count = self.upto(self.entries(Queue::Command));
        Step::Commands((0..=count).map(|_| command(&mut self.random)).collect())
    }

    fn together(&mut self) -> Together {
        let write = self.coin().then(|| match self.upto(3) {
            0 => self.cons(Queue::Event),
            1 => self.cons(Queue::Pri),
            _ => self.write(),
        });
        let [terminated, stalled, page_request, release] = std::array::from_fn(|_| self.coin());
        Together { write, terminated, stalled, page_request, release }
    }

    /// Any position, consistent or not (Q5, Q14, Q15), sometimes with bits above the wrap flag (Q12).
    fn position(&mut self, queue: Queue) -> u32 {
        let odd = if self.upto(7) == 0 { self.any() } else { 0 };
        self.upto(2 * self.entries(queue) - 1) as u32 ^ odd
    }

    fn cons(&mut self, queue: Queue) -> RegisterWrite {
        let [.., register] = queue.registers();
        RegisterWrite { register, value: self.position(queue) ^ u32::from(self.coin()) << 31 }
    }

    /// Any register, read-only ones too; values that change something are likelier than others.
    fn write(&mut self) -> RegisterWrite {
        let register = self.pick(Register::ALL);
        let any = self.any();
        let value = match register {
            Register::Cr0 => self.pick([ENABLES, any & ENABLES, any]),
            Register::GerrorN => self.pick([0, ERRORS, any]),
            Register::IrqCtrl => self.pick([0, IRQS, any]),
            Register::EventqBaseLo => self.base(Queue::Event),
            Register::PriqBaseLo => self.base(Queue::Pri),
            Register::CmdqBaseLo => self.base(Queue::Command),
            Register::CmdqProd | Register::CmdqCons => self.position(Queue::Command),
            Register::EventqProd => self.position(Queue::Event),
            Register::PriqProd => self.position(Queue::Pri),
            Register::GerrorIrqCfg0Lo | Register::EventqIrqCfg0Lo | Register::PriqIrqCfg0Lo => {
                self.msi_address() as u32
            }
            Register::GerrorIrqCfg0Hi | Register::EventqIrqCfg0Hi | Register::PriqIrqCfg0Hi => {
                (self.msi_address() >> 32) as u32
            }
            _ => any,
        };
        RegisterWrite { register, value }
    }

    /// Any place in the region, also one that is aligned down (Q11), and any size, also one that is larger than any queue
    /// (Q9).
    fn base(&mut self, queue: Queue) -> u32 {
        let log2size: u32 = self.log2size[queue as usize].into();
        let size = self.pick([log2size, log2size.saturating_sub(1), 0, log2size + 1, 31]);
        queue.region() | self.any() & WITHIN_REGION & !0x1F | size
    }
}

/// Any command, now and then one that fails.
pub(super) fn command(random: &mut ChaCha8Rng) -> CommandName {
    use CommandName::*;
    match random.random_range(0..32) {
        0 => [PriRespIllegal, SyncIllegal, Reserved, Secure][random.random_range(0..4)],
        1..=4 => Sync,
        5..=7 => SyncIrq,
        8..=12 => SyncMsi,
        13..=15 => SyncSev,
        16 | 17 => PriResp,
        18 => PriRespFailure,
        19 => PriRespInvalidRequest,
        20 => Prefetch,
        21 => AtcInv,
        22 => Resume,
        23 => StallTerm,
        24..=27 => Tlbi,
        _ => CfgiSte,
    }
}

fn write(register: Register, value: u32) -> Step {
    Step::Write(RegisterWrite { register, value })
}

/// The run of a seed.
pub fn session(configuration: Configuration, seed: u64) -> Session {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let log2size = std::array::from_fn(|_| random.random_range(0..=4));
    let driver = drivers::REVIEWED[random.random_range(0..drivers::REVIEWED.len())];
    let Parameters { event_qs, pri_qs, cmd_qs, .. } = configuration.parameters();
    let implemented = [event_qs, pri_qs, cmd_qs];
    let mut generator = Generator { random, log2size, implemented, blocked: false };
    let stimulus = generator.stimulus(format!("seed {seed}"));
    let target = TargetKind::Rtl(configuration);
    Session { target, seed, ..Session::new("settled", stimulus, driver) }
}
