//! What differs between a target and the golden model, before it is known where.

use std::fmt;

use smmuq_golden::{BusError, Register, StepError};

use crate::target::{Step, Target};

/// A difference.
pub(crate) struct Fault {
    pub field: String,
    pub expected: String,
    pub got: String,
    pub rules: Vec<&'static str>,
    /// The step that the golden model did not take.
    pub step: Option<String>,
}

impl Fault {
    pub fn new(
        field: &str,
        expected: impl Into<String>,
        got: impl Into<String>,
        rules: &[&'static str],
    ) -> Self {
        Self {
            field: field.to_owned(),
            expected: expected.into(),
            got: got.into(),
            rules: rules.to_vec(),
            step: None,
        }
    }

    pub fn at(mut self, step: &Step) -> Self {
        self.step = Some(step.to_string());
        self
    }

    pub fn forbidden(what: &str, error: StepError) -> Self {
        Self::new(what, format!("not now: {error}"), "it happened", error.rules())
    }
}

pub(crate) fn compare_access<T: fmt::Debug + PartialEq>(
    offset: u32,
    expected: Result<T, BusError>,
    got: Result<T, BusError>,
) -> Result<(), Fault> {
    if expected == got {
        return Ok(());
    }
    let name = Register::at(offset).map_or(format!("offset {offset:#x}"), |register| register.to_string());
    let rules = Register::at(offset).map_or(&["E11", "E12"][..], Register::rules);
    let show = |result| format!("{result:x?}");
    Err(Fault::new(&format!("access to {name}"), show(expected), show(got), rules))
}

/// The write that was answered must be the one of the oldest record in flight (Q2, Q8).
pub(crate) fn compare_write(oldest: (u64, &[u8]), (address, bytes): (u64, &[u8])) -> Result<(), Fault> {
    if address != oldest.0 {
        let (expected, got) = (format!("{:#x}", oldest.0), format!("{address:#x}"));
        return Err(Fault::new("address of a memory write", expected, got, &["Q8", "Q9", "Q11"]));
    }
    if bytes != oldest.1 {
        let (expected, got) = (hex(oldest.1), hex(bytes));
        return Err(Fault::new("data of a memory write", expected, got, &["Q2", "Q8", "V1"]));
    }
    Ok(())
}

/// What PROD covers must be in memory (V1).
pub(crate) fn compare_memory<const N: usize>(
    target: &mut dyn Target,
    address: u64,
    expected: [u8; N],
    rules: &[&'static str],
) -> Result<(), Fault> {
    let got = target.memory().load(address);
    if expected == got {
        return Ok(());
    }
    Err(Fault::new(&format!("entry at {address:#x}"), hex(&expected), hex(&got), rules))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As one number: the entry is little-endian (Q2).
    #[test]
    fn q2_bytes_that_differ_are_shown_as_a_number() {
        let fault = compare_write((0x80, &[0x0F, 0xA0]), (0x80, &[0x0E, 0xA0])).unwrap_err();
        assert_eq!(fault.field, "data of a memory write");
        assert_eq!((fault.expected.as_str(), fault.got.as_str()), ("a00f", "a00e"));
    }
}
