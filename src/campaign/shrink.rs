//! Makes a failing run small: fewer, simpler, earlier steps that fail in the same way.

use std::time::{Duration, Instant};

use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::memory::Timing;
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::stimulus::{Count, PageRequests, Step, Together};

use crate::session::Session;

/// A run that has been made small.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The run.
    pub session: Session,
    /// Runs that it took.
    pub tried: u64,
    /// The time was over before nothing could be left out any more.
    pub out_of_time: bool,
}

/// Shrinks a failing run, as long as the time allows. Nothing where the run does not fail.
pub fn shrink(session: &Session, bound: Duration) -> Option<Shrunk> {
    shrink_with(session, bound, &|session| session.run(None).ok()?.mismatch)
}

/// The same with another way to find out whether and how a run fails.
pub fn shrink_with(session: &Session, bound: Duration, check: Check) -> Option<Shrunk> {
    let until = Instant::now() + bound;
    let wanted = check(session)?;
    let mut shrinking = Shrinking { best: session.clone(), check, wanted, until, tried: 1 };
    shrinking.cut_the_end();
    loop {
        let before = shrinking.best.clone();
        shrinking.simplify_surroundings();
        shrinking.remove_steps();
        shrinking.join_pauses();
        shrinking.simplify_steps();
        if !shrinking.changed(&before) {
            shrinking.remove_pairs();
        }
        if shrinking.over() || !shrinking.changed(&before) {
            break;
        }
    }
    let out_of_time = shrinking.over();
    Some(Shrunk { session: shrinking.best, tried: shrinking.tried, out_of_time })
}

/// Whether it is the same that fails. The rules are those of all steps of the cycle, and it is no other failure if fewer
/// steps fall into it.
fn alike(found: &Mismatch, wanted: &Mismatch) -> bool {
    found.field == wanted.field
        && found.rules.is_empty() == wanted.rules.is_empty()
        && found.rules.iter().all(|rule| wanted.rules.contains(rule))
        && (!wanted.rules.is_empty() || promise(&found.got) == promise(&wanted.got))
}

/// What the block promised, where no rules are named: place and label of an assertion, without the time, or the port or
/// the rules at the beginning of what a monitor says.
pub(super) fn promise(got: &str) -> &str {
    let assertion = got.starts_with('[').then(|| got.split_once("] ")).flatten();
    assertion.map_or_else(|| got.split(": ").next().unwrap_or(got), |(_, place)| place)
}

/// How a run fails, if it does.
type Check<'c> = &'c dyn Fn(&Session) -> Option<Box<Mismatch>>;

struct Shrinking<'c> {
    best: Session,
    check: Check<'c>,
    wanted: Box<Mismatch>,
    until: Instant,
    tried: u64,
}

