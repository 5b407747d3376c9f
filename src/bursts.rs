//! AXI4 write bursts: the beats of AW and of W put together, whichever comes first.

use std::collections::VecDeque;

use crate::verilated::{PinsIn, PinsOut};

/// A write whose address and data were accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Write {
    pub id: u8,
    pub address: u64,
    /// AWLEN: beats less one.
    pub len: u8,
    /// AWSIZE: log2 of the bytes of a beat.
    pub size: u8,
    pub cache: u8,
    /// Data and strobes, beat by beat, up to WLAST.
    pub beats: Vec<([u32; 4], u16)>,
}

impl Write {
    /// What reaches memory: the bytes with a strobe, in the order of their addresses.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(16 * self.beats.len());
        for &(data, strobes) in &self.beats {
            let lanes = (0..).zip(data.into_iter().flat_map(u32::to_le_bytes));
            bytes.extend(lanes.filter(|(lane, _)| strobes >> lane & 1 == 1).map(|(_, byte)| byte));
        }
        bytes
    }
}

/// Bursts of which a part was accepted.
#[derive(Default)]
pub(crate) struct Writes {
    addresses: VecDeque<Write>,
    data: VecDeque<Vec<([u32; 4], u16)>>,
    partial: Vec<([u32; 4], u16)>,
}

impl Writes {
    /// Takes what AW and W transfer in this cycle; gives the write that is whole with it.
    pub fn take(&mut self, pins: &PinsIn, out: &PinsOut) -> Option<Write> {
        if out.awvalid_o && pins.awready_i {
            self.addresses.push_back(Write {
                id: out.awid_o,
                address: out.awaddr_o,
                len: out.awlen_o,
                size: out.awsize_o,
                cache: out.awcache_o,
                beats: Vec::new(),
            });
        }
        if out.wvalid_o && pins.wready_i {
            self.partial.push((out.wdata_o, out.wstrb_o));
            if out.wlast_o {
                self.data.push_back(std::mem::take(&mut self.partial));
            }
        }
        self.pair()
    }

    /// Beats accepted of the burst that is under way on W.
    pub fn beats_under_way(&self) -> usize {
        self.partial.len()
    }

    /// Beats that the burst under way on W has in all, if its address was accepted.
    pub fn length_under_way(&self) -> Option<usize> {
        self.addresses.get(self.data.len()).map(|address| usize::from(address.len) + 1)
    }

    /// Whether the address of a write of this id was accepted, and not all of its data.
    pub fn accepted(&self, id: u8) -> bool {
        self.addresses.iter().any(|address| address.id == id)
    }

    /// Whether an address waits for data.
    pub fn data_missing(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Whether data waits for an address.
    pub fn address_missing(&self) -> bool {
        self.addresses.is_empty() && (!self.data.is_empty() || !self.partial.is_empty())
    }

    fn pair(&mut self) -> Option<Write> {
        if self.addresses.is_empty() || self.data.is_empty() {
            return None;
        }
        Some(Write { beats: self.data.pop_front()?, ..self.addresses.pop_front()? })
    }
}
