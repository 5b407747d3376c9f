//! `smmuq explore`.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use smmuq::explore_rtl;
use smmuq::verilated::{Configuration, built};
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::explore::device::Device;
use smmuq_testbench::explore::followed::Compared;
use smmuq_testbench::explore::golden::{Golden, Writes};
use smmuq_testbench::explore::table::schedules;
use smmuq_testbench::explore::{Bounds, Finding, Findings, explore, properties, queue_name, tell};
use smmuq_testbench::queue::Queue;

use super::{End, MISMATCH, show};

const EXAMPLES: &str = "\
Examples:
  smmuq explore
  smmuq explore --driver linux-v4.9 --queue pri --entries 1
  smmuq explore --driver batch+report-at-ack --entries 4 --arrivals 9
  smmuq explore --driver linux-v6.4 --entries 1 --target rtl

What each property says, and what all drivers make of it: smmuq verdict, docs/verdict.md.";

/// Time between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Which software drains the queue
    #[arg(long, default_value = drivers::DEFAULT)]
    driver: String,
    /// Which queue
    #[arg(long, value_enum, default_value_t = Which::Event)]
    queue: Which,
    /// How many entries the queue has: 1, 2 or 4
    #[arg(long, default_value = "2", value_parser = log2size)]
    entries: u8,
    /// How many records or messages come at most
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..=100))]
    arrivals: u8,
    /// What runs: the golden model, or the RTL in lock-step with it
    #[arg(long, value_enum, default_value_t = Target::Golden)]
    target: Target,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    Event,
    Pri,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    Golden,
    Rtl,
}

fn log2size(entries: &str) -> Result<u8, String> {
    match entries {
        "1" => Ok(0),
        "2" => Ok(1),
        "4" => Ok(2),
        _ => Err("give 1, 2 or 4".to_owned()),
    }
}

/// Searches all schedules of one driver.
pub fn run(arguments: &Arguments) -> End {
    let driver = Driver::named(&arguments.driver)?;
    let queue = match arguments.queue {
        Which::Event => Queue::Event,
        Which::Pri => Queue::Pri,
    };
    if !driver.serves(queue) {
        return Err(format!("{} has no handler for the {} queue", driver.name, queue_name(queue)).into());
    }
    let bounds = Bounds { queue, log2size: arguments.entries, arrivals: arguments.arrivals };
    match arguments.target {
        Target::Golden => {
            let device = || Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
            search(driver, device, bounds, String::new)
        }
        Target::Rtl if cfg!(feature = "rtl-coverage") => Err(
            "a program with the feature rtl-coverage cannot go back to a state of the RTL, so there is no \
                 --target rtl; build it without"
                .into(),
        ),
        Target::Rtl => {
            built(Configuration::Standard)?;
            let compared = Rc::new(Compared::default());
            let device = || explore_rtl::device(Configuration::Standard, bounds, compared.clone());
            search(driver, device, bounds, || compared_text(&compared))
        }
    }
}