impl Shrinking<'_> {
    fn over(&self) -> bool {
        Instant::now() >= self.until
    }

    fn changed(&self, before: &Session) -> bool {
        let Session { stimulus, log2size, driver, .. } = before;
        self.best.stimulus != *stimulus
            || self.best.log2size != *log2size
            || self.best.driver.name != driver.name
    }

    fn steps(&self) -> usize {
        self.best.stimulus.steps.len()
    }

    /// Keeps a change if the run still fails in the same way.
    fn attempt(&mut self, change: impl FnOnce(&mut Session)) -> bool {
        if self.over() {
            return false;
        }
        let mut session = self.best.clone();
        change(&mut session);
        // A scenario without steps is none, so nobody could replay it.
        if session.stimulus.steps.is_empty() || !self.changed(&session) {
            return false;
        }
        self.tried += 1;
        let fails = (self.check)(&session).is_some_and(|found| alike(&found, &self.wanted));
        if fails {
            self.best = session;
        }
        fails
    }

    /// Leaves out what is behind the failure. It makes no difference to what comes before, so halving finds the place.
    fn cut_the_end(&mut self) {
        let mut too_few = 0;
        while too_few + 1 < self.steps() && !self.over() {
            let middle = (too_few + self.steps()) / 2;
            if !self.attempt(|session| session.stimulus.steps.truncate(middle)) {
                too_few = middle;
            }
        }
    }

    /// Leaves out ever smaller pieces, from the end on, which is nearest to the failure.
    fn remove_steps(&mut self) {
        let mut piece = self.steps().div_ceil(2);
        while piece > 0 && !self.over() {
            let mut end = self.steps();
            while end > 0 {
                let start = end.saturating_sub(piece);
                self.attempt(|session| {
                    session.stimulus.steps.drain(start..end);
                });
                end = start.min(self.steps());
            }
            piece /= 2;
        }
    }

    /// Makes one pause of two that follow one another.
    fn join_pauses(&mut self) {
        let mut at = 1;
        while at < self.steps() {
            let joined = match self.best.stimulus.steps[at - 1..=at] {
                [Step::Cycles(first), Step::Cycles(second)] => Step::Cycles(first + second),
                _ => {
                    at += 1;
                    continue;
                }
            };
            if !self.attempt(|session| drop(session.stimulus.steps.splice(at - 1..=at, [joined]))) {
                at += 1;
            }
        }
    }

    /// Leaves out two steps at once: what is held and released, disabled and enabled, needs both or none.
    fn remove_pairs(&mut self) {
        let mut first = 0;
        while first < self.steps() {
            let second = (first + 1..self.steps()).find(|&second| {
                self.attempt(|session| {
                    session.stimulus.steps.remove(second);
                    session.stimulus.steps.remove(first);
                })
            });
            if second.is_none() {
                first += 1;
            }
        }
    }

    fn simplify_steps(&mut self) {
        for at in 0..self.steps() {
            for simpler in simpler(&self.best.stimulus.steps[at]) {
                if self.attempt(|session| session.stimulus.steps[at] = simpler) {
                    break;
                }
            }
        }
    }

    /// The driver that runs by default, one step after the other or at least software without delays, a fast memory,
    /// small queues.
    fn simplify_surroundings(&mut self) {
        if let Ok(driver) = Driver::named(drivers::DEFAULT) {
            self.attempt(|session| session.driver = driver);
        }
        self.attempt(|session| session.stimulus.concurrent = None);
        self.attempt(|session| {
            session.stimulus.concurrent = session.stimulus.concurrent.map(|_| Default::default());
        });
        self.attempt(|session| session.stimulus.memory = Timing::default());
        self.attempt(|session| session.stimulus.memory.errors = 0);
        self.attempt(|session| session.stimulus.memory.ready = 100);
        self.attempt(|session| session.stimulus.memory.latency = Timing::default().latency);
        for log2size in 0..self.best.log2size {
            if self.attempt(|session| {
                session.log2size = log2size;
                session.stimulus.log2size = log2size;
            }) {
                break;
            }
        }
    }
}

/// What a step could be instead, the simplest first.
fn simpler(step: &Step) -> Vec<Step> {
    let fewer = |count: Count, make: &dyn Fn(Count) -> Step| match count {
        Count::Plain(count) if count > 1 => {
            [1, count / 2, count - 1].map(|less| make(Count::Plain(less))).to_vec()
        }
        _ => Vec::new(),
    };
    match step {
        Step::Terminated(count) => fewer(*count, &Step::Terminated),
        Step::Stalled(count) => fewer(*count, &Step::Stalled),
        Step::Consume(count) => fewer(*count, &Step::Consume),
        Step::Release(count) => fewer(*count, &Step::Release),
        Step::Cycles(cycles) => {
            [1, cycles / 2].into_iter().filter(|less| less < cycles).map(Step::Cycles).collect()
        }
        Step::Abort(writes) if *writes > 1 => vec![Step::Abort(1)],
        Step::AbortReads(beats) if *beats > 1 => vec![Step::AbortReads(1)],
        Step::PageRequests(requests) => {
            let plain = PageRequests { count: requests.count, ..PageRequests::default() };
            let mut simpler =
                fewer(requests.count, &|count| Step::PageRequests(PageRequests { count, ..*requests }));
            simpler.push(Step::PageRequests(plain));
            simpler
        }
        Step::PageGroups(groups) => fewer(groups.groups, &|count| {
            let mut fewer = *groups;
            fewer.groups = count;
            Step::PageGroups(fewer)
        }),
        Step::Commands(names) if names.len() > 1 => {
            names.iter().map(|&name| Step::Commands(vec![name])).collect()
        }
        Step::Together(together) if *together == Together::default() => vec![Step::Cycles(1)],
        Step::Together(together) => fewer_together(*together).into_iter().map(Step::Together).collect(),
        Step::Issue(names) if names.len() > 1 => names.iter().map(|&name| Step::Issue(vec![name])).collect(),
        _ => Vec::new(),
    }
}

