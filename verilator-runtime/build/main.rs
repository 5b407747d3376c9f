//! Finds Verilator, compiles its run-time library and tells dependents where it is.

mod compiler;
mod find;

use std::path::Path;

fn main() {
    if let Err(message) = run() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn run() -> Result<(), String> {
    for variable in ["VERILATOR", "VERILATOR_ROOT"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src");

    let verilator = find::verilator(&find::Environment::of_process())?;
    println!("cargo::rerun-if-changed={}", verilator.binary.display());
    println!("cargo::rerun-if-changed={}", verilator.config().display());
    compile(&verilator.include)?;

    println!("cargo::metadata=binary={}", verilator.binary.display());
    println!("cargo::metadata=include={}", verilator.include.display());
    if let Some(root) = &verilator.root {
        println!("cargo::metadata=root={}", root.display());
    }
    let hooks = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    println!("cargo::metadata=hooks={}", hooks.display());
    Ok(())
}

fn compile(include: &Path) -> Result<(), String> {
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++17")
        // The models are too slow to be of use without optimisation, whatever the profile.
        .opt_level(2)
        .debug(false)
        .warnings(false)
        .flag("-pthread")
        .flag("-include")
        .flag("src/failures.h")
        .define("VL_PRINTF", "smmuq_printf")
        .define("VL_USER_STOP_MAYBE", None)
        .define("VL_USER_FATAL", None)
        .include(include)
        .include(include.join("vltstd"))
        .include("src")
        .file("src/failures.cc");
    for name in ["verilated.cpp", "verilated_threads.cpp", "verilated_fst_c.cpp", "verilated_save.cpp"] {
        build.file(include.join(name));
    }
    let libraries = compiler::wave_libraries(include);
    compiler::check(&build, libraries)?;
    build.try_compile("verilated").map_err(|error| {
        format!("Verilator's run-time library in {} does not compile: {error}", include.display())
    })?;
    for library in libraries {
        println!("cargo::rustc-link-lib={}", library.name);
    }
    Ok(())
}
