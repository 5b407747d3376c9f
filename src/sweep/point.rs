//! One combination of a sweep: its traffic, its run, and what became of the records.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::log;
use smmuq_testbench::memory::Timing;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::{Also, Count, Pace, Step, Stimulus};

use crate::session::Session;

/// Cycles before each access of the driver, beside the two of the access itself: a register access is slow.
const ACCESS: u32 = 8;
/// Cycles from the last record to the end of the traffic: longer than a record takes to its place in memory.
const TAIL: u64 = 100;
/// Records that arrive together in a burst.
const BURST: u32 = 16;

/// How records are spread over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// Always the same gap.
    Regular,
    /// Independent of one another: exponential gaps.
    Poisson,
    /// Sixteen at once, and sixteen gaps of silence.
    Bursts,
}

impl Arrivals {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Regular, Self::Poisson, Self::Bursts];

    /// As the JSON has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Poisson => "poisson",
            Self::Bursts => "bursts",
        }
    }

    /// The next gap before records, in cycles, and how many come then.
    fn next(self, gap: u32, random: &mut ChaCha8Rng) -> (u64, u32) {
        match self {
            Self::Regular => (gap.into(), 1),
            // 1 - u is never 0, so that the logarithm is finite.
            Self::Poisson => ((-f64::from(gap) * (1.0 - random.random::<f64>()).ln()).round() as u64, 1),
            Self::Bursts => ((gap * BURST).into(), BURST),
        }
    }
}

/// One combination.
#[derive(Clone, Debug)]
pub struct Point {
    /// The software.
    pub driver: Driver,
    /// How the records are spread over time.
    pub arrivals: Arrivals,
    /// Mean number of cycles from one record to the next.
    pub gap: u32,
    /// Cycles from an interrupt to its handler.
    pub latency: u32,
    /// log2 of the number of entries.
    pub log2size: u8,
    /// For how many cycles records arrive.
    pub cycles: u64,
    /// Arrivals follow it.
    pub seed: u64,
}

impl Point {
    fn steps(&self) -> Vec<Step> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed ^ u64::from(self.gap) << 32);
        let (mut steps, mut now) = (Vec::new(), 0);
        loop {
            let (gap, records) = self.arrivals.next(self.gap, &mut random);
            now += gap;
            if now > self.cycles {
                // The last records get their interrupt.
                steps.push(Step::Cycles(TAIL));
                return steps;
            }
            steps.extend([Step::Cycles(gap), Step::Terminated(Count::Plain(records.into()))]);
        }
    }

    /// Its run.
    pub fn session(&self) -> Session {
        let Self { driver, arrivals, gap, latency, log2size, seed, .. } = self;
        let stimulus = Stimulus {
            title: format!(
                "{} arrivals, a record every {gap} cycles, interrupt latency {latency}",
                arrivals.name()
            ),
            log2size: *log2size,
            also: Also::default(),
            concurrent: Some(Pace { interrupt: (*latency, *latency), access: (ACCESS, ACCESS) }),
            memory: Timing::default(),
            steps: self.steps(),
        };
        Session { seed: *seed, ..Session::new("sweep", stimulus, *driver) }
    }

    /// Runs it; `None` when RTL and golden model differ.
    pub fn measure(&self) -> Option<Measured> {
        let outcome = self.session().run_silently();
        outcome.mismatch.is_none().then(|| self.measured(&outcome))
    }

    fn measured(&self, outcome: &Outcome) -> Measured {
        let delivered = outcome.log.printed + outcome.log.suppressed;
        Measured {
            driver: self.driver.name,
            arrivals: self.arrivals,
            gap: self.gap,
            latency: self.latency,
            entries: 1 << self.log2size,
            offered: outcome.counts.offered,
            lost: outcome.counts.dropped,
            delivered,
            overflows: outcome.counts.overflows,
            reports: outcome.log.reports,
            cycles: outcome.cycles,
            unacknowledged: outcome.unacknowledged,
            printed: outcome.log.printed,
            visible: visible(delivered, outcome.cycles),
        }
    }
}

/// What became of the records of a point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// The software.
    pub driver: &'static str,
    /// How the records were spread over time.
    pub arrivals: Arrivals,
    /// Mean number of cycles from one record to the next.
    pub gap: u32,
    /// Cycles from an interrupt to its handler.
    pub latency: u32,
    /// Of the Event queue.
    pub entries: u64,
    /// Records that devices presented.
    pub offered: u64,
    /// Those that were dropped.
    pub lost: u64,
    /// Those that the driver took.
    pub delivered: u64,
    /// Toggles of OVFLG.
    pub overflows: u64,
    /// Overflow messages in the log.
    pub reports: u64,
    /// Clock cycles of the run.
    pub cycles: u64,
    /// Those of them in which OVFLG and OVACKFLG differed.
    pub unacknowledged: u64,
    /// Events in the log of the run.
    pub printed: u64,
    /// Fraction of the delivered events that the log shows when the same goes on for 5 s, a cycle being 1 ns.
    pub visible: f64,
}

impl Measured {
    /// Fraction of the records that were lost.
    pub fn loss(&self) -> f64 {
        ratio(self.lost, self.offered)
    }

    /// Fraction of the time in which an overflow was not acknowledged.
    pub fn unacknowledged_time(&self) -> f64 {
        ratio(self.unacknowledged, self.cycles)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Of so many events in so many cycles, when the same goes on for as long as a window of the rate limit is.
fn visible(delivered: u64, cycles: u64) -> f64 {
    let in_a_window = ratio(delivered, cycles) * log::INTERVAL as f64;
    if in_a_window > log::BURST as f64 { log::BURST as f64 / in_a_window } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use smmuq_testbench::drivers;

    use super::*;

    fn point(arrivals: Arrivals) -> Point {
        let driver = Driver::named(drivers::DEFAULT).unwrap();
        Point { driver, arrivals, gap: 8, latency: 10, log2size: 3, cycles: 40_000, seed: 1 }
    }

    fn offered(point: &Point) -> u64 {
        let count = |step: &Step| match step {
            Step::Terminated(Count::Plain(records)) => *records,
            _ => 0,
        };
        point.steps().iter().map(count).sum()
    }

    /// 40 000 cycles in steps of 8; bursts of 16 each 128 cycles, of which 312 fit. Poisson: 5000 on average with a
    /// standard deviation of 71; five of them are allowed.
    #[test]
    fn the_mean_rate_is_that_of_the_gap() {
        assert_eq!(offered(&point(Arrivals::Regular)), 5000);
        assert_eq!(offered(&point(Arrivals::Bursts)), 312 * 16);
        let poisson = offered(&point(Arrivals::Poisson));
        assert!(poisson.abs_diff(5000) < 355, "{poisson}");
    }

    #[test]
    fn arrivals_are_the_same_for_all_but_the_seed() {
        let one = point(Arrivals::Poisson);
        let other = Point { latency: 999, log2size: 7, driver: drivers::REVIEWED[0], ..one.clone() };
        assert_eq!(one.steps(), other.steps());
        assert_ne!(one.steps(), Point { seed: 2, ..one.clone() }.steps());
    }

    /// An event every 1000 ns is 5 000 000 in 5 s, of which 10 are shown; one every second is 5.
    #[test]
    fn what_a_person_sees() {
        assert_eq!(visible(7, 7_000), 10.0 / 5_000_000.0);
        assert_eq!(visible(3, 3_000_000_000), 1.0);
        assert_eq!(visible(0, 100), 1.0);
    }
}
