//! Rule ids: what the sources cite is defined in `docs/rules.md`, and `docs/spec-map.md` says of each rule
//! where it stands, or why nowhere. A rule that only one side cites, RTL or model, is a gap or has a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

const RULES: &str = "docs/rules.md";
const MAP: &str = "docs/spec-map.md";
const SCENARIOS: &str = "testbench/src/scenarios.rs";

/// Where ids are cited. This file is not read: it has wrong ones, to show that they are found.
const CITING: [&str; 7] = ["README.md", "docs", "golden", "rtl", "src", "testbench", "tests"];
const THIS: &str = "tests/citations.rs";
const TESTS: [&str; 6] = [
    "golden/tests/rules/",
    "golden/tests/arithmetic/",
    "golden/src/",
    "testbench/tests/",
    "testbench/src/",
    "tests/",
];

/// Prefixes of rule ids.
const PREFIXES: [&str; 12] = ["EV", "ST", "EA", "Q", "V", "E", "P", "C", "G", "I", "R", "X"];

/// Texts of the repository, by path.
type Files = BTreeMap<String, String>;
/// Rule ids, and `path:line` of each citation.
type Citations = BTreeMap<String, Vec<String>>;

/// `Q9`, or the label `EV4_ToggleOnlyOnLoss` of an assertion on EV4.
fn id(token: &str) -> Option<&str> {
    let prefix = PREFIXES.iter().find(|&&prefix| {
        token.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|first| ('1'..='9').contains(&first)))
    })?;
    let digits = token[prefix.len()..].find(|c: char| !c.is_ascii_digit());
    let end = digits.map_or(token.len(), |digits| prefix.len() + digits);
    let label = token[end..].strip_prefix('_').is_some_and(|label| label.starts_with(char::is_uppercase));
    (end == token.len() || label).then(|| &token[..end])
}

/// The ids in front of the name of a test, as in `r2_r4_an_unacknowledged_overflow_survives_a_disable`.
fn ids_of_name(name: &str) -> impl Iterator<Item = String> {
    name.split('_').map(str::to_uppercase).take_while(|part| id(part) == Some(part))
}

fn cite(path: &str, text: &str, citations: &mut Citations) {
    for (number, line) in (1..).zip(text.lines()) {
        let mut after_fn = false;
        for token in line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|t| !t.is_empty()) {
            let of_name = ids_of_name(token).filter(|_| after_fn);
            for id in id(token).map(str::to_owned).into_iter().chain(of_name) {
                citations.entry(id).or_default().push(format!("{path}:{number}"));
            }
            after_fn = token == "fn";
        }
    }
}

/// What the files cite that are chosen by their path.
fn citations(files: &Files, chosen: impl Fn(&str) -> bool) -> Citations {
    let mut found = Citations::new();
    for (path, text) in files.iter().filter(|(path, _)| chosen(path)) {
        cite(path, text, &mut found);
    }
    found
}

fn bullet(line: &str) -> Option<&str> {
    Some(line.strip_prefix("- **")?.split_once("**")?.0)
}

fn section(line: &str) -> Option<&str> {
    line.trim_start_matches('#').strip_prefix(' ')?.split(' ').next().filter(|_| line.starts_with('#'))
}

/// Ids and section numbers that the rules define: `- **Q1** ...` and `### 4.4 ...`.
fn defined(rules: &str) -> BTreeSet<&str> {
    rules.lines().filter_map(|line| bullet(line).or(section(line))).collect()
}

/// One row of the map.
struct Row<'a> {
    rule: &'a str,
    rtl: Vec<&'a str>,
    golden: Vec<&'a str>,
    shown: Vec<&'a str>,
    remark: &'a str,
}

impl Row<'_> {
    fn claims(&self, claim: &str) -> bool {
        self.remark.strip_prefix(claim).is_some_and(|reason| reason.starts_with(": ") && reason.len() > 2)
    }

    fn nowhere(&self) -> bool {
        self.claims("left out") || self.claims("outside")
    }
}

/// The names in a cell; `-` is none.
fn names<'a>(cell: &'a str, line: usize, complaints: &mut Vec<String>) -> Vec<&'a str> {
    let mut names = Vec::new();
    for entry in cell.split(", ").filter(|&entry| entry != "-") {
        match entry.strip_prefix('`').and_then(|entry| entry.strip_suffix('`')) {
            Some(name) => names.push(name),
            None => complaints.push(format!("{MAP}:{line}: `-` or names in backticks, not \"{entry}\"")),
        }
    }
    names
}

