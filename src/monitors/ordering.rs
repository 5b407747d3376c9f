//! What must be seen before what (V1, V3, C3, C14): a read could have shown it in the cycle of the interrupt, at the
//! latest.

use smmuq_golden::{Gerror, IrqCfg2, IrqCtrl, MsiSource, PriMessage, Register};
use smmuq_testbench::memory::Writer;

use super::axi::Transfers;
use super::causes::Causes;
use super::commands::Commands;
use super::msi::Msis;
use super::publication::Publication;
use super::report::{Report, Watched};
use super::shown::{EVENTQ, PRIQ, Shown};
use crate::verilated::{PinsIn, PinsOut};

/// CS of CMD_SYNC (C12).
const SIG_IRQ: u8 = 1;
const SIG_SEV: u8 = 2;

/// A wired interrupt, and the causes that it can announce.
struct Wire {
    causes: Causes,
    watched: Watched,
    too_early: &'static str,
}

impl Wire {
    fn new(watched: Watched, too_early: &'static str) -> Self {
        Self { causes: Causes::default(), watched, too_early }
    }

    fn look(&mut self, pulse: bool, report: &mut Report) {
        if !pulse {
            return;
        }
        report.saw(self.watched, 1);
        if self.causes.left(self.causes.shown()) {
            self.causes.announce();
        } else {
            report.complain(self.too_early);
        }
    }
}

/// Watches the order of what the block does.
pub(super) struct Ordering {
    eventq: Publication,
    priq: Publication,
    commands: Commands,
    msis: Msis,
    eventq_wire: Wire,
    priq_wire: Wire,
    gerror_wire: Wire,
    cmd_sync_wire: Wire,
    sev_wire: Wire,
    /// A write was answered with an error: the rest of its group may end at any time, and then shows in GERROR.
    aborted: bool,
    /// A PRI message was taken in this cycle, and has Last set.
    message_taken: bool,
    last_taken: bool,
}

impl Default for Ordering {
    fn default() -> Self {
        Self {
            eventq: Publication::new(EVENTQ),
            priq: Publication::new(PRIQ),
            commands: Commands::default(),
            msis: Msis::default(),
            eventq_wire: Wire::new(
                Watched::EventqLine,
                "V3 I2: irq_eventq_o before EVENTQ_PROD shows a record in an empty queue",
            ),
            priq_wire: Wire::new(Watched::PriqLine, "V3 I3: irq_priq_o before PRIQ_PROD shows its cause"),
            gerror_wire: Wire::new(Watched::GerrorLine, "V3 G4: irq_gerror_o before GERROR shows an error"),
            cmd_sync_wire: Wire::new(
                Watched::CmdSyncLine,
                "V3 C14: irq_cmd_sync_o before CMDQ_CONS shows the completion of its CMD_SYNC",
            ),
            sev_wire: Wire::new(Watched::SevLine, "C10 C14: sev_o before CMDQ_CONS shows its cause"),
            aborted: false,
            message_taken: false,
            last_taken: false,
        }
    }
}

impl Ordering {
    /// A cycle passes, in which reads show these registers. `under_way` tells whether somebody's writes are not answered.
    pub fn cycle(
        &mut self,
        pins: &PinsIn,
        out: &PinsOut,
        transfers: &Transfers,
        under_way: impl Fn(Writer) -> bool,
        shown: &Shown,
        report: &mut Report,
    ) {
        self.eventq_wire.look(out.irq_eventq_o, report);
        self.priq_wire.look(out.irq_priq_o, report);
        self.gerror_wire.look(out.irq_gerror_o, report);
        self.cmd_sync_wire.look(out.irq_cmd_sync_o, report);
        self.sev_wire.look(out.sev_o, report);
        self.msis.cycle(pins, out, transfers.whole.as_ref(), shown, report);
        self.commands.cycle(pins, out, transfers, shown, report);
        if let Some(answered) = &transfers.answered {
            self.aborted |= !answered.okay;
            match answered.writer {
                Writer::Event => self.eventq.answered(answered, under_way(Writer::Event)),
                Writer::Pri => self.priq.answered(answered, under_way(Writer::Pri)),
                Writer::Msi => {}
            }
        }
        self.message_taken = pins.ppr_valid_i && out.ppr_ready_o && !pins.ppr_secure_i;
        self.last_taken = self.message_taken && last(pins.ppr_message_i);
    }

