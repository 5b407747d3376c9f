//! The whole machine around a target: devices that offer records, memory, a driver, and the stimulus that moves them.

use smmuq_golden::{
    Completion, Cr0, Decision, EventRecord, Idr1, Kind, Line, Oldest, PrgResponse, PriCompletion,
    PriDecision, Register, Smmu,
};

use crate::bus::{Answer, Request, Task};
use crate::devices::Devices;
use crate::drivers::{Driver, Setup};
use crate::lockstep::{Followed, LockStep};
use crate::log::Log;
use crate::meaning::Meaning;
use crate::memory::Writer;
use crate::mismatch::Mismatch;
use crate::neighbours::Sink;
use crate::outcome::{Counts, Exchange, Mark, MemoryWrite, Outcome};
use crate::stimulus::{Block, CommandName, PageRequests, RegisterWrite, Step, Stimulus, Together};
use crate::target::{Access, Registers, Step as TargetStep, Target};
use crate::timeline::{State, Timeline, What};

/// Where the queue lies: aligned to the largest queue, and within the smallest physical address space.
const QUEUE_BASE: u64 = 0x8000_0000;

/// Cycles without a step after which the system counts as settled: longer than any block takes from a handshake to
/// its effect.
const QUIET: u64 = 8;

/// The same where an MSI may still come that need not (I8): it waits for a memory that is seldom ready, and nothing but
/// time tells that it does not come.
const QUIET_ON_BUS: u64 = 400;

/// Cycles without a step after which something that must end counts as stuck; longer than any memory latency.
const STUCK: u64 = 20_000;

/// What a run is made of besides its stimulus and its target.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// The software.
    pub driver: Driver,
    /// log2 of the number of entries that the driver asks for.
    pub log2size: u8,
    /// Contents of the records follow it.
    pub seed: u64,
}

/// Runs a stimulus to its end, or to the first mismatch.
pub fn run(stimulus: &Stimulus, conditions: &Conditions, target: &mut dyn Target) -> Outcome {
    target.reset();
    let mut system = System::new(conditions, target);
    let end = system.play(stimulus);
    system.outcome(end.err())
}

type Played = Result<(), Box<Mismatch>>;

/// Who waits for the register access under way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Driver,
    Stimulus,
}

struct System<'t> {
    target: &'t mut dyn Target,
    lockstep: LockStep,
    driver: Task,
    setup: Setup,
    entries: u64,
    /// How many more accesses the driver may make.
    allowance: u64,
    interrupt_pending: bool,
    owner: Owner,
    taken: bool,
    cons_writes: u64,
    devices: Devices,
    cycle: u64,
    last_step: u64,
    registers: Registers,
    recording: bool,
    counts: Counts,
    log: Log,
    timeline: Timeline,
    marks: Vec<Mark>,
    writes: Vec<MemoryWrite>,
    prg: Vec<PrgResponse>,
    exchanges: Vec<Exchange>,
}

impl<'t> System<'t> {
    fn new(conditions: &Conditions, target: &'t mut dyn Target) -> Self {
        let parameters = target.parameters();
        let log2size = conditions.log2size.min(parameters.event_qs);
        let setup = Setup { base: QUEUE_BASE, log2size: conditions.log2size };
        let registers = target.registers();
        Self {
            target,
            lockstep: LockStep::new(Smmu::new(parameters)),
            driver: Task::start(|bus| conditions.driver.start(bus, setup)),
            setup,
            entries: 1 << log2size,
            allowance: 0,
            interrupt_pending: false,
            owner: Owner::Nobody,
            taken: false,
            cons_writes: 0,
            devices: Devices::new(conditions.seed),
            cycle: 0,
            last_step: 0,
            registers,
            recording: false,
            counts: Counts::default(),
            log: Log::default(),
            timeline: Timeline::default(),
            marks: Vec::new(),
            writes: Vec::new(),
            prg: Vec::new(),
            exchanges: Vec::new(),
        }
    }

    fn play(&mut self, stimulus: &Stimulus) -> Played {
        self.run_handler()?;
        self.settle()?;
        self.recording = true;
        for step in &stimulus.steps {
            self.step(step)?;
        }
        self.settle()?;
        self.lockstep.compare_contents(self.cycle, self.target)
    }

