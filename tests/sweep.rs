//! The sweep: its numbers against what the traffic makes of them by hand, and the command.

use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use serde_json::Value;
use smmuq::sweep::{Arrivals, Grid, Measured, Sweep};
use smmuq_testbench::drivers::Driver;

fn grid(drivers: &[&str]) -> Grid {
    let drivers = drivers.iter().map(|name| Driver::named(name).expect("it is listed")).collect();
    Grid { latencies: vec![100, 1000], log2sizes: vec![1, 3, 5], gaps: vec![128], ..Grid::of(drivers, 1) }
}

fn run(grid: &Grid, jobs: usize) -> Sweep {
    let never = AtomicBool::new(false);
    let result = grid.run(jobs, &never, |_| {});
    result.expect("RTL and golden model agree").expect("nobody stopped it")
}

fn find(sweep: &Sweep, arrivals: Arrivals, latency: u32, entries: u64) -> &Measured {
    let here =
        |point: &&Measured| (point.arrivals, point.latency, point.entries) == (arrivals, latency, entries);
    sweep.points.iter().find(here).expect("it is in the grid")
}

/// The handler frees the first entry about 40 cycles after the latency: the way of the record to memory, R PROD, the
/// record, W CONS. With a gap of 128 that is before the third record, or before the tenth.
#[test]
fn regular_arrivals_are_lost_where_the_latency_outlasts_the_queue() {
    let sweep = run(&grid(&["linux-v6.4"]), 2);
    for (latency, entries, loses) in
        [(100, 2, false), (100, 8, false), (1000, 2, true), (1000, 8, true), (1000, 32, false)]
    {
        let point = find(&sweep, Arrivals::Regular, latency, entries);
        assert_eq!(point.lost > 0, loses, "{point:?}");
        assert_eq!(point.offered, 40_000 / 128, "{point:?}");
    }
}

/// Of 16 records at once, as many are kept as there are entries: the handler is never there in time, and long gone when
/// the next burst comes 2048 cycles later.
#[test]
fn of_a_burst_what_fits_is_kept() {
    let sweep = run(&grid(&["linux-v6.4"]), 2);
    for (entries, kept) in [(2, 2), (8, 8), (32, 16)] {
        let point = find(&sweep, Arrivals::Bursts, 1000, entries);
        let bursts = 40_000 / 2048;
        assert_eq!((point.offered, point.delivered), (bursts * 16, bursts * kept), "{point:?}");
        assert_eq!(point.overflows, if entries < 16 { bursts } else { 0 }, "{point:?}");
    }
}

/// EV4: without an acknowledge behind the drain, every other burst toggles nothing.
#[test]
fn a_driver_that_does_not_acknowledge_reports_every_other_burst() {
    let sweep = run(&grid(&["linux-v4.9"]), 2);
    let point = find(&sweep, Arrivals::Bursts, 100, 8);
    let bursts: u64 = 40_000 / 2048;
    assert_eq!(point.overflows, bursts.div_ceil(2), "{point:?}");
    assert!(point.unacknowledged_time() > 0.4, "from a burst to the next: {point:?}");
}

/// No loss is unreported by these drivers, and none is reported twice.
#[test]
fn every_record_is_delivered_or_lost() {
    for point in run(&grid(&["linux-v4.9", "linux-v6.4", "openbsd", "batch"]), 2).points {
        assert_eq!(point.offered, point.delivered + point.lost, "{point:?}");
        assert_eq!(point.reports, point.overflows, "{point:?}");
        assert_eq!(point.printed, point.delivered.min(10), "{point:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_whatever_the_jobs() {
    let grid = grid(&["batch"]);
    let one = run(&grid, 1);
    assert_eq!(one, run(&grid, 3));
    assert_ne!(one.points, run(&Grid { seed: 2, ..grid }, 2).points);
}

#[test]
fn nothing_comes_of_a_sweep_that_is_stopped() {
    let stopped = AtomicBool::new(true);
    assert_eq!(grid(&["batch"]).run(2, &stopped, |_| {}).expect("nothing was run"), None);
}

fn smmuq(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smmuq")).args(arguments).output().expect("the command starts")
}

#[test]
fn the_command_writes_table_json_and_plots() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let [json, plots] = ["sweep.json", "plots"].map(|name| folder.path().join(name));
    let [json_text, plots_text] = [&json, &plots].map(|path| path.display().to_string());
    let output = smmuq(&["sweep", "--driver", "linux-v6.4", "--json", &json_text, "--svg", &plots_text]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let table = String::from_utf8(output.stdout).expect("text");
    assert!(table.starts_with("linux-v6.4: % lost, by arrivals and entries\n"), "{table}");

    let written: Value =
        serde_json::from_str(&std::fs::read_to_string(json).expect("it is written")).expect("JSON");
    let points = written["points"].as_array().expect("a list");
    assert_eq!(points.len(), 3 * 4 * 4 * 4);
    let fields = points[0].as_object().expect("an object").keys().map(String::as_str).collect::<Vec<_>>();
    let documented = include_str!("../docs/sweep.md");
    for field in fields {
        assert!(documented.contains(&format!("`{field}`")), "docs/sweep.md lacks {field}");
    }

    let names = [
        "lost-linux-v6.4",
        "unacknowledged-2",
        "unacknowledged-8",
        "unacknowledged-32",
        "unacknowledged-128",
    ];
    for name in names {
        let svg = std::fs::read_to_string(plots.join(format!("{name}.svg"))).expect("it is drawn");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{name}");
        assert_eq!(svg.matches("poisson, gap").count(), 4, "{name}: a panel for each gap");
    }
}

#[test]
fn bad_input_is_refused() {
    let refused = |arguments: &[&str]| {
        let output = smmuq(arguments);
        let message = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        message
    };
    assert!(refused(&["sweep", "--driver", "bsd"]).contains("no driver named bsd; drivers are "));
    assert!(refused(&["sweep", "--driver", "edk2+report-at-ack"]).contains("never reports an overflow"));
    assert!(refused(&["sweep", "--jobs", "0"]).contains("1..=1024"));
    assert!(refused(&["sweep", "--svg", "/dev/null/plots"]).contains("/dev/null/plots cannot be written"));
}