    /// The registers that the block may rightly change at the end of this cycle, as far as they matter here, and PROD
    /// while it might change wrongly.
    pub fn changing(&self, under_way: impl Fn(Writer) -> bool, shown: &Shown) -> Vec<Register> {
        let commands = self.commands.expects(shown);
        let updating = !shown.updated();
        let registers = [
            (Register::EventqProd, self.eventq.expects() || under_way(Writer::Event)),
            (Register::PriqProd, self.priq.expects() || under_way(Writer::Pri) || self.message_taken),
            (Register::CmdqCons, commands),
            (Register::Gerror, commands || self.aborted),
            (Register::Cr0Ack, updating),
            (Register::IrqCtrlAck, updating),
        ];
        registers.into_iter().filter(|&(_, may)| may).map(|(register, _)| register).collect()
    }

    /// A cycle has passed, in which software wrote the register at this offset.
    pub fn shown(&mut self, before: &Shown, now: &Shown, written: Option<u32>, report: &mut Report) {
        if before == now && !self.last_taken {
            return;
        }
        self.event_queue(before, now, written, report);
        self.pri_queue(before, now, written, report);
        self.global_errors(before, now);
        self.command_queue(before, now, written, report);
    }

    /// I2: an interrupt is due when the queue becomes non-empty.
    fn event_queue(&mut self, before: &Shown, now: &Shown, written: Option<u32>, report: &mut Report) {
        let published = self.eventq.shown(before, now, written, report);
        report.saw(Watched::EventPublished, published.entries.into());
        let causes = u32::from(published.from_empty);
        let wire = &mut self.eventq_wire.causes;
        account(wire, &mut self.msis, MsiSource::Eventq, causes, (before, now));
    }

    /// I3: the same, or by LO for each message with Last that is published or lost in an overflow.
    fn pri_queue(&mut self, before: &Shown, now: &Shown, written: Option<u32>, report: &mut Report) {
        let published = self.priq.shown(before, now, written, report);
        report.saw(Watched::PriPublished, published.entries.into());
        let causes = if IrqCfg2::from_bits(now.get(Register::PriqIrqCfg2)).lo() {
            published.last + u32::from(self.last_taken && PRIQ.overflowed(before, now))
        } else {
            u32::from(published.from_empty)
        };
        let wire = &mut self.priq_wire.causes;
        account(wire, &mut self.msis, MsiSource::Priq, causes, (before, now));
    }

    /// G4: every error interrupts but that of the interrupt itself.
    fn global_errors(&mut self, before: &Shown, now: &Shown) {
        let toggled = Gerror::from_bits(before.gerror().into_bits() ^ now.gerror().into_bits());
        let causes = toggled.with_msi_gerror_abt_err(false).into_bits().count_ones();
        let wire = &mut self.gerror_wire.causes;
        account(wire, &mut self.msis, MsiSource::Gerror, causes, (before, now));
    }

    /// C10, C12: a CMD_SYNC signals as it says; a queue that was full wakes who waits for space.
    fn command_queue(&mut self, before: &Shown, now: &Shown, written: Option<u32>, report: &mut Report) {
        let consumed = self.commands.shown(before, now, written, report);
        let signal = consumed.sync.map(|sync| sync.signal());
        let wakes = u32::from(signal == Some(SIG_SEV)) + u32::from(consumed.from_full);
        self.sev_wire.causes.add(wakes);
        if let Some(sync) = consumed.sync
            && signal == Some(SIG_IRQ)
        {
            self.cmd_sync_wire.causes.add(1);
            self.msis.sync_completed(sync, now);
        }
    }
}

/// Causes count while the interrupts of their source are enabled, and what they did not announce until a disable is
/// acknowledged they never will (I5, I6).
fn account(
    wire: &mut Causes,
    msis: &mut Msis,
    source: MsiSource,
    causes: u32,
    (before, now): (&Shown, &Shown),
) {
    let enable = match source {
        MsiSource::Eventq => IrqCtrl::eventq_irqen,
        MsiSource::Priq => IrqCtrl::priq_irqen,
        MsiSource::Gerror | MsiSource::CmdSync => IrqCtrl::gerror_irqen,
    };
    if before.armed(enable) || now.armed(enable) {
        wire.add(causes);
        msis.add(source, causes);
    }
    if !now.armed(enable) {
        wire.forget();
        msis.forget(source);
    }
}

fn last(message: [u32; 4]) -> bool {
    let word = u64::from(message[0]) | u64::from(message[1]) << 32;
    PriMessage::from_words([word, 0]).last()
}
