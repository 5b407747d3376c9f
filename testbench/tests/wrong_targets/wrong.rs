//! The golden model as a target that is wrong in one way.

use smmuq_golden::{EventRecord, Kind, Parameters, QueueProd, Register, Response, Smmu};
use smmuq_testbench::golden_target::GoldenTarget;
use smmuq_testbench::memory::Memory;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::target::{Access, PriOffer, Registers, Step, Target};

/// One way to be wrong; each part does nothing in [`HONEST`].
#[derive(Clone, Copy)]
pub struct Mistake {
    /// What the block takes the CONS of its output queues, GERRORN and its own size for while it decides. Software does not see it.
    pub believes: fn(&mut Smmu),
    /// What it makes of a cycle that the golden model has just taken.
    pub does: fn(&mut Cycle),
    /// What software reads instead of its registers.
    pub shows: fn(&Smmu, &mut Registers),
    /// A port at which it never answers.
    pub deaf: fn(Kind) -> bool,
    /// A register access that it never ends.
    pub hangs: fn(Access) -> bool,
}

/// No mistake.
pub const HONEST: Mistake =
    Mistake { believes: |_| {}, does: |_| {}, shows: |_, _| {}, deaf: |_| false, hangs: |_| false };

/// A cycle, right so far.
pub struct Cycle<'a> {
    /// The state at its start; without what was published.
    pub before: &'a Smmu,
    /// The block after it.
    pub target: &'a mut GoldenTarget,
    /// What happened in it.
    pub steps: &'a mut Vec<Step>,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
}

impl Cycle<'_> {
    /// The state after the cycle.
    pub fn smmu(&mut self) -> &mut Smmu {
        &mut self.target.smmu
    }

    /// EVENTQ_PROD after the cycle.
    pub fn prod(&mut self) -> &mut QueueProd {
        &mut self.target.smmu.eventq_prod
    }

    /// OVFLG toggles.
    pub fn toggle_ovflg(&mut self) {
        let ovflg = self.prod().ovflg();
        self.prod().set_ovflg(!ovflg);
    }

    /// GERROR.EVENTQ_ABT_ERR toggles.
    pub fn toggle_abt_err(&mut self) {
        let gerror = &mut self.target.smmu.gerror;
        gerror.set_eventq_abt_err(!gerror.eventq_abt_err());
    }

    /// WR moves on by one.
    pub fn advance_wr(&mut self) {
        let queue = self.target.smmu.event_queue().layout;
        let next = queue.field(queue.next(self.target.smmu.event_queue().wr));
        self.prod().set_wr(next);
    }

    /// The record at a port at the start of the cycle, if it is still there.
    pub fn waiting(&self, kind: Kind) -> Option<EventRecord> {
        let record = match kind {
            Kind::Terminated => self.terminated,
            Kind::Stalled => self.stalled,
        };
        record.filter(|_| !self.took(kind))
    }

    /// A record that waits is taken from its port.
    pub fn take(&mut self, kind: Kind) {
        if let Some(record) = self.waiting(kind) {
            self.steps.push(Step::Accepted { kind, record });
        }
    }

    /// Whether a record was taken from its port.
    pub fn took(&self, kind: Kind) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Accepted { kind: taken, .. } if *taken == kind))
    }

    /// Whether a record was lost because the enabled queue is full (EV3).
    pub fn lost_because_full(&self) -> bool {
        let writable_but_full =
            self.before.eventq_enabled() && !self.before.abort_error_active() && self.before.fill().is_full();
        self.took(Kind::Terminated) && writable_but_full
    }

    /// The answer to the write of a record.
    pub fn answer(&self) -> Option<Response> {
        self.steps.iter().find_map(|step| match step {
            Step::Response { response, .. } => Some(*response),
            _ => None,
        })
    }

    /// Whether a record became visible.
    pub fn published(&self) -> bool {
        self.answer() == Some(Response::Okay) && !self.before.aborting
    }

    /// The value that software wrote to a register.
    pub fn written(&self, register: Register) -> Option<u32> {
        self.steps.iter().find_map(|step| match step {
            Step::Write { offset, value, .. } if *offset == register.offset() => Some(*value),
            _ => None,
        })
    }

    /// A register takes what software wrote to it, whatever its guard says (E3).
    pub fn take_unguarded(&mut self, register: Register) {
        let Some(value) = self.written(register) else { return };
        let smmu = &mut self.target.smmu;
        let enables = (smmu.cr0, smmu.cr0ack);
        (smmu.cr0, smmu.cr0ack) = Default::default();
        smmu.write(register.offset(), value, 0xF).expect("registers are aligned");
        (smmu.cr0, smmu.cr0ack) = enables;
    }

    /// Address and bytes of the write that was answered.
    pub fn answered_write(&mut self) -> Option<(&mut u64, &mut Vec<u8>)> {
        self.steps.iter_mut().find_map(|step| match step {
            Step::Response { address, bytes, .. } => Some((address, bytes)),
            _ => None,
        })
    }
}

