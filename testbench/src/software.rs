//! The software around a target: tasks that take turns at the one bus, stopped and let go by the stimulus.

mod part;
mod starts;

use std::collections::{HashSet, VecDeque};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq_golden::{EventRecord, Line, PriMessage, Register};

use crate::bus::{Answer, Message, Request, Work};
use crate::drivers::{self, Driver, Setup, Who};
use crate::log::Log;
use crate::memory::Memory;
use crate::outcome::Exchange;
use crate::queue::Queue;
use crate::stimulus::Pace;
use crate::target::Access;
use crate::timeline::What;
use part::Part;
use starts::Starts;

/// Who waits for the register access under way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Task(Who),
    Stimulus,
}

/// All of the software.
pub(crate) struct Software {
    parts: [Part; Who::ALL.len()],
    starts: Starts,
    /// Fewest and most cycles before each access.
    pause: (u32, u32),
    delays: ChaCha8Rng,
    work: VecDeque<Work>,
    locked_by: Option<Who>,
    owner: Option<Owner>,
    /// What is to be written into the timeline.
    notes: Vec<What>,
    /// What a person can read.
    pub log: Log,
    /// Pages that devices may access, by StreamID.
    pub mapped: HashSet<(u32, u64)>,
    /// What the handler of the Event queue asked and got.
    pub exchanges: Vec<Exchange>,
}

impl Software {
    /// The delays follow the seed.
    pub fn new(driver: Driver, setup: Setup, seed: u64) -> Self {
        let start = drivers::start(driver, setup);
        let parts = Who::ALL.map(|who| Part::new(who, start(who)));
        let threaded = parts.iter().any(|part| matches!(part.who, Who::Thread(_)) && part.task.is_some());
        Self {
            parts,
            starts: Starts::new(threaded),
            pause: (0, 0),
            delays: ChaCha8Rng::seed_from_u64(seed),
            work: VecDeque::new(),
            locked_by: None,
            owner: None,
            notes: Vec::new(),
            log: Log::default(),
            mapped: HashSet::new(),
            exchanges: Vec::new(),
        }
    }

    fn part(&mut self, who: Who) -> &mut Part {
        let found = self.parts.iter_mut().find(|part| part.who == who);
        found.expect("Who::ALL lists everybody")
    }

    /// From now on every task runs on its own, this fast. What is polled is polled when its interrupt comes.
    pub fn run_freely(&mut self, pace: Pace) {
        self.pause = pace.access;
        self.starts.run_freely(pace.interrupt);
        for part in &mut self.parts {
            part.allowance = u64::MAX;
        }
    }

    /// Lets a task make so many accesses from now on. One that is polled looks once.
    pub fn allow(&mut self, who: Who, accesses: u64) {
        let part = self.part(who);
        part.allowance = accesses;
        part.polled = false;
    }

    /// CONS writes of a handler so far.
    pub fn cons_writes(&mut self, who: Who) -> u64 {
        self.part(who).cons_writes
    }

    /// Commands for the producer.
    pub fn hand_over(&mut self, work: Work) {
        self.work.push_back(work);
    }

    /// Whether a task, or a handler's thread, goes on without anybody's help.
    pub fn runs(&mut self, who: Who) -> bool {
        Who::ALL.into_iter().filter(|each| each.allowed_by() == who).any(|each| {
            self.owner == Some(Owner::Task(each)) || (self.part(who).allowance > 0 && !self.waits(each))
        })
    }

    /// Whether any task goes on without anybody's help.
    pub fn busy(&mut self) -> bool {
        Who::ALL.into_iter().any(|who| self.runs(who))
    }

    /// Whether a task waits for something that has not come.
    pub fn waits(&mut self, who: Who) -> bool {
        match self.part(who).request() {
            None => true,
            Some(Request::Work) => self.work.is_empty(),
            Some(Request::Lock) => self.locked_by.is_some(),
            Some(Request::Poll(_)) if self.part(who).polled => true,
            Some(request) => self.starts.awaited(request),
        }
    }

    /// A pulse on a line.
    pub fn interrupt(&mut self, line: Line, now: u64) {
        self.starts.interrupt(line, now, &mut self.delays);
    }

    /// Every handler is entered once more.
    pub fn wake(&mut self, now: u64) {
        for line in [Line::Eventq, Line::Priq, Line::Gerror] {
            self.interrupt(line, now);
        }
    }

    /// The stimulus makes a register access; false while another one is under way.
    pub fn take_bus(&mut self) -> bool {
        let free = self.owner.is_none();
        if free {
            self.owner = Some(Owner::Stimulus);
        }
        free
    }

    /// Whether any register access is under way.
    pub fn bus_is_taken(&self) -> bool {
        self.owner.is_some()
    }

    /// Whether the access of the stimulus is under way.
    pub fn stimulus_has_bus(&self) -> bool {
        self.owner == Some(Owner::Stimulus)
    }

    /// Lets each task go as far as it may without a register access. The next such access, if the bus is free.
    pub fn serve(&mut self, now: u64, memory: &mut Memory) -> Option<Access> {
        let mut access = None;
        for who in Who::ALL {
            access = access.or(self.serve_task(who, now, memory));
        }
        access
    }

    /// Whether a task may make one more access. One that is under way counts, also if it is that of its handler or thread.
    fn may_go(&mut self, who: Who) -> bool {
        let allowed_by = who.allowed_by();
        let counts = |owner| matches!(owner, Owner::Task(other) if other.allowed_by() == allowed_by);
        let under_way = self.owner.is_some_and(counts);
        self.part(allowed_by).allowance > u64::from(under_way)
    }

