//! What the user reads when RTL cannot be built: the logic of build.rs, and a whole build without Verilator.

#[path = "../src/verilated/configuration.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod configuration;
#[path = "../verilator-runtime/build/find.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod find;
#[path = "../build/ports.rs"]
mod ports;
#[path = "../build/verilate.rs"]
#[allow(dead_code, reason = "the build script uses all of it")]
mod verilate;

use std::fs;
use std::path::Path;
use std::process::Command;

use configuration::Configuration;
use tempfile::TempDir;
use verilate::Verilator;

/// What build.rs does before it compiles, with the RTL after an edit of its top.
fn build(edit: impl Fn(&str) -> String) -> Result<(), String> {
    let rtl = edited(edit);
    let out = tempfile::tempdir().expect("a temporary directory");
    let found = find::verilator(&find::Environment::of_process())?;
    let verilator = Verilator { binary: found.binary, root: found.root };
    let sources = verilate::sources(rtl.path())?;
    let configuration = Configuration::Capped;
    let model = verilator.verilate(rtl.path(), &sources, configuration, out.path())?;
    ports::compare(&ports::listed(Path::new("src/verilated"))?, &model.header(), configuration)
}

fn edited(edit: impl Fn(&str) -> String) -> TempDir {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for source in verilate::sources(Path::new("rtl")).expect("the RTL is there") {
        let text = fs::read_to_string(&source).expect("the RTL can be read");
        let name = source.file_name().expect("it is a file");
        let text = if name == "smmuq.sv" { edit(&text) } else { text };
        fs::write(directory.path().join(name), text).expect("a new file");
    }
    directory
}

/// The first line of the top with that port, its declaration, and another in its place.
fn replaced(text: &str, port: &str, other: &str) -> String {
    let line = text.lines().find(|line| line.contains(port)).expect("the top has the port");
    text.replacen(line, other, 1)
}

#[test]
fn rtl_as_it_is() {
    assert_eq!(build(str::to_owned), Ok(()));
}

#[test]
fn rtl_that_does_not_verilate() {
    let message = build(|text| text.replacen("endmodule", "assign = 1;\nendmodule", 1)).unwrap_err();
    let lines: Vec<_> = message.lines().collect();
    assert!(lines[0].starts_with("the RTL in "), "{message}");
    assert!(lines[0].ends_with(" does not verilate (configuration capped):"), "{message}");
    assert!(lines[1].starts_with("%Error: ") && lines[1].contains("smmuq.sv:"), "{message}");
}

#[test]
fn rtl_without_a_port() {
    let unused = "logic awready_i;\n  assign awready_i = 1'b1;\n";
    let message = build(|text| {
        let without = replaced(text, "awready_i", "");
        without.replacen(");\n", &format!(");\n{unused}"), 1)
    })
    .unwrap_err();
    assert_eq!(message, "top module smmuq (configuration capped): it has no port awready_i (input, width 1)");
}

#[test]
fn rtl_with_a_port_of_another_width() {
    let message = build(|text| replaced(text, "pprot_i", "input logic [3:0] pprot_i,")).unwrap_err();
    assert!(message.ends_with("port pprot_i has to be input, width 3; it is input, width 4"), "{message}");
}

#[test]
fn rtl_whose_address_does_not_follow_oas() {
    let message = build(|text| replaced(text, "araddr_o", "output logic [47:0] araddr_o,")).unwrap_err();
    assert!(
        message.contains("port araddr_o has to be output, width 32; it is output, width 48"),
        "{message}"
    );
}

#[test]
fn rtl_with_an_input_nobody_drives() {
    let message =
        build(|text| replaced(text, "rst_ni", "input logic rst_ni, input logic more_i,")).unwrap_err();
    assert!(message.ends_with("the binding does not drive its input port more_i"), "{message}");
}

#[test]
fn rtl_without_a_parameter() {
    let message =
        build(|text| text.replace("StallMax", "Other")).expect_err("the parameter is part of the contract");
    assert!(message.contains("StallMax"), "{message}");
}

#[test]
fn a_directory_without_rtl() {
    let empty = tempfile::tempdir().expect("a temporary directory");
    let message = verilate::sources(empty.path()).unwrap_err();
    assert_eq!(message, format!("no RTL: no *.sv file in {}", empty.path().display()));
    let message = verilate::sources(Path::new("/nonexistent")).unwrap_err();
    assert!(message.starts_with("cannot read the RTL directory /nonexistent: "), "{message}");
}

#[test]
fn packages_come_first() {
    let sources = verilate::sources(Path::new("rtl")).expect("the RTL is there");
    assert!(sources[0].ends_with("smmuq_pkg.sv"), "{sources:?}");
}

#[test]
fn a_build_without_verilator_says_what_to_do() {
    let target = tempfile::tempdir().expect("a temporary directory");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--offline", "--package", "smmuq-verilator-runtime"])
        .env("CARGO_TARGET_DIR", target.path())
        .env("VERILATOR", "/nonexistent/verilator")
        .output()
        .expect("cargo runs");
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with("error: smmuq-verilator-runtime"), "{text}");
    assert!(first.ends_with("VERILATOR names /nonexistent/verilator, which is not there."), "{text}");
    assert!(text.contains("`./setup.sh` installs one."), "{text}");
}
