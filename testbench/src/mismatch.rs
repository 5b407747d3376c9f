//! A difference between a target and the golden model, as a person reads it.

use std::fmt;

/// The first difference between a target and the golden model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Cycle in which it was seen.
    pub cycle: u64,
    /// Register field, memory content, port or promise that differs.
    pub field: String,
    /// What the golden model says.
    pub expected: String,
    /// What the target shows.
    pub got: String,
    /// Rules that decide it.
    pub rules: Vec<&'static str>,
    /// The last steps before it, oldest first.
    pub before: Vec<String>,
    /// The steps of the cycle in which it was seen.
    pub offenders: Vec<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "mismatch in cycle {}: {}", self.cycle, self.field)?;
        writeln!(f, "  expected  {}", self.expected)?;
        writeln!(f, "  got       {}", self.got)?;
        writeln!(f, "  rules     {}", self.rules.join(" "))?;
        writeln!(f, "  steps")?;
        for line in &self.before {
            writeln!(f, "      {line}")?;
        }
        for line in &self.offenders {
            writeln!(f, "   >  {line}")?;
        }
        Ok(())
    }
}
