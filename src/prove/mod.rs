//! Proofs of the RTL: its assertions, and those of `rtl/formal/`, for any inputs and without a bound on time.
//!
//! A proof is one set of parameters. Yosys reads the block with the modules of properties inside it and shows by
//! induction over `depth` cycles that no assertion fails: in the first cycles after a reset, which may come in any state,
//! and whenever none failed in the cycles before. All assertions are proved together, so each may rest on the others.

mod antecedent;
mod counterexample;
mod covers;
mod netlist;
mod table;
mod tools;

use std::path::Path;
use std::time::{Duration, Instant};

pub use counterexample::Search;
pub use covers::{COVERED, Covers, Reached};
pub use netlist::{Property, properties};
pub use table::Table;
pub use tools::{ProveError, Tools, rtl};

use netlist::Netlist;
use tools::Answer;

/// What is assumed of the inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Nothing.
    Any,
    /// A write response comes only for a write whose address was taken before.
    Memory,
}

/// A set of parameters, and what is proved with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What `smmuq prove` calls it.
    pub name: &'static str,
    /// Parameters that are not as by default.
    pub parameters: &'static [(&'static str, u32)],
    /// What is assumed.
    pub inputs: Inputs,
    /// Cycles of the induction.
    pub depth: u32,
}

/// All proofs. LOG2SIZE is a register, so it has every value in each of them.
pub const PROOFS: &[Proof] = &[
    Proof { name: "outstanding-16", parameters: &[], inputs: Inputs::Any, depth: 2 },
    Proof {
        name: "outstanding-4",
        parameters: &[("Outstanding", 4), ("Oas", 56)],
        inputs: Inputs::Any,
        depth: 2,
    },
    Proof {
        name: "outstanding-2",
        parameters: &[("Outstanding", 2), ("Msi", 0), ("Sev", 0), ("Pps", 1)],
        inputs: Inputs::Any,
        depth: 2,
    },
    Proof {
        name: "outstanding-1",
        parameters: &[("Outstanding", 1), ("Oas", 32), ("Stall", 0)],
        inputs: Inputs::Any,
        depth: 2,
    },
    Proof {
        name: "one-entry",
        parameters: &[("Outstanding", 2), ("EventQs", 0), ("PriQs", 0), ("CmdQs", 0)],
        inputs: Inputs::Any,
        depth: 2,
    },
    Proof {
        name: "bare",
        parameters: &[
            ("Outstanding", 1),
            ("EventQs", 4),
            ("CmdQs", 3),
            ("Pri", 0),
            ("Ats", 0),
            ("Msi", 0),
            ("Sev", 0),
            ("Stall", 0),
        ],
        inputs: Inputs::Any,
        depth: 2,
    },
    Proof { name: "memory-16", parameters: &[], inputs: Inputs::Memory, depth: 2 },
    Proof { name: "memory-4", parameters: &[("Outstanding", 4)], inputs: Inputs::Memory, depth: 2 },
    Proof { name: "memory-2", parameters: &[("Outstanding", 2)], inputs: Inputs::Memory, depth: 2 },
    Proof { name: "memory-1", parameters: &[("Outstanding", 1)], inputs: Inputs::Memory, depth: 2 },
];

/// How a proof ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Each property holds.
    Proved,
    /// These fail a number of cycles after a reset.
    Refuted {
        /// Cycles from the reset to the failure.
        cycles: u32,
        /// Names of the properties.
        failed: Vec<String>,
    },
    /// These fail in a state that may not be reachable, so nothing is known.
    Open {
        /// Names of the properties.
        failed: Vec<String>,
    },
}

/// A proof that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Which.
    pub proof: Proof,
    /// What it is about.
    pub properties: Vec<Property>,
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

impl Proof {
    /// Proves it, or finds what fails. Files go into a folder of its name.
    ///
    /// # Errors
    /// When Yosys is missing, or does not take the RTL.
    pub fn prove(&self, tools: &Tools, rtl: &Path, folder: &Path) -> Result<Tried, ProveError> {
        let start = Instant::now();
        let folder = folder.join(self.name);
        tools::make(&folder)?;
        let netlist = Netlist::read(tools, rtl, self.parameters, self.inputs, &folder)?;
        let verdict = match tools.solve("prove", &netlist.gates, self.depth)? {
            Answer::Proved | Answer::None => Verdict::Proved,
            Answer::Refuted(found) => {
                Verdict::Refuted { cycles: found.inputs.len() as u32 - 1, failed: netlist.names(&found.met) }
            }
            Answer::Open(found) => Verdict::Open { failed: netlist.names(&found.met) },
        };
        Ok(Tried { proof: *self, properties: netlist.properties, verdict, time: start.elapsed() })
    }
}
