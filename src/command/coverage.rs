//! `smmuq coverage`.

use std::path::PathBuf;
use std::process::ExitCode;

use smmuq::campaign::Results;
use smmuq::rtl_coverage::{Exclusions, Reached};
use smmuq_testbench::coverage::{Bin, Coverage};

use super::{End, MISMATCH, show};

const EXAMPLES: &str = "\
Examples:
  smmuq campaign --json results.json && smmuq coverage results.json
  smmuq coverage first.json second.json --missed
  cargo run --release --features rtl-coverage -- campaign --json results.json   # counts lines and toggles too";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files that `smmuq campaign --json` has written
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Only the bins that were not hit
    #[arg(long)]
    missed: bool,
}

/// Shows what a campaign has met. Exit code 1 when a bin that can be hit was not.
pub fn coverage(arguments: &Arguments) -> End {
    let Some(results) = Results::merged(&arguments.files)? else { return Ok(ExitCode::SUCCESS) };
    show(&table(&results.coverage, arguments.missed))?;
    let (hit, all) = results.coverage.reached();
    show(&format!("{hit} of {all} bins hit\n"))?;
    let rtl = match &results.rtl_coverage {
        Some(reached) => Some(Exclusions::of_the_project()?.judge(reached)),
        None => None,
    };
    if let Some(verdict) = &rtl {
        show(&rtl_table(verdict))?;
    }
    let enough = hit == all && rtl.is_none_or(|verdict| verdict.enough());
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
}

/// What was reached in the RTL, and why not the rest.
fn rtl_table(verdict: &Reached) -> String {
    let share = |(reached, all): (u64, u64)| {
        format!("{reached} of {all} ({:.1} %)", 100.0 * reached as f64 / all.max(1) as f64)
    };
    let mut text = format!("\nRTL: {} lines, {} toggles\n", share(verdict.lines), share(verdict.toggles));
    for (reason, toggles) in &verdict.excluded {
        text += &format!("  {toggles:>10}  excluded: {reason}\n");
    }
    for (file, point) in &verdict.missed {
        text += &format!("  {:>10}  {file} {point}\n", "missed");
    }
    for signal in &verdict.needless {
        text += &format!(
            "  {:>10}  rtl/coverage.toml excludes {signal}, of which no bit is missed\n",
            "needless"
        );
    }
    text
}

/// One line a bin, under the title of its group.
fn table(coverage: &Coverage, missed: bool) -> String {
    let mut text = String::new();
    let mut group = "";
    for (bin, hits) in coverage.bins().filter(|(_, hits)| !missed || *hits == 0) {
        if missed && bin.excluded.is_some() {
            continue;
        }
        if bin.group != group {
            group = bin.group;
            text += &format!("\n{group}\n");
        }
        text += &line(bin, hits);
    }
    text + "\n"
}

fn line(bin: &Bin, hits: u64) -> String {
    match (bin.excluded, hits) {
        (Some(reason), 0) => format!("  {:>10}  {}: {reason}\n", "excluded", bin.name),
        (_, 0) => format!("  {:>10}  {}\n", "missed", bin.name),
        (_, hits) => format!("  {hits:>10}  {}\n", bin.name),
    }
}