/// The rows of the tables with five columns.
fn rows<'a>(map: &'a str, complaints: &mut Vec<String>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(map.lines()) {
        let Some(cells) = line.strip_prefix('|').and_then(|line| line.trim_end().strip_suffix('|')) else {
            continue;
        };
        let cells: Vec<_> = cells.split('|').map(str::trim).collect();
        let known = |rule: &str| id(rule) == Some(rule) || rule.starts_with(|c: char| c.is_ascii_digit());
        match cells[..] {
            [rule, rtl, golden, shown, remark] if known(rule) => rows.push(Row {
                rule,
                rtl: names(rtl, number, complaints),
                golden: names(golden, number, complaints),
                shown: names(shown, number, complaints),
                remark,
            }),
            [rule, ..] if known(rule) => {
                complaints.push(format!("{MAP}:{number}: {rule} has {} cells, not 5", cells.len()));
            }
            _ => {}
        }
    }
    rows
}

/// Rules that the map does not have, has twice, or has although nobody defines them.
fn incomplete(rows: &[Row], defined: &BTreeSet<&str>) -> Vec<String> {
    let times = |rule: &str| rows.iter().filter(|row| row.rule == rule).count();
    let missing = defined.iter().filter(|&&rule| id(rule).is_some() && times(rule) != 1);
    let missing = missing.map(|rule| format!("{rule} of {RULES} has {} rows in {MAP}, not 1", times(rule)));
    let unknown = rows.iter().filter(|row| !defined.contains(row.rule));
    missing.chain(unknown.map(|row| format!("{} of {MAP} is not defined in {RULES}", row.rule))).collect()
}

/// Citations of rules that nobody defines.
fn undefined(cited: &Citations, defined: &BTreeSet<&str>) -> Vec<String> {
    let unknown = cited.iter().filter(|(id, _)| !defined.contains(id.as_str()));
    unknown.map(|(id, places)| format!("{id} is not defined in {RULES}; cited in {}", few(places))).collect()
}

fn few(places: &[String]) -> String {
    let shown = places[..places.len().min(3)].join(", ");
    if places.len() > 3 { format!("{shown} and {} more", places.len() - 3) } else { shown }
}

/// Ids that only one side cites and the map does not explain, and explanations that are not so.
fn unexplained(rtl: &Citations, golden: &Citations, rows: &[Row]) -> Vec<String> {
    let mut complaints = Vec::new();
    for row in rows.iter().filter(|row| id(row.rule).is_some()) {
        let rule = row.rule;
        let claim = match (rtl.get(rule), golden.get(rule)) {
            (Some(places), None) if !row.claims("RTL only") => {
                format!("only the RTL cites it ({}): add `RTL only: why`, or cite it", few(places))
            }
            (None, Some(places)) if !row.claims("golden only") => {
                format!(
                    "only the golden model cites it ({}): add `golden only: why`, or cite it",
                    few(places)
                )
            }
            (_, Some(places)) if row.claims("RTL only") => {
                format!("`RTL only` is not so: {}", few(places))
            }
            (Some(places), _) if row.claims("golden only") => {
                format!("`golden only` is not so: {}", few(places))
            }
            (Some(places), _) | (_, Some(places)) if row.nowhere() => {
                format!("it is said to be nowhere, but stands in {}", few(places))
            }
            (None, None) if row.claims("RTL only") || row.claims("golden only") => {
                "neither side cites it".to_owned()
            }
            _ => continue,
        };
        complaints.push(format!("{rule} in {MAP}: {claim}"));
    }
    complaints
}

/// Rows whose columns are empty without a reason, or have names despite one.
fn unreasoned(rows: &[Row]) -> Vec<String> {
    let complaint = |row: &Row| {
        let (rtl, golden, shown) = (!row.rtl.is_empty(), !row.golden.is_empty(), !row.shown.is_empty());
        match (rtl, golden, shown) {
            (false, false, _) if !row.nowhere() => {
                Some("names nothing, so it needs `left out: why` or `outside: why`")
            }
            (false, false, true) => Some("is said to be nowhere, but something shows it"),
            (true, _, _) | (_, true, _) if row.nowhere() => Some("is said to be nowhere, but names sources"),
            (false, true, _) if !row.claims("golden only") => {
                Some("names no RTL, so it needs `golden only: why`")
            }
            (true, false, _) if !row.claims("RTL only") => {
                Some("names no golden model, so it needs `RTL only: why`")
            }
            (true, _, false) | (_, true, false) => Some("names no test or scenario that shows it"),
            _ => None,
        }
    };
    rows.iter().filter_map(|row| Some(format!("{} in {MAP} {}", row.rule, complaint(row)?))).collect()
}

