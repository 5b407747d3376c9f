//! What happened, short enough for a person: one row for a run of equal steps.

use std::fmt;

use smmuq_golden::{Idr1, Line, Loss, MsiSource, PrgSource, PriLoss, QueueCons, QueueProd, Register};

use crate::drivers::Who;
use crate::meaning::Ended;
use crate::queue::Queue;
use crate::target::Registers;

/// What one row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Records became visible in the queue; `interrupts` pulses announced them.
    Written {
        /// Of stalled transactions.
        stalled: bool,
        /// Pulses of the Event queue interrupt.
        interrupts: u64,
    },
    /// Records of terminated transactions were lost.
    Dropped {
        /// Why.
        loss: Loss,
    },
    /// Committed records were lost in an abort.
    Lost {
        /// EVENTQ_ABT_ERR toggled.
        flagged: bool,
    },
    /// Records of stalled transactions wait at their port.
    Waiting,
    /// PRI messages became visible in their queue.
    PriWritten,
    /// PRI messages were lost.
    PriDropped {
        /// Why.
        loss: PriLoss,
    },
    /// Committed PRI messages were lost in an abort.
    PriLost {
        /// PRIQ_ABT_ERR toggled.
        flagged: bool,
    },
    /// A PRG response left for its device.
    Prg {
        /// Its response code.
        code: u8,
        /// Who answers.
        source: PrgSource,
    },
    /// A command was passed on, by opcode.
    Command(u8),
    /// A command ended inside the block.
    Ended(Ended),
    /// A message-signalled interrupt.
    Msi(MsiSource),
    /// A pulse that announces no record of the row before.
    Interrupt(Line),
    /// A device asks again for the pages of groups that were answered with Success and are not mapped.
    Repeated(u64),
    /// The handler of an interrupt starts.
    Entered(Line),
    /// The handler was to run but no interrupt has come.
    NoInterrupt(Who),
    /// A handler read PROD.
    ReadProd {
        /// Of which queue.
        queue: Queue,
        /// And reported an overflow.
        reported: bool,
    },
    /// A handler took entries out of the queue and wrote CONS.
    Consumed {
        /// Which queue.
        queue: Queue,
        /// How many entries before each write.
        entries: u64,
    },
    /// A handler wrote CONS without taking an entry.
    WroteCons(Queue),
    /// The handler of the PRI queue forgot page request groups without a last page.
    DiscardedGroups(u64),
    /// Software put a command of an opcode into the queue, and wrote CMDQ_PROD.
    Issued(u8),
    /// Software saw that its CMD_SYNC has completed.
    SawSync,
    /// Software gave up waiting for the Command queue.
    TimedOut,
    /// A handler read a register.
    Read(Register),
    /// A handler wrote a register.
    DriverWrote(Register, u32),
    /// The stimulus wrote a register.
    Wrote(Register, u32),
    /// An Update ended.
    Acknowledged(Register),
}

impl What {
    /// Who did it: device, block, driver or software.
    pub fn who(self) -> &'static str {
        match self {
            Self::Written { .. } | Self::Dropped { .. } | Self::Lost { .. } | Self::Waiting => "device",
            Self::PriWritten | Self::PriDropped { .. } | Self::PriLost { .. } | Self::Repeated(_) => "device",
            Self::Prg { .. } | Self::Command(_) | Self::Ended(_) | Self::Msi(_) | Self::Interrupt(_) => {
                "block"
            }
            Self::Acknowledged(_) => "block",
            Self::Wrote(..) => "software",
            _ => "driver",
        }
    }

    /// The two as one row, where they make one.
    fn merged(self, next: Self) -> Option<Self> {
        match (self, next) {
            (Self::Written { stalled: a, interrupts }, Self::Written { stalled: b, .. }) if a == b => {
                Some(Self::Written { stalled: a, interrupts })
            }
            (
                Self::Dropped { loss: Loss::Full { toggled } },
                Self::Dropped { loss: Loss::Full { toggled: false } },
            ) => Some(Self::Dropped { loss: Loss::Full { toggled } }),
            (Self::Lost { flagged: false }, Self::Lost { flagged }) => Some(Self::Lost { flagged }),
            (Self::PriLost { flagged: false }, Self::PriLost { flagged }) => Some(Self::PriLost { flagged }),
            (
                Self::PriDropped { loss: PriLoss::Overflow { toggled } },
                Self::PriDropped { loss: PriLoss::Overflow { toggled: false } },
            ) => Some(Self::PriDropped { loss: PriLoss::Overflow { toggled } }),
            (Self::PriWritten, Self::PriWritten) => Some(Self::PriWritten),
            (a @ (Self::Prg { .. } | Self::Command(_) | Self::Issued(_)), b) if a == b => Some(a),
            (a @ Self::Consumed { entries: 1, .. }, b) if a == b => Some(a),
            (a @ Self::Dropped { .. }, b)
                if a == b && !matches!(a, Self::Dropped { loss: Loss::Full { .. } }) =>
            {
                Some(a)
            }
            _ => None,
        }
    }
}

