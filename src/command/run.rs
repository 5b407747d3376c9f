//! `smmuq run`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;
use smmuq::pins::Pins;
use smmuq::session::{Session, TargetKind};
use smmuq::verilated::{Configuration, built};
use smmuq_golden::Register;
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::input;
use smmuq_testbench::outcome::{Counts, Outcome, Served};
use smmuq_testbench::scenarios::{self, Scenario};
use smmuq_testbench::stimulus::{Stimulus, check_log2size};

use super::{End, MISMATCH, show};

const EXAMPLES: &str = "\
Examples:
  smmuq run stale-ack
  smmuq run stale-ack --driver linux-v4.9 --json
  smmuq run storm-32k --log2size 3 --seed 7
  smmuq run my.toml --driver thread-v1 --trace my.fst

The language of scenario files is described in docs/stimulus.md.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A scenario of `smmuq list`, or a scenario file
    scenario: String,
    /// Which software drains the queue
    #[arg(long, default_value = drivers::DEFAULT)]
    driver: String,
    /// What runs: the RTL in lock-step with the golden model, or the golden model alone
    #[arg(long, value_enum, default_value_t = Target::Rtl)]
    target: Target,
    /// Which build of the RTL: standard, single (one record in flight), wide (64), capped (4 entries at most), bare (no optional feature)
    #[arg(long, default_value = "standard", value_parser = block)]
    block: Configuration,
    /// log2 of the number of entries, 0 to 19; the scenario has its own default
    #[arg(long)]
    log2size: Option<u8>,
    /// Seed of initial values, records and memory
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Write waves to this file, as FST
    #[arg(long)]
    trace: Option<PathBuf>,
    /// Print one JSON object instead of the timeline
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    Rtl,
    Golden,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    scenario: &'a str,
    driver: &'a str,
    target: &'static str,
    log2size: u8,
    seed: u64,
    cycles: u64,
    steps_compared: u64,
    mismatches: u64,
    offered: u64,
    written: u64,
    dropped: u64,
    held: u64,
    overflows: u64,
    reports: u64,
    pri: Counts,
    pri_reports: u64,
    served: Served,
    registers: BTreeMap<&'static str, u32>,
}

/// Runs one scenario.
pub fn run(arguments: &Arguments) -> End {
    if let Some(pins) = pins(&arguments.scenario)? {
        return replay(&pins, arguments);
    }
    let session = session(arguments)?;
    let trace = arguments.trace.as_deref();
    let outcome = session.run(trace)?;
    if arguments.json {
        show(&(serde_json::to_string(&report(&session, &outcome))? + "\n"))?;
    } else {
        show(&text(&session, &outcome))?;
    }
    let Some(failure) = session.failure(&outcome, trace) else {
        return Ok(ExitCode::SUCCESS);
    };
    eprintln!("{failure}");
    Ok(ExitCode::from(MISMATCH))
}

/// The stimulus, if it is a file of pins.
fn pins(name: &str) -> Result<Option<Pins>, Box<dyn std::error::Error>> {
    let path = Path::new(name);
    let meant = input::read(path).is_ok_and(|text| Pins::is_meant(&text));
    Ok(if meant { Some(Pins::read(path)?) } else { None })
}

/// Runs the block on pins; nothing is compared, but the assertions of the RTL are looked at.
fn replay(pins: &Pins, arguments: &Arguments) -> End {
    let replayed = pins.replay(arguments.seed, arguments.trace.as_deref())?;
    show(&format!("{}, build {}\n\n{}", pins.title, pins.build.name(), replayed.text))?;
    for failure in &replayed.failures {
        eprintln!("{failure}");
    }
    Ok(if replayed.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
}

fn session(arguments: &Arguments) -> Result<Session, Box<dyn std::error::Error>> {
    let mut session =
        Session::new(&arguments.scenario, stimulus(&arguments.scenario)?, Driver::named(&arguments.driver)?);
    session.seed = arguments.seed;
    if let Some(log2size) = arguments.log2size {
        check_log2size(log2size)?;
        session.log2size = log2size;
    }
    session.target = match arguments.target {
        Target::Rtl => TargetKind::Rtl(arguments.block),
        Target::Golden if arguments.trace.is_some() => {
            return Err(
                "--trace: the golden model has no waves; leave --trace out or use --target rtl".into()
            );
        }
        Target::Golden => TargetKind::Golden,
    };
    Ok(session)
}

fn stimulus(name: &str) -> Result<Stimulus, Box<dyn std::error::Error>> {
    if let Some(scenario) = Scenario::named(name) {
        return Ok(scenario.stimulus()?);
    }
    if Path::new(name).exists() {
        return Ok(Stimulus::read(Path::new(name))?);
    }
    let names: Vec<_> = scenarios::ALL.iter().map(|scenario| scenario.name).collect();
    Err(format!("no scenario and no file named {name}; scenarios are {}", names.join(", ")).into())
}

fn block(name: &str) -> Result<Configuration, String> {
    let names = || Configuration::ALL.map(Configuration::name).join(", ");
    let named = Configuration::named(name).ok_or_else(|| format!("builds are {}", names()))?;
    built(named).map_err(|left_out| left_out.to_string())?;
    Ok(named)
}

fn report<'a>(session: &'a Session, outcome: &Outcome) -> Report<'a> {
    let registers = Register::ALL.map(|register| (register.name(), outcome.register(register)));
    Report {
        scenario: &session.scenario,
        driver: session.driver.name,
        target: session.target.name(),
        log2size: session.log2size,
        seed: session.seed,
        cycles: outcome.cycles,
        steps_compared: outcome.steps_compared,
        mismatches: outcome.mismatch.is_some().into(),
        offered: outcome.counts.offered,
        written: outcome.counts.written,
        dropped: outcome.counts.dropped,
        held: outcome.counts.held,
        overflows: outcome.counts.overflows,
        reports: outcome.log.reports,
        pri: outcome.pri,
        pri_reports: outcome.log.pri_reports,
        served: outcome.served,
        registers: registers.into(),
    }
}

fn text(session: &Session, outcome: &Outcome) -> String {
    let Session { scenario, stimulus, driver, log2size, seed, .. } = session;
    let compared = match session.target {
        TargetKind::Rtl(_) => format!("{} steps compared with the golden model", outcome.steps_compared),
        TargetKind::Golden => "the golden model alone, nothing compared".to_owned(),
    };
    format!(
        "{scenario}, {}, log2size {log2size}, seed {seed}: {}\n\n{}\n{} cycles, {compared}\n",
        driver.name, stimulus.title, outcome.timeline, outcome.cycles,
    )
}
