//! The block as Yosys reads it, and the properties in it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::Inputs;
use super::antecedent::replace_by_covers;
use super::tools::{ProveError, Tools, file_error, io_error};

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

/// A block of gates with a bit for each property, or for each cover.
#[derive(Clone, Debug)]
pub struct Netlist {
    /// What is asserted or covered, in the order of the bits.
    pub properties: Vec<Property>,
    /// AIGER.
    pub gates: PathBuf,
}

/// From the text to one module of words. Properties that are equal, or that hold at first sight, are kept apart.
const FLATTEN: &str = "hierarchy -check -top smmuq\nproc\ncutpoint -blackbox\nflatten\nsetattr -set keep 1 t:$check\nopt_clean\n";
/// On to cells of properties in a synchronous circuit. `memory` must come before `async2sync`: the rows of a memory have no
/// reset.
const LOWER: &str = "check -assert\nmemory\nopt\nasync2sync\nchformal -lower\nopt\n";

impl Netlist {
    /// Reads the RTL with the modules of properties inside it, and writes it as gates to prove the properties on.
    ///
    /// # Errors
    /// When Yosys does not take it.
    pub fn read(
        tools: &Tools,
        rtl: &Path,
        parameters: &[(&str, u32)],
        inputs: Inputs,
        folder: &Path,
    ) -> Result<Self, ProveError> {
        let design = folder.join("design.json");
        let read = read_slang(rtl, parameters, &[inputs]);
        let script = format!("{read}{FLATTEN}{LOWER}write_json {}\n", design.display());
        tools.yosys(&script, &folder.join("read.log"))?;
        Self::with_ports(tools, &design, ("$assert", "holds", "looked"), folder)
    }

    /// The same with the properties for several inputs, and covers for each of them and for each assumption in place of the properties.
    ///
    /// # Errors
    /// When Yosys does not take it.
    pub fn covers(
        tools: &Tools,
        rtl: &Path,
        parameters: &[(&str, u32)],
        inputs: &[Inputs],
        folder: &Path,
    ) -> Result<Self, ProveError> {
        let (flat, covered, design) =
            (folder.join("flat.json"), folder.join("covered.json"), folder.join("design.json"));
        let read = read_slang(rtl, parameters, inputs);
        let script = format!("{read}{FLATTEN}write_json {}\n", flat.display());
        tools.yosys(&script, &folder.join("read.log"))?;
        let mut json = read_json(&flat)?;
        replace_by_covers(top(&mut json, &flat)?);
        write_json(&covered, &json)?;
        let script = format!(
            "read_json {}\nhierarchy -top smmuq\n{LOWER}write_json {}\n",
            covered.display(),
            design.display()
        );
        tools.yosys(&script, &folder.join("covers.log"))?;
        Self::with_ports(tools, &design, ("$cover", "cover", "covering"), folder)
    }

    /// Makes outputs of the cells of a kind and of the assumptions, so that their bits have names among the gates.
    fn with_ports(
        tools: &Tools,
        design: &Path,
        (kind, what, when): (&str, &str, &str),
        folder: &Path,
    ) -> Result<Self, ProveError> {
        let mut json = read_json(design)?;
        let cells = top(&mut json, design)?["cells"].as_object_mut();
        let cells = cells.ok_or_else(|| file_error(design, "no cells".to_owned()))?;
        let watched = taken(cells, kind);
        let assumed = taken(cells, "$assume");
        for other in ["$assert", "$cover"] {
            taken(cells, other);
        }
        let ports = top(&mut json, design)?["ports"].as_object_mut();
        let ports = ports.ok_or_else(|| file_error(design, "no ports".to_owned()))?;
        let properties = watched.iter().map(|(path, cell)| property(path, cell)).collect();
        for (what, when, cells) in [(what, when, watched), ("assume", "assumed", assumed)] {
            for (number, (_, cell)) in cells.into_iter().enumerate() {
                for (name, port) in [(what, "A"), (when, "EN")] {
                    let bits = &cell["connections"][port];
                    ports.insert(format!("{name}_{number}"), json!({ "direction": "output", "bits": bits }));
                }
            }
        }
        let (changed, gates) = (folder.join("ported.json"), folder.join("block.aig"));
        write_json(&changed, &json)?;
        let script = format!(
            "read_json {}\nhierarchy -top smmuq\ntechmap\nsetundef -anyseq\nopt\nsimplemap\ndffunmap\nopt_clean -purge\naigmap\n\
             opt_clean -purge\nwrite_aiger -symbols {}\n",
            changed.display(),
            gates.display()
        );
        tools.yosys(&script, &folder.join("gates.log"))?;
        Ok(Self { properties, gates })
    }

