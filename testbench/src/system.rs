//! The whole machine around a target: devices that offer records and ask for pages, memory, software, and the stimulus
//! that moves them.

mod accounts;
pub(crate) mod settle;
mod story;

use smmuq_golden::{Command, Kind, PrgResponse, Register, Smmu};

use crate::bus::Work;
use crate::devices::Devices;
use crate::drivers::{Driver, Setup, Who};
use crate::lockstep::{Followed, LockStep};
use crate::meaning::Meaning;
use crate::mismatch::Mismatch;
use crate::outcome::{Counts, MemoryWrite, Outcome};
use crate::queue::Queue;
use crate::software::Software;
use crate::stimulus::{
    AnyAccess, Block, CommandName, Count, Pace, PageGroups, PageRequests, RegisterWrite, Step, Stimulus,
    Together,
};
use crate::target::{Access, Registers, Step as TargetStep, Target};
use crate::timeline::{Moment, State, What};
use accounts::{Accounts, conserved};
use story::Story;

/// Cycles without a step after which something that must end counts as stuck; longer than any memory latency.
const STUCK: u64 = 20_000;

/// What a run is made of besides its stimulus and its target.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// The software.
    pub driver: Driver,
    /// log2 of the number of entries that the driver asks for, in the Event queue and in the PRI queue.
    pub log2size: u8,
    /// Contents of the records follow it.
    pub seed: u64,
    /// The outcome has a timeline, and what software and memory exchanged with the block. It costs time.
    pub told: bool,
}

/// Runs a stimulus to its end, or to the first mismatch.
pub fn run(stimulus: &Stimulus, conditions: &Conditions, target: &mut dyn Target) -> Outcome {
    run_system(stimulus, conditions, target, true)
}

/// The same run with the golden model left in reset: nothing is compared or counted, and what is left is what the machine
/// around the target costs. Commands need their driver: without it, the stimulus asks the golden model where to put them.
pub fn run_unfollowed(stimulus: &Stimulus, conditions: &Conditions, target: &mut dyn Target) -> Outcome {
    run_system(stimulus, conditions, target, false)
}

fn run_system(
    stimulus: &Stimulus,
    conditions: &Conditions,
    target: &mut dyn Target,
    followed: bool,
) -> Outcome {
    target.reset();
    let setup = Setup::new(stimulus.also.sizes(conditions.log2size), &target.parameters());
    let mut system = System::new(conditions, setup, target);
    system.followed = followed;
    let end = system.play(stimulus);
    system.outcome(end.err())
}

type Played = Result<(), Box<Mismatch>>;

struct System<'t> {
    target: &'t mut dyn Target,
    lockstep: LockStep,
    /// The golden model takes the steps.
    followed: bool,
    software: Software,
    setup: Setup,
    devices: Devices,
    /// Software runs on its own.
    concurrent: bool,
    /// Somebody wants to read what happened.
    told: bool,
    cycle: u64,
    last_step: u64,
    registers: Registers,
    accounts: Accounts,
    story: Story,
    writes: Vec<MemoryWrite>,
    prg: Vec<PrgResponse>,
}

impl<'t> System<'t> {
    fn new(conditions: &Conditions, setup: Setup, target: &'t mut dyn Target) -> Self {
        let registers = target.registers();
        Self {
            lockstep: LockStep::new(Smmu::new(target.parameters())),
            followed: true,
            target,
            software: Software::new(conditions.driver, setup, conditions.seed),
            setup,
            devices: Devices::new(conditions.seed),
            concurrent: false,
            told: conditions.told,
            cycle: 0,
            last_step: 0,
            registers,
            accounts: Accounts::default(),
            story: Story::default(),
            writes: Vec::new(),
            prg: Vec::new(),
        }
    }

    fn play(&mut self, stimulus: &Stimulus) -> Played {
        self.let_run(Who::Setup, u64::MAX)?;
        self.settle()?;
        self.story.recording = self.told;
        match stimulus.concurrent {
            None => self.play_settled(&stimulus.steps)?,
            Some(pace) => self.play_concurrent(&stimulus.steps, pace)?,
        }
        self.settle()?;
        self.lockstep.compare_contents(self.cycle, self.target)
    }

