//! Campaigns as their users run them: the same results however they are divided, and nothing lost when they end early.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use smmuq::campaign::profile;
use tempfile::TempDir;

fn smmuq(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smmuq"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    smmuq(arguments).output().expect("the command starts")
}

/// The message of bad input: on stderr, with exit code 2.
fn refused(arguments: &[&str]) -> String {
    let output = output(arguments);
    let message = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// What a file of results says, but for the time that it took.
fn results(file: &str) -> Value {
    let text = std::fs::read_to_string(file).expect("the file is there");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    value.as_object_mut().expect("an object").remove("seconds").expect("the time");
    value
}

fn clean(arguments: &[&str]) {
    let output = output(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn one_job_two_jobs_and_merged_shards_give_the_same() {
    let folder = TempDir::new().expect("a folder");
    let [one, two, first, second, merged] =
        ["one", "two", "first", "second", "merged"].map(|name| path(&folder, name));
    let campaign = ["campaign", "--seeds", "12", "--json"];
    clean(&[&campaign[..], &[&one, "--jobs", "1"]].concat());
    clean(&[&campaign[..], &[&two, "--jobs", "2"]].concat());
    clean(&[&campaign[..], &[&first, "--shard", "0/2"]].concat());
    clean(&[&campaign[..], &[&second, "--shard", "1/2"]].concat());
    clean(&["merge", &second, &first, "--json", &merged]);
    assert_eq!(results(&one), results(&two));
    assert_eq!(results(&one), results(&merged));
    assert_ne!(results(&one), results(&first), "half of the runs are not all");
    assert!(results(&one)["steps_compared"].as_u64() > Some(10_000), "something was compared");
}

#[test]
fn every_profile_runs_clean() {
    for (name, _) in profile::ALL {
        clean(&["campaign", "--profile", name, "--seeds", "8"]);
    }
}

/// Waits until a campaign is under way, interrupts it, and gives what it says.
fn interrupted(arguments: &[&str]) -> Output {
    let child = smmuq(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    sleep(Duration::from_millis(1500));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(sent.success(), "it was still running");
    child.wait_with_output().expect("it ends")
}

#[test]
fn an_interrupt_ends_with_the_summary_so_far() {
    let folder = TempDir::new().expect("a folder");
    let file = path(&folder, "results");
    let output = interrupted(&["campaign", "--seeds", "1000000", "--json", &file]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.starts_with("interrupted: profile everything, "), "{said}");
    let runs = results(&file)["seeds"].as_u64().expect("a number");
    assert!(runs > 0 && said.contains(&format!(" {runs} runs, ")), "{said}");
}

/// One that is killed leaves no results, and no half of them.
#[test]
fn a_campaign_that_is_killed_leaves_what_was_there() {
    let folder = TempDir::new().expect("a folder");
    let file = path(&folder, "results");
    std::fs::write(&file, "of before").expect("it can be written");
    let mut child = smmuq(&["campaign", "--seeds", "1000000", "--json", &file])
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    sleep(Duration::from_millis(500));
    child.kill().expect("it was still running");
    child.wait().expect("it ends");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "of before");
    assert_eq!(files(folder.path()), [PathBuf::from(&file)]);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").path()).collect()
}

/// What cannot be written is told, and what the campaign found stands on the terminal all the same.
#[test]
fn results_that_cannot_be_written_are_told() {
    let output = output(&["campaign", "--seeds", "2", "--json", "/nowhere/results.json"]);
    assert_eq!(output.status.code(), Some(2));
    let (said, message) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("2 runs, "), "{said}");
    assert!(message.contains("cannot write /nowhere/results.json"), "{message}");
}

/// A file may not grow beyond a block, as on a disk that gets full while it is written: what stood in it stays, nothing
/// half-written is left beside it, and what was found stands on the terminal.
#[test]
fn a_full_disk_leaves_the_file_of_before() {
    let folder = TempDir::new().expect("a folder");
    let file = path(&folder, "results");
    std::fs::write(&file, "of before").expect("it can be written");
    let full = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let output = Command::new("sh")
        .args(["-c", full, "sh", env!("CARGO_BIN_EXE_smmuq"), "campaign", "--seeds", "2", "--json", &file])
        .output()
        .expect("a shell");
    assert_eq!(output.status.code(), Some(2));
    let (said, message) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("2 runs, "), "{said}");
    assert!(message.contains(&format!("cannot write {file}")), "{message}");
    assert_eq!(std::fs::read_to_string(&file).expect("it is there"), "of before");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "no other file");
}

