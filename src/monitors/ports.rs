//! The ports towards the rest of the SMMU: valid and payload stay until ready.

use super::handshake::{Held, Look};
use super::report::{Report, Watched};
use crate::verilated::{PinsIn, PinsOut};

/// A PRG response: StreamID, SSV, SubstreamID, PRGIndex, code.
type Prg = (u32, bool, u32, u16, u8);
/// A PRI message, STE valid, its PPAR, Secure.
type Ppr = ([u32; 4], bool, bool, bool);

/// Watches the ports of records, messages, responses and commands.
#[derive(Default)]
pub(super) struct Ports {
    term: Held<[u32; 8]>,
    stall: Held<[u32; 8]>,
    ppr: Held<Ppr>,
    prg: Held<Prg>,
    cmd: Held<[u32; 4]>,
    sync: Held<()>,
}

impl Ports {
    /// A cycle passes.
    pub fn cycle(&mut self, pins: &PinsIn, out: &PinsOut, report: &mut Report) {
        let term = pins.term_valid_i.then_some(pins.term_record_i);
        watch(&mut self.term, term, out.term_ready_o, ("term", Watched::Terminated), report);
        let stall = pins.stall_valid_i.then_some(pins.stall_record_i);
        watch(&mut self.stall, stall, out.stall_ready_o, ("stall", Watched::Stalled), report);
        let ppr = (pins.ppr_message_i, pins.ppr_ste_valid_i, pins.ppr_ste_ppar_i, pins.ppr_secure_i);
        let ppr = pins.ppr_valid_i.then_some(ppr);
        watch(&mut self.ppr, ppr, out.ppr_ready_o, ("ppr", Watched::PageRequest), report);
        let prg =
            (out.prg_stream_id_o, out.prg_ssv_o, out.prg_substream_id_o, out.prg_index_o, out.prg_code_o);
        let prg = out.prg_valid_o.then_some(prg);
        watch(&mut self.prg, prg, pins.prg_ready_i, ("prg", Watched::PrgResponse), report);
        let cmd = out.cmd_valid_o.then_some(out.cmd_o);
        watch(&mut self.cmd, cmd, pins.cmd_ready_i, ("cmd", Watched::Command), report);
        let sync = out.sync_valid_o.then_some(());
        watch(&mut self.sync, sync, pins.sync_ready_i, ("sync", Watched::Sync), report);
    }
}

/// One port. Whoever offers must wait: what is withdrawn or changed was maybe decided on already (ST1, E8).
fn watch<T: PartialEq>(
    held: &mut Held<T>,
    offered: Option<T>,
    ready: bool,
    (port, watched): (&str, Watched),
    report: &mut Report,
) {
    report.saw(watched, u64::from(offered.is_some() && ready));
    let look = held.look(offered, ready);
    report.check(look != Look::Changed, || {
        format!("{port} port: {port}_valid, or what it goes with, changed before {port}_ready")
    });
}
