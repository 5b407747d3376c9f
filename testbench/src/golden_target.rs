//! The golden model as a [`Target`]: what the architecture says, without RTL.

use smmuq_golden::{
    Cr0, Decision, EventRecord, IrqCtrl, Kind, Line, MsiSource, Oldest, Parameters, PriDecision, Register,
    Smmu,
};

use crate::lockstep::is_control;
use crate::memory::{Memory, Writer};
use crate::neighbours::{Neighbours, Sink};
use crate::target::{Access, PriOffer, Registers, Step, Target};

/// Commands that one fetch brings at most.
const BURST: u32 = 4;

/// A whole SMMU made of the golden model's steps: it decides on a record as soon as it may, and publishes when the
/// memory answers.
pub struct GoldenTarget {
    /// The model; public so that a test can make a wrong one.
    pub smmu: Smmu,
    memory: Memory,
    neighbours: Neighbours,
    access: Option<Access>,
    terminated: Option<EventRecord>,
    stalled: Option<EventRecord>,
    page_request: Option<PriOffer>,
}

impl GoldenTarget {
    /// A model after reset, with a memory behind it and the rest of an SMMU around it.
    pub fn new(parameters: Parameters, memory: Memory, neighbours: Neighbours) -> Self {
        Self {
            smmu: Smmu::new(parameters),
            memory,
            neighbours,
            access: None,
            terminated: None,
            stalled: None,
            page_request: None,
        }
    }

    fn interrupts(&mut self, steps: &mut Vec<Step>) {
        for line in Line::ALL {
            if self.smmu.interrupt(line).is_ok() {
                steps.push(Step::Interrupt(line));
            }
        }
    }

    /// One PRG response a cycle, automatic ones first.
    fn prg(&mut self, steps: &mut Vec<Step>) {
        let of_command = match self.smmu.oldest() {
            Oldest::Prg(response) => Some(response),
            _ => None,
        };
        let Some(response) = self.smmu.prg_owed.front().copied().or(of_command) else { return };
        if self.neighbours.ready(Sink::Prg) && self.smmu.prg(response).is_ok() {
            steps.push(Step::Prg(response));
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
            self.memory.submit(Writer::Event, address, record.to_bytes().to_vec());
        }
        steps.push(Step::Accepted { kind, record });
    }

    fn decide_pri(&mut self, steps: &mut Vec<Step>) {
        let Some(offer) = self.page_request else { return };
        let decision = self.smmu.decide_pri(offer.message, offer.ste, offer.secure);
        if matches!(decision, PriDecision::Held(_)) {
            return;
        }
        self.page_request = None;
        if let PriDecision::Recorded { address } = decision {
            self.memory.submit(Writer::Pri, address, offer.message.to_bytes().to_vec());
        }
        steps.push(Step::AcceptedPri(offer));
    }

    fn respond(&mut self, steps: &mut Vec<Step>) {
        if self.memory.due().is_none() {
            return;
        }
        let Some(answered) = self.memory.complete() else { return };
        let response = answered.response;
        let refused = match answered.writer {
            Writer::Event => self.smmu.respond(response).err(),
            Writer::Pri => self.smmu.respond_pri(response).err(),
            Writer::Msi => self.smmu.msi_answered(response).err(),
        };
        steps.extend(refused.map(|error| Step::Broken(error.to_string())));
        let (writer, address, bytes) = (answered.writer, answered.address, answered.bytes);
        steps.push(Step::Response { writer, response, address, bytes });
    }

    /// Asks for the next commands, as many as one burst may bring.
    fn fetch(&mut self, steps: &mut Vec<Step>) {
        let (queue, buffered) = (self.smmu.command_queue(), self.smmu.commands.buffer.len());
        let next = queue.layout.ahead(queue.rd, buffered);
        let pending = queue.used().saturating_sub(buffered as u32);
        let beats = pending.min(queue.layout.entries() - next.index).min(BURST);
        let address = queue.layout.address(next);
        if beats > 0 && self.smmu.fetch(address, beats).is_ok() {
            self.memory.submit_read(address, beats);
            steps.push(Step::Fetch { address, beats });
        }
    }

    fn fetched(&mut self, steps: &mut Vec<Step>) {
        let Some(beat) = self.memory.due_read() else { return };
        self.memory.complete_read();
        let (response, words) = (beat.response, beat.words);
        let refused = self.smmu.fetched(response, words).err();
        steps.extend(refused.map(|error| Step::Broken(error.to_string())));
        steps.push(Step::Fetched { response, words });
    }

    /// The oldest command goes where it belongs. A refused step waits for the next cycle.
    fn command(&mut self, steps: &mut Vec<Step>) {
        match self.smmu.oldest() {
            Oldest::Send(command)
                if self.neighbours.ready(Sink::Command)
                    && self.smmu.command_sent(command.words()).is_ok() =>
            {
                steps.push(Step::Command(command.words()));
            }
            Oldest::Sync(_) if self.neighbours.ready(Sink::Sync) => {
                let atc_error = self.neighbours.sync_fails();
                if self.smmu.sync_accepted(atc_error).is_ok() {
                    self.neighbours.sync_ended();
                    steps.push(Step::Sync { atc_error });
                }
            }
            Oldest::SyncWaiting => drop(self.smmu.sync_completed()),
            Oldest::Skip(_) => drop(self.smmu.command_skipped()),
            Oldest::Fail(_) => drop(self.smmu.command_failed()),
            _ => {}
        }
    }

    /// MSIs that have to come; one of each source at a time.
    fn msis(&mut self, steps: &mut Vec<Step>) {
        for source in MsiSource::ALL {
            let due = self.smmu.owed_msis.of(source).must && !self.smmu.msis_in_flight.contains(&source);
            let Some(msi) = self.smmu.msi_of(source).filter(|_| due) else { continue };
            if self.smmu.msi_sent(msi.address, msi.data).is_ok() {
                self.memory.submit(Writer::Msi, msi.address, msi.data.to_le_bytes().to_vec());
                steps.push(Step::Msi { address: msi.address, data: msi.data });
            }
        }
    }

    /// The architecture lets an Update take any finite time; here each ends as soon as it may (E1, E5).
    fn acknowledge(&mut self) {
        for bit in 0..u32::BITS {
            let _too_early = self.smmu.acknowledge_cr0(Cr0::from_bits(1 << bit));
            let _too_early = self.smmu.acknowledge_irq_ctrl(IrqCtrl::from_bits(1 << bit));
        }
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
        (self.access, self.terminated, self.stalled, self.page_request) = (None, None, None, None);
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

    fn offer_pri(&mut self, offer: PriOffer) {
        self.page_request = Some(offer);
    }

    fn neighbours(&mut self) -> &mut Neighbours {
        &mut self.neighbours
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
        self.prg(&mut steps);
        self.decide(Kind::Stalled, &mut steps);
        self.decide(Kind::Terminated, &mut steps);
        self.decide_pri(&mut steps);
        self.msis(&mut steps);
        self.respond(&mut steps);
        self.fetch(&mut steps);
        self.fetched(&mut steps);
        self.command(&mut steps);
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

#[cfg(test)]
mod tests;
