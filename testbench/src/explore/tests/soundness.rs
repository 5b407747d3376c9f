//! Why one can believe the search: it gives the same when done in other ways.

use std::convert::Infallible;

use super::*;
use crate::explore::graph::Graph;
use crate::explore::history::MOST_COUNTED;
use crate::explore::world::{Moved, System, Traffic, World};

/// All schedules one by one, without a look at whether a state was there before: how many there are, and the shortest that
/// breaks each property of steps.
struct OneByOne {
    system: System<Golden>,
    schedules: u128,
    shortest: Vec<Option<usize>>,
}

impl OneByOne {
    fn go_on(&mut self, world: World, length: usize) {
        let mut end = true;
        for by in self.system.moves(&world) {
            let Ok::<_, Infallible>(moved) = self.system.step(&world, by);
            // No second stalled record while one waits.
            let Some(moved) = moved else { continue };
            end = false;
            for (property, shortest) in properties::ALL.iter().zip(&mut self.shortest) {
                let Check::Step { keeps, .. } = property.check else { continue };
                if !keeps(&moved.moment(&world)) {
                    *shortest = Some(shortest.map_or(length + 1, |known| known.min(length + 1)));
                }
            }
            self.go_on(moved.world, length + 1);
        }
        self.schedules += u128::from(end);
    }
}

#[test]
fn schedules_one_by_one_give_the_same() {
    // Polled drivers are left out: their schedules have no end.
    for name in ["linux-v4.2", "linux-v4.9", "linux-v6.4+report-at-ack", "qiommu", "batch", "leave-one"] {
        for queue in QUEUES.into_iter().filter(|&queue| driver(name).serves(queue)) {
            let bounds = Bounds { arrivals: 4, ..one_entry(queue) };
            let found = search(driver(name), bounds, Writes::AtOnce);
            let device = Golden::new(queue, bounds.log2size, Writes::AtOnce);
            let traffic = Traffic::AtMost(bounds.arrivals);
            let system = System::new(driver(name), device, bounds, traffic);
            let start = system.initial();
            let mut all = OneByOne { system, schedules: 0, shortest: vec![None; properties::ALL.len()] };
            all.go_on(start, 0);
            assert_eq!(all.schedules, found.schedules, "{name} {queue:?}");
            let lengths =
                properties::ALL.iter().zip(found.findings).map(|(property, finding)| match finding {
                    Finding::Fails(schedule) if matches!(property.check, Check::Step { .. }) => {
                        Some(schedule.length())
                    }
                    _ => None,
                });
            assert_eq!(all.shortest, lengths.collect::<Vec<_>>(), "{name} {queue:?}");
        }
    }
}

/// The verdict does not depend on how many records come: the same search without a bound has finitely many states. Where it
/// says that losses get their own reports, there were never so many to be reported that the count had its limit.
#[test]
fn the_verdict_holds_however_many_come() {
    for driver in algorithms() {
        for queue in QUEUES.into_iter().filter(|&queue| driver.serves(queue)) {
            for &log2size in LOG2SIZES {
                let bounds = Bounds { queue, log2size, arrivals: 7 };
                let bounded = search(driver, bounds, Writes::AtOnce);
                let unlimited = Unlimited::search(driver, bounds);
                for (at, property) in properties::ALL.iter().enumerate() {
                    let Check::Step { .. } = property.check else { continue };
                    let (broken, context) = (broken(&bounded)[at], (driver, property.name, bounds));
                    assert_eq!(unlimited.broken[at], broken, "{context:?}");
                    let counted = match property.name {
                        "loss-after-drain-reported" => unlimited.behind_drains,
                        "no-merge" => unlimited.behind_partings,
                        _ => 0,
                    };
                    assert!(broken || counted < MOST_COUNTED, "{context:?}: {counted}");
                }
            }
        }
    }
}

/// What happens when records come without end.
struct Unlimited {
    /// The properties of steps that are broken.
    broken: Vec<bool>,
    /// Most losses, told apart by drains, that were still to be reported.
    behind_drains: u8,
    /// The same, told apart by an empty queue or an acknowledge.
    behind_partings: u8,
}

impl Unlimited {
    fn search(driver: Driver, bounds: Bounds) -> Self {
        let device = Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
        let mut system = System::new(driver, device, bounds, Traffic::Unlimited);
        let broken = vec![false; properties::ALL.len()];
        let mut unlimited = Self { broken, behind_drains: 0, behind_partings: 0 };
        let Ok(_) = Graph::search(&mut system, |_, _, _, world, moved| unlimited.see(world, moved));
        unlimited
    }

    fn see(&mut self, world: &World, moved: &Moved) {
        for (property, broken) in properties::ALL.iter().zip(&mut self.broken) {
            let Check::Step { keeps, .. } = property.check else { continue };
            *broken |= !keeps(&moved.moment(world));
        }
        self.behind_drains = self.behind_drains.max(moved.history.drains.unreported);
        self.behind_partings = self.behind_partings.max(moved.history.partings.unreported);
    }
}

/// Writes that are answered later, in steps of their own, change nothing in what holds.
#[test]
fn writes_in_flight_change_no_verdict() {
    for driver in algorithms() {
        for queue in QUEUES.into_iter().filter(|&queue| driver.serves(queue)) {
            for &log2size in LOG2SIZES {
                let bounds = Bounds { queue, log2size, arrivals: 5 };
                let [at_once, apart] =
                    [Writes::AtOnce, Writes::Apart].map(|writes| search(driver, bounds, writes));
                assert!(apart.storm_states > at_once.storm_states, "{} {bounds:?}", driver.name);
                assert_eq!(broken(&at_once), broken(&apart), "{} {bounds:?}", driver.name);
            }
        }
    }
}