    fn step(&mut self, step: &Step) -> Played {
        match step {
            Step::Terminated(count) => self.offer(Kind::Terminated, count.resolve(self.entries)),
            Step::Stalled(count) => self.offer(Kind::Stalled, count.resolve(self.entries)),
            Step::Handler => self.run_handler()?,
            Step::Consume(count) => self.consume(count.resolve(self.entries))?,
            Step::Accesses(count) => return self.let_driver(*count),
            Step::Write(write) => self.write(*write)?,
            Step::PageRequests(requests) => self.request_pages(requests),
            Step::Commands(names) => self.command(names)?,
            Step::Block(Block { port, held }) => self.target.neighbours().hold(*port, *held),
            Step::AtcErrors(syncs) => self.target.neighbours().fail_syncs(*syncs),
            Step::Abort(writes) => self.target.memory().abort(*writes),
            Step::AbortReads(beats) => self.target.memory().abort_reads(*beats),
            Step::Hold(held) => self.target.memory().hold(*held),
            Step::Release(count) => {
                let responses = count.resolve(self.entries);
                self.target.memory().release(responses);
            }
            Step::Cycles(cycles) => {
                for _ in 0..*cycles {
                    self.advance()?;
                }
            }
            Step::Mark(name) => {
                let (name, state) = (name.clone(), self.state());
                self.marks.push(Mark { name, state });
            }
            Step::Together(together) => self.together(together)?,
        }
        self.settle()?;
        self.note_waiting();
        Ok(())
    }

    fn offer(&mut self, kind: Kind, count: u64) {
        self.counts.offered += count;
        self.devices.offer(kind, count);
    }

    fn request_pages(&mut self, requests: &PageRequests) {
        self.devices.request_pages(requests, requests.count.resolve(self.entries));
    }

    /// Software writes commands behind PROD, then PROD. It does not care whether there is space: too many make the
    /// queue inconsistent, which is then no command at all (Q6).
    fn command(&mut self, names: &[CommandName]) -> Played {
        let queue = self.lockstep.golden().command_queue();
        let mut position = queue.wr;
        for &name in names {
            let command = self.devices.command(name);
            self.target.memory().store(queue.layout.address(position), &command.to_bytes());
            position = queue.layout.next(position);
        }
        self.write(RegisterWrite { register: Register::CmdqProd, value: queue.layout.field(position) })
    }

    /// Runs until nothing happens any more and nothing that must end is left.
    fn settle(&mut self) -> Played {
        loop {
            self.advance()?;
            let quiet = self.cycle - self.last_step;
            let enough = if self.lockstep.golden().merged_msi_may_come() { QUIET_ON_BUS } else { QUIET };
            if quiet < enough {
                continue;
            }
            let Some(unsettled) = self.unsettled() else {
                return self.lockstep.compare_settled(self.cycle, self.target);
            };
            if quiet > STUCK {
                return Err(self.lockstep.stuck(self.cycle, unsettled));
            }
        }
    }

