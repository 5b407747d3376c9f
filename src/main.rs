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
        eprintln!("smmuq: {}", shown(&error.to_string()));
        ExitCode::from(2)
    })
}

/// Most characters of a line of a message.
const LINE: usize = 2000;

/// A message may quote a file, which may hold what a terminal would obey, and words of any length.
fn shown(message: &str) -> String {
    let escape = |each: char| each.is_control() && each != '\n';
    let lines = message.split('\n').map(shortened).collect::<Vec<_>>().join("\n");
    lines
        .chars()
        .map(|each| if escape(each) { each.escape_default().to_string() } else { each.to_string() })
        .collect()
}

/// A line without the middle of what is too long: what is wrong stands at the beginning, how to mend it often at the end.
fn shortened(line: &str) -> String {
    let length = line.chars().count();
    if length <= LINE {
        return line.to_owned();
    }
    let first: String = line.chars().take(LINE / 2).collect();
    let last: String = line.chars().skip(length - LINE / 2).collect();
    format!("{first} ... {last}")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    use clap::CommandFactory;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn a_terminal_obeys_no_message() {
        assert_eq!(shown("bad.toml:\n \u{1b}[2J\0é"), "bad.toml:\n \\u{1b}[2J\\u{0}é");
    }

    #[test]
    fn of_a_long_line_both_ends_are_shown() {
        assert_eq!(shown(&"é".repeat(LINE)), "é".repeat(LINE));
        let [first, last] = ["é", "z"].map(|end| end.repeat(LINE / 2));
        assert_eq!(
            shown(&format!("bad:\n{first}{}{last}", "x".repeat(5000))),
            format!("bad:\n{first} ... {last}")
        );
    }

    #[test]
    fn the_arguments_are_well_defined() {
        Arguments::command().debug_assert();
    }

    const WORDS: &[&str] = &[
        "thread",
        "run",
        "explore",
        "verdict",
        "campaign",
        "merge",
        "coverage",
        "sweep",
        "report",
        "list",
        "bench",
        "rtl",
        "cosim",
        "area",
        "help",
        "--help",
        "--version",
        "--",
        "-",
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
        "--jobs",
        "--counterexamples",
        "--seeds",
        "--first",
        "--time",
        "--shard",
        "--profile",
        "--shrink",
        "--missed",
        "--svg",
        "-o",
        "--output",
        "linux-v6.4",
        "golden",
        "standard",
        "event",
        "it.toml",
        "1s",
        "1h 30m",
        "0/2",
    ];
    const VALUES: &[&[u8]] = &[
        b"",
        b"0",
        b"-1",
        b"1",
        b"255",
        b"256",
        b"1025",
        b"65536",
        b"18446744073709551615",
        b"18446744073709551616",
        b"-9223372036854775809",
        b"1e308",
        b"nan",
        b"0x10",
        b"1/0",
        b"0/0",
        b"2/2",
        b"/",
        b"1/",
        b"0/18446744073709551616",
        b"18446744073709551615y",
        b"1s1s",
        b"999999999999999999999s",
        b"\xff",
        b"\x1b[2J",
        b"a\nb",
        b"=",
        b"--seed=",
        b"--seed=\xff",
        b"--time=0s",
        b"\xc3\xa9s",
        b"1\xc3\xa9",
    ];

    /// `PROPTEST_CASES` says otherwise.
    fn cases() -> ProptestConfig {
        let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
        let asked = std::env::var_os("PROPTEST_CASES").is_some();
        if asked { config } else { ProptestConfig { cases: 10_000, ..config } }
    }

    proptest! {
        #![proptest_config(cases())]
        /// Any words are understood, or get help, or a message with exit code 2.
        #[test]
        fn any_words_are_understood_or_refused(
            words in prop::collection::vec(
                prop_oneof![
                    3 => select(WORDS).prop_map(OsString::from),
                    2 => select(VALUES).prop_map(|value| OsString::from_vec(value.to_vec())),
                    1 => prop::collection::vec(any::<u8>(), 0..6).prop_map(OsString::from_vec),
                ],
                0..7,
            ),
        ) {
            if let Err(error) = Arguments::try_parse_from(std::iter::once(OsString::from("smmuq")).chain(words)) {
                let text = error.to_string();
                prop_assert!(!text.trim().is_empty());
                prop_assert_eq!(error.exit_code(), if error.use_stderr() { 2 } else { 0 });
            }
        }
    }
}
