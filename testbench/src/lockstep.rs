//! The comparison: the golden model follows the steps of a target, and after each the two must show the same.

use std::collections::VecDeque;
use std::fmt;

use smmuq_golden::{
    BusError, Completion, Decision, EventRecord, InFlight, Kind, Line, Register, Response, Smmu, StepError,
};

use crate::fields::difference;
use crate::meaning::Meaning;
use crate::mismatch::Mismatch;
use crate::outcome::Counts;
use crate::target::{Registers, Step, Target};

/// How many steps a mismatch shows before the one that broke.
const RECENT: usize = 12;

/// How long an interrupt or an acknowledge may take once nothing stands in its way, in cycles, before it counts
/// as lost. The architecture asks for a finite time (E1, V4); a testbench has to give up somewhere.
const PATIENCE: u64 = 64;

/// Control registers whose value an acknowledge register takes when the Update ends (E1, I4).
const UPDATES: [(Register, Register); 2] =
    [(Register::Cr0, Register::Cr0Ack), (Register::IrqCtrl, Register::IrqCtrlAck)];

/// What differs, before it is known where.
struct Fault {
    field: String,
    expected: String,
    got: String,
    rules: Vec<&'static str>,
    /// The step that the golden model did not take.
    step: Option<String>,
}

impl Fault {
    fn new(field: &str, expected: impl Into<String>, got: impl Into<String>, rules: &[&'static str]) -> Self {
        Self {
            field: field.to_owned(),
            expected: expected.into(),
            got: got.into(),
            rules: rules.to_vec(),
            step: None,
        }
    }

    fn at(mut self, step: &Step) -> Self {
        self.step = Some(step.to_string());
        self
    }

    fn forbidden(what: &str, error: StepError) -> Self {
        Self::new(what, format!("not now: {error}"), "it happened", error.rules())
    }
}

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
    recent: VecDeque<String>,
    nothing_due: u64,
}

impl LockStep {
    /// Starts with both in reset.
    pub fn new(golden: Smmu) -> Self {
        Self { golden, compared: 0, recent: VecDeque::new(), nothing_due: 0 }
    }

    /// The model, as far as it has followed.
    pub fn golden(&self) -> &Smmu {
        &self.golden
    }

    /// Number of steps after which everything was equal.
    pub fn compared(&self) -> u64 {
        self.compared
    }

