//! Every schedule of a driver against a queue, within bounds, and which properties hold in all of them.
//!
//! | file | holds |
//! |---|---|
//! | `device` | what a block must offer to be searched; `golden` is the golden model as one, `followed` a target in lock-step with it |
//! | `block`, `software` | device and driver as automata: each state has a number |
//! | `world` | a state of the search, and its moves: an arrival, the call of a handler, one access of the driver |
//! | `history` | what properties have to know of the past |
//! | `properties` | what is asked of a driver |
//! | `graph` | the search, breadth first |
//! | `storm` | storms that never end |
//! | `limits` | what no algorithm can do |
//! | `tell` | a counterexample as text, and as a scenario |
//! | `verdict`, `table` | all drivers, all properties |

pub mod block;
pub mod device;
pub mod followed;
pub mod golden;
pub mod graph;
pub mod history;
pub mod limits;
pub mod properties;
pub mod software;
pub mod storm;
pub mod table;
pub mod tell;
pub mod verdict;
pub mod world;

use smmuq_golden::Parameters;

use crate::drivers::{Driver, Setup, Sizes};
use crate::queue::Queue;
use device::Device;
use graph::{Graph, Stopped};
use properties::{Check, Endless};
use storm::{Storm, Storms};
use world::{Move, System, Traffic};

/// What is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The queue.
    pub queue: Queue,
    /// log2 of the number of its entries.
    pub log2size: u8,
    /// How many records or messages come at most.
    pub arrivals: u8,
}

/// What a person calls a queue.
pub fn queue_name(queue: Queue) -> &'static str {
    match queue {
        Queue::Event => "event",
        Queue::Pri => "pri",
    }
}

fn setup(queue: Queue, log2size: u8) -> Setup {
    let pri = (queue == Queue::Pri).then_some(log2size);
    Setup::new(Sizes { event: log2size, pri, command: None }, &Parameters::default())
}

/// A schedule that a property does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Counterexample {
    /// The moves; the last one shows it.
    pub moves: Vec<Move>,
    /// Where it takes a storm that never ends: these follow, again and again.
    pub round: Vec<Move>,
}

/// How often the round of a storm is played where the storm has to end.
const ROUNDS: usize = 3;

impl Counterexample {
    /// All moves, of a round three times.
    pub fn played(&self) -> Vec<Move> {
        let again = std::iter::repeat_n(&self.round, ROUNDS).flatten();
        self.moves.iter().chain(again).copied().collect()
    }

    /// How many moves it takes; of a round, once round.
    pub fn length(&self) -> usize {
        self.moves.len() + self.round.len()
    }
}

/// What a search found out about a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It holds in all schedules.
    Holds {
        /// Of a property about storms: the most arrivals that an unacknowledged overflow lasts, or the most messages
        /// that are discarded while there is space.
        bound: Option<u32>,
        /// In no schedule is there anything that it speaks of.
        vacuous: bool,
    },
    /// It does not, and no schedule shows it in fewer moves.
    Fails(Counterexample),
    /// The queue knows nothing of the kind.
    DoesNotApply,
}

/// What a search found out.
#[derive(Clone, Debug)]
pub struct Findings {
    /// How many states there are.
    pub states: usize,
    /// How many schedules, as far as 128 bits count.
    pub schedules: u128,
    /// How many states there are in storms that never end.
    pub storm_states: usize,
    /// One for each property of [`properties::ALL`].
    pub findings: Vec<Finding>,
}

/// Searches all schedules of a driver within bounds. `device` makes the device, with its queue set up for these bounds.
/// `progress` is told again and again how many states were looked at, and how many are known.
///
/// # Errors
/// When the block does something that it must not do.
pub fn explore<D: Device>(
    driver: Driver,
    device: impl Fn() -> D,
    bounds: Bounds,
    mut progress: impl FnMut(usize, usize),
) -> Result<Findings, Stopped<D::Error>> {
    let mut system = System::new(driver, device(), bounds, Traffic::AtMost(bounds.arrivals));
    let mut found: Vec<Option<Counterexample>> = vec![None; properties::ALL.len()];
    let mut vacuous = vec![true; properties::ALL.len()];
    let graph = Graph::search(&mut system, |graph, from, by, world, moved| {
        progress(from, graph.size());
        for ((property, found), vacuous) in properties::ALL.iter().zip(&mut found).zip(&mut vacuous) {
            let Check::Step { arises, keeps } = property.check else { continue };
            let moment = moved.moment(world);
            *vacuous &= !arises(&moment);
            if found.is_none() && !keeps(&moment) {
                let moves = graph.path(from).into_iter().chain([by]).collect();
                *found = Some(Counterexample { moves, round: Vec::new() });
            }
        }
    })?;
    let storms = Storms::search(&mut System::new(driver, device(), bounds, Traffic::Storm))?;
    let findings = properties::ALL.iter().zip(found).zip(vacuous);
    let findings = findings.map(|((property, found), vacuous)| match property.check {
        Check::Step { .. } => found.map_or(Finding::Holds { bound: None, vacuous }, Finding::Fails),
        Check::Storm(Endless::Starved) if bounds.queue == Queue::Event => Finding::DoesNotApply,
        Check::Storm(endless) => match storms.judge(endless) {
            Storm::Endless { stem, round } => Finding::Fails(Counterexample { moves: stem, round }),
            Storm::Bound(bound) => Finding::Holds { bound: Some(bound), vacuous: bound == 0 },
        },
    });
    Ok(Findings {
        states: graph.size(),
        schedules: graph.schedules(),
        storm_states: storms.size(),
        findings: findings.collect(),
    })
}

#[cfg(test)]
mod tests;
