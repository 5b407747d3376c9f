//! The system memory behind the block: late, sometimes not ready, sometimes failing, all of it by seed.

use std::collections::{BTreeMap, VecDeque};
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

/// Who writes: AXI4 answers the writes of one id in order, those of different ids in any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writer {
    /// Records of the Event queue.
    Event,
    /// Records of the PRI queue.
    Pri,
    /// Message-signalled interrupts.
    Msi,
}

impl Writer {
    /// All of them, in the order of their AXI ids.
    pub const ALL: [Self; 3] = [Self::Event, Self::Pri, Self::Msi];
}

/// A write on its way.
#[derive(Clone, Debug)]
struct PendingWrite {
    address: u64,
    bytes: Vec<u8>,
    response: Response,
    due: u64,
}

/// A write that has been answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Who wrote.
    pub writer: Writer,
    /// First byte of the write.
    pub address: u64,
    /// The bytes, in memory order.
    pub bytes: Vec<u8>,
    /// The answer.
    pub response: Response,
}

/// One beat of a read on its way.
#[derive(Clone, Copy, Debug)]
struct PendingRead {
    address: u64,
    last: bool,
    response: Response,
    due: u64,
}

/// One beat of 16 bytes that a read brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The bytes, as two little-endian words; zero where the answer is an error.
    pub words: [u64; 2],
    /// The answer.
    pub response: Response,
    /// The last one of its burst.
    pub last: bool,
}

/// Bytes that were never written read as zero. Writes of one writer are answered in order, one answer a cycle; what a
/// write holds can be read from the moment of its answer on.
#[derive(Clone, Debug)]
pub struct Memory {
    /// Few pages are in use: looking one up takes less than hashing its number.
    pages: BTreeMap<u64, Box<[u8; PAGE as usize]>>,
    timing: Timing,
    rng: ChaCha8Rng,
    writes: [VecDeque<PendingWrite>; Writer::ALL.len()],
    /// The writer whose response is offered; it stays until it is taken.
    offered: Option<Writer>,
    reads: VecDeque<PendingRead>,
    now: u64,
    aborts: u64,
    read_aborts: u64,
    held: bool,
    released: u64,
}

