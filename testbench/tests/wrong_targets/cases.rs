//! The mistakes, each with a stimulus that exposes it, and how the comparison must name it.

use smmuq_golden::{Kind, Register, Response, Smmu};
use smmuq_testbench::target::{Access, Registers, Step};

use crate::wrong::{Cycle, HONEST, Mistake};

/// log2 of the entries of the queue in all cases.
pub const LOG2SIZE: u8 = 1;
/// IDR1.EVENTQS in all cases: software can ask for more (Q9).
pub const EVENTQS: u8 = 2;

/// One mistake.
pub struct Case {
    /// What is wrong.
    pub name: &'static str,
    /// How it is made.
    pub mistake: Mistake,
    /// Steps of a stimulus that exposes it.
    pub steps: &'static str,
    /// What the mismatch must call it.
    pub field: &'static str,
    /// A rule that the mismatch must name.
    pub rule: &'static str,
}

impl Case {
    /// A mistake and what exposes it.
    pub const fn new(name: &'static str, mistake: Mistake, steps: &'static str) -> Self {
        Self { name, mistake, steps, field: "", rule: "" }
    }

    /// How the comparison must name it.
    pub const fn seen_as(self, field: &'static str, rule: &'static str) -> Self {
        Self { field, rule, ..self }
    }
}

/// A mistake in what it makes of a cycle.
pub const fn does(does: fn(&mut Cycle)) -> Mistake {
    Mistake { does, ..HONEST }
}

/// A mistake in what it takes its state for.
pub const fn believes(believes: fn(&mut Smmu)) -> Mistake {
    Mistake { believes, ..HONEST }
}

const fn shows(shows: fn(&Smmu, &mut Registers)) -> Mistake {
    Mistake { shows, ..HONEST }
}

fn irq_enabled(smmu: &Smmu) -> bool {
    smmu.irq_ctrl.eventq_irqen() && smmu.irq_ctrlack.eventq_irqen()
}

/// RD as if so many more entries were used; fewer for a negative number.
fn believe_used(smmu: &mut Smmu, more: i32) {
    let rd = smmu.eventq_cons.rd().wrapping_add_signed(-more);
    smmu.eventq_cons.set_rd(rd & 0xF_FFFF);
}

/// RD as if the queue were full.
fn believe_full(smmu: &mut Smmu) {
    let full = smmu.eventq_prod.wr() ^ smmu.event_queue().layout.entries();
    smmu.eventq_cons.set_rd(full);
}

/// Entries that PROD shows as free.
fn free(smmu: &Smmu) -> u32 {
    smmu.fill().free(smmu.event_queue().layout.entries())
}

