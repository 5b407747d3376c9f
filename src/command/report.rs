//! `smmuq report`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use smmuq::report::{Progress, Report, Scope};
use smmuq::sweep::Grid;
use smmuq_testbench::drivers::Driver;
use tempfile::NamedTempFile;

use super::sweep::DRIVERS;
use super::{End, MISMATCH, cores, show};

const EXAMPLES: &str = "\
Examples:
  smmuq report
  smmuq report -o /tmp/smmuq.html

Takes about a minute. What the page shows: docs/report.md.";

/// Random runs behind the coverage of the page.
const SEEDS: u64 = 200;
/// Arrivals of the sweep, the same as those of `smmuq sweep`.
const SEED: u64 = 1;
/// Time between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Write the page to this file
    #[arg(short, long, value_name = "FILE.html", default_value = "smmuq-report.html")]
    output: PathBuf,
}

/// Runs everything and writes the page.
pub fn report(arguments: &Arguments) -> End {
    let path = &arguments.output;
    // Who cannot write should know before the work, not after it.
    drop(temporary(path)?);
    let drivers = DRIVERS.iter().map(|name| Driver::named(name)).collect::<Result<_, _>>()?;
    let scope = Scope { grid: Grid::of(drivers, SEED), seeds: SEEDS, jobs: cores() };
    let shown = Shown::new();
    let report = Report::gather(&scope, |progress| shown.show(progress));
    shown.clear();
    let report = match report {
        Ok(report) => report,
        Err(error) if error.is_mismatch() => {
            eprintln!("{error}");
            return Ok(ExitCode::from(MISMATCH));
        }
        Err(error) => return Err(error.into()),
    };
    write(path, &report.html()?)?;
    show(&format!("{} is written\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// A file beside the page that becomes the page: so it is written whole or not at all.
fn temporary(path: &Path) -> Result<NamedTempFile, String> {
    if path.exists() && !path.is_file() {
        return Err(format!(
            "{} cannot be written: it is no file; give another name with -o",
            path.display()
        ));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::Builder::new()
        .permissions(readable())
        .tempfile_in(folder)
        .map_err(|error| unwritable(path, &error))
}

/// A temporary file is for its owner alone; a page is for everybody.
fn readable() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    std::fs::Permissions::from_mode(0o644)
}

fn write(path: &Path, html: &str) -> Result<(), String> {
    let mut file = temporary(path)?;
    file.write_all(html.as_bytes()).map_err(|error| unwritable(path, &error))?;
    file.persist(path).map_err(|error| unwritable(path, &error.error))?;
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}; give another name with -o", path.display())
}

/// A bar on a terminal, a line now and then elsewhere.
struct Shown {
    bar: ProgressBar,
    last_line: Mutex<Instant>,
}

impl Shown {
    fn new() -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}, {elapsed}");
        let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, last_line: Mutex::new(Instant::now()) }
    }

    fn show(&self, Progress { part, done, of }: Progress) {
        if std::io::stderr().is_terminal() {
            self.bar.set_length(of);
            self.bar.set_position(done);
            self.bar.set_message(part);
            return;
        }
        let mut last_line = self.last_line.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if last_line.elapsed() >= LINES {
            *last_line = Instant::now();
            eprintln!("{done} of {of} {part}");
        }
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
