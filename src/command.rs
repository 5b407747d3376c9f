//! The subcommands, one file each.

pub mod bench;
pub mod list;
pub mod run;
pub mod thread;

use std::process::ExitCode;

/// How a subcommand ends: an exit code, or the message of bad input.
pub type End = Result<ExitCode, Box<dyn std::error::Error>>;

/// Exit code of a run that found a mismatch.
pub const MISMATCH: u8 = 1;
