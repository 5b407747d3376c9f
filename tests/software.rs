//! The software around the PRI queue, the Command queue and GERROR, on the RTL: what the scenarios are there to show, for
//! every driver and several sizes.

use smmuq::session::Session;
use smmuq_golden::{Line, MsiSource, Register};
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::outcome::{Outcome, Served};
use smmuq_testbench::scenarios::Scenario;
use smmuq_testbench::stimulus::Stimulus;
use smmuq_testbench::timeline::{Row, What};

const SIZES: [u8; 4] = [0, 1, 2, 5];

fn session(name: &str, driver: Driver) -> Session {
    let scenario = Scenario::named(name).expect("it is listed");
    Session::new(name, scenario.stimulus().expect("it can be read"), driver)
}

fn check(session: &Session) -> Outcome {
    session.check().unwrap_or_else(|failure| panic!("{failure}"))
}

/// A scenario with every driver and size: the outcome, the number of entries, and the name of the driver.
fn every_run(name: &str, look: impl Fn(&Outcome, u64, &str)) {
    for driver in drivers::REVIEWED {
        for log2size in SIZES {
            let outcome = check(&Session { log2size, ..session(name, driver) });
            assert_eq!(outcome.log.timeouts, 0);
            look(&outcome, 1 << log2size, driver.name);
        }
    }
}

/// Whether a driver ever tells the hardware that it has seen an overflow, without a further entry to take.
fn acknowledges(driver: &str) -> bool {
    driver != "linux-v4.9"
}

fn times(outcome: &Outcome, wanted: impl Fn(What) -> bool) -> u64 {
    outcome.timeline.0.iter().filter(|row| wanted(row.what)).map(|row| row.count).sum()
}

/// P6, P8: without the acknowledge nothing is recorded any more, although the queue is empty.
#[test]
fn a_driver_that_never_acknowledges_starves_the_pri_queue() {
    every_run("pri-starved", |outcome, entries, driver| {
        let Served { groups, granted, .. } = outcome.served;
        assert_eq!(groups, entries + 1);
        assert_eq!(granted, if acknowledges(driver) { groups } else { entries });
        assert!(outcome.end.pri.is_empty());
        assert_eq!(outcome.end.pri.overflow_active(), !acknowledges(driver));
    });
}

/// P9: the part of the group that is in the queue is forgotten, and the whole group is served at the second try.
#[test]
fn a_group_cut_in_two_is_served_when_it_is_asked_for_again() {
    every_run("pri-group-cut", |outcome, entries, driver| {
        let Served { groups, granted, .. } = outcome.served;
        assert_eq!(groups, 2);
        assert_eq!(granted, if acknowledges(driver) || entries == 2 { 2 } else { 1 });
        let forgotten = times(outcome, |what| matches!(what, What::DiscardedGroups(1)));
        assert_eq!(forgotten, u64::from(entries > 2), "only where its beginning fits");
    });
}

/// P4: a device that keeps to its credits never makes the queue overflow.
#[test]
fn credits_that_are_kept_prevent_overflow() {
    every_run("credits-kept", |outcome, entries, _| {
        assert_eq!((outcome.pri.overflows, outcome.pri.dropped), (0, 0));
        assert_eq!((outcome.served.granted, outcome.served.repeated), (entries + 2, 0));
    });
}

#[test]
fn credits_that_are_ignored_do_not() {
    every_run("credits-ignored", |outcome, entries, driver| {
        let acknowledges = acknowledges(driver);
        assert_eq!(outcome.served.granted, if acknowledges { entries + 2 } else { entries });
        let again = acknowledges && entries == 1;
        assert_eq!(outcome.pri.overflows, if again { 2 } else { 1 }, "two groups do not fit in one entry");
    });
}

/// R2, R4: the overflow survives the disable; the Event queue takes records, the PRI queue nothing.
#[test]
fn an_unacknowledged_overflow_survives_the_disable() {
    every_run("enabled-in-overflow", |outcome, _, driver| {
        let [disabled, enabled, offered] = ["disabled", "enabled", "offered"].map(|mark| outcome.at(mark));
        assert_eq!(disabled, enabled);
        // One CONS write of batch both frees and acknowledges.
        let active = driver != "batch";
        assert_eq!([enabled.event, enabled.pri].map(|queue| queue.overflow_active()), [active; 2]);
        assert_eq!(offered.pri.written > enabled.pri.written, !active);
        assert!(offered.event.written > enabled.event.written);
    });
}

/// ST1, R6, C18: no stalled transaction is lost, whatever the queue goes through.
#[test]
fn stalled_transactions_are_resumed() {
    every_run("stall-while-disabled", |outcome, _, _| {
        assert_eq!((outcome.served.stalled, outcome.counts.held), (2, 0));
        assert_eq!(outcome.served.resumed, 2);
        assert_eq!(outcome.counts.overflows, 0, "E6: no overflow while disabled");
    });
}

/// C3, C6, C16: each error stops the queue, is reported once, and what is behind it goes on after the acknowledge.
#[test]
fn command_errors_are_reported_and_survived() {
    every_run("command-error", |outcome, _, _| {
        assert_eq!(outcome.log.global_errors, 3);
        assert_eq!(outcome.register(Register::CmdqCons) & 0xFFFFF, outcome.register(Register::CmdqProd));
        assert_eq!(outcome.register(Register::Gerror), outcome.register(Register::GerrorN));
        let [stopped, going_on] =
            [0x30, 0x03].map(|opcode| times(outcome, |what| what == What::Command(opcode)));
        assert_eq!((stopped, going_on), (2, 1), "each of the others once");
        assert_eq!(times(outcome, |what| what == What::SawSync), 1);
    });
}

/// V3, C14: each MSI behind what it announces.
#[test]
fn msis_come_after_what_they_announce() {
    every_run("msi-order", |outcome, _, _| {
        let rows = &outcome.timeline.0;
        let first = |wanted: &dyn Fn(What) -> bool| {
            rows.iter().position(|row: &Row| wanted(row.what)).expect("it is in the timeline")
        };
        let msi = |source| first(&|what| what == What::Msi(source));
        assert!(first(&|what| matches!(what, What::Written { .. })) < msi(MsiSource::Eventq));
        assert!(first(&|what| what == What::PriWritten) < msi(MsiSource::Priq));
        assert!(first(&|what| what == What::Lost { flagged: true }) < msi(MsiSource::Gerror));
        let completes = first(&|what| matches!(what, What::Ended(_)));
        assert!(completes < msi(MsiSource::CmdSync));
        assert!(completes < first(&|what| what == What::Interrupt(Line::CmdSync)));
    });
}

/// A step that needs software which the file does not set up is refused, with the words that mend it.
#[test]
fn software_that_is_not_there_cannot_be_used() {
    let refused = |step: &str| {
        let text = format!("title = 'x'\nlog2size = 1\nsteps = [{step}]");
        Stimulus::parse("x", &text).expect_err("it is refused").to_string()
    };
    assert!(
        refused("'pri-handler'")
            .contains("step 1: there is no handler of the PRI queue; say also = { pri = true }")
    );
    assert!(refused("{ issue = ['sync'] }").contains("say also = { command = 3 }"));
    let groups = "{ page-groups = { pages = { full = 1 }, credits = 1 } }";
    assert!(refused(groups).contains("with 2 entries a group of 2 pages is more than the credits"));
}
