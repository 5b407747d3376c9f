//! The command as a process, with arguments and files that are wrong in every way: it ends, with an exit code that it has, and
//! bad input gets a message. That arguments are understood without a panic is tested in `src/main.rs`, many more of them.

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::select;
use tempfile::TempDir;

use crate::mutation::{Changed, cases, changed};
use crate::results::results;

/// A run of these takes less than a second; one that takes so long does not end.
const LONG: Duration = Duration::from_secs(120);

const SCENARIO: &str = "title = \"it\"\nlog2size = 1\nmemory = { latency = [1, 8], ready = 50 }\n\
    steps = [{ terminated = { full = 1, plus = 1 } }, \"handler\", { mark = \"end\" }]\n";
const PROFILE: &str = include_str!("../../profiles/storm.toml");

/// Options that leave a run short whatever their value, and values of which most are wrong.
const OPTIONS: &[&str] = &[
    "--driver",
    "--target",
    "--block",
    "--log2size",
    "--seed",
    "--trace",
    "--json",
    "--queue",
    "--entries",
    "--arrivals",
    "--first",
    "--jobs",
    "--shard",
    "--profile",
    "--shrink",
    "--missed",
    "--nothing",
    "--help",
    "-x",
    "--",
];
const VALUES: &[&[u8]] = &[
    b"",
    b"0",
    b"-1",
    b"1",
    b"2",
    b"19",
    b"20",
    b"256",
    b"18446744073709551615",
    b"18446744073709551616",
    b"1e308",
    b"nan",
    b"linux-v4.9",
    b"batch+report-at-ack",
    b"+report-at-ack",
    b"golden",
    b"rtl",
    b"pri",
    b"event",
    b"bare",
    b"0/1",
    b"1/1",
    b"0/0",
    b"0/18446744073709551615",
    b"18446744073709551614/18446744073709551615",
    b"/",
    b"1/",
    b"storm",
    b"/nowhere/it.fst",
    b"/nowhere/it.json",
    b"/",
    b".",
    b"\xff",
    b"\x1b[2J",
    b"a\nb",
    b"--",
    b"\xc3\xa9",
];
/// Those that take long even with a good argument get a bad one.
const COMMANDS: &[&[&str]] = &[
    &["run", "it.toml"],
    &["run", "it.toml", "--target", "golden"],
    &["run"],
    &["explore", "--arrivals=1"],
    &["campaign", "--seeds=1", "--profile=it-profile.toml"],
    &["campaign", "--seeds=0"],
    &["campaign", "--time=18446744073709551615y"],
    &["merge", "it.json"],
    &["merge"],
    &["coverage", "it.json"],
    &["list"],
    &["verdict", "--arrivals=0"],
    &["sweep", "--driver=nothing"],
    &["report", "--output=/nowhere/it.html"],
    &["bench", "nothing"],
    &["thread", "nothing"],
    &["nothing"],
    &[],
];

fn arguments() -> impl Strategy<Value = Vec<OsString>> {
    let value = select(VALUES).prop_map(|value| OsString::from_vec(value.to_vec()));
    let word = prop_oneof![2 => select(OPTIONS).prop_map(OsString::from), 3 => value];
    let words = prop::collection::vec(word, 0..4);
    (select(COMMANDS), words)
        .prop_map(|(command, words)| command.iter().map(OsString::from).chain(words).collect())
}

/// A folder with a good file of each kind.
fn folder() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("it.toml"), SCENARIO).expect("a file");
    fs::write(folder.path().join("it-profile.toml"), PROFILE).expect("a file");
    results().write(&folder.path().join("it.json")).expect("a file");
    folder
}

/// Runs the command and looks at its end.
fn ends_well(arguments: &[OsString], folder: &Path) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smmuq"))
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.join("stderr")).expect("a file"))
        .spawn()
        .expect("the command starts");
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        if started.elapsed() > LONG {
            child.kill().expect("it runs");
            panic!("{arguments:?} does not end");
        }
        sleep(Duration::from_millis(2));
    };
    let mut said = Vec::new();
    fs::File::open(folder.join("stderr")).expect("a file").read_to_end(&mut said).expect("a file");
    let said = String::from_utf8(said).expect("text");
    assert!(!said.contains("panicked"), "{arguments:?}: {said}");
    assert!(matches!(status.code(), Some(0..=2)), "{arguments:?}: {status}: {said}");
    if status.code() == Some(2) {
        assert!(!said.trim().is_empty(), "{arguments:?}");
        let obeyed = |character: char| character.is_control() && !['\n', '\t'].contains(&character);
        assert!(!said.contains(obeyed), "{arguments:?}: {said:?}");
    }
}