/// Searches, and shows what was found; `more` says something about the device.
fn search<D: Device>(
    driver: Driver,
    device: impl Fn() -> D,
    bounds: Bounds,
    more: impl Fn() -> String,
) -> End {
    let mut progress = Progress::new();
    let started = Instant::now();
    let found = explore(driver, device, bounds, |seen, known| progress.show(seen, known));
    progress.bar.finish_and_clear();
    match found {
        Ok(findings) => {
            show(&text(driver, bounds, &findings, started.elapsed(), &more()))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(stopped) => {
            eprintln!("{}", tell::stopped(driver, bounds, &stopped));
            Ok(ExitCode::from(MISMATCH))
        }
    }
}

/// What the RTL was compared in.
fn compared_text(compared: &Compared) -> String {
    let Compared { inputs, cycles, steps } = compared;
    format!(
        "RTL: {} steps of the block in {} cycles, {} steps at its ports compared with the golden model, 0 mismatches\n",
        inputs.get(),
        cycles.get(),
        steps.get(),
    )
}

fn text(driver: Driver, bounds: Bounds, findings: &Findings, time: Duration, more: &str) -> String {
    let Findings { states, storm_states, .. } = findings;
    let speed = (states + storm_states) as f64 / time.as_secs_f64();
    let mut text = format!(
        "{}, {} queue, entries: {}, arrivals: {} at most\n\
         {states} states, {} schedules; storms that never end: {storm_states} states\n\
         {:.2} s, {speed:.0} states/s\n{more}",
        driver.name,
        queue_name(bounds.queue),
        1 << bounds.log2size,
        bounds.arrivals,
        schedules(findings.schedules),
        time.as_secs_f64(),
    );
    for (property, finding) in properties::ALL.iter().zip(&findings.findings) {
        text += &format!("\n{}: {}\n", property.name, property.sentence);
        if property.impossible(bounds.log2size) {
            text += "  no algorithm keeps it with so few entries\n";
        }
        text += &told(driver, bounds, finding);
    }
    text
}

fn told(driver: Driver, bounds: Bounds, finding: &Finding) -> String {
    match finding {
        Finding::DoesNotApply => "  does not apply to this queue\n".to_owned(),
        Finding::Holds { vacuous: true, .. } => "  holds: nothing of the kind ever happens\n".to_owned(),
        Finding::Holds { bound: Some(bound), .. } => format!("  holds, {bound} at most\n"),
        Finding::Holds { bound: None, .. } => "  holds\n".to_owned(),
        Finding::Fails(schedule) => format!(
            "  does not hold; the shortest counterexample has {} moves:\n{}",
            schedule.length(),
            tell::lines(driver, bounds, schedule)
        ),
    }
}

/// A spinner on a terminal, a line now and then elsewhere.
struct Progress {
    bar: ProgressBar,
    last: Instant,
}

impl Progress {
    fn new() -> Self {
        let style = ProgressStyle::with_template("{spinner} {elapsed}, {msg}");
        let bar = ProgressBar::no_length().with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, last: Instant::now() }
    }

    fn show(&mut self, seen: usize, known: usize) {
        let terminal = std::io::stderr().is_terminal();
        let pause = if terminal { Duration::from_millis(100) } else { LINES };
        if self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        let text = format!("{seen} of {known} known states looked at");
        if terminal {
            self.bar.set_message(text);
            self.bar.tick();
        } else {
            eprintln!("{text}");
        }
    }
}

#[cfg(test)]
mod tests {
    use smmuq_testbench::bus::Request;
    use smmuq_testbench::explore::device::{Effect, Input, View};

    use super::*;

    /// The golden model, but it takes no CONS write.
    struct NoConsWrites(Golden);

    impl Device for NoConsWrites {
        type State = <Golden as Device>::State;
        type Error = &'static str;

        fn state(&self) -> Self::State {
            self.0.state()
        }

        fn restore(&mut self, state: &Self::State) {
            self.0.restore(state);
        }

        fn view(&self) -> View {
            self.0.view()
        }

        fn step(&mut self, input: Input) -> Result<Effect, Self::Error> {
            match input {
                Input::Access(Request::Write(..)) => Err("CONS cannot be written"),
                _ => Ok(self.0.step(input).unwrap_or_default()),
            }
        }
    }

    #[test]
    fn a_mismatch_is_exit_code_1() {
        let bounds = Bounds { queue: Queue::Event, log2size: 0, arrivals: 2 };
        let driver = Driver::named(drivers::DEFAULT).unwrap();
        let golden = || Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
        assert_eq!(search(driver, golden, bounds, String::new).unwrap(), ExitCode::SUCCESS);
        let wrong = || NoConsWrites(golden());
        assert_eq!(search(driver, wrong, bounds, String::new).unwrap(), ExitCode::from(1));
    }
}
