//! The run of a seed: in a concurrent run everything happens at once, and software runs on its own.

use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq_golden::Register;
use smmuq_testbench::drivers;
use smmuq_testbench::memory::Timing;
use smmuq_testbench::neighbours::Sink;
use smmuq_testbench::stimulus::{
    Also, AnyAccess, Block, CommandName, Count, LARGEST_LOG2SIZE, Pace, PageGroups, PageRequests,
    RegisterWrite, Step, Stimulus, Together,
};

use super::profile::{Profile, Range};
use super::settled;
use crate::session::{Session, TargetKind};
use crate::verilated::Configuration;

/// Everything in CR0, IRQ_CTRL and GERRORN.
const ENABLES: u32 = 0x1F;
const IRQS: u32 = 0b111;
const ERRORS: u32 = 0x1FD;
/// What only software that has disabled something may write.
const GUARDED: [Register; 13] = [
    Register::Cr1,
    Register::Cr2,
    Register::CmdqBaseLo,
    Register::CmdqBaseHi,
    Register::CmdqCons,
    Register::EventqBaseLo,
    Register::EventqBaseHi,
    Register::EventqProd,
    Register::PriqBaseLo,
    Register::PriqBaseHi,
    Register::PriqProd,
    Register::GerrorIrqCfg1,
    Register::EventqIrqCfg2,
];
/// More records than there are ever in flight.
const MANY: Count = Count::Plain(70);
/// Where MSIs go: apart from all queues.
const MSIS: u32 = 0x4000_0000;

/// The run of a seed: the same for the same profile and seed, whatever else runs.
pub fn session(name: &str, profile: &Profile, seed: u64) -> Session {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let builds = profile.builds.list();
    let configuration = Configuration::ALL[weighted(&mut random, &builds)];
    let scenario = format!("campaign-{}", name.replace(['/', '.'], "-"));
    if random.random_range(0..100) < profile.settled {
        return Session { scenario, ..settled::session(configuration, seed) };
    }
    let driver = drivers::REVIEWED[random.random_range(0..drivers::REVIEWED.len())];
    let mut generator = Generator { random, profile, blocked: false };
    let deep = configuration.parameters().outstanding > 16;
    let stimulus = generator.stimulus(format!("profile {name}, seed {seed}"), deep);
    Session { target: TargetKind::Rtl(configuration), seed, ..Session::new(&scenario, stimulus, driver) }
}

fn weighted(random: &mut ChaCha8Rng, weights: &[u32]) -> usize {
    WeightedIndex::new(weights).map_or(0, |index| index.sample(random))
}

struct Generator<'p> {
    random: ChaCha8Rng,
    profile: &'p Profile,
    /// A port takes nothing.
    blocked: bool,
}

type Steps = Vec<Step>;

