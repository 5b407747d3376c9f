//! A timing diagram: step lines over the steps of a timeline, black on white, each with its name beside it.

use maud::{Markup, html};
use smmuq_testbench::queue::Queue;
use smmuq_testbench::timeline::{State, Timeline};

use super::page::scrolling;

/// Width of the names at the left.
const LEFT: usize = 132;
/// From the top of a lane to the top of the next.
const LANE: usize = 30;
/// How much of it the signal takes.
const HIGH: usize = 18;
/// The same of the occupancy.
const OCCUPANCY: usize = 46;
/// Width of a digit.
const DIGIT: usize = 8;

/// A diagram of one queue, in a box that scrolls sideways.
pub(super) fn diagram(id: &str, title: &str, timeline: &Timeline, queue: Queue, entries: u32) -> Markup {
    let states: Vec<State> = timeline.0.iter().map(|row| row.then.of(queue)).collect();
    let lanes = Lanes { step: step_width(&states), states, entries };
    let (width, height) = (LEFT + lanes.states.len() * lanes.step + 16, 7 * LANE + OCCUPANCY + 26);
    let steps = lanes.states.len();
    scrolling(
        &format!("Diagram: {title}"),
        html! {
                svg.diagram width=(width) height=(height) viewBox={ "0 0 " (width) " " (height) } role="img"
                    aria-labelledby={ (id) "-title " (id) "-about" } {
                    title id={ (id) "-title" } { (title) }
                    desc id={ (id) "-about" } {
                        "PROD, CONS, OVFLG, OVACKFLG, entries in the queue, losses and reports over " (steps)
                        " steps. The table below has the same values."
                    }
                    (lanes.grid(height))
                    (lanes.values(0, "PROD", |state| state.prod.into()))
                    (lanes.values(1, "CONS", |state| state.cons.into()))
                    (lanes.flag(2, "OVFLG", |state| state.ovflg))
                    (lanes.flag(3, "OVACKFLG", |state| state.ovackflg))
                    (lanes.unacknowledged(4))
                    (lanes.occupancy(5 * LANE))
                    (lanes.events(5 * LANE + OCCUPANCY + 8, "lost", |state| state.dropped))
                    (lanes.events(6 * LANE + OCCUPANCY + 8, "reports", |state| state.reports))
                    (lanes.numbers(height - 4))
                }
        },
    )
}

/// Wide enough for the longest number.
fn step_width(states: &[State]) -> usize {
    let most = states
        .iter()
        .map(|state| u64::from(state.prod.max(state.cons)).max(state.dropped))
        .max()
        .unwrap_or(0);
    (most.to_string().len() * DIGIT + 14).max(28)
}

struct Lanes {
    states: Vec<State>,
    /// Width of a step.
    step: usize,
    /// Of the queue.
    entries: u32,
}

impl Lanes {
    fn x(&self, step: usize) -> usize {
        LEFT + step * self.step
    }

    /// The middle of a step.
    fn middle(&self, step: usize) -> usize {
        self.x(step) + self.step / 2
    }

    /// Runs of equal values: the first step, the step behind the last, the value.
    fn runs<T: PartialEq + Copy>(&self, value: impl Fn(&State) -> T) -> Vec<(usize, usize, T)> {
        let mut runs: Vec<(usize, usize, T)> = Vec::new();
        for (at, now) in self.states.iter().map(value).enumerate() {
            match runs.last_mut() {
                Some((_, end, last)) if *last == now => *end = at + 1,
                _ => runs.push((at, at + 1, now)),
            }
        }
        runs
    }

    fn grid(&self, height: usize) -> Markup {
        html! { @for step in 0..=self.states.len() {
            @let x = self.x(step);
            line.grid x1=(x) x2=(x) y1="4" y2=(height - 16) {}
        } }
    }

    fn numbers(&self, y: usize) -> Markup {
        html! {
            text.name x="4" y=(y) { "step" }
            @for step in 0..self.states.len() { text.step x=(self.middle(step)) y=(y) { (step + 1) } }
        }
    }

    /// Numbers between two lines, which cross where the number changes.
    fn values(&self, lane: usize, name: &str, value: impl Fn(&State) -> u64) -> Markup {
        let (top, bottom) = (lane * LANE + 6, lane * LANE + 6 + HIGH);
        let middle = (top + bottom) / 2;
        html! {
            text.name x="4" y=(middle + 5) { (name) }
            @for (from, to, value) in self.runs(value) {
                @let (left, right) = (self.x(from), self.x(to));
                path.line d={ "M" (left) " " (middle) " L" (left + 4) " " (top) " H" (right - 4) " L" (right) " " (middle)
                    " L" (right - 4) " " (bottom) " H" (left + 4) " Z" } {}
                text.value x=((left + right) / 2) y=(middle + 5) { (value) }
            }
        }
    }

