//! Which bins a step hits: what was so before it, and what it meant.

use smmuq_golden::{
    Command, CommandError, Completion, Cr0, Decision, GlobalError, IrqCtrl, Kind, Line, MsiSource, Oldest,
    PrgResponse, PrgSource, PriCompletion, PriDecision, PriLoss, PriMessage, QueueCons, Register, Smmu,
};

use super::Coverage;
use super::bins::{
    ANNOUNCEMENT, ANSWER, COMMAND_ERROR, CONS, CROSS, CROSSES, ENABLE, ERROR, EVENT, IRQ_ENABLE, PRI,
    RESPONSE, SIZE, WRAP,
};
use crate::meaning::{Ended, Meaning};
use crate::queue::Queue;
use crate::target::{PriOffer, Step};

/// What has to be known of the state before a step.
pub(crate) enum Before {
    Nothing,
    Record(usize),
    Message(usize, PriOffer),
    Cons(Queue, Option<usize>, u32),
    Cr0(Cr0, [usize; 4]),
    IrqCtrl(IrqCtrl, [bool; 3]),
    CommandProd(u32),
}

impl Before {
    pub fn of(golden: &Smmu, step: &Step) -> Self {
        match step {
            Step::Accepted { .. } => Self::Record(event_state(golden)),
            Step::AcceptedPri(offer) => Self::Message(pri_state(golden), *offer),
            Step::Write { offset, value, .. } => Self::of_write(golden, *offset, *value),
            _ => Self::Nothing,
        }
    }

    fn of_write(golden: &Smmu, offset: u32, value: u32) -> Self {
        match Register::at(offset) {
            Some(Register::EventqCons) => {
                let queue = golden.event_queue();
                Self::Cons(Queue::Event, cons_action(golden, Queue::Event, value), queue.rd.index)
            }
            Some(Register::PriqCons) => {
                let queue = golden.pri_queue();
                Self::Cons(Queue::Pri, cons_action(golden, Queue::Pri, value), queue.rd.index)
            }
            Some(Register::Cr0) => Self::Cr0(golden.cr0, in_flight(golden)),
            Some(Register::IrqCtrl) => {
                let sources = [MsiSource::Gerror, MsiSource::Priq, MsiSource::Eventq];
                let owed = sources.map(|source| {
                    golden.owed_msis.of(source).may > 0 || golden.msis_in_flight.contains(&source)
                });
                Self::IrqCtrl(golden.irq_ctrl, owed)
            }
            Some(Register::CmdqProd) => Self::CommandProd(golden.command_queue().wr.index),
            _ => Self::Nothing,
        }
    }
}

/// The rows of 4.4.
fn event_state(golden: &Smmu) -> usize {
    let full = golden.fill().is_full();
    if !golden.eventq_enabled() {
        0
    } else if golden.abort_error_active() {
        1 + usize::from(full)
    } else {
        3 + 2 * usize::from(full) + usize::from(golden.overflow_active())
    }
}

/// The rows of 5.4.
fn pri_state(golden: &Smmu) -> usize {
    let fill = golden.pri_queue().fill();
    if !golden.priq_enabled() {
        0
    } else if golden.error_active(GlobalError::PriqAbt) {
        1
    } else if golden.pri_overflow_active() {
        2 + usize::from(!fill.is_empty())
    } else if fill.is_full() {
        4
    } else {
        5
    }
}

fn message_kind(message: PriMessage) -> usize {
    if message.is_stop_marker() { 2 } else { usize::from(message.last()) }
}

fn cons_action(golden: &Smmu, queue: Queue, value: u32) -> Option<usize> {
    let (of, active, ovflg) = match queue {
        Queue::Event => (golden.event_queue(), golden.overflow_active(), golden.eventq_prod.ovflg()),
        Queue::Pri => (golden.pri_queue(), golden.pri_overflow_active(), golden.priq_prod.ovflg()),
    };
    let written = QueueCons::from_bits(value);
    let advances = of.layout.position(written.rd()) != of.rd;
    let acknowledges = written.ovackflg() == ovflg;
    match (active, advances, acknowledges) {
        (true, true, true) => Some(0),
        (true, true, false) => Some(1),
        (true, false, true) if of.fill().is_full() => Some(2),
        (false, _, false) => Some(3),
        _ => None,
    }
}

/// How many slots are in flight for each enable, from bit 0 of CR0 on: none, some, all that there are.
fn in_flight(golden: &Smmu) -> [usize; 4] {
    let level = |in_flight: usize, free: usize| match in_flight {
        0 => 0,
        some if some < free => 1,
        _ => 2,
    };
    let event = level(golden.in_flight.len(), golden.event_queue().free() as usize);
    let pri = level(golden.pri_in_flight.len(), golden.pri_queue().free() as usize);
    let coming = golden.commands.burst.filter(|burst| burst.kept).map_or(0, |burst| burst.left);
    let commands = golden.commands.buffer.len() + coming as usize;
    [pri, pri, event, level(commands, golden.command_queue().used() as usize)]
}

fn fill_class(log2size: u8) -> usize {
    match log2size {
        0..=2 => log2size.into(),
        3..=7 => 3,
        _ => 4,
    }
}

