//! The comparison: the golden model follows the steps of a target, and after each the two must show the same.

use std::collections::VecDeque;

use smmuq_golden::{CmdqCons, Cr0, Gerror, IrqCtrl, Line, MsiSource, Oldest, Register, Smmu, StepError};

use crate::coverage::{Before, Coverage, Cycle};
use crate::fault::{Fault, compare_memory};
use crate::fields::difference;
use crate::meaning::{Ended, Meaning};
use crate::mismatch::Mismatch;
use crate::neighbours::Sink;
use crate::outcome::Counts;
use crate::queue::Queue;
use crate::take::take;
use crate::target::{Registers, Step, Target};

/// How many steps a mismatch shows before the one that broke.
const RECENT: usize = 12;

/// How long something may take once nothing stands in its way, in cycles, before it counts as lost. The architecture
/// asks for a finite time (E1, V4); a testbench has to give up somewhere. What needs the bus may wait for a memory
/// that is slow and seldom ready.
const PATIENCE: u64 = 64;
const PATIENCE_WITH_BUS: u64 = 20_000;

/// Control registers whose fields an acknowledge register takes when their Update ends (E1, I4).
const UPDATES: [(Register, Register); 2] =
    [(Register::Cr0, Register::Cr0Ack), (Register::IrqCtrl, Register::IrqCtrlAck)];

/// What a cycle brought, when target and golden model agree on it.
#[derive(Clone, Debug)]
pub struct Followed {
    /// What the steps meant.
    pub meanings: Vec<Meaning>,
    /// The registers after them.
    pub registers: Registers,
}

/// The golden model beside a target.
pub struct LockStep {
    golden: Smmu,
    compared: u64,
    coverage: Coverage,
    /// The last steps, with their cycles.
    recent: VecDeque<(u64, Meaning)>,
    /// A port towards the rest of the SMMU takes nothing.
    blocked: bool,
    /// What is due, and since when.
    due_since: Option<(&'static str, u64)>,
    /// Since when an interrupt of each line is owed.
    owed_since: [Option<u64>; Line::ALL.len()],
}

impl LockStep {
    /// Starts with both in reset.
    pub fn new(golden: Smmu) -> Self {
        Self {
            golden,
            compared: 0,
            coverage: Coverage::default(),
            recent: VecDeque::new(),
            blocked: false,
            due_since: None,
            owed_since: [None; Line::ALL.len()],
        }
    }

    /// The model, as far as it has followed.
    pub fn golden(&self) -> &Smmu {
        &self.golden
    }

    /// Number of steps after which everything was equal.
    pub fn compared(&self) -> u64 {
        self.compared
    }

    /// What was met so far.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// A record of a stalled transaction waits at its port.
    pub fn stalled_record_waits(&mut self) {
        self.coverage.stalled_record_waits(&self.golden);
    }

    /// Takes the steps of one cycle with the golden model and compares. `None` when nothing happened.
    pub fn follow(
        &mut self,
        cycle: u64,
        steps: &[Step],
        target: &mut dyn Target,
    ) -> Result<Option<Followed>, Box<Mismatch>> {
        let mut meanings = Vec::new();
        self.blocked = Sink::ALL.into_iter().any(|sink| target.neighbours().holds(sink));
        let outcome = self.follow_cycle(cycle, steps, target, &mut meanings);
        match outcome {
            Ok(None) => Ok(None),
            Ok(Some(registers)) => {
                self.compared += meanings.len() as u64;
                self.remember(cycle, &meanings);
                Ok(Some(Followed { meanings, registers }))
            }
            Err(fault) => Err(Box::new(self.mismatch(cycle, fault, &meanings))),
        }
    }

    /// Compares when nothing happens any more: what changes without a step shows only here. Nothing that was merged can
    /// still be late (I8).
    pub fn compare_settled(&mut self, cycle: u64, target: &mut dyn Target) -> Result<(), Box<Mismatch>> {
        self.golden.forget_merged();
        let registers = target.registers();
        self.compare_snapshot(&registers, &[], target)
            .map_err(|fault| Box::new(self.mismatch(cycle, fault, &[])))
    }

    /// Compares every entry of the queues in memory with what the golden model published (Q8).
    pub fn compare_contents(&self, cycle: u64, target: &mut dyn Target) -> Result<(), Box<Mismatch>> {
        self.compare_entries(target).map_err(|fault| Box::new(self.mismatch(cycle, fault, &[])))
    }

