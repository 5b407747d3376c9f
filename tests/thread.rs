//! The story of the thread: its findings, and that they follow from the runs.

mod snapshot_files;

use std::sync::{LazyLock, OnceLock};

use smmuq::thread::{Finding, QUESTIONS, Question, Run, best};
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::explore::properties;
use smmuq_testbench::explore::verdict::{ARRIVALS, LOG2SIZES, Verdict, algorithms};

fn question(number: u32) -> &'static Question {
    QUESTIONS.iter().find(|question| question.number == number).expect("it is asked")
}

/// The runs of a question, made once.
fn runs(number: u32) -> Vec<Run> {
    static RUNS: [OnceLock<Vec<Run>>; 8] = [const { OnceLock::new() }; 8];
    RUNS[number as usize - 1].get_or_init(|| runs_of(number)).clone()
}

fn runs_of(number: u32) -> Vec<Run> {
    let sessions = question(number).sessions().expect("the scenarios of the project can be read");
    let run = |session: smmuq::session::Session| {
        let outcome = session.check().unwrap_or_else(|failure| panic!("{failure}"));
        assert!(outcome.steps_compared > 0);
        Run { session, outcome }
    };
    sessions.into_iter().map(run).collect()
}

fn held(findings: &[Finding]) -> Vec<(&'static str, bool)> {
    findings.iter().map(|finding| (finding.driver, finding.holds)).collect()
}

/// What the architecture makes of each claim, worked out by hand from the rules beside it.
#[test]
fn the_claims_and_the_drivers_they_are_true_of() {
    let only_before_the_fix = vec![("linux-v4.9", true), ("thread-v1", false), ("linux-v6.4", false)];
    let always = vec![("linux-v4.9", true), ("thread-v1", true), ("linux-v6.4", true)];
    let with_the_fix = vec![("thread-v1", true), ("linux-v6.4", true)];
    let expected = [
        (1, only_before_the_fix.clone()), // EV6: the acknowledge is a CONS write, and v4.9 makes none
        (2, always.clone()),              // EV2
        (3, only_before_the_fix),         // EV4: no second toggle without an acknowledge
        (4, always.clone()),              // EV2: what is written depends on space alone
        (5, with_the_fix),                // EV4, and the acknowledge comes after the drain
        (6, always.clone()),              // EV2 against P6
        (7, always.clone()), // 18 cycles a record: two accesses, each after 8 cycles, one of 2 more
        (8, always),         // EV4, EV5: one toggle, whatever the number
    ];
    for (number, expected) in expected {
        assert_eq!(held(&question(number).findings(&runs(number))), expected, "question {number}");
    }
}

/// The same runs under other names: a finding goes with the run, not with the name of the driver.
#[test]
fn findings_follow_the_runs() {
    let mut swapped = runs(3);
    let (first, rest) = swapped.split_at_mut(1);
    std::mem::swap(&mut first[0].outcome, &mut rest[0].outcome);
    let found = held(&question(3).findings(&swapped));
    assert_eq!(found, [("linux-v4.9", false), ("thread-v1", true), ("linux-v6.4", false)]);
}

#[test]
fn a_claim_that_a_run_contradicts_does_not_hold() {
    let mut changed = runs(4);
    changed[2].outcome.writes[3].bytes[5] ^= 1;
    assert_eq!(held(&question(4).findings(&changed))[2], ("linux-v6.4", false), "one bit of one write");

    let mut changed = runs(2);
    changed[0].outcome.marks.retain(|mark| mark.name != "space");
    assert_eq!(held(&question(2).findings(&changed))[0], ("linux-v4.9", false), "nothing was added");

    let mut changed = runs(6);
    for mark in &mut changed[0].outcome.marks {
        mark.then.pri = mark.then.event;
    }
    assert_eq!(held(&question(6).findings(&changed))[0], ("linux-v4.9", false), "both queues alike");

    let mut changed = runs(7);
    changed[1].outcome.counts.dropped = 1;
    changed[7].outcome.counts.dropped = 0;
    let found = [("linux-v4.9", false), ("thread-v1", false), ("linux-v6.4", true)];
    assert_eq!(
        held(&question(7).findings(&changed)),
        found,
        "loss in the larger queue, no loss in the larger queue"
    );

    let mut changed = runs(8);
    changed[5].outcome.exchanges.pop();
    assert_eq!(held(&question(8).findings(&changed))[2], ("linux-v6.4", false), "one access less");
}