    /// After each step the system settles, but for those that stop in the middle.
    fn play_settled(&mut self, steps: &[Step]) -> Played {
        for step in steps {
            self.step(step)?;
            if matches!(step, Step::Accesses(_) | Step::PriAccesses(_)) {
                continue;
            }
            self.settle()?;
            let waiting = self.devices.stalled.waiting();
            if waiting > 0 && self.story.recording {
                let then = self.moment();
                self.story.note_waiting(waiting, then);
            }
        }
        Ok(())
    }

    /// Nothing waits for anything, but for the end: software runs until it has nothing left to do.
    fn play_concurrent(&mut self, steps: &[Step], pace: Pace) -> Played {
        self.concurrent = true;
        self.software.run_freely(pace);
        for step in steps {
            self.step(step)?;
        }
        while self.software.busy() {
            self.advance_access()?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Played {
        match step {
            Step::Terminated(count) => self.devices.offer(Kind::Terminated, self.resolve(*count)),
            Step::Stalled(count) => self.devices.offer(Kind::Stalled, self.resolve(*count)),
            Step::Handler => self.run_handler(Who::Handler(Queue::Event))?,
            Step::PriHandler => self.run_handler(Who::Handler(Queue::Pri))?,
            Step::GerrorHandler => self.run_handler(Who::GlobalErrors)?,
            Step::Consume(count) => self.consume(Queue::Event, self.resolve(*count))?,
            Step::PriConsume(count) => self.consume(Queue::Pri, self.resolve(*count))?,
            Step::Accesses(count) => self.let_run(Who::Handler(Queue::Event), *count)?,
            Step::PriAccesses(count) => self.let_run(Who::Handler(Queue::Pri), *count)?,
            Step::Wake => self.software.wake(self.cycle),
            Step::Issue(names) => self.issue(names, true)?,
            Step::Write(write) => self.write(*write)?,
            Step::Access(access) => self.access(*access)?,
            Step::PageRequests(requests) => {
                self.devices.request_pages(requests, self.resolve_pri(requests.count))
            }
            Step::PageGroups(groups) => self.ask_for_groups(groups),
            Step::AskAgain => self.ask_again(),
            Step::Commands(names) if self.setup.command.is_some() => self.issue(names, false)?,
            Step::Commands(names) => self.write_commands(names)?,
            Step::Block(Block { port, held }) => self.target.neighbours().hold(*port, *held),
            Step::AtcErrors(syncs) => self.target.neighbours().fail_syncs(*syncs),
            Step::Abort(writes) => self.target.memory().abort(*writes),
            Step::AbortReads(beats) => self.target.memory().abort_reads(*beats),
            Step::Hold(held) => self.target.memory().hold(*held),
            Step::Release(count) => {
                let responses = self.resolve(*count);
                self.target.memory().release(responses);
            }
            Step::Cycles(cycles) => {
                for _ in 0..*cycles {
                    self.advance()?;
                }
            }
            Step::Mark(name) => {
                let then = self.moment();
                self.story.mark(name, then);
            }
            Step::Together(together) => self.together(together)?,
        }
        Ok(())
    }

    fn resolve(&self, count: Count) -> u64 {
        count.resolve(self.setup.event.entries())
    }

    /// Counts of PRI messages follow the size of the PRI queue; of the Event queue where there is no PRI queue.
    fn resolve_pri(&self, count: Count) -> u64 {
        count.resolve(self.setup.pri.unwrap_or(self.setup.event).entries())
    }

    fn ask_for_groups(&mut self, &PageGroups { groups, pages, credits }: &PageGroups) {
        let credits = credits.map(|credits| self.resolve_pri(credits));
        self.devices.start_page_device(self.resolve_pri(groups), self.resolve_pri(pages), credits);
    }

    fn ask_again(&mut self) {
        let groups = self.devices.ask_again();
        if groups > 0 {
            self.note(What::Repeated(groups));
        }
    }

    /// Without a driver of the Command queue, commands are written behind PROD, then PROD. Nobody cares whether there is space: too many make the
    /// queue inconsistent, which is then no command at all (Q6).
    fn write_commands(&mut self, names: &[CommandName]) -> Played {
        let queue = self.lockstep.golden().command_queue();
        let mut position = queue.wr;
        for &name in names {
            let command = self.devices.draw_command(name);
            self.target.memory().store(queue.layout.address(position), &command.to_bytes());
            position = queue.layout.next(position);
        }
        self.write(RegisterWrite { register: Register::CmdqProd, value: queue.layout.field(position) })
    }

    fn issue(&mut self, names: &[CommandName], wait: bool) -> Played {
        let commands = names.iter().map(|&name| self.devices.draw_command(name)).collect();
        self.software.hand_over(Work { commands, wait });
        if self.concurrent { Ok(()) } else { self.let_run(Who::Producer, u64::MAX) }
    }

    /// A handler runs until it waits for an interrupt that has not come.
    fn run_handler(&mut self, who: Who) -> Played {
        if self.software.waits(who) {
            self.note(What::NoInterrupt(who));
        }
        self.let_run(who, u64::MAX)
    }

    fn consume(&mut self, queue: Queue, times: u64) -> Played {
        let who = Who::Handler(queue);
        let enough = self.software.cons_writes(who) + times;
        self.software.allow(who, u64::MAX);
        while self.software.cons_writes(who) < enough && self.software.runs(who) {
            self.advance_access()?;
        }
        self.software.allow(who, 0);
        Ok(())
    }

    fn let_run(&mut self, who: Who, accesses: u64) -> Played {
        self.software.allow(who, accesses);
        while self.software.runs(who) {
            self.advance_access()?;
        }
        self.software.allow(who, 0);
        Ok(())
    }

    /// One cycle of somebody who waits for a register access.
    fn advance_access(&mut self) -> Played {
        self.advance()?;
        if self.software.bus_is_taken() && self.cycle - self.last_step > STUCK {
            return Err(self.lockstep.stuck(self.cycle, "a register access"));
        }
        Ok(())
    }

    fn write(&mut self, write: RegisterWrite) -> Played {
        self.start_write(write)?;
        self.end_access()
    }

    fn start_write(&mut self, RegisterWrite { register, value }: RegisterWrite) -> Played {
        self.start_access(Access::Write { offset: register.offset(), value, strobes: 0xF })
    }

    fn access(&mut self, AnyAccess { offset, value, strobes }: AnyAccess) -> Played {
        self.start_access(match value {
            Some(value) => Access::Write { offset, value, strobes },
            None => Access::Read { offset },
        })?;
        self.end_access()
    }

    fn start_access(&mut self, access: Access) -> Played {
        while !self.software.take_bus() {
            self.advance_access()?;
        }
        self.target.access(access);
        Ok(())
    }

    fn end_access(&mut self) -> Played {
        while self.software.stimulus_has_bus() {
            self.advance_access()?;
        }
        Ok(())
    }

    /// The access is started early enough to end in the cycle in which the rest begins.
    fn together(&mut self, together: &Together) -> Played {
        if let Some(write) = together.write {
            self.start_write(write)?;
            for _ in 1..self.target.access_cycles() {
                self.advance()?;
            }
        }
        self.devices.offer(Kind::Terminated, together.terminated.into());
        self.devices.offer(Kind::Stalled, together.stalled.into());
        if together.page_request {
            self.devices.request_pages(&PageRequests::default(), 1);
        }
        self.target.memory().release(together.release.into());
        self.advance()
    }

    /// One cycle: what is due is presented, the target advances, the golden model follows.
    fn advance(&mut self) -> Played {
        self.present();
        if let Some(access) = self.software.serve(self.cycle, self.target.memory()) {
            self.target.access(access);
        }
        self.take_notes();
        let steps = self.target.advance();
        self.cycle += 1;
        for step in &steps {
            self.observe(step);
        }
        if !self.followed {
            self.serve(&steps);
            return Ok(());
        }
        if let Some(followed) = self.lockstep.follow(self.cycle, &steps, self.target)? {
            self.last_step = self.cycle;
            self.account(&followed)?;
        }
        Ok(())
    }

    /// Software goes on where its access has ended.
    fn serve(&mut self, steps: &[TargetStep]) {
        if !steps.is_empty() {
            self.last_step = self.cycle;
        }
        for step in steps {
            match *step {
                TargetStep::Read { offset, result } => {
                    self.software.read(Register::at(offset), result.unwrap_or(0), self.cycle);
                }
                TargetStep::Write { offset, value, .. } => {
                    self.software.written(Register::at(offset), value, self.cycle);
                }
                _ => {}
            }
        }
    }

    fn present(&mut self) {
        for kind in [Kind::Terminated, Kind::Stalled] {
            if let Some(record) = self.devices.port(kind).present() {
                self.target.offer(kind, record);
            }
        }
        if let Some(offer) = self.devices.page_requests.present() {
            self.target.offer_pri(offer);
        }
    }

    /// What the machine around the block sees of a step.
    fn observe(&mut self, step: &TargetStep) {
        match step {
            TargetStep::Interrupt(line) => self.software.interrupt(*line, self.cycle),
            TargetStep::Accepted { kind, record } => {
                self.devices.port(*kind).accepted();
                if *kind == Kind::Stalled {
                    self.devices.stalled_transaction(*record);
                }
            }
            TargetStep::AcceptedPri(_) => self.devices.page_requests.accepted(),
            TargetStep::Response { address, bytes, .. } if self.told => {
                self.writes.push(MemoryWrite { address: *address, bytes: bytes.clone() })
            }
            TargetStep::Prg(response) => {
                self.prg.push(*response);
                let mapped = &self.software.mapped;
                self.devices.answered(*response, |stream_id, page| mapped.contains(&(stream_id, page)));
            }
            TargetStep::Command(words) => self.devices.take_command(Command::from_words(*words)),
            _ => {}
        }
    }

    fn account(&mut self, followed: &Followed) -> Played {
        self.accounts.pass_time(self.cycle, &self.registers);
        self.accounts.follow(&self.registers, followed);
        self.accounts.take_stock(self.lockstep.golden(), &self.devices);
        self.registers = followed.registers.clone();
        for meaning in &followed.meanings {
            self.tell(meaning);
        }
        if self.devices.stalled.waiting() > 0 {
            self.lockstep.stalled_record_waits();
        }
        for (queue, counts) in [(Queue::Event, &self.accounts.event), (Queue::Pri, &self.accounts.pri)] {
            if !conserved(counts) {
                return Err(self.lockstep.not_conserved(self.cycle, queue, counts));
            }
        }
        Ok(())
    }

    fn tell(&mut self, meaning: &Meaning) {
        match *meaning {
            Meaning::Read { offset, value } => self.software.read(Register::at(offset), value, self.cycle),
            Meaning::Written { offset, value } => {
                self.software.written(Register::at(offset), value, self.cycle)
            }
            _ => {
                if self.story.recording {
                    let then = self.moment();
                    self.story.tell(meaning, then);
                }
            }
        }
        self.take_notes();
    }

    fn take_notes(&mut self) {
        for what in self.software.take_notes() {
            self.note(what);
        }
    }

    fn note(&mut self, what: What) {
        if self.story.recording {
            let then = self.moment();
            self.story.note(what, then);
        }
    }

    fn moment(&self) -> Moment {
        let state = |queue, counts: &Counts, reports| State {
            written: counts.written,
            dropped: counts.dropped,
            reports,
            ..State::new(queue, &self.registers)
        };
        Moment {
            event: state(Queue::Event, &self.accounts.event, self.software.log.reports),
            pri: state(Queue::Pri, &self.accounts.pri, self.software.log.pri_reports),
        }
    }

    fn outcome(mut self, mismatch: Option<Box<Mismatch>>) -> Outcome {
        let coverage = self.lockstep.coverage().clone();
        let steps_compared = if self.target.is_reference() { 0 } else { self.lockstep.compared() };
        self.accounts.take_stock(self.lockstep.golden(), &self.devices);
        self.accounts.pass_time(self.cycle, &self.registers);
        let (end, registers) = (self.moment(), self.target.registers());
        Outcome {
            cycles: self.cycle,
            steps_compared,
            coverage,
            mismatch,
            counts: self.accounts.event,
            pri: self.accounts.pri,
            unacknowledged: self.accounts.unacknowledged,
            served: self.devices.served,
            log: self.software.log,
            registers,
            end,
            marks: self.story.marks,
            timeline: self.story.timeline,
            writes: self.writes,
            prg: self.prg,
            exchanges: self.software.exchanges,
        }
    }
}
