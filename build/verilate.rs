//! Runs Verilator.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::configuration::Configuration;

/// Verilator, as the run-time crate found it.
pub struct Verilator {
    pub binary: PathBuf,
    /// What it needs as `VERILATOR_ROOT`, if anything.
    pub root: Option<PathBuf>,
}

/// C++ of one configuration.
pub struct Model {
    pub directory: PathBuf,
    /// What Verilator warned of.
    pub warnings: BTreeSet<String>,
    configuration: Configuration,
}

/// The RTL files of a directory, packages first: Verilator wants them before their users.
pub fn sources(rtl: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(rtl)
        .map_err(|error| format!("cannot read the RTL directory {}: {error}", rtl.display()))?;
    let mut sources: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension() == Some(OsStr::new("sv")))
        .collect();
    if sources.is_empty() {
        return Err(format!("no RTL: no *.sv file in {}", rtl.display()));
    }
    let is_package = |path: &PathBuf| path.to_string_lossy().ends_with("_pkg.sv");
    sources.sort_by_key(|path| (!is_package(path), path.clone()));
    Ok(sources)
}

impl Verilator {
    pub fn verilate(
        &self,
        rtl: &Path,
        sources: &[PathBuf],
        configuration: Configuration,
        out: &Path,
    ) -> Result<Model, String> {
        let directory = out.join(configuration.name());
        let mut model = Model { directory, warnings: BTreeSet::new(), configuration };
        // Verilator leaves files of an earlier run alone, and all of them are compiled.
        let _ = fs::remove_dir_all(&model.directory);
        let output = Command::new(&self.binary)
            .envs(self.root.iter().map(|root| ("VERILATOR_ROOT", root)))
            .args(["--cc", "--assert", "--top-module", "smmuq", "-O3"])
            .args(["--x-assign", "unique", "--x-initial", "unique"])
            .args(["--timescale-override", "1ns/1ns"])
            // A newer Verilator warns of more, and that must not stop a build: they are shown. Lint is a
            // step of its own, where they are errors.
            .arg("-Wno-fatal")
            .args(parameters(configuration))
            // A model that could write waves but does not costs a few per cent, less than a second one of each.
            .args(["--trace-fst", "--trace-structs"])
            .args(counting_or_savable())
            .args(["--prefix", &model.prefix(), "--Mdir"])
            .arg(&model.directory)
            .args(sources)
            .output()
            .map_err(|error| format!("cannot run {}: {error}", self.binary.display()))?;
        let lines = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!(
                "the RTL in {} does not verilate (configuration {}):\n{}",
                rtl.display(),
                configuration.name(),
                lines.trim_end()
            ));
        }
        let warnings = lines.lines().filter(|line| line.starts_with("%Warning"));
        model.warnings = warnings.map(str::to_owned).collect();
        Ok(model)
    }
}

/// With the feature `rtl-coverage` the models count what is reached. Others can go back to a state: Verilator has either.
fn counting_or_savable() -> &'static [&'static str] {
    if counted() { &["--coverage-line", "--coverage-toggle"] } else { &["--savable"] }
}

/// Whether the feature `rtl-coverage` is on.
pub fn counted() -> bool {
    std::env::var_os("CARGO_FEATURE_RTL_COVERAGE").is_some()
}

fn parameters(configuration: Configuration) -> Vec<String> {
    let parameters = configuration.parameters();
    vec![
        format!("-GEventQs={}", parameters.event_qs),
        format!("-GPriQs={}", parameters.pri_qs),
        format!("-GCmdQs={}", parameters.cmd_qs),
        format!("-GOas={}", parameters.oas),
        format!("-GOutstanding={}", parameters.outstanding),
        format!("-GStallMax={}", parameters.stall_max),
        flag("Stall", parameters.stall),
        flag("Pri", parameters.pri),
        flag("Pps", parameters.pps),
        flag("Msi", parameters.msi),
        flag("Sev", parameters.sev),
        flag("Ats", parameters.ats),
    ]
}

/// Sized, because a plain 1 is 32 bits wide and Verilator 5.006 warns of that.
fn flag(name: &str, value: bool) -> String {
    format!("-G{name}=1'b{}", u8::from(value))
}

/// What Verilator says runs once, and what writes waves: more than half of the code, and not worth optimising.
fn runs_seldom(file: &Path) -> bool {
    let name = file.to_string_lossy();
    ["__Slow", "__Trace", "__Syms"].iter().any(|part| name.contains(part))
}

impl Model {
    fn prefix(&self) -> String {
        format!("V{}", self.configuration.name())
    }

    /// The header that declares the ports.
    pub fn header(&self) -> PathBuf {
        self.directory.join(self.prefix()).with_extension("h")
    }

    /// Its line in `models.h`.
    pub fn list_line(&self) -> String {
        format!("MODEL({})\n", self.configuration.name())
    }

    /// One translation unit with all of the model: the headers are most of the work of compiling.
    pub fn unit(&self) -> Result<String, String> {
        let unreadable = |error| format!("cannot read {}: {error}", self.directory.display());
        let mut files: Vec<PathBuf> = fs::read_dir(&self.directory)
            .map_err(unreadable)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension() == Some(OsStr::new("cpp")))
            .collect();
        files.sort();
        let mut unit = String::new();
        let (slow, fast): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| runs_seldom(file));
        for file in fast {
            unit += &format!("#include {file:?}\n");
        }
        unit += "#pragma GCC push_options\n#pragma GCC optimize(\"O0\")\n";
        for file in slow {
            unit += &format!("#include {file:?}\n");
        }
        unit += "#pragma GCC pop_options\n";
        unit += &format!(
            "#include \"model_impl.h\"\n\
             namespace smmuq {{\n\
             std::unique_ptr<Model> new_{}(const Start& start) {{\n    \
             return std::make_unique<ModelImpl<{}>>(start);\n}}\n}}\n",
            self.configuration.name(),
            self.prefix(),
        );
        Ok(unit)
    }
}
