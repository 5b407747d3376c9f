//! The system memory behind the block: late, sometimes not ready, sometimes failing, all of it by seed.

use std::collections::{HashMap, VecDeque};
use std::ops::RangeInclusive;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use smmuq_golden::Response;

const PAGE: u64 = 4096;

/// How the memory behaves in time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Timing {
    /// Fewest and most cycles from the last data beat of a write to its response; at least 1.
    pub latency: (u32, u32),
    /// How often a channel that could take a transfer does so, in percent; at least 1.
    pub ready: u8,
    /// How many of 100 writes are answered with an error.
    pub errors: u8,
}

impl Default for Timing {
    fn default() -> Self {
        Self { latency: (4, 4), ready: 100, errors: 0 }
    }
}

impl Timing {
    /// What is wrong with it, if anything.
    pub fn check(&self) -> Result<(), String> {
        let (least, most) = self.latency;
        if least == 0 || least > most || most > 10_000 {
            return Err(format!(
                "memory latency [{least}, {most}]: give [least, most] in cycles, from 1 to 10000"
            ));
        }
        if self.ready == 0 || self.ready > 100 {
            return Err(format!("memory ready {}: give a percentage from 1 to 100", self.ready));
        }
        if self.errors > 100 {
            return Err(format!("memory errors {}: give a percentage from 0 to 100", self.errors));
        }
        Ok(())
    }

    fn latency(&self) -> RangeInclusive<u64> {
        u64::from(self.latency.0)..=u64::from(self.latency.1)
    }
}

/// A write on its way.
#[derive(Clone, Debug)]
struct Pending {
    address: u64,
    bytes: Vec<u8>,
    response: Response,
    due: u64,
}

/// A write that has been answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// First byte of the write.
    pub address: u64,
    /// The bytes, in memory order.
    pub bytes: Vec<u8>,
    /// The answer.
    pub response: Response,
}

/// Bytes that were never written read as zero. Writes are answered in order, one a cycle; what a write holds can be read
/// from the moment of its answer on.
#[derive(Clone, Debug)]
pub struct Memory {
    pages: HashMap<u64, Box<[u8; PAGE as usize]>>,
    timing: Timing,
    rng: ChaCha8Rng,
    pending: VecDeque<Pending>,
    now: u64,
    aborts: u64,
    held: bool,
    released: u64,
}

impl Memory {
    /// An empty memory whose latencies, back-pressure and errors follow the seed.
    pub fn new(timing: Timing, seed: u64) -> Self {
        Self {
            pages: HashMap::new(),
            timing,
            rng: ChaCha8Rng::seed_from_u64(seed),
            pending: VecDeque::new(),
            now: 0,
            aborts: 0,
            held: false,
            released: 0,
        }
    }

    /// One cycle passes.
    pub fn tick(&mut self) {
        self.now += 1;
    }

    /// Whether a channel takes a transfer in this cycle; drawn anew at each call.
    pub fn ready(&mut self) -> bool {
        self.timing.ready >= 100 || self.rng.random_range(0..100) < self.timing.ready
    }

    /// Takes a write whose last data beat arrives in this cycle.
    pub fn submit(&mut self, address: u64, bytes: Vec<u8>) {
        let due = self.now + self.rng.random_range(self.timing.latency());
        let response = self.draw_response();
        self.pending.push_back(Pending { address, bytes, response, due });
    }

    fn draw_response(&mut self) -> Response {
        if self.aborts > 0 {
            self.aborts -= 1;
            return Response::Error;
        }
        if self.timing.errors > 0 && self.rng.random_range(0..100) < self.timing.errors {
            return Response::Error;
        }
        Response::Okay
    }

    /// The response that the oldest write may get in this cycle; once offered it stays until [`Memory::complete`].
    pub fn due(&self) -> Option<Response> {
        let oldest = self.pending.front()?;
        let free = !self.held || self.released > 0;
        (free && oldest.due <= self.now).then_some(oldest.response)
    }

    /// Answers the oldest write; its bytes are in memory from now on unless the answer is an error.
    pub fn complete(&mut self) -> Option<Answered> {
        let Pending { address, bytes, response, .. } = self.pending.pop_front()?;
        self.released = self.released.saturating_sub(1);
        if response == Response::Okay {
            self.store(address, &bytes);
        }
        Some(Answered { address, bytes, response })
    }

    /// Whether a response will come without anybody's help.
    pub fn busy(&self) -> bool {
        !self.pending.is_empty() && (!self.held || self.released > 0)
    }

    /// Writes that have arrived and are not answered.
    pub fn outstanding(&self) -> usize {
        self.pending.len()
    }

    /// The next `writes` are answered with an error.
    pub fn abort(&mut self, writes: u64) {
        self.aborts += writes;
    }

    /// From now on responses wait for [`Memory::release`], or no longer.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.released = 0;
    }

    /// Lets so many held responses go.
    pub fn release(&mut self, responses: u64) {
        self.released += responses;
    }

    /// Puts bytes into memory.
    pub fn store(&mut self, address: u64, bytes: &[u8]) {
        for (at, &byte) in (address..).zip(bytes) {
            let page = self.pages.entry(at / PAGE).or_insert_with(|| Box::new([0; PAGE as usize]));
            page[(at % PAGE) as usize] = byte;
        }
    }

    /// Reads bytes.
    pub fn load<const N: usize>(&self, address: u64) -> [u8; N] {
        std::array::from_fn(|i| {
            let at = address + i as u64;
            self.pages.get(&(at / PAGE)).map_or(0, |page| page[(at % PAGE) as usize])
        })
    }
}
