//! APB4: setup and access phase, and that a transfer ends.

use super::report::{Report, Watched};
use crate::verilated::{PinsIn, PinsOut};

/// Wait states after which an access counts as never ending.
const PATIENCE: u32 = 1000;

/// What must not change from the setup phase to the end of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Transfer {
    address: u32,
    write: bool,
    data: u32,
    strobes: u8,
    protection: u8,
}

/// Watches the APB port.
#[derive(Default)]
pub(super) struct Apb {
    under_way: Option<Transfer>,
    waited: u32,
}

impl Apb {
    /// A cycle passes; gives the offset that was written, if a write ended well.
    pub fn cycle(&mut self, pins: &PinsIn, out: &PinsOut, report: &mut Report) -> Option<u32> {
        report.check(pins.psel_i || !pins.penable_i, || "APB: penable_i without psel_i".to_owned());
        let shown = pins.psel_i.then_some(Transfer {
            address: pins.paddr_i,
            write: pins.pwrite_i,
            data: pins.pwdata_i,
            strobes: pins.pstrb_i,
            protection: pins.pprot_i,
        });
        let Some(wanted) = self.under_way else {
            self.setup(shown, pins, report);
            return None;
        };
        self.under_way = shown.filter(|_| pins.penable_i && !out.pready_o);
        report.check(shown == Some(wanted), || "APB: a transfer changed before its end".to_owned());
        report.check(!pins.psel_i || pins.penable_i, || {
            "APB: no penable_i in the cycle after the setup phase".to_owned()
        });
        self.access(wanted, pins, out, report)
    }

    fn setup(&mut self, shown: Option<Transfer>, pins: &PinsIn, report: &mut Report) {
        report
            .check(!(pins.psel_i && pins.penable_i), || "APB: access phase without a setup phase".to_owned());
        let strobed_read = shown.is_some_and(|transfer| !transfer.write && transfer.strobes != 0);
        report.check(!strobed_read, || "APB: a read with write strobes".to_owned());
        self.under_way = shown.filter(|_| !pins.penable_i);
        self.waited = 0;
    }

    fn access(
        &mut self,
        transfer: Transfer,
        pins: &PinsIn,
        out: &PinsOut,
        report: &mut Report,
    ) -> Option<u32> {
        if !(pins.psel_i && pins.penable_i) {
            return None;
        }
        if !out.pready_o {
            report.check(!out.pslverr_o, || "APB: pslverr_o before pready_o".to_owned());
            self.waited += 1;
            let late = self.waited == PATIENCE;
            report.check(!late, || format!("APB: no pready_o within {PATIENCE} cycles"));
            return None;
        }
        report.saw(Watched::Apb, 1);
        (transfer.write && !out.pslverr_o).then_some(transfer.address)
    }
}
