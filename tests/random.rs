//! Random stimuli on the RTL, in lock-step with the golden model: legal and odd register writes among records, aborts,
//! a slow memory and a driver that is interrupted anywhere.

use std::collections::BTreeMap;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq::session::{Session, TargetKind};
use smmuq::verilated::Configuration;
use smmuq_golden::{Line, Loss, Register};
use smmuq_testbench::drivers;
use smmuq_testbench::memory::Timing;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::{Count, RegisterWrite, Step, Stimulus, Together};
use smmuq_testbench::timeline::{Row, What};

/// Runs for each configuration.
const SEEDS: u64 = 1000;
/// Where the driver places the queue, bits [31:5].
const BASE: u32 = 0x8000_0000;
/// CR0.EVENTQEN, and EVENTQ_ABT_ERR in GERRORN.
const BIT_2: u32 = 1 << 2;
/// IRQ_CTRL.EVENTQ_IRQEN and GERROR_IRQEN.
const BOTH_IRQS: u32 = 0b101;

/// Makes one stimulus.
struct Generator {
    random: ChaCha8Rng,
    log2size: u8,
}

impl Generator {
    fn upto(&mut self, most: u64) -> u64 {
        self.random.random_range(0..=most)
    }

    fn coin(&mut self) -> bool {
        self.random.random()
    }

    fn pick<T: Copy, const N: usize>(&mut self, choices: [T; N]) -> T {
        choices[self.random.random_range(0..N)]
    }

    fn entries(&self) -> u64 {
        1 << self.log2size
    }

    fn count(&mut self, most: u64) -> Count {
        Count::Plain(1 + self.upto(most - 1))
    }

    fn stimulus(&mut self, title: String) -> Stimulus {
        let memory = self.timing();
        let episodes = 8 + self.upto(16);
        let mut steps: Vec<_> = (0..episodes).flat_map(|_| self.episode()).collect();
        steps.extend([Step::Hold(false), Step::Handler]);
        Stimulus { title, log2size: self.log2size, also: Default::default(), concurrent: None, memory, steps }
    }

    fn timing(&mut self) -> Timing {
        let least = 1 + self.upto(8) as u32;
        let latency = (least, least + self.upto(24) as u32);
        Timing { latency, ready: self.pick([15, 60, 100]), errors: self.pick([0, 0, 0, 10]) }
    }

    /// A few steps that belong together: what is switched off is switched on again.
    fn episode(&mut self) -> Vec<Step> {
        match self.upto(11) {
            0 => self.with_records_in_flight(),
            1 => self.during(write(Register::Cr0, 0), write(Register::Cr0, BIT_2)),
            2 => {
                let some = self.upto(5) as u32;
                self.during(write(Register::IrqCtrl, some), write(Register::IrqCtrl, BOTH_IRQS))
            }
            3 => self.set_up_again(),
            4 => self.abort(),
            5 => self.race(),
            _ => self.some_steps(),
        }
    }

    fn during(&mut self, first: Step, last: Step) -> Vec<Step> {
        let between = self.some_steps();
        [vec![first], between, vec![last]].concat()
    }

    fn with_records_in_flight(&mut self) -> Vec<Step> {
        let held = vec![Step::Hold(true), Step::Terminated(self.count(self.entries()))];
        [held, self.episode(), vec![Step::Hold(false)]].concat()
    }

    fn some_steps(&mut self) -> Vec<Step> {
        (0..=self.upto(4)).map(|_| self.step()).collect()
    }

    fn abort(&mut self) -> Vec<Step> {
        let errors = 1 + self.upto(1);
        let steps = self.during(Step::Abort(errors), Step::Terminated(Count::Plain(1)));
        // One of the two is an acknowledge, whatever GERROR is (G1).
        let acknowledge = self.pick([[0, BIT_2], [BIT_2, 0]]).map(|value| write(Register::GerrorN, value));
        [steps, acknowledge.to_vec()].concat()
    }

    /// Answers, errors among them, that fall into one cycle with records and writes.
    fn race(&mut self) -> Vec<Step> {
        let in_flight = self.count(self.entries());
        let together = 1 + self.upto(3);
        let together: Vec<_> = (0..together).map(|_| Step::Together(self.together())).collect();
        let errors = self.upto(1);
        let before = [Step::Hold(true), Step::Abort(errors), Step::Terminated(in_flight)];
        [before.to_vec(), together, vec![Step::Hold(false)]].concat()
    }

    /// In the order of the architecture (Q13), with any positions that say empty.
    fn set_up_again(&mut self) -> Vec<Step> {
        let position = self.upto(2 * self.entries() - 1) as u32;
        let [ovflg, ovackflg] = [self.coin(), self.coin()].map(|flag| u32::from(flag) << 31);
        let programmed = [
            write(Register::EventqBaseLo, BASE | u32::from(self.log2size)),
            write(Register::EventqBaseHi, 0),
            write(Register::EventqProd, position | ovflg),
            write(Register::EventqCons, position | ovackflg),
        ];
        [vec![write(Register::Cr0, 0)], programmed.to_vec(), vec![write(Register::Cr0, BIT_2)]].concat()
    }