/// A claim is right if it is so with the drivers that it speaks of, whatever the others do.
#[test]
fn a_claim_is_right_of_the_drivers_that_it_is_about() {
    let question = question(1);
    let found = |holds: [bool; 3]| {
        let names = ["linux-v4.9", "thread-v1", "linux-v6.4"].into_iter().zip(holds);
        names.map(|(driver, holds)| Finding { driver, holds, shows: String::new() }).collect::<Vec<_>>()
    };
    assert!(question.is_right(&found([true, false, false])));
    assert!(!question.is_right(&found([false, true, true])), "before the fix is linux-v4.9");
    assert_ne!(question.meaning(&found([true; 3])), question.meaning(&found([false; 3])));
    assert!(!question.is_right(&[]), "nothing was found");
}

fn judged(names: &[&str]) -> Verdict {
    let drivers: Vec<_> = names.iter().map(|name| Driver::named(name).expect("it is there")).collect();
    Verdict::judge(&drivers, LOG2SIZES, ARRIVALS, 2, |_| {})
}

/// By reasoning: `linux-v6.4` keeps all that `linux-v4.9` keeps, and acknowledges at the end (EV6, P8), which the other does
/// not. `freebsd` never reports and never acknowledges, so that it has little to break, and serves one queue only; that makes
/// it no better. Of two drivers that keep as much, both are named.
#[test]
fn the_best_is_the_one_that_keeps_most() {
    assert_eq!(best(&judged(&["linux-v4.9", "linux-v6.4", "freebsd"])).drivers, ["linux-v6.4"]);
    assert_eq!(best(&judged(&["freebsd", "linux-v4.9"])).drivers, ["linux-v4.9"]);
    assert_eq!(best(&judged(&["linux-v6.4", "leave-one", "openbsd"])).drivers, ["leave-one"]);
    assert_eq!(best(&judged(&["thread-v1", "linux-v6.4"])).drivers, ["thread-v1", "linux-v6.4"]);
}

/// `linux-v6.4` reports before it acknowledges, and what is lost between the two is reported by nobody (EV4); it frees a whole
/// queue with an old acknowledge; and its drain never ends in a storm (EV2). Nothing else of it is broken.
#[test]
fn the_reason_names_what_the_merged_patch_does_not_keep() {
    let reasons = best(&judged(&["linux-v6.4", "leave-one"])).reasons;
    let blame = reasons.iter().find(|reason| reason.starts_with("linux-v6.4")).expect("it is blamed");
    for property in properties::ALL {
        let broken = ["loss-reported", "no-merge", "bounded-ack"].contains(&property.name);
        assert_eq!(blame.contains(&format!("({};", property.name)), broken, "{}", property.name);
    }
}

/// What the command ends with.
static ENDING: LazyLock<String> =
    LazyLock::new(|| best(&Verdict::judge(&algorithms(), LOG2SIZES, ARRIVALS, 2, |_| {})).story());

#[test]
fn the_story() {
    let mut stories: Vec<_> =
        QUESTIONS.iter().map(|question| question.story(&runs(question.number))).collect();
    stories.push(ENDING.clone());
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("thread", stories.join("\n"));
    });
}

/// The story, and the table of `tests/verdict.rs`; timelines and counterexamples have folders of their own.
#[test]
fn every_other_snapshot_is_of_the_story_or_the_table() {
    snapshot_files::are_those_of("snapshots", ["thread", "verdict__the_table"].map(str::to_owned));
}

/// The README shows what the command prints.
#[test]
fn the_readme_shows_the_findings() {
    let readme = include_str!("../README.md");
    for question in QUESTIONS {
        let story = question.story(&runs(question.number));
        let (claim, finding) =
            (story.lines().take(1), story.lines().skip_while(|line| !line.contains("Finding")));
        for line in claim.chain(finding) {
            assert!(readme.contains(line), "the README lacks: {line}");
        }
    }
    for line in ENDING.lines() {
        assert!(readme.contains(line), "the README lacks: {line}");
    }
}
