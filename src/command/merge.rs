//! `smmuq merge`.

use std::path::PathBuf;
use std::process::ExitCode;

use smmuq::campaign::Results;

use super::campaign::summary;
use super::{End, MISMATCH, show};

#[derive(clap::Args)]
#[command(after_help = "Example:\n  smmuq merge first.json second.json --json all.json")]
pub struct Arguments {
    /// Files that `smmuq campaign --json` has written
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write the sum to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Adds up the parts of a campaign.
pub fn merge(arguments: &Arguments) -> End {
    let Some(results) = Results::merged(&arguments.files)? else { return Ok(ExitCode::SUCCESS) };
    if let Some(path) = &arguments.json {
        results.write(path)?;
    }
    show(&summary(&results, false))?;
    for finding in &results.findings {
        show(&format!(
            "seed {}: {}, expected {}, got {}\n",
            finding.seed, finding.field, finding.expected, finding.got
        ))?;
    }
    Ok(if results.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
}
