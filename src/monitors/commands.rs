//! What CMDQ_CONS shows: commands consumed, a CMD_SYNC that completed (C14), a command that failed (C3).

use std::collections::HashMap;

use smmuq_golden::{Command, Register};

use super::axi::Transfers;
use super::report::{Report, Watched};
use super::shown::{CMDQ, Shown};
use crate::verilated::{PinsIn, PinsOut};

/// CMD_SYNC (4.7.3).
const SYNC: u8 = 0x46;

/// What CMDQ_CONS came to show in a cycle.
#[derive(Default)]
pub(super) struct Consumed {
    /// The CMD_SYNC that completed.
    pub sync: Option<Command>,
    /// The queue was full before (C10).
    pub from_full: bool,
}

/// Watches the Command queue.
#[derive(Default)]
pub(super) struct Commands {
    /// What was read last, by address.
    fetched: HashMap<u64, [u32; 4]>,
    /// The CMD_SYNC that the rest of the SMMU accepted and CMDQ_CONS does not show as consumed.
    accepted: Option<Command>,
    /// A command is shown at a port: it goes on whatever software does to CMDQ_PROD (E8).
    shown_at_port: bool,
}

impl Commands {
    /// A cycle passes, in which reads show these registers.
    pub fn cycle(
        &mut self,
        pins: &PinsIn,
        out: &PinsOut,
        transfers: &Transfers,
        shown: &Shown,
        report: &mut Report,
    ) {
        if out.sync_valid_o && pins.sync_ready_i && !pins.sync_atc_error_i {
            self.accepted = self.command_at_rd(shown).filter(|command| command.opcode() == SYNC);
            report.check(self.accepted.is_some(), || {
                "C1: the CMD_SYNC handed out is not the command that CMDQ_CONS.RD shows".to_owned()
            });
        }
        self.fetched.extend(transfers.fetched);
        self.shown_at_port = out.cmd_valid_o || out.sync_valid_o || out.prg_valid_o;
    }

    /// Whether CMDQ_CONS may change at the end of this cycle.
    pub fn expects(&self, shown: &Shown) -> bool {
        let waiting = CMDQ.distance(shown, CMDQ.rd(shown), CMDQ.wr(shown)) != 0;
        waiting || self.shown_at_port || self.accepted.is_some()
    }

    fn command_at_rd(&self, shown: &Shown) -> Option<Command> {
        let &[a, b, c, d] = self.fetched.get(&CMDQ.slot(shown, CMDQ.rd(shown)))?;
        let word = |low, high| u64::from(low) | u64::from(high) << 32;
        Some(Command::from_words([word(a, b), word(c, d)]))
    }

    /// A cycle has passed, in which software wrote the register at this offset.
    pub fn shown(
        &mut self,
        before: &Shown,
        now: &Shown,
        written: Option<u32>,
        report: &mut Report,
    ) -> Consumed {
        if before.gerror().cmdq_err() != now.gerror().cmdq_err() {
            report.saw(Watched::CommandError, 1);
            report.check(now.cmdq_cons().err() != 0, || {
                "C3: GERROR.CMDQ_ERR is active before CMDQ_CONS.ERR says why".to_owned()
            });
        }
        if CMDQ.rewritten(before, written, Register::CmdqCons) {
            return Consumed::default();
        }
        let rd = CMDQ.rd(before);
        let consumed = CMDQ.distance(now, rd, CMDQ.rd(now));
        if consumed == 0 {
            return Consumed::default();
        }
        report.saw(Watched::Consumed, consumed.into());
        // Software may have moved PROD in the same cycle: the queue was full if either order makes it so.
        let full = |wr| CMDQ.distance(now, rd, wr) == CMDQ.entries(now);
        Consumed { sync: self.accepted.take(), from_full: full(CMDQ.wr(before)) || full(CMDQ.wr(now)) }
    }
}
