//! Campaigns: many random runs by seed, in lock-step, what they met, and what they found.
//!
//! A [`Profile`] says what runs are made of, [`generate`] makes the run of a seed, [`Campaign::run`]
//! runs many on several threads, [`Results`] adds up and merges, and [`shrink`] makes a failing run small.

pub mod generate;
pub mod profile;
pub mod results;
pub mod settled;
pub mod shrink;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

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
    /// The first seed.
    pub first: u64,
    /// How many seeds.
    pub seeds: u64,
    /// No further run is started after this time.
    pub time: Option<Duration>,
    /// Threads.
    pub jobs: usize,
    /// The part of the seeds that is run.
    pub shard: Shard,
}

impl Campaign {
    /// Runs until all seeds are done, the time is over, or `stop` is set. `progress` is called from time to time.
    pub fn run(&self, stop: &AtomicBool, mut progress: impl FnMut(&Results)) -> Results {
        let started = Instant::now();
        let over = || stop.load(Ordering::Relaxed) || self.time.is_some_and(|time| started.elapsed() >= time);
        let (next, running) = (AtomicU64::new(self.shard.index), AtomicU64::new(self.jobs as u64));
        let sum = Mutex::new(Results::new(&self.name));
        thread::scope(|scope| {
            for _ in 0..self.jobs {
                scope.spawn(|| {
                    self.work(&next, &over, &sum);
                    running.fetch_sub(1, Ordering::Release);
                });
            }
            while running.load(Ordering::Acquire) > 0 {
                thread::sleep(Duration::from_millis(50));
                progress(&lock(&sum));
            }
        });
        let mut results = sum.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        results.seconds = started.elapsed().as_secs_f64();
        results
    }

    /// Takes the next seed until there is none.
    fn work(&self, next: &AtomicU64, over: &impl Fn() -> bool, sum: &Mutex<Results>) {
        while !over() {
            let seed = next.fetch_add(self.shard.of, Ordering::Relaxed);
            if seed >= self.seeds {
                return;
            }
            let results = self.run_seed(self.first + seed);
            lock(sum).add(&results);
        }
    }

    fn run_seed(&self, seed: u64) -> Results {
        let session = generate::session(&self.name, &self.profile, seed);
        Results::of_run(&self.name, seed, &session.run_silently())
    }
}

fn lock(sum: &Mutex<Results>) -> std::sync::MutexGuard<'_, Results> {
    sum.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