/// What can be seen of one queue after a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// PROD.WR, index and wrap bit as one number.
    pub prod: u32,
    /// CONS.RD, likewise.
    pub cons: u32,
    /// PROD.OVFLG.
    pub ovflg: bool,
    /// CONS.OVACKFLG.
    pub ovackflg: bool,
    /// Entries that became visible so far.
    pub written: u64,
    /// Records or messages lost so far.
    pub dropped: u64,
    /// Overflow messages so far.
    pub reports: u64,
}

impl State {
    /// From the registers of a queue; nothing is counted yet.
    pub(crate) fn new(queue: Queue, registers: &Registers) -> Self {
        let mask = (1 << pointer_bits(queue, registers)) - 1;
        let prod = QueueProd::from_bits(registers.get(queue.prod()));
        let cons = QueueCons::from_bits(registers.get(queue.cons()));
        Self {
            prod: prod.wr() & mask,
            cons: cons.rd() & mask,
            ovflg: prod.ovflg(),
            ovackflg: cons.ovackflg(),
            ..Self::default()
        }
    }

    /// Whether an overflow is unacknowledged.
    pub fn overflow_active(&self) -> bool {
        self.ovflg != self.ovackflg
    }

    /// Whether everything that software can see has been taken.
    pub fn is_empty(&self) -> bool {
        self.prod == self.cons
    }
}

/// Bits of index and wrap flag in the size in use, which software may have changed since the set-up (Q9).
pub(crate) fn pointer_bits(queue: Queue, registers: &Registers) -> u32 {
    let implemented = queue.largest(Idr1::from_bits(registers.get(Register::Idr1)));
    let programmed = registers.get(queue.base_lo()) & 0x1F;
    programmed.min(implemented.into()) + 1
}

/// What can be seen of both queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The Event queue.
    pub event: State,
    /// The PRI queue.
    pub pri: State,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What happened.
    pub what: What,
    /// How many times.
    pub count: u64,
    /// What could be seen afterwards.
    pub then: Moment,
}

/// The rows, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline(pub Vec<Row>);

impl Timeline {
    /// Adds what happened, to the last row where it is more of the same.
    pub(crate) fn add(&mut self, what: What, then: Moment) {
        if let Some(last) = self.0.last_mut()
            && let Some(merged) = last.what.merged(what)
        {
            (last.what, last.count, last.then) = (merged, last.count + 1, then);
            return;
        }
        self.0.push(Row { what, count: 1, then });
    }

    /// Adds a row, or says nothing where the last row says the same.
    pub(crate) fn set(&mut self, what: What, count: u64, then: Moment) {
        let row = Row { what, count, then };
        if self.0.last() != Some(&row) {
            self.0.push(row);
        }
    }

    /// Adds an Event queue interrupt to the row of the records that it announces.
    pub(crate) fn add_interrupt(&mut self, then: Moment) {
        match self.0.last_mut().map(|row| &mut row.what) {
            Some(What::Written { interrupts, .. }) => *interrupts += 1,
            _ => self.add(What::Interrupt(Line::Eventq), then),
        }
    }
}

fn records(count: u64, stalled: bool) -> String {
    let stalled = if stalled { "stalled " } else { "" };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {stalled}record{plural}")
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn messages(count: u64) -> String {
    format!("{count} PRI message{}", plural(count))
}

fn pri_reason(loss: PriLoss) -> &'static str {
    match loss {
        PriLoss::Secure => " (Secure)",
        PriLoss::Disabled => " (disabled)",
        PriLoss::AbortError => " (abort error)",
        PriLoss::Overflow { toggled: true } => ", PRIQ OVFLG toggles",
        PriLoss::Overflow { toggled: false } => "",
    }
}

