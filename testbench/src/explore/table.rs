//! The verdict as text.

use std::fmt;

use super::properties;
use super::verdict::{Cell, Row, Verdict};
use super::{Findings, queue_name};
use crate::queue::Queue;

const DRIVER_WIDTH: usize = 30;
const CELL_WIDTH: usize = 7;

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (column, property) in (1..).zip(properties::ALL) {
            writeln!(f, "{column:>3} {:<26} {}", property.name, property.sentence)?;
        }
        writeln!(f, "\n{}", self.tables())?;
        writeln!(f, "\nShortest counterexamples, and whose they are:")?;
        for at in 0..self.counterexamples.len() {
            self.counterexample(f, at)?;
        }
        Ok(())
    }
}

const LEGEND: &str = "\
holds   in every schedule
<= N    holds; of one overflow, before its acknowledge: column 10: at most N messages are discarded although there is
        space, column 11: at most N arrivals come
holds*  holds from 2 entries on; with one entry no algorithm can
void    holds, but there is nothing that could break it: what it speaks of never happens
N       does not hold: the shortest counterexample has N moves";

impl Verdict {
    /// The tables of both queues, with their counts and what the cells mean.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        for queue in Queue::ALL {
            let _ = self.table(&mut text, queue);
        }
        text + LEGEND + "\n"
    }

    fn table(&self, f: &mut impl fmt::Write, queue: Queue) -> fmt::Result {
        let searches = || self.searches.iter().filter(|search| search.bounds.queue == queue);
        let sum = |count: fn(&Findings) -> u128| {
            searches().map(|search| count(&search.findings)).fold(0, u128::saturating_add)
        };
        let mut entries: Vec<_> = searches().map(|search| 1u32 << search.bounds.log2size).collect();
        entries.sort_unstable();
        entries.dedup();
        let entries: Vec<_> = entries.iter().map(u32::to_string).collect();
        let arrivals = searches().map(|search| search.bounds.arrivals).max().unwrap_or(0);
        writeln!(
            f,
            "{} queue of {} entries, {arrivals} arrivals at most: {} states, {} schedules; storms: {} states",
            queue_name(queue),
            entries.join(" and "),
            sum(|findings| findings.states as u128),
            schedules(sum(|findings| findings.schedules)),
            sum(|findings| findings.storm_states as u128),
        )?;
        write!(f, "{:DRIVER_WIDTH$}", "")?;
        for (column, _) in (1..).zip(properties::ALL) {
            write!(f, "{column:>CELL_WIDTH$}")?;
        }
        writeln!(f)?;
        for row in self.rows.iter().filter(|row| row.queue == queue) {
            write!(f, "{:<DRIVER_WIDTH$}", row.driver.name)?;
            for cell in &row.cells {
                write!(f, "{:>CELL_WIDTH$}", self.shown(cell.as_ref()))?;
            }
            writeln!(f)?;
        }
        writeln!(f)
    }

    fn shown(&self, cell: Option<&Cell>) -> String {
        match cell {
            None => "-".to_owned(),
            Some(Cell::Fails(at)) => self.counterexamples[*at].schedule.length().to_string(),
            Some(Cell::Holds { vacuous: true, .. }) => "void".to_owned(),
            Some(Cell::Holds { bound: Some(bound), .. }) => format!("<= {bound}"),
            Some(Cell::Holds { except, .. }) if except.is_empty() => "holds".to_owned(),
            Some(Cell::Holds { .. }) => "holds*".to_owned(),
        }
    }

    fn counterexample(&self, f: &mut fmt::Formatter<'_>, at: usize) -> fmt::Result {
        let named = &self.counterexamples[at];
        let entries = if named.bounds.log2size == 0 { "entry" } else { "entries" };
        let length = named.schedule.length();
        writeln!(f, "  {}: {length} moves, {} {entries}", named.name, 1 << named.bounds.log2size)?;
        for property in properties::ALL {
            let whose: Vec<_> = self.whose(at, property.name).map(|row| row.driver.name).collect();
            if !whose.is_empty() {
                writeln!(f, "      {}: {}", property.name, whose.join(", "))?;
            }
        }
        Ok(())
    }

    /// The drivers of which a counterexample is the shortest one for a property.
    pub fn whose(&self, at: usize, property: &str) -> impl Iterator<Item = &Row> {
        let column = properties::ALL.iter().position(|each| each.name == property);
        self.rows.iter().filter(move |row| column.is_some_and(|it| row.cells[it] == Some(Cell::Fails(at))))
    }
}

/// A number of schedules, which stops counting at 2^128.
pub fn schedules(count: u128) -> String {
    if count == u128::MAX { format!("> {}", u128::MAX - 1) } else { count.to_string() }
}
