//! A failure that really happens: cycle by cycle from a reset, on parameters that a build of the block has, so that
//! `smmuq run` can replay it.

use std::path::{Path, PathBuf};

use super::Proof;
use super::netlist::Netlist;
use super::waves::Waves;
use super::yosys::{self, ProveError, Yosys, io_error};
use crate::pins::{PINS, Pins};
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
    /// When Yosys is missing, or does not take the RTL.
    pub fn search(&self, yosys: &Yosys, rtl: &Path, folder: &Path) -> Result<Search, ProveError> {
        let build = self.build();
        let folder = folder.join(self.name).join("search");
        yosys::make(&folder)?;
        let parameters = named(build.parameters());
        let netlist = Netlist::read(yosys, rtl, &parameters, self.inputs, &folder)?;
        let waves = folder.join("failure.json");
        let stays: String = (2..=CYCLES).map(|cycle| format!(" -set-at {cycle} rst_ni 1")).collect();
        let script = format!(
            "sat -tempinduct-baseonly -maxsteps {CYCLES} -prove-asserts -set-assumes -set-at 1 rst_ni 0{stays} {} \
             -dump_json {}",
            netlist.show(),
            waves.display()
        );
        let log = yosys.run(&format!("{}; {script}", netlist.load()), &folder.join("search.log"))?;
        if !log.contains("model found for base case") {
            return Ok(Search { failed: Vec::new(), stimulus: None, build, cycles: CYCLES });
        }
        let waves = Waves::read(&waves)?;
        let failed = netlist.failing(&waves);
        let path = folder.join("counterexample.toml");
        let text = pins(&waves, build, &failed).to_string();
        std::fs::write(&path, text).map_err(|error| io_error(&path, &error))?;
        Ok(Search { failed, stimulus: Some(path), build, cycles: waves.len() as u32 - 1 })
    }
}

/// The inputs of all cycles behind the reset.
fn pins(waves: &Waves, build: Configuration, failed: &[String]) -> Pins {
    let in_cycle = |cycle| {
        let value = |&name: &&'static str| waves.value(name, cycle).map(|value| (name, value));
        PINS.iter().filter_map(value).collect()
    };
    Pins::of_bits(
        format!("from the solver: fails {}", failed.join(", ")),
        build,
        (1..waves.len()).map(in_cycle).collect::<Vec<Vec<_>>>(),
    )
}

/// Parameters as the RTL names them.
fn named(parameters: Parameters) -> Vec<(&'static str, u32)> {
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
