//! Executable scripts for tests.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Writes a script that can be run at once.
///
/// A process of its own writes it: a file this process had open for writing may still be open in a
/// child another test has just forked, and the system does not run such a file.
pub fn write(path: &Path, text: &str) {
    let source = path.with_extension("text");
    fs::write(&source, text).expect("a new file");
    let status = Command::new("install").args(["-m", "755"]).arg(&source).arg(path).status();
    assert!(status.expect("install runs").success());
}
