//! What the solver found, as Yosys writes it: WaveJSON, a string of values for each signal.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::yosys::{ProveError, file_error, io_error};

/// The values of all signals, cycle by cycle.
#[derive(Clone, Debug)]
pub struct Waves {
    signals: HashMap<String, Vec<String>>,
    cycles: usize,
}

#[derive(Deserialize)]
struct Json {
    signal: Vec<Signal>,
}

#[derive(Deserialize)]
struct Signal {
    name: String,
    wave: String,
    #[serde(default)]
    data: Vec<String>,
}

impl Waves {
    /// Reads them.
    ///
    /// # Errors
    /// When the file is not there or not WaveJSON.
    pub fn read(path: &Path) -> Result<Self, ProveError> {
        let text = fs::read_to_string(path).map_err(|error| io_error(path, &error))?;
        // Names that begin with a backslash are written as they are.
        let json: Json = serde_json::from_str(&text.replace('\\', "\\\\"))
            .map_err(|error| file_error(path, error.to_string()))?;
        let cycles = json.signal.iter().map(|signal| signal.wave.chars().count()).max().unwrap_or(0);
        let signals = json.signal.into_iter().map(|signal| (signal.name.clone(), values(&signal))).collect();
        Ok(Self { signals, cycles })
    }

    /// How many cycles there are.
    pub fn len(&self) -> usize {
        self.cycles
    }

    /// A signal in a cycle, in binary.
    pub fn value(&self, name: &str, cycle: usize) -> Option<&str> {
        let value = self.signals.get(name)?.get(cycle)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// One bit of it.
    pub fn bit(&self, name: &str, place: usize, cycle: usize) -> Option<bool> {
        let value = self.value(name, cycle)?;
        let digit = value.len().checked_sub(place + 1).map(|index| &value[index..=index])?;
        Some(digit == "1")
    }
}

/// A dot repeats; 0, 1 and x stand for themselves; anything else stands for the next of the data.
fn values(signal: &Signal) -> Vec<String> {
    let mut data = signal.data.iter();
    let mut current = String::new();
    let mut one = |symbol| {
        match symbol {
            '.' => {}
            '0' | '1' | 'x' => current = symbol.to_string(),
            _ => current = data.next().cloned().unwrap_or_default(),
        }
        current.clone()
    };
    signal.wave.chars().map(&mut one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_is_spelled_out() {
        let signal = |wave: &str, data: &[&str]| Signal {
            name: String::new(),
            wave: wave.to_owned(),
            data: data.iter().map(|value| (*value).to_owned()).collect(),
        };
        assert_eq!(values(&signal("10..1", &[])), ["1", "0", "0", "0", "1"]);
        assert_eq!(values(&signal("=.=", &["0101", "1111"])), ["0101", "0101", "1111"]);
    }
}