/// One thing less in the cycle.
fn fewer_together(together: Together) -> Vec<Together> {
    let fewer = [
        Together { write: None, ..together },
        Together { terminated: false, ..together },
        Together { stalled: false, ..together },
        Together { page_request: false, ..together },
        Together { release: false, ..together },
    ];
    fewer.into_iter().filter(|fewer| *fewer != together).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use smmuq_testbench::stimulus::Stimulus;

    use super::*;

    fn session(steps: Vec<Step>) -> Session {
        let text = "title = 'it'\nlog2size = 3\nsteps = ['wake']";
        let stimulus = Stimulus { steps, ..Stimulus::parse("it", text).unwrap() };
        Session::new("it", stimulus, Driver::named("thread-v1").unwrap())
    }

    fn wrong(field: &str) -> Option<Box<Mismatch>> {
        Some(Box::new(Mismatch {
            cycle: 0,
            field: field.to_owned(),
            expected: String::new(),
            got: String::new(),
            rules: vec!["Q1"],
            before: Vec::new(),
            offenders: Vec::new(),
        }))
    }

    #[test]
    fn the_same_failure_may_be_of_fewer_steps() {
        let with = |rules: &[&'static str], got: &str| {
            let rules = rules.to_vec();
            Mismatch { rules, got: got.to_owned(), ..*wrong("field").unwrap() }
        };
        assert!(alike(&with(&["Q1"], "0x1"), &with(&["Q1", "C1"], "0x2")));
        assert!(!alike(&with(&["Q1", "C1"], "0x1"), &with(&["Q1"], "0x1")));
        assert!(!alike(&with(&[], "0x1"), &with(&["Q1"], "0x1")));
        assert!(alike(&with(&[], "V1: PROD shows 1"), &with(&[], "V1: PROD shows 2")));
        assert!(!alike(&with(&[], "V1: PROD shows 1"), &with(&[], "C3: CONS says 1")));
        let assertion =
            |time: u64, label: &str| with(&[], &format!("[{time}] %Error: a.sv:1: failed in {label}"));
        assert!(alike(&assertion(10, "V1_A"), &assertion(20, "V1_A")));
        assert!(!alike(&assertion(10, "V1_A"), &assertion(10, "V1_B")));
    }

    /// Many steps of other kinds, and among them two.
    fn many() -> Vec<Step> {
        let mut steps: Vec<Step> = (0..200).map(|cycles| Step::Cycles(cycles % 7 + 2)).collect();
        steps.insert(150, Step::Hold(true));
        steps.insert(50, Step::Terminated(Count::Plain(5)));
        steps
    }

    fn records(session: &Session) -> Option<usize> {
        let records = |step: &Step| matches!(step, Step::Terminated(Count::Plain(count)) if *count >= 3);
        session.stimulus.steps.iter().position(records)
    }

    #[test]
    fn what_two_steps_cause_is_shrunk_to_these() {
        let check = |session: &Session| {
            let hold = session.stimulus.steps.iter().position(|step| *step == Step::Hold(true))?;
            (records(session)? < hold).then_some(wrong("both"))?
        };
        let shrunk = shrink_with(&session(many()), Duration::from_secs(60), &check).unwrap();
        assert_eq!(shrunk.session.stimulus.steps, [Step::Terminated(Count::Plain(3)), Step::Hold(true)]);
        assert_eq!((shrunk.session.log2size, shrunk.session.driver.name), (0, drivers::DEFAULT));
        assert!(!shrunk.out_of_time);
        assert!(shrunk.tried < 200, "{} runs", shrunk.tried);
    }

    #[test]
    fn what_is_switched_on_and_off_goes_at_once() {
        let steps = vec![Step::Hold(true), Step::Terminated(Count::Plain(3)), Step::Hold(false)];
        let check = |session: &Session| {
            let holds = session.stimulus.steps.iter().filter(|step| matches!(step, Step::Hold(_)));
            (holds.count() % 2 == 0 && records(session).is_some()).then_some(wrong("records"))?
        };
        let shrunk = shrink_with(&session(steps), Duration::from_secs(60), &check).unwrap();
        assert_eq!(shrunk.session.stimulus.steps, [Step::Terminated(Count::Plain(3))]);
    }

    #[test]
    fn another_failure_does_not_count() {
        let check = |session: &Session| wrong(if records(session).is_some() { "records" } else { "other" });
        let shrunk = shrink_with(&session(many()), Duration::from_secs(60), &check).unwrap();
        assert_eq!(shrunk.session.stimulus.steps, [Step::Terminated(Count::Plain(3))]);
        assert!(shrink_with(&session(many()), Duration::from_secs(60), &|_| None).is_none());
    }

    #[test]
    fn the_time_bound_is_kept() {
        let runs = Cell::new(0);
        let check = |_: &Session| {
            runs.set(runs.get() + 1);
            std::thread::sleep(Duration::from_millis(20));
            wrong("slow")
        };
        let shrunk = shrink_with(&session(many()), Duration::from_millis(30), &check).unwrap();
        assert!(shrunk.out_of_time);
        assert_eq!(shrunk.tried, runs.get());
        assert!(runs.get() <= 3, "{} runs", runs.get());
    }
}
