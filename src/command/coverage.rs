//! `smmuq coverage`.

use std::path::PathBuf;
use std::process::ExitCode;

use smmuq::campaign::Results;
use smmuq_testbench::coverage::{Bin, Coverage};

use super::{End, MISMATCH, show};

const EXAMPLES: &str = "\
Examples:
  smmuq campaign --json results.json && smmuq coverage results.json
  smmuq coverage first.json second.json --missed";

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
    Ok(if hit == all { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
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
