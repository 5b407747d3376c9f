//! Makes a failing run small: fewer, simpler, earlier steps with the same failing field and rules.

use std::time::{Duration, Instant};

use smmuq_testbench::memory::Timing;
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::stimulus::{Count, PageRequests, Step};

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
    let wanted = mismatch(session)?;
    let mut shrinking = Shrinking { best: session.clone(), wanted, until: Instant::now() + bound, tried: 0 };
    loop {
        let before = shrinking.best.stimulus.clone();
        shrinking.remove_steps();
        shrinking.simplify_steps();
        shrinking.simplify_surroundings();
        if shrinking.over() || shrinking.best.stimulus == before {
            break;
        }
    }
    let out_of_time = shrinking.over();
    Some(Shrunk { session: shrinking.best, tried: shrinking.tried, out_of_time })
}

fn mismatch(session: &Session) -> Option<Box<Mismatch>> {
    session.run(None).ok()?.mismatch
}

struct Shrinking {
    best: Session,
    wanted: Box<Mismatch>,
    until: Instant,
    tried: u64,
}

impl Shrinking {
    fn over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Keeps a change if the run still fails in the same way.
    fn attempt(&mut self, change: impl FnOnce(&mut Session)) -> bool {
        if self.over() {
            return false;
        }
        let mut session = self.best.clone();
        change(&mut session);
        if session.stimulus == self.best.stimulus && session.log2size == self.best.log2size {
            return false;
        }
        self.tried += 1;
        let same =
            |found: Box<Mismatch>| found.field == self.wanted.field && found.rules == self.wanted.rules;
        let fails = mismatch(&session).is_some_and(same);
        if fails {
            self.best = session;
        }
        fails
    }

    /// Leaves out ever smaller pieces, from the end on, which is behind the failure.
    fn remove_steps(&mut self) {
        let mut piece = self.best.stimulus.steps.len().div_ceil(2);
        while piece > 0 && !self.over() {
            let mut end = self.best.stimulus.steps.len();
            while end > 0 {
                let start = end.saturating_sub(piece);
                self.attempt(|session| {
                    session.stimulus.steps.drain(start..end);
                });
                end = start.min(self.best.stimulus.steps.len());
            }
            piece /= 2;
        }
    }

    fn simplify_steps(&mut self) {
        for at in 0..self.best.stimulus.steps.len() {
            for simpler in simpler(&self.best.stimulus.steps[at]) {
                if self.attempt(|session| session.stimulus.steps[at] = simpler) {
                    break;
                }
            }
        }
    }

    /// A fast memory, software without delays, small queues.
    fn simplify_surroundings(&mut self) {
        self.attempt(|session| session.stimulus.memory = Timing::default());
        self.attempt(|session| session.stimulus.memory.ready = 100);
        self.attempt(|session| session.stimulus.memory.errors = 0);
        self.attempt(|session| {
            session.stimulus.concurrent = session.stimulus.concurrent.map(|_| Default::default());
        });
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
        Step::Issue(names) if names.len() > 1 => names.iter().map(|&name| Step::Issue(vec![name])).collect(),
        _ => Vec::new(),
    }
}
