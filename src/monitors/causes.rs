//! Causes and what announces them.

/// Counts the causes of an interrupt that reads could have shown, and the interrupts. Each cause has one interrupt at
/// most; there are fewer where causes merge (I8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Causes {
    shown: u64,
    announced: u64,
}

impl Causes {
    pub fn add(&mut self, causes: u32) {
        self.shown += u64::from(causes);
    }

    /// How many causes there were up to now.
    pub fn shown(&self) -> u64 {
        self.shown
    }

    /// Whether one of the first so many causes has no interrupt yet.
    pub fn left(&self, shown: u64) -> bool {
        self.announced < shown
    }

    /// An interrupt came.
    pub fn announce(&mut self) {
        self.announced += 1;
    }

    /// No interrupt comes any more for what was (I5, I6).
    pub fn forget(&mut self) {
        self.announced = self.shown;
    }
}
