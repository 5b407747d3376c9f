//! What the best algorithm would have been: the driver that keeps the most in every schedule, as the verdict finds it.

use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::explore::properties::{self, Property};
use smmuq_testbench::explore::queue_name;
use smmuq_testbench::explore::verdict::{Cell, Row, Verdict};
use smmuq_testbench::queue::Queue;

/// What a driver makes of all properties, on all queues that it serves.
struct Score {
    driver: Driver,
    /// Properties that hold, and could have been broken.
    kept: usize,
    /// The cells that do not hold.
    broken: Vec<Broken>,
}

struct Broken {
    queue: Queue,
    property: &'static Property,
    /// Moves of the shortest counterexample.
    length: usize,
}

/// The best algorithm of a verdict, and why.
pub struct Best {
    /// Its names; several where several keep as much.
    pub drivers: Vec<&'static str>,
    /// The reason, a sentence each.
    pub reasons: Vec<String>,
}

/// Finds the algorithm that keeps the most properties. One that has nothing to keep, as it never reports or never
/// acknowledges, gains nothing by it; one without a handler for the PRI queue keeps nothing there.
pub fn best(verdict: &Verdict) -> Best {
    let mut scores: Vec<Score> = Vec::new();
    for row in &verdict.rows {
        let at = scores.iter().position(|score| score.driver.name == row.driver.name);
        let at = at.unwrap_or_else(|| {
            scores.push(Score { driver: row.driver, kept: 0, broken: Vec::new() });
            scores.len() - 1
        });
        scores[at].count(verdict, row);
    }
    let most = scores.iter().map(|score| score.kept).max().unwrap_or(0);
    let (winners, others): (Vec<_>, Vec<_>) = scores.iter().partition(|score| score.kept == most);
    let mut reasons: Vec<_> = winners.iter().map(|score| score.praise(verdict)).collect();
    let merged = |score: &&&Score| score.driver.name == drivers::DEFAULT;
    reasons.extend(others.iter().find(merged).map(|score| score.blame()));
    reasons.extend(next(&others));
    Best { drivers: winners.iter().map(|score| score.driver.name).collect(), reasons }
}

impl Score {
    fn count(&mut self, verdict: &Verdict, row: &Row) {
        for (property, cell) in properties::ALL.iter().zip(&row.cells) {
            match cell {
                Some(Cell::Holds { vacuous, .. }) => self.kept += usize::from(!vacuous),
                Some(Cell::Fails(at)) => self.broken.push(Broken {
                    queue: row.queue,
                    property,
                    length: verdict.counterexamples[*at].schedule.length(),
                }),
                None => {}
            }
        }
    }

    /// What it keeps, in how many states that was searched, and where nobody can.
    fn praise(&self, verdict: &Verdict) -> String {
        let name = self.driver.name;
        let own = || verdict.searches.iter().filter(|search| search.driver.name == name);
        let states: usize = own().map(|search| search.findings.states + search.findings.storm_states).sum();
        let arrivals = own().map(|search| search.bounds.arrivals).max().unwrap_or(0);
        let all = self.kept + self.broken.len();
        let kept =
            if self.broken.is_empty() { format!("all {all}") } else { format!("{} of {all}", self.kept) };
        format!(
            "{name} ({}) keeps {kept} properties of the verdict, in every schedule of at most {arrivals} arrivals \
             ({states} states){}.",
            self.driver.summary,
            self.exception(verdict)
        )
    }

    fn exception(&self, verdict: &Verdict) -> String {
        let row = verdict.rows.iter().find(|row| row.driver.name == self.driver.name);
        let cells = row.iter().flat_map(|row| properties::ALL.iter().zip(&row.cells));
        let mut text = String::new();
        for (property, cell) in cells {
            let Some(Cell::Holds { except, .. }) = cell else { continue };
            for log2size in except {
                let entries = 1u32 << log2size;
                text += &format!(
                    "; with {entries} entr{} no algorithm can keep {}",
                    if entries == 1 { "y" } else { "ies" },
                    property.name
                );
            }
        }
        text
    }

    /// What it breaks, property by property.
    fn blame(&self) -> String {
        let mut told = Vec::new();
        for property in properties::ALL {
            let broken: Vec<_> =
                self.broken.iter().filter(|each| each.property.name == property.name).collect();
            let Some(shortest) = broken.iter().map(|each| each.length).min() else { continue };
            let queues: Vec<_> = broken.iter().map(|each| queue_name(each.queue)).collect();
            told.push(format!(
                "{} ({}; {} queue; {shortest} moves break it)",
                property.sentence,
                property.name,
                queues.join(" and ")
            ));
        }
        format!("{}, the patch as merged, does not keep: {}.", self.driver.name, told.join("; "))
    }
}

/// The algorithms behind the best: those that break the fewest properties of those that keep the most.
fn next(others: &[&Score]) -> Option<String> {
    let most = others.iter().map(|score| score.kept).max()?;
    let names: Vec<_> =
        others.iter().filter(|score| score.kept == most).map(|score| score.driver.name.to_owned()).collect();
    let mut broken: Vec<_> = Vec::new();
    for score in others.iter().filter(|score| score.kept == most) {
        for each in &score.broken {
            if !broken.contains(&each.property.name.to_owned()) {
                broken.push(each.property.name.to_owned());
            }
        }
    }
    let verb = if names.len() == 1 { "breaks" } else { "break" };
    Some(format!("Next come {}, which {verb} only {}.", listed(&names), listed(&broken)))
}

/// `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

impl Best {
    /// As a person reads it on a terminal.
    pub fn story(&self) -> String {
        let names: Vec<_> = self.drivers.iter().map(|&name| name.to_owned()).collect();
        let head = format!("The best algorithm would have been {}.\n", listed(&names));
        head + &self.reasons.iter().map(|reason| format!("  {reason}\n")).collect::<String>()
    }
}
