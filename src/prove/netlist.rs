//! The block as Yosys reads it, and the properties in it.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::Inputs;
use super::waves::Waves;
use super::yosys::{ProveError, Yosys, file_error, io_error};

/// An assertion of the block.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Property {
    /// Its name, which begins with the rule that it is about.
    pub name: String,
    /// The file of the module that it is in.
    pub file: String,
    /// Where in the block it is: instance by instance.
    pub instance: String,
}

/// One bit that tells whether a property holds, and one that tells whether it is looked at.
#[derive(Clone, Debug)]
struct Check {
    cell: String,
    holds: Value,
    looked_at: Value,
}

/// A design that was read once and can be loaded.
#[derive(Clone, Debug)]
pub struct Netlist {
    /// What is asserted.
    pub properties: Vec<Property>,
    design: PathBuf,
    checks: Vec<Check>,
    /// From a bit's number to the names that it has, with its place in them.
    names: HashMap<u64, Vec<(String, usize)>>,
}

#[derive(Deserialize)]
struct Json {
    modules: HashMap<String, Module>,
}

#[derive(Deserialize)]
struct Module {
    cells: HashMap<String, Cell>,
    netnames: HashMap<String, Net>,
}

#[derive(Deserialize)]
struct Cell {
    #[serde(rename = "type")]
    kind: String,
    attributes: HashMap<String, String>,
    connections: HashMap<String, Vec<Value>>,
}

#[derive(Deserialize)]
struct Net {
    bits: Vec<Value>,
}

/// The names of all properties that stand in the RTL's files.
///
/// # Errors
/// When the files cannot be read.
pub fn properties(rtl: &Path) -> Result<Vec<String>, ProveError> {
    let mut names = Vec::new();
    for folder in [rtl.to_owned(), rtl.join("formal")] {
        for entry in std::fs::read_dir(&folder).map_err(|error| io_error(&folder, &error))? {
            let path = entry.map_err(|error| io_error(&folder, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "sv") {
                let text = std::fs::read_to_string(&path).map_err(|error| io_error(&path, &error))?;
                names.extend(named(&text).map(str::to_owned));
            }
        }
    }
    Ok(names)
}

/// `NAME : assert (...)`, on one line or two.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("assert (").filter_map(|(at, _)| {
        let before = text[..at].trim_end().strip_suffix(':')?.trim_end();
        before.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
    })
}

impl Netlist {
    /// Reads the RTL with the modules of properties inside it.
    ///
    /// # Errors
    /// When Yosys does not take it.
    pub fn read(
        yosys: &Yosys,
        rtl: &Path,
        parameters: &[(&str, u32)],
        inputs: Inputs,
        folder: &Path,
    ) -> Result<Self, ProveError> {
        let (design, json) = (folder.join("design.il"), folder.join("design.json"));
        let rtl = rtl.display();
        let set: String = parameters.iter().map(|(name, value)| format!(" -G{name}={value}")).collect();
        let bound = match inputs {
            Inputs::Any => format!("{rtl}/formal/smmuq_bind.sv"),
            Inputs::Memory => format!("{rtl}/formal/smmuq_bind_memory.sv"),
        };
        // `memory` must come before `async2sync`: the rows of a memory have no reset.
        let script = format!(
            "read_slang --threads 1 -y {rtl} -y {rtl}/formal --top smmuq{set} {rtl}/smmuq_pkg.sv {rtl}/smmuq.sv {bound}; \
             hierarchy -check -top smmuq; proc; cutpoint -blackbox; flatten; opt_clean; check -assert; memory; opt; \
             async2sync; chformal -lower; opt; write_rtlil {}; write_json {}",
            design.display(),
            json.display()
        );
        yosys.run(&script, &folder.join("read.log"))?;
        let file = File::open(&json).map_err(|error| io_error(&json, &error))?;
        let parsed: Json = serde_json::from_reader(BufReader::new(file))
            .map_err(|error| file_error(&json, error.to_string()))?;
        let top =
            parsed.modules.get("smmuq").ok_or_else(|| file_error(&json, "no module smmuq".to_owned()))?;
        Ok(Self::of(top, design))
    }

    fn of(top: &Module, design: PathBuf) -> Self {
        let mut properties = Vec::new();
        let mut checks = Vec::new();
        for (name, cell) in &top.cells {
            let bit = |port: &str| cell.connections.get(port).and_then(|bits| bits.first()).cloned();
            if let ("$assert", Some(holds), Some(looked_at)) = (cell.kind.as_str(), bit("A"), bit("EN")) {
                properties.push(property(name, cell));
                checks.push(Check { cell: name.clone(), holds, looked_at });
            }
        }
        properties.sort();
        let mut names: HashMap<u64, Vec<(String, usize)>> = HashMap::new();
        for (name, net) in &top.netnames {
            for (place, bit) in net.bits.iter().enumerate() {
                if let Some(bit) = bit.as_u64() {
                    names.entry(bit).or_default().push((name.clone(), place));
                }
            }
        }
        Self { properties, design, checks, names }
    }

    /// The commands that load it.
    pub fn load(&self) -> String {
        format!("read_rtlil {}; hierarchy -top smmuq", self.design.display())
    }

    /// Options of `sat`: the inputs and what the properties depend on are shown, and nothing else, which would be too much.
    pub fn show(&self) -> String {
        let bits = self.checks.iter().flat_map(|check| [&check.holds, &check.looked_at]);
        let names =
            bits.filter_map(|bit| self.names.get(&bit.as_u64()?)?.first()).map(|(name, _)| name.as_str());
        let names: std::collections::BTreeSet<_> = names.collect();
        names.iter().fold("-show-inputs".to_owned(), |options, name| format!("{options} -show {name}"))
    }

    /// The properties that fail at the end of a trace.
    pub fn failing(&self, waves: &Waves) -> Vec<String> {
        let value = |bit: &Value, cycle| match bit {
            Value::Number(bit) => {
                let named = self.names.get(&bit.as_u64()?)?;
                named.iter().find_map(|(name, place)| waves.bit(name, *place, cycle))
            }
            constant => Some(constant == "1"),
        };
        let fails = |check: &&Check| {
            (0..waves.len()).any(|cycle| {
                value(&check.holds, cycle) == Some(false) && value(&check.looked_at, cycle) != Some(false)
            })
        };
        let mut names: Vec<_> =
            self.checks.iter().filter(fails).map(|check| short(&check.cell).to_owned()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// What is behind the last dot.
fn short(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn property(path: &str, cell: &Cell) -> Property {
    let (instance, name) = path.rsplit_once('.').unwrap_or(("", path));
    let source = cell.attributes.get("src").map_or("", |source| source.split(':').next().unwrap_or(""));
    let file =
        Path::new(source).file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    Property { name: name.to_owned(), file, instance: instance.to_owned() }
}
