//! The results of a sweep as a person reads them on a terminal.

use super::{Arrivals, Measured, Sweep};

impl Sweep {
    /// For each driver the fraction of the records that was lost at each point, then the sums of all drivers.
    pub fn table(&self) -> String {
        let drivers = distinct(self.points.iter().map(|point| point.driver));
        let losses: String = drivers.iter().map(|driver| self.losses(driver)).collect();
        let sums: String = drivers.iter().map(|driver| self.sums(driver)).collect();
        format!(
            "{losses}{:<28}{:>10}{:>10}{:>10}{:>10}{:>10}{:>16}{:>12}\n{sums}",
            "sums", "offered", "lost", "overflows", "reports", "delivered", "unacknowledged", "visible <="
        )
    }

    /// Rows by gap and latency, columns by arrivals and entries.
    fn losses(&self, driver: &str) -> String {
        let points: Vec<_> = self.points.iter().filter(|point| point.driver == driver).collect();
        let entries = distinct(points.iter().map(|point| point.entries));
        let arrivals = distinct(points.iter().map(|point| point.arrivals));
        let names: String = arrivals
            .iter()
            .map(|each| format!("  {:<width$}", each.name(), width = 7 * entries.len()))
            .collect();
        let sizes: String = entries.iter().map(|entries| format!("{entries:>7}")).collect();
        let mut text = format!("{driver}: % lost, by arrivals and entries\n{:>16}{names}\n", "");
        text += &format!("{:>7}{:>9}{}\n", "gap", "latency", format!("  {sizes}").repeat(arrivals.len()));
        for (gap, latency) in distinct(points.iter().map(|point| (point.gap, point.latency))) {
            text += &format!("{gap:>7}{latency:>9}");
            for &each in &arrivals {
                let cell = |entries: &u64| {
                    let here = |point: &&&Measured| {
                        (point.gap, point.latency, point.entries, point.arrivals)
                            == (gap, latency, *entries, each)
                    };
                    points.iter().find(here).map_or_else(String::new, |point| percent(point.loss()))
                };
                text += &format!(
                    "  {}",
                    entries.iter().map(|entries| format!("{:>7}", cell(entries))).collect::<String>()
                );
            }
            text += "\n";
        }
        text + "\n"
    }

    /// A row for each kind of arrivals.
    fn sums(&self, driver: &str) -> String {
        let row = |arrivals: Arrivals| {
            let points: Vec<_> = self
                .points
                .iter()
                .filter(|point| point.driver == driver && point.arrivals == arrivals)
                .collect();
            let sum = |value: fn(&Measured) -> u64| points.iter().map(|point| value(point)).sum::<u64>();
            let share = sum(|point| point.unacknowledged) as f64 / sum(|point| point.cycles) as f64;
            let most = points.iter().map(|point| point.visible).fold(0.0, f64::max);
            format!(
                "{:<28}{:>10}{:>10}{:>10}{:>10}{:>10}{:>15}%{:>12}\n",
                format!("{driver}, {}", arrivals.name()),
                sum(|point| point.offered),
                sum(|point| point.lost),
                sum(|point| point.overflows),
                sum(|point| point.reports),
                sum(|point| point.delivered),
                percent(share),
                format!("{most:.1e}"),
            )
        };
        let arrivals = distinct(self.points.iter().map(|point| point.arrivals));
        arrivals.into_iter().map(row).collect()
    }
}

fn percent(fraction: f64) -> String {
    format!("{:.1}", 100.0 * fraction)
}

/// Each value once, in the order of the first.
pub(super) fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}