fn answerer(source: PrgSource) -> &'static str {
    match source {
        PrgSource::Automatic => "automatic",
        PrgSource::Command => "CMD_PRI_RESP",
    }
}

fn sender(source: MsiSource) -> &'static str {
    match source {
        MsiSource::Eventq => "the Event queue",
        MsiSource::Priq => "the PRI queue",
        MsiSource::Gerror => "GERROR",
        MsiSource::CmdSync => "CMD_SYNC",
    }
}

impl Row {
    /// What happened, as a person reads it.
    pub fn text(&self) -> String {
        let count = self.count;
        match self.what {
            What::Written { stalled, interrupts: 0 } => format!("{} written", records(count, stalled)),
            What::Written { stalled, interrupts: 1 } => {
                format!("{} written, interrupt", records(count, stalled))
            }
            What::Written { stalled, interrupts } => {
                format!("{} written, {interrupts} interrupts", records(count, stalled))
            }
            What::Dropped { loss } => format!("{} dropped{}", records(count, false), reason(loss)),
            What::Lost { flagged: true } => {
                format!("{} lost in an abort, EVENTQ_ABT_ERR", records(count, false))
            }
            What::Lost { flagged: false } => format!("{} lost in an abort", records(count, false)),
            What::Waiting => format!("{} waiting", records(count, true)),
            What::PriWritten => format!("{} written", messages(count)),
            What::PriDropped { loss } => format!("{} dropped{}", messages(count), pri_reason(loss)),
            What::PriLost { flagged: true } => format!("{} lost in an abort, PRIQ_ABT_ERR", messages(count)),
            What::PriLost { flagged: false } => format!("{} lost in an abort", messages(count)),
            What::Prg { code, source } => {
                format!("{count} PRG response{} {code:#06b}, {}", plural(count), answerer(source))
            }
            What::Command(opcode) => format!("{count} command{} {opcode:#04x} passed on", plural(count)),
            What::Ended(Ended::SyncCompleted) => "CMD_SYNC completes".to_owned(),
            What::Ended(Ended::Skipped) => "a command without effect is consumed".to_owned(),
            What::Ended(Ended::Failed) => "a command fails".to_owned(),
            What::Msi(source) => format!("MSI of {}", sender(source)),
            What::Interrupt(Line::Eventq) => "Event queue interrupt".to_owned(),
            What::Interrupt(Line::Priq) => "PRI queue interrupt".to_owned(),
            What::Interrupt(Line::CmdSync) => "CMD_SYNC interrupt".to_owned(),
            What::Interrupt(Line::Gerror) => "GERROR interrupt".to_owned(),
            What::Interrupt(Line::Sev) => "wake-up event".to_owned(),
            What::Repeated(groups) => {
                format!("asks again for {groups} page request group{}", plural(groups))
            }
            What::Entered(line) => format!("enters the {}", handler(line)),
            What::NoInterrupt(Who::Handler(Queue::Pri)) => "no interrupt, so no PRI handler".to_owned(),
            What::NoInterrupt(Who::GlobalErrors) => "no interrupt, so no GERROR handler".to_owned(),
            What::NoInterrupt(_) => "no interrupt, so no handler".to_owned(),
            What::ReadProd { queue, reported: true } => {
                format!("reads {}, reports the overflow", prod(queue))
            }
            What::ReadProd { queue, reported: false } => format!("reads {}", prod(queue)),
            What::Consumed { queue, entries: 1 } if count > 1 => {
                format!("takes {}, writes {} each time", entries_of(queue, count), cons(queue))
            }
            What::Consumed { queue, entries } => {
                format!("takes {}, writes {}", entries_of(queue, entries), cons(queue))
            }
            What::WroteCons(queue) => format!("writes {}", cons(queue)),
            What::DiscardedGroups(groups) => {
                format!("forgets {groups} page request group{} cut short", plural(groups))
            }
            What::Issued(opcode) => format!("issues {count} command{} {opcode:#04x}", plural(count)),
            What::SawSync => "sees CMD_SYNC complete".to_owned(),
            What::TimedOut => "gives up on the Command queue".to_owned(),
            What::Read(register) => format!("reads {register}"),
            What::DriverWrote(register, value) | What::Wrote(register, value) => {
                format!("writes {register} := {value:#x}")
            }
            What::Acknowledged(register) => format!("{register} acknowledges"),
        }
    }
}