    /// The names of properties with these numbers.
    pub fn names(&self, numbers: &[usize]) -> Vec<String> {
        let mut names: Vec<_> = numbers.iter().map(|&number| self.properties[number].name.clone()).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// The command of Yosys that reads the RTL with the properties for these inputs.
fn read_slang(rtl: &Path, parameters: &[(&str, u32)], inputs: &[Inputs]) -> String {
    let rtl = rtl.display();
    let set: String = parameters.iter().map(|(name, value)| format!(" -G{name}={value}")).collect();
    let bound = inputs.iter().map(|inputs| match inputs {
        Inputs::Any => format!(" {rtl}/formal/smmuq_bind.sv"),
        Inputs::Memory => format!(" {rtl}/formal/smmuq_bind_memory.sv"),
    });
    let bound: String = bound.collect();
    format!(
        "read_slang --threads 1 -y {rtl} -y {rtl}/formal --top smmuq{set} {rtl}/smmuq_pkg.sv {rtl}/smmuq.sv{bound}\n"
    )
}

fn read_json(path: &Path) -> Result<Value, ProveError> {
    let file = File::open(path).map_err(|error| io_error(path, &error))?;
    serde_json::from_reader(BufReader::new(file)).map_err(|error| file_error(path, error.to_string()))
}

fn write_json(path: &Path, json: &Value) -> Result<(), ProveError> {
    let file = File::create(path).map_err(|error| io_error(path, &error))?;
    serde_json::to_writer(BufWriter::new(file), json).map_err(|error| file_error(path, error.to_string()))
}

/// The block's module; the others are parts that are inside it already.
fn top<'a>(json: &'a mut Value, path: &Path) -> Result<&'a mut Value, ProveError> {
    let wrong = |what: &str| file_error(path, what.to_owned());
    let modules = json["modules"].as_object_mut().ok_or_else(|| wrong("no modules"))?;
    modules.retain(|name, _| name == "smmuq");
    modules.get_mut("smmuq").ok_or_else(|| wrong("no module smmuq"))
}

/// The cells of a kind, which are no longer there afterwards.
fn taken(cells: &mut Map<String, Value>, kind: &str) -> BTreeMap<String, Value> {
    let of_kind: Vec<_> =
        cells.iter().filter(|(_, cell)| cell["type"] == kind).map(|(name, _)| name.clone()).collect();
    of_kind.into_iter().filter_map(|name| cells.remove(&name).map(|cell| (name, cell))).collect()
}

fn property(path: &str, cell: &Value) -> Property {
    let (instance, name) = path.rsplit_once('.').unwrap_or(("", path));
    let source = cell["attributes"]["src"].as_str().and_then(|source| source.split(':').next()).unwrap_or("");
    let file =
        Path::new(source).file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    Property { name: name.to_owned(), file, instance: instance.to_owned() }
}

/// The names of all properties that stand in the RTL's files.
///
/// # Errors
/// When the files cannot be read.
pub fn properties(rtl: &Path) -> Result<Vec<String>, ProveError> {
    let mut names = Vec::new();
    for folder in [rtl.to_owned(), rtl.join("formal")] {
        for entry in fs::read_dir(&folder).map_err(|error| io_error(&folder, &error))? {
            let path = entry.map_err(|error| io_error(&folder, &error))?.path();
            if path.extension().is_some_and(|extension| extension == "sv") {
                let text = fs::read_to_string(&path).map_err(|error| io_error(&path, &error))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_before_the_assertion() {
        let text = "  Q3_One : assert (a);\n  Q4_Two :\n  assert (b);\n  // assert (c)\n";
        assert_eq!(named(text).collect::<Vec<_>>(), ["Q3_One", "Q4_Two"]);
    }
}
