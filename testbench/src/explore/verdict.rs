//! The table: which algorithm keeps which property, and the shortest counterexample where it does not.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::golden::{Golden, Writes};
use super::properties::{self, Check, Property};
use super::tell::{self, replay};
use super::{Bounds, Counterexample, Finding, Findings, explore, queue_name};
use crate::drivers::{self, Driver};
use crate::queue::Queue;
use crate::stimulus::Stimulus;

/// The sizes of the table: log2 of the numbers of entries.
pub const LOG2SIZES: &[u8] = &[0, 1];

/// How many records or messages come at most, in the table.
pub const ARRIVALS: u8 = 10;

/// Every driver, each followed by the one that has its reports with the acknowledge, if that is another.
pub fn algorithms() -> Vec<Driver> {
    let with_later_reports = |&driver: &Driver| [Some(driver), driver.report_at_ack().ok()];
    drivers::ALL.iter().flat_map(with_later_reports).flatten().collect()
}

/// A driver on a queue of one size, searched.
pub struct Search {
    /// The driver.
    pub driver: Driver,
    /// The bounds.
    pub bounds: Bounds,
    /// What was found.
    pub findings: Findings,
}

/// A counterexample that one or several drivers share.
#[derive(Clone)]
pub struct Named {
    /// Queue, property and driver where it was met first.
    pub name: String,
    /// The property of the name.
    pub property: &'static Property,
    /// The driver of the name.
    pub driver: &'static str,
    /// The bounds.
    pub bounds: Bounds,
    /// The schedule.
    pub schedule: Counterexample,
}

impl Named {
    /// The name of its scenario file.
    pub fn file(&self) -> String {
        format!("{}.toml", self.name)
    }

    /// Its driver.
    pub fn driver(&self) -> Driver {
        Driver::named(self.driver).expect("it was searched")
    }

    /// What it does, as a scenario.
    pub fn stimulus(&self) -> Stimulus {
        let sentence = self.property.sentence;
        let title = format!("{}: {sentence}; {} does not keep it", self.property.name, self.driver);
        tell::stimulus(title, self.driver(), self.bounds, &self.schedule)
    }

    /// The text of its scenario file.
    pub fn text(&self) -> String {
        let Self { driver, .. } = self;
        let comment =
            format!("The shortest schedule that `smmuq verdict` finds; play it with --driver {driver}");
        tell::file(&self.stimulus(), &comment)
    }
}

/// What a driver makes of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It holds, at all sizes where any algorithm can keep it.
    Holds {
        /// The largest bound of all sizes, of a property about storms.
        bound: Option<u32>,
        /// log2 of the numbers of entries at which no algorithm keeps it, nor this one.
        except: Vec<u8>,
        /// At no size is there anything that it speaks of.
        vacuous: bool,
    },
    /// It does not: the place of a shortest counterexample in [`Verdict::counterexamples`].
    Fails(usize),
}

/// One line of the table.
pub struct Row {
    /// The queue.
    pub queue: Queue,
    /// The driver.
    pub driver: Driver,
    /// For each property of [`properties::ALL`]; nothing where it does not apply.
    pub cells: Vec<Option<Cell>>,
}

/// The table.
pub struct Verdict {
    /// All searches, in the order of queues, drivers and sizes.
    pub searches: Vec<Search>,
    /// The lines, in the order of queues and drivers.
    pub rows: Vec<Row>,
    /// The counterexamples, as few as cover all cells.
    pub counterexamples: Vec<Named>,
}

impl Verdict {
    /// The searches that a table takes: every driver on every queue that it serves, at the given sizes.
    pub fn wanted(drivers: &[Driver], log2sizes: &[u8], arrivals: u8) -> Vec<(Driver, Bounds)> {
        let mut wanted = Vec::new();
        for queue in Queue::ALL {
            for &driver in drivers.iter().filter(|driver| driver.serves(queue)) {
                let bounds = log2sizes.iter().map(|&log2size| Bounds { queue, log2size, arrivals });
                wanted.extend(bounds.map(|bounds| (driver, bounds)));
            }
        }
        wanted
    }

