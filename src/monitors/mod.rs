//! Monitors on the pins of the block, independent of both models.
//!
//! They see the pins of each cycle and, for what must be seen before what, the registers as a read shows them after it;
//! neither the golden model nor anything inside the RTL. What they demand holds for every block with these ports, however
//! fast it is.
//!
//! - `axi`, `apb`, `ports`: handshakes, and the shape of transfers
//! - `ordering`: PROD, CMDQ_CONS and GERROR before what announces them, with `publication` (PROD of an output queue),
//!   `commands` (CMDQ_CONS) and `msi` (whose an MSI is)
//! - `shown`: what registers say; `handshake`, `causes`, `report`: what the others share

mod apb;
mod axi;
mod causes;
mod commands;
mod handshake;
mod msi;
mod ordering;
mod ports;
mod publication;
mod report;
mod shown;

use smmuq_golden::Register;
use smmuq_testbench::memory::Writer;
use smmuq_testbench::target::Registers;

pub use report::Watched;

use crate::verilated::{PinsIn, PinsOut};
use report::Report;
use shown::Shown;

/// AXI id of MSIs.
const MSI_ID: u8 = Writer::Msi as u8;

/// All monitors of a block, from the end of a reset on.
pub struct Monitors {
    axi: axi::Axi,
    apb: apb::Apb,
    ports: ports::Ports,
    ordering: ordering::Ordering,
    shown: Shown,
    report: Report,
}

impl Monitors {
    /// Monitors of a block whose registers read so after its reset.
    pub fn new(registers: &Registers) -> Self {
        Self {
            axi: axi::Axi::default(),
            apb: apb::Apb::default(),
            ports: ports::Ports::default(),
            ordering: ordering::Ordering::default(),
            shown: Shown::from(registers),
            report: Report::default(),
        }
    }

    /// A cycle has passed. Takes its inputs, and its outputs before the rising edge; `read` gives the registers after it,
    /// of which those in the list have to be right.
    pub fn cycle(&mut self, pins: &PinsIn, out: &PinsOut, read: impl FnOnce(&[Register]) -> Registers) {
        let Self { axi, apb, ports, ordering, shown, report } = self;
        let written = apb.cycle(pins, out, report);
        ports.cycle(pins, out, report);
        let transfers = axi.cycle(pins, out, shown.queue_cache(), report);
        let under_way = |writer| axi.under_way(writer as u8, out);
        ordering.cycle(pins, out, &transfers, under_way, shown, report);
        // What only software changes is read when it has written.
        let changing = ordering.changing(under_way, shown);
        let wanted = if written.is_some() { &Register::ALL[..] } else { changing.as_slice() };
        if !wanted.is_empty() {
            let before = shown.clone();
            shown.take(wanted, &read(wanted));
            ordering.shown(&before, shown, written, report);
        }
    }

    /// What was wrong since the last call, each with the port or the rule.
    pub fn take_complaints(&mut self) -> Vec<String> {
        self.report.take_complaints()
    }

    /// How often something was seen, and so checked.
    pub fn seen(&self, what: Watched) -> u64 {
        self.report.seen(what)
    }
}
