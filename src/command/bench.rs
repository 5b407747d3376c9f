//! `smmuq bench`.

use std::process::ExitCode;

use clap::Subcommand;
use smmuq::area::{BUILDS, Module};
use smmuq::cosim::{Measured, Storm};
use smmuq::throughput::{COMMANDS, command_cycles, event_cycles, pri_cycles, together};
use smmuq::verilated::{Configuration, built};

use super::{End, MISMATCH, show};

/// Entries measured in each run.
const ENTRIES: u32 = 1000;
/// Cycles of the run with all queues busy.
const CYCLES: u64 = 3000;
/// Bursts of traffic of the run that is timed, about 200 cycles each, and how many times it is timed.
const BURSTS: u64 = 1000;
const ROUNDS: usize = 7;
const LATENCIES: [u32; 6] = [1, 2, 4, 8, 16, 32];
const CONFIGURATIONS: [Configuration; 3] =
    [Configuration::Wide, Configuration::Standard, Configuration::Single];

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Clock cycles per Event record, PRI message and command, by the latency of memory and the records in flight
    Rtl,
    /// Simulated cycles a second: the model alone, with software around it, and compared with the golden model
    Cosim {
        /// Print one JSON object instead of the table
        #[arg(long)]
        json: bool,
    },
    /// Cells of the RTL, module by module, as Yosys synthesizes it; a table in Markdown
    Area,
}

/// Prints the measurement that was asked for.
pub fn bench(arguments: &Arguments) -> End {
    match arguments.what {
        What::Rtl => rtl(),
        What::Area => area(),
        What::Cosim { json } => cosim(json),
    }
}

fn rtl() -> End {
    for configuration in CONFIGURATIONS {
        built(configuration)?;
    }
    let entries = f64::from(ENTRIES);
    table("Event record", |configuration, latency| {
        event_cycles(configuration, latency, ENTRIES) as f64 / entries
    })?;
    table("PRI message", |configuration, latency| {
        pri_cycles(configuration, latency, ENTRIES) as f64 / entries
    })?;
    table(&format!("command, {COMMANDS} TLBI and a CMD_SYNC"), |configuration, latency| {
        command_cycles(configuration, latency) as f64 / f64::from(COMMANDS + 1)
    })?;
    all_busy()?;
    Ok(ExitCode::SUCCESS)
}

/// One measurement by latency and configuration.
fn table(what: &str, measure: impl Fn(Configuration, u32) -> f64) -> std::io::Result<()> {
    let head = |configuration: &Configuration| {
        format!("  {:>14}", format!("Outstanding={}", configuration.parameters().outstanding))
    };
    let columns: String = CONFIGURATIONS.iter().map(head).collect();
    show(&format!("cycles per {what}; memory always ready\n"))?;
    show(&format!("{:>13}{columns}\n", "latency"))?;
    for latency in LATENCIES {
        let columns = CONFIGURATIONS.map(|each| format!("  {:>14.3}", measure(each, latency))).concat();
        show(&format!("{latency:>13}{columns}\n"))?;
    }
    show("\n")
}

fn all_busy() -> std::io::Result<()> {
    show(&format!("all queues busy for {CYCLES} cycles, Outstanding=64\n"))?;
    show(&format!(
        "{:>13}  {:>14}  {:>14}  {:>14}\n",
        "latency", "Event records", "PRI messages", "commands"
    ))?;
    for latency in LATENCIES {
        let done = together(Configuration::Wide, latency, CYCLES);
        show(&format!("{latency:>13}  {:>14}  {:>14}  {:>14}\n", done.events, done.messages, done.commands))?;
    }
    Ok(())
}

fn cosim(json: bool) -> End {
    let measured = match Storm::new(BURSTS).measure(ROUNDS) {
        Ok(measured) => measured,
        Err(differs) => {
            eprintln!("{differs}");
            return Ok(ExitCode::from(MISMATCH));
        }
    };
    if json {
        show(&(serde_json::to_string(&measured)? + "\n"))?;
    } else {
        show(&speeds(&measured))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn speeds(measured: &Measured) -> String {
    let Measured { cycles, steps_compared, rounds, cycles_per_second, of_limit } = measured;
    let row = |what, speed, part| format!("{what:<34}  {speed:>14.0}  {part:>12.2}\n");
    [
        format!("one run of {cycles} cycles with {steps_compared} steps; medians of {rounds} rounds\n"),
        format!("{:<34}  {:>14}  {:>12}\n", "", "cycles/s", "of the limit"),
        row("the model alone, inputs replayed", cycles_per_second.limit, of_limit.limit),
        row("testbench without golden model", cycles_per_second.testbench, of_limit.testbench),
        row("lock-step with the golden model", cycles_per_second.lockstep, of_limit.lockstep),
    ]
    .concat()
}

fn area() -> End {
    for build in BUILDS {
        let modules = build.count()?;
        let total = |of: fn(&Module) -> u64| modules.iter().map(of).sum::<u64>();
        show(&format!("{}\n\n| instance | module | registers | gates |\n|---|---|---|---|\n", build.name))?;
        for Module { instance, name, registers, gates } in &modules {
            show(&format!("| {instance} | {name} | {registers} | {gates} |\n"))?;
        }
        let (registers, gates) = (total(|module| module.registers), total(|module| module.gates));
        show(&format!("| all | | {registers} | {gates} |\n\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