    fn serve_task(&mut self, who: Who, now: u64, memory: &mut Memory) -> Option<Access> {
        while self.may_go(who)
            && self.part(who).not_before <= now
            && self.owner != Some(Owner::Task(who))
            && !self.waits(who)
        {
            let request = self.part(who).request()?;
            let answer = match request {
                Request::Read(_) | Request::Write(..) if self.owner.is_some() => return None,
                _ if self.starts.early(request, now) => return None,
                Request::Read(register) => {
                    self.owner = Some(Owner::Task(who));
                    return Some(Access::Read { offset: register.offset() });
                }
                Request::Write(register, value) => {
                    self.owner = Some(Owner::Task(who));
                    return Some(Access::Write { offset: register.offset(), value, strobes: 0xF });
                }
                Request::Interrupt(_) | Request::Poll(_) | Request::Wake(_) => self.enter(who, request),
                Request::Work => Answer::Work(self.work.pop_front().unwrap_or_default()),
                Request::Lock => {
                    self.locked_by = Some(who);
                    Answer::Done
                }
                Request::Unlock => {
                    self.locked_by = None;
                    Answer::Done
                }
                Request::Record(address) => {
                    self.part(who.allowed_by()).taken += 1;
                    Answer::Record(EventRecord::from_bytes(memory.load(address)))
                }
                Request::PageRequest(address) => {
                    self.part(who.allowed_by()).taken += 1;
                    Answer::PageRequest(PriMessage::from_bytes(memory.load(address)))
                }
                Request::Word(address) => Answer::Value(u32::from_le_bytes(memory.load(address))),
                Request::Store(address, command) => {
                    self.part(who.allowed_by()).stored.push(command.opcode());
                    memory.store(address, &command.to_bytes());
                    Answer::Done
                }
            };
            let messages = self.answer(who, request, answer, now);
            self.hear(messages, now);
            // Whoever polls memory lets time pass.
            if matches!(request, Request::Word(_)) {
                return None;
            }
        }
        None
    }

    fn enter(&mut self, who: Who, request: Request) -> Answer {
        match request {
            Request::Interrupt(line) => self.notes.push(What::Entered(line)),
            Request::Poll(queue) => {
                self.notes.push(What::Entered(queue.line()));
                // Where everything runs on its own, it looks again at the next interrupt.
                self.part(who).polled = !self.starts.free();
            }
            _ => {}
        }
        self.starts.take_up(request);
        Answer::Done
    }

    /// The task goes on to its next access. What it says on the way.
    fn answer(&mut self, who: Who, request: Request, answer: Answer, now: u64) -> Vec<Message> {
        let not_before = now + draw(&mut self.delays, self.pause);
        self.part(who.allowed_by()).allowance -= 1;
        let part = self.part(who);
        part.not_before = not_before;
        let Some(task) = &mut part.task else { return Vec::new() };
        let messages = task.answer(answer.clone());
        if who.allowed_by() == Who::Handler(Queue::Event) {
            self.exchanges.push((request, answer));
        }
        messages
    }

    fn hear(&mut self, messages: Vec<Message>, now: u64) {
        for message in messages {
            match message {
                Message::Mapped { stream_id, page } => {
                    self.mapped.insert((stream_id, page));
                }
                Message::Discarded(groups) => self.notes.push(What::DiscardedGroups(groups)),
                Message::Synchronized => self.notes.push(What::SawSync),
                Message::Wake(queue) => self.starts.wake(queue, now, &mut self.delays),
                Message::TimedOut => self.notes.push(What::TimedOut),
                Message::Overflow(_) | Message::Event(_) | Message::GlobalErrors(_) => {}
            }
            self.log.log(now, message);
        }
    }

    /// The register read under way has ended.
    pub fn read(&mut self, register: Option<Register>, value: u32, now: u64) {
        let Some(Owner::Task(who)) = self.owner.take() else { return };
        let Some(request) = self.part(who).request() else { return };
        let messages = self.answer(who, request, Answer::Value(value), now);
        let reported = messages.iter().any(|message| matches!(message, Message::Overflow(_)));
        let queue = Queue::ALL.into_iter().find(|queue| Some(queue.prod()) == register);
        match (register, queue) {
            (_, Some(queue)) => self.notes.push(What::ReadProd { queue, reported }),
            // How often the producer polls depends on how fast the memory is.
            (Some(Register::CmdqCons), _) | (None, _) => {}
            (Some(register), _) => self.notes.push(What::Read(register)),
        }
        self.hear(messages, now);
    }

    /// The register write under way has ended.
    pub fn written(&mut self, register: Option<Register>, value: u32, now: u64) {
        let (owner, Some(register)) = (self.owner.take(), register) else { return };
        let Some(Owner::Task(who)) = owner else {
            return self.notes.push(What::Wrote(register, value));
        };
        let Some(request) = self.part(who).request() else { return };
        let what = self.part(who.allowed_by()).wrote(register, value);
        self.notes.extend(what);
        let messages = self.answer(who, request, Answer::Done, now);
        self.hear(messages, now);
    }

    /// What happened since the last call, for the timeline.
    pub fn take_notes(&mut self) -> Vec<What> {
        std::mem::take(&mut self.notes)
    }
}

fn draw(delays: &mut ChaCha8Rng, (least, most): (u32, u32)) -> u64 {
    if most == 0 { 0 } else { delays.random_range(least..=most).into() }
}
