//! The table of `smmuq verdict`, and its counterexamples on the RTL.

mod snapshot_files;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use smmuq::session::{Session, TargetKind};
use smmuq_testbench::bus::Request;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::explore::properties;
use smmuq_testbench::explore::tell::replay;
use smmuq_testbench::explore::verdict::{ARRIVALS, Cell, LOG2SIZES, Named, Verdict, algorithms};
use smmuq_testbench::queue::Queue;
use smmuq_testbench::stimulus::Stimulus;

static VERDICT: LazyLock<Verdict> =
    LazyLock::new(|| Verdict::judge(&algorithms(), LOG2SIZES, ARRIVALS, 2, |_| {}));

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testbench/counterexamples")
}

fn smmuq(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smmuq")).args(arguments).output().expect("the command starts")
}

fn text(arguments: &[&str]) -> String {
    let output = smmuq(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn refused(arguments: &[&str]) -> String {
    let output = smmuq(arguments);
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr).expect("text")
}

/// Counts of states and schedules are part of it: they are the same each time.
#[test]
fn the_table() {
    insta::assert_snapshot!(VERDICT.to_string());
}

#[test]
fn the_page_has_the_tables() {
    let page = include_str!("../docs/verdict.md");
    let tables = VERDICT.tables();
    assert!(page.contains(&format!("```\n{tables}```")), "docs/verdict.md: the tables are\n{tables}");
}

/// Nothing that it keeps is empty, and one entry is the only exception.
#[test]
fn leave_one_keeps_everything() {
    for row in VERDICT.rows.iter().filter(|row| row.driver.name == "leave-one") {
        for (property, cell) in properties::ALL.iter().zip(&row.cells) {
            let Some(cell) = cell else { continue };
            let Cell::Holds { except, vacuous, .. } = cell else { panic!("{}", property.name) };
            assert!(!vacuous, "{}", property.name);
            assert_eq!(except.as_slice(), if property.name == "no-merge" { &[0][..] } else { &[] });
        }
    }
}

#[test]
fn each_counterexample_is_a_file_and_each_file_a_counterexample() {
    let files = std::fs::read_dir(folder()).expect("the folder is there").map(|file| {
        let path = file.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("text");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), text)
    });
    let files: BTreeMap<_, _> = files.collect();
    let wanted = VERDICT.counterexamples.iter().map(|named| (named.file(), named.text()));
    let wanted: BTreeMap<_, _> = wanted.collect();
    let again =
        "run: smmuq verdict --counterexamples testbench/counterexamples, and remove files that are left over";
    assert_eq!(files.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{again}");
    for (name, text) in files {
        assert_eq!(text, wanted[&name], "{name}: {again}");
    }
}

#[test]
fn every_snapshot_is_of_a_counterexample() {
    let names = VERDICT.counterexamples.iter().map(|named| named.name.clone());
    snapshot_files::are_those_of("counterexamples", names);
}

/// On the RTL in lock-step the schedule ends where the search says: registers, losses, reports.
#[test]
fn counterexamples_on_the_rtl() {
    for named in &VERDICT.counterexamples {
        let path = folder().join(named.file());
        let session = Session::new(&path.to_string_lossy(), named.stimulus(), named.driver());
        let outcome = session.check().unwrap_or_else(|failure| panic!("{}: {failure}", named.name));
        let queue = named.bounds.queue;
        let (dropped, reports) = match queue {
            Queue::Event => (outcome.counts.dropped, outcome.log.reports),
            Queue::Pri => (outcome.pri.dropped, outcome.log.pri_reports),
        };
        let (prod, cons) = (outcome.register(queue.prod()), outcome.register(queue.cons()));
        assert_eq!((prod, cons, dropped, reports), expected(named), "{}", named.name);
        insta::with_settings!({
            snapshot_path => "counterexamples",
            prepend_module_to_snapshot => false,
            omit_expression => true,
            description => session.stimulus.title.as_str(),
        }, {
            insta::assert_snapshot!(named.name.as_str(), outcome.timeline.to_string());
        });
    }
}

/// PROD and CONS at the end, how many were lost, and how many overflows reported.
fn expected(named: &Named) -> (u32, u32, u64, u64) {
    let played = replay(named.driver(), named.bounds, &named.schedule.played()).expect("it can be played");
    let steps: Vec<_> = played.iter().map(|(_, moved)| moved.happened).collect();
    let lost = steps.iter().filter(|step| step.lost).count() as u64;
    let reports = steps.iter().map(|step| u64::from(step.reports)).sum();
    let end = steps.last().expect("it has moves").after;
    (end.prod, end.cons, lost, reports)
}

