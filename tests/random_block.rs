//! Random stimuli on the whole block, in lock-step with the golden model: records, PRI messages and commands of all kinds
//! among register writes legal and odd, aborts, a slow memory and neighbours that are not always ready.

use std::collections::BTreeMap;

use smmuq::campaign::settled::session;
use smmuq::session::Session;
use smmuq::verilated::Configuration;
use smmuq_golden::{CmdqCons, Gerror, Line, Loss, MsiSource, PrgSource, PriLoss, Register};
use smmuq_testbench::meaning::Ended;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::stimulus::Stimulus;
use smmuq_testbench::timeline::What;

/// Runs for each configuration.
const SEEDS: u64 = 400;
/// EVENTQEN, PRIQEN with SMMUEN, CMDQEN in CR0.
const EVENTQEN: u32 = 1 << 2;
const PRIQEN: u32 = 1 << 1;
const SMMUEN: u32 = 1;
const CMDQEN: u32 = 1 << 3;

/// Whether something happened after a disable of a queue and before CR0 was written again: it was under way.
fn busy_at_disable(outcome: &Outcome, enables: u32, happened: fn(What) -> bool) -> u64 {
    let mut disabled = false;
    let mut times = 0;
    for row in &outcome.timeline.0 {
        match row.what {
            What::Wrote(Register::Cr0, value) => disabled = value & enables != enables,
            what if disabled && happened(what) => times += 1,
            _ => {}
        }
    }
    times
}

/// Commands that went on after one had failed.
fn restarts(outcome: &Outcome) -> u64 {
    let mut failed = false;
    let mut times = 0;
    for row in &outcome.timeline.0 {
        match row.what {
            What::Ended(Ended::Failed) => failed = true,
            What::Command(_) | What::Ended(_) if failed => (failed, times) = (false, times + 1),
            _ => {}
        }
    }
    times
}