fn has_function(text: &str, name: &str) -> bool {
    text.contains(&format!("fn {name}(")) || text.contains(&format!("fn {name}<"))
}

/// A function with `#[test]` among the attributes and comments before it.
fn has_test(text: &str, name: &str) -> bool {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    lines.iter().enumerate().any(|(at, line)| {
        let before = lines[..at].iter().rev().take_while(|line| line.starts_with(['#', '/']));
        line.starts_with(&format!("fn {name}(")) && before.into_iter().any(|&line| line == "#[test]")
    })
}

fn rtl_exists(files: &Files, name: &str) -> bool {
    let declares = |line: &str| {
        let declared = line.strip_prefix("module ").or(line.strip_prefix("package "));
        declared.is_some_and(|it| it.trim_end_matches([' ', '(', '#', ';']) == name)
    };
    files.get(&format!("rtl/{name}.sv")).is_some_and(|text| text.lines().any(declares))
}

fn golden_exists(files: &Files, name: &str) -> bool {
    let (file, function) = name.split_once("::").map_or((name, None), |(file, name)| (file, Some(name)));
    let text = files.get(&format!("golden/src/{file}"));
    text.is_some_and(|text| function.is_none_or(|function| has_function(text, function)))
}

fn shown_exists(files: &Files, name: &str) -> bool {
    let (file, test) = name.split_once("::").map_or((name, None), |(file, test)| (file, Some(test)));
    if !file.ends_with(".rs") {
        let listed = files.get(SCENARIOS).is_some_and(|list| list.contains(&format!("\"{name}\"")));
        return listed && files.contains_key(&format!("testbench/scenarios/{name}.toml"));
    }
    TESTS.iter().filter_map(|directory| files.get(&format!("{directory}{file}"))).any(|text| match test {
        Some(test) => has_test(text, test),
        None => text.contains("#[test]"),
    })
}

/// Names in the map of what does not exist.
fn absent(rows: &[Row], files: &Files) -> Vec<String> {
    let mut complaints = Vec::new();
    for row in rows {
        let mut look = |names: &[&str], exists: fn(&Files, &str) -> bool, what: &str| {
            let absent = names.iter().filter(|name| !exists(files, name));
            complaints.extend(absent.map(|name| format!("{} in {MAP}: there is no {what} {name}", row.rule)));
        };
        look(&row.rtl, rtl_exists, "RTL module");
        look(&row.golden, golden_exists, "file or function in golden/src");
        look(&row.shown, shown_exists, "test or scenario");
    }
    complaints
}

fn in_rtl(path: &str) -> bool {
    path.starts_with("rtl/") && path.ends_with(".sv")
}

fn in_golden(path: &str) -> bool {
    path.starts_with("golden/src/")
}

/// Everything that is wrong with the citations of a repository.
fn complaints(files: &Files) -> Vec<String> {
    let mut complaints = Vec::new();
    let [rules, map] = [RULES, MAP].map(|path| files.get(path).map_or("", String::as_str));
    let (defined, rows) = (defined(rules), rows(map, &mut complaints));
    let (rtl, golden) = (citations(files, in_rtl), citations(files, in_golden));
    complaints.extend(incomplete(&rows, &defined));
    complaints.extend(undefined(&citations(files, |_| true), &defined));
    complaints.extend(unexplained(&rtl, &golden, &rows));
    complaints.extend(unreasoned(&rows));
    complaints.extend(absent(&rows, files));
    complaints
}

/// Reads the texts below a path of the repository.
fn read(root: &Path, path: &str, files: &mut Files) {
    let full = root.join(path);
    if full.is_dir() {
        let entries = fs::read_dir(&full).unwrap_or_else(|error| panic!("{path}: {error}"));
        for entry in entries {
            let name = entry.unwrap_or_else(|error| panic!("{path}: {error}")).file_name();
            read(root, &format!("{path}/{}", name.to_string_lossy()), files);
        }
    } else if [".rs", ".sv", ".md", ".toml"].iter().any(|end| path.ends_with(end)) && path != THIS {
        let text = fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}"));
        files.insert(path.to_owned(), text);
    }
}