fn handler(line: Line) -> &'static str {
    match line {
        Line::Eventq => "interrupt handler",
        Line::Priq => "PRI interrupt handler",
        Line::Gerror => "GERROR handler",
        Line::CmdSync => "CMD_SYNC handler",
        Line::Sev => "wake-up handler",
    }
}

/// The registers of the Event queue go without their queue's name: most timelines have no other.
fn prod(queue: Queue) -> &'static str {
    match queue {
        Queue::Event => "PROD",
        Queue::Pri => "PRIQ_PROD",
    }
}

fn cons(queue: Queue) -> &'static str {
    match queue {
        Queue::Event => "CONS",
        Queue::Pri => "PRIQ_CONS",
    }
}

fn entries_of(queue: Queue, count: u64) -> String {
    match queue {
        Queue::Event => records(count, false),
        Queue::Pri => messages(count),
    }
}

fn reason(loss: Loss) -> &'static str {
    match loss {
        Loss::Disabled => " (disabled)",
        Loss::AbortError => " (abort error)",
        Loss::Full { toggled: true } => ", OVFLG toggles",
        Loss::Full { toggled: false } => "",
    }
}

impl Timeline {
    /// The queues that a person has to look at: those that something happened to; the Event queue if nothing did.
    pub fn queues(&self) -> Vec<Queue> {
        let touched = |queue: &Queue| self.0.iter().any(|row| row.then.of(*queue) != State::default());
        let queues: Vec<_> = Queue::ALL.into_iter().filter(touched).collect();
        if queues.is_empty() { vec![Queue::Event] } else { queues }
    }
}

impl Moment {
    /// What can be seen of one of them.
    pub fn of(&self, queue: Queue) -> State {
        match queue {
            Queue::Event => self.event,
            Queue::Pri => self.pri,
        }
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queues = self.queues();
        let texts: Vec<_> = self.0.iter().map(Row::text).collect();
        let width = texts.iter().map(String::len).max().unwrap_or_default().max(TEXT);
        if queues != [Queue::Event] {
            let names = queues.iter().map(|&queue| format!("{:<COLUMNS$}", name(queue)));
            let line = format!("{:<8}  {:<width$} {}", "", "", names.collect::<Vec<_>>().join("   "));
            writeln!(f, "{}", line.trim_end())?;
        }
        let heads = columns(["PROD", "CONS", "OVFLG", "OVACKFLG", "written", "dropped", "reports"]);
        writeln!(f, "{:<8}  {:<width$} {}", "who", "what", vec![heads; queues.len()].join("   "))?;
        for (row, text) in self.0.iter().zip(texts) {
            let states: Vec<_> = queues.iter().map(|&queue| row.then.of(queue).to_string()).collect();
            writeln!(f, "{:<8}  {text:<width$} {}", row.what.who(), states.join("   "))?;
        }
        Ok(())
    }
}

/// Least width of what happened.
const TEXT: usize = 42;
/// Width of the columns of one queue.
const COLUMNS: usize = 53;

/// Heads or values, in their columns.
fn columns([prod, cons, ovflg, ovackflg, written, dropped, reports]: [impl fmt::Display; 7]) -> String {
    format!("{prod:>6} {cons:>6}  {ovflg:>5} {ovackflg:>8}  {written:>7} {dropped:>7} {reports:>7}")
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { prod, cons, written, dropped, reports, .. } = *self;
        let [prod, cons, ovflg, ovackflg] =
            [prod, cons, self.ovflg.into(), self.ovackflg.into()].map(u64::from);
        f.write_str(&columns([prod, cons, ovflg, ovackflg, written, dropped, reports]))
    }
}

fn name(queue: Queue) -> &'static str {
    match queue {
        Queue::Event => "  Event queue",
        Queue::Pri => "  PRI queue",
    }
}
