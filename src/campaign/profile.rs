//! Profiles: what the runs of a campaign are made of, each a small TOML file in `profiles/`.

use std::path::Path;

use serde::{Deserialize, Serialize};
use smmuq_testbench::input;

use crate::verilated::Configuration;

/// Fewest and most.
pub type Range = (u32, u32);

/// What runs are made of: sizes and weights. Ranges are drawn anew for each run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What it is there to find.
    pub title: String,
    /// Of 100 runs, in how many each step settles before the next, with register writes of all kinds.
    #[serde(default)]
    pub settled: u32,
    /// Episodes of a run: a few steps each.
    pub episodes: Range,
    /// Cycles between two steps.
    pub gap: Range,
    /// Records, messages or commands of a step.
    pub burst: Range,
    /// log2 of the number of entries.
    pub log2size: Range,
    /// Of 100 runs, how many have queues of any size.
    #[serde(default)]
    pub large: u32,
    /// Cycles of latency of the memory: the fewest of a run, and how many more at most.
    pub latency: Range,
    /// How often the memory and the rest of the SMMU are ready, in percent.
    pub ready: Range,
    /// Of 100 accesses to memory, how many fail.
    pub errors: Range,
    /// Most cycles from an interrupt to its handler.
    pub interrupt: Range,
    /// Most cycles before each access of software.
    pub access: Range,
    /// How often each build of the RTL is taken.
    pub builds: Builds,
    /// How often each kind of episode comes.
    pub weights: Weights,
}

macro_rules! weights {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub struct $name {
            $($(#[$field_doc])* pub $field: u32),*
        }

        impl $name {
            /// In the order of the fields.
            pub fn list(&self) -> Vec<u32> {
                vec![$(self.$field),*]
            }
        }
    };
}

weights! {
    /// Weights of the builds; 0 where one is left out.
    Builds {
        /// Default parameters.
        standard,
        /// One record in flight.
        single,
        /// 64 records in flight.
        wide,
        /// At most 4 entries.
        capped,
        /// No optional feature.
        bare,
    }
}

weights! {
    /// Weights of the episodes; 0 where one is left out.
    Weights {
        /// Records of terminated transactions.
        terminated,
        /// Records of stalled transactions.
        stalled,
        /// PRI messages of all kinds.
        page_requests,
        /// Devices that ask for pages in groups, with and without credits, and ask again.
        page_groups,
        /// Commands, now and then one that fails.
        commands,
        /// Queues are disabled and enabled again.
        enables,
        /// Interrupts are disabled and enabled again, with other MSIs.
        interrupts,
        /// CONS writes of nobody's driver.
        cons,
        /// Errors are acknowledged, or made.
        acknowledge,
        /// Accesses fail.
        aborts,
        /// The memory keeps its answers.
        hold,
        /// A port towards the rest of the SMMU takes nothing.
        block,
        /// Several things fall into one cycle.
        together,
        /// The same while writes are in flight, which are answered in those cycles.
        races,
        /// Guarded registers are written while they may not be; accesses of any offset and width.
        registers,
        /// Handlers are entered without an interrupt.
        wake,
    }
}

impl Builds {
    /// Those that are not left out.
    pub fn taken(&self) -> impl Iterator<Item = Configuration> {
        Configuration::ALL
            .into_iter()
            .zip(self.list())
            .filter(|(_, weight)| *weight > 0)
            .map(|(build, _)| build)
    }
}

macro_rules! profiles {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*]
    };
}

/// The profiles of the project: name and text.
pub const ALL: &[(&str, &str)] =
    profiles!["everything", "storm", "trickle", "stalls", "pri", "commands", "aborts", "enables", "wrap"];

/// Why there is no such profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// Neither a profile nor a file has this name.
    #[error("no profile and no file named {name}; profiles are {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The file cannot be read.
    #[error("cannot read the profile {name}: {reason}")]
    Unreadable {
        /// The file.
        name: String,
        /// Why not.
        reason: String,
    },
    /// The text is not a profile.
    #[error("{name} is not a profile:\n{reason}")]
    Malformed {
        /// Profile or file.
        name: String,
        /// What is wrong where.
        reason: String,
    },
    /// It asks for something that cannot be.
    #[error("{name}: {reason}")]
    Illegal {
        /// Profile or file.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

impl Profile {
    /// A profile of the project, or one from a file.
    ///
    /// # Errors
    /// When there is none, or it makes no sense.
    pub fn named(name: &str) -> Result<Self, ProfileError> {
        if let Some((_, text)) = ALL.iter().find(|(known, _)| *known == name) {
            return Self::parse(name, text);
        }
        let known = || ALL.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        let path = Path::new(name);
        if !path.exists() {
            return Err(ProfileError::Unknown { name: name.to_owned(), known: known() });
        }
        let text =
            input::read(path).map_err(|reason| ProfileError::Unreadable { name: name.to_owned(), reason })?;
        Self::parse(name, &text)
    }

    /// From the text of a file; `name` is for messages.
    ///
    /// # Errors
    /// When it is no profile, or makes no sense.
    pub fn parse(name: &str, text: &str) -> Result<Self, ProfileError> {
        let profile: Self =
            input::parse(text).map_err(|reason| ProfileError::Malformed { name: name.to_owned(), reason })?;
        profile.check().map_err(|reason| ProfileError::Illegal { name: name.to_owned(), reason })?;
        Ok(profile)
    }

    fn check(&self) -> Result<(), String> {
        let ranges = [
            ("episodes", self.episodes, (1, 10_000)),
            ("gap", self.gap, (0, 10_000)),
            ("burst", self.burst, (1, 10_000)),
            ("log2size", self.log2size, (0, 19)),
            ("latency", self.latency, (1, 1_000)),
            ("ready", self.ready, (1, 100)),
            ("errors", self.errors, (0, 100)),
            ("interrupt", self.interrupt, (0, 10_000)),
            ("access", self.access, (0, 10_000)),
        ];
        for (name, (least, most), (lowest, highest)) in ranges {
            if least > most || least < lowest || most > highest {
                return Err(format!(
                    "{name} [{least}, {most}]: give [least, most], from {lowest} to {highest}"
                ));
            }
        }
        for (name, percent) in [("settled", self.settled), ("large", self.large)] {
            if percent > 100 {
                return Err(format!("{name} {percent}: give a percentage from 0 to 100"));
            }
        }
        for (name, weights) in [("builds", self.builds.list()), ("weights", self.weights.list())] {
            if !weights.iter().any(|&weight| weight > 0) || weights.iter().any(|&weight| weight > 1_000_000) {
                return Err(format!("{name}: give at least one weight above 0, and none above 1000000"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_can_be_read() {
        for (name, _) in ALL {
            Profile::named(name).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn mistakes_are_told() {
        let (_, text) = ALL[0];
        let refused = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            Profile::parse("it", &text.replacen(from, to, 1)).expect_err("it is refused").to_string()
        };
        assert!(refused("[weights]", "[weights]\nterminatd = 1").contains("terminatd"));
        assert!(refused("burst = [1, ", "burst = [9, ").contains("burst [9, "));
        assert!(refused("settled = ", "settled = 9").contains("give a percentage"));
        let unknown = Profile::named("nothing").expect_err("there is none").to_string();
        assert!(unknown.contains("no profile and no file named nothing; profiles are everything, storm"));
    }
}
