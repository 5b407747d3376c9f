//! Profiles: refused with their place, or they make scenarios that the language has.

use std::sync::LazyLock;

use proptest::prelude::*;
use smmuq::campaign::generate;
use smmuq::campaign::profile::{ALL, Profile, ProfileError};
use smmuq_testbench::stimulus::Stimulus;

use crate::mutation::{Changed, cases, changed};

static PROFILES: LazyLock<Vec<String>> =
    LazyLock::new(|| ALL.iter().map(|(_, text)| (*text).to_owned()).collect());

fn read(text: &[u8]) -> Option<Profile> {
    let error = match Profile::parse("it.toml", str::from_utf8(text).ok()?) {
        Ok(profile) => return Some(profile),
        Err(error) => error,
    };
    let message = error.to_string();
    let place = match error {
        ProfileError::Malformed { .. } => message.contains("at line "),
        _ => message.starts_with("it.toml: "),
    };
    assert!(place, "{message}");
    None
}

/// As a finding is written down for `smmuq run`.
fn can_be_written_down(profile: &Profile, seed: u64) {
    let stimulus = generate::session("it", profile, seed).stimulus;
    let text = stimulus.to_text().expect("numbers that TOML has");
    assert_eq!(Stimulus::parse("it.toml", &text), Ok(stimulus));
}

proptest! {
    #![proptest_config(cases(5_000))]
    #[test]
    fn a_changed_profile_is_refused_or_makes_scenarios(
        Changed(bytes) in changed(&PROFILES),
        seed in any::<u64>(),
    ) {
        if let Some(profile) = read(&bytes) {
            let steps = u64::from(profile.episodes.1) * u64::from(profile.burst.1);
            if steps < 100_000 {
                can_be_written_down(&profile, seed);
            }
        }
    }
}

#[test]
fn a_profile_that_ends_early_is_refused_or_read() {
    for text in PROFILES.iter() {
        for (end, _) in text.char_indices() {
            read(&text.as_bytes()[..end]);
        }
    }
}

/// Was found once: deep queues of a build with many records in flight became larger than any queue is.
#[test]
fn the_largest_queues_become_no_larger() {
    let (_, text) = ALL[0];
    let largest = text
        .replace("log2size = [0, 3]", "log2size = [19, 19]")
        .replace("settled = 30", "settled = 0")
        .replace(
            "builds = { standard = 5, single = 2, wide = 1, capped = 2, bare = 1 }",
            "builds = { wide = 1 }",
        );
    let profile = read(largest.as_bytes()).expect("a profile");
    assert_eq!((profile.log2size, profile.settled, profile.builds.standard), ((19, 19), 0, 0));
    for seed in 0..16 {
        can_be_written_down(&profile, seed);
    }
}
