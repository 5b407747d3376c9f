//! Which Verilator is taken, and what the user reads when there is none to take.

#[path = "../build/find.rs"]
mod find;
mod scripts;

use std::fs;
use std::path::{Path, PathBuf};

use find::{Environment, verilator};
use tempfile::TempDir;

/// A directory laid out as a Verilator's, which answers as it does.
struct Fake {
    directory: TempDir,
}

impl Fake {
    fn new(version: &str) -> Self {
        let fake = Self { directory: tempfile::tempdir().expect("a temporary directory") };
        for directory in ["bin", "include"] {
            fs::create_dir(fake.root().join(directory)).expect("a new directory");
        }
        fs::write(fake.root().join("include/verilated.h"), "").expect("a new file");
        let config = format!("#define VERILATOR_VERSION \"{version}\"\n");
        fs::write(fake.root().join("include/verilated_config.h"), config).expect("a new file");
        // A moved one: it knows its root only when told.
        fake.script("#!/bin/sh\necho \"$VERILATOR_ROOT\"\n");
        fake
    }

    fn root(&self) -> &Path {
        self.directory.path()
    }

    fn binary(&self) -> PathBuf {
        self.root().join("bin/verilator")
    }

    fn script(&self, text: &str) {
        scripts::write(&self.binary(), text);
    }

    fn named(&self) -> Environment {
        Environment { verilator: Some(self.binary().into()), verilator_root: None, path: None }
    }
}

fn message(environment: &Environment) -> String {
    verilator(environment).expect_err("it cannot be used")
}

#[test]
fn the_installed_one_is_found() {
    let found = verilator(&Environment::of_process()).expect("Verilator is installed");
    assert!(found.config().is_file());
}

#[test]
fn none() {
    let message = message(&Environment { verilator: None, verilator_root: None, path: Some("/".into()) });
    assert!(message.starts_with("Verilator is not installed: no `verilator` in PATH"), "{message}");
    assert!(message.ends_with("`./setup.sh`."), "{message}");
}

#[test]
fn named_but_not_there() {
    let message = message(&Environment {
        verilator: Some("/nonexistent/verilator".into()),
        verilator_root: None,
        path: None,
    });
    assert!(message.starts_with("VERILATOR names /nonexistent/verilator, which is not there."), "{message}");
}

#[test]
fn named_but_another_program() {
    let fake = Fake::new("5.006");
    for script in ["#!/bin/sh\n", "#!/bin/sh\necho \"$@\"\n", "#!/bin/sh\nexit 1\n", "not a program"] {
        fake.script(script);
        let message = message(&fake.named());
        let start = format!("{} is not a Verilator that works", fake.binary().display());
        assert!(message.starts_with(&start), "{message}");
    }
}

#[test]
fn a_root_that_is_not_its_own() {
    let fake = Fake::new("5.006");
    let environment = Environment { verilator_root: Some("/nonexistent".into()), ..fake.named() };
    let message = message(&environment);
    assert!(message.contains("works with VERILATOR_ROOT=/nonexistent"), "{message}");
}

#[test]
fn too_old() {
    for version in ["4.038 2020-07-11", "5.004 2022-12-14", "5.5"] {
        let message = message(&Fake::new(version).named());
        assert!(message.contains("is too old: 5.006 or newer is needed."), "{message}");
        assert!(message.contains("PyPI"), "{message}");
    }
}

#[test]
fn without_a_version() {
    let message = message(&Fake::new("").named());
    assert!(message.ends_with("does not tell Verilator's version (VERILATOR_VERSION)"), "{message}");
}

#[test]
fn new_enough_and_moved() {
    for version in ["5.006 2023-01-22", "5.048 2026-05-01", "5.49", "6.000"] {
        let fake = Fake::new(version);
        let found = verilator(&fake.named()).expect("it can be used");
        assert_eq!(found.binary, fake.binary());
        assert_eq!(found.root, Some(fake.root().canonicalize().expect("it is there")));
        assert_eq!(found.include, found.root.expect("it needs one").join("include"));
    }
}

#[test]
fn one_that_knows_its_root_is_left_alone() {
    let fake = Fake::new("5.006");
    fake.script(&format!("#!/bin/sh\necho {}\n", fake.root().display()));
    assert_eq!(verilator(&fake.named()).expect("it can be used").root, None);
}