    fn compare_entries(&self, target: &mut dyn Target) -> Result<(), Fault> {
        for (address, record) in self.golden.entries() {
            let Some(record) = record else { continue };
            compare_memory(target, address, record.to_bytes(), &["Q8", "V1"])?;
        }
        for (address, message) in self.golden.pri_entries() {
            let Some(message) = message else { continue };
            compare_memory(target, address, message.to_bytes(), &["Q8", "V1"])?;
        }
        Ok(())
    }

    /// Nothing has happened for too long although something should have.
    pub fn stuck(&self, cycle: u64, waiting: &str) -> Box<Mismatch> {
        let fault = Fault::new(
            "progress",
            format!("{waiting} ends in finite time"),
            "nothing happens any more",
            &["V5", "EV2", "ST2"],
        );
        Box::new(self.mismatch(cycle, fault, &[]))
    }

    /// Entries of a queue have appeared or vanished.
    pub fn not_conserved(&self, cycle: u64, queue: Queue, counts: &Counts) -> Box<Mismatch> {
        let expected = format!("{} offered = written + in flight + dropped + held", counts.offered);
        let Counts { written, in_flight, dropped, held, .. } = counts;
        let got = format!("{written} + {in_flight} + {dropped} + {held}");
        let (field, rules): (_, &[_]) = match queue {
            Queue::Event => ("conservation of records", &["EV3", "ST1", "Q7"]),
            Queue::Pri => ("conservation of PRI messages", &["P1", "P5", "Q7"]),
        };
        let fault = Fault::new(field, expected, got, rules);
        Box::new(self.mismatch(cycle, fault, &[]))
    }

    fn follow_cycle(
        &mut self,
        cycle: u64,
        steps: &[Step],
        target: &mut dyn Target,
        meanings: &mut Vec<Meaning>,
    ) -> Result<Option<Registers>, Fault> {
        if steps.is_empty() && !self.under_way() && self.due().is_none() {
            self.due_since = None;
            self.owed_since = [None; Line::ALL.len()];
            return Ok(None);
        }
        // All steps of a cycle see the state at its start: a guarded register is written under the CR0ACK of then (E3),
        // and an acknowledge answers the CR0 or IRQ_CTRL of then, not the one that is being written. What only the
        // registers show comes before the writes.
        let begin = Cycle::begin(&self.golden);
        let (controls, others): (Vec<_>, Vec<_>) = steps.iter().partition(|step| writes_control(step));
        let (writes, others): (Vec<_>, Vec<_>) =
            others.into_iter().partition(|step| matches!(step, Step::Write { .. }));
        self.take_all(&others, target, meanings)?;
        let registers = target.registers();
        self.follow_command(&registers, meanings)?;
        self.take_all(&writes, target, meanings)?;
        self.follow_acknowledges(&registers, meanings)?;
        self.take_all(&controls, target, meanings)?;
        self.compare_snapshot(&registers, meanings, target)?;
        self.note_owed(cycle, steps);
        self.check_patience(cycle)?;
        self.coverage.cycle(begin, meanings, &self.golden);
        Ok((!meanings.is_empty()).then_some(registers))
    }

    fn take_all(
        &mut self,
        steps: &[&Step],
        target: &mut dyn Target,
        meanings: &mut Vec<Meaning>,
    ) -> Result<(), Fault> {
        for step in steps {
            let before = Before::of(&self.golden, step);
            let meaning = take(&mut self.golden, step, target).map_err(|fault| fault.at(step))?;
            self.coverage.step(before, &meaning, &self.golden);
            meanings.push(meaning);
        }
        Ok(())
    }

    /// Whether a command may wait at a port that takes nothing; what waits for its end is then not late (E8).
    fn command_may_wait(&self) -> bool {
        self.blocked && !self.golden.commands.buffer.is_empty()
    }

    /// What must come without anybody's help, and how long it may take.
    fn due_within(&self) -> Option<(&'static str, u64)> {
        if self.golden.owed != Default::default() {
            Some(("interrupt", PATIENCE))
        } else if self.acknowledge_possible() && !self.command_may_wait() {
            // I6: a disable waits also for an MSI that need not come.
            let waits = MsiSource::ALL.into_iter().any(|source| self.golden.owed_msis.of(source).may > 0);
            Some(("acknowledge", if waits { PATIENCE_WITH_BUS } else { PATIENCE }))
        } else if self.command_ends() && !self.command_may_wait() {
            Some(("end of a command", PATIENCE))
        } else if self.golden.owed_msis.any_must() || !self.golden.msis_in_flight.is_empty() {
            Some(("MSI", PATIENCE_WITH_BUS))
        } else if self.commands_wait() {
            Some(("fetch of commands", PATIENCE_WITH_BUS))
        } else {
            None
        }
    }

    /// What must come without anybody's help.
    pub fn due(&self) -> Option<&'static str> {
        self.due_within().map(|(due, _)| due)
    }

