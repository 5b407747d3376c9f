//! The published consumer algorithms of the Event queue, one file each.
//!
//! Each is written so that a reader can hold the driver beside it: `shadow.prod` and `shadow.cons` are the driver's
//! copies of PROD and CONS, every `await` is one access, and anything can happen between two of them.

mod linux_v4_9;
mod linux_v6_4;
mod probe;
mod shadow;
mod thread_v1;

use std::fmt;

use crate::bus::{Bus, Running};
pub use probe::Setup;

/// A driver that one can choose by name.
#[derive(Clone, Copy)]
pub struct Driver {
    /// What people call it.
    pub name: &'static str,
    /// What it does and where it is found, in a line.
    pub summary: &'static str,
    run: fn(Bus, Setup) -> Running,
}

/// All drivers.
pub const ALL: &[Driver] = &[
    Driver {
        name: "linux-v4.9",
        summary: "Linux v4.9 to v6.3: the acknowledge stays in the driver's copy of CONS",
        run: |bus, setup| Box::pin(linux_v4_9::run(bus, setup)),
    },
    Driver {
        name: "thread-v1",
        summary: "the patch as posted in March 2023: always writes CONS after the drain",
        run: |bus, setup| Box::pin(thread_v1::run(bus, setup)),
    },
    Driver {
        name: "linux-v6.4",
        summary: "Linux since v6.4 (also v6.1.y, v5.15.y): writes CONS after the drain if OVFLG changed",
        run: |bus, setup| Box::pin(linux_v6_4::run(bus, setup)),
    },
];

impl Driver {
    /// Finds a driver by name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|driver| driver.name == name)
    }

    /// Starts the driver: it sets the queue up, then serves its interrupts for ever.
    pub fn start(&self, bus: Bus, setup: Setup) -> Running {
        (self.run)(bus, setup)
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
