//! What was proved, as two tables: the properties, and the sets of parameters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{Inputs, Property, Tried, Verdict};

/// What `smmuq prove` prints.
pub struct Table<'a> {
    /// All that was tried.
    pub tried: &'a [Tried],
    /// Only these properties are shown; all without a name.
    pub only: Option<&'a str>,
    /// Names that must be in one of the proofs.
    pub wanted: &'a [String],
}

/// What one property has in all proofs.
#[derive(Default)]
struct Row<'a> {
    modules: BTreeSet<&'a str>,
    proofs: usize,
    failed: Vec<&'a str>,
    open: Vec<&'a str>,
    seconds: f64,
    depth: u32,
}

impl Table<'_> {
    /// Whether all is proved.
    pub fn holds(&self) -> bool {
        self.tried.iter().all(|tried| tried.verdict == Verdict::Proved) && self.missing().is_empty()
    }

    /// Names that are in none of the proofs.
    fn missing(&self) -> BTreeSet<&str> {
        let is_in = |name: &str, tried: &Tried| tried.properties.iter().any(|property| property.name == name);
        let wanted = self.wanted.iter().map(String::as_str);
        wanted.filter(|name| !self.tried.iter().any(|tried| is_in(name, tried))).collect()
    }

    fn rows(&self) -> BTreeMap<&str, Row<'_>> {
        let mut rows: BTreeMap<&str, Row<'_>> = BTreeMap::new();
        for tried in self.tried {
            let names: BTreeSet<&Property> = tried.properties.iter().collect();
            let mut seen = BTreeSet::new();
            for property in names {
                if self.only.is_some_and(|only| only != property.name && only != tried.proof.name) {
                    continue;
                }
                let row = rows.entry(&property.name).or_default();
                row.modules.insert(&property.file);
                if seen.insert(&property.name) {
                    row.add(tried, &property.name);
                }
            }
        }
        rows
    }
}

impl<'a> Row<'a> {
    fn add(&mut self, tried: &'a Tried, name: &str) {
        self.proofs += 1;
        self.depth = self.depth.max(tried.proof.depth);
        self.seconds += tried.time.as_secs_f64();
        let has = |names: &[String]| names.iter().any(|other| other == name);
        match &tried.verdict {
            Verdict::Refuted { failed, .. } if has(failed) => self.failed.push(tried.proof.name),
            Verdict::Open { failed } if has(failed) => self.open.push(tried.proof.name),
            Verdict::Proved => {}
            // Another property failed first, so nothing is known of this one.
            _ => self.open.push(tried.proof.name),
        }
    }

    fn result(&self) -> String {
        match (self.failed.as_slice(), self.open.as_slice()) {
            ([], []) => "proved".to_owned(),
            ([], open) => format!("not proved: {}", open.join(", ")),
            (failed, _) => format!("FAILS: {}", failed.join(", ")),
        }
    }
}

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:40} {:22} {:>6}  result", "property", "module", "proofs")?;
        for (name, row) in self.rows() {
            let modules: Vec<_> = row.modules.iter().copied().collect();
            writeln!(f, "{name:40} {:22} {:>6}  {}", modules.join(" "), row.proofs, row.result())?;
        }
        for name in self.missing() {
            writeln!(f, "{name:40} {:22} {:>6}  IN NO PROOF", "-", 0)?;
        }
        writeln!(
            f,
            "\n{:16} {:28} {:11} {:>5} {:>10} {:>7}  result",
            "proof", "parameters", "inputs", "depth", "properties", "time"
        )?;
        for tried in self.tried {
            let set = |(name, value): &(&str, u32)| format!("{name}={value}");
            let set: Vec<_> = tried.proof.parameters.iter().map(set).collect();
            let parameters = if set.is_empty() { "default".to_owned() } else { set.join(" ") };
            let inputs = match tried.proof.inputs {
                Inputs::Any => "any",
                Inputs::Memory => "memory",
            };
            let result = match &tried.verdict {
                Verdict::Proved => "proved".to_owned(),
                Verdict::Refuted { cycles, failed } => {
                    format!("FAILS after {cycles} cycles: {}", failed.join(", "))
                }
                Verdict::Open { failed } => format!("not proved, by {}", failed.join(", ")),
            };
            writeln!(
                f,
                "{:16} {parameters:28} {inputs:11} {:>5} {:>10} {:>5.0} s  {result}",
                tried.proof.name,
                tried.proof.depth,
                tried.properties.len(),
                tried.time.as_secs_f64()
            )?;
        }
        writeln!(
            f,
            "\nEngine: k-induction with CaDiCaL, over gates that Yosys makes of the RTL. LOG2SIZE is a register: each proof is for all of its values."
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::prove::PROOFS;

    #[test]
    fn a_property_that_is_in_no_proof_is_not_proved() {
        let property = Property { name: "Q3_One".into(), file: "smmuq".into(), instance: String::new() };
        let tried = [Tried {
            proof: PROOFS[0],
            properties: vec![property],
            verdict: Verdict::Proved,
            time: Duration::ZERO,
        }];
        let one = ["Q3_One".to_owned()];
        assert!(Table { tried: &tried, only: None, wanted: &one }.holds());
        let two = ["Q3_One".to_owned(), "Q3_Two".to_owned()];
        let table = Table { tried: &tried, only: None, wanted: &two };
        assert!(!table.holds());
        assert!(table.to_string().contains("IN NO PROOF"), "{table}");
    }
}