    fn step(&mut self) -> Step {
        let entries = self.entries();
        match self.upto(15) {
            0..=3 => Step::Terminated(self.count(entries + 2)),
            4 | 5 => Step::Stalled(self.count(entries)),
            6 | 7 => Step::Handler,
            8 => Step::Consume(self.count(entries)),
            9 => Step::Accesses(self.upto(6)),
            10 => Step::Write(self.write()),
            11 => Step::Write(self.cons()),
            12 => Step::Release(self.count(entries)),
            13 => Step::Cycles(self.upto(60)),
            _ => Step::Together(self.together()),
        }
    }

    fn together(&mut self) -> Together {
        let write = self.coin().then(|| if self.coin() { self.cons() } else { self.write() });
        let [terminated, stalled, release] = [self.coin(), self.coin(), self.coin()];
        Together { write, terminated, stalled, release, ..Together::default() }
    }

    /// Any position, consistent or not (Q5, Q14), sometimes with bits above the wrap flag (Q12).
    fn cons(&mut self) -> RegisterWrite {
        let odd = if self.upto(7) == 0 { self.random.random() } else { 0 };
        let position = self.upto(2 * self.entries() - 1) as u32 | u32::from(self.coin()) << 31;
        RegisterWrite { register: Register::EventqCons, value: position ^ odd }
    }

    /// Any register; values that change something are likelier than others.
    fn write(&mut self) -> RegisterWrite {
        let register = self.pick(Register::ALL);
        let any: u32 = self.random.random();
        let value = match register {
            Register::Cr0 | Register::GerrorN => self.pick([0, BIT_2, any]),
            Register::IrqCtrl => self.pick([0, BOTH_IRQS, any]),
            Register::EventqBaseLo => any & !0x1F | self.log2size_not_smaller(),
            _ => any,
        };
        RegisterWrite { register, value }
    }

    /// Also one that is larger than any queue (Q9).
    fn log2size_not_smaller(&mut self) -> u32 {
        let log2size: u32 = self.log2size.into();
        self.pick([log2size, log2size.saturating_sub(1), 0, log2size + 1, 31])
    }
}

fn write(register: Register, value: u32) -> Step {
    Step::Write(RegisterWrite { register, value })
}

fn session(configuration: Configuration, seed: u64) -> Session {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let log2size = random.random_range(0..=4);
    let driver = drivers::REVIEWED[random.random_range(0..drivers::REVIEWED.len())];
    let stimulus = Generator { random, log2size }.stimulus(format!("seed {seed}"));
    let target = TargetKind::Rtl(configuration);
    Session { target, seed, ..Session::new("random", stimulus, driver) }
}

/// What a run has met, and how often.
fn met(outcome: &Outcome) -> [(&'static str, u64); 8] {
    let rows = &outcome.timeline.0;
    let rows_with = |wanted: fn(What) -> bool| rows.iter().filter(|row| wanted(row.what)).count() as u64;
    let announced = |what| if let What::Written { interrupts, .. } = what { interrupts } else { 0 };
    let wraps = |pair: &&[Row]| {
        matches!(pair[1].what, What::Written { .. }) && pair[1].then.event.prod < pair[0].then.event.prod
    };
    [
        ("overflow", outcome.counts.overflows),
        ("stall record held", rows_with(|what| what == What::Waiting)),
        ("abort", rows_with(|what| what == What::Lost { flagged: true })),
        ("record dropped for an error", rows_with(|what| what == What::Dropped { loss: Loss::AbortError })),
        ("record dropped while disabled", rows_with(|what| what == What::Dropped { loss: Loss::Disabled })),
        ("Event queue interrupt", rows.iter().map(|row| announced(row.what)).sum()),
        ("GERROR interrupt", rows_with(|what| what == What::Interrupt(Line::Gerror))),
        ("wrap of PROD", rows.windows(2).filter(wraps).count() as u64),
    ]
}

/// The seed, and the stimulus with one step a line.
fn description(Session { stimulus, driver, seed, .. }: &Session) -> String {
    let Stimulus { log2size, memory, steps, .. } = stimulus;
    let steps: Vec<_> = steps.iter().map(|step| format!("  {step:?}")).collect();
    format!("seed {seed}, {driver:?}, log2size {log2size}, {memory:?}\n{}", steps.join("\n"))
}

fn equal_whatever_happens(configuration: Configuration) {
    let mut total: BTreeMap<_, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let session = session(configuration, seed);
        let outcome = session.run(None).expect("no waves are asked for");
        if let Some(mismatch) = &outcome.mismatch {
            panic!("{configuration:?}, {}\n{mismatch}", description(&session));
        }
        assert!(outcome.steps_compared > 0, "{configuration:?}, seed {seed} compares nothing");
        for (what, times) in met(&outcome) {
            *total.entry(what).or_default() += times;
        }
    }
    // A test that meets nothing shows nothing.
    assert!(
        total.values().all(|&times| times > SEEDS / 10),
        "{configuration:?} meets too little: {total:#?}"
    );
}

#[test]
fn standard() {
    equal_whatever_happens(Configuration::Standard);
}

#[test]
fn one_record_in_flight() {
    equal_whatever_happens(Configuration::Single);
}

#[test]
fn at_most_four_entries() {
    equal_whatever_happens(Configuration::Capped);
}