    /// Takes the steps of one cycle with the golden model and compares. `None` when nothing happened.
    pub fn follow(
        &mut self,
        cycle: u64,
        steps: &[Step],
        target: &mut dyn Target,
    ) -> Result<Option<Followed>, Box<Mismatch>> {
        let mut meanings = Vec::new();
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

    /// Compares when nothing happens any more: what changes without a step shows only here.
    pub fn compare_settled(&self, cycle: u64, target: &mut dyn Target) -> Result<(), Box<Mismatch>> {
        let registers = target.registers();
        self.compare_snapshot(&registers, &[], target)
            .map_err(|fault| Box::new(self.mismatch(cycle, fault, &[])))
    }

    /// Compares every entry of the queue in memory with what the golden model published (Q8).
    pub fn compare_contents(&self, cycle: u64, target: &mut dyn Target) -> Result<(), Box<Mismatch>> {
        for (address, record) in self.golden.entries() {
            let Some(record) = record else { continue };
            compare_memory(target, address, &record, &["Q8", "V1"])
                .map_err(|fault| Box::new(self.mismatch(cycle, fault, &[])))?;
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

    /// Records have appeared or vanished.
    pub fn not_conserved(&self, cycle: u64, counts: &Counts) -> Box<Mismatch> {
        let expected = format!("{} offered = written + in flight + dropped + held", counts.offered);
        let Counts { written, in_flight, dropped, held, .. } = counts;
        let got = format!("{written} + {in_flight} + {dropped} + {held}");
        let fault = Fault::new("conservation of records", expected, got, &["EV3", "ST1", "Q7"]);
        Box::new(self.mismatch(cycle, fault, &[]))
    }

    fn follow_cycle(
        &mut self,
        cycle: u64,
        steps: &[Step],
        target: &mut dyn Target,
        meanings: &mut Vec<Meaning>,
    ) -> Result<Option<Registers>, Fault> {
        if steps.is_empty() && !self.transitional() && self.due().is_none() {
            self.nothing_due = cycle;
            return Ok(None);
        }
        // All steps of a cycle see the state at its start: a guarded register is written under the CR0ACK of then (E3),
        // and an acknowledge answers the CR0 or IRQ_CTRL of then, not the one that is being written.
        let (writes, others): (Vec<_>, Vec<_>) = steps.iter().partition(|step| writes_control(step));
        for step in others {
            meanings.push(self.take(step, target).map_err(|fault| fault.at(step))?);
        }
        let registers = target.registers();
        self.follow_acknowledges(&registers, meanings)?;
        for step in writes {
            meanings.push(self.take(step, target).map_err(|fault| fault.at(step))?);
        }
        self.compare_snapshot(&registers, meanings, target)?;
        self.check_patience(cycle)?;
        Ok((!meanings.is_empty()).then_some(registers))
    }

    /// What must come without anybody's help: an interrupt, or an acknowledge that nothing stands in the way of.
    pub fn due(&self) -> Option<&'static str> {
        if self.golden.owed != Default::default() {
            Some("interrupt")
        } else if self.transitional() && self.golden.in_flight.is_empty() {
            Some("acknowledge")
        } else {
            None
        }
    }

    fn transitional(&self) -> bool {
        UPDATES
            .iter()
            .any(|&(control, acknowledge)| self.golden.register(control) != self.golden.register(acknowledge))
    }

    /// What is due may take a while, whatever else happens meanwhile.
    fn check_patience(&mut self, cycle: u64) -> Result<(), Fault> {
        let Some(due) = self.due() else {
            self.nothing_due = cycle;
            return Ok(());
        };
        if cycle - self.nothing_due <= PATIENCE {
            return Ok(());
        }
        let rules: &[_] = if due == "interrupt" { &["I2", "G4"] } else { &["E1", "I6"] };
        let expected = format!("within {PATIENCE} cycles");
        Err(Fault::new(due, expected, "it does not come", rules))
    }

    fn take(&mut self, step: &Step, target: &mut dyn Target) -> Result<Meaning, Fault> {
        match step {
            Step::Interrupt(line) => self.take_interrupt(*line),
            Step::Read { offset, result } => self.take_read(*offset, *result),
            Step::Accepted { kind, record } => self.take_decision(*kind, *record),
            Step::Response { response, address, bytes } => {
                self.take_response(*response, *address, bytes, target)
            }
            Step::Write { offset, value, strobes, result } => {
                self.take_write(*offset, *value, *strobes, *result)
            }
            Step::Broken(what) => Err(Fault::new("the block's own contract", "kept", what.clone(), &[])),
        }
    }

    fn take_interrupt(&mut self, line: Line) -> Result<Meaning, Fault> {
        let name = format!("interrupt {line:?}");
        self.golden.interrupt(line).map_err(|error| Fault::forbidden(&name, error))?;
        Ok(Meaning::Interrupt(line))
    }

    fn take_read(&mut self, offset: u32, got: Result<u32, BusError>) -> Result<Meaning, Fault> {
        compare_access(offset, self.golden.read(offset), got)?;
        let value = got.unwrap_or(0);
        Ok(Meaning::Read { offset, value })
    }

    fn take_write(
        &mut self,
        offset: u32,
        value: u32,
        strobes: u8,
        got: Result<(), BusError>,
    ) -> Result<Meaning, Fault> {
        compare_access(offset, self.golden.write(offset, value, strobes), got)?;
        Ok(Meaning::Written { offset, value })
    }

    fn take_decision(&mut self, kind: Kind, record: EventRecord) -> Result<Meaning, Fault> {
        match self.golden.decide(kind, record) {
            held @ Decision::Held(reason) => {
                let field = format!("decision on a {kind:?} record");
                let expected = format!("held: {reason:?}");
                Err(Fault::new(&field, expected, "taken from its port", held.rules()))
            }
            decision => Ok(Meaning::Decided { kind, decision }),
        }
    }

    fn take_response(
        &mut self,
        response: Response,
        address: u64,
        bytes: &[u8],
        target: &mut dyn Target,
    ) -> Result<Meaning, Fault> {
        if let Some(oldest) = self.golden.in_flight.front() {
            compare_write(oldest, address, bytes)?;
        }
        let completion =
            self.golden.respond(response).map_err(|error| Fault::forbidden("memory write", error))?;
        if let Completion::Published { address, record, .. } = completion {
            compare_memory(target, address, &record, completion.rules())?;
        }
        Ok(Meaning::Completed(completion))
    }

    /// Takes the Updates that ended in this cycle. They show in the acknowledge registers only.
    fn follow_acknowledges(
        &mut self,
        registers: &Registers,
        meanings: &mut Vec<Meaning>,
    ) -> Result<(), Fault> {
        for (control, acknowledge) in UPDATES {
            let wanted = self.golden.register(control);
            if self.golden.register(acknowledge) == wanted || registers.get(acknowledge) != wanted {
                continue;
            }
            let taken = match control {
                Register::Cr0 => self.golden.acknowledge_cr0(),
                _ => self.golden.acknowledge_irq_ctrl(),
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
        match snapshot.newest {
            Some((address, record)) => compare_memory(target, address, &record, &["V1", "Q8"]),
            None => Ok(()),
        }
    }

    fn remember(&mut self, cycle: u64, meanings: &[Meaning]) {
        self.recent.extend(meanings.iter().map(|meaning| line(cycle, meaning)));
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
            before: self.recent.iter().cloned().collect(),
            offenders,
        }
    }
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

fn compare_access<T: fmt::Debug + PartialEq>(
    offset: u32,
    expected: Result<T, BusError>,
    got: Result<T, BusError>,
) -> Result<(), Fault> {
    if expected == got {
        return Ok(());
    }
    let name = Register::at(offset).map_or(format!("offset {offset:#x}"), |register| register.to_string());
    let rules = Register::at(offset).map_or(&["E11", "E12"][..], Register::rules);
    let show = |result| format!("{result:x?}");
    Err(Fault::new(&format!("access to {name}"), show(expected), show(got), rules))
}

/// The write that was answered must be the one of the oldest record in flight (Q2, Q8).
fn compare_write(oldest: &InFlight, address: u64, bytes: &[u8]) -> Result<(), Fault> {
    if address != oldest.address {
        let (expected, got) = (format!("{:#x}", oldest.address), format!("{address:#x}"));
        return Err(Fault::new("address of a memory write", expected, got, &["Q8", "Q9", "Q11"]));
    }
    if bytes != oldest.record.to_bytes() {
        let (expected, got) = (hex(&oldest.record.to_bytes()), hex(bytes));
        return Err(Fault::new("data of a memory write", expected, got, &["Q2", "Q8", "V1"]));
    }
    Ok(())
}

/// What PROD covers must be in memory (V1).
fn compare_memory(
    target: &mut dyn Target,
    address: u64,
    record: &EventRecord,
    rules: &[&'static str],
) -> Result<(), Fault> {
    let (expected, got) = (record.to_bytes(), target.memory().load(address));
    if expected == got {
        return Ok(());
    }
    Err(Fault::new(&format!("entry at {address:#x}"), hex(&expected), hex(&got), rules))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect()
}