    /// Whether registers may change in a cycle without a step, rightly or too early.
    fn under_way(&self) -> bool {
        let golden = &self.golden;
        let writes = golden.in_flight.len() + golden.pri_in_flight.len() + golden.msis_in_flight.len() > 0;
        let ends = matches!(golden.oldest(), Oldest::SyncWaiting | Oldest::Fail(_) | Oldest::Skip(_));
        writes || ends || self.transitional()
    }

    fn transitional(&self) -> bool {
        UPDATES
            .iter()
            .any(|&(control, acknowledge)| self.golden.register(control) != self.golden.register(acknowledge))
    }

    fn acknowledge_possible(&self) -> bool {
        // A step that is refused changes nothing, so one copy serves all attempts.
        let mut golden = self.transitional().then(|| self.golden.clone());
        let mut possible = |bit| {
            let golden = golden.as_mut()?;
            acknowledge_cr0(golden, 1u32 << bit).or_else(|_| acknowledge_irq_ctrl(golden, 1u32 << bit)).ok()
        };
        (0..u32::BITS).any(|bit| possible(bit).is_some())
    }

    /// Whether the oldest command ends inside the block, and nothing that it waits for is left.
    fn command_ends(&self) -> bool {
        match self.golden.oldest() {
            Oldest::Fail(_) | Oldest::Skip(_) => true,
            Oldest::SyncWaiting => self.golden.clone().sync_completed().is_ok(),
            _ => false,
        }
    }

    /// Whether there are commands of which none has been fetched.
    fn commands_wait(&self) -> bool {
        let queue = self.golden.command_queue();
        self.golden.commands_flow() && queue.used() > 0 && self.golden.commands.buffer.is_empty()
    }

    /// A line that has pulsed and owes another interrupt owes it from now on: with LO every message may bring one (I3).
    fn note_owed(&mut self, cycle: u64, steps: &[Step]) {
        for (line, since) in Line::ALL.into_iter().zip(&mut self.owed_since) {
            let pulsed = steps.contains(&Step::Interrupt(line));
            *since = self.golden.owed.owes(line).then(|| since.filter(|_| !pulsed).unwrap_or(cycle));
        }
    }

    /// What is due may take a while, whatever else happens meanwhile.
    fn check_patience(&mut self, cycle: u64) -> Result<(), Fault> {
        let Some((due, patience)) = self.due_within() else {
            self.due_since = None;
            return Ok(());
        };
        let since = self.due_since.filter(|&(before, _)| before == due).map_or(cycle, |(_, since)| since);
        self.due_since = Some((due, since));
        let since = self.owed_since.iter().copied().flatten().min().unwrap_or(since);
        if cycle - since <= patience {
            return Ok(());
        }
        let rules: &[_] = match due {
            "interrupt" => &["I2", "I3", "G4", "C12"],
            "acknowledge" => &["E1", "I6"],
            "MSI" => &["I7", "I8"],
            _ => &["C1", "C2", "C3"],
        };
        Err(Fault::new(due, format!("within {patience} cycles"), "it does not come", rules))
    }

    /// Takes the end of the oldest command where it has no handshake: CMDQ_CONS or GERROR shows it.
    fn follow_command(&mut self, registers: &Registers, meanings: &mut Vec<Meaning>) -> Result<(), Fault> {
        let shown = Gerror::from_bits(registers.get(Register::Gerror)).cmdq_err();
        if shown != self.golden.gerror.cmdq_err() {
            return self.end_command(Ended::Failed, Smmu::command_failed, meanings);
        }
        let moved = CmdqCons::from_bits(registers.get(Register::CmdqCons)).rd()
            != CmdqCons::from_bits(self.golden.register(Register::CmdqCons)).rd();
        match self.golden.oldest() {
            Oldest::SyncWaiting if moved => {
                self.end_command(Ended::SyncCompleted, Smmu::sync_completed, meanings)
            }
            Oldest::Skip(_) if moved => self.end_command(Ended::Skipped, Smmu::command_skipped, meanings),
            // G1: an error that is active already is not logged again; only ERR shows the failure.
            Oldest::Fail(error)
                if !self.golden.commands_flow()
                    && CmdqCons::from_bits(registers.get(Register::CmdqCons)).err() == error.code() =>
            {
                self.end_command(Ended::Failed, Smmu::command_failed, meanings)
            }
            _ => Ok(()),
        }
    }

