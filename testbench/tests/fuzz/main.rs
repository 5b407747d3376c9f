//! Scenario files that are wrong in every way: each is refused with a message, or runs and ends.
//!
//! `PROPTEST_CASES=1000000 cargo test --release -p smmuq-testbench --test fuzz` looks longer.

mod found;
mod mutation;
mod running;

use std::sync::LazyLock;
use std::{fs, path::Path};

use proptest::prelude::*;
use smmuq_testbench::drivers;
use smmuq_testbench::stimulus::{Stimulus, StimulusError};

use mutation::{Changed, cases, changed};
use running::run;

/// Every scenario, every counterexample of the verdict, and each kind of step.
static SCENARIOS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = |name| fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a folder");
    let files = ["scenarios", "counterexamples"].into_iter().flat_map(folder);
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let texts = paths.iter().map(|path| fs::read_to_string(path).expect("text"));
    texts.chain(steps()).collect()
});

/// `everything.toml`, and a scenario of each of its steps with some records and a handler before it.
fn steps() -> impl Iterator<Item = String> {
    let everything = include_str!("everything.toml");
    let (head, steps) = everything.split_once("steps = [").expect("steps");
    let each = steps.lines().filter(|line| line.ends_with(','));
    let alone =
        each.map(move |step| format!("{head}steps = [{{ terminated = 3 }}, \"handler\",\n{step}\n]\n"));
    alone.chain([everything.to_owned()])
}

/// Reads a text that is no file, as `smmuq run` does a file.
fn read(text: &[u8]) -> Option<Stimulus> {
    let text = str::from_utf8(text).ok()?;
    let error = match Stimulus::parse("it.toml", text) {
        Ok(stimulus) => return Some(stimulus),
        Err(error) => error,
    };
    let message = error.to_string();
    let place = match error {
        StimulusError::Malformed { .. } => message.contains("at line "),
        _ => message.starts_with("it.toml: "),
    };
    assert!(place, "{message}");
    None
}

proptest! {
    #![proptest_config(cases(20_000))]
    #[test]
    fn a_changed_scenario_is_refused_or_runs(
        Changed(bytes) in changed(&SCENARIOS),
        driver in prop::sample::select(drivers::ALL),
        seed in 0..3u64,
    ) {
        if let Some(stimulus) = read(&bytes) {
            run(&stimulus, driver, seed);
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(read(&bytes).is_none());
    }

    #[test]
    fn any_text_is_refused(text in "[ -~\\n\u{0}-\u{ff}]{0,100}") {
        prop_assert!(read(text.as_bytes()).is_none());
    }
}

/// What is left of a file is a scenario only if nothing but the last line break and comments are gone.
#[test]
fn a_scenario_that_ends_early_is_refused() {
    for text in SCENARIOS.iter() {
        let whole = text.trim_end().len();
        for (end, _) in text[..whole].char_indices() {
            read(&text.as_bytes()[..end]);
        }
        assert!(read(&text.as_bytes()[..whole]).is_some(), "{text}");
    }
}
