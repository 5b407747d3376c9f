//! Toggles that cannot happen, or that runs need not bring about, each with the reason.

use serde::Deserialize;

use super::{Kind, RtlCoverage};

/// A file such as `rtl/coverage.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusions {
    excluded: Vec<Exclusion>,
}

/// Signals whose bits need not all toggle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exclusion {
    /// Names as in the RTL, without bits: of any module.
    signals: Vec<String>,
    reason: String,
}

/// How much was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Lines: reached, and all.
    pub lines: (u64, u64),
    /// Toggles: seen, and all.
    pub toggles: (u64, u64),
    /// What was not reached and is not excluded: file and point.
    pub missed: Vec<(String, String)>,
    /// Toggles that were not seen and are excluded, by the reason.
    pub excluded: Vec<(String, u64)>,
    /// Exclusions of signals whose toggles were all seen, or that do not exist.
    pub needless: Vec<String>,
}

impl Reached {
    /// Whether everything was reached but for what is excluded, and that is at most a twentieth of the toggles.
    pub fn enough(&self) -> bool {
        let (seen, all) = self.toggles;
        self.missed.is_empty() && self.needless.is_empty() && seen * 20 >= all * 19
    }
}

impl Exclusions {
    /// Those of the project's own RTL.
    ///
    /// # Errors
    /// What is wrong with `rtl/coverage.toml`.
    pub fn of_the_project() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../rtl/coverage.toml"))
    }

    /// Holds them against what runs have reached.
    pub fn judge(&self, coverage: &RtlCoverage) -> Reached {
        let mut needed = vec![0u64; self.excluded.len()];
        let mut unused: Vec<&String> = self.excluded.iter().flat_map(|each| &each.signals).collect();
        let mut verdict = Reached {
            lines: (0, 0),
            toggles: (0, 0),
            missed: Vec::new(),
            excluded: Vec::new(),
            needless: Vec::new(),
        };
        for (file, kind, point, count) in coverage.points() {
            let (reached, all) = match kind {
                Kind::Line => &mut verdict.lines,
                Kind::Toggle => &mut verdict.toggles,
            };
            *all += 1;
            if count > 0 {
                *reached += 1;
                continue;
            }
            let signal = signal(point).to_owned();
            match self.excluded.iter().position(|each| kind == Kind::Toggle && each.signals.contains(&signal))
            {
                Some(at) => {
                    needed[at] += 1;
                    unused.retain(|&each| *each != signal);
                }
                None => verdict.missed.push((file.to_owned(), point.to_owned())),
            }
        }
        let reasons = self.excluded.iter().map(|each| each.reason.clone());
        verdict.excluded = reasons.zip(needed).collect();
        verdict.needless = unused.into_iter().cloned().collect();
        verdict
    }
}

/// Of `awid_o[1]:0->1` it is `awid_o`.
fn signal(point: &str) -> &str {
    let end = point.find(['[', ':']).unwrap_or(point.len());
    &point[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(points: &[(&str, u64)]) -> RtlCoverage {
        let file = points.iter().map(|&(point, count)| (point.to_owned(), count)).collect();
        RtlCoverage([("a.sv".to_owned(), file)].into())
    }

    fn exclusions(signals: &[&str]) -> Exclusions {
        let signals = signals.iter().map(|&signal| signal.to_owned()).collect();
        Exclusions { excluded: vec![Exclusion { signals, reason: "constant".to_owned() }] }
    }

    #[test]
    fn what_was_not_reached_is_missed_or_excluded() {
        let coverage =
            coverage(&[("7:3 if", 1), ("9:3 else", 0), ("x_q[1]:0->1", 0), ("y_q", 0), ("z_q", 5)]);
        let verdict = exclusions(&["x_q"]).judge(&coverage);
        assert_eq!((verdict.lines, verdict.toggles), ((1, 2), (1, 3)));
        let missed = ["9:3 else", "y_q"].map(|point| ("a.sv".to_owned(), point.to_owned()));
        assert_eq!(verdict.missed, missed);
        assert_eq!(verdict.excluded, [("constant".to_owned(), 1)]);
        assert!(!verdict.enough());
    }

    #[test]
    fn an_exclusion_that_nothing_needs_is_told() {
        let verdict = exclusions(&["x_q", "gone"]).judge(&coverage(&[("x_q", 1)]));
        assert_eq!(verdict.needless, ["x_q", "gone"]);
        assert!(!verdict.enough());
    }

    #[test]
    fn exclusions_cover_a_twentieth_at_most() {
        let seen: Vec<String> = (0..19).map(|bit| format!("y_q[{bit}]")).collect();
        let seen: Vec<_> = seen.iter().map(|point| (point.as_str(), 1)).collect();
        let with = |missed: &[(&'static str, u64)]| coverage(&[seen.as_slice(), missed].concat());
        assert!(exclusions(&["x_q"]).judge(&with(&[("x_q[0]", 0)])).enough());
        assert!(!exclusions(&["x_q"]).judge(&with(&[("x_q[0]", 0), ("x_q[1]", 0)])).enough());
    }

    #[test]
    fn the_file_of_the_project_is_well_formed() {
        assert!(Exclusions::of_the_project().is_ok());
    }
}