    /// Makes the table, on so many threads. `done` is told after each search.
    pub fn judge(
        drivers: &[Driver],
        log2sizes: &[u8],
        arrivals: u8,
        jobs: usize,
        done: impl Fn(&Search) + Sync,
    ) -> Self {
        let searches = search_all(&Self::wanted(drivers, log2sizes, arrivals), jobs, done);
        let mut verdict = Self { searches: Vec::new(), rows: Vec::new(), counterexamples: Vec::new() };
        let same_row = |one: &Search, other: &Search| {
            (one.driver.name, one.bounds.queue) == (other.driver.name, other.bounds.queue)
        };
        for row in searches.chunk_by(same_row) {
            let cells = (0..properties::ALL.len()).map(|at| verdict.cell(row, at)).collect();
            verdict.rows.push(Row { queue: row[0].bounds.queue, driver: row[0].driver, cells });
        }
        verdict.searches = searches;
        verdict
    }

    /// What the searches of one driver, one for each size, make of a property.
    fn cell(&mut self, searches: &[Search], at: usize) -> Option<Cell> {
        let property = &properties::ALL[at];
        let (mut bounds, mut except, mut failures) = (BTreeSet::new(), Vec::new(), Vec::new());
        let mut void = true;
        for search in searches {
            match &search.findings.findings[at] {
                Finding::DoesNotApply => return None,
                Finding::Holds { bound, vacuous } => {
                    bounds.extend(*bound);
                    void &= vacuous;
                }
                Finding::Fails(_) if property.impossible(search.bounds.log2size) => {
                    except.push(search.bounds.log2size);
                }
                Finding::Fails(schedule) => failures.push((schedule, search)),
            }
        }
        let shortest = failures.into_iter().min_by_key(|(schedule, _)| schedule.length());
        Some(match shortest {
            None => Cell::Holds { bound: bounds.pop_last(), except, vacuous: void },
            Some((schedule, search)) => Cell::Fails(self.named(property, schedule, search)),
        })
    }

    /// The place of a counterexample: one that is there already if it is as short and shows the same with this driver.
    fn named(&mut self, property: &'static Property, schedule: &Counterexample, search: &Search) -> usize {
        let shared = self.counterexamples.iter().position(|known| {
            known.bounds == search.bounds
                && known.schedule.length() == schedule.length()
                && shows(property, search, &known.schedule, schedule)
        });
        shared.unwrap_or_else(|| {
            let queue = queue_name(search.bounds.queue);
            let driver = search.driver.name;
            self.counterexamples.push(Named {
                name: format!("{queue}-{}-{driver}", property.name),
                property,
                driver,
                bounds: search.bounds,
                schedule: schedule.clone(),
            });
            self.counterexamples.len() - 1
        })
    }
}

/// Whether a schedule known from elsewhere shows of this driver what its own counterexample shows.
fn shows(property: &Property, search: &Search, known: &Counterexample, own: &Counterexample) -> bool {
    let Check::Step { keeps, .. } = property.check else { return known == own };
    if !known.round.is_empty() {
        return false;
    }
    let Ok(played) = replay(search.driver, search.bounds, &known.moves) else { return false };
    played.last().is_some_and(|(before, moved)| !keeps(&moved.moment(before)))
}

fn search_all(wanted: &[(Driver, Bounds)], jobs: usize, done: impl Fn(&Search) + Sync) -> Vec<Search> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(&(driver, bounds)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let search = search(driver, bounds);
                    done(&search);
                    found.lock().expect("nobody panics with it").push(search);
                }
            });
        }
    });
    let mut found = found.into_inner().expect("nobody panics with it");
    found.sort_by_key(|search| {
        let here = (search.driver.name, search.bounds);
        wanted.iter().position(|(driver, bounds)| (driver.name, *bounds) == here)
    });
    found
}

fn search(driver: Driver, bounds: Bounds) -> Search {
    let device = || Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
    let Ok(findings) = explore(driver, device, bounds, |_, _| {});
    Search { driver, bounds, findings }
}