impl Coverage {
    /// A step was taken.
    pub(crate) fn step(&mut self, before: Before, meaning: &Meaning, after: &Smmu) {
        match before {
            Before::Nothing => {}
            Before::Record(state) => self.record(state, meaning),
            Before::Message(state, offer) => self.message(state, &offer, meaning, after),
            Before::Cons(queue, action, rd) => self.cons(queue, action, rd, after),
            Before::Cr0(cr0, in_flight) => self.cr0(cr0, in_flight, after),
            Before::IrqCtrl(irq_ctrl, owed) => self.irq_ctrl(irq_ctrl, owed, after),
            Before::CommandProd(wr) => self.wrapped(4, wr, after.command_queue().wr.index),
        }
        self.meaning(meaning, after);
    }

    /// A record of a stalled transaction waits at its port.
    pub(crate) fn stalled_record_waits(&mut self, golden: &Smmu) {
        let state = event_state(golden);
        if !matches!(state, 3 | 4) {
            self.hit(EVENT + 2 * state + 1);
        }
    }

    /// The oldest command is about to end in another way than by a handshake.
    pub(crate) fn command_ends(&mut self, golden: &Smmu) {
        let Oldest::Fail(error) = golden.oldest() else { return };
        let command = golden.commands.buffer.front().map(|buffered| buffered.command);
        let bin = match (error, command.map(Command::opcode)) {
            (CommandError::Abt, _) => 4,
            (CommandError::AtcInvSync, _) => 5,
            (CommandError::Ill, Some(Command::SYNC)) => 2,
            (CommandError::Ill, Some(Command::PRI_RESP)) if golden.parameters.pri => 3,
            (CommandError::Ill, _) if command.is_some_and(Command::ssec) => 1,
            (CommandError::Ill, _) => 0,
        };
        self.hit(COMMAND_ERROR + bin);
    }

    fn record(&mut self, state: usize, meaning: &Meaning) {
        if let Meaning::Decided { kind, .. } = meaning {
            self.hit(EVENT + 2 * state + usize::from(*kind == Kind::Stalled));
        }
    }

    fn message(&mut self, state: usize, offer: &PriOffer, meaning: &Meaning, after: &Smmu) {
        if !offer.secure {
            self.hit(PRI + 3 * state + message_kind(offer.message));
        }
        let Meaning::DecidedPri(PriDecision::Dropped { loss, response: Some(_) }) = meaning else { return };
        let bin = match loss {
            PriLoss::Overflow { .. } if !offer.message.ssv() => 0,
            PriLoss::Overflow { .. } if after.parameters.pps => 1,
            PriLoss::Overflow { .. } if !offer.ste.valid => 4,
            PriLoss::Overflow { .. } => 3 - usize::from(offer.ste.ppar),
            PriLoss::Disabled => 5,
            PriLoss::AbortError => 6,
            PriLoss::Secure => 8,
        };
        self.hit(RESPONSE + bin);
    }

    fn cons(&mut self, queue: Queue, action: Option<usize>, rd: u32, after: &Smmu) {
        let (at, now) = match queue {
            Queue::Event => (0, after.event_queue().rd.index),
            Queue::Pri => (1, after.pri_queue().rd.index),
        };
        if let Some(action) = action {
            self.hit(CONS + 4 * at + action);
        }
        self.wrapped(1 + 2 * at, rd, now);
    }

    fn wrapped(&mut self, bin: usize, before: u32, after: u32) {
        if after < before {
            self.hit(WRAP + bin);
        }
    }

    fn cr0(&mut self, before: Cr0, in_flight: [usize; 4], after: &Smmu) {
        let [before, wanted, acknowledged] = [before, after.cr0, after.cr0ack].map(Cr0::into_bits);
        for (bit, in_flight) in in_flight.into_iter().enumerate() {
            let [was, is, shown] = [before, wanted, acknowledged].map(|value| value >> bit & 1 == 1);
            let change = match (was, is) {
                _ if was == is => continue,
                _ if is == shown => 4,
                (false, _) => 0,
                (true, _) => 1 + in_flight,
            };
            self.hit(ENABLE + 5 * bit + change);
        }
    }

    fn irq_ctrl(&mut self, before: IrqCtrl, owed: [bool; 3], after: &Smmu) {
        let [before, wanted] = [before, after.irq_ctrl].map(IrqCtrl::into_bits);
        for (bit, owed) in owed.into_iter().enumerate() {
            let change = match (before >> bit & 1, wanted >> bit & 1) {
                (0, 1) => 0,
                (1, 0) => 1 + usize::from(owed),
                _ => continue,
            };
            self.hit(IRQ_ENABLE + 3 * bit + change);
        }
    }

