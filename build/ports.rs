//! Compares the ports of a Verilated top with those the binding drives and samples.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::configuration::Configuration;

/// Direction and width of a port; no width: as many bits as the parameter `Oas`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Port {
    direction: Direction,
    width: Option<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Input,
    Output,
}

pub type Ports = BTreeMap<String, Port>;

/// The ports in `ports.h`, and clock and reset.
pub fn listed(glue: &Path) -> Result<Ports, String> {
    let mut ports = ports_in(&glue.join("ports.h"), ["SMMUQ_IN(", "SMMUQ_OUT("], width_in_list)?;
    for name in ["clk_i", "rst_ni"] {
        ports.insert(name.into(), Port { direction: Direction::Input, width: Some(1) });
    }
    Ok(ports)
}

/// A message that names the first port that is missing, unknown, or of another shape in a Verilated
/// top's header.
pub fn compare(listed: &Ports, header: &Path, configuration: Configuration) -> Result<(), String> {
    let verilated = ports_in(header, ["VL_IN", "VL_OUT"], width_in_header)?;
    let oas = u32::from(configuration.parameters().oas);
    let wrong = listed
        .iter()
        .find_map(|(name, port)| difference(name, *port, verilated.get(name), oas))
        .or_else(|| {
            let unknown = verilated
                .iter()
                .find(|(name, port)| port.direction == Direction::Input && !listed.contains_key(*name));
            unknown.map(|(name, _)| format!("the binding does not drive its input port {name}"))
        });
    wrong.map_or(Ok(()), |wrong| {
        Err(format!("top module smmuq (configuration {}): {wrong}", configuration.name()))
    })
}

fn difference(name: &str, listed: Port, verilated: Option<&Port>, oas: u32) -> Option<String> {
    let width = listed.width.unwrap_or(oas);
    let wanted = format!("{}, width {width}", listed.direction.name());
    let Some(found) = verilated else {
        return Some(format!("it has no port {name} ({wanted})"));
    };
    let found_width = found.width.unwrap_or(oas);
    (found.direction != listed.direction || found_width != width).then(|| {
        format!("port {name} has to be {wanted}; it is {}, width {found_width}", found.direction.name())
    })
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// Each line `MARK...(name,...)` of a file, the marks being those of an input and of an output.
fn ports_in(file: &Path, marks: [&str; 2], width: fn(&[&str]) -> Option<u32>) -> Result<Ports, String> {
    let text =
        fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let ports = text.lines().map(str::trim).filter_map(|line| {
        let direction = [Direction::Input, Direction::Output]
            .into_iter()
            .zip(marks)
            .find_map(|(direction, mark)| line.starts_with(mark).then_some(direction))?;
        let inside = line.split_once('(')?.1.split_once(')')?.0;
        let fields: Vec<&str> = inside.split(',').map(str::trim).collect();
        let name = fields.first()?.trim_start_matches('&').to_owned();
        Some((name, Port { direction, width: width(&fields[1..]) }))
    });
    Ok(ports.collect())
}

/// `SMMUQ_IN(paddr_i, 17)`
fn width_in_list(fields: &[&str]) -> Option<u32> {
    fields.first()?.parse().ok()
}

/// `VL_IN(&paddr_i,16,0);`
fn width_in_header(fields: &[&str]) -> Option<u32> {
    let bound = |index: usize| fields.get(index)?.parse::<u32>().ok();
    Some(bound(0)? - bound(1)? + 1)
}
