//! The rest of the SMMU: takes PRG responses, commands, and completes CMD_SYNCs.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// A port towards the rest of the SMMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sink {
    /// PRG responses to devices.
    Prg,
    /// Commands for caches, translations and stalled transactions.
    Command,
    /// CMD_SYNC.
    Sync,
}

impl Sink {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Prg, Self::Command, Self::Sync];
}

/// Ready now and then by seed, or held for ever.
#[derive(Clone, Debug)]
pub struct Neighbours {
    ready: u8,
    rng: ChaCha8Rng,
    held: [bool; 3],
    failing_syncs: u64,
}

impl Neighbours {
    /// Neighbours that take what they could take so often, in percent; what they draw follows the seed.
    pub fn new(ready: u8, seed: u64) -> Self {
        Self { ready, rng: ChaCha8Rng::seed_from_u64(seed), held: [false; 3], failing_syncs: 0 }
    }

    /// Whether a port takes a transfer in this cycle; drawn anew at each call.
    pub fn ready(&mut self, sink: Sink) -> bool {
        let drawn = self.ready >= 100 || self.rng.random_range(0..100) < self.ready;
        drawn && !self.held[sink as usize]
    }

    /// From now on a port takes nothing, or as usual.
    pub fn hold(&mut self, sink: Sink, held: bool) {
        self.held[sink as usize] = held;
    }

    /// Whether a port takes nothing.
    pub fn holds(&self, sink: Sink) -> bool {
        self.held[sink as usize]
    }

    /// The next CMD_SYNCs end with an ATC invalidation error.
    pub fn fail_syncs(&mut self, syncs: u64) {
        self.failing_syncs += syncs;
    }

    /// Whether the next CMD_SYNC ends with an ATC invalidation error.
    pub fn sync_fails(&self) -> bool {
        self.failing_syncs > 0
    }

    /// A CMD_SYNC has ended.
    pub fn sync_ended(&mut self) {
        self.failing_syncs = self.failing_syncs.saturating_sub(1);
    }
}
