//! Campaigns: many random runs by seed, in lock-step, what they met, and what they found.
//!
//! A [`Profile`] says what runs are made of, [`generate`] makes the run of a seed, [`Campaign::run`]
//! runs many on several threads, [`Results`] adds up and merges, and [`shrink`] makes a failing run small.

pub mod generate;
pub mod profile;
pub mod results;
pub mod settled;
pub mod shrink;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::verilated::CoverageError;
use profile::Profile;
pub use results::{Finding, Results};

/// Which seeds of how many: every `of`-th from `index` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0 on.
    pub index: u64,
    /// At least 1.
    pub of: u64,
}

/// What is to be run.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// Name of the profile, or path of its file.
    pub name: String,
    /// The profile.
    pub profile: Profile,
    /// The seeds; not all of them if the time is over before.
    pub seeds: Range<u64>,
    /// No further run is started after this time.
    pub time: Option<Duration>,
    /// Threads.
    pub jobs: usize,
    /// The part of the seeds that is run.
    pub shard: Shard,
}

impl Campaign {
    /// Runs until all seeds are done, the time is over, or `stop` is set. `progress` is called from time to time.
    ///
    /// # Errors
    /// When what was reached in the RTL is counted and cannot be had.
    pub fn run(
        &self,
        stop: &AtomicBool,
        mut progress: impl FnMut(&Results),
    ) -> Result<Results, CoverageError> {
        let started = Instant::now();
        let over = || stop.load(Ordering::Relaxed) || self.time.is_some_and(|time| started.elapsed() >= time);
        let next = AtomicU64::new(self.seeds.start.saturating_add(self.shard.index));
        let sum = Mutex::new(Results::new(&self.name));
        let ends: Vec<_> = thread::scope(|scope| {
            let work = || self.work(&next, &over, &sum);
            let workers: Vec<_> = (0..self.jobs).map(|_| scope.spawn(work)).collect();
            while workers.iter().any(|worker| !worker.is_finished()) {
                thread::sleep(Duration::from_millis(50));
                progress(&lock(&sum));
            }
            workers.into_iter().map(|worker| worker.join()).collect()
        });
        for end in ends {
            end.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        let mut results = sum.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        results.seconds = started.elapsed().as_secs_f64();
        Ok(results)
    }

    /// Takes the next seed until there is none.
    fn work(
        &self,
        next: &AtomicU64,
        over: &impl Fn() -> bool,
        sum: &Mutex<Results>,
    ) -> Result<(), CoverageError> {
        while !over() {
            let after = |seed: u64| seed.checked_add(self.shard.of).or(Some(self.seeds.end));
            let taken = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, after);
            let (Ok(seed) | Err(seed)) = taken;
            if seed >= self.seeds.end {
                break;
            }
            let results = self.run_seed(seed)?;
            lock(sum).add(&results);
        }
        Ok(())
    }

    /// How many runs there are to do.
    pub fn runs(&self) -> u64 {
        (self.seeds.end - self.seeds.start).saturating_sub(self.shard.index).div_ceil(self.shard.of)
    }

    fn run_seed(&self, seed: u64) -> Result<Results, CoverageError> {
        let session = generate::session(&self.name, &self.profile, seed);
        let (outcome, rtl_coverage) = session.run_counted()?;
        Ok(Results { rtl_coverage, ..Results::of_run(&self.name, seed, &outcome) })
    }
}

fn lock(sum: &Mutex<Results>) -> std::sync::MutexGuard<'_, Results> {
    sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
