//! What a campaign leaves behind: sums, coverage, findings. Parts of a campaign merge into the whole.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use smmuq_testbench::coverage::Coverage;
use smmuq_testbench::input;
use smmuq_testbench::outcome::Outcome;

use super::shrink::promise;
use crate::rtl_coverage::RtlCoverage;

/// Sums over runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The profile, by name or path.
    pub profile: String,
    /// Runs.
    pub seeds: u64,
    /// Clock cycles.
    pub cycles: u64,
    /// Steps after which target and golden model were compared.
    pub steps_compared: u64,
    /// What was met.
    pub coverage: Coverage,
    /// What was reached in the RTL, if that was counted.
    pub rtl_coverage: Option<RtlCoverage>,
    /// The seeds with a mismatch, in order.
    pub findings: Vec<Finding>,
    /// Time it took; of merged parts, the sum.
    pub seconds: f64,
}

/// The mismatch of a seed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The seed.
    pub seed: u64,
    /// What differs.
    pub field: String,
    /// What the golden model says.
    pub expected: String,
    /// What the target shows.
    pub got: String,
    /// The rules that decide.
    pub rules: Vec<String>,
}

/// The same as it stands in a file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    profile: String,
    seeds: u64,
    cycles: u64,
    steps_compared: u64,
    coverage: BTreeMap<String, u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rtl_coverage: Option<RtlCoverage>,
    findings: Vec<Finding>,
    seconds: f64,
}

/// Why results cannot be read, written or merged.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The file is no results of this version.
    #[error("{path} is not a file of `smmuq campaign --json`: {reason}")]
    Malformed {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The system refuses.
    #[error("cannot write {path}: {reason}; what was there before is as it was")]
    Unwritable {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Sums of different things mean nothing.
    #[error(
        "{path} is of profile {got}, the others are of {wanted}; only parts of one campaign can be merged"
    )]
    Different {
        /// The file.
        path: String,
        /// Its profile.
        got: String,
        /// The profile of the others.
        wanted: String,
    },
}

impl Finding {
    fn alike(&self, other: &Self) -> bool {
        self.field == other.field && (!self.rules.is_empty() || promise(&self.got) == promise(&other.got))
    }
}

impl Results {
    /// No runs yet.
    pub fn new(profile: &str) -> Self {
        Self {
            profile: profile.to_owned(),
            seeds: 0,
            cycles: 0,
            steps_compared: 0,
            coverage: Coverage::default(),
            rtl_coverage: None,
            findings: Vec::new(),
            seconds: 0.0,
        }
    }

    /// One run.
    pub fn of_run(profile: &str, seed: u64, outcome: &Outcome) -> Self {
        let finding = outcome.mismatch.as_ref().map(|mismatch| Finding {
            seed,
            field: mismatch.field.clone(),
            expected: mismatch.expected.clone(),
            got: mismatch.got.clone(),
            rules: mismatch.rules.iter().map(|&rule| rule.to_owned()).collect(),
        });
        Self {
            seeds: 1,
            cycles: outcome.cycles,
            steps_compared: outcome.steps_compared,
            coverage: outcome.coverage.clone(),
            findings: finding.into_iter().collect(),
            ..Self::new(profile)
        }
    }

    /// Adds other runs. A sum ends at the largest number there is: a file can say anything.
    pub fn add(&mut self, other: &Self) {
        self.seeds = self.seeds.saturating_add(other.seeds);
        self.cycles = self.cycles.saturating_add(other.cycles);
        self.steps_compared = self.steps_compared.saturating_add(other.steps_compared);
        self.coverage.add(&other.coverage);
        match (&mut self.rtl_coverage, &other.rtl_coverage) {
            (Some(sum), Some(part)) => sum.add(part),
            (sum @ None, part) => sum.clone_from(part),
            (Some(_), None) => {}
        }
        self.findings.extend(other.findings.iter().cloned());
        self.findings.sort();
        self.seconds = (self.seconds + other.seconds).min(f64::MAX);
    }

