//! What happened, short enough for a person: one row for a run of equal steps.

use std::fmt;

use smmuq_golden::{Line, Loss, MsiSource, PrgSource, PriLoss, QueueCons, QueueProd, Register};

use crate::meaning::Ended;

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
    /// The interrupt handler starts.
    Entered,
    /// The handler was to run but no interrupt has come.
    NoInterrupt,
    /// The driver read PROD.
    ReadProd {
        /// And reported an overflow.
        reported: bool,
    },
    /// The driver took a record out of the queue and wrote CONS.
    Consumed,
    /// The driver wrote CONS without taking a record.
    WroteCons,
    /// The driver read a register.
    Read(Register),
    /// Software wrote a register.
    Wrote(Register, u32),
    /// An Update ended.
    Acknowledged(Register),
}

impl What {
    fn who(self) -> &'static str {
        match self {
            Self::Written { .. } | Self::Dropped { .. } | Self::Lost { .. } | Self::Waiting => "device",
            Self::PriWritten | Self::PriDropped { .. } | Self::PriLost { .. } => "device",
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
            (a @ (Self::Prg { .. } | Self::Command(_)), b) if a == b => Some(a),
            (Self::Consumed, Self::Consumed) => Some(Self::Consumed),
            (a @ Self::Dropped { .. }, b)
                if a == b && !matches!(a, Self::Dropped { loss: Loss::Full { .. } }) =>
            {
                Some(a)
            }
            _ => None,
        }
    }
}

/// What can be seen of the queue after a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// EVENTQ_PROD.WR, index and wrap bit as one number.
    pub prod: u32,
    /// EVENTQ_CONS.RD, likewise.
    pub cons: u32,
    /// EVENTQ_PROD.OVFLG.
    pub ovflg: bool,
    /// EVENTQ_CONS.OVACKFLG.
    pub ovackflg: bool,
    /// Records that became visible so far.
    pub written: u64,
    /// Records lost so far.
    pub dropped: u64,
    /// Overflow messages so far.
    pub reports: u64,
}

impl State {
    /// From the registers of a queue with indices and wrap bit of so many bits, and the counts.
    pub(crate) fn new(
        registers: &Registers,
        pointer_bits: u32,
        written: u64,
        dropped: u64,
        reports: u64,
    ) -> Self {
        let mask = (1 << pointer_bits) - 1;
        let prod = QueueProd::from_bits(registers.get(Register::EventqProd));
        let cons = QueueCons::from_bits(registers.get(Register::EventqCons));
        Self {
            prod: prod.wr() & mask,
            cons: cons.rd() & mask,
            ovflg: prod.ovflg(),
            ovackflg: cons.ovackflg(),
            written,
            dropped,
            reports,
        }
    }

    /// Whether an overflow is unacknowledged.
    pub fn overflow_active(&self) -> bool {
        self.ovflg != self.ovackflg
    }
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What happened.
    pub what: What,
    /// How many times.
    pub count: u64,
    /// What could be seen afterwards.
    pub state: State,
}

/// The rows, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline(pub Vec<Row>);

impl Timeline {
    /// Adds what happened, to the last row where it is more of the same.
    pub(crate) fn add(&mut self, what: What, state: State) {
        if let Some(last) = self.0.last_mut()
            && let Some(merged) = last.what.merged(what)
        {
            (last.what, last.count, last.state) = (merged, last.count + 1, state);
            return;
        }
        self.0.push(Row { what, count: 1, state });
    }

    /// Adds a row, or says nothing where the last row says the same.
    pub(crate) fn set(&mut self, what: What, count: u64, state: State) {
        let row = Row { what, count, state };
        if self.0.last() != Some(&row) {
            self.0.push(row);
        }
    }

    /// Adds an Event queue interrupt to the row of the records that it announces.
    pub(crate) fn add_interrupt(&mut self, state: State) {
        match self.0.last_mut().map(|row| &mut row.what) {
            Some(What::Written { interrupts, .. }) => *interrupts += 1,
            _ => self.add(What::Interrupt(Line::Eventq), state),
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
    fn text(&self) -> String {
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
            What::Entered => "enters the interrupt handler".to_owned(),
            What::NoInterrupt => "no interrupt, so no handler".to_owned(),
            What::ReadProd { reported: true } => "reads PROD, reports the overflow".to_owned(),
            What::ReadProd { reported: false } => "reads PROD".to_owned(),
            What::Consumed if count == 1 => "takes 1 record, writes CONS".to_owned(),
            What::Consumed => format!("takes {count} records, writes CONS each time"),
            What::WroteCons => "writes CONS".to_owned(),
            What::Read(register) => format!("reads {register}"),
            What::Wrote(register, value) => format!("writes {register} := {value:#x}"),
            What::Acknowledged(register) => format!("{register} acknowledges"),
        }
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

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<8}  {:<42} {:>6} {:>6}  {:>5} {:>8}  {:>7} {:>7} {:>7}",
            "who", "what", "PROD", "CONS", "OVFLG", "OVACKFLG", "written", "dropped", "reports"
        )?;
        for row in &self.0 {
            let State { prod, cons, written, dropped, reports, .. } = row.state;
            writeln!(
                f,
                "{:<8}  {:<42} {prod:>6} {cons:>6}  {:>5} {:>8}  {written:>7} {dropped:>7} {reports:>7}",
                row.what.who(),
                row.text(),
                u8::from(row.state.ovflg),
                u8::from(row.state.ovackflg),
            )?;
        }
        Ok(())
    }
}
