//! `smmuq sweep`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use smmuq::sweep::{Grid, Point, Sweep};
use smmuq_testbench::drivers::Driver;

use super::{End, MISMATCH, cores, show};

const EXAMPLES: &str = "\
Examples:
  smmuq sweep
  smmuq sweep --driver linux-v4.2 --driver edk2 --json sweep.json --svg plots

What it shows, and the shape of the JSON: docs/sweep.md.";

/// One that does not acknowledge an empty queue, one that does, one that reads PROD for each entry, one that writes CONS
/// once for many.
pub const DRIVERS: [&str; 4] = ["linux-v4.9", "linux-v6.4", "openbsd", "batch"];
/// Time between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);
/// Exit code after Ctrl-C, as shells have it.
const INTERRUPTED: u8 = 130;

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Which software drains the queue; may be given several times; linux-v4.9, linux-v6.4, openbsd and batch by default
    #[arg(long)]
    driver: Vec<String>,
    /// Seed of the arrivals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads; as many as there are cores by default
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write all points to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw plots into this folder
    #[arg(long, value_name = "DIR")]
    svg: Option<PathBuf>,
}

/// Runs all points of the grid.
pub fn sweep(arguments: &Arguments) -> End {
    let grid = Grid::of(drivers(&arguments.driver)?, arguments.seed);
    if let Some(folder) = &arguments.svg {
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    }
    let jobs = arguments.jobs.map_or_else(cores, usize::from);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))?;
    let mut progress = Progress::new(grid.points().len());
    let result = grid.run(jobs, &stop, |done| progress.show(done));
    progress.clear();
    match result {
        Err(point) => {
            tell(&point);
            Ok(ExitCode::from(MISMATCH))
        }
        Ok(None) => {
            eprintln!("interrupted: a part of a sweep says little, so nothing is shown");
            Ok(ExitCode::from(INTERRUPTED))
        }
        Ok(Some(sweep)) => {
            show(&sweep.table())?;
            write(&sweep, arguments)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Each once, even if it is named twice.
fn drivers(names: &[String]) -> Result<Vec<Driver>, Box<dyn std::error::Error>> {
    let default = || DRIVERS.iter().map(|&name| name.to_owned()).collect();
    let names = if names.is_empty() { default() } else { names.to_vec() };
    let mut drivers: Vec<Driver> = Vec::new();
    for name in &names {
        let driver = Driver::named(name)?;
        if drivers.iter().all(|each| each.name != driver.name) {
            drivers.push(driver);
        }
    }
    Ok(drivers)
}

/// Runs a point again for all that it takes to look into its mismatch.
fn tell(point: &Point) {
    match point.session().check() {
        Err(failure) => eprintln!("{failure}"),
        Ok(_) => eprintln!("{point:?} does not fail again: the run is not the same twice"),
    }
}

fn write(sweep: &Sweep, arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    if let Some(path) = &arguments.json {
        let text = serde_json::to_string_pretty(sweep)? + "\n";
        std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    }
    if let Some(folder) = &arguments.svg {
        for (name, svg) in sweep.plots()? {
            let path = folder.join(name);
            std::fs::write(&path, svg).map_err(|error| unwritable(&path, &error))?;
        }
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}

/// A bar on a terminal, a line now and then elsewhere.
struct Progress {
    bar: ProgressBar,
    points: usize,
    last_line: Instant,
}

impl Progress {
    fn new(points: usize) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} points, {elapsed}, {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(points as u64).with_style(style);
        Self { bar, points, last_line: Instant::now() }
    }

    fn show(&mut self, done: usize) {
        if std::io::stderr().is_terminal() {
            self.bar.set_position(done as u64);
        } else if self.last_line.elapsed() >= LINES {
            self.last_line = Instant::now();
            eprintln!("{done} of {} points", self.points);
        }
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