    /// What must still end, unless the memory or the rest of the SMMU holds it.
    fn unsettled(&mut self) -> Option<&'static str> {
        let golden = self.lockstep.golden();
        let (in_flight, pri_in_flight) = (golden.in_flight.len(), golden.pri_in_flight.len());
        let memory = self.target.memory();
        if memory.busy()
            || memory.outstanding(Writer::Event) < in_flight
            || memory.outstanding(Writer::Pri) < pri_in_flight
        {
            return Some("an access to memory");
        }
        let holding = in_flight + pri_in_flight + memory.outstanding(Writer::Msi) > 0;
        if !holding && let Some(due) = self.lockstep.due() {
            return Some(due);
        }
        if let Some(waiting) = self.unsettled_response_or_command() {
            return Some(waiting);
        }
        if in_flight == 0
            && let Some(waiting) = self.unsettled_record()
        {
            return Some(waiting);
        }
        if pri_in_flight == 0 { self.unsettled_message() } else { None }
    }

    fn unsettled_response_or_command(&mut self) -> Option<&'static str> {
        let golden = self.lockstep.golden();
        let (answers, oldest) = (!golden.prg_owed.is_empty(), golden.oldest());
        let neighbours = self.target.neighbours();
        match oldest {
            _ if answers && !neighbours.holds(Sink::Prg) => Some("a PRG response"),
            Oldest::Prg(_) if !neighbours.holds(Sink::Prg) => Some("a CMD_PRI_RESP"),
            Oldest::Send(_) if !neighbours.holds(Sink::Command) => Some("a command"),
            Oldest::Sync(_) if !neighbours.holds(Sink::Sync) => Some("a CMD_SYNC"),
            _ => None,
        }
    }

    fn unsettled_record(&mut self) -> Option<&'static str> {
        if self.devices.terminated.waiting() > 0 {
            return Some("a terminated record at its port");
        }
        let record = self.devices.stalled.front()?;
        let decision = self.lockstep.golden().clone().decide(Kind::Stalled, record);
        matches!(decision, Decision::Recorded { .. }).then_some("a stalled record at its port (ST2)")
    }

    /// A message that needs no response must not wait for the port of the responses.
    fn unsettled_message(&mut self) -> Option<&'static str> {
        let offer = self.devices.page_requests.front()?;
        let decision = self.lockstep.golden().clone().decide_pri(offer.message, offer.ste, offer.secure);
        let stuck = self.target.neighbours().holds(Sink::Prg);
        match decision {
            PriDecision::Held(_) => None,
            PriDecision::Dropped { response: Some(_), .. } if stuck => None,
            _ if stuck && !self.lockstep.golden().prg_owed.is_empty() => None,
            _ => Some("a PRI message at its port"),
        }
    }

    /// The handler runs until it waits for an interrupt that has not come.
    fn run_handler(&mut self) -> Played {
        if self.idle() {
            self.note(What::NoInterrupt);
        }
        self.let_driver(u64::MAX)
    }

    fn idle(&self) -> bool {
        self.driver.request() == Some(Request::Interrupt) && !self.interrupt_pending
    }

    fn consume(&mut self, times: u64) -> Played {
        let enough = self.cons_writes + times;
        self.allowance = u64::MAX;
        while self.cons_writes < enough && !self.idle() {
            self.advance_access()?;
        }
        self.allowance = 0;
        Ok(())
    }

    fn let_driver(&mut self, accesses: u64) -> Played {
        self.allowance = accesses;
        while self.owner == Owner::Driver || (self.allowance > 0 && !self.idle()) {
            self.advance_access()?;
        }
        self.allowance = 0;
        Ok(())
    }

    /// One cycle of somebody who waits for a register access.
    fn advance_access(&mut self) -> Played {
        self.advance()?;
        if self.cycle - self.last_step > STUCK {
            return Err(self.lockstep.stuck(self.cycle, "a register access"));
        }
        Ok(())
    }

    fn write(&mut self, RegisterWrite { register, value }: RegisterWrite) -> Played {
        self.start_write(register, value);
        while self.owner == Owner::Stimulus {
            self.advance_access()?;
        }
        Ok(())
    }

    fn start_write(&mut self, register: Register, value: u32) {
        let offset = register.offset();
        self.target.access(Access::Write { offset, value, strobes: 0xF });
        self.owner = Owner::Stimulus;
    }

    /// The access is started early enough to end in the cycle in which the rest begins.
    fn together(&mut self, together: &Together) -> Played {
        if let Some(RegisterWrite { register, value }) = together.write {
            self.start_write(register, value);
            for _ in 1..self.target.access_cycles() {
                self.advance()?;
            }
        }
        self.offer(Kind::Terminated, together.terminated.into());
        self.offer(Kind::Stalled, together.stalled.into());
        if together.page_request {
            self.devices.request_pages(&PageRequests::default(), 1);
        }
        self.target.memory().release(together.release.into());
        self.advance()
    }

    /// One cycle: what is due is presented, the target advances, the golden model follows.
    fn advance(&mut self) -> Played {
        self.present();
        self.serve_driver();
        let steps = self.target.advance();
        self.cycle += 1;
        for step in &steps {
            self.observe(step);
        }
        if let Some(followed) = self.lockstep.follow(self.cycle, &steps, self.target)? {
            self.last_step = self.cycle;
            self.account(followed)?;
        }
        Ok(())
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

    /// Lets the driver go as far as it may without a register access, and starts that.
    fn serve_driver(&mut self) {
        while self.allowance > 0 && self.owner == Owner::Nobody {
            let Some(request) = self.driver.request() else { return };
            match request {
                Request::Interrupt if !self.interrupt_pending => return,
                Request::Interrupt => {
                    self.interrupt_pending = false;
                    self.answer_driver(request, Answer::Done);
                    self.note(What::Entered);
                }
                Request::Entry { index } => {
                    let address = self.setup.base + u64::from(index) * 32;
                    let record = EventRecord::from_bytes(self.target.memory().load(address));
                    self.taken = true;
                    self.answer_driver(request, Answer::Record(record));
                }
                Request::Read(register) => self.start_access(Access::Read { offset: register.offset() }),
                Request::Write(register, value) => {
                    self.start_access(Access::Write { offset: register.offset(), value, strobes: 0xF })
                }
            }
        }
    }

    fn start_access(&mut self, access: Access) {
        self.target.access(access);
        self.owner = Owner::Driver;
    }

    /// The driver goes on to its next access.
    fn answer_driver(&mut self, request: Request, answer: Answer) {
        self.allowance -= 1;
        if self.recording {
            self.exchanges.push((request, answer));
        }
        for message in self.driver.answer(answer) {
            self.log.log(self.cycle, message);
        }
    }

    /// What the machine around the block sees of a step.
    fn observe(&mut self, step: &TargetStep) {
        match step {
            TargetStep::Interrupt(Line::Eventq) => self.interrupt_pending = true,
            TargetStep::Accepted { kind, .. } => self.devices.port(*kind).accepted(),
            TargetStep::AcceptedPri(_) => self.devices.page_requests.accepted(),
            TargetStep::Response { address, bytes, .. } => {
                self.writes.push(MemoryWrite { address: *address, bytes: bytes.clone() })
            }
            TargetStep::Prg(response) => self.prg.push(*response),
            _ => {}
        }
    }

    fn account(&mut self, followed: Followed) -> Played {
        self.count(&followed);
        self.registers = followed.registers;
        for meaning in &followed.meanings {
            self.tell(meaning);
        }
        self.check_conservation()
    }

    /// Counts what the registers of the target show, so that nothing depends on the golden model's word alone.
    fn count(&mut self, Followed { meanings, registers }: &Followed) {
        let enabled = |register| Cr0::from_bits(self.registers.get(register)).eventqen();
        let guarded = enabled(Register::Cr0) || enabled(Register::Cr0Ack);
        let software = |meaning: &Meaning| {
            let programs = [Register::EventqProd, Register::EventqBaseLo].map(Register::offset);
            matches!(meaning, Meaning::Written { offset, .. } if programs.contains(offset))
        };
        // E3: nothing moves WR but the block while EVENTQEN counts as 1, and nothing but software otherwise.
        if guarded || !meanings.iter().any(software) {
            let pointer_bits = pointer_bits(registers);
            let [before, after] =
                [&self.registers, registers].map(|each| State::new(each, pointer_bits, 0, 0, 0));
            let mask = (1 << pointer_bits) - 1;
            self.counts.written += u64::from(after.prod.wrapping_sub(before.prod) & mask);
            self.counts.overflows += u64::from(after.ovflg != before.ovflg);
        }
        let lost = |meaning: &&Meaning| {
            matches!(
                meaning,
                Meaning::Decided { decision: Decision::Dropped(_), .. }
                    | Meaning::Completed(Completion::Lost { .. })
            )
        };
        self.counts.dropped += meanings.iter().filter(lost).count() as u64;
        self.counts.in_flight = self.lockstep.golden().in_flight.len() as u64;
        self.counts.held = self.devices.terminated.waiting() + self.devices.stalled.waiting();
    }

    fn check_conservation(&self) -> Played {
        let Counts { offered, written, dropped, in_flight, held, .. } = self.counts;
        if offered == written + in_flight + dropped + held {
            return Ok(());
        }
        Err(self.lockstep.not_conserved(self.cycle, &self.counts))
    }

    fn tell(&mut self, meaning: &Meaning) {
        match *meaning {
            Meaning::Interrupt(Line::Eventq) => self.note_interrupt(),
            Meaning::Interrupt(line) => self.note(What::Interrupt(line)),
            Meaning::Decided { decision: Decision::Dropped(loss), .. } => self.note(What::Dropped { loss }),
            Meaning::Decided { .. } => {}
            Meaning::Completed(Completion::Published { record, .. }) => {
                self.note(What::Written { stalled: record.stall(), interrupts: 0 })
            }
            Meaning::Completed(Completion::Lost { flagged }) => self.note(What::Lost { flagged }),
            Meaning::Acknowledged(register) => self.note(What::Acknowledged(register)),
            Meaning::DecidedPri(PriDecision::Dropped { loss, .. }) => self.note(What::PriDropped { loss }),
            Meaning::CompletedPri(PriCompletion::Published { .. }) => self.note(What::PriWritten),
            Meaning::CompletedPri(PriCompletion::Lost { flagged, .. }) => {
                self.note(What::PriLost { flagged })
            }
            Meaning::Prg { response, source } => self.note(What::Prg { code: response.code, source }),
            Meaning::Sent(command) => self.note(What::Command(command.opcode())),
            Meaning::Ended(ended) => self.note(What::Ended(ended)),
            Meaning::MsiSent(source) => self.note(What::Msi(source)),
            Meaning::DecidedPri(_)
            | Meaning::Fetch { .. }
            | Meaning::Fetched(_)
            | Meaning::Synchronized { .. }
            | Meaning::MsiAnswered { .. } => {}
            Meaning::Read { offset, value } => self.end_read(offset, value),
            Meaning::Written { offset, value } => self.end_write(offset, value),
        }
    }

    fn end_read(&mut self, offset: u32, value: u32) {
        self.owner = Owner::Nobody;
        let Some(request) = self.driver.request() else { return };
        let reports = self.log.reports;
        self.answer_driver(request, Answer::Value(value));
        match Register::at(offset) {
            Some(Register::EventqProd) => self.note(What::ReadProd { reported: self.log.reports > reports }),
            Some(register) => self.note(What::Read(register)),
            None => {}
        }
    }

    fn end_write(&mut self, offset: u32, value: u32) {
        let owner = std::mem::replace(&mut self.owner, Owner::Nobody);
        let Some(register) = Register::at(offset) else { return };
        if owner == Owner::Stimulus {
            return self.note(What::Wrote(register, value));
        }
        let Some(request) = self.driver.request() else { return };
        self.answer_driver(request, Answer::Done);
        if register != Register::EventqCons {
            return self.note(What::Wrote(register, value));
        }
        self.cons_writes += 1;
        let taken = std::mem::take(&mut self.taken);
        self.note(if taken { What::Consumed } else { What::WroteCons });
    }

    fn state(&self) -> State {
        let Counts { written, dropped, .. } = self.counts;
        State::new(&self.registers, pointer_bits(&self.registers), written, dropped, self.log.reports)
    }

    fn note(&mut self, what: What) {
        if self.recording {
            self.timeline.add(what, self.state());
        }
    }

    fn note_waiting(&mut self) {
        let waiting = self.devices.stalled.waiting();
        let (what, state) = (What::Waiting, self.state());
        if waiting > 0 && self.recording {
            self.timeline.set(what, waiting, state);
        }
    }

    fn note_interrupt(&mut self) {
        if self.recording {
            self.timeline.add_interrupt(self.state());
        }
    }

    fn outcome(self, mismatch: Option<Box<Mismatch>>) -> Outcome {
        let steps_compared = if self.target.is_reference() { 0 } else { self.lockstep.compared() };
        let (end, registers) = (self.state(), self.target.registers());
        Outcome {
            cycles: self.cycle,
            steps_compared,
            mismatch,
            counts: self.counts,
            log: self.log,
            registers,
            end,
            marks: self.marks,
            timeline: self.timeline,
            writes: self.writes,
            prg: self.prg,
            exchanges: self.exchanges,
        }
    }
}

/// Bits of index and wrap flag in the size in use, which software may have changed since the set-up (Q9).
fn pointer_bits(registers: &Registers) -> u32 {
    let implemented = Idr1::from_bits(registers.get(Register::Idr1)).eventqs();
    let programmed = registers.get(Register::EventqBaseLo) & 0x1F;
    programmed.min(implemented.into()) + 1
}
