//! What an implementation chooses and reports in its ID registers.

use crate::queue::LARGEST_LOG2SIZE;
use crate::{Idr0, Idr1, Idr3, Idr5};

/// The choices an implementation reports in IDR0, IDR1, IDR3 and IDR5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parameters {
    /// Largest log2 of the number of Event queue records, 0..=19 (IDR1.EVENTQS, 6.3.2).
    pub event_qs: u8,
    /// Largest log2 of the number of PRI queue records, 0..=19 (IDR1.PRIQS, 6.3.2).
    pub pri_qs: u8,
    /// Largest log2 of the number of commands in the Command queue, 0..=19 (IDR1.CMDQS, 6.3.2).
    pub cmd_qs: u8,
    /// Output address size in bits: 32, 36, 40, 42, 44, 48, 52 or 56 (IDR5.OAS, 6.3.6).
    pub oas: u8,
    /// Whether client transactions can stall (IDR0.STALL_MODEL, 6.3.1).
    pub stall: bool,
    /// Most stalled transactions at a time (IDR5.STALL_MAX, 6.3.6); reported as 0 without `stall`.
    pub stall_max: u16,
    /// PCIe Page Request Interface (IDR0.PRI, 6.3.1); needs `ats`.
    pub pri: bool,
    /// Whether a PRG Response always has the PASID of the request (IDR3.PPS, 6.3.4); without `pri`
    /// it has no meaning and is reported as 0.
    pub pps: bool,
    /// Message-signalled interrupts (IDR0.MSI, 6.3.1).
    pub msi: bool,
    /// Wake-up events (IDR0.SEV, 6.3.1).
    pub sev: bool,
    /// PCIe Address Translation Services (IDR0.ATS, 6.3.1).
    pub ats: bool,
}

impl Default for Parameters {
    fn default() -> Self {
        Parameters {
            event_qs: 19,
            pri_qs: 19,
            cmd_qs: 19,
            oas: 48,
            stall: true,
            stall_max: 16,
            pri: true,
            pps: false,
            msi: true,
            sev: true,
            ats: true,
        }
    }
}

/// The output address sizes in bits; the place in this list is the code in IDR5.OAS (6.3.6).
const OUTPUT_ADDRESS_SIZES: [u8; 8] = [32, 36, 40, 42, 44, 48, 52, 56];

impl Parameters {
    /// The nearest values the architecture allows: sizes capped at 19 (Q9), the address size
    /// rounded down to a listed one, at least 32 bits, and no PRI without ATS (6.3.1).
    pub(crate) fn legal(self) -> Self {
        Parameters {
            event_qs: self.event_qs.min(LARGEST_LOG2SIZE),
            pri_qs: self.pri_qs.min(LARGEST_LOG2SIZE),
            cmd_qs: self.cmd_qs.min(LARGEST_LOG2SIZE),
            oas: OUTPUT_ADDRESS_SIZES[usize::from(self.oas_code())],
            pri: self.pri && self.ats,
            ..self
        }
    }

    /// The code of the address size in IDR5.OAS (6.3.6).
    pub(crate) fn oas_code(self) -> u8 {
        let not_larger = OUTPUT_ADDRESS_SIZES.iter().filter(|size| **size <= self.oas).count();
        not_larger.saturating_sub(1) as u8
    }

    /// IDR0 (6.3.1).
    pub(crate) fn idr0(self) -> Idr0 {
        let stall_model = if self.stall { 0b00 } else { 0b01 };
        Idr0::new()
            .with_stall_model(stall_model)
            .with_pri(self.pri)
            .with_sev(self.sev)
            .with_msi(self.msi)
            .with_ats(self.ats)
    }

    /// IDR1 (6.3.2): SubstreamIDs of 20 and StreamIDs of 32 bits.
    pub(crate) fn idr1(self) -> Idr1 {
        Idr1::new()
            .with_cmdqs(self.cmd_qs)
            .with_eventqs(self.event_qs)
            .with_priqs(self.pri_qs)
            .with_ssidsize(20)
            .with_sidsize(32)
    }

    /// IDR3 (6.3.4).
    pub(crate) fn idr3(self) -> Idr3 {
        Idr3::new().with_pps(self.pps && self.pri)
    }

    /// IDR5 (6.3.6).
    pub(crate) fn idr5(self) -> Idr5 {
        let stall_max = if self.stall { self.stall_max } else { 0 };
        Idr5::new().with_stall_max(stall_max).with_oas(self.oas_code())
    }
}

#[cfg(test)]
mod tests {
    use super::Parameters;

    #[test]
    fn address_sizes_have_the_codes_of_6_3_6() {
        let codes = [32, 36, 40, 42, 44, 48, 52, 56]
            .map(|oas| Parameters { oas, ..Parameters::default() }.oas_code());
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn illegal_values_become_the_nearest_legal_ones() {
        let default = Parameters::default();
        let wild = Parameters { event_qs: 25, pri_qs: 200, cmd_qs: 20, oas: 33, ..default };
        let legal = Parameters { event_qs: 19, pri_qs: 19, cmd_qs: 19, oas: 32, ..default };
        assert_eq!(wild.legal(), legal);
        assert_eq!(Parameters { oas: 0, ..legal }.legal(), legal);
        assert_eq!(Parameters { oas: 255, ..legal }.legal().oas, 56);
    }

    #[test]
    fn there_is_no_pri_without_ats() {
        let without_ats = Parameters { ats: false, ..Parameters::default() };
        assert_eq!(without_ats.legal(), Parameters { pri: false, ..without_ats });
    }
}
