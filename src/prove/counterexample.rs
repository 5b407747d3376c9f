//! A failure that really happens: cycle by cycle from a reset, on parameters that a build of the block has, so that
//! `smmuq run` can replay it.

use std::path::{Path, PathBuf};

use super::Proof;
use super::netlist::Netlist;
use super::tools::{self, Answer, ProveError, Tools, io_error};
use crate::pins::Pins;
use crate::verilated::{Configuration, Parameters};

/// Cycles after the reset in which a failure is looked for: enough to enable a queue, fill it and lose a record.
const CYCLES: u32 = 24;

/// What was looked for, and what came of it.
#[derive(Clone, Debug)]
pub struct Search {
    /// The properties that fail.
    pub failed: Vec<String>,
    /// The stimulus, if one was found.
    pub stimulus: Option<PathBuf>,
    /// The build of the block that was looked at.
    pub build: Configuration,
    /// How far it was looked.
    pub cycles: u32,
}

impl Proof {
    /// The build of the block that is most like it.
    pub fn build(&self) -> Configuration {
        let set =
            |name: &str| self.parameters.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        match (set("Pri"), set("Outstanding")) {
            (Some(0), _) => Configuration::Bare,
            (_, Some(1)) => Configuration::Single,
            _ => Configuration::Capped,
        }
    }

    /// Looks for a failure from a reset on.
    ///
    /// # Errors
    /// When a tool is missing, or Yosys does not take the RTL.
    pub fn search(&self, tools: &Tools, rtl: &Path, folder: &Path) -> Result<Search, ProveError> {
        let build = self.build();
        let folder = folder.join(self.name).join("search");
        tools::make(&folder)?;
        let netlist = Netlist::read(tools, rtl, &named(build.parameters()), self.inputs, &folder)?;
        let Answer::Refuted(found) = tools.solve("search", &netlist.gates, CYCLES)? else {
            return Ok(Search { failed: Vec::new(), stimulus: None, build, cycles: CYCLES });
        };
        let failed = netlist.names(&found.met);
        let path = folder.join("counterexample.toml");
        let title = format!("from the solver: fails {}", failed.join(", "));
        // The first cycle is the reset.
        let pins = Pins::of_bits(title, build, &found.inputs[1..]);
        std::fs::write(&path, pins.to_string()).map_err(|error| io_error(&path, &error))?;
        Ok(Search { failed, stimulus: Some(path), build, cycles: found.inputs.len() as u32 - 1 })
    }
}

/// Parameters as the RTL names them.
pub fn named(parameters: Parameters) -> Vec<(&'static str, u32)> {
    let Parameters { event_qs, pri_qs, cmd_qs, oas, outstanding, stall_max, stall, pri, pps, msi, sev, ats } =
        parameters;
    vec![
        ("EventQs", event_qs.into()),
        ("PriQs", pri_qs.into()),
        ("CmdQs", cmd_qs.into()),
        ("Oas", oas.into()),
        ("Outstanding", outstanding.into()),
        ("StallMax", stall_max.into()),
        ("Stall", stall.into()),
        ("Pri", pri.into()),
        ("Pps", pps.into()),
        ("Msi", msi.into()),
        ("Sev", sev.into()),
        ("Ats", ats.into()),
    ]
}
