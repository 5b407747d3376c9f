//! The memory's end of the AXI4 channels: collects bursts, and watches the rules of the protocol.

use std::collections::VecDeque;

use smmuq_testbench::memory::{Memory, Writer};
use smmuq_testbench::target::Step;

use crate::verilated::{PinsIn, PinsOut};

/// Bytes of one data beat.
const BEAT: usize = 16;
/// AxSIZE of a whole beat and of an MSI.
const WHOLE_BEAT: u8 = 4;
const FOUR_BYTES: u8 = 2;

/// An address channel in one cycle: address, beats less one, size, burst type, id.
type Address = (u64, u8, u8, u8, u8);

/// What the channels show while the memory does not take it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Refused {
    write: Option<Address>,
    data: Option<([u32; 4], u16, bool)>,
    read: Option<Address>,
}

struct Burst {
    writer: Writer,
    address: u64,
    beats: usize,
}

#[derive(Default)]
struct Data {
    bytes: Vec<u8>,
    strobes: Vec<bool>,
}

/// Bursts on their way into memory, and what breaks the protocol.
#[derive(Default)]
pub(crate) struct Axi {
    bursts: VecDeque<Burst>,
    data: VecDeque<Data>,
    partial: Data,
    refused: Refused,
    broken: Vec<String>,
}

impl Axi {
    /// Takes what the address and write channels transfer in this cycle. Gives the steps that they are: fetches, and MSIs
    /// on the bus.
    pub fn take(&mut self, pins: &PinsIn, out: &PinsOut, memory: &mut Memory) -> Vec<Step> {
        self.watch(pins, out);
        let mut steps = Vec::new();
        if out.arvalid_o && pins.arready_i {
            steps.push(self.take_read(out, memory));
        }
        if out.awvalid_o && pins.awready_i {
            self.take_address(out);
        }
        if out.wvalid_o && pins.wready_i {
            self.take_data(out);
        }
        while !self.bursts.is_empty() && !self.data.is_empty() {
            steps.extend(self.submit(memory));
        }
        steps
    }

    /// What has broken the protocol since the last call.
    pub fn take_broken(&mut self) -> Vec<String> {
        std::mem::take(&mut self.broken)
    }

    /// Valid and what it goes with stay until ready.
    fn watch(&mut self, pins: &PinsIn, out: &PinsOut) {
        let write = (out.awaddr_o, out.awlen_o, out.awsize_o, out.awburst_o, out.awid_o);
        let read = (out.araddr_o, out.arlen_o, out.arsize_o, out.arburst_o, out.arid_o);
        let shown = Refused {
            write: out.awvalid_o.then_some(write),
            data: out.wvalid_o.then_some((out.wdata_o, out.wstrb_o, out.wlast_o)),
            read: out.arvalid_o.then_some(read),
        };
        let kept = (self.refused.write.is_none() || self.refused.write == shown.write)
            && (self.refused.data.is_none() || self.refused.data == shown.data)
            && (self.refused.read.is_none() || self.refused.read == shown.read);
        if !kept {
            self.broken.push("AXI4: a channel changed before it was ready".to_owned());
        }
        self.refused = Refused {
            write: shown.write.filter(|_| !pins.awready_i),
            data: shown.data.filter(|_| !pins.wready_i),
            read: shown.read.filter(|_| !pins.arready_i),
        };
    }

    fn check_burst(&mut self, what: &str, (address, len, size, burst, _): Address, wanted: u8) {
        let bytes = (u64::from(len) + 1) << size;
        let crosses = address / 4096 != (address + bytes - 1) / 4096;
        if size != wanted || burst != 1 || !address.is_multiple_of(1 << size) || crosses {
            self.broken
                .push(format!("AXI4: {what} of {bytes} bytes at {address:#x}, size {size}, type {burst}"));
        }
    }

    fn take_read(&mut self, out: &PinsOut, memory: &mut Memory) -> Step {
        let address = (out.araddr_o, out.arlen_o, out.arsize_o, out.arburst_o, out.arid_o);
        self.check_burst("read", address, WHOLE_BEAT);
        let beats = u32::from(out.arlen_o) + 1;
        memory.submit_read(out.araddr_o, beats);
        Step::Fetch { address: out.araddr_o, beats }
    }

    fn take_address(&mut self, out: &PinsOut) {
        let Some(&writer) = Writer::ALL.get(usize::from(out.awid_o)) else {
            return self.broken.push(format!("AXI4: write with id {}", out.awid_o));
        };
        let address = (out.awaddr_o, out.awlen_o, out.awsize_o, out.awburst_o, out.awid_o);
        self.check_burst("write", address, if writer == Writer::Msi { FOUR_BYTES } else { WHOLE_BEAT });
        let beats = usize::from(out.awlen_o) + 1;
        self.bursts.push_back(Burst { writer, address: out.awaddr_o, beats });
    }

    fn take_data(&mut self, out: &PinsOut) {
        self.partial.bytes.extend(out.wdata_o.iter().flat_map(|word| word.to_le_bytes()));
        self.partial.strobes.extend((0..BEAT).map(|byte| out.wstrb_o >> byte & 1 == 1));
        if out.wlast_o {
            self.data.push_back(std::mem::take(&mut self.partial));
        }
    }

    /// Gives the oldest whole burst to the memory.
    fn submit(&mut self, memory: &mut Memory) -> Option<Step> {
        let Burst { writer, address, beats } = self.bursts.pop_front()?;
        let Data { bytes, strobes } = self.data.pop_front()?;
        if bytes.len() != beats * BEAT {
            self.broken.push(format!("AXI4: {beats} beats announced, {} bytes sent", bytes.len()));
        }
        let first = (address % BEAT as u64) as usize;
        let wanted = if writer == Writer::Msi { first..first + 4 } else { 0..bytes.len() };
        if strobes.iter().enumerate().any(|(at, &strobe)| strobe != wanted.contains(&at)) {
            self.broken
                .push(format!("AXI4: the strobes of the write at {address:#x} are not those of its bytes"));
        }
        let bytes = bytes.get(wanted).unwrap_or_default().to_vec();
        let msi = <[u8; 4]>::try_from(&bytes[..]).ok().map(u32::from_le_bytes);
        memory.submit(writer, address, bytes);
        msi.map(|data| Step::Msi { address, data })
    }
}
