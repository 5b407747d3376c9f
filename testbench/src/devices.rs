//! What devices and software put in front of the block: records, PRI messages, commands. Contents follow a seed.

use std::collections::{HashSet, VecDeque};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use smmuq_golden::{Command, EventRecord, Kind, PrgResponse, PriMessage, Ste};

use crate::outcome::Served;
use crate::page_groups::{Ended, PageDevice};
use crate::stimulus::{CommandName, PageRequests};
use crate::target::PriOffer;

/// Stall, in the second word of an event record.
const STALL: u64 = 1 << 31;
/// Opcode and SSec of a command.
const OPCODE_AND_SSEC: u64 = 0x4FF;
/// CS of a CMD_SYNC.
const SIGNAL: u64 = 0b11 << 12;

/// What waits at a port, the front of it presented to the block or not.
pub(crate) struct Port<T> {
    waiting: VecDeque<T>,
    presented: bool,
    offered: u64,
}

impl<T: Copy> Port<T> {
    fn new() -> Self {
        Self { waiting: VecDeque::new(), presented: false, offered: 0 }
    }

    fn push(&mut self, item: T) {
        self.waiting.push_back(item);
        self.offered += 1;
    }

    /// How many have come so far.
    pub fn offered(&self) -> u64 {
        self.offered
    }

    /// How many wait.
    pub fn waiting(&self) -> u64 {
        self.waiting.len() as u64
    }

    /// What is next.
    pub fn front(&self) -> Option<T> {
        self.waiting.front().copied()
    }

    /// What is to be presented now, if anything new is.
    pub fn present(&mut self) -> Option<T> {
        let next = self.front().filter(|_| !self.presented)?;
        self.presented = true;
        Some(next)
    }

    /// The block took it.
    pub fn accepted(&mut self) {
        self.waiting.pop_front();
        self.presented = false;
    }
}

/// Everything outside the block that makes work for it.
pub(crate) struct Devices {
    /// Records of terminated transactions.
    pub terminated: Port<EventRecord>,
    /// Records of stalled transactions.
    pub stalled: Port<EventRecord>,
    /// PRI messages.
    pub page_requests: Port<PriOffer>,
    page_devices: Vec<PageDevice>,
    /// Transactions that wait for a command, by StreamID and STAG (ST6).
    stalls: HashSet<(u32, u16)>,
    /// What became of those who wait for software.
    pub served: Served,
    contents: ChaCha8Rng,
}

impl Devices {
    pub fn new(seed: u64) -> Self {
        Self {
            terminated: Port::new(),
            stalled: Port::new(),
            page_requests: Port::new(),
            page_devices: Vec::new(),
            stalls: HashSet::new(),
            served: Served::default(),
            contents: ChaCha8Rng::seed_from_u64(seed),
        }
    }

    /// The port of the records of a kind.
    pub fn port(&mut self, kind: Kind) -> &mut Port<EventRecord> {
        match kind {
            Kind::Terminated => &mut self.terminated,
            Kind::Stalled => &mut self.stalled,
        }
    }

    /// Records come to a port.
    pub fn offer(&mut self, kind: Kind, count: u64) {
        for _ in 0..count {
            let mut words: [u64; 4] = self.contents.random();
            words[1] &= !STALL;
            let record = EventRecord::from_words(words);
            let record = match kind {
                Kind::Terminated => record,
                Kind::Stalled => record.with_stall(record.stag()),
            };
            self.port(kind).push(record);
        }
    }

    /// PRI messages come to their port.
    pub fn request_pages(&mut self, requests: &PageRequests, count: u64) {
        for _ in 0..count {
            let message = self.message(requests);
            let ste = Ste { valid: requests.ste_valid, ppar: requests.ppar };
            self.page_requests.push(PriOffer { message, ste, secure: requests.secure });
        }
    }

    /// A device begins to ask for so many groups of so many pages.
    pub fn start_page_device(&mut self, groups: u64, pages: u64, credits: Option<u64>) {
        let stream_id = self.contents.random();
        self.served.groups += groups;
        self.page_devices.push(PageDevice::new(stream_id, groups, pages.max(1), credits));
        self.send_page_requests();
    }

    /// What the devices may ask for now comes to the port.
    fn send_page_requests(&mut self) {
        for device in &mut self.page_devices {
            let ste = Ste { valid: true, ppar: false };
            for message in device.send() {
                self.page_requests.push(PriOffer { message, ste, secure: false });
            }
        }
    }

    /// The record of a stalled transaction was taken by the block.
    pub fn stalled_transaction(&mut self, record: EventRecord) {
        self.stalls.insert((record.stream_id(), record.stag()));
        self.served.stalled += 1;
    }

