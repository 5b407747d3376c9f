//! Results of campaigns, and what Verilator and `rtl/coverage.toml` say about the RTL: refused, or added up, written and
//! read again.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use smmuq::campaign::{Finding, Results};
use smmuq::rtl_coverage::{Exclusions, RtlCoverage};
use tempfile::TempDir;

use crate::mutation::{Changed, cases, changed};

/// As Verilator writes it: a line, a toggle that was seen, and one that was not.
const VERILATOR: &str = "# SystemC::Coverage-3\n\
    C '\x01f\x02rtl/a.sv\x01l\x0231\x01n\x025\x01page\x02v_branch/a\x01o\x02else\x01h\x02TOP.a' 3\n\
    C '\x01f\x02rtl/a.sv\x01l\x0220\x01n\x029\x01page\x02v_toggle/a\x01o\x02cmd_o[1]\x01h\x02TOP.a' 3\n\
    C '\x01f\x02rtl/a.sv\x01l\x0220\x01n\x029\x01page\x02v_toggle/a\x01o\x02cmd_o[0]\x01h\x02TOP.a' 0\n";

static COVERAGES: LazyLock<Vec<String>> = LazyLock::new(|| vec![VERILATOR.to_owned()]);
static EXCLUSIONS: LazyLock<Vec<String>> =
    LazyLock::new(|| vec![include_str!("../../rtl/coverage.toml").to_owned()]);

/// With every bin, and with hardly any: so that changes fall elsewhere too.
static RESULTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let whole = written(&results());
    let bins = whole.find("\"coverage\": {").expect("bins") + "\"coverage\": {".len();
    let end = bins + whole[bins..].find('}').expect("an end");
    let bin = whole[bins..end].lines().nth(1).expect("a bin").trim_end_matches(',');
    let short = format!("{}{bin}{}", &whole[..bins], &whole[end..]);
    vec![whole, short.clone(), short.clone(), short]
});

pub fn results() -> Results {
    let finding = Finding {
        seed: 7,
        field: "EVENTQ_PROD".to_owned(),
        expected: "0x1".to_owned(),
        got: "0x2".to_owned(),
        rules: vec!["Q3".to_owned()],
    };
    let rtl_coverage = Some(RtlCoverage::parse(VERILATOR).expect("lines of Verilator"));
    Results {
        seeds: 2,
        cycles: 900,
        steps_compared: 30,
        rtl_coverage,
        findings: vec![finding],
        seconds: 1.5,
        ..Results::new("it")
    }
}

fn written(results: &Results) -> String {
    let (_folder, path) = file();
    results.write(&path).expect("it can be written");
    std::fs::read_to_string(path).expect("it is there")
}

fn file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("it.json");
    (folder, path)
}

/// Reads a file, twice beside one as it should be, and what was written of their sum.
fn add_up(path: &Path) {
    let part = match Results::read(path) {
        Ok(part) => part,
        Err(error) => return assert!(error.to_string().contains("it.json"), "{error}"),
    };
    let good = path.with_file_name("good.json");
    Results { profile: part.profile, ..results() }.write(&good).expect("it can be written");
    let sum =
        Results::merged(&[path.to_owned(), good, path.to_owned()]).expect("one profile").expect("parts");
    let sum_path = path.with_file_name("sum.json");
    sum.write(&sum_path).expect("it can be written");
    let again = Results::read(&sum_path).expect("it can be read");
    assert!((again.seconds - sum.seconds).abs() <= sum.seconds * 1e-12, "the last digit may differ");
    assert_eq!(Results { seconds: sum.seconds, ..again }, sum);
    assert!(sum.kinds().len() <= sum.findings.len());
}

proptest! {
    #![proptest_config(cases(4_000))]
    #[test]
    fn changed_results_are_refused_or_added_up(Changed(bytes) in changed(&RESULTS)) {
        let (_folder, path) = file();
        std::fs::write(&path, bytes).expect("it can be written");
        add_up(&path);
    }

    #[test]
    fn changed_exclusions_are_refused_or_held_against_coverage(
        Changed(exclusions) in changed(&EXCLUSIONS),
        Changed(coverage) in changed(&COVERAGES),
    ) {
        let (exclusions, coverage) = (String::from_utf8_lossy(&exclusions), String::from_utf8_lossy(&coverage));
        let coverage = RtlCoverage::parse(&coverage);
        if let Ok(coverage) = &coverage {
            coverage.clone().add(coverage);
        }
        match toml::from_str::<Exclusions>(&exclusions) {
            Err(error) => prop_assert!(error.to_string().contains("at line "), "{error}"),
            Ok(exclusions) => {
                let reached = exclusions.judge(&coverage.unwrap_or_default());
                prop_assert!(reached.lines.0 <= reached.lines.1 && reached.toggles.0 <= reached.toggles.1);
            }
        }
    }
}

#[test]
fn results_that_end_early_are_refused() {
    let text = &RESULTS[1];
    let (_folder, path) = file();
    for (end, _) in text.trim_end().char_indices() {
        std::fs::write(&path, &text[..end]).expect("it can be written");
        assert!(Results::read(&path).is_err(), "{}", &text[..end]);
    }
}