    fn meaning(&mut self, meaning: &Meaning, after: &Smmu) {
        match meaning {
            Meaning::Decided { decision: Decision::Dropped(loss), .. } => {
                if matches!(loss, smmuq_golden::Loss::Full { toggled: true }) {
                    self.hit(WRAP + 6 + usize::from(!after.eventq_prod.ovflg()));
                }
            }
            Meaning::DecidedPri(PriDecision::Dropped {
                loss: PriLoss::Overflow { toggled: true }, ..
            }) => {
                self.hit(WRAP + 8 + usize::from(!after.priq_prod.ovflg()));
            }
            Meaning::Completed(Completion::Published { .. }) => self.published(0, after.event_queue()),
            Meaning::CompletedPri(PriCompletion::Published { .. }) => self.published(1, after.pri_queue()),
            Meaning::CompletedPri(PriCompletion::Lost { response: Some(_), .. }) => self.hit(RESPONSE + 7),
            Meaning::Sent(_) | Meaning::Ended(Ended::SyncCompleted | Ended::Skipped) => self.consumed(after),
            Meaning::Prg { source: PrgSource::Command, response } => {
                self.hit(ANSWER + answer_bin(*response));
                self.consumed(after);
            }
            Meaning::Interrupt(line) => self.hit(ANNOUNCEMENT + line_bin(*line)),
            Meaning::MsiSent(source) => self.hit(ANNOUNCEMENT + 5 + msi_bin(*source)),
            _ => {}
        }
    }

    fn published(&mut self, at: usize, queue: smmuq_golden::queue::Queue) {
        self.hit(SIZE + 5 * at + fill_class(queue.layout.log2size()));
        if queue.wr.index == 0 {
            self.hit(WRAP + 2 * at);
        }
    }

    fn consumed(&mut self, after: &Smmu) {
        let queue = after.command_queue();
        self.hit(SIZE + 10 + fill_class(queue.layout.log2size()));
        if queue.rd.index == 0 {
            self.hit(WRAP + 5);
        }
    }

    /// A cycle is over: what fell into it together, and which errors became active.
    pub(crate) fn cycle(&mut self, cycle: Cycle, meanings: &[Meaning], after: &Smmu) {
        let toggled = cycle.gerror ^ after.gerror.into_bits();
        if toggled != 0 {
            for (at, error) in ERRORS.into_iter().enumerate() {
                if toggled & error.bit().into_bits() != 0 {
                    self.hit(ERROR + at);
                }
            }
        }
        let together = |queue| meanings.iter().fold(0, |bits, meaning| bits | happened(queue, meaning));
        let (event, pri) = (together(Queue::Event), together(Queue::Pri));
        for (at, own, other) in [(0, event, pri), (1, pri, event)] {
            if own != 0 {
                self.hit(CROSS + CROSSES * at + own + OTHER * usize::from(other & !ENABLE_CHANGE != 0));
            }
        }
    }
}

/// What a cycle began with.
#[derive(Clone, Copy)]
pub(crate) struct Cycle {
    gerror: u32,
}

impl Cycle {
    pub fn begin(golden: &Smmu) -> Self {
        Self { gerror: golden.gerror.into_bits() }
    }
}

const ERRORS: [GlobalError; 7] = [
    GlobalError::Cmdq,
    GlobalError::EventqAbt,
    GlobalError::PriqAbt,
    GlobalError::MsiCmdqAbt,
    GlobalError::MsiEventqAbt,
    GlobalError::MsiPriqAbt,
    GlobalError::MsiGerrorAbt,
];

/// Bits of a combination.
const ENABLE_CHANGE: usize = 1 << 4;
const OTHER: usize = 1 << 5;

/// What a step is to a queue, as a bit of the combination.
fn happened(queue: Queue, meaning: &Meaning) -> usize {
    match (meaning, queue) {
        (Meaning::Written { offset, .. }, _) if *offset == queue.cons().offset() => 1,
        (Meaning::Decided { .. }, Queue::Event) | (Meaning::DecidedPri(_), Queue::Pri) => 1 << 1,
        (Meaning::Completed(Completion::Published { .. }), Queue::Event)
        | (Meaning::CompletedPri(PriCompletion::Published { .. }), Queue::Pri) => 1 << 2,
        (Meaning::Completed(Completion::Lost { .. }), Queue::Event)
        | (Meaning::CompletedPri(PriCompletion::Lost { .. }), Queue::Pri) => 1 << 3,
        (Meaning::Written { offset, .. }, _) if *offset == Register::Cr0.offset() => ENABLE_CHANGE,
        (Meaning::Acknowledged(Register::Cr0Ack), _) => ENABLE_CHANGE,
        _ => 0,
    }
}

fn answer_bin(response: PrgResponse) -> usize {
    let answer = match response.code {
        PrgResponse::FAILURE => 0,
        PrgResponse::INVALID_REQUEST => 1,
        _ => 2,
    };
    2 * answer + usize::from(response.substream_id.is_some())
}

fn line_bin(line: Line) -> usize {
    match line {
        Line::Eventq => 0,
        Line::Priq => 1,
        Line::CmdSync => 2,
        Line::Gerror => 3,
        Line::Sev => 4,
    }
}

fn msi_bin(source: MsiSource) -> usize {
    match source {
        MsiSource::Eventq => 0,
        MsiSource::Priq => 1,
        MsiSource::Gerror => 2,
        MsiSource::CmdSync => 3,
    }
}