static SCENARIOS: LazyLock<Vec<String>> = LazyLock::new(|| vec![SCENARIO.to_owned()]);
static PROFILES: LazyLock<Vec<String>> = LazyLock::new(|| vec![PROFILE.to_owned()]);
static RESULTS: LazyLock<Vec<String>> =
    LazyLock::new(|| vec![fs::read_to_string(folder().path().join("it.json")).expect("a file")]);

proptest! {
    #![proptest_config(cases(60))]
    #[test]
    fn any_arguments_end_well(arguments in arguments()) {
        ends_well(&arguments, folder().path());
    }

    #[test]
    fn any_files_end_well(
        Changed(scenario) in changed(&SCENARIOS),
        Changed(profile) in changed(&PROFILES),
        Changed(results) in changed(&RESULTS),
    ) {
        let folder = folder();
        let files = [("it.toml", scenario), ("it-profile.toml", profile), ("it.json", results)];
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).expect("a file");
        }
        // A part that no seed is in: the profile is read, and nothing runs.
        let commands = [
            "run it.toml --target golden",
            "campaign --seeds 1 --shard 1/2 --profile it-profile.toml",
            "merge it.json it.json --json sum.json",
            "coverage it.json",
        ];
        for command in commands {
            let arguments: Vec<_> = command.split(' ').map(OsString::from).collect();
            ends_well(&arguments, folder.path());
        }
    }
}

/// A pipe that nobody writes to, a device without an end, and a file that is too large by a byte, wherever a file can be named.
#[test]
fn what_may_never_end_is_refused() {
    let folder = folder();
    let made = Command::new("mkfifo").arg(folder.path().join("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    let large = fs::File::create(folder.path().join("large")).expect("a file");
    large.set_len((16 << 20) + 1).expect("a file with a hole");
    let endless = "it is a folder, a pipe or a device; give a regular file";
    let too_large = "it is larger than 16 MiB, the most that is read; give a smaller file";
    for (file, reason) in [("pipe", endless), ("/dev/zero", endless), (".", endless), ("large", too_large)] {
        for before in ["run", "campaign --seeds 1 --profile", "coverage", "merge it.json"] {
            let arguments: Vec<_> = before.split(' ').chain([file]).map(OsString::from).collect();
            ends_well(&arguments, folder.path());
            let said = fs::read_to_string(folder.path().join("stderr")).expect("a file");
            assert!(said.starts_with("smmuq: cannot read "), "{before}: {said}");
            assert!(said.ends_with(&format!("{file}: {reason}\n")), "{before}: {said}");
            assert_eq!(said.lines().count(), 1, "{before}: {said}");
        }
    }
}

/// A mistake in a line of 100 KB, and words as long: what is shown can be read.
#[test]
fn a_long_line_is_not_quoted_whole() {
    let folder = folder();
    let long = "1, ".repeat(40_000);
    let files = [
        ("it.toml", format!("title = \"it\"\nlog2size = 1\nsteps = [{long}x]\n"), "line 3, column 120010"),
        ("it.toml", format!("title = \"it\"\nlog2size = 1\nsteps = [\"{long}\"]\n"), "line 3, column 10"),
        (
            "pins.toml",
            format!("title = \"it\"\nbuild = \"single\"\ncycles = [{long}x]\n"),
            "line 3, column 120011",
        ),
    ];
    for (name, text, place) in files {
        fs::write(folder.path().join(name), text).expect("a file");
        ends_well(&["run".into(), name.into()], folder.path());
        let said = fs::read_to_string(folder.path().join("stderr")).expect("a file");
        assert!(said.contains(place) && said.len() < 3000, "{}: {said:.3000}", said.len());
    }
}