#[test]
fn mistakes_are_told() {
    assert!(refused(&["campaign", "--profile", "nothing"]).contains("profiles are everything, storm"));
    assert!(refused(&["campaign", "--shard", "2/2"]).contains("give I/N with I from 0 to N-1"));
    assert!(refused(&["campaign", "--time", "soon"]).contains("invalid value 'soon' for '--time"));
    assert!(refused(&["campaign", "--seeds", "0"]).contains("0 is not in 1.."));
    assert!(
        refused(&["campaign", "--seeds", "1", "--shard", "1/2"]).contains("there is no run in this part")
    );
    let last = u64::MAX.to_string();
    assert!(refused(&["campaign", "--first", &last]).contains("seeds go up to 18446744073709551614"));
    assert!(refused(&["campaign", "--jobs", "0"]).contains("0"));
    assert!(refused(&["merge", "nothing.json"]).contains("cannot read nothing.json"));
    let folder = TempDir::new().expect("a folder");
    let [odd, storm, trickle] = ["odd", "storm", "trickle"].map(|name| path(&folder, name));
    std::fs::write(&odd, "{\"profile\": 1}").expect("it can be written");
    assert!(refused(&["coverage", &odd]).contains("is not a file of `smmuq campaign --json`"));
    for (profile, file) in [("storm", &storm), ("trickle", &trickle)] {
        clean(&["campaign", "--profile", profile, "--seeds", "1", "--json", file]);
    }
    assert!(refused(&["merge", &storm, &trickle]).contains("only parts of one campaign can be merged"));
}

/// What was reached in the RTL is shown where it was counted, and adds up.
#[test]
fn lines_and_toggles_of_the_rtl_are_shown() {
    let folder = TempDir::new().expect("a folder");
    let [first, second] = ["first", "second"].map(|name| path(&folder, name));
    for (file, line, toggle) in [(&first, 0, 3), (&second, 2, 0)] {
        clean(&["campaign", "--profile", "trickle", "--seeds", "1", "--json", file]);
        let mut results: Value =
            serde_json::from_slice(&std::fs::read(file).expect("it is there")).expect("JSON");
        results["rtl_coverage"] =
            serde_json::json!({ "a.sv": { "3:1 if": line, "5:1 else": 0, "x_q[0]": toggle } });
        std::fs::write(file, results.to_string()).expect("it can be written");
    }
    let output = output(&["coverage", &first, &second, "--missed"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("RTL: 1 of 2 (50.0 %) lines, 1 of 1 (100.0 %) toggles"), "{said}");
    assert!(said.contains("missed  a.sv 5:1 else"), "{said}");
    assert!(!said.contains("a.sv 3:1 if"), "{said}");
}

/// Bins that were not hit make the exit code 1, and are named.
#[test]
fn what_was_not_met_is_shown() {
    let folder = TempDir::new().expect("a folder");
    let file = path(&folder, "results");
    clean(&["campaign", "--profile", "trickle", "--seeds", "2", "--json", &file]);
    let output = output(&["coverage", &file, "--missed"]);
    let said = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("    missed  CERROR_ABT\n"), "{said}");
    assert!(!said.contains("B brings one answer a cycle"), "what cannot be hit was not missed: {said}");
}