    /// A command came out of the block: stalled transactions go on, or end (C18).
    pub fn take_command(&mut self, command: Command) {
        let before = self.stalls.len();
        match command.opcode() {
            Command::RESUME => {
                self.stalls.remove(&(command.stream_id(), command.stag()));
            }
            Command::STALL_TERM => self.stalls.retain(|&(stream_id, _)| stream_id != command.stream_id()),
            _ => {}
        }
        self.served.resumed += (before - self.stalls.len()) as u64;
    }

    /// A PRG response came out of the block; `mapped` says which pages of a stream may be accessed.
    pub fn answered(&mut self, response: PrgResponse, mapped: impl Fn(u32, u64) -> bool) {
        match self.page_devices.iter_mut().find_map(|device| device.answered(response, &mapped)) {
            Some(Ended::Granted) => self.served.granted += 1,
            Some(Ended::Denied) => self.served.denied += 1,
            Some(Ended::Unserved) | None => {}
        }
        self.send_page_requests();
    }

    /// Devices ask again for groups that were not served. How many those are.
    pub fn ask_again(&mut self) -> u64 {
        let groups = self.page_devices.iter_mut().map(PageDevice::ask_again).sum();
        self.served.repeated += groups;
        self.send_page_requests();
        groups
    }

    fn message(&mut self, requests: &PageRequests) -> PriMessage {
        let (stream_id, page) = (self.contents.random(), self.contents.random::<u64>());
        let substream_id = self.contents.random_range(0..1 << 20);
        if requests.stop_marker {
            return PriMessage::stop_marker(stream_id, substream_id);
        }
        let index = self.contents.random_range(0..1 << 9);
        let message = PriMessage::new(stream_id, index, page)
            .with_last(requests.last)
            .with_read(self.contents.random())
            .with_write(true)
            .with_exec(self.contents.random())
            .with_privileged(self.contents.random());
        if requests.pasid { message.with_substream_id(substream_id) } else { message }
    }

    /// A command with any operands; reserved fields are not looked at (C5).
    pub fn draw_command(&mut self, name: CommandName) -> Command {
        let stream_id = self.contents.random();
        let stag: u16 = self.contents.random();
        let [head, tail]: [u64; 2] = self.contents.random();
        let any = |opcode: u8| {
            let head = head & !OPCODE_AND_SSEC | u64::from(opcode);
            Command::from_words([head, tail])
        };
        // With SSV and SubstreamID where all commands have them (10.3).
        let pri_resp = |resp: u8| {
            let drawn = any(Command::PRI_RESP);
            Command::pri_resp(stream_id, drawn.substream_id(), stag & 0x1FF, resp)
        };
        // Within the smallest physical address space, apart from the queues of the drivers.
        let msi_address = tail & 0x3FFF_FFFF | 0x4000_0000;
        match name {
            CommandName::Prefetch => any(Command::PREFETCH_CONFIG),
            CommandName::CfgiSte => any(Command::CFGI_STE),
            CommandName::Tlbi => any(Command::TLBI_NSNH_ALL),
            CommandName::AtcInv => any(Command::ATC_INV),
            CommandName::PriRespFailure => pri_resp(0b00),
            CommandName::PriRespInvalidRequest => pri_resp(0b01),
            CommandName::PriResp => pri_resp(Command::RESP_SUCCESS),
            CommandName::PriRespIllegal => pri_resp(0b11),
            CommandName::Resume => any(Command::RESUME),
            CommandName::StallTerm => any(Command::STALL_TERM),
            CommandName::Sync => Command::from_words([any(Command::SYNC).words()[0] & !SIGNAL, tail]),
            CommandName::SyncIrq => Command::sync(Command::SIG_IRQ),
            CommandName::SyncMsi => Command::sync(Command::SIG_IRQ)
                .with_msi(msi_address, stream_id)
                .with_msi_attributes(stag as u8, 0),
            CommandName::SyncSev => Command::sync(Command::SIG_SEV),
            CommandName::SyncIllegal => Command::sync(0b11),
            CommandName::Reserved => Command::new(0xFF),
            CommandName::Secure => Command::cfgi_ste(stream_id).with_ssec(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P13, and the fields of 10.3.
    #[test]
    fn each_answer_has_its_resp_with_and_without_a_substream() {
        let mut devices = Devices::new(1);
        let resps = [
            (CommandName::PriRespFailure, 0b00),
            (CommandName::PriRespInvalidRequest, 0b01),
            (CommandName::PriResp, 0b10),
            (CommandName::PriRespIllegal, 0b11),
        ];
        for (name, resp) in resps {
            let commands: Vec<_> = (0..64).map(|_| devices.draw_command(name)).collect();
            assert!(commands.iter().all(|command| (command.opcode(), command.resp()) == (0x41, resp)));
            let substreams: HashSet<_> = commands.iter().map(|command| command.substream_id()).collect();
            assert!(substreams.contains(&None) && substreams.len() > 16, "{name:?}: {substreams:?}");
        }
    }
}
