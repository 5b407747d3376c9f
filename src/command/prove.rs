//! `smmuq prove`.

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use smmuq::prove::{
    COVERED, Covers, PROOFS, Proof, ProveError, Search, Table, Tools, Tried, Verdict, properties, rtl,
};

use super::{End, MISMATCH, cores, show};

const EXAMPLES: &str = "\
Examples:
  smmuq prove
  smmuq prove outstanding-1
  smmuq prove EV4_FirstLossToggles --jobs 1
  smmuq prove --covers
  SMMUQ_RTL=/my/rtl smmuq prove

What is proved, in words, and what is not: docs/proofs.md. The tools: ./setup.sh --formal";

/// Where the files of the proofs go.
const FOLDER: &str = "target/prove";

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// One proof, or one property in all proofs that have it; everything without a name
    name: Option<String>,
    /// Proofs at the same time; as many as there are cores by default
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    /// Instead of proofs a run for each property and assumption in which it matters; NAME is a property
    #[arg(long, conflicts_with = "jobs")]
    covers: bool,
}

/// Proves.
pub fn prove(arguments: &Arguments) -> End {
    let name = arguments.name.as_deref();
    let one = name.and_then(|name| PROOFS.iter().find(|proof| proof.name == name));
    let proofs: Vec<Proof> = one.map_or_else(|| PROOFS.to_vec(), |proof| vec![*proof]);
    match (name, one) {
        (Some(name), None) => known(name)?,
        (Some(name), Some(_)) if arguments.covers => {
            return Err(format!(
                "{name} is a proof, and covers are of properties; give a property, or no name"
            )
            .into());
        }
        _ => {}
    }
    let tools = Tools::found()?;
    if arguments.covers {
        return covers(name, &tools);
    }
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    let tried = all(&proofs, &tools, jobs)?;
    // One proof need not have all of them.
    let wanted = if one.is_none() { properties(&rtl())? } else { Vec::new() };
    let table = Table { tried: &tried, only: name.filter(|_| one.is_none()), wanted: &wanted };
    show(&table.to_string())?;
    if table.holds() {
        return Ok(ExitCode::SUCCESS);
    }
    for tried in tried.iter().filter(|tried| tried.verdict != Verdict::Proved) {
        let search = tried.proof.search(&tools, &rtl(), Path::new(FOLDER))?;
        eprintln!("{}", told(tried, &search));
    }
    Ok(ExitCode::from(MISMATCH))
}

/// Looks for a run for each property and assumption.
fn covers(only: Option<&str>, tools: &Tools) -> End {
    let mut covers = Covers::of(&properties(&rtl())?);
    for build in COVERED {
        eprintln!("the build {} is searched", build.0.name());
        covers.look(*build, tools, &rtl(), Path::new(FOLDER))?;
    }
    if let Some(property) = only {
        covers.only(property);
    }
    show(&covers.to_string())?;
    Ok(if covers.reached() { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
}

/// A name that is neither a proof nor a property is a mistake.
fn known(name: &str) -> Result<(), Box<dyn std::error::Error>> {
    if properties(&rtl())?.iter().any(|property| property == name) {
        return Ok(());
    }
    let proofs: Vec<_> = PROOFS.iter().map(|proof| proof.name).collect();
    let proofs = proofs.join(", ");
    Err(format!(
        "no proof and no property is named {name}; proofs are {proofs}; `smmuq prove` without a name lists the properties"
    )
    .into())
}

/// Some at the same time, in their order.
fn all(proofs: &[Proof], tools: &Tools, jobs: usize) -> Result<Vec<Tried>, ProveError> {
    let bar = bar(proofs.len());
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(proof) = proofs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tried = proof.prove(tools, &rtl(), Path::new(FOLDER));
            let line = match &tried {
                Ok(tried) => format!("{} ends after {:.0} s", proof.name, tried.time.as_secs_f64()),
                Err(_) => format!("{} cannot be tried", proof.name),
            };
            // A bar that nobody sees prints nothing.
            if bar.is_hidden() {
                eprintln!("{line}")
            } else {
                bar.println(line)
            }
            bar.inc(1);
            done.lock().expect("no proof panics").push(tried);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(proofs.len()) {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    let done = done.into_inner().expect("no proof panics");
    let mut tried = done.into_iter().collect::<Result<Vec<_>, _>>()?;
    tried.sort_by_key(|tried| proofs.iter().position(|proof| *proof == tried.proof));
    Ok(tried)
}

fn bar(proofs: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} proofs, {elapsed}");
    let bar =
        ProgressBar::new(proofs as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(std::time::Duration::from_secs(1));
    bar
}

fn told(tried: &Tried, search: &Search) -> String {
    let name = tried.proof.name;
    match &search.stimulus {
        Some(path) => format!(
            "{name}: {} fails {} cycles after a reset of the build {}\n  replay    smmuq run {} --trace waves.fst",
            search.failed.join(", "),
            search.cycles,
            search.build.name(),
            path.display()
        ),
        None => format!(
            "{name}: no failure within {} cycles after a reset of the build {}: the step of the induction fails, from a \
             state that may not be reachable",
            search.cycles,
            search.build.name()
        ),
    }
}
