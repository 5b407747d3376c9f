//! One run of a scenario on one target, and what is done about a mismatch.

use std::fmt;
use std::path::{Path, PathBuf};

use smmuq_golden::Parameters;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::golden_target::GoldenTarget;
use smmuq_testbench::lockstep::Mismatch;
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::Stimulus;
use smmuq_testbench::system::{self, Conditions};

use crate::rtl_target::RtlTarget;
use crate::verilated::{Configuration, WaveError};

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The Verilated block, compared with the golden model after every step.
    Rtl(Configuration),
    /// The golden model alone: nothing is compared.
    Golden,
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rtl(_) => "rtl",
            Self::Golden => "golden",
        })
    }
}

/// A run that can be repeated.
#[derive(Clone, Debug)]
pub struct Session {
    /// Name of the scenario, or path of its file: what `smmuq run` takes.
    pub scenario: String,
    /// Its content.
    pub stimulus: Stimulus,
    /// The software.
    pub driver: Driver,
    /// What runs.
    pub target: TargetKind,
    /// log2 of the number of entries that the driver asks for.
    pub log2size: u8,
    /// Seed of everything random: initial values, records, memory.
    pub seed: u64,
}

/// A mismatch with all that one needs to look into it.
#[derive(Clone, Debug, thiserror::Error)]
pub struct Failure {
    /// What differs.
    pub mismatch: Box<Mismatch>,
    /// The command that runs it again.
    pub replay: String,
    /// The waves of the second run.
    pub waves: Option<PathBuf>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.mismatch)?;
        write!(f, "  replay    {}", self.replay)?;
        match &self.waves {
            Some(path) => write!(f, "\n  waves     {}", path.display()),
            None => Ok(()),
        }
    }
}

impl Session {
    /// A run of a stimulus at its own size.
    pub fn new(scenario: &str, stimulus: Stimulus, driver: Driver) -> Self {
        Self {
            scenario: scenario.to_owned(),
            log2size: stimulus.log2size,
            stimulus,
            driver,
            target: TargetKind::Rtl(Configuration::Standard),
            seed: 1,
        }
    }

    /// The same with another behaviour of the memory.
    pub fn with_timing(mut self, timing: Timing) -> Self {
        self.stimulus.memory = timing;
        self
    }

    /// Runs it; writes waves when a file is named and the target is RTL.
    ///
    /// # Errors
    /// When the wave file cannot be written.
    pub fn run(&self, waves: Option<&Path>) -> Result<Outcome, WaveError> {
        let conditions = Conditions { driver: self.driver, log2size: self.log2size, seed: self.seed };
        let memory = Memory::new(self.stimulus.memory.clone(), self.seed);
        Ok(match self.target {
            TargetKind::Rtl(configuration) => {
                let mut target = match waves {
                    Some(path) => RtlTarget::with_waves(configuration, self.seed, memory, path)?,
                    None => RtlTarget::new(configuration, self.seed, memory),
                };
                system::run(&self.stimulus, &conditions, &mut target)
            }
            TargetKind::Golden => {
                let mut target = GoldenTarget::new(Parameters::default(), memory);
                system::run(&self.stimulus, &conditions, &mut target)
            }
        })
    }

    /// The failure in an outcome, if there is one. RTL that failed runs a second time, with waves, unless the first run
    /// has written them.
    pub fn failure(&self, outcome: &Outcome, traced: Option<&Path>) -> Option<Failure> {
        let mismatch = outcome.mismatch.clone()?;
        let waves = match traced {
            Some(path) => Some(path.to_owned()),
            None => self.trace_again(),
        };
        Some(Failure { mismatch, replay: self.replay(), waves })
    }

    fn trace_again(&self) -> Option<PathBuf> {
        let TargetKind::Rtl(_) = self.target else {
            return None;
        };
        let name = Path::new(&self.scenario).file_stem()?.to_string_lossy().into_owned();
        let file = format!("smmuq-{name}-{}-{}-{}.fst", self.driver.name, self.log2size, self.seed);
        let path = std::env::temp_dir().join(file);
        self.run(Some(&path)).ok()?;
        Some(path)
    }

    fn replay(&self) -> String {
        let Self { scenario, driver, target, log2size, seed, .. } = self;
        format!(
            "cargo run --release -- run {scenario} --driver {} --target {target} --log2size {log2size} --seed {seed}",
            driver.name
        )
    }
}
