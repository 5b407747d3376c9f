//! The memory's end of the AXI4 write channels: collects bursts, and watches the rules of the protocol.

use std::collections::VecDeque;

use smmuq_testbench::memory::Memory;

use crate::verilated::{PinsIn, PinsOut};

/// Bytes of one data beat.
const BEAT: usize = 16;

/// What a channel shows, or nothing when it is not valid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    address: Option<(u64, u8, u8, u8, u8)>,
    data: Option<([u32; 4], u16, bool)>,
}

struct Burst {
    address: u64,
    beats: usize,
}

/// Write bursts on their way into memory.
#[derive(Default)]
pub(crate) struct AxiWrites {
    bursts: VecDeque<Burst>,
    data: VecDeque<Vec<u8>>,
    partial: Vec<u8>,
    refused: Shown,
}

impl AxiWrites {
    /// Takes what the write channels transfer in this cycle; says what breaks the protocol.
    pub fn take(&mut self, pins: &PinsIn, out: &PinsOut, memory: &mut Memory) -> Vec<String> {
        let mut broken: Vec<_> = self.unstable(pins, out).into_iter().collect();
        if out.awvalid_o && pins.awready_i {
            broken.extend(self.take_address(out));
        }
        if out.wvalid_o && pins.wready_i {
            broken.extend(self.take_data(out));
        }
        while let (Some(burst), Some(data)) = (self.bursts.front(), self.data.front()) {
            if data.len() != burst.beats * BEAT {
                broken.push(format!("AXI4: {} beats announced, {} bytes sent", burst.beats, data.len()));
            }
            let (Some(burst), Some(data)) = (self.bursts.pop_front(), self.data.pop_front()) else {
                break;
            };
            memory.submit(burst.address, data);
        }
        broken
    }

    /// Valid and what it goes with stay until ready.
    fn unstable(&mut self, pins: &PinsIn, out: &PinsOut) -> Option<String> {
        let shown = Shown {
            address: out.awvalid_o.then_some((
                out.awaddr_o,
                out.awlen_o,
                out.awsize_o,
                out.awburst_o,
                out.awid_o,
            )),
            data: out.wvalid_o.then_some((out.wdata_o, out.wstrb_o, out.wlast_o)),
        };
        let kept = (self.refused.address.is_none() || self.refused.address == shown.address)
            && (self.refused.data.is_none() || self.refused.data == shown.data);
        self.refused = Shown {
            address: shown.address.filter(|_| !pins.awready_i),
            data: shown.data.filter(|_| !pins.wready_i),
        };
        (!kept).then(|| "AXI4: a write channel changed before it was ready".to_owned())
    }

    fn take_address(&mut self, out: &PinsOut) -> Option<String> {
        let beats = usize::from(out.awlen_o) + 1;
        self.bursts.push_back(Burst { address: out.awaddr_o, beats });
        let (size, incr) = (out.awsize_o, out.awburst_o == 1);
        let wrong = size != 4 || !incr || !out.awaddr_o.is_multiple_of((beats * BEAT) as u64);
        wrong.then(|| {
            format!(
                "AXI4: burst at {:#x} of size {size}, type {}: not aligned INCR of 16 bytes a beat",
                out.awaddr_o, out.awburst_o
            )
        })
    }

    fn take_data(&mut self, out: &PinsOut) -> Option<String> {
        self.partial.extend(out.wdata_o.iter().flat_map(|word| word.to_le_bytes()));
        if out.wlast_o {
            self.data.push_back(std::mem::take(&mut self.partial));
        }
        (out.wstrb_o != 0xFFFF)
            .then(|| format!("AXI4: strobes {:#06x} in the write of a record", out.wstrb_o))
    }
}