impl Memory {
    /// An empty memory whose latencies, back-pressure and errors follow the seed.
    pub fn new(timing: Timing, seed: u64) -> Self {
        Self {
            pages: BTreeMap::new(),
            timing,
            rng: ChaCha8Rng::seed_from_u64(seed),
            writes: Default::default(),
            offered: None,
            reads: VecDeque::new(),
            now: 0,
            aborts: 0,
            read_aborts: 0,
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
    pub fn submit(&mut self, writer: Writer, address: u64, bytes: Vec<u8>) {
        let due = self.now + self.rng.random_range(self.timing.latency());
        let aborts = std::mem::take(&mut self.aborts);
        self.aborts = aborts.saturating_sub(1);
        let response = self.draw_response(aborts > 0);
        self.writes[writer as usize].push_back(PendingWrite { address, bytes, response, due });
    }

    /// Takes the address of a read burst of so many beats of 16 bytes.
    pub fn submit_read(&mut self, address: u64, beats: u32) {
        let due = self.now + self.rng.random_range(self.timing.latency());
        for beat in 0..beats {
            let aborts = std::mem::take(&mut self.read_aborts);
            self.read_aborts = aborts.saturating_sub(1);
            let response = self.draw_response(aborts > 0);
            let address = address + 16 * u64::from(beat);
            self.reads.push_back(PendingRead { address, last: beat + 1 == beats, response, due });
        }
    }

    fn draw_response(&mut self, abort: bool) -> Response {
        let error = self.timing.errors > 0 && self.rng.random_range(0..100) < self.timing.errors;
        if abort || error { Response::Error } else { Response::Okay }
    }

    /// The response that may be given in this cycle; once offered it stays until [`Memory::complete`].
    pub fn due(&mut self) -> Option<(Writer, Response)> {
        let writer = match self.offered {
            Some(writer) => writer,
            None => {
                let writer = self.next_writer()?;
                self.offered = Some(writer);
                writer
            }
        };
        let oldest = self.writes[writer as usize].front()?;
        Some((writer, oldest.response))
    }

    /// The writer whose oldest write waits longest for its response.
    fn next_writer(&self) -> Option<Writer> {
        if self.held && self.released == 0 {
            return None;
        }
        let due =
            |writer: &Writer| Some(self.writes[*writer as usize].front()?.due).filter(|&due| due <= self.now);
        Writer::ALL.into_iter().filter(|writer| due(writer).is_some()).min_by_key(|writer| due(writer))
    }

    /// Answers the write whose response was offered; its bytes are in memory from now on unless the answer is an error.
    pub fn complete(&mut self) -> Option<Answered> {
        let writer = self.offered.take()?;
        let PendingWrite { address, bytes, response, .. } = self.writes[writer as usize].pop_front()?;
        self.released = self.released.saturating_sub(1);
        if response == Response::Okay {
            self.store(address, &bytes);
        }
        Some(Answered { writer, address, bytes, response })
    }

    /// The beat of a read that may be given in this cycle; it stays until [`Memory::complete_read`].
    pub fn due_read(&self) -> Option<Beat> {
        let &PendingRead { address, last, response, due } = self.reads.front()?;
        let words = || match response {
            Response::Okay => self.load_words(address),
            Response::Error => [0; 2],
        };
        (due <= self.now).then(|| Beat { words: words(), response, last })
    }

    /// The beat was taken.
    pub fn complete_read(&mut self) {
        self.reads.pop_front();
    }

    fn load_words(&self, address: u64) -> [u64; 2] {
        let bytes = u128::from_le_bytes(self.load(address));
        [bytes as u64, (bytes >> 64) as u64]
    }

    /// Whether an answer will come without anybody's help.
    pub fn busy(&self) -> bool {
        let writes = self.writes.iter().any(|writes| !writes.is_empty());
        !self.reads.is_empty() || (writes && (!self.held || self.released > 0))
    }

    /// Writes of one writer that have arrived and are not answered.
    pub fn outstanding(&self, writer: Writer) -> usize {
        self.writes[writer as usize].len()
    }

    /// The next `beats` of reads are answered with an error.
    pub fn abort_reads(&mut self, beats: u64) {
        self.read_aborts += beats;
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
        let (mut address, mut bytes) = (address, bytes);
        while !bytes.is_empty() {
            let (first, rest) = bytes.split_at(bytes.len().min(to_page_end(address)));
            let page = self.pages.entry(address / PAGE).or_insert_with(|| Box::new([0; PAGE as usize]));
            let at = (address % PAGE) as usize;
            page[at..at + first.len()].copy_from_slice(first);
            (address, bytes) = (address + first.len() as u64, rest);
        }
    }

    /// Reads bytes.
    pub fn load<const N: usize>(&self, address: u64) -> [u8; N] {
        let mut bytes = [0; N];
        let mut done = 0;
        while done < N {
            let address = address + done as u64;
            let length = to_page_end(address).min(N - done);
            if let Some(page) = self.pages.get(&(address / PAGE)) {
                let at = (address % PAGE) as usize;
                bytes[done..done + length].copy_from_slice(&page[at..at + length]);
            }
            done += length;
        }
        bytes
    }
}

/// Bytes from an address to the end of its page.
fn to_page_end(address: u64) -> usize {
    (PAGE - address % PAGE) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_cross_pages_and_the_rest_is_zero() {
        let mut memory = Memory::new(Timing::default(), 1);
        let address = 3 * PAGE - 2;
        memory.store(address, &[1, 2, 3, 4]);
        assert_eq!(memory.load(address - 1), [0, 1, 2, 3, 4, 0]);
        assert_eq!(memory.load(5 * PAGE - 1), [0; 3]);
    }
}
