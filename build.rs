//! Verilates the RTL for each configuration, compiles the models and binds them with cxx.

#[path = "src/verilated/configuration.rs"]
mod configuration;
#[path = "build/ports.rs"]
mod ports;
#[path = "build/verilate.rs"]
mod verilate;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use configuration::Configuration;
use verilate::Verilator;

const GLUE: &str = "src/verilated";

fn main() {
    if let Err(message) = run() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<(), String> {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed={GLUE}");
    println!("cargo::rerun-if-env-changed=SMMUQ_RTL");
    println!("cargo::rerun-if-env-changed=SMMUQ_BUILDS");
    let builds = wanted()?;
    let rtl = std::env::var_os("SMMUQ_RTL").map_or_else(|| "rtl".into(), PathBuf::from);
    let sources = verilate::sources(&rtl)?;
    println!("cargo::rerun-if-changed={}", rtl.display());

    let out = from_cargo("OUT_DIR")?;
    let verilator = Verilator {
        binary: from_cargo("DEP_VERILATED_BINARY")?,
        root: from_cargo("DEP_VERILATED_ROOT").ok(),
    };
    let ports = ports::listed(Path::new(GLUE))?;
    let mut models = Vec::new();
    for &configuration in &builds {
        let model = verilator.verilate(&rtl, &sources, configuration, &out)?;
        ports::compare(&ports, &model.header(), configuration)
            .map_err(|wrong| format!("the RTL in {}: {wrong}", rtl.display()))?;
        models.push(model);
    }
    let warnings: BTreeSet<&String> = models.iter().flat_map(|model| &model.warnings).collect();
    for warning in warnings {
        println!("cargo::warning={warning}");
    }
    let list: String = models.iter().map(verilate::Model::list_line).collect();
    write(&out.join("models.h"), &list)?;
    println!("cargo::rustc-env=SMMUQ_BUILDS={}", names(&builds));
    compile(&models, &out)
}

/// All configurations, or those that `SMMUQ_BUILDS` names: one is built in a fraction of the time.
fn wanted() -> Result<Vec<Configuration>, String> {
    let Some(wanted) = std::env::var_os("SMMUQ_BUILDS") else {
        return Ok(Configuration::ALL.to_vec());
    };
    let wanted = wanted.to_string_lossy();
    let builds = wanted.split(',').map(|name| {
        let unknown =
            || format!("SMMUQ_BUILDS: there is no build {name:?}; there are {}", names(&Configuration::ALL));
        Configuration::named(name).ok_or_else(unknown)
    });
    builds.collect()
}

fn names(builds: &[Configuration]) -> String {
    builds.iter().map(|configuration| configuration.name()).collect::<Vec<_>>().join(",")
}

fn compile(models: &[verilate::Model], out: &Path) -> Result<(), String> {
    let runtime = from_cargo("DEP_VERILATED_INCLUDE")?;
    let mut build = cxx_build::bridge(Path::new(GLUE).join("mod.rs"));
    build
        .std("c++17")
        // In every profile: a debug build simulates as many cycles.
        .opt_level(1)
        .debug(false)
        // Generated code is not written for warnings.
        .warnings(false)
        .include(GLUE)
        .include(out)
        .include(from_cargo("DEP_VERILATED_HOOKS")?)
        .include(&runtime)
        .include(runtime.join("vltstd"))
        .file(Path::new(GLUE).join("model.cc"));
    if verilate::counted() {
        build.define("VM_COVERAGE", "1").file(runtime.join("verilated_cov.cpp"));
    }
    for model in models {
        let unit = model.directory.with_extension("cc");
        write(&unit, &model.unit()?)?;
        build.file(unit);
    }
    build.try_compile("smmuq-models").map_err(|error| format!("the models do not compile: {error}"))
}

fn from_cargo(variable: &str) -> Result<PathBuf, String> {
    std::env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("{variable} is not set"))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
