//! Question 7 of the thread, "is the IRQ thread slow, or the queue tiny?": what the Event queue loses on the RTL, over
//! interrupt latency, queue size, arrival rate and driver.
//!
//! A [`Grid`] says what is varied, a [`Point`] is one combination and its run, [`Measured`] is what became of its records.
//! Every run is in lock-step with the golden model.

mod plot;
mod point;
mod table;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde::Serialize;
use smmuq_testbench::drivers::Driver;

pub use plot::PlotError;
pub use point::{Arrivals, Measured, Point};

/// What is varied. Each combination is run once.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The software.
    pub drivers: Vec<Driver>,
    /// Cycles from an interrupt to its handler.
    pub latencies: Vec<u32>,
    /// log2 of the number of entries.
    pub log2sizes: Vec<u8>,
    /// Mean number of cycles from one record to the next.
    pub gaps: Vec<u32>,
    /// How the records are spread over time.
    pub arrivals: Vec<Arrivals>,
    /// For how many cycles records arrive.
    pub cycles: u64,
    /// Arrivals follow it: the same for every latency, size and driver.
    pub seed: u64,
}

impl Grid {
    /// From "no loss" to "most is lost" in each direction, for some drivers.
    pub fn of(drivers: Vec<Driver>, seed: u64) -> Self {
        Self {
            drivers,
            latencies: vec![10, 100, 1_000, 10_000],
            log2sizes: vec![1, 3, 5, 7],
            gaps: vec![8, 32, 128, 512],
            arrivals: Arrivals::ALL.to_vec(),
            cycles: 40_000,
            seed,
        }
    }

    /// All combinations, in the order of the results: driver, arrivals, gap, latency, size.
    pub fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for &driver in &self.drivers {
            for &arrivals in &self.arrivals {
                for &gap in &self.gaps {
                    for &latency in &self.latencies {
                        let (cycles, seed) = (self.cycles, self.seed);
                        points.extend(self.log2sizes.iter().map(|&log2size| Point {
                            driver,
                            arrivals,
                            gap,
                            latency,
                            log2size,
                            cycles,
                            seed,
                        }));
                    }
                }
            }
        }
        points
    }

    /// Runs all points on so many threads. `progress` is told now and then how many are done. `None` if `stop` was set.
    ///
    /// # Errors
    /// The first point of which RTL and golden model differ.
    pub fn run(
        &self,
        jobs: usize,
        stop: &AtomicBool,
        mut progress: impl FnMut(usize),
    ) -> Result<Option<Sweep>, Box<Point>> {
        let points = self.points();
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = Mutex::new(vec![None; points.len()]);
        let failed = AtomicBool::new(false);
        thread::scope(|scope| {
            let work = || {
                while !stop.load(Ordering::Relaxed) && !failed.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(point) = points.get(at) else { return };
                    let result = point.measure();
                    failed.fetch_or(result.is_none(), Ordering::Relaxed);
                    lock(&results)[at] = Some(result);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            };
            let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
            while workers.iter().any(|worker| !worker.is_finished()) {
                thread::sleep(Duration::from_millis(50));
                progress(done.load(Ordering::Relaxed));
            }
        });
        let results = results.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(at) = results.iter().position(|result| matches!(result, Some(None))) {
            return Err(Box::new(points[at].clone()));
        }
        let points: Option<Vec<_>> = results.into_iter().map(Option::flatten).collect();
        Ok(points.map(|points| Sweep { seed: self.seed, cycles: self.cycles, points }))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The results of a sweep, as its JSON has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sweep {
    /// Arrivals follow it.
    pub seed: u64,
    /// For how many cycles records arrived in each point.
    pub cycles: u64,
    /// The points, in the order of [`Grid::points`].
    pub points: Vec<Measured>,
}
