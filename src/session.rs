//! One run of a scenario on one target, and what is done about a mismatch.

use std::fmt;
use std::path::{Path, PathBuf};

use smmuq_golden::Parameters;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::golden_target::GoldenTarget;
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios::Scenario;
use smmuq_testbench::stimulus::Stimulus;
use smmuq_testbench::system::{self, Conditions};

use crate::rtl_coverage::RtlCoverage;
use crate::rtl_target::RtlTarget;
use crate::verilated::{Block, Configuration, CoverageError, WaveError};

/// What runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// The Verilated block, compared with the golden model after every step.
    Rtl(Configuration),
    /// The golden model alone: nothing is compared.
    Golden,
}

impl TargetKind {
    /// `rtl` or `golden`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Rtl(_) => "rtl",
            Self::Golden => "golden",
        }
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
        let conditions = self.conditions(true);
        let (memory, neighbours) = self.surroundings();
        Ok(match self.target {
            TargetKind::Rtl(configuration) => {
                let mut target = match waves {
                    Some(path) => RtlTarget::with_waves(configuration, self.seed, memory, neighbours, path)?,
                    None => RtlTarget::new(configuration, self.seed, memory, neighbours),
                };
                system::run(&self.stimulus, &conditions, &mut target)
            }
            TargetKind::Golden => {
                let mut target = GoldenTarget::new(Parameters::default(), memory, neighbours);
                system::run(&self.stimulus, &conditions, &mut target)
            }
        })
    }

    /// Runs it without waves and timeline, which is faster.
    pub fn run_silently(&self) -> Outcome {
        self.silently(|_| ()).0
    }

    /// The same, and what was reached in the RTL, if that is counted.
    ///
    /// # Errors
    /// When it is counted and cannot be had.
    pub fn run_counted(&self) -> Result<(Outcome, Option<RtlCoverage>), CoverageError> {
        let (outcome, reached) = self.silently(Block::coverage);
        Ok((outcome, reached.transpose()?.flatten()))
    }

    /// The outcome, and what is looked for in the block at the end.
    fn silently<T>(&self, look: impl FnOnce(&mut Block) -> T) -> (Outcome, Option<T>) {
        let conditions = self.conditions(false);
        let (memory, neighbours) = self.surroundings();
        match self.target {
            TargetKind::Rtl(configuration) => {
                let mut target = RtlTarget::new(configuration, self.seed, memory, neighbours);
                let outcome = system::run(&self.stimulus, &conditions, &mut target);
                (outcome, Some(look(target.block())))
            }
            TargetKind::Golden => {
                let mut target = GoldenTarget::new(Parameters::default(), memory, neighbours);
                (system::run(&self.stimulus, &conditions, &mut target), None)
            }
        }
    }

    fn conditions(&self, told: bool) -> Conditions {
        Conditions { driver: self.driver, log2size: self.log2size, seed: self.seed, told }
    }

    fn surroundings(&self) -> (Memory, Neighbours) {
        let timing = &self.stimulus.memory;
        (Memory::new(timing.clone(), self.seed), Neighbours::new(timing.ready, self.seed))
    }

    /// Runs it without waves.
    ///
    /// # Errors
    /// When target and golden model differ.
    pub fn check(&self) -> Result<Outcome, Box<Failure>> {
        let outcome = match self.run(None) {
            Ok(outcome) => outcome,
            Err(never) => unreachable!("no waves were asked for: {never}"),
        };
        match self.failure(&outcome, None) {
            Some(failure) => Err(Box::new(failure)),
            None => Ok(outcome),
        }
    }

    /// The failure in an outcome, if there is one, with all that it takes to look into it: RTL runs a second time with
    /// waves, unless the first run has written them, and a stimulus that stands in no file is put into one.
    pub fn failure(&self, outcome: &Outcome, traced: Option<&Path>) -> Option<Failure> {
        let mismatch = outcome.mismatch.clone()?;
        let waves = match traced {
            Some(path) => Some(path.to_owned()),
            None => self.trace_again(),
        };
        Some(Failure { mismatch, replay: self.replay(), waves })
    }

    fn trace_again(&self) -> Option<PathBuf> {
        let TargetKind::Rtl(_) = self.target else { return None };
        let path = self.file("fst");
        self.run(Some(&path)).ok()?;
        Some(path)
    }

    /// A file for what a failing run leaves.
    fn file(&self, extension: &str) -> PathBuf {
        let name = Path::new(&self.scenario).file_stem().unwrap_or_default().to_string_lossy();
        let Self { driver, log2size, seed, .. } = self;
        std::env::temp_dir().join(format!("smmuq-{name}-{}-{log2size}-{seed}.{extension}", driver.name))
    }

    fn replay(&self) -> String {
        let Self { driver, target, log2size, seed, .. } = self;
        let scenario = self.replayable().unwrap_or_else(|reason| format!("({reason})"));
        let block = match target {
            TargetKind::Rtl(Configuration::Standard) | TargetKind::Golden => String::new(),
            TargetKind::Rtl(configuration) => format!(" --block {}", configuration.name()),
        };
        let (driver, target) = (driver.name, target.name());
        format!(
            "cargo run --release -- run {scenario} --driver {driver} --target {target}{block} --log2size {log2size} --seed {seed}"
        )
    }

    /// What `smmuq run` takes to run the same stimulus: the name of the scenario or file where it stands, or a file that
    /// is written now.
    fn replayable(&self) -> Result<String, Box<dyn std::error::Error>> {
        let known = match Scenario::named(&self.scenario) {
            Some(scenario) => scenario.stimulus(),
            None => Stimulus::read(Path::new(&self.scenario)),
        };
        if known.as_ref() == Ok(&self.stimulus) {
            return Ok(self.scenario.clone());
        }
        let path = self.file("toml");
        std::fs::write(&path, self.stimulus.to_text()?)?;
        Ok(path.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let scenario = Scenario::named("stale-ack").unwrap();
        Session::new(scenario.name, scenario.stimulus().unwrap(), Driver::named("thread-v1").unwrap())
    }

    /// The words behind `smmuq run` in a replay command.
    fn replayed(session: &Session) -> Vec<String> {
        let command = session.replay();
        command.split_once("-- run ").unwrap().1.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_scenario_as_it_stands_is_replayed_by_its_name() {
        let replay = replayed(&Session { seed: 7, log2size: 3, ..session() });
        let words =
            ["stale-ack", "--driver", "thread-v1", "--target", "rtl", "--log2size", "3", "--seed", "7"];
        assert_eq!(replay, words);
    }

    #[test]
    fn another_stimulus_is_written_to_a_file() {
        let timing = Timing { latency: (3, 9), ready: 50, errors: 1 };
        let target = TargetKind::Rtl(Configuration::Single);
        let changed = Session { target, seed: 90_125, ..session() }.with_timing(timing);
        let replay = replayed(&changed);
        assert_eq!(Stimulus::read(Path::new(&replay[0])), Ok(changed.stimulus));
        assert!(replay.join(" ").contains("--block single"));
        std::fs::remove_file(&replay[0]).unwrap();
    }
}
