//! The command `smmuq`.
#![forbid(unsafe_code)]

mod command;

use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use command::{bench, campaign, coverage, explore, list, merge, prove, report, run, sweep, thread, verdict};

const EXAMPLES: &str = "\
Examples:
  smmuq thread                                     the questions of the kernel thread, answered on RTL
  smmuq list                                       scenarios and drivers
  smmuq run stale-ack --driver linux-v4.9          one scenario with one driver
  smmuq run stale-ack --log2size 0 --seed 7 --json the same with one entry, as JSON
  smmuq run my.toml --trace my.fst                 a scenario of your own, with waves
  smmuq explore --driver linux-v4.9                every schedule of one driver, within bounds
  smmuq verdict                                    which driver keeps which property
  smmuq campaign --seeds 2000                      random runs of everything at once
  smmuq prove                                      the properties of the RTL, for any inputs
  smmuq report                                     all of it as one HTML page
  smmuq bench rtl                                  cycles per record

Exit codes: 0 all steps matched, 1 a mismatch, 2 bad input.";

/// An SMMUv3's queues on RTL, in lock-step with their golden model.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer the questions of the kernel thread of March 2023 with runs on the RTL
    Thread,
    /// Run one scenario and show its timeline
    Run(run::Arguments),
    /// Search every schedule of one driver
    Explore(explore::Arguments),
    /// Say which driver keeps what, in every schedule
    Verdict(verdict::Arguments),
    /// Run many random runs, and make what fails small
    Campaign(campaign::Arguments),
    /// Add up the parts of a campaign
    Merge(merge::Arguments),
    /// Show which situations a campaign has met
    Coverage(coverage::Arguments),
    /// Vary interrupt latency, queue size and arrival rate, and show what is lost
    Sweep(sweep::Arguments),
    /// Prove the properties of the RTL
    Prove(prove::Arguments),
    /// Write one HTML page with the answers, the verdict, the sweep and the coverage
    Report(report::Arguments),
    /// List scenarios and drivers
    List,
    /// Measure
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let end = match Arguments::parse().command {
        Command::Thread => thread::thread(),
        Command::Run(arguments) => run::run(&arguments),
        Command::Explore(arguments) => explore::run(&arguments),
        Command::Verdict(arguments) => verdict::run(&arguments),
        Command::Campaign(arguments) => campaign::campaign(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Coverage(arguments) => coverage::coverage(&arguments),
        Command::Sweep(arguments) => sweep::sweep(&arguments),
        Command::Prove(arguments) => prove::prove(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::List => list::list(),
        Command::Bench(arguments) => bench::bench(&arguments),
    };
    end.unwrap_or_else(|error| {
        // Whoever reads the output has seen enough: `smmuq thread | head`.
        let gone =
            error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        if gone {
            return ExitCode::SUCCESS;
        }
        eprintln!("smmuq: {error}");
        ExitCode::from(2)
    })
}
