//! A run on the golden model that must end, and without a mismatch: the model beside itself agrees.

use smmuq_golden::{EventRecord, Kind, Parameters};
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::golden_target::GoldenTarget;
use smmuq_testbench::memory::Memory;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::{Count, Step as Line, Stimulus};
use smmuq_testbench::system::{self, Conditions};
use smmuq_testbench::target::{Access, PriOffer, Registers, Step, Target};

/// Runs that may take more cycles are not made.
const AFFORDABLE: u64 = 3_000_000;

/// The golden model, for so many cycles.
struct Bounded {
    golden: GoldenTarget,
    left: u64,
}

/// Most cycles that a run may take: for each thing that a scenario asks for, some accesses of software and of memory.
pub fn bound(stimulus: &Stimulus) -> u64 {
    let entries = 1 << stimulus.log2size;
    let asked = |line: &Line| match line {
        Line::Terminated(count) | Line::Stalled(count) | Line::Consume(count) | Line::PriConsume(count) => {
            count.resolve(entries)
        }
        Line::PageRequests(requests) => requests.count.resolve(entries),
        Line::PageGroups(groups) => {
            let resolved = |count: Count| count.resolve(entries);
            resolved(groups.groups).saturating_mul(resolved(groups.pages).max(1))
        }
        Line::Issue(commands) => 1000 + commands.len() as u64, // polls of a CMD_SYNC
        Line::Commands(commands) => commands.len() as u64,
        Line::Accesses(count) | Line::PriAccesses(count) | Line::Cycles(count) => *count,
        _ => 0,
    };
    let each = |line: &Line| asked(line).saturating_add(10);
    let all = stimulus.steps.iter().map(each).fold(100, u64::saturating_add);
    let pace = stimulus.concurrent.unwrap_or_default();
    let cycles = 10 + stimulus.memory.latency.1 + pace.interrupt.1 + pace.access.1;
    all.saturating_mul(10 * u64::from(cycles) * 100 / u64::from(stimulus.memory.ready))
}

/// Runs a scenario that came through the parser, unless that may take too long.
pub fn run(stimulus: &Stimulus, driver: Driver, seed: u64) -> Option<Outcome> {
    let bound = bound(stimulus);
    if bound > AFFORDABLE {
        return None;
    }
    let conditions = Conditions { driver, log2size: stimulus.log2size, seed, told: true };
    let memory = Memory::new(stimulus.memory.clone(), seed);
    let neighbours = Neighbours::new(stimulus.memory.ready, seed);
    let golden = GoldenTarget::new(Parameters::default(), memory, neighbours);
    let outcome = system::run(stimulus, &conditions, &mut Bounded { golden, left: bound });
    if let Some(mismatch) = outcome.mismatch {
        panic!("{} with {}\n{mismatch}", stimulus.to_text().expect("TOML"), driver.name);
    }
    Some(outcome)
}

impl Target for Bounded {
    fn parameters(&self) -> Parameters {
        self.golden.parameters()
    }
    fn is_reference(&self) -> bool {
        true
    }
    fn reset(&mut self) {
        self.golden.reset();
    }
    fn access(&mut self, access: Access) {
        self.golden.access(access);
    }
    fn access_cycles(&self) -> u32 {
        self.golden.access_cycles()
    }
    fn offer(&mut self, kind: Kind, record: EventRecord) {
        self.golden.offer(kind, record);
    }
    fn offer_pri(&mut self, offer: PriOffer) {
        self.golden.offer_pri(offer);
    }
    fn neighbours(&mut self) -> &mut Neighbours {
        self.golden.neighbours()
    }
    fn memory(&mut self) -> &mut Memory {
        self.golden.memory()
    }
    fn registers(&mut self) -> Registers {
        self.golden.registers()
    }
    fn advance(&mut self) -> Vec<Step> {
        let Some(left) = self.left.checked_sub(1) else {
            return vec![Step::Broken("the run does not end".to_owned())];
        };
        self.left = left;
        self.golden.advance()
    }
}
