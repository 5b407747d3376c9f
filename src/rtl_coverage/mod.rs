//! Which lines and toggles of the RTL the runs have reached, as Verilator counts them. Only a program with the feature
//! `rtl-coverage` counts.

mod exclusions;

use std::collections::BTreeMap;

pub use exclusions::{Exclusions, Reached};
use serde::{Deserialize, Serialize};

/// How often each point of the RTL was reached since the reset of its run began: by file, then by point. All instances and all
/// builds of a module are one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct RtlCoverage(BTreeMap<String, BTreeMap<String, u64>>);

/// What a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A block of statements, or a branch.
    Line,
    /// A bit of a signal.
    Toggle,
}

impl RtlCoverage {
    /// Reads what Verilator writes: a line `C '...' COUNT` for each point of an instance, with its properties between the
    /// quotes, each as `\x01 name \x02 value`. Other lines are comments.
    ///
    /// # Errors
    /// The line that is not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut coverage = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (file, point, count) = parse(line).ok_or_else(|| line.to_owned())?;
            coverage.count(&file, &point, count);
        }
        Ok(coverage)
    }

    /// Adds other runs.
    pub fn add(&mut self, other: &Self) {
        for (file, _, point, count) in other.points() {
            self.count(file, point, count);
        }
    }

    /// Sums end at the largest number there is: a file can say anything.
    fn count(&mut self, file: &str, point: &str, count: u64) {
        let sum = self.0.entry(file.to_owned()).or_default().entry(point.to_owned()).or_default();
        *sum = sum.saturating_add(count);
    }

    /// Every point: its file, its kind, its name, and how often it was reached.
    pub fn points(&self) -> impl Iterator<Item = (&str, Kind, &str, u64)> {
        self.0.iter().flat_map(|(file, points)| {
            points.iter().map(|(point, &count)| (file.as_str(), kind(point), point.as_str(), count))
        })
    }
}

/// A toggle is named after its signal, a line begins with its number.
fn kind(point: &str) -> Kind {
    if point.starts_with(|first: char| first.is_ascii_digit()) { Kind::Line } else { Kind::Toggle }
}

/// File, point and count.
fn parse(line: &str) -> Option<(String, String, u64)> {
    let (properties, count) = line.strip_prefix("C '")?.rsplit_once("' ")?;
    let properties: BTreeMap<_, _> =
        properties.split('\x01').filter_map(|property| property.split_once('\x02')).collect();
    let (file, what) = (properties.get("f")?, properties.get("o").unwrap_or(&""));
    let file = file.rsplit('/').next()?.to_owned();
    let point = match properties.get("page")?.split('/').next()? {
        "v_toggle" => (*what).to_owned(),
        _ => format!("{}:{} {what}", properties.get("l")?, properties.get("n")?),
    };
    Some((file, point, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# SystemC::Coverage-3\n\
        C '\x01f\x02rtl/smmuq_rr.sv\x01l\x0220\x01n\x029\x01page\x02v_toggle/smmuq_rr\x01o\x02turn_q[1]\x01h\x02TOP.smmuq.a' 3\n\
        C '\x01f\x02rtl/smmuq_rr.sv\x01l\x0220\x01n\x029\x01page\x02v_toggle/smmuq_rr\x01o\x02turn_q[1]\x01h\x02TOP.smmuq.b' 4\n\
        C '\x01f\x02rtl/smmuq_rr.sv\x01l\x0231\x01n\x025\x01page\x02v_branch/smmuq_rr\x01o\x02else\x01h\x02TOP.smmuq.a' 0\n";

    #[test]
    fn instances_are_added_up() {
        let mut coverage = RtlCoverage::parse(TEXT).unwrap();
        let points = |coverage: &RtlCoverage| -> Vec<_> {
            coverage.points().map(|(_, kind, point, count)| (kind, point.to_owned(), count)).collect()
        };
        let (branch, toggle) = ("31:5 else".to_owned(), "turn_q[1]".to_owned());
        assert_eq!(points(&coverage), [(Kind::Line, branch.clone(), 0), (Kind::Toggle, toggle.clone(), 7)]);
        coverage.add(&coverage.clone());
        assert_eq!(points(&coverage), [(Kind::Line, branch, 0), (Kind::Toggle, toggle, 14)]);
    }

    #[test]
    fn sums_end_at_the_largest_number() {
        let line = TEXT.lines().nth(1).unwrap().replace("' 3", &format!("' {}", u64::MAX));
        let coverage = RtlCoverage::parse(&format!("{line}\n{line}")).unwrap();
        assert_eq!(coverage.points().map(|(_, _, _, count)| count).collect::<Vec<_>>(), [u64::MAX]);
    }

    #[test]
    fn what_is_not_understood_is_shown() {
        assert_eq!(RtlCoverage::parse("# a comment\nnonsense"), Err("nonsense".to_owned()));
    }
}
