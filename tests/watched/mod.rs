//! A run on the RTL whose steps a test wants to see.

use smmuq::rtl_target::RtlTarget;
use smmuq::session::{Session, TargetKind};
use smmuq_golden::{EventRecord, Kind, Parameters};
use smmuq_testbench::memory::Memory;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::system::{self, Conditions};
use smmuq_testbench::target::{Access, PriOffer, Registers, Step, Target};

/// The RTL, with somebody who sees the steps of each cycle.
struct Watched<F> {
    rtl: RtlTarget,
    watch: F,
}

impl<F: FnMut(&[Step])> Target for Watched<F> {
    fn parameters(&self) -> Parameters {
        self.rtl.parameters()
    }
    fn reset(&mut self) {
        self.rtl.reset();
    }
    fn access(&mut self, access: Access) {
        self.rtl.access(access);
    }
    fn access_cycles(&self) -> u32 {
        self.rtl.access_cycles()
    }
    fn offer(&mut self, kind: Kind, record: EventRecord) {
        self.rtl.offer(kind, record);
    }
    fn offer_pri(&mut self, offer: PriOffer) {
        self.rtl.offer_pri(offer);
    }
    fn neighbours(&mut self) -> &mut Neighbours {
        self.rtl.neighbours()
    }
    fn memory(&mut self) -> &mut Memory {
        self.rtl.memory()
    }
    fn registers(&mut self) -> Registers {
        self.rtl.registers()
    }
    fn advance(&mut self) -> Vec<Step> {
        let steps = self.rtl.advance();
        (self.watch)(&steps);
        steps
    }
}

/// Runs a session on the RTL, in lock-step with the golden model; panics where they differ.
pub fn run(session: &Session, watch: impl FnMut(&[Step])) -> Outcome {
    let TargetKind::Rtl(configuration) = session.target else { panic!("{:?} is not RTL", session.target) };
    let Session { stimulus, driver, log2size, seed, .. } = session;
    let memory = Memory::new(stimulus.memory.clone(), *seed);
    let neighbours = Neighbours::new(stimulus.memory.ready, *seed);
    let rtl = RtlTarget::new(configuration, *seed, memory, neighbours);
    let conditions = Conditions { driver: *driver, log2size: *log2size, seed: *seed, told: true };
    let outcome = system::run(stimulus, &conditions, &mut Watched { rtl, watch });
    match session.failure(&outcome, None) {
        Some(failure) => panic!("{}\n{failure}", stimulus.title),
        None => outcome,
    }
}
