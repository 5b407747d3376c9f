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
}

const DEFAULT: Parameters =
    Parameters { event_qs: 19, pri_qs: 19, cmd_qs: 19, oas: 48, outstanding: 16, stall_max: 16, stall: true };

/// A configuration of the block that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Configuration {
    /// Default parameters.
    Standard,
    /// One record in flight.
    Single,
    /// 64 records in flight.
    Wide,
    /// At most 4 entries in the Event queue, 32 bits of physical address.
    Capped,
}

impl Configuration {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Single, Self::Wide, Self::Capped];

    /// Name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Single => "single",
            Self::Wide => "wide",
            Self::Capped => "capped",
        }
    }

    /// The parameters it is built with.
    pub const fn parameters(self) -> Parameters {
        match self {
            Self::Standard => DEFAULT,
            Self::Single => Parameters { outstanding: 1, ..DEFAULT },
            Self::Wide => Parameters { outstanding: 64, ..DEFAULT },
            Self::Capped => Parameters { event_qs: 2, oas: 32, ..DEFAULT },
        }
    }
}
