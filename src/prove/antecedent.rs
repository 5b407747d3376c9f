//! When a property matters: the situation in which all that it leaves open is excluded but the last.
//!
//! `!a || b` holds where nothing happens, so a cover asks for `a`. In general it asks that the left side of a last `||` is
//! false, or for the left side of an `&&` that must not be; of `x && y` it asks for that of both; and of what is neither only
//! that the property is looked at.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// Puts the covers of each property in its place, and those of each assumption beside it, in a module of Yosys that is not
/// optimized yet.
pub fn replace_by_covers(module: &mut Value) {
    let Some(cells) = module["cells"].as_object_mut() else { return };
    let checks: Vec<_> = cells.iter().filter(|(_, cell)| cell["type"] == "$check").collect();
    let drivers = Drivers::of(cells);
    let mut next = 1 + cells.values().flat_map(bits).max().unwrap_or(0);
    let mut new = Map::new();
    for (name, cell) in checks {
        let sides = drivers.sides(&cell["connections"]["A"], Text::of(cell));
        let several = sides.len() > 1;
        for (number, side) in sides.into_iter().enumerate() {
            let name = if several { format!("{name}#{}", number + 1) } else { name.clone() };
            new.insert(format!("{name}$side"), side.cell(next));
            let mut cover = cell.clone();
            cover["parameters"]["FLAVOR"] = json!("cover");
            cover["connections"]["A"] = json!([next]);
            new.insert(name, cover);
            next += 1;
        }
        if cell["parameters"]["FLAVOR"] == "assume" {
            new.insert(format!("{name}$assumed"), cell.clone());
        }
    }
    cells.retain(|_, cell| cell["type"] != "$check");
    cells.append(&mut new);
}

/// Numbers of the bits that a cell is connected to.
fn bits(cell: &Value) -> impl Iterator<Item = u64> {
    let ports = cell["connections"].as_object().into_iter().flat_map(Map::values);
    ports.filter_map(Value::as_array).flatten().filter_map(Value::as_u64)
}

/// Something that a property leaves open, and the cover asks for.
enum Side {
    /// This must be reached.
    True(Value),
    /// The contrary of this.
    False(Value),
}

impl Side {
    /// A cell that is 1 where it is reached.
    fn cell(self, result: u64) -> Value {
        let (kind, operand) = match self {
            Self::True(operand) => ("$reduce_bool", operand),
            Self::False(operand) => ("$logic_not", operand),
        };
        let number = |number: usize| format!("{number:032b}");
        let width = number(operand.as_array().map_or(0, Vec::len));
        json!({
            "hide_name": 1,
            "type": kind,
            "parameters": { "A_SIGNED": number(0), "A_WIDTH": width, "Y_WIDTH": number(1) },
            "attributes": {},
            "port_directions": { "A": "input", "Y": "output" },
            "connections": { "A": operand, "Y": [result] },
        })
    }
}

/// The cells with one bit of result, by that bit.
struct Drivers<'a>(HashMap<u64, &'a Value>);

impl<'a> Drivers<'a> {
    fn of(cells: &'a Map<String, Value>) -> Self {
        let driven =
            cells.values().filter_map(|cell| match cell["connections"]["Y"].as_array()?.as_slice() {
                [bit] => Some((bit.as_u64()?, cell)),
                _ => None,
            });
        Self(driven.collect())
    }

    /// What is covered for an expression in a text; that it is looked at, if nothing in it is left open.
    fn sides(&self, expression: &Value, text: Option<Text<'a>>) -> Vec<Side> {
        let sides = self.open(expression, text);
        if sides.is_empty() { vec![Side::True(json!(["1"]))] } else { sides }
    }

