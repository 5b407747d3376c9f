//! `smmuq campaign`.

use std::io::IsTerminal;
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use smmuq::campaign::profile::Profile;
use smmuq::campaign::shrink::{Shrunk, shrink};
use smmuq::campaign::{Campaign, Finding, Results, Shard, generate};
use smmuq::verilated::built;

use super::{End, MISMATCH, cores, show};

const EXAMPLES: &str = "\
Examples:
  smmuq campaign
  smmuq campaign --seeds 2000 --profile everything --jobs 2
  smmuq campaign --time 10m --profile storm
  smmuq campaign --seeds 2000 --shard 0/2 --json first.json
  smmuq campaign --first 1234 --seeds 1

Profiles: everything, storm, trickle, stalls, pri, commands, aborts, enables, wrap; or a file like those in profiles/.";

/// Runs, if nobody says how many or how long.
const SEEDS: u64 = 200;
/// How long one failing run is shrunk at most.
const SHRINKING: Duration = Duration::from_secs(60);
/// Time between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// How many random runs; 200 by default, with --time as many as fit
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Start no further run after this time, as in 90s, 10m, "1h 30m"
    #[arg(long, value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// Threads; as many as there are cores by default
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Run only part I of N, from 0 on; `smmuq merge` adds the parts up
    #[arg(long, value_name = "I/N", default_value = "0/1", value_parser = shard)]
    shard: Shard,
    /// What the runs are made of
    #[arg(long, default_value = "everything")]
    profile: String,
    /// How many kinds of findings are made small; all by default
    #[arg(long, value_name = "KINDS")]
    shrink: Option<usize>,
    /// Write the results to a file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn shard(text: &str) -> Result<Shard, String> {
    let help = || format!("{text:?} is no part; give I/N with I from 0 to N-1, as in 0/2");
    let (index, of) = text.split_once('/').ok_or_else(help)?;
    let (index, of) = (index.parse().map_err(|_| help())?, of.parse().map_err(|_| help())?);
    if index < of { Ok(Shard { index, of }) } else { Err(help()) }
}

/// Runs a campaign.
pub fn campaign(arguments: &Arguments) -> End {
    let profile = Profile::named(&arguments.profile)?;
    for configuration in profile.builds.taken() {
        built(configuration)?;
    }
    let campaign = Campaign {
        name: arguments.profile.clone(),
        profile,
        seeds: seeds(arguments.first, arguments.seeds, arguments.time)?,
        time: arguments.time,
        jobs: arguments.jobs.map_or_else(cores, usize::from),
        shard: arguments.shard,
    };
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    ctrlc::set_handler(move || stopped.store(true, Ordering::Relaxed))?;
    if campaign.runs() == 0 {
        return Err("there is no run in this part; give more --seeds or fewer parts".into());
    }
    let mut progress = Progress::new(&campaign);
    let results = campaign.run(&stop, |results| progress.show(results))?;
    progress.clear();
    let written = arguments.json.as_deref().map_or(Ok(()), |path| results.write(path));
    show(&summary(&results, stop.load(Ordering::Relaxed)))?;
    report(&campaign, &results, arguments.shrink.unwrap_or(usize::MAX), &stop);
    written?;
    Ok(if results.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(MISMATCH) })
}

/// The seeds to run; with a time and no number as many as there are.
fn seeds(first: u64, seeds: Option<u64>, time: Option<Duration>) -> Result<Range<u64>, String> {
    let most = u64::MAX - first;
    let wanted = seeds.unwrap_or(if time.is_some() { most } else { SEEDS });
    let beyond = || format!("--first {first} --seeds {wanted}: seeds go up to {}, give fewer", u64::MAX - 1);
    let end = first.checked_add(wanted).filter(|&end| end > first).ok_or_else(beyond)?;
    Ok(first..end)
}

/// The sums, in a few lines.
pub fn summary(results: &Results, interrupted: bool) -> String {
    let Results { profile, seeds, cycles, steps_compared, findings, seconds, .. } = results;
    let (hit, all) = results.coverage.reached();
    let interrupted = if interrupted { "interrupted: " } else { "" };
    let speed = if *seconds > 0.0 { *cycles as f64 / seconds } else { 0.0 };
    format!(
        "{interrupted}profile {profile}, {seeds} runs, {cycles} cycles ({speed:.0}/s), {steps_compared} steps compared\n\
         {hit} of {all} bins hit, {} runs with a mismatch\n",
        findings.len()
    )
}

/// Shrinks the first run of each kind of finding, and tells of it; who has interrupted the campaign only gets the seeds.
fn report(campaign: &Campaign, results: &Results, kinds: usize, stop: &AtomicBool) {
    for finding in results.kinds().into_iter().take(kinds) {
        let Finding { seed, field, .. } = finding;
        if stop.load(Ordering::Relaxed) {
            eprintln!(
                "seed {seed}: {field}; shrink it with --profile {} --first {seed} --seeds 1",
                campaign.name
            );
            continue;
        }
        eprintln!("seed {seed}: {field}; shrinking for {} s at most", SHRINKING.as_secs());
        let session = generate::session(&campaign.name, &campaign.profile, *seed);
        let Some(Shrunk { session, tried, out_of_time }) = shrink(&session, SHRINKING) else {
            eprintln!("seed {seed} does not fail again: the run is not the same twice");
            continue;
        };
        let steps = session.stimulus.steps.len();
        let bound = if out_of_time { "; the time was over, it may still be too long" } else { "" };
        eprintln!("{steps} steps are left after {tried} runs{bound}");
        if let Ok(outcome) = session.run(None)
            && let Some(failure) = session.failure(&outcome, None)
        {
            eprintln!("{failure}");
        }
    }
}

/// A bar on a terminal, a line now and then elsewhere.
struct Progress {
    bar: ProgressBar,
    started: Instant,
    last_line: Instant,
}

impl Progress {
    fn new(campaign: &Campaign) -> Self {
        let (bar, template) = match campaign.time {
            None => (ProgressBar::new(campaign.runs()), "{bar:30} {pos}/{len} runs, {elapsed}, {msg}"),
            Some(_) => (ProgressBar::no_length(), "{spinner} {pos} runs, {elapsed}, {msg}"),
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = bar.with_style(style);
        Self { bar, started: Instant::now(), last_line: Instant::now() }
    }

    fn show(&mut self, results: &Results) {
        let seconds = self.started.elapsed().as_secs_f64();
        let (hit, all) = results.coverage.reached();
        let text = format!(
            "{:.0} cycles/s, {} steps compared, {hit} of {all} bins, {} mismatches",
            results.cycles as f64 / seconds,
            results.steps_compared,
            results.findings.len()
        );
        if std::io::stderr().is_terminal() {
            self.bar.set_position(results.seeds);
            self.bar.set_message(text);
        } else if self.last_line.elapsed() >= LINES {
            self.last_line = Instant::now();
            eprintln!("{} runs, {text}", results.seeds);
        }
    }

    fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_alone_has_no_last_seed() {
        let second = Some(Duration::from_secs(1));
        assert_eq!(seeds(7, None, None), Ok(7..207));
        assert_eq!(seeds(7, Some(5), second), Ok(7..12));
        assert_eq!(seeds(7, None, second), Ok(7..u64::MAX));
        assert!(seeds(u64::MAX, None, second).is_err());
        assert!(seeds(u64::MAX - 1, Some(2), None).is_err());
    }
}
