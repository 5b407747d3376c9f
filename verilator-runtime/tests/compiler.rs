//! What the user reads when the C++ compiler or a header is missing.

#[path = "../build/compiler.rs"]
mod compiler;
mod scripts;

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

fn check(compiler: &Path) -> Result<(), String> {
    let target = "x86_64-unknown-linux-gnu";
    let mut build = cc::Build::new();
    build.cpp(true).compiler(compiler).target(target).host(target).opt_level(0).cargo_metadata(false);
    compiler::check(&build, newest_libraries())
}

/// Those of a Verilator with the `fstcpp` writer.
fn newest_libraries() -> &'static [compiler::Library] {
    let include = tempfile::tempdir().expect("a temporary directory");
    fs::create_dir(include.path().join("fstcpp")).expect("a new directory");
    compiler::wave_libraries(include.path())
}

/// A compiler that refuses programs with a certain text.
fn refusing(directory: &TempDir, text: &str) -> PathBuf {
    let path = directory.path().join("c++");
    scripts::write(&path, &format!("#!/bin/sh\n! grep -q '{text}'\n"));
    path
}

#[test]
fn no_compiler() {
    let message = check(Path::new("/nonexistent/c++")).expect_err("there is none");
    assert!(message.starts_with("no working C++ compiler: `/nonexistent/c++`"), "{message}");
    assert!(message.contains("`./setup.sh`"), "{message}");
}

#[test]
fn a_header_is_missing() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (library, package) in [("zlib", "zlib1g-dev"), ("lz4", "liblz4-dev")] {
        let compiler = refusing(&directory, &format!("{library}.h"));
        let message = check(&compiler).expect_err("a header is missing");
        assert!(message.contains(&format!("does not find <{library}.h>")), "{message}");
        assert!(message.contains(package) && message.contains("`./setup.sh`"), "{message}");
    }
}

#[test]
fn all_is_there() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    assert_eq!(check(&refusing(&directory, "never in the program")), Ok(()));
}

#[test]
fn older_verilators_bring_lz4() {
    let names = |libraries: &[compiler::Library]| libraries.iter().map(|it| it.name).collect::<Vec<_>>();
    assert_eq!(names(compiler::wave_libraries(Path::new("/nonexistent"))), ["z"]);
    assert_eq!(names(newest_libraries()), ["z", "lz4"]);
}
