//! The page of `smmuq report`: that it is whole, stands alone, and is the same each time. What a browser makes of it:
//! `.ci/page`.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use smmuq::report::{Report, Scope};
use smmuq::sweep::{Arrivals, Grid};
use smmuq::thread::QUESTIONS;
use smmuq_testbench::coverage::Coverage;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::explore::properties;
use smmuq_testbench::explore::verdict::algorithms;
use smmuq_testbench::queue::Queue;

fn smmuq(output: &Path) -> Output {
    let command = || Command::new(env!("CARGO_BIN_EXE_smmuq"));
    command().arg("report").arg("-o").arg(output).output().expect("the command starts")
}

/// A page with less behind it than that of the command.
fn small(jobs: usize) -> String {
    let drivers = ["linux-v4.9", "linux-v6.4"].map(|name| Driver::named(name).expect("it is there"));
    let grid = Grid {
        latencies: vec![10, 1000],
        log2sizes: vec![1, 3],
        gaps: vec![32],
        arrivals: vec![Arrivals::Regular],
        cycles: 2000,
        ..Grid::of(drivers.to_vec(), 1)
    };
    let report = Report::gather(&Scope { grid, seeds: 4, jobs }, |_| {}).expect("no mismatch");
    report.html().expect("the plots can be drawn")
}

static PAGE: LazyLock<String> = LazyLock::new(|| small(2));

/// What stands between two texts, each time.
fn between<'p>(page: &'p str, open: &str, close: &str) -> Vec<&'p str> {
    page.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0)).collect()
}

fn section(anchor: &str) -> &'static str {
    let open = format!("<section id=\"{anchor}\"");
    PAGE.split_once(&open).and_then(|(_, rest)| rest.split_once("</section>")).expect("it is there").0
}

#[test]
fn who_cannot_write_is_told_before_the_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("missing").join("page.html");
    for path in [&nowhere, folder.path()] {
        let output = smmuq(path);
        assert_eq!(output.status.code(), Some(2));
        let message = String::from_utf8(output.stderr).expect("text");
        let start = format!("smmuq: {} cannot be written: ", path.display());
        assert!(message.starts_with(&start) && message.contains("give another name with -o"), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0, "nothing is left behind");
}

#[test]
fn the_command_writes_the_page_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("page.html");
    let output = smmuq(&path);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(&path).expect("the page");
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.ends_with("</html>"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 1);
}

#[test]
fn every_question_is_there_with_what_was_found() {
    assert_eq!(
        QUESTIONS.iter().map(|question| question.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
    for question in QUESTIONS {
        let head = format!("<h3 id=\"question-{0}\">Question {0}</h3>", question.number);
        let (_, rest) = section("questions").split_once(&head).expect("its heading");
        let answer = rest.split("<h3").next().expect("its text");
        assert!(answer.contains(question.claim), "{}", question.number);
        assert!(answer.contains("Finding: that is "), "{}", question.number);
        assert_eq!(answer.contains("<svg class=\"diagram\""), question.number != 7, "{}", question.number);
        assert!(section("short").contains(question.claim), "{}", question.number);
    }
}

/// Both were, as README.md says.
#[test]
fn the_summary_says_who_was_right() {
    let summary = section("short");
    let sentence =
        "Both were right. The patch is right in 2 of 2 claims. The reply is right in 6 of 6 claims.";
    assert!(summary.contains(sentence));
    assert!(summary.contains("The best algorithm would have been leave-one."));
}

#[test]
fn every_driver_has_its_rows_and_every_row_all_cells() {
    let verdict = section("verdict");
    for driver in algorithms() {
        // A long name may go on in the next line.
        let head = format!("<th scope=\"row\">{}</th>", driver.name.replace('+', "<wbr>+"));
        let rows = between(verdict, &head, "</tr>");
        let queues = Queue::ALL.iter().filter(|&&queue| driver.serves(queue)).count();
        assert_eq!(rows.len(), queues, "{}", driver.name);
        for row in rows {
            assert_eq!(row.matches("<td").count(), properties::ALL.len(), "{}", driver.name);
        }
    }
}

/// Each file of a counterexample is one that the page shows with its diagram, and each cell that fails leads to one.
#[test]
fn every_counterexample_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testbench/counterexamples");
    let shown = section("counterexamples");
    let mut files = 0;
    for file in std::fs::read_dir(folder).expect("it is there") {
        let path = file.expect("a file").path();
        let name = path.file_stem().expect("a name").to_str().expect("text");
        assert!(shown.contains(&format!("id=\"{name}\"")), "{name}");
        files += 1;
    }
    assert_eq!(shown.matches("<details>").count(), files);
    assert_eq!(shown.matches("<svg class=\"diagram\"").count(), files);
    let failing = between(section("verdict"), "<td class=\"fails\"><a href=\"#", "\"");
    assert!(failing.len() > files);
    for name in failing {
        assert!(shown.contains(&format!("id=\"{name}\"")), "{name}");
    }
}

#[test]
fn every_group_of_situations_is_there() {
    let coverage = section("coverage");
    for (bin, _) in Coverage::default().bins() {
        assert!(coverage.contains(&format!("<th scope=\"row\">{}</th>", bin.group)), "{}", bin.group);
    }
    let (_, all) = Coverage::default().reached();
    assert!(coverage.contains(&format!(" of {all}</strong>")));
}

/// No script, no address, no file beside it: what the browser is told to allow is styles that stand in the page.
#[test]
fn it_stands_alone() {
    for word in ["://", "<script", "<link", "<img", "<iframe", "@import", "url(", "src="] {
        assert!(!PAGE.contains(word), "{word}");
    }
    for target in between(&PAGE, "href=\"", "\"") {
        let anchor = target.strip_prefix('#').expect("it stays inside the page");
        assert!(PAGE.contains(&format!("id=\"{anchor}\"")), "{target}");
    }
}

#[test]
fn it_is_the_same_each_time() {
    assert!(*PAGE == small(1), "two pages of the same runs differ");
}