/// OVFLG.
pub const OVERFLOW: &[Case] = &[
    Case::new(
        "OVFLG is set where it should toggle",
        does(|cycle| {
            if cycle.lost_because_full() {
                cycle.prod().set_ovflg(true);
            }
        }),
        r#"{ terminated = { full = 1, plus = 1 } }, "handler", { terminated = { full = 1, plus = 1 } }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV4"),
    Case::new(
        "OVFLG toggles again without an acknowledge",
        does(|cycle| {
            if cycle.lost_because_full() && cycle.before.overflow_active() {
                cycle.toggle_ovflg();
            }
        }),
        "{ terminated = { full = 1, plus = 2 } }",
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV4"),
    Case::new(
        "OVFLG does not toggle when a record is lost",
        does(|cycle| {
            if cycle.lost_because_full() {
                let ovflg = cycle.before.eventq_prod.ovflg();
                cycle.prod().set_ovflg(ovflg);
            }
        }),
        "{ terminated = { full = 1, plus = 1 } }",
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV3"),
    Case::new(
        "the next record clears OVFLG",
        does(|cycle| {
            if cycle.published() {
                cycle.prod().set_ovflg(false);
            }
        }),
        "{ terminated = { full = 1, plus = 1 } }, { consume = 1 }, { terminated = 1 }",
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV4"),
    Case::new(
        "an overflow before anyone can see the queue full",
        believes(|smmu| {
            if smmu.in_flight.len() >= free(smmu) as usize {
                believe_full(smmu);
            }
        }),
        "{ hold = true }, { terminated = { full = 1, plus = 1 } }",
    )
    .seen_as("decision on a Terminated record", "V6"),
    Case::new(
        "an overflow while the queue is disabled",
        does(|cycle| {
            if cycle.took(Kind::Terminated) && !cycle.before.eventq_enabled() {
                cycle.toggle_ovflg();
            }
        }),
        r#"{ terminated = { full = 1 } }, { write = { register = "CR0", value = 0 } }, { terminated = 1 }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "E6"),
    Case::new(
        "an overflow while EVENTQ_ABT_ERR is active",
        does(|cycle| {
            if cycle.took(Kind::Terminated) && cycle.before.abort_error_active() {
                cycle.toggle_ovflg();
            }
        }),
        r#"{ terminated = { full = 1 } }, { write = { register = "GERRORN", value = 4 } }, { terminated = 1 }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EA4"),
    // The register write gives the cycle a step, so that the registers are compared in it.
    Case::new(
        "a stall record overflows the full queue",
        does(|cycle| {
            let overflows = cycle.before.fill().is_full() && !cycle.before.overflow_active();
            if cycle.waiting(Kind::Stalled).is_some() && overflows {
                cycle.toggle_ovflg();
            }
        }),
        "{ terminated = { full = 1 } }, { stalled = 1 }",
    )
    .seen_as("EVENTQ_PROD.OVFLG", "ST1"),
    Case::new(
        "an overflow is reported as EVENTQ_ABT_ERR",
        does(|cycle| {
            if cycle.lost_because_full() {
                cycle.toggle_ovflg();
                cycle.toggle_abt_err();
            }
        }),
        "{ terminated = { full = 1, plus = 1 } }",
    )
    .seen_as("GERROR.EVENTQ_ABT_ERR", "EV5"),
    // The record that the golden model has committed is never written (V5).
    Case::new(
        "nothing is added while an overflow is unacknowledged",
        believes(|smmu| {
            if smmu.overflow_active() {
                believe_full(smmu);
            }
        }),
        "{ terminated = { full = 1, plus = 1 } }, { consume = 1 }, { terminated = 1 }",
    )
    .seen_as("progress", "V5"),
];

/// When the queue is full.
pub const FULLNESS: &[Case] = &[
    Case::new(
        "full one entry early",
        believes(|smmu| {
            if free(smmu) == 1 {
                believe_used(smmu, 1);
            }
        }),
        "{ terminated = { full = 1, plus = -1 } }, { terminated = 1 }",
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV3"),
    Case::new("full one entry late, seen in OVFLG", FULL_LATE, "{ terminated = { full = 1, plus = 1 } }")
        .seen_as("EVENTQ_PROD.OVFLG", "EV3"),
    Case::new(
        "full one entry late, seen in a stall record",
        FULL_LATE,
        "{ terminated = { full = 1 } }, { stalled = 1 }",
    )
    .seen_as("decision on a Stalled record", "Q4"),
    // OVACKFLG makes the overflow active before there is one: OVFLG stays, and only the write shows the mistake.
    Case::new(
        "full one entry late, seen in memory",
        FULL_LATE,
        r#"{ write = { register = "EVENTQ_CONS", value = 0x80000000 } }, { terminated = { full = 1, plus = 1 } }"#,
    )
    .seen_as("memory write", "V5"),
    Case::new(
        "a stall record is dropped at a full queue",
        does(|cycle| {
            if cycle.before.fill().is_full() {
                cycle.take(Kind::Stalled);
            }
        }),
        "{ terminated = { full = 1 } }, { stalled = 1 }",
    )
    .seen_as("decision on a Stalled record", "ST1"),
    Case::new(
        "a stall record is dropped while the queue is disabled",
        does(|cycle| {
            if !cycle.before.eventq_enabled() {
                cycle.take(Kind::Stalled);
            }
        }),
        r#"{ write = { register = "CR0", value = 0 } }, { stalled = 1 }"#,
    )
    .seen_as("decision on a Stalled record", "E6"),
];

/// Overwrites an unread entry (Q8).
const FULL_LATE: Mistake = believes(|smmu| {
    if free(smmu) == 0 {
        believe_used(smmu, -1);
    }
});

/// Records in memory, and WR.
pub const PUBLICATION: &[Case] = &[
    Case::new(
        "PROD shows a record before its write is answered",
        shows(|smmu, registers| {
            let queue = smmu.event_queue().layout;
            let wr = smmu.in_flight.iter().fold(smmu.event_queue().wr, |wr, _| queue.next(wr));
            set(registers, Register::EventqProd, smmu.eventq_prod.with_wr(queue.field(wr)).into_bits());
        }),
        "{ terminated = 1 }",
    )
    .seen_as("EVENTQ_PROD.WR", "V1"),
    Case::new(
        "memory does not hold the record that PROD shows",
        does(|cycle| {
            if let Some((&mut address, _)) = cycle.answered_write() {
                overwrite(cycle, address);
            }
        }),
        "{ terminated = 1 }",
    )
    .seen_as("entry at 0x80000000", "V1"),
    Case::new(
        "an older entry changes in memory",
        does(|cycle| {
            if cycle.published() && !cycle.before.fill().is_empty() {
                let oldest = cycle.before.event_queue().layout.base();
                overwrite(cycle, oldest);
            }
        }),
        "{ terminated = 1 }, { terminated = 1 }",
    )
    .seen_as("entry at 0x80000000", "Q8"),
    Case::new(
        "the data of a record changes on its way",
        does(|cycle| {
            if let Some((_, bytes)) = cycle.answered_write() {
                bytes[31] ^= 1;
            }
        }),
        "{ terminated = 1 }",
    )
    .seen_as("data of a memory write", "Q2"),
    Case::new(
        "records are published out of order",
        does(|cycle| {
            let Some(younger) = cycle.target.smmu.in_flight.front().copied() else { return };
            if let Some((address, bytes)) = cycle.answered_write() {
                (*address, *bytes) = (younger.address, younger.record.to_bytes().to_vec());
            }
        }),
        "{ terminated = 2 }",
    )
    .seen_as("address of a memory write", "Q8"),
    Case::new(
        "two records change places",
        does(|cycle| {
            let Some(younger) = cycle.target.smmu.in_flight.front().copied() else { return };
            if let Some((_, bytes)) = cycle.answered_write() {
                *bytes = younger.record.to_bytes().to_vec();
            }
        }),
        "{ terminated = 2 }",
    )
    .seen_as("data of a memory write", "V1"),
    Case::new(
        "the wrap flag does not toggle",
        does(|cycle| {
            if cycle.published() {
                let index = cycle.target.smmu.event_queue().wr.index;
                cycle.prod().set_wr(index);
            }
        }),
        "{ terminated = { full = 1 } }",
    )
    .seen_as("EVENTQ_PROD.WR", "Q3"),
    Case::new(
        "WR moves by two",
        does(|cycle| {
            if cycle.published() {
                cycle.advance_wr();
            }
        }),
        "{ terminated = 1 }",
    )
    .seen_as("EVENTQ_PROD.WR", "Q3"),
    Case::new(
        "the base is not aligned to the size of the queue",
        does(|cycle| {
            let misaligned =
                (cycle.before.eventq_base.addr() << 5) - cycle.before.event_queue().layout.base();
            if let Some((address, _)) = cycle.answered_write() {
                *address += misaligned;
            }
        }),
        r#"{ write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_BASE_LO", value = 0x80000021 } },
           { write = { register = "CR0", value = 4 } },
           { terminated = 1 }"#,
    )
    .seen_as("address of a memory write", "Q11"),
    // 4 entries lie on 128 bytes, and 8, of which there are too many, on 256.
    Case::new(
        "LOG2SIZE is used uncapped",
        believes(|smmu| smmu.parameters.event_qs = 19),
        r#"{ write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_BASE_LO", value = 0x80000083 } },
           { write = { register = "CR0", value = 4 } },
           { terminated = 1 }"#,
    )
    .seen_as("address of a memory write", "Q9"),
];

fn overwrite(cycle: &mut Cycle, address: u64) {
    use smmuq_testbench::target::Target;
    cycle.target.memory().store(address, &[0xA5; 32]);
}

fn set(registers: &mut Registers, register: Register, value: u32) {
    let shown = Register::ALL.iter().zip(&mut registers.0).find(|(each, _)| **each == register);
    if let Some((_, shown)) = shown {
        *shown = value;
    }
}

/// Pulses.
pub const INTERRUPTS: &[Case] = &[
    Case::new(
        "an interrupt for every record",
        does(|cycle| cycle.smmu().owed.eventq |= cycle.published()),
        "{ terminated = 1 }, { terminated = 1 }",
    )
    .seen_as("interrupt Eventq", "I2"),
    Case::new(
        "an interrupt for an overflow",
        does(|cycle| cycle.smmu().owed.eventq |= cycle.lost_because_full()),
        "{ terminated = { full = 1 } }, { terminated = 1 }",
    )
    .seen_as("interrupt Eventq", "I9"),
    Case::new(
        "an interrupt before PROD shows its record",
        does(|cycle| cycle.smmu().owed.eventq |= cycle.took(Kind::Terminated)),
        "{ terminated = 1 }",
    )
    .seen_as("interrupt Eventq", "I2"),
    Case::new(
        "an interrupt although EVENTQ_IRQEN is 0",
        does(|cycle| cycle.smmu().owed.eventq |= cycle.published()),
        r#"{ write = { register = "IRQ_CTRL", value = 0 } }, { terminated = 1 }"#,
    )
    .seen_as("interrupt Eventq", "I4"),
    Case::new(
        "an interrupt for what was in the queue before the enable",
        does(|cycle| {
            let enabled = irq_enabled(&cycle.target.smmu) && !irq_enabled(cycle.before);
            cycle.smmu().owed.eventq |= enabled && !cycle.before.fill().is_empty();
        }),
        r#"{ write = { register = "IRQ_CTRL", value = 0 } }, { terminated = 1 },
           { write = { register = "IRQ_CTRL", value = 5 } }"#,
    )
    .seen_as("interrupt Eventq", "I2"),
    Case::new(
        "no interrupt for the first record",
        does(|cycle| cycle.smmu().owed.eventq = false),
        "{ terminated = 1 }",
    )
    .seen_as("interrupt", "I2"),
    Case::new(
        "a GERROR interrupt for an error that is active already",
        does(|cycle| {
            let again = cycle.took(Kind::Terminated) && cycle.before.abort_error_active();
            cycle.smmu().owed.gerror |= again;
        }),
        "{ abort = 1 }, { terminated = 1 }, { terminated = 1 }",
    )
    .seen_as("interrupt Gerror", "G4"),
    Case::new(
        "no GERROR interrupt",
        does(|cycle| cycle.smmu().owed.gerror = false),
        "{ abort = 1 }, { terminated = 1 }",
    )
    .seen_as("interrupt", "G4"),
];

/// Writes that are answered with an error.
pub const ABORTS: &[Case] = &[
    Case::new(
        "PROD covers a record whose write aborted",
        does(|cycle| {
            if cycle.answer() == Some(Response::Error) {
                cycle.advance_wr();
            }
        }),
        "{ abort = 1 }, { terminated = 1 }",
    )
    .seen_as("EVENTQ_PROD.WR", "EA2"),
    Case::new(
        "PROD covers a record behind one whose write aborted",
        does(|cycle| {
            if cycle.answer() == Some(Response::Okay) && cycle.before.aborting {
                cycle.advance_wr();
            }
        }),
        "{ abort = 1 }, { terminated = 2 }",
    )
    .seen_as("EVENTQ_PROD.WR", "EA2"),
    Case::new(
        "EVENTQ_ABT_ERR before all writes are answered",
        does(|cycle| {
            let first = cycle.answer() == Some(Response::Error) && !cycle.before.aborting;
            if first && cycle.target.smmu.aborting {
                cycle.toggle_abt_err();
            }
        }),
        "{ abort = 1 }, { terminated = 2 }",
    )
    .seen_as("GERROR.EVENTQ_ABT_ERR", "EA2"),
    // GERRORN makes the error active before there is one (G2).
    Case::new(
        "EVENTQ_ABT_ERR toggles although it is active",
        does(|cycle| {
            let error = cycle.answer() == Some(Response::Error);
            if error && cycle.before.abort_error_active() {
                cycle.toggle_abt_err();
            }
        }),
        r#"{ hold = true }, { abort = 1 }, { terminated = 1 },
           { write = { register = "GERRORN", value = 4 } }, { hold = false }"#,
    )
    .seen_as("GERROR.EVENTQ_ABT_ERR", "G1"),
    Case::new(
        "EVENTQ_ABT_ERR does not toggle",
        does(|cycle| cycle.target.smmu.gerror = cycle.before.gerror),
        "{ abort = 1 }, { terminated = 1 }",
    )
    .seen_as("GERROR.EVENTQ_ABT_ERR", "EA1"),
    Case::new(
        "records are written while EVENTQ_ABT_ERR is active",
        believes(|smmu| smmu.gerrorn = smmu.gerror),
        "{ abort = 1 }, { terminated = 1 }, { terminated = 1 }",
    )
    .seen_as("memory write", "V5"),
];

/// What software reads and writes.
pub const REGISTERS: &[Case] = &[
    Case::new(
        "EVENTQ_PROD is writable while the queue is enabled",
        does(|cycle| cycle.take_unguarded(Register::EventqProd)),
        r#"{ write = { register = "EVENTQ_PROD", value = 1 } }"#,
    )
    .seen_as("EVENTQ_PROD.WR", "E3"),
    Case::new(
        "EVENTQ_PROD is writable before a disable is acknowledged",
        does(|cycle| {
            if !cycle.before.cr0.eventqen() {
                cycle.take_unguarded(Register::EventqProd);
            }
        }),
        r#"{ hold = true }, { terminated = 1 }, { write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_PROD", value = 0x80000000 } }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "E3"),
    Case::new(
        "EVENTQ_BASE is writable while the queue is enabled",
        does(|cycle| cycle.take_unguarded(Register::EventqBaseLo)),
        r#"{ write = { register = "EVENTQ_BASE_LO", value = 0x90000001 } }"#,
    )
    .seen_as("EVENTQ_BASE_LO", "E3"),
    Case::new(
        "EVENTQ_CONS is not writable while the queue is enabled",
        does(|cycle| {
            if cycle.before.cr0.eventqen() || cycle.before.cr0ack.eventqen() {
                cycle.target.smmu.eventq_cons = cycle.before.eventq_cons;
            }
        }),
        r#"{ terminated = 1 }, "handler""#,
    )
    .seen_as("EVENTQ_CONS.RD", "R8"),
    Case::new(
        "a write of EVENTQ_CONS strips OVACKFLG",
        does(|cycle| {
            if cycle.written(Register::EventqCons).is_some() {
                cycle.smmu().eventq_cons.set_ovackflg(false);
            }
        }),
        r#"{ terminated = { full = 1, plus = 1 } }, "handler""#,
    )
    .seen_as("EVENTQ_CONS.OVACKFLG", "EV6"),
    Case::new(
        "a write of EVENTQ_PROD strips OVFLG",
        does(|cycle| {
            if cycle.written(Register::EventqProd).is_some() {
                cycle.prod().set_ovflg(false);
            }
        }),
        r#"{ write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_PROD", value = 0x80000000 } }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "E3"),
    Case::new(
        "a write of EVENTQ_BASE empties the queue",
        does(|cycle| {
            if cycle.written(Register::EventqBaseLo).is_some() {
                cycle.prod().set_wr(0);
            }
        }),
        r#"{ terminated = 1 }, { write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_BASE_LO", value = 0x80000001 } }"#,
    )
    .seen_as("EVENTQ_PROD.WR", "Q7"),
    Case::new(
        "LOG2SIZE reads back capped",
        does(|cycle| {
            let base = &mut cycle.smmu().eventq_base;
            base.set_log2size(base.log2size().min(EVENTQS));
        }),
        r#"{ write = { register = "CR0", value = 0 } },
           { write = { register = "EVENTQ_BASE_LO", value = 0x80000003 } }"#,
    )
    .seen_as("EVENTQ_BASE_LO", "Q9"),
    Case::new(
        "a disable loses an unacknowledged overflow",
        does(|cycle| {
            if !cycle.target.smmu.eventq_enabled() {
                cycle.prod().set_ovflg(false);
            }
        }),
        r#"{ terminated = { full = 1, plus = 1 } }, { write = { register = "CR0", value = 0 } }"#,
    )
    .seen_as("EVENTQ_PROD.OVFLG", "EV4"),
    Case::new(
        "a read gives something else than the register shows",
        does(|cycle| {
            for step in cycle.steps.iter_mut() {
                if let Step::Read { offset, result: Ok(value) } = step
                    && *offset == Register::EventqProd.offset()
                {
                    *value ^= 1 << 31;
                }
            }
        }),
        r#"{ terminated = 1 }, "handler""#,
    )
    .seen_as("access to EVENTQ_PROD", "EV4"),
    Case::new(
        "CR0ACK acknowledges a disable while a record is in flight",
        does(|cycle| {
            if !cycle.before.cr0.eventqen() {
                cycle.smmu().cr0ack.set_eventqen(false);
            }
        }),
        r#"{ hold = true }, { terminated = 1 }, { write = { register = "CR0", value = 0 } }"#,
    )
    .seen_as("CR0ACK", "E5"),
    Case::new(
        "CR0ACK takes a value before CR0 shows it",
        does(|cycle| {
            if cycle.written(Register::Cr0) == Some(0) {
                cycle.smmu().cr0ack.set_eventqen(false);
            }
        }),
        r#"{ write = { register = "CR0", value = 0 } }"#,
    )
    .seen_as("CR0ACK.EVENTQEN", "E1"),
];

/// Never answers at the port of terminated records.
const DEAF: Mistake = Mistake { deaf: |kind| kind == Kind::Terminated, ..HONEST };

/// What must come in finite time.
pub const PROMISES: &[Case] = &[
    Case::new("a terminated record waits for ever", DEAF, "{ terminated = 1 }").seen_as("progress", "V5"),
    Case::new(
        "a stall record waits for ever although there is space",
        Mistake { deaf: |kind| kind == Kind::Stalled, ..HONEST },
        "{ stalled = 1 }",
    )
    .seen_as("progress", "V5"),
    Case::new(
        "a committed record is never written",
        Mistake { does: |cycle| cycle.take(Kind::Terminated), ..DEAF },
        "{ terminated = 1 }",
    )
    .seen_as("progress", "V5"),
    Case::new(
        "an access of the driver never ends",
        Mistake { hangs: |access| writes(access, Register::EventqCons), ..HONEST },
        r#""handler""#,
    )
    .seen_as("progress", "V5"),
    Case::new(
        "an access of other software never ends",
        Mistake { hangs: |access| writes(access, Register::GerrorN), ..HONEST },
        r#"{ write = { register = "GERRORN", value = 0 } }"#,
    )
    .seen_as("progress", "V5"),
    // The driver polls for it, so that there is a step all the time.
    Case::new(
        "an enable is never acknowledged",
        does(|cycle| cycle.target.smmu.cr0ack = cycle.before.cr0ack),
        r#""handler""#,
    )
    .seen_as("acknowledge", "E1"),
    Case::new(
        "a disable is never acknowledged",
        does(|cycle| {
            if !cycle.before.cr0.eventqen() {
                cycle.target.smmu.cr0ack = cycle.before.cr0ack;
            }
        }),
        r#"{ write = { register = "CR0", value = 0 } }"#,
    )
    .seen_as("acknowledge", "E1"),
    Case::new(
        "an interrupt disable is never acknowledged",
        does(|cycle| {
            if cycle.before.irq_ctrlack.eventq_irqen() {
                cycle.target.smmu.irq_ctrlack = cycle.before.irq_ctrlack;
            }
        }),
        r#"{ write = { register = "IRQ_CTRL", value = 0 } }"#,
    )
    .seen_as("acknowledge", "I6"),
];

fn writes(access: Access, register: Register) -> bool {
    matches!(access, Access::Write { offset, .. } if offset == register.offset())
}
