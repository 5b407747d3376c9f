//! `smmuq prove` without a prover, and files of pins; the proofs themselves are in `.ci/run`, since they need Yosys.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn smmuq(arguments: &[&str], yosys: Option<&Path>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smmuq"));
    if let Some(yosys) = yosys {
        // A Python that has whatever it is asked for.
        command.env("YOSYS", yosys).env("SMMUQ_PYTHON", "true");
    }
    command.args(arguments).output().expect("the command starts")
}

fn message(output: &Output, code: i32) -> String {
    let message = String::from_utf8(output.stderr.clone()).expect("text");
    assert_eq!(output.status.code(), Some(code), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    message
}

fn program(folder: &TempDir, text: &str) -> std::path::PathBuf {
    let path = folder.path().join("yosys");
    fs::write(&path, text).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it may run");
    path
}

#[test]
fn a_missing_yosys_is_named_with_the_command_that_installs_it() {
    let said = message(&smmuq(&["prove"], Some(Path::new("no-such-yosys"))), 2);
    assert!(said.contains("no-such-yosys") && said.contains("./setup.sh --formal"), "{said}");
}

#[test]
fn what_yosys_does_not_take_is_said() {
    let folder = TempDir::new().expect("a folder");
    let yosys =
        program(&folder, "#!/bin/sh\n[ \"$1\" = -V ] || { echo 'ERROR: a port is missing'; exit 1; }\n");
    let said = message(&smmuq(&["prove", "bare"], Some(&yosys)), 2);
    assert!(
        said.contains("ERROR: a port is missing") && said.contains("target/prove/bare/read.log"),
        "{said}"
    );
}

#[test]
fn a_name_that_is_no_proof_and_no_property_is_refused() {
    let said = message(&smmuq(&["prove", "EV4_NoSuchThing"], None), 2);
    assert!(said.contains("EV4_NoSuchThing") && said.contains("outstanding-16"), "{said}");
}

#[test]
fn covers_are_of_properties() {
    let said = message(&smmuq(&["prove", "--covers", "bare"], None), 2);
    assert!(said.contains("bare is a proof") && said.contains("give a property"), "{said}");
}

fn pins(folder: &TempDir, text: &str) -> String {
    let path = folder.path().join("pins.toml");
    fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// R1 and C17: EVENTQEN, an Update, and a record that leaves for slot 0 of a queue of one entry at address 0.
#[test]
fn a_file_of_pins_runs() {
    let folder = TempDir::new().expect("a folder");
    let enable = |penable: u8| {
        format!(
            "{{ psel_i = \"1\", penable_i = \"{penable}\", pwrite_i = \"1\", paddr_i = \"20\", pwdata_i = \"4\", \
             pstrb_i = \"f\" }}"
        )
    };
    let record = "{ term_valid_i = \"1\", term_record_i = \"a\", awready_i = \"1\", wready_i = \"1\" }";
    let ready = "{ awready_i = \"1\", wready_i = \"1\" }";
    let text = format!(
        "title = \"a record\"\nbuild = \"standard\"\ncycles = [{}, {}, {{}}, {record}, {ready}, {ready}, {ready}, \
         {{ bvalid_i = \"1\" }}]",
        enable(0),
        enable(1)
    );
    let waves = folder.path().join("waves.fst");
    let file = pins(&folder, &text);
    let output = smmuq(&["run", &file, "--trace", &waves.display().to_string()], None);
    assert_eq!(message(&output, 0), "");
    let said = String::from_utf8(output.stdout).expect("text");
    for line in [
        "2  write 0x00020 = 0x00000004",
        "4  terminated record taken",
        "AW id 0 0x0",
        "EVENTQ_PROD 0x00000001",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert!(waves.exists(), "waves are written");
}

#[test]
fn a_file_of_pins_that_is_wrong_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let wrong = [
        ("title = \"\"\nbuild = \"standard\"\ncycles = [{ clk_i = \"1\" }]", "no input named clk_i"),
        ("title = \"\"\nbuild = \"large\"\ncycles = []", "no build named \"large\""),
        ("title = \"\"\ncycles = []", "build"),
    ];
    for (text, what) in wrong {
        let file = pins(&folder, text);
        let said = message(&smmuq(&["run", &file], None), 2);
        assert!(said.contains(what) && said.contains("pins.toml"), "{said}");
    }
}
