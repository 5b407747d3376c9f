//! Every scenario with every driver on the RTL, in lock-step with the golden model.

mod snapshot_files;

use smmuq::session::{Session, TargetKind};
use smmuq::verilated::Configuration;
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::memory::Timing;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios;
use smmuq_testbench::timeline::What;

/// Memories from the fastest to one that is slow, uneven and often not ready.
fn timings() -> [Timing; 4] {
    [(1, 1, 100), (4, 4, 100), (1, 24, 60), (40, 90, 15)].map(|(least, most, ready)| Timing {
        latency: (least, most),
        ready,
        ..Timing::default()
    })
}

/// Runs a session on the RTL; its outcome, or the test fails with the mismatch.
fn equal(session: &Session) -> Outcome {
    let outcome = session.check().unwrap_or_else(|failure| panic!("{failure}"));
    assert!(outcome.steps_compared > 0, "a run that compares nothing shows nothing");
    assert_eq!(outcome.log.timeouts, 0, "{} {}", session.scenario, session.driver.name);
    outcome
}

/// The scenarios with the drivers whose timelines people review.
fn sessions() -> impl Iterator<Item = Session> {
    drivers::REVIEWED.into_iter().flat_map(sessions_of)
}

fn sessions_of(driver: Driver) -> impl Iterator<Item = Session> {
    scenarios::ALL.iter().map(move |scenario| {
        let stimulus = scenario.stimulus().expect("the scenarios of the project can be read");
        Session::new(scenario.name, stimulus, driver)
    })
}

/// What must be the same in two runs that differ in how fast the memory is. A record that waits for space races with
/// the handler that makes it; a command races with what its issuer does next, but what comes out in the end does not.
fn agree(one: &Outcome, other: &Outcome) -> bool {
    let has = |wanted: fn(What) -> bool| one.timeline.0.iter().any(|row| wanted(row.what));
    if has(|what| what == What::Waiting) {
        true
    } else if has(|what| matches!(what, What::Issued(_))) {
        (one.end, one.served) == (other.end, other.served)
    } else {
        one.timeline == other.timeline
    }
}

/// What software and a reviewer see must not depend on initial values or on how fast the memory is.
fn equal_under_all_conditions(log2size: u8) {
    for session in sessions() {
        let mut first: Option<Outcome> = None;
        for (timing, seed) in timings().into_iter().zip(1..) {
            let session = Session { log2size, seed, ..session.clone() }.with_timing(timing);
            let outcome = equal(&session);
            let first = first.get_or_insert_with(|| outcome.clone());
            let (got, wanted) = (&outcome.timeline, &first.timeline);
            assert!(agree(first, &outcome), "{} {}\n{wanted}\n{got}", session.scenario, session.driver.name);
        }
    }
}

#[test]
fn one_entry() {
    equal_under_all_conditions(0);
}

#[test]
fn two_entries() {
    equal_under_all_conditions(1);
}

#[test]
fn four_entries() {
    equal_under_all_conditions(2);
}

#[test]
fn eight_entries() {
    equal_under_all_conditions(3);
}

/// The others have no snapshots: seventeen timelines of a scenario are more than a person reads, and what each driver does
/// is in its own tests. Here they bring the RTL where the four do not: reads of CONS, CONS behind PROD, acknowledges that
/// are taken back, two tasks on a queue.
#[test]
fn every_other_driver() {
    let reviewed = |driver: &Driver| drivers::REVIEWED.iter().any(|each| each.name == driver.name);
    for &driver in drivers::ALL.iter().filter(|driver| !reviewed(driver)) {
        for session in sessions_of(driver) {
            for (timing, log2size) in timings().into_iter().zip(0..) {
                equal(&Session { log2size, ..session.clone() }.with_timing(timing));
            }
        }
    }
}

#[test]
fn thirty_two_thousand_entries() {
    for session in sessions() {
        equal(&Session { log2size: 15, ..session });
    }
}

#[test]
fn one_record_in_flight() {
    for session in sessions() {
        let target = TargetKind::Rtl(Configuration::Single);
        equal(&Session { log2size: 2, target, ..session });
    }
}

/// IDR1.EVENTQS is 2: the driver asks for more and gets 4 entries (Q9).
#[test]
fn fewer_entries_than_asked_for() {
    for session in sessions() {
        let target = TargetKind::Rtl(Configuration::Capped);
        equal(&Session { log2size: 5, target, ..session });
    }
}

/// What a snapshot was made with, so that a person can make it again.
#[derive(serde::Serialize)]
struct Info {
    log2size: u8,
    seed: u64,
}

fn name(session: &Session) -> String {
    format!("{}__{}", session.scenario, session.driver.name)
}

#[test]
fn every_snapshot_is_of_a_timeline() {
    snapshot_files::are_those_of("timelines", sessions().map(|session| name(&session)));
}

#[test]
fn timelines() {
    for session in sessions() {
        let outcome = equal(&session);
        insta::with_settings!({
            snapshot_path => "timelines",
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => session.stimulus.title.as_str(),
            info => &Info { log2size: session.log2size, seed: session.seed },
        }, {
            insta::assert_snapshot!(name(&session), outcome.timeline.to_string());
        });
    }
}