    fn end_command(
        &mut self,
        ended: Ended,
        step: fn(&mut Smmu) -> Result<(), StepError>,
        meanings: &mut Vec<Meaning>,
    ) -> Result<(), Fault> {
        self.coverage.command_ends(&self.golden);
        step(&mut self.golden).map_err(|error| Fault::forbidden(&format!("command {ended:?}"), error))?;
        self.coverage.step(Before::Nothing, &Meaning::Ended(ended), &self.golden);
        meanings.push(Meaning::Ended(ended));
        Ok(())
    }

    /// Takes the Updates that ended in this cycle, each field on its own. They show in the acknowledge registers only.
    fn follow_acknowledges(
        &mut self,
        registers: &Registers,
        meanings: &mut Vec<Meaning>,
    ) -> Result<(), Fault> {
        for (control, acknowledge) in UPDATES {
            let (wanted, had) = (self.golden.register(control), self.golden.register(acknowledge));
            let seen = (wanted ^ had) & !(wanted ^ registers.get(acknowledge));
            if seen == 0 {
                continue;
            }
            let taken = match control {
                Register::Cr0 => acknowledge_cr0(&mut self.golden, seen),
                _ => acknowledge_irq_ctrl(&mut self.golden, seen),
            };
            taken.map_err(|error| Fault::forbidden(acknowledge.name(), error))?;
            meanings.push(Meaning::Acknowledged(acknowledge));
        }
        Ok(())
    }

    fn compare_snapshot(
        &self,
        registers: &Registers,
        meanings: &[Meaning],
        target: &mut dyn Target,
    ) -> Result<(), Fault> {
        let snapshot = self.golden.snapshot();
        let step_rules = || meanings.iter().flat_map(Meaning::rules).copied();
        let pairs = snapshot.registers.iter().zip(registers.0);
        for (register, (&expected, got)) in Register::ALL.into_iter().zip(pairs) {
            if let Some(found) = difference(register, expected, got) {
                let mut rules: Vec<_> = found.rules.iter().copied().chain(step_rules()).collect();
                rules = in_order_once(rules);
                let (expected, got) = (format!("{:#x}", found.expected), format!("{:#x}", found.got));
                return Err(Fault::new(&found.name, expected, got, &rules));
            }
        }
        if let Some((address, record)) = snapshot.newest {
            compare_memory(target, address, record.to_bytes(), &["V1", "Q8"])?;
        }
        if let Some((address, message)) = snapshot.newest_pri {
            compare_memory(target, address, message.to_bytes(), &["V1", "Q8"])?;
        }
        Ok(())
    }

    fn remember(&mut self, cycle: u64, meanings: &[Meaning]) {
        self.recent.extend(meanings.iter().map(|&meaning| (cycle, meaning)));
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
    }

    fn mismatch(&self, cycle: u64, fault: Fault, meanings: &[Meaning]) -> Mismatch {
        let mut offenders: Vec<_> = meanings.iter().map(|meaning| line(cycle, meaning)).collect();
        offenders.extend(fault.step.map(|step| format!("cycle {cycle}: {step}")));
        if offenders.is_empty() {
            offenders.push(format!("cycle {cycle}: no step at any port"));
        }
        Mismatch {
            cycle,
            field: fault.field,
            expected: fault.expected,
            got: fault.got,
            rules: fault.rules,
            before: self.recent.iter().map(|(cycle, meaning)| line(*cycle, meaning)).collect(),
            offenders,
        }
    }
}

/// The bits of CR0 that differ from CR0ACK, as far as the mask has them: those Updates end.
fn acknowledge_cr0(golden: &mut Smmu, mask: u32) -> Result<(), StepError> {
    let differ = golden.cr0.into_bits() ^ golden.cr0ack.into_bits();
    golden.acknowledge_cr0(Cr0::from_bits(differ & mask))
}

/// The same for IRQ_CTRL.
fn acknowledge_irq_ctrl(golden: &mut Smmu, mask: u32) -> Result<(), StepError> {
    let differ = golden.irq_ctrl.into_bits() ^ golden.irq_ctrlack.into_bits();
    golden.acknowledge_irq_ctrl(IrqCtrl::from_bits(differ & mask))
}

/// Whether this is the offset of a control register, whose Update an acknowledge ends.
pub(crate) fn is_control(offset: u32) -> bool {
    UPDATES.iter().any(|(control, _)| control.offset() == offset)
}

fn writes_control(step: &Step) -> bool {
    matches!(step, Step::Write { offset, .. } if is_control(*offset))
}

fn line(cycle: u64, meaning: &Meaning) -> String {
    format!("cycle {cycle}: {meaning}")
}

fn in_order_once(rules: Vec<&'static str>) -> Vec<&'static str> {
    let mut once = Vec::new();
    for rule in rules {
        if !once.contains(&rule) {
            once.push(rule);
        }
    }
    once
}

#[cfg(test)]
mod said;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod tests;