    /// A line that is low for 0 and high for 1.
    fn flag(&self, lane: usize, name: &str, value: impl Fn(&State) -> bool) -> Markup {
        let (top, bottom) = (lane * LANE + 6, lane * LANE + 6 + HIGH);
        let y = |on| if on { top } else { bottom };
        let runs = self.runs(value);
        let mut path = String::new();
        for (at, &(from, to, on)) in runs.iter().enumerate() {
            let begin = if at == 0 { format!("M{} {}", self.x(from), y(on)) } else { format!(" V{}", y(on)) };
            path += &format!("{begin} H{}", self.x(to));
        }
        html! {
            text.name x="4" y=((top + bottom) / 2 + 5) { (name) }
            @for &(from, _, on) in &runs { text.bit x=(self.x(from) + 4) y=(if on { bottom } else { bottom - 4 }) { (u8::from(on)) } }
            path.line d=(path) {}
        }
    }

    /// A bar as long as the two flags differ.
    fn unacknowledged(&self, lane: usize) -> Markup {
        let top = lane * LANE + 8;
        html! {
            text.name x="4" y=(top + 12) { "unacknowledged" }
            line.grid x1=(LEFT) x2=(self.x(self.states.len())) y1=(top + 8) y2=(top + 8) {}
            @for (from, to, active) in self.runs(State::overflow_active) { @if active {
                rect.bar x=(self.x(from)) y=(top) width=(self.x(to) - self.x(from)) height="14" {}
            } }
        }
    }

    /// How many entries are in the queue, as far as PROD and CONS show it.
    fn occupancy(&self, top: usize) -> Markup {
        let (top, bottom) = (top + 6, top + OCCUPANCY);
        let y = |used: u32| bottom - (bottom - top) * used.min(self.entries) as usize / self.entries as usize;
        let runs = self.runs(|state| used(state, self.entries));
        let mut path = String::new();
        for (at, &(from, to, used)) in runs.iter().enumerate() {
            let begin =
                if at == 0 { format!("M{} {}", self.x(from), y(used)) } else { format!(" V{}", y(used)) };
            path += &format!("{begin} H{}", self.x(to));
        }
        let end = self.x(self.states.len());
        html! {
            text.name x="4" y=((top + bottom) / 2 + 5) { "in queue" }
            text.scale x=(LEFT - 6) y=(top + 5) { (self.entries) }
            text.scale x=(LEFT - 6) y=(bottom + 4) { "0" }
            line.full x1=(LEFT) x2=(end) y1=(top) y2=(top) {}
            path.fill d={ (path) " V" (bottom) " H" (LEFT) " Z" } {}
            path.line d=(path) {}
        }
    }

    /// A mark at each step in which a count grows, and by how much.
    fn events(&self, top: usize, name: &str, count: impl Fn(&State) -> u64) -> Markup {
        let counts: Vec<u64> = std::iter::once(0).chain(self.states.iter().map(count)).collect();
        html! {
            text.name x="4" y=(top + 15) { (name) }
            line.grid x1=(LEFT) x2=(self.x(self.states.len())) y1=(top + 10) y2=(top + 10) {}
            @for (step, pair) in counts.windows(2).enumerate() {
                @let more = pair[1].saturating_sub(pair[0]);
                @if more > 0 {
                    rect.mark x=(self.x(step) + 2) y=(top) width=(self.step - 4) height="20" rx="3" {}
                    text.marked x=(self.middle(step)) y=(top + 15) { "+" (more) }
                }
            }
        }
    }
}

/// How many entries are in a queue. Pointers have an index and a wrap bit.
fn used(state: &State, entries: u32) -> u32 {
    state.prod.wrapping_sub(state.cons) & (2 * entries - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(prod: u32, cons: u32) -> State {
        State { prod, cons, ..State::default() }
    }

    /// Two entries: pointers go 0, 1, 2, 3, 0. With one entry they go 0, 1, 0.
    #[test]
    fn pointers_wrap() {
        assert_eq!(
            [(0, 0), (2, 0), (3, 2), (0, 2), (1, 3), (0, 3)].map(|(p, c)| used(&state(p, c), 2)),
            [0, 2, 1, 2, 2, 1]
        );
        assert_eq!([(0, 0), (1, 0), (0, 1), (1, 1)].map(|(p, c)| used(&state(p, c), 1)), [0, 1, 1, 0]);
    }

    /// Steps of 28 from 132 on: one written, one lost with OVFLG, the overflow acknowledged.
    #[test]
    fn each_lane_changes_where_its_value_does() {
        let full = State { dropped: 1, ovflg: true, ..state(1, 0) };
        let lanes =
            Lanes { states: vec![state(1, 0), full, State { ovackflg: true, ..full }], step: 28, entries: 1 };
        let flag = lanes.flag(0, "OVFLG", |state| state.ovflg).into_string();
        assert!(flag.contains("d=\"M132 24 H160 V6 H216\""), "{flag}");
        let bar = lanes.unacknowledged(0).into_string();
        assert!(bar.contains("<rect class=\"bar\" x=\"160\" y=\"8\" width=\"28\""), "{bar}");
        let lost = lanes.events(0, "lost", |state| state.dropped).into_string();
        assert_eq!(lost.matches("<rect").count(), 1);
        assert!(lost.contains("<rect class=\"mark\" x=\"162\"") && lost.contains(">+1<"), "{lost}");
        let values = lanes.values(0, "PROD", |state| state.prod.into()).into_string();
        assert_eq!(values.matches("<path").count(), 1, "one value, one shape: {values}");
    }
}