impl Generator<'_> {
    /// Where many entries can be in flight, some queues are `deep` enough for them, as far as there are such queues.
    fn stimulus(&mut self, title: String, deep: bool) -> Stimulus {
        let profile = self.profile;
        let large = self.percent(profile.large);
        let deeper = if deep && self.coin() { 5 } else { 0 };
        let log2size = if large {
            self.within((0, LARGEST_LOG2SIZE.into()))
        } else {
            (self.within(profile.log2size) + deeper).min(LARGEST_LOG2SIZE.into())
        } as u8;
        let also = Also { command: Some(self.within((1, 4)) as u8), pri: true };
        let least = self.within((profile.latency.0, profile.latency.0 + 8));
        let latency = (least, least + self.within((0, profile.latency.1)));
        let memory = Timing {
            latency,
            ready: self.within(profile.ready) as u8,
            errors: self.within(profile.errors) as u8,
        };
        let pace =
            Pace { interrupt: (0, self.within(profile.interrupt)), access: (0, self.within(profile.access)) };
        let mut steps = Vec::new();
        for _ in 0..self.within(profile.episodes) {
            steps.extend(self.episode());
            steps.push(self.gap());
        }
        steps.extend([Step::Hold(false), Step::Wake]);
        Stimulus { title, log2size, also, concurrent: Some(pace), memory, steps }
    }

    fn within(&mut self, (least, most): Range) -> u32 {
        self.random.random_range(least..=most)
    }

    fn percent(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
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

    fn burst(&mut self) -> Count {
        Count::Plain(self.within(self.profile.burst).into())
    }

    fn gap(&mut self) -> Step {
        Step::Cycles(self.within(self.profile.gap).into())
    }

    /// A few steps that belong together: what is switched off is switched on again.
    fn episode(&mut self) -> Steps {
        let weights = self.profile.weights.list();
        match weighted(&mut self.random, &weights) {
            0 => vec![Step::Terminated(self.burst())],
            1 => vec![Step::Stalled(self.burst())],
            2 => vec![self.page_requests()],
            3 => self.page_groups(),
            4 => vec![self.commands()],
            5 => self.enables(),
            6 => self.interrupts(),
            7 => vec![Step::Write(self.cons())],
            8 => self.acknowledge(),
            9 => self.abort(),
            10 => self.hold(),
            11 => self.block(),
            12 => vec![self.together()],
            13 => self.race(),
            14 => self.registers(),
            _ => vec![Step::Wake],
        }
    }

    fn some_traffic(&mut self) -> Steps {
        let mut steps = Vec::new();
        for _ in 0..self.within((0, 3)) {
            let step = match self.within((0, 5)) {
                0 | 1 => Step::Terminated(self.burst()),
                2 => Step::Stalled(self.burst()),
                3 | 4 => self.page_requests(),
                _ => self.commands(),
            };
            steps.extend([step, self.gap()]);
        }
        steps
    }

    fn page_requests(&mut self) -> Step {
        let count = self.burst();
        self.page_requests_of(count)
    }

    fn page_requests_of(&mut self, count: Count) -> Step {
        let [stop_marker, secure] = [self.percent(15), self.percent(8)];
        let [last, pasid, ste_valid, ppar] = std::array::from_fn(|_| self.coin());
        Step::PageRequests(PageRequests { count, last, pasid, stop_marker, secure, ste_valid, ppar })
    }

    fn page_groups(&mut self) -> Steps {
        let pages = self.within((1, 3)).into();
        let credits = self.coin().then(|| Count::Plain(pages + u64::from(self.within((0, 6)))));
        let groups = PageGroups { groups: self.burst(), pages: Count::Plain(pages), credits };
        let again = if self.coin() { vec![self.gap(), Step::AskAgain] } else { vec![] };
        [vec![Step::PageGroups(groups)], again].concat()
    }

    fn commands(&mut self) -> Step {
        let count = self.within(self.profile.burst).min(8);
        let names = (0..count).map(|_| settled::command(&mut self.random)).collect();
        if self.coin() { Step::Issue(names) } else { Step::Commands(names) }
    }

    fn enables(&mut self) -> Steps {
        let some = self.pick([0, ENABLES & !4, ENABLES & !2, ENABLES & !1, ENABLES & !8, 7]) & ENABLES;
        let before = if self.coin() { self.some_traffic() } else { vec![] };
        let inside = if self.percent(70) { self.some_traffic() } else { vec![] };
        [before, vec![write(Register::Cr0, some)], inside, vec![write(Register::Cr0, ENABLES)]].concat()
    }

    fn interrupts(&mut self) -> Steps {
        let some = self.any() & IRQS;
        let mut steps = self.some_traffic();
        steps.push(write(Register::IrqCtrl, some));
        steps.extend(self.some_traffic());
        for registers in settled::IRQ_CFG {
            if self.coin() {
                let [low, _, data, attributes] = registers;
                let somewhere = MSIS | self.within((0x100, 0xFFF)) & !3;
                let (address, value, attribute) = (self.pick([0, somewhere]), self.any(), self.any());
                steps.extend([write(low, address), write(data, value), write(attributes, attribute)]);
            }
        }
        steps.extend([write(Register::IrqCtrl, IRQS), Step::Wake]);
        steps
    }

    fn cons(&mut self) -> RegisterWrite {
        let register = self.pick([Register::EventqCons, Register::PriqCons]);
        let value = self.within((0, 15)) | u32::from(self.coin()) << 31;
        RegisterWrite { register, value }
    }

    /// Each error is acknowledged by one of the two, whatever GERROR is (G1); the second may make it active again (G2).
    fn acknowledge(&mut self) -> Steps {
        let some = self.any() & ERRORS;
        let value = self.pick([0, ERRORS, some]);
        [value, ERRORS & !value].map(|value| write(Register::GerrorN, value)).to_vec()
    }

    fn abort(&mut self) -> Steps {
        let errors = self.within((1, 3)).into();
        let failing = match self.within((0, 3)) {
            0 | 1 => Step::Abort(errors),
            2 => Step::AbortReads(errors),
            _ => Step::AtcErrors(errors),
        };
        [vec![failing], self.some_traffic()].concat()
    }

    fn hold(&mut self) -> Steps {
        let mut steps = vec![Step::Hold(true)];
        steps.extend(self.some_traffic());
        if self.percent(10) {
            // As many in flight as any build has.
            steps.extend([
                Step::Terminated(MANY),
                Step::Cycles(150),
                self.page_requests_of(MANY),
                self.gap(),
            ]);
        }
        if self.coin() {
            steps.extend([Step::Release(self.burst()), self.gap()]);
        }
        if self.percent(40) {
            steps.extend(self.enables());
        }
        steps.extend(self.some_traffic());
        steps.push(Step::Hold(false));
        steps
    }

    fn block(&mut self) -> Steps {
        if self.blocked {
            return self.some_traffic();
        }
        let port = self.pick([Sink::Prg, Sink::Command, Sink::Sync]);
        self.blocked = true;
        let inside = [self.some_traffic(), self.episode()].concat();
        self.blocked = false;
        let block = |held| vec![Step::Block(Block { port, held })];
        [block(true), inside, block(false)].concat()
    }

    fn together(&mut self) -> Step {
        let cons = self.cons();
        let enables = RegisterWrite { register: Register::Cr0, value: ENABLES };
        let write = self.pick([None, Some(cons), Some(enables)]);
        let [terminated, stalled, page_request, release] = std::array::from_fn(|_| self.coin());
        Step::Together(Together { write, terminated, stalled, page_request, release })
    }

    /// Answers, errors among them, that fall into one cycle with records, messages and writes.
    fn race(&mut self) -> Steps {
        let first_fails = u64::from(self.percent(30));
        let mut steps = vec![Step::Hold(true), Step::Abort(first_fails)];
        steps.extend([Step::Terminated(self.burst()), self.page_requests(), self.gap()]);
        if self.coin() {
            steps.push(Step::Abort(1));
            steps.extend([Step::Terminated(self.burst()), self.page_requests(), self.gap()]);
        }
        match self.within((0, 3)) {
            0 => {
                let some = self.pick([0, ENABLES & !4, ENABLES & !2]);
                steps.push(write(Register::Cr0, some));
            }
            1 if !self.blocked => steps.extend(self.late_acknowledge()),
            _ => {}
        }
        for _ in 0..self.within((1, 6)) {
            steps.push(self.together());
        }
        steps.extend([Step::Hold(false), write(Register::Cr0, ENABLES)]);
        steps
    }

    /// CMDQEN is cleared while a command waits at its port, which lets it go just before what follows (E8).
    fn late_acknowledge(&mut self) -> Steps {
        let block = |held| Step::Block(Block { port: Sink::Command, held });
        let command = Step::Commands(vec![CommandName::CfgiSte]);
        let disable = write(Register::Cr0, ENABLES & !8);
        let cons = self.cons();
        let (terminated, page_request) = (self.coin(), self.coin());
        let together =
            Together { write: Some(cons), terminated, page_request, release: true, ..Together::default() };
        vec![block(true), command, Step::Cycles(60), disable, block(false), Step::Together(together)]
    }

    /// Everything is enabled, so that guards let nothing through (E3).
    fn registers(&mut self) -> Steps {
        let value = self.any();
        let access = AnyAccess {
            offset: self.within((0, (2 << 16) - 1)),
            value: self.coin().then_some(value),
            strobes: self.within((0, 15)) as u8,
        };
        vec![write(self.pick(GUARDED), value), Step::Access(access)]
    }
}

fn write(register: Register, value: u32) -> Step {
    Step::Write(RegisterWrite { register, value })
}
