//! What was measured: the sweep, and the coverage of random runs.

use maud::{Markup, PreEscaped, html};
use smmuq_testbench::coverage::Bin;

use super::Report;
use super::gather::PROFILE;
use super::page::{grouped, scrolling, table};
use crate::sweep::{Measured, PlotError};
use crate::verilated::Configuration;

impl Report {
    pub(super) fn sweep_section(&self) -> Result<Markup, PlotError> {
        let plots = self.sweep.plots()?;
        let offered: u64 = self.sweep.points.iter().map(|point| point.offered).sum();
        let lost: u64 = self.sweep.points.iter().map(|point| point.lost).sum();
        let most = self.sweep.points.iter().map(|point| point.visible).fold(0.0, f64::max);
        Ok(html! {
            p {
                (self.sweep.points.len()) " runs of " (grouped(self.sweep.cycles)) " clock cycles each: " (grouped(offered)) " records came, "
                (grouped(lost)) " were lost. The panels are for three ways in which records arrive (rows), and for the mean number of "
                "cycles from one record to the next, the gap (columns)."
            }
            p {
                "The kernel prints 10 events in 5 seconds. If a run went on for so long, a cycle being a nanosecond, at most one of "
                (grouped(format!("{:.0}", 1.0 / most))) " delivered events would be printed."
            }
            (table("Sums by driver", self.sums()))
            @for (name, svg) in plots { (plot(&name, &svg)) }
            p.again { "Again: " code { "cargo run --release -- sweep --svg plots" } }
        })
    }

    fn sums(&self) -> Markup {
        let mut drivers: Vec<&str> = self.sweep.points.iter().map(|point| point.driver).collect();
        drivers.dedup();
        let sum = |driver: &str, value: fn(&Measured) -> u64| -> u64 {
            self.sweep.points.iter().filter(|point| point.driver == driver).map(value).sum()
        };
        html! {
            thead { tr { th scope="col" { "Driver" } @for name in ["came", "lost", "overflows", "reports"] { th.number scope="col" { (name) } } th.number scope="col" { "time unacknowledged" } } }
            tbody { @for driver in drivers { tr {
                th scope="row" { (driver) }
                td.number { (grouped(sum(driver, |point| point.offered))) }
                td.number { (grouped(sum(driver, |point| point.lost))) }
                td.number { (grouped(sum(driver, |point| point.overflows))) }
                td.number { (grouped(sum(driver, |point| point.reports))) }
                td.number { (percent(sum(driver, |point| point.unacknowledged), sum(driver, |point| point.cycles))) }
            } } }
        }
    }

    pub(super) fn coverage_section(&self) -> Markup {
        let (hit, all) = self.campaign.coverage.reached();
        html! {
            p {
                (self.campaign.seeds) " random runs (profile " (PROFILE) ", seeds 0 to " (self.campaign.seeds.saturating_sub(1)) ") of everything at once: "
                (grouped(self.campaign.cycles)) " clock cycles, " (grouped(self.campaign.steps_compared)) " steps compared with the model, no difference. "
                "They met " strong { (hit) " of " (all) } " situations that can be met."
            }
            p {
                "Builds of the hardware that took part: " (names(&self.builds)) "."
                @if !self.left_out.is_empty() {
                    " Not in this program, and so not tried: " (names(&self.left_out)) "; situations that only they have are missing below."
                }
            }
            (table("Situations met", html! {
                thead { tr { th scope="col" { "Group" } th.number scope="col" { "met" } th.number scope="col" { "of" } th scope="col" { "Not met" } } }
                tbody { @for group in self.groups() { tr {
                    th scope="row" { (group.name) }
                    td.number { (group.hit) } td.number { (group.hit + group.missed.len()) }
                    td.wide { (if group.missed.is_empty() { "nothing".to_owned() } else { group.missed.join("; ") }) }
                } } }
            }))
            p.again { "Again, with more runs: " code { "cargo run --release -- campaign --profile " (PROFILE) " --seeds 2000" } }
        }
    }

    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (Bin { group, name, excluded }, hits) in self.campaign.coverage.bins() {
            if excluded.is_some() {
                continue;
            }
            if groups.last().is_none_or(|last| last.name != *group) {
                groups.push(Group { name: group, hit: 0, missed: Vec::new() });
            }
            let Some(last) = groups.last_mut() else { continue };
            if hits > 0 { last.hit += 1 } else { last.missed.push(name) }
        }
        groups
    }
}

/// Situations that can be met.
struct Group<'a> {
    name: &'a str,
    hit: usize,
    missed: Vec<&'a str>,
}

fn names(builds: &[Configuration]) -> String {
    builds.iter().map(|build| build.name()).collect::<Vec<_>>().join(", ")
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

/// A plot of the sweep, as a picture with a name.
fn plot(file: &str, svg: &str) -> Markup {
    let name = match file.trim_end_matches(".svg").split_once('-') {
        Some(("lost", driver)) => format!("What {driver} loses, by interrupt latency and size of the queue"),
        Some((_, size)) => format!(
            "How long an overflow is unacknowledged with {size} entries, by interrupt latency and driver"
        ),
        None => file.to_owned(),
    };
    let id = format!("plot-{}", file.trim_end_matches(".svg"));
    // Inside HTML it needs no namespace.
    let titled = svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1);
    let titled = titled.replacen("<svg ", &format!("<svg role=\"img\" aria-labelledby=\"{id}\" "), 1);
    let head = titled.find('>').map_or(0, |at| at + 1);
    let (open, rest) = titled.split_at(head);
    html! {
        details.plot {
            summary { (name) }
            (scrolling(&name, html! { (PreEscaped(open)) title id=(id) { (name) } (PreEscaped(rest)) }))
        }
    }
}
