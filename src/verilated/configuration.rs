//! Which configurations of the block are Verilated. The build script includes this file, so that
//! the list stands in one place.

/// Parameters of the block, by their names in the RTL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// `EventQs`: log2 of the largest Event queue.
    pub event_qs: u8,
    /// `PriQs`: log2 of the largest PRI queue.
    pub pri_qs: u8,
    /// `CmdQs`: log2 of the largest Command queue.
    pub cmd_qs: u8,
    /// `Oas`: physical address bits.
    pub oas: u8,
    /// `Outstanding`: records in flight.
    pub outstanding: u16,
    /// `StallMax`: IDR5.STALL_MAX.
    pub stall_max: u16,
    /// `Stall`: the Stall model is supported.
    pub stall: bool,
    /// `Pri`: the PRI queue is there.
    pub pri: bool,
    /// `Pps`: IDR3.PPS.
    pub pps: bool,
    /// `Msi`: interrupts can be message-signalled.
    pub msi: bool,
    /// `Sev`: wake-up events are sent.
    pub sev: bool,
    /// `Ats`: commands for ATS are legal.
    pub ats: bool,
}

const DEFAULT: Parameters = Parameters {
    event_qs: 19,
    pri_qs: 19,
    cmd_qs: 19,
    oas: 48,
    outstanding: 16,
    stall_max: 16,
    stall: true,
    pri: true,
    pps: false,
    msi: true,
    sev: true,
    ats: true,
};

/// A configuration of the block that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Configuration {
    /// Default parameters.
    Standard,
    /// One record in flight.
    Single,
    /// 64 records in flight.
    Wide,
    /// At most 4 entries in each queue, 32 bits of physical address, PASIDs in all PRG responses.
    Capped,
    /// No feature that can be left out, small queues, one record in flight.
    Bare,
}

impl Configuration {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Standard, Self::Single, Self::Wide, Self::Capped, Self::Bare];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|configuration| configuration.name() == name)
    }

    /// Name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Single => "single",
            Self::Wide => "wide",
            Self::Capped => "capped",
            Self::Bare => "bare",
        }
    }

    /// The parameters it is built with.
    pub const fn parameters(self) -> Parameters {
        match self {
            Self::Standard => DEFAULT,
            Self::Single => Parameters { outstanding: 1, ..DEFAULT },
            Self::Wide => Parameters { outstanding: 64, ..DEFAULT },
            Self::Capped => Parameters { event_qs: 2, pri_qs: 2, cmd_qs: 2, oas: 32, pps: true, ..DEFAULT },
            Self::Bare => Parameters {
                event_qs: 4,
                cmd_qs: 3,
                outstanding: 1,
                stall: false,
                pri: false,
                msi: false,
                sev: false,
                ats: false,
                ..DEFAULT
            },
        }
    }
}
