//! The scenarios that come with the project, one TOML file each in `testbench/scenarios/`.

use crate::stimulus::{Stimulus, StimulusError};

/// A scenario that one can choose by name.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name: the name of its file.
    pub name: &'static str,
    text: &'static str,
}

macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        &[$(Scenario { name: $name, text: include_str!(concat!("../scenarios/", $name, ".toml")) }),*]
    };
}

/// All scenarios.
pub const ALL: &[Scenario] = scenarios![
    "stale-ack",
    "adds-while-overflowed",
    "silent-second-overflow",
    "nothing-to-inform",
    "overflow-before-drained",
    "storm-32k",
    "storm-32k-more",
    "stalled-at-full",
    "abort-in-burst",
    "disable-in-flight",
    "stall-while-disabled",
    "enabled-in-overflow",
    "pri-differs",
    "pri-starved",
    "pri-group-cut",
    "credits-kept",
    "credits-ignored",
    "command-error",
    "msi-order",
];

impl Scenario {
    /// Finds a scenario by name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|scenario| scenario.name == name)
    }

    /// Reads it.
    ///
    /// # Errors
    /// As for any stimulus file; a test reads them all.
    pub fn stimulus(&self) -> Result<Stimulus, StimulusError> {
        Stimulus::parse(self.name, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_can_be_read() {
        for scenario in ALL {
            scenario.stimulus().unwrap();
        }
    }

    #[test]
    fn every_file_is_listed() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        let mut listed: Vec<_> = ALL.iter().map(|scenario| scenario.name.to_owned()).collect();
        files.sort();
        listed.sort();
        assert_eq!(files, listed);
    }
}