/// The golden model with a mistake.
pub struct Wrong {
    target: GoldenTarget,
    mistake: Mistake,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
}

impl Wrong {
    /// A block after reset.
    pub fn new(mistake: Mistake, parameters: Parameters, memory: Memory) -> Self {
        let target = GoldenTarget::new(parameters, memory, Neighbours::new(100, 1));
        Self { target, mistake, terminated: None, stalled: None }
    }

    fn port(&mut self, kind: Kind) -> &mut Option<EventRecord> {
        match kind {
            Kind::Terminated => &mut self.terminated,
            Kind::Stalled => &mut self.stalled,
        }
    }

    /// The state but for what was published, which is long and which no mistake asks for.
    fn state(&mut self) -> Smmu {
        let published = std::mem::take(&mut self.target.smmu.published);
        let state = self.target.smmu.clone();
        self.target.smmu.published = published;
        state
    }

    /// What the block believed is forgotten, unless software wrote it in this cycle.
    fn see_clearly(&mut self, before: &Smmu, steps: &[Step]) {
        let written = |register: Register| {
            steps
                .iter()
                .any(|step| matches!(step, Step::Write { offset, .. } if *offset == register.offset()))
        };
        let smmu = &mut self.target.smmu;
        smmu.parameters = before.parameters;
        if !written(Register::EventqCons) {
            smmu.eventq_cons = before.eventq_cons;
        }
        if !written(Register::PriqCons) {
            smmu.priq_cons = before.priq_cons;
        }
        if !written(Register::GerrorN) {
            smmu.gerrorn = before.gerrorn;
        }
    }

    fn err(&mut self, before: &Smmu, steps: &mut Vec<Step>) {
        let (terminated, stalled) = (self.terminated, self.stalled);
        let mut cycle = Cycle { before, target: &mut self.target, steps, terminated, stalled };
        (self.mistake.does)(&mut cycle);
    }
}

impl Target for Wrong {
    fn parameters(&self) -> Parameters {
        self.target.parameters()
    }

    fn reset(&mut self) {
        self.target.reset();
        (self.terminated, self.stalled) = (None, None);
    }

    fn access(&mut self, access: Access) {
        if !(self.mistake.hangs)(access) {
            self.target.access(access);
        }
    }

    fn access_cycles(&self) -> u32 {
        self.target.access_cycles()
    }

    fn offer(&mut self, kind: Kind, record: EventRecord) {
        *self.port(kind) = Some(record);
        if !(self.mistake.deaf)(kind) {
            self.target.offer(kind, record);
        }
    }

    fn offer_pri(&mut self, offer: PriOffer) {
        self.target.offer_pri(offer);
    }

    fn neighbours(&mut self) -> &mut Neighbours {
        self.target.neighbours()
    }

    fn memory(&mut self) -> &mut Memory {
        self.target.memory()
    }

    fn registers(&mut self) -> Registers {
        let mut registers = self.target.registers();
        (self.mistake.shows)(&self.target.smmu, &mut registers);
        registers
    }

    fn advance(&mut self) -> Vec<Step> {
        let before = self.state();
        let shown = self.registers();
        (self.mistake.believes)(&mut self.target.smmu);
        let mut steps = self.target.advance();
        self.see_clearly(&before, &steps);
        for step in &mut steps {
            if let Step::Read { offset, result: Ok(value) } = step
                && let Some(register) = Register::at(*offset)
            {
                *value = shown.get(register);
            }
        }
        self.err(&before, &mut steps);
        for step in &steps {
            if let Step::Accepted { kind, .. } = step {
                *self.port(*kind) = None;
            }
        }
        steps
    }
}
