//! What the comparison costs: one and the same run at the speed of the model, with software and devices around it, and
//! in lock-step with the golden model.

use std::time::{Duration, Instant};

use serde::Serialize;
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::{Also, CommandName, Count, Pace, PageGroups, Step, Stimulus};
use smmuq_testbench::system::{self, Conditions};
use smmuq_testbench::target::Target;

use crate::rtl_target::RtlTarget;
use crate::verilated::{Block, Configuration, PinsIn, Recording};

const CONFIGURATION: Configuration = Configuration::Standard;
const SEED: u64 = 1;
/// Cycles from one burst of traffic to the next.
const BURST: u64 = 200;

/// A run in lock-step, or without the golden model.
type Run = fn(&Stimulus, &Conditions, &mut dyn Target) -> Outcome;

/// Why there is no measurement.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CosimError {
    /// Target and golden model differ.
    #[error("{0}")]
    Mismatch(Box<Mismatch>),
    /// What was timed was not one and the same run.
    #[error("{0} is not the run that was recorded, so the figures would compare different things")]
    OtherRun(&'static str),
}

/// Simulated cycles in a second, by what runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Speeds {
    /// The model alone, fed with recorded inputs.
    pub limit: f64,
    /// With software, devices and memory around it; nothing is compared.
    pub testbench: f64,
    /// In lock-step with the golden model.
    pub lockstep: f64,
}

/// A measurement: medians of all rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Clock cycles of the run.
    pub cycles: u64,
    /// Steps after which the golden model was compared.
    pub steps_compared: u64,
    /// How many times each was run.
    pub rounds: usize,
    /// Cycles in a second.
    pub cycles_per_second: Speeds,
    /// Fractions of the limit of the same round.
    pub of_limit: Speeds,
}

/// Traffic from all sides without an end to wait for: records, page requests and commands in bursts, and the drivers that
/// take them out of their queues.
#[derive(Clone, Debug)]
pub struct Storm(Stimulus);

impl Storm {
    /// So many bursts.
    pub fn new(bursts: u64) -> Self {
        use CommandName::{AtcInv, CfgiSte, Prefetch, SyncIrq, Tlbi};
        let burst = [
            Step::Terminated(Count::Plain(12)),
            Step::Stalled(Count::Plain(1)),
            Step::Issue(vec![CfgiSte, Prefetch, Tlbi, Tlbi, AtcInv, SyncIrq]),
            Step::Cycles(BURST),
        ];
        let groups = PageGroups {
            groups: Count::Plain(bursts),
            pages: Count::Plain(3),
            credits: Some(Count::Plain(12)),
        };
        let bursts = (0..bursts).flat_map(|_| burst.clone());
        Self(Stimulus {
            title: "all queues busy".to_owned(),
            log2size: 5,
            also: Also { command: Some(5), pri: true },
            concurrent: Some(Pace { interrupt: (0, 60), access: (0, 3) }),
            memory: Timing { latency: (1, 16), ready: 70, errors: 0 },
            steps: [Step::PageGroups(groups)].into_iter().chain(bursts).collect(),
        })
    }

    fn target(&self) -> RtlTarget {
        let Timing { ready, .. } = self.0.memory;
        let memory = Memory::new(self.0.memory.clone(), SEED);
        RtlTarget::new(CONFIGURATION, SEED, memory, Neighbours::new(ready, SEED))
    }

    fn conditions(&self) -> Conditions {
        let driver = Driver::named(drivers::DEFAULT).expect("it is one of those that `smmuq list` shows");
        Conditions { driver, log2size: self.0.log2size, seed: SEED, told: false }
    }

    /// The inputs of a run in lock-step, and what it was.
    ///
    /// # Errors
    /// When RTL and golden model differ.
    pub fn record(&self) -> Result<(Recording, Outcome), CosimError> {
        let mut target = self.target();
        target.block().record();
        let outcome = checked(system::run(&self.0, &self.conditions(), &mut target))?;
        Ok((target.block().take_recording(), outcome))
    }

    /// The same without the golden model.
    ///
    /// # Errors
    /// When the block makes no progress.
    pub fn record_unfollowed(&self) -> Result<Recording, CosimError> {
        let mut target = self.target();
        target.block().record();
        checked(system::run_unfollowed(&self.0, &self.conditions(), &mut target))?;
        Ok(target.block().take_recording())
    }

    fn time(&self, run: Run) -> Result<Duration, CosimError> {
        let (mut target, conditions) = (self.target(), self.conditions());
        let start = Instant::now();
        let outcome = run(&self.0, &conditions, &mut target);
        let time = start.elapsed();
        checked(outcome).map(|_| time)
    }

    /// Runs each as many times, in turns, so that what else the machine does disturbs all alike.
    ///
    /// # Errors
    /// When RTL and golden model differ, or the runs are not one and the same.
    pub fn measure(&self, rounds: usize) -> Result<Measured, CosimError> {
        let (recording, outcome) = self.record()?;
        if self.record_unfollowed()? != recording {
            return Err(CosimError::OtherRun("the run without the golden model"));
        }
        let mut speeds = Vec::new();
        for _ in 0..rounds {
            let cycles = recording.stimulus.len() as f64;
            let limit = time_replay(&recording)?;
            let testbench = self.time(system::run_unfollowed)?;
            let lockstep = self.time(system::run)?;
            let [limit, testbench, lockstep] =
                [limit, testbench, lockstep].map(|time| cycles / time.as_secs_f64());
            speeds.push(Speeds { limit, testbench, lockstep });
        }
        let of_limit: Vec<_> = speeds.iter().map(Speeds::of_limit).collect();
        Ok(Measured {
            cycles: recording.stimulus.len() as u64,
            steps_compared: outcome.steps_compared,
            rounds,
            cycles_per_second: Speeds::median(&speeds),
            of_limit: Speeds::median(&of_limit),
        })
    }
}

fn checked(outcome: Outcome) -> Result<Outcome, CosimError> {
    match outcome.mismatch {
        Some(mismatch) => Err(CosimError::Mismatch(mismatch)),
        None => Ok(outcome),
    }
}

/// The outputs of a stimulus, as the checksum of a recording has them.
pub fn replay(stimulus: &[PinsIn]) -> u64 {
    let mut block = Block::new(CONFIGURATION, SEED);
    block.reset();
    block.replay(stimulus)
}

fn time_replay(recording: &Recording) -> Result<Duration, CosimError> {
    let mut block = Block::new(CONFIGURATION, SEED);
    let start = Instant::now();
    block.reset();
    let checksum = block.replay(&recording.stimulus);
    let time = start.elapsed();
    if checksum == recording.checksum { Ok(time) } else { Err(CosimError::OtherRun("the replay")) }
}

impl Speeds {
    fn of_limit(&self) -> Self {
        let Self { limit, testbench, lockstep } = *self;
        Self { limit: 1.0, testbench: testbench / limit, lockstep: lockstep / limit }
    }

    fn median(of: &[Self]) -> Self {
        let median = |value: fn(&Self) -> f64| {
            let mut values: Vec<_> = of.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Self {
            limit: median(|each| each.limit),
            testbench: median(|each| each.testbench),
            lockstep: median(|each| each.lockstep),
        }
    }
}