    fn open(&self, expression: &Value, text: Option<Text<'a>>) -> Vec<Side> {
        let operand = |cell: &Value, side: &str| cell["connections"][side].clone();
        let Some(cell) = self.driver(expression, text) else { return Vec::new() };
        match cell["type"].as_str() {
            Some("$logic_or") => vec![Side::False(operand(cell, "A"))],
            Some("$logic_and") => {
                ["A", "B"].into_iter().flat_map(|side| self.open(&operand(cell, side), text)).collect()
            }
            Some("$logic_not") => match self.driver(&operand(cell, "A"), text) {
                Some(inner) if inner["type"] == "$logic_and" => vec![Side::True(operand(inner, "A"))],
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The cell that an expression in a text is, and not one of the RTL that drives a name in it.
    fn driver(&self, expression: &Value, text: Option<Text<'a>>) -> Option<&'a Value> {
        let cell = match expression.as_array()?.as_slice() {
            [bit] => self.0.get(&bit.as_u64()?).copied()?,
            _ => return None,
        };
        Text::of(cell)?.is_in(&text?).then_some(cell)
    }
}

/// A piece of a source: file, and line and column of its ends.
#[derive(Clone, Copy)]
struct Text<'a> {
    file: &'a str,
    begin: (u32, u32),
    end: (u32, u32),
}

impl<'a> Text<'a> {
    /// That of a cell, `rtl/smmuq_msi.sv:12.7-13.40`.
    fn of(cell: &'a Value) -> Option<Self> {
        let (file, range) = cell["attributes"]["src"].as_str()?.split('|').next()?.rsplit_once(':')?;
        let place = |text: &str| {
            let (line, column) = text.split_once('.')?;
            Some((line.parse().ok()?, column.parse().ok()?))
        };
        let (begin, end) = range.split_once('-')?;
        Some(Self { file, begin: place(begin)?, end: place(end)? })
    }

    fn is_in(&self, other: &Self) -> bool {
        self.file == other.file && self.begin >= other.begin && self.end <= other.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(kind: &str, inputs: &[u64], result: u64) -> Value {
        let mut connections = Map::from_iter([("Y".to_owned(), json!([result]))]);
        for (port, bit) in ["A", "B"].into_iter().zip(inputs) {
            connections.insert(port.to_owned(), json!([bit]));
        }
        json!({ "type": kind, "attributes": { "src": "a.sv:7.10-7.20" }, "connections": connections })
    }

    fn asked(cells: &[Value], result: u64, line: u32) -> Vec<String> {
        let cells =
            cells.iter().enumerate().map(|(number, cell)| (number.to_string(), cell.clone())).collect();
        let property = json!({ "attributes": { "src": format!("a.sv:{line}.1-{}.30", line + 1) } });
        let sides = Drivers::of(&cells).sides(&json!([result]), Text::of(&property));
        let shown = sides.into_iter().map(|side| match side {
            Side::True(bits) => bits.to_string(),
            Side::False(bits) => format!("!{bits}"),
        });
        shown.collect()
    }

    #[test]
    fn an_implication_is_covered_by_its_antecedent() {
        // !a || b, with a = 2, b = 3
        let cells = [cell("$logic_not", &[2], 4), cell("$logic_or", &[4, 3], 5)];
        assert_eq!(asked(&cells, 5, 6), ["![4]"]);
    }

    #[test]
    fn each_side_of_a_conjunction_is_covered() {
        // (a || b) && !(c && d), with a to d = 2 to 5
        let cells = [
            cell("$logic_or", &[2, 3], 6),
            cell("$logic_and", &[4, 5], 7),
            cell("$logic_not", &[7], 8),
            cell("$logic_and", &[6, 8], 9),
        ];
        assert_eq!(asked(&cells, 9, 6), ["![2]", "[4]"]);
    }

    #[test]
    fn of_anything_else_it_is_covered_that_it_is_looked_at() {
        assert_eq!(asked(&[cell("$eq", &[2, 3], 4)], 4, 6), [r#"["1"]"#]);
        // An expression of the RTL, that the property only names.
        assert_eq!(asked(&[cell("$logic_or", &[2, 3], 4)], 4, 8), [r#"["1"]"#]);
    }

    #[test]
    fn an_assumption_stays_beside_its_cover() {
        let check = |flavor: &str| json!({ "type": "$check", "parameters": { "FLAVOR": flavor }, "connections": { "A": [2], "EN": [3] } });
        let mut module = json!({ "cells": { "p": check("assert"), "q": check("assume") } });
        replace_by_covers(&mut module);
        let cells = module["cells"].as_object().expect("cells");
        let flavors: Vec<_> = cells
            .iter()
            .filter(|(_, cell)| cell["type"] == "$check")
            .map(|(name, cell)| (name.as_str(), cell["parameters"]["FLAVOR"].as_str().expect("text")))
            .collect();
        assert_eq!(flavors, [("p", "cover"), ("q", "cover"), ("q$assumed", "assume")]);
    }
}