fn repository() -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Files::new();
    for path in CITING {
        read(root, path, &mut files);
    }
    files
}

fn one_sided(one: &Citations, other: &Citations) -> String {
    let only: Vec<_> = one.keys().filter(|id| !other.contains_key(*id)).map(String::as_str).collect();
    only.join(" ")
}

#[test]
fn every_citation_has_its_rule_and_every_rule_its_place() {
    let files = repository();
    let (rtl, golden) = (citations(&files, in_rtl), citations(&files, in_golden));
    assert!(rtl.len() > 50 && golden.len() > 50, "too few citations: {} {}", rtl.len(), golden.len());
    println!("only the RTL cites: {}", one_sided(&rtl, &golden));
    println!("only the golden model cites: {}", one_sided(&golden, &rtl));
    let complaints = complaints(&files);
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// A repository with two rules that both sides have, one that each side has alone, and one that is left out.
fn small() -> Files {
    let files = [
        (
            RULES,
            "## 1 Queues\n\n- **Q1** One.\n- **Q2** Two.\n- **E3** Three.\n- **EV4** Four.\n- **X5** Five.\n",
        ),
        (
            MAP,
            "| rule | RTL | golden model | shown by | remark |\n|---|---|---|---|---|\n\
             | 1 | `queue` | `queue.rs` | `it.rs` | |\n\
             | Q1 | `queue` | `queue.rs::next` | `it.rs::q1_is_so` | |\n\
             | Q2 | `queue` | `queue.rs` | `full` | |\n\
             | E3 | `queue` | - | `it.rs` | RTL only: a reason |\n\
             | EV4 | - | `queue.rs` | `it.rs` | golden only: a reason |\n\
             | X5 | - | - | - | left out: a reason |\n",
        ),
        ("rtl/queue.sv", "module queue;\n  // Q1, Q2.\n  E3_Label : assert (1);\nendmodule\n"),
        ("golden/src/queue.rs", "//! Q1, EV4.\nfn next() {} // Q2\n"),
        ("golden/tests/rules/it.rs", "#[test]\n// So it is.\nfn q1_is_so() {}\nfn helper() {}\n"),
        ("testbench/scenarios/full.toml", "title = \"full\"\n"),
        (SCENARIOS, "&[\"full\"]\n"),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

/// What is wrong after one text was replaced by another.
fn broken(path: &str, from: &str, to: &str) -> String {
    let mut files = small();
    let text = files.get_mut(path).expect("a file of the small repository");
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replace(from, to);
    complaints(&files).join("\n")
}

#[test]
fn nothing_is_wrong_with_the_small_repository() {
    assert_eq!(complaints(&small()), Vec::<String>::new());
}

#[test]
fn ids_are_told_from_other_words() {
    for (token, expected) in
        [("Q1", Some("Q1")), ("EV14", Some("EV14")), ("EA2_DrainsSomething", Some("EA2"))]
    {
        assert_eq!(id(token), expected);
    }
    for token in ["Q", "Q0", "E2H", "IDR1", "hC5", "EV4_low", "q1", "XY1", "Q1x", ""] {
        assert_eq!(id(token), None, "{token}");
    }
    assert_eq!(ids_of_name("r2_r4_an_overflow_i9").collect::<Vec<_>>(), ["R2", "R4"]);
}

#[test]
fn an_id_that_is_not_defined_is_found_wherever_it_is() {
    let wrong = broken("rtl/queue.sv", "// Q1", "// Q1, Q77");
    assert!(wrong.contains("Q77 is not defined in docs/rules.md; cited in rtl/queue.sv:2"), "{wrong}");
    assert!(broken("rtl/queue.sv", "E3_Label", "E33_Label").contains("E33 is not defined"));
    assert!(broken("golden/src/queue.rs", "EV4", "EV44").contains("EV44 is not defined"));
    assert!(broken("golden/tests/rules/it.rs", "fn helper", "fn q78_helper").contains("Q78 is not defined"));
    assert!(broken("testbench/scenarios/full.toml", "full", "Q79").contains("Q79 is not defined"));
    assert!(broken(MAP, "a reason", "see Q80").contains("Q80 is not defined"));
    assert!(broken(RULES, "- **Q2** Two.\n", "").contains("Q2 of docs/spec-map.md is not defined"));
}

#[test]
fn a_rule_without_its_one_row_is_found() {
    assert!(broken(RULES, "- **Q2**", "- **Q3** New.\n- **Q2**").contains("Q3 of docs/rules.md has 0 rows"));
    assert!(broken(MAP, "| Q2 |", "| Q1 |").contains("Q1 of docs/rules.md has 2 rows"));
    assert!(broken(MAP, " | `full` | |", " | |").contains("Q2 has 4 cells, not 5"));
}

#[test]
fn a_citation_on_one_side_only_needs_its_reason() {
    let wrong = broken("rtl/queue.sv", "Q1, Q2", "Q1");
    assert!(
        wrong.contains("Q2 in docs/spec-map.md: only the golden model cites it (golden/src/queue.rs:2)"),
        "{wrong}"
    );
    let wrong = broken("golden/src/queue.rs", "// Q2", "");
    assert!(wrong.contains("Q2 in docs/spec-map.md: only the RTL cites it (rtl/queue.sv:2)"), "{wrong}");
    assert!(
        broken(MAP, "RTL only: a reason", "a reason").contains("E3 in docs/spec-map.md: only the RTL cites")
    );
    assert!(
        broken(MAP, "golden only: a reason", "golden only: ")
            .contains("EV4 in docs/spec-map.md: only the golden")
    );
}

#[test]
fn a_reason_that_is_not_so_is_found() {
    assert!(
        broken("rtl/queue.sv", "Q1", "Q1, EV4")
            .contains("EV4 in docs/spec-map.md: `golden only` is not so: rtl")
    );
    assert!(
        broken("golden/src/queue.rs", "Q1", "Q1, E3")
            .contains("E3 in docs/spec-map.md: `RTL only` is not so: golden")
    );
    assert!(
        broken("rtl/queue.sv", "E3_Label", "Label").contains("E3 in docs/spec-map.md: neither side cites it")
    );
    assert!(broken("rtl/queue.sv", "Q1", "Q1, X5").contains("X5 in docs/spec-map.md: only the RTL cites"));
    let both =
        broken(MAP, "| Q2 | `queue` | `queue.rs` | `full` | |", "| Q2 | - | - | - | outside: a reason |");
    assert!(
        both.contains("Q2 in docs/spec-map.md: it is said to be nowhere, but stands in rtl/queue.sv:2"),
        "{both}"
    );
}

#[test]
fn empty_columns_need_a_reason() {
    assert!(broken(MAP, "left out: a reason", "later").contains("X5 in docs/spec-map.md names nothing"));
    assert!(
        broken(MAP, "| - | left out", "| `it.rs` | left out")
            .contains("X5 in docs/spec-map.md is said to be nowhere")
    );
    assert!(
        broken(MAP, "| `full` | |", "| - | |").contains("Q2 in docs/spec-map.md names no test or scenario")
    );
    assert!(broken(MAP, "| Q2 | `queue`", "| Q2 | -").contains("Q2 in docs/spec-map.md names no RTL"));
    assert!(
        broken(MAP, "| Q2 | `queue` | `queue.rs`", "| Q2 | `queue` | -")
            .contains("Q2 in docs/spec-map.md names no golden")
    );
    assert!(broken(MAP, "| `full` |", "| full |").contains("names in backticks, not \"full\""));
}

#[test]
fn names_of_what_does_not_exist_are_found() {
    let wrong = broken(MAP, "| Q2 | `queue`", "| Q2 | `stack`, `queue`");
    assert!(wrong.contains("Q2 in docs/spec-map.md: there is no RTL module stack"), "{wrong}");
    assert!(broken("rtl/queue.sv", "module queue", "module other").contains("there is no RTL module queue"));
    assert!(
        broken(MAP, "queue.rs::next", "queue.rs::after")
            .contains("there is no file or function in golden/src queue.rs::after")
    );
    assert!(
        broken(MAP, "queue.rs::next", "stack.rs")
            .contains("there is no file or function in golden/src stack.rs")
    );
    assert!(
        broken(MAP, "it.rs::q1_is_so", "it.rs::q1_is_not").contains("no test or scenario it.rs::q1_is_not")
    );
    assert!(broken(MAP, "it.rs::q1_is_so", "it.rs::helper").contains("no test or scenario it.rs::helper"));
    assert!(broken(MAP, "`full`", "`empty`").contains("there is no test or scenario empty"));
    assert!(broken(SCENARIOS, "full", "empty").contains("there is no test or scenario full"));
}
