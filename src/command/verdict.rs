//! `smmuq verdict`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use smmuq_testbench::explore::verdict::{ARRIVALS, Cell, LOG2SIZES, Named, Row, Verdict, algorithms};
use smmuq_testbench::explore::{properties, queue_name, tell};
use smmuq_testbench::queue::Queue;

use super::{End, cores, show};

const EXAMPLES: &str = "\
Examples:
  smmuq verdict
  smmuq verdict --json > verdict.json
  smmuq verdict --arrivals 12 --jobs 2
  smmuq verdict --counterexamples testbench/counterexamples

What the table says in words: docs/verdict.md. One driver alone: smmuq explore.";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// How many records or messages come at most
    #[arg(long, default_value_t = ARRIVALS, value_parser = clap::value_parser!(u8).range(1..=100))]
    arrivals: u8,
    /// Threads; as many as there are cores by default
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Print one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Also write each counterexample into this folder, as a scenario file
    #[arg(long, value_name = "FOLDER")]
    counterexamples: Option<PathBuf>,
}

/// Searches all schedules of all drivers.
pub fn run(arguments: &Arguments) -> End {
    let algorithms = algorithms();
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    let bar = bar(Verdict::wanted(&algorithms, LOG2SIZES, arguments.arrivals).len());
    let verdict = Verdict::judge(&algorithms, LOG2SIZES, arguments.arrivals, jobs, |search| {
        bar.set_message(search.driver.name);
        bar.inc(1);
    });
    bar.finish_and_clear();
    if let Some(folder) = &arguments.counterexamples {
        for named in &verdict.counterexamples {
            let path = folder.join(named.file());
            let written = std::fs::write(&path, named.text());
            written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
    }
    if arguments.json {
        show(&(serde_json::to_string(&report(&verdict, arguments.arrivals))? + "\n"))?;
    } else {
        show(&verdict.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn bar(searches: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} searches, {elapsed}, {msg}");
    ProgressBar::new(searches as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What `--json` prints: `event` and `pri` have a map from drivers to properties each.
#[derive(Serialize)]
struct Report<'a> {
    event: Table<'a>,
    pri: Table<'a>,
    bounds: Bounds,
    searches: Vec<Search<'a>>,
    counterexamples: BTreeMap<&'a str, Schedule>,
}

type Table<'a> = BTreeMap<&'a str, BTreeMap<&'static str, Entry<'a>>>;

#[derive(Serialize)]
struct Bounds {
    entries: Vec<u32>,
    arrivals: u8,
}

/// A cell of the table.
#[derive(Serialize)]
struct Entry<'a> {
    holds: bool,
    /// Nothing that it speaks of ever happens.
    #[serde(skip_serializing_if = "Option::is_none")]
    vacuous: Option<bool>,
    /// In all schedules of queues with so many entries, and so many arrivals at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    bounds: Option<Bounds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bound: Option<u32>,
    /// Numbers of entries at which no algorithm keeps it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    impossible_with_entries: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterexample: Option<&'a str>,
}

/// One search. Schedules are text, as they are more than a number in JSON can be trusted with.
#[derive(Serialize)]
struct Search<'a> {
    queue: &'static str,
    driver: &'a str,
    entries: u32,
    states: usize,
    schedules: String,
    storm_states: usize,
}

#[derive(Serialize)]
struct Schedule {
    queue: &'static str,
    entries: u32,
    driver: &'static str,
    property: &'static str,
    length: usize,
    scenario: String,
    moves: Vec<String>,
}

fn report(verdict: &Verdict, arrivals: u8) -> Report<'_> {
    let searches = verdict.searches.iter().map(|search| Search {
        queue: queue_name(search.bounds.queue),
        driver: search.driver.name,
        entries: 1 << search.bounds.log2size,
        states: search.findings.states,
        schedules: search.findings.schedules.to_string(),
        storm_states: search.findings.storm_states,
    });
    Report {
        event: table(verdict, Queue::Event, arrivals),
        pri: table(verdict, Queue::Pri, arrivals),
        bounds: Bounds { entries: LOG2SIZES.iter().map(|log2size| 1 << log2size).collect(), arrivals },
        searches: searches.collect(),
        counterexamples: verdict
            .counterexamples
            .iter()
            .map(|named| (named.name.as_str(), schedule(named)))
            .collect(),
    }
}

fn table(verdict: &Verdict, queue: Queue, arrivals: u8) -> Table<'_> {
    let rows = verdict.rows.iter().filter(|row| row.queue == queue);
    rows.map(|row| (row.driver.name, entries(verdict, row, arrivals))).collect()
}

fn entries<'a>(verdict: &'a Verdict, row: &Row, arrivals: u8) -> BTreeMap<&'static str, Entry<'a>> {
    let cells = properties::ALL.iter().zip(&row.cells);
    cells
        .filter_map(|(property, cell)| Some((property.name, entry(verdict, cell.as_ref()?, arrivals))))
        .collect()
}

fn entry<'a>(verdict: &'a Verdict, cell: &Cell, arrivals: u8) -> Entry<'a> {
    let mut entry = Entry {
        holds: true,
        vacuous: None,
        bounds: None,
        bound: None,
        impossible_with_entries: Vec::new(),
        length: None,
        counterexample: None,
    };
    match cell {
        Cell::Holds { bound, except, vacuous } => {
            entry.vacuous = Some(*vacuous);
            let kept = LOG2SIZES.iter().filter(|log2size| !except.contains(log2size));
            entry.bounds = Some(Bounds { entries: kept.map(|log2size| 1 << log2size).collect(), arrivals });
            entry.bound = *bound;
            entry.impossible_with_entries = except.iter().map(|log2size| 1 << log2size).collect();
        }
        Cell::Fails(at) => {
            let named = &verdict.counterexamples[*at];
            entry.holds = false;
            entry.length = Some(named.schedule.length());
            entry.counterexample = Some(&named.name);
        }
    }
    entry
}

fn schedule(named: &Named) -> Schedule {
    let lines = tell::lines(named.driver(), named.bounds, &named.schedule);
    Schedule {
        queue: queue_name(named.bounds.queue),
        entries: 1 << named.bounds.log2size,
        driver: named.driver,
        property: named.property.name,
        length: named.schedule.length(),
        scenario: format!("testbench/counterexamples/{}", named.file()),
        moves: lines.lines().map(|line| line.trim().to_owned()).collect(),
    }
}