    /// The first seed of each kind of finding: another field, or another promise of the block where no rules are named.
    /// The rules make no kind: they are those of all steps that fell into the failing cycle.
    pub fn kinds(&self) -> Vec<&Finding> {
        let mut kinds: Vec<&Finding> = Vec::new();
        for finding in &self.findings {
            if !kinds.iter().any(|kind| kind.alike(finding)) {
                kinds.push(finding);
            }
        }
        kinds
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is no results.
    pub fn read(path: &Path) -> Result<Self, ResultsError> {
        let name = || path.display().to_string();
        let text = input::read(path).map_err(|reason| ResultsError::Unreadable { path: name(), reason })?;
        Self::parse(&text).map_err(|reason| ResultsError::Malformed { path: name(), reason })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let Written { profile, seeds, cycles, steps_compared, coverage, rtl_coverage, findings, seconds } =
            written;
        let coverage = Coverage::from_names(&coverage).map_err(|name| format!("there is no bin {name:?}"))?;
        if seconds < 0.0 {
            return Err(format!("seconds {seconds}: a time is not negative"));
        }
        Ok(Self { profile, seeds, cycles, steps_compared, coverage, rtl_coverage, findings, seconds })
    }

    /// The text of a file.
    fn text(&self) -> serde_json::Result<String> {
        let Self { profile, seeds, cycles, steps_compared, rtl_coverage, findings, seconds, .. } =
            self.clone();
        let coverage = self.coverage.by_name();
        let written =
            Written { profile, seeds, cycles, steps_compared, coverage, rtl_coverage, findings, seconds };
        Ok(serde_json::to_string_pretty(&written)? + "\n")
    }

    /// Writes a file: all of it or nothing. What is no file, such as `/dev/stdout`, is written to and stays what it is.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), ResultsError> {
        let refused = |error: std::io::Error| ResultsError::Unwritable {
            path: path.display().to_string(),
            reason: error.to_string(),
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let text = self.text().map_err(|error| refused(error.into()))?;
        if path.metadata().is_ok_and(|there| !there.is_file()) {
            return std::fs::write(path, text).map_err(refused);
        }
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(refused)?;
        file.write_all(text.as_bytes()).map_err(refused)?;
        file.as_file().sync_all().map_err(refused)?;
        file.persist(path).map_err(|error| refused(error.error))?;
        Ok(())
    }

    /// Reads several files into one.
    ///
    /// # Errors
    /// When one cannot be read, or is of another profile.
    pub fn merged(paths: &[std::path::PathBuf]) -> Result<Option<Self>, ResultsError> {
        let mut sum: Option<Self> = None;
        for path in paths {
            let part = Self::read(path)?;
            match &mut sum {
                None => sum = Some(part),
                Some(sum) if sum.profile == part.profile => sum.add(&part),
                Some(sum) => {
                    return Err(ResultsError::Different {
                        path: path.display().to_string(),
                        got: part.profile,
                        wanted: sum.profile.clone(),
                    });
                }
            }
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_field_or_a_promise() {
        let finding = |seed, field: &str, got: &str, rules: &[&str]| Finding {
            seed,
            field: field.to_owned(),
            expected: String::new(),
            got: got.to_owned(),
            rules: rules.iter().map(|&rule| rule.to_owned()).collect(),
        };
        let findings = vec![
            finding(1, "PROD.OVFLG", "0x1", &["EV4", "C1"]),
            finding(2, "PROD.OVFLG", "0x0", &["EV4"]),
            finding(3, "contract", "V1: PROD runs ahead", &[]),
            finding(4, "contract", "V1: another slot", &[]),
            finding(5, "contract", "C3: ERR is 0", &[]),
        ];
        let results = Results { findings, ..Results::new("it") };
        let first: Vec<_> = results.kinds().iter().map(|finding| finding.seed).collect();
        assert_eq!(first, [1, 3, 5]);
    }

    #[test]
    fn sums_end_at_the_largest_number() {
        let half = Results { seeds: u64::MAX / 2 + 1, seconds: f64::MAX, ..Results::new("it") };
        let mut sum = half.clone();
        sum.add(&half);
        assert_eq!((sum.seeds, sum.seconds), (u64::MAX, f64::MAX));
        assert_eq!(Results::parse(&sum.text().unwrap()), Ok(sum));
    }

    #[test]
    fn a_negative_time_is_refused() {
        let results = Results { seconds: -1.0, ..Results::new("it") };
        assert!(Results::parse(&results.text().unwrap()).unwrap_err().contains("seconds -1"));
    }
}
