//! The comparison itself is tested: a target that is wrong in one way is caught, and the mismatch names the field and
//! the rule; a target that is not wrong is not.

#[path = "wrong_targets/block.rs"]
mod block;
#[path = "wrong_targets/cases.rs"]
mod cases;
#[path = "wrong_targets/wrong.rs"]
mod wrong;

use smmuq_golden::Parameters;
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::memory::Memory;
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios;
use smmuq_testbench::stimulus::Stimulus;
use smmuq_testbench::system::{Conditions, run};

use cases::{Case, EVENTQS, LOG2SIZE};
use wrong::{HONEST, Mistake, Wrong};

fn play(mistake: Mistake, parameters: Parameters, stimulus: &Stimulus, driver: Driver) -> Outcome {
    let conditions = Conditions { driver, log2size: stimulus.log2size, seed: 1, told: true };
    let memory = Memory::new(stimulus.memory.clone(), 1);
    run(stimulus, &conditions, &mut Wrong::new(mistake, parameters, memory))
}

/// Plays the stimulus of a case, with its mistake or without.
fn play_case(case: &Case, mistake: Mistake) -> Outcome {
    let text = format!("title = '{}'\nlog2size = {LOG2SIZE}\nsteps = [{}]", case.name, case.steps);
    let stimulus = Stimulus::parse(case.name, &text).unwrap_or_else(|error| panic!("{error}"));
    let parameters = Parameters { event_qs: EVENTQS, ..Parameters::default() };
    play(mistake, parameters, &stimulus, Driver::named("linux-v6.4").expect("it is listed"))
}

/// What is wrong with the way in which a case was caught.
fn complaint(case: &Case, mismatch: Option<&Mismatch>) -> Option<String> {
    let Some(mismatch) = mismatch else {
        return Some("not caught".to_owned());
    };
    let named = mismatch.field == case.field && mismatch.rules.contains(&case.rule);
    let placed = mismatch.cycle > 0 && !mismatch.offenders.is_empty();
    (!(named && placed)).then(|| format!("should name {} and {}:\n{mismatch}", case.field, case.rule))
}

fn each_is_caught(cases: &[Case]) {
    let complaints: Vec<_> = cases
        .iter()
        .filter_map(|case| {
            let outcome = play_case(case, case.mistake);
            let complaint = complaint(case, outcome.mismatch.as_deref())?;
            Some(format!("{}: {complaint}", case.name))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn overflow() {
    each_is_caught(cases::OVERFLOW);
}

#[test]
fn fullness() {
    each_is_caught(cases::FULLNESS);
}

#[test]
fn publication() {
    each_is_caught(cases::PUBLICATION);
}

#[test]
fn interrupts() {
    each_is_caught(cases::INTERRUPTS);
}

#[test]
fn aborts() {
    each_is_caught(cases::ABORTS);
}

#[test]
fn registers() {
    each_is_caught(cases::REGISTERS);
}

#[test]
fn promises() {
    each_is_caught(cases::PROMISES);
}

#[test]
fn messages() {
    each_is_caught(block::MESSAGES);
}

#[test]
fn commands() {
    each_is_caught(block::COMMANDS);
}

#[test]
fn msis() {
    each_is_caught(block::MSIS);
}

/// It is the mistake that is caught, not the stimulus.
#[test]
fn without_its_mistake_no_case_is_caught() {
    let all = [
        cases::OVERFLOW,
        cases::FULLNESS,
        cases::PUBLICATION,
        cases::INTERRUPTS,
        cases::ABORTS,
        cases::REGISTERS,
        cases::PROMISES,
        block::MESSAGES,
        block::COMMANDS,
        block::MSIS,
    ];
    for case in all.into_iter().flatten() {
        let outcome = play_case(case, HONEST);
        assert!(complaint(case, outcome.mismatch.as_deref()).is_some(), "{} cannot fail", case.name);
        assert_eq!(outcome.mismatch, None, "{}", case.name);
        assert!(outcome.steps_compared > 0, "{}", case.name);
    }
}

#[test]
fn an_honest_target_is_equal() {
    for scenario in scenarios::ALL {
        let stimulus = scenario.stimulus().expect("the scenarios of the project can be read");
        for &driver in drivers::ALL {
            let outcome = play(HONEST, Parameters::default(), &stimulus, driver);
            if let Some(mismatch) = outcome.mismatch {
                panic!("{} {}\n{mismatch}", scenario.name, driver.name);
            }
            assert!(outcome.steps_compared > 0, "{} {}", scenario.name, driver.name);
        }
    }
}