/// What a run has met, and how often.
fn met(outcome: &Outcome) -> Vec<(&'static str, u64)> {
    let rows = &outcome.timeline.0;
    let rows_with = |wanted: fn(What) -> bool| rows.iter().filter(|row| wanted(row.what)).count() as u64;
    let announced = |what| if let What::Written { interrupts, .. } = what { interrupts } else { 0 };
    let error = CmdqCons::from_bits(outcome.register(Register::CmdqCons)).err();
    let gerror = Gerror::from_bits(outcome.register(Register::Gerror));
    vec![
        ("overflow", outcome.counts.overflows),
        ("abort", rows_with(|what| what == What::Lost { flagged: true })),
        ("record dropped while disabled", rows_with(|what| what == What::Dropped { loss: Loss::Disabled })),
        ("Event queue interrupt", rows.iter().map(|row| announced(row.what)).sum()),
        ("GERROR interrupt", rows_with(|what| what == What::Interrupt(Line::Gerror))),
        ("command passed on", rows_with(|what| matches!(what, What::Command(_)))),
        ("CMD_SYNC completed", rows_with(|what| what == What::Ended(Ended::SyncCompleted))),
        ("CMD_SYNC interrupt", rows_with(|what| what == What::Interrupt(Line::CmdSync))),
        ("CERROR_ILL", u64::from(error == 1)),
        ("CERROR_ABT", u64::from(error == 2)),
        ("CERROR_ATC_INV_SYNC", u64::from(error == 3)),
        ("restart", restarts(outcome)),
        (
            "disable with a record in flight",
            busy_at_disable(outcome, EVENTQEN, |what| {
                matches!(what, What::Written { .. } | What::Lost { .. })
            }),
        ),
        (
            "disable with a command in progress",
            busy_at_disable(outcome, CMDQEN, |what| matches!(what, What::Command(_) | What::Ended(_))),
        ),
        ("PRI message written", rows_with(|what| what == What::PriWritten)),
        (
            "PRI overflow",
            rows_with(|what| what == What::PriDropped { loss: PriLoss::Overflow { toggled: true } }),
        ),
        (
            "PRI message of a Secure stream",
            rows_with(|what| what == What::PriDropped { loss: PriLoss::Secure }),
        ),
        (
            "PRI message dropped while disabled",
            rows_with(|what| what == What::PriDropped { loss: PriLoss::Disabled }),
        ),
        (
            "PRI message dropped for an error",
            rows_with(|what| what == What::PriDropped { loss: PriLoss::AbortError }),
        ),
        ("PRI abort", rows_with(|what| what == What::PriLost { flagged: true })),
        ("PRI interrupt", rows_with(|what| what == What::Interrupt(Line::Priq))),
        ("automatic Success", rows_with(|what| what == What::Prg { code: 0, source: PrgSource::Automatic })),
        (
            "automatic Failure",
            rows_with(|what| what == What::Prg { code: 0xF, source: PrgSource::Automatic }),
        ),
        ("CMD_PRI_RESP", rows_with(|what| matches!(what, What::Prg { source: PrgSource::Command, .. }))),
        ("CMD_PRI_RESP without effect", rows_with(|what| what == What::Ended(Ended::Skipped))),
        (
            "disable with a PRI message in flight",
            busy_at_disable(outcome, PRIQEN | SMMUEN, |what| {
                matches!(what, What::PriWritten | What::PriLost { .. })
            }),
        ),
        ("wake-up event", rows_with(|what| what == What::Interrupt(Line::Sev))),
        ("MSI of the Event queue", rows_with(|what| what == What::Msi(MsiSource::Eventq))),
        ("MSI of the PRI queue", rows_with(|what| what == What::Msi(MsiSource::Priq))),
        ("MSI of GERROR", rows_with(|what| what == What::Msi(MsiSource::Gerror))),
        ("MSI of CMD_SYNC", rows_with(|what| what == What::Msi(MsiSource::CmdSync))),
        ("MSI_CMDQ_ABT_ERR", gerror.msi_cmdq_abt_err().into()),
        ("MSI_EVENTQ_ABT_ERR", gerror.msi_eventq_abt_err().into()),
        ("MSI_PRIQ_ABT_ERR", gerror.msi_priq_abt_err().into()),
        ("MSI_GERROR_ABT_ERR", gerror.msi_gerror_abt_err().into()),
    ]
}

/// The seed, and the stimulus with one step a line.
fn description(Session { stimulus, driver, seed, .. }: &Session) -> String {
    let Stimulus { log2size, memory, steps, .. } = stimulus;
    let steps: Vec<_> = steps.iter().map(|step| format!("  {step:?}")).collect();
    format!("seed {seed}, {driver:?}, log2size {log2size}, {memory:?}\n{}", steps.join("\n"))
}

fn equal_whatever_happens(configuration: Configuration, absent: &[&str]) {
    let mut total: BTreeMap<_, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        let session = session(configuration, seed);
        let outcome = session.run(None).expect("no waves are asked for");
        if let Some(mismatch) = &outcome.mismatch {
            panic!("{configuration:?}, {}\n{mismatch}", description(&session));
        }
        for (what, times) in met(&outcome) {
            *total.entry(what).or_default() += times;
        }
    }
    // A test that meets nothing shows nothing.
    let little = SEEDS / 100;
    for (what, times) in &total {
        let expected = !absent.iter().any(|absent| what.contains(absent));
        assert!((*times > little) == expected, "{configuration:?} {what}: {times} times\n{total:#?}");
    }
}

#[test]
fn standard() {
    equal_whatever_happens(Configuration::Standard, &[]);
}

#[test]
fn one_record_in_flight() {
    equal_whatever_happens(Configuration::Single, &[]);
}

#[test]
fn at_most_four_entries() {
    equal_whatever_happens(Configuration::Capped, &[]);
}

/// No PRI queue, no MSIs, no wake-up events.
#[test]
fn bare() {
    let absent = ["PRI", "MSI", "wake-up", "automatic"];
    equal_whatever_happens(Configuration::Bare, &absent);
}
