//! The definitions: the Command queue as arithmetic on unbounded counters.

use std::collections::VecDeque;

/// What comes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is handed on, and consumed with that (C11).
    Good,
    /// CERROR_ILL.
    Illegal,
    /// Its read was answered with an error: CERROR_ABT.
    Aborted,
}

/// Whether a step is asked for by the rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// It is what comes next.
    Due,
    /// It may have been on its way when the queue stopped (Q17, E8), or when PROD moved back (Q15).
    Unsaid,
    Never,
}

/// The queue. Command k is the k-th since the beginning of time.
#[derive(Clone, Debug)]
pub struct Commands {
    /// Number of entries, 2^n (Q1).
    pub size: u64,
    /// Commands that software says there are.
    pub produced: u64,
    /// Commands that the SMMU has consumed.
    pub consumed: u64,
    /// The next commands, as far as they are fetched (Q17).
    pub fetched: VecDeque<Outcome>,
    /// Commands of a fetch that are still to come, and whether they are dropped then (Q17).
    pub coming: u64,
    pub stale: bool,
    /// A fetch may be on its way of commands before this one.
    pub reach: u64,
    /// A command that is dropped here may be on its way, or a fetch that is kept here.
    pub doubtful: bool,
    /// Times that a command failed, how many software acknowledged (G1), and ERR of the last (C4).
    pub errors: u64,
    pub errors_acknowledged: u64,
    pub code: u32,
    /// CMDQEN in CR0 and in CR0ACK (E1).
    pub enable: bool,
    pub enable_acknowledged: bool,
}

impl Commands {
    /// A disabled queue.
    pub fn new(log2size: u32, produced: u64, consumed: u64) -> Self {
        Commands {
            size: 1 << log2size,
            produced,
            consumed,
            fetched: VecDeque::new(),
            coming: 0,
            stale: false,
            reach: 0,
            doubtful: false,
            errors: 0,
            errors_acknowledged: 0,
            code: 0,
            enable: false,
            enable_acknowledged: false,
        }
    }

    /// Commands in the queue; none in a state that no queue can have (Q5, Q6).
    pub fn pending(&self) -> u64 {
        self.produced.checked_sub(self.consumed).filter(|pending| *pending <= self.size).unwrap_or(0)
    }

    /// The number behind the last command in the queue.
    fn end(&self) -> u64 {
        self.consumed + self.pending()
    }

    /// The number of the next command to fetch, or that is fetched next.
    pub fn next(&self) -> u64 {
        self.consumed + self.fetched.len() as u64
    }

    /// C1.
    pub fn flows(&self) -> bool {
        self.enable && self.enable_acknowledged && self.errors == self.errors_acknowledged
    }

    /// What becomes of the oldest command now; nothing if it has not come, or PROD does not cover it.
    pub fn oldest(&self) -> Option<Outcome> {
        self.fetched.front().copied().filter(|_| self.flows() && self.pending() > 0)
    }

    /// A fetch of so many commands from a slot on: those at RD or behind the fetched ones, not beyond PROD (C1), not beyond the
    /// last slot.
    pub fn fetch(&self, slot: u64, commands: u64) -> Verdict {
        if self.coming > 0 || commands == 0 || slot + commands > self.size {
            return Verdict::Never;
        }
        let first = (self.consumed..).find(|number| number % self.size == slot).expect("one of each lap");
        let last = first + commands;
        let again = self.doubtful && first <= self.consumed + 1;
        if self.flows() && first == self.next() && last <= self.end() {
            Verdict::Due
        } else if last <= self.reach || (self.flows() && again && last <= self.end()) {
            Verdict::Unsaid
        } else {
            Verdict::Never
        }
    }

    /// Whether the oldest command can be handed on.
    pub fn send(&self) -> Verdict {
        if self.oldest() == Some(Outcome::Good) {
            Verdict::Due
        } else if self.doubtful || self.fetched.front() == Some(&Outcome::Good) {
            Verdict::Unsaid
        } else {
            Verdict::Never
        }
    }

    /// The fetch is sent.
    pub fn sent(&mut self, commands: u64) {
        // It may also be the one that was on its way, and then it is dropped.
        self.doubtful = self.next() + commands <= self.reach;
        (self.coming, self.stale, self.reach) = (commands, false, 0);
    }

    /// A command of a fetch comes; whether it is kept.
    pub fn bring(&mut self, outcome: Outcome) -> bool {
        self.coming -= 1;
        if !self.stale {
            self.fetched.push_back(outcome);
        }
        !self.stale
    }

    /// The oldest command is consumed (C2); whether there is a wake-up event: the queue was full (C10).
    pub fn consume(&mut self) -> bool {
        let full = self.pending() == self.size;
        self.fetched.pop_front();
        self.consumed += 1;
        full
    }

    /// The oldest command fails: RD stays, nothing flows (C3).
    pub fn fail(&mut self, code: u32) {
        self.stop();
        self.doubtful = false;
        self.errors += 1;
        self.code = code;
    }

    /// What was fetched is dropped, and what still comes (Q17).
    fn stop(&mut self) {
        self.doubtful = self.fetched.front().map_or(self.doubtful, |oldest| *oldest == Outcome::Good);
        self.fetched.clear();
        self.stale = true;
        if self.coming == 0 {
            self.reach = self.reach.max(self.end());
        }
    }

    /// Software writes PROD: it says that so many commands are in the queue, less than none included.
    pub fn produce(&mut self, pending: i64) {
        let end = self.end();
        self.produced = self.consumed.wrapping_add_signed(pending);
        if self.flows() && self.coming == 0 && self.end() < end {
            self.reach = self.reach.max(end); // Q15
        }
    }

    /// Software writes RD, which a queue that is not disabled ignores (E3).
    pub fn rewind(&mut self, pending: i64) {
        if !self.enable && !self.enable_acknowledged {
            self.consumed = self.produced.wrapping_add_signed(-pending);
        }
    }

    /// Software writes CR0.CMDQEN.
    pub fn set_enable(&mut self, enable: bool) {
        if self.flows() && !enable {
            self.stop();
        }
        self.enable = enable;
    }

    /// CR0ACK follows: after the acknowledge of a disable nothing is on its way any more (E8).
    pub fn acknowledge_enable(&mut self) {
        self.enable_acknowledged = self.enable;
        if !self.enable {
            (self.doubtful, self.reach) = (false, 0);
        }
    }

    /// WR or RD of a number (Q1).
    pub fn pointer(&self, number: u64) -> u32 {
        (number % (2 * self.size)) as u32
    }
}
