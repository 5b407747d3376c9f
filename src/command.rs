//! The subcommands, one file each.

pub mod bench;
pub mod campaign;
pub mod coverage;
pub mod explore;
pub mod list;
pub mod merge;
pub mod prove;
pub mod report;
pub mod run;
pub mod sweep;
pub mod thread;
pub mod verdict;

use std::io::{self, Write};
use std::process::ExitCode;

/// How a subcommand ends: an exit code, or the message of bad input.
pub type End = Result<ExitCode, Box<dyn std::error::Error>>;

/// Exit code of a run that found a mismatch.
pub const MISMATCH: u8 = 1;

/// How many threads the machine runs at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Prints text. Unlike `print!` it returns an error when nobody reads it any more.
pub fn show(text: &str) -> io::Result<()> {
    io::stdout().write_all(text.as_bytes())
}
