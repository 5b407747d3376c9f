//! When nothing happens any more, and what must not be left then.

use smmuq_golden::{Decision, Kind, Oldest, PriDecision};

use super::{Played, STUCK, System};
use crate::memory::Writer;
use crate::neighbours::Sink;

/// Cycles without a step after which the system counts as settled: longer than any block takes from a handshake to
/// its effect.
pub(crate) const QUIET: u64 = 8;

/// The same where an MSI may still come that need not (I8): it waits for a memory that is seldom ready, and nothing but
/// time tells that it does not come.
const QUIET_ON_BUS: u64 = 400;

impl System<'_> {
    /// Runs until nothing happens any more and nothing that must end is left.
    pub(super) fn settle(&mut self) -> Played {
        loop {
            self.advance()?;
            let quiet = self.cycle - self.last_step;
            let enough = if self.lockstep.golden().merged_msi_may_come() { QUIET_ON_BUS } else { QUIET };
            if quiet < enough {
                continue;
            }
            let Some(unsettled) = self.unsettled() else {
                if !self.followed {
                    return Ok(());
                }
                return self.lockstep.compare_settled(self.cycle, self.target);
            };
            if quiet > STUCK {
                return Err(self.lockstep.stuck(self.cycle, unsettled));
            }
        }
    }

    /// What must still end, unless the memory or the rest of the SMMU holds it.
    fn unsettled(&mut self) -> Option<&'static str> {
        let golden = self.lockstep.golden();
        let (in_flight, pri_in_flight) = (golden.in_flight.len(), golden.pri_in_flight.len());
        let memory = self.target.memory();
        if memory.busy()
            || memory.outstanding(Writer::Event) < in_flight
            || memory.outstanding(Writer::Pri) < pri_in_flight
        {
            return Some("an access to memory");
        }
        let holding = in_flight + pri_in_flight + memory.outstanding(Writer::Msi) > 0;
        if !holding && let Some(due) = self.lockstep.due() {
            return Some(due);
        }
        if let Some(waiting) = self.unsettled_response_or_command() {
            return Some(waiting);
        }
        if in_flight == 0
            && let Some(waiting) = self.unsettled_record()
        {
            return Some(waiting);
        }
        if pri_in_flight == 0 { self.unsettled_message() } else { None }
    }

    fn unsettled_response_or_command(&mut self) -> Option<&'static str> {
        let golden = self.lockstep.golden();
        let (answers, oldest) = (!golden.prg_owed.is_empty(), golden.oldest());
        let neighbours = self.target.neighbours();
        match oldest {
            _ if answers && !neighbours.holds(Sink::Prg) => Some("a PRG response"),
            Oldest::Prg(_) if !neighbours.holds(Sink::Prg) => Some("a CMD_PRI_RESP"),
            Oldest::Send(_) if !neighbours.holds(Sink::Command) => Some("a command"),
            Oldest::Sync(_) if !neighbours.holds(Sink::Sync) => Some("a CMD_SYNC"),
            _ => None,
        }
    }

    fn unsettled_record(&mut self) -> Option<&'static str> {
        if self.devices.terminated.waiting() > 0 {
            return Some("a terminated record at its port");
        }
        let record = self.devices.stalled.front()?;
        let decision = self.lockstep.golden().clone().decide(Kind::Stalled, record);
        matches!(decision, Decision::Recorded { .. }).then_some("a stalled record at its port (ST2)")
    }

    /// A message that needs no response must not wait for the port of the responses.
    fn unsettled_message(&mut self) -> Option<&'static str> {
        let offer = self.devices.page_requests.front()?;
        let decision = self.lockstep.golden().clone().decide_pri(offer.message, offer.ste, offer.secure);
        let stuck = self.target.neighbours().holds(Sink::Prg);
        match decision {
            PriDecision::Held(_) => None,
            PriDecision::Dropped { response: Some(_), .. } if stuck => None,
            _ if stuck && !self.lockstep.golden().prg_owed.is_empty() => None,
            _ => Some("a PRI message at its port"),
        }
    }
}

#[cfg(test)]
mod tests;
