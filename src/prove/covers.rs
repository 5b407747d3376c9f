//! Covers: a run for each property and each assumption in which it matters, cycle by cycle from a reset, on a build of the
//! block that `smmuq run` has.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::Inputs;
use super::counterexample::named;
use super::netlist::Netlist;
use super::tools::{self, ProveError, Tools, io_error};
use crate::pins::Pins;
use crate::verilated::Configuration;

/// Cycles after the reset within which each must be reached.
const CYCLES: u32 = 24;

/// Builds on which they are looked for, with their properties: what one has not or does not reach, the next may.
pub const COVERED: &[(Configuration, &[Inputs])] = &[
    (Configuration::Capped, &[Inputs::Any, Inputs::Memory]),
    (Configuration::Single, &[Inputs::Any, Inputs::Memory]),
    (Configuration::Bare, &[Inputs::Any]),
];

/// Where a cover is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The build of the block.
    pub build: Configuration,
    /// Cycles from the reset on.
    pub cycles: u32,
    /// The run, as a file of pins.
    pub stimulus: PathBuf,
}

/// A cover of a property: its name, with a number if it has several, and the instance of its module.
type Cover = (String, String);

/// In place of an instance, for a property that no build has.
const NO_BUILD: &str = "no build";

/// Covers, and where they are reached, if they are.
#[derive(Clone, Debug, Default)]
pub struct Covers(BTreeMap<Cover, Option<Reached>>);

impl Covers {
    /// None yet, for properties of which each must have one.
    pub fn of(properties: &[String]) -> Self {
        Self(properties.iter().map(|name| ((name.clone(), NO_BUILD.to_owned()), None)).collect())
    }

    /// Looks for those of a build that are not reached yet.
    ///
    /// # Errors
    /// When a tool is missing, or Yosys does not take the RTL.
    pub fn look(
        &mut self,
        (build, inputs): (Configuration, &[Inputs]),
        tools: &Tools,
        rtl: &Path,
        folder: &Path,
    ) -> Result<(), ProveError> {
        let folder = folder.join("covers").join(build.name());
        tools::make(&folder)?;
        let netlist = Netlist::covers(tools, rtl, &named(build.parameters()), inputs, &folder)?;
        let covers = netlist.properties.into_iter().map(|property| (property.name, property.instance));
        let covers: Vec<Cover> = covers.collect();
        for cover in &covers {
            self.0.remove(&(property(&cover.0).to_owned(), NO_BUILD.to_owned()));
            self.0.entry(cover.clone()).or_default();
        }
        for run in tools.cover(&netlist.gates, CYCLES)? {
            let mut met: Vec<_> = run.met.iter().map(|&number| &covers[number]).collect();
            met.retain(|cover| self.0[*cover].is_none());
            let Some((first, _)) = met.first() else { continue };
            let (build_name, cycles) = (build.name(), run.inputs.len() as u32 - 1);
            let stimulus = folder.join(format!("{first}-{cycles}.toml"));
            let names: Vec<_> = met.iter().map(|(name, instance)| format!("{instance}.{name}")).collect();
            let title = format!("from the solver, on {build_name}: reaches {}", names.join(", "));
            // The first cycle is the reset.
            let pins = Pins::of_bits(title, build, &run.inputs[1..]);
            std::fs::write(&stimulus, pins.to_string()).map_err(|error| io_error(&stimulus, &error))?;
            for cover in met {
                self.0.insert(cover.clone(), Some(Reached { build, cycles, stimulus: stimulus.clone() }));
            }
        }
        Ok(())
    }

    /// Only those of one property.
    pub fn only(&mut self, wanted: &str) {
        self.0.retain(|(name, _), _| property(name) == wanted);
    }

    /// Whether each is reached.
    pub fn reached(&self) -> bool {
        self.0.values().all(Option::is_some)
    }
}

/// The property that a cover is of: its name without a number.
fn property(cover: &str) -> &str {
    cover.split('#').next().unwrap_or(cover)
}

impl fmt::Display for Covers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:36} {:40} {:>6}  run", "cover", "of", "cycles")?;
        for ((name, instance), reached) in &self.0 {
            let instance = if instance.is_empty() { "smmuq" } else { instance };
            match reached {
                Some(Reached { cycles, stimulus, .. }) => {
                    writeln!(f, "{name:36} {instance:40} {cycles:>6}  {}", stimulus.display())?;
                }
                None => {
                    writeln!(f, "{name:36} {instance:40} {:>6}  NOT REACHED within {CYCLES} cycles", "-")?
                }
            }
        }
        let missed = self.0.values().filter(|reached| reached.is_none()).count();
        writeln!(
            f,
            "\ncovers: {}, not reached: {missed}. A run with waves: smmuq run FILE --trace waves.fst",
            self.0.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_that_no_build_has_is_not_reached() {
        let mut covers = Covers::of(&["Q3_One".to_owned(), "Q4_Two".to_owned()]);
        assert!(!covers.reached());
        assert!(covers.to_string().contains("covers: 2, not reached: 2"), "{covers}");
        covers.only("Q4_Two");
        assert!(covers.to_string().contains("covers: 1, not reached: 1"), "{covers}");
    }
}
