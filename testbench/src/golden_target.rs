//! The golden model as a [`Target`]: what the architecture says, without RTL.

use smmuq_golden::{Decision, EventRecord, Kind, Line, Parameters, Register, Smmu};

use crate::lockstep::is_control;
use crate::memory::Memory;
use crate::target::{Access, Registers, Step, Target};

/// A whole SMMU made of the golden model's steps: it decides on a record as soon as it may, and publishes when the
/// memory answers.
pub struct GoldenTarget {
    /// The model; public so that a test can make a wrong one.
    pub smmu: Smmu,
    memory: Memory,
    access: Option<Access>,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
}

impl GoldenTarget {
    /// A model after reset, with a memory behind it.
    pub fn new(parameters: Parameters, memory: Memory) -> Self {
        Self { smmu: Smmu::new(parameters), memory, access: None, terminated: None, stalled: None }
    }

    fn interrupts(&mut self, steps: &mut Vec<Step>) {
        for line in [Line::Eventq, Line::Gerror] {
            if self.smmu.interrupt(line).is_ok() {
                steps.push(Step::Interrupt(line));
            }
        }
    }

    fn decide(&mut self, kind: Kind, steps: &mut Vec<Step>) {
        let port = match kind {
            Kind::Terminated => &mut self.terminated,
            Kind::Stalled => &mut self.stalled,
        };
        let Some(record) = *port else { return };
        let decision = self.smmu.decide(kind, record);
        if matches!(decision, Decision::Held(_)) {
            return;
        }
        *port = None;
        if let Decision::Recorded { address } = decision {
            self.memory.submit(address, record.to_bytes().to_vec());
        }
        steps.push(Step::Accepted { kind, record });
    }

    fn respond(&mut self, steps: &mut Vec<Step>) {
        if self.memory.due().is_none() {
            return;
        }
        let Some(answered) = self.memory.complete() else {
            return;
        };
        if let Err(error) = self.smmu.respond(answered.response) {
            steps.push(Step::Broken(error.to_string()));
        }
        steps.push(Step::Response {
            response: answered.response,
            address: answered.address,
            bytes: answered.bytes,
        });
    }

    /// The architecture lets an Update take any finite time; here it ends as soon as it may (E1, E5).
    fn acknowledge(&mut self) {
        let _too_early = self.smmu.acknowledge_cr0();
        let _too_early = self.smmu.acknowledge_irq_ctrl();
    }

    fn write(&mut self, access: Option<Access>, steps: &mut Vec<Step>) {
        let Some(Access::Write { offset, value, strobes }) = access else {
            return;
        };
        let result = self.smmu.write(offset, value, strobes);
        steps.push(Step::Write { offset, value, strobes, result });
    }
}

impl Target for GoldenTarget {
    fn parameters(&self) -> Parameters {
        self.smmu.parameters
    }

    fn is_reference(&self) -> bool {
        true
    }

    fn reset(&mut self) {
        self.smmu = Smmu::new(self.smmu.parameters);
        (self.access, self.terminated, self.stalled) = (None, None, None);
    }

    fn access(&mut self, access: Access) {
        self.access = Some(access);
    }

    fn access_cycles(&self) -> u32 {
        1
    }

    fn offer(&mut self, kind: Kind, record: EventRecord) {
        match kind {
            Kind::Terminated => self.terminated = Some(record),
            Kind::Stalled => self.stalled = Some(record),
        }
    }

    fn memory(&mut self) -> &mut Memory {
        &mut self.memory
    }

    fn registers(&mut self) -> Registers {
        Registers(Register::ALL.map(|register| self.smmu.register(register)))
    }

    fn advance(&mut self) -> Vec<Step> {
        let mut steps = Vec::new();
        self.memory.tick();
        self.interrupts(&mut steps);
        let access = self.access.take();
        if let Some(Access::Read { offset }) = access {
            let result = self.smmu.read(offset);
            steps.push(Step::Read { offset, result });
        }
        self.decide(Kind::Stalled, &mut steps);
        self.decide(Kind::Terminated, &mut steps);
        self.respond(&mut steps);
        match access {
            Some(Access::Write { offset, .. }) if is_control(offset) => {
                self.acknowledge();
                self.write(access, &mut steps);
            }
            _ => {
                self.write(access, &mut steps);
                self.acknowledge();
            }
        }
        steps
    }
}