/// Register accesses of a driver for each record, in a queue of eight entries that is filled in a way and then drained.
fn accesses_per_record(driver: Driver, steps: &str) -> f64 {
    let text = format!("title = \"cost\"\nlog2size = 3\nsteps = [{steps}]");
    let stimulus = Stimulus::parse("cost", &text).expect("a scenario");
    let session = Session { target: TargetKind::Golden, ..Session::new("cost", stimulus, driver) };
    let outcome = session.run_silently();
    let is_register = |request: &Request| matches!(request, Request::Read(_) | Request::Write(..));
    let accesses = outcome.exchanges.iter().filter(|(request, _)| is_register(request)).count();
    accesses as f64 / outcome.counts.written as f64
}

/// What docs/verdict.md says about cost.
#[test]
fn cost() {
    let loads = [
        "{ terminated = 1 }, \"handler\"",
        "{ terminated = 8 }, \"handler\"",
        "{ terminated = 9 }, \"handler\"",
    ];
    let mut table =
        "| driver | one record | a full queue | a full queue and a loss |\n|---|---|---|---|\n".to_owned();
    for name in ["linux-v6.4", "openbsd", "spec-7.4-final", "ack-on-detect", "batch", "leave-one"] {
        let driver = Driver::named(name).expect("it is listed");
        let costs = loads.map(|steps| format!("{:.2}", accesses_per_record(driver, steps)));
        table += &format!("| `{name}` | {} |\n", costs.join(" | "));
    }
    // By hand: R W R for one record. A full queue: R, a W each, R; or R before each; or two writes with a read between.
    assert!(table.contains("| `linux-v6.4` | 3.00 | 1.25 | 1.38 |"), "{table}");
    assert!(table.contains("| `openbsd` | 3.00 | 2.12 | 2.25 |"), "{table}");
    assert!(table.contains("| `leave-one` | 3.00 | 0.62 | 0.38 |"), "{table}");
    let page = include_str!("../docs/verdict.md");
    assert!(page.contains(&table), "docs/verdict.md: the costs are\n{table}");
}

#[test]
fn the_verdict_as_json() {
    let json: Value = serde_json::from_str(&text(&["verdict", "--json", "--arrivals", "5"])).expect("JSON");
    assert_eq!(json["event"]["linux-v4.9"]["acked-when-idle"]["holds"], false);
    assert_eq!(json["event"]["linux-v4.9"]["acked-when-idle"]["length"], 7);
    assert_eq!(json["event"]["linux-v6.4"]["acked-when-idle"]["holds"], true);
    assert_eq!(json["pri"]["linux-v6.4"]["pri-not-starved"]["holds"], true);
    // The Event queue knows no such thing.
    assert!(json["event"]["linux-v6.4"].get("pri-not-starved").is_none());
    assert!(json["pri"].get("edk2").is_none());
    let name = json["event"]["linux-v4.9"]["acked-when-idle"]["counterexample"].as_str().expect("a name");
    let schedule = &json["counterexamples"][name];
    assert_eq!(schedule["length"], 7);
    assert_eq!(schedule["moves"].as_array().map(Vec::len), Some(7));
    assert_eq!(json["bounds"]["arrivals"], 5);
}

#[test]
fn one_driver_alone() {
    let told = text(&["explore", "--driver", "linux-v4.9", "--entries", "1", "--arrivals", "1"]);
    // As in the unit test of the search: one record makes six moves in one order; there are two kinds.
    assert!(told.contains("13 states, 2 schedules;"), "{told}");
    assert!(told.contains("  no algorithm keeps it with so few entries\n"), "{told}");
    let told = text(&[
        "explore",
        "--driver",
        "linux-v4.9",
        "--queue",
        "pri",
        "--entries",
        "1",
        "--target",
        "golden",
    ]);
    assert!(told.contains("\npri-not-starved: "), "{told}");
    assert!(told.contains("and from here round and round:"), "{told}");
}

#[test]
fn what_cannot_be_explored_is_refused() {
    let message = refused(&["explore", "--driver", "linux"]);
    assert!(message.contains("no driver named linux; drivers are linux-v4.2"), "{message}");
    let message = refused(&["explore", "--driver", "edk2", "--queue", "pri"]);
    assert!(message.contains("edk2 has no handler for the pri queue"), "{message}");
    let message = refused(&["explore", "--entries", "3"]);
    assert!(message.contains("give 1, 2 or 4"), "{message}");
    let message = refused(&["verdict", "--arrivals", "0"]);
    assert!(message.contains("1..=100"), "{message}");
    let message = refused(&["verdict", "--arrivals", "1", "--counterexamples", "/nowhere/at/all"]);
    assert!(message.contains("cannot write /nowhere/at/all/"), "{message}");
}
