//! AXI4: the rules of the protocol on all five channels, and what the port promises beyond them.

use std::collections::VecDeque;

use smmuq_golden::PriMessage;
use smmuq_testbench::memory::Writer;

use super::handshake::{Held, Look};
use super::report::{Report, Watched};
use crate::bursts::{Write, Writes};
use crate::verilated::{PinsIn, PinsOut};

/// Bytes of a beat, and AxSIZE of all of them.
const BEAT: u64 = 16;
const WHOLE_BEAT: u8 = 4;
/// AxSIZE of an MSI (I7).
const FOUR_BYTES: u8 = 2;
/// AxBURST INCR.
const INCR: u8 = 1;
/// AxPROT: data, Non-secure, unprivileged.
const PROT: u8 = 0b010;
/// The id of command fetches.
const FETCH: u8 = 0;
/// Cycles that one of AW and W may lag behind the other while nothing hinders it.
const PATIENCE: u32 = 1000;

/// What AW or AR shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address {
    id: u8,
    address: u64,
    len: u8,
    size: u8,
    burst: u8,
    cache: u8,
    prot: u8,
}

/// A read whose address was accepted: where its next beat comes from, and how many are to come.
struct Read {
    id: u8,
    next: u64,
    left: u32,
}

/// A write that has its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub writer: Writer,
    pub address: u64,
    /// It has Last set, if it is a PRI message.
    pub last: bool,
    pub okay: bool,
}

/// What was accepted in a cycle.
#[derive(Default)]
pub(super) struct Transfers {
    /// A write that is whole now.
    pub whole: Option<Write>,
    /// A write that has its response.
    pub answered: Option<Answered>,
    /// A beat that was read without an error: address and data.
    pub fetched: Option<(u64, [u32; 4])>,
}

/// Watches the AXI channels.
#[derive(Default)]
pub(super) struct Axi {
    write_address: Held<Address>,
    write_data: Held<([u32; 4], u16, bool)>,
    read_address: Held<Address>,
    write_response: Held<(u8, u8)>,
    read_data: Held<(u8, [u32; 4], u8, bool)>,
    writes: Writes,
    /// Whole writes without a response, by id: where, and the first beat.
    unanswered: [VecDeque<(u64, [u32; 4])>; 4],
    reads: VecDeque<Read>,
    lagged: u32,
}

impl Axi {
    /// A cycle passes; queue accesses carry this AxCACHE.
    pub fn cycle(&mut self, pins: &PinsIn, out: &PinsOut, queue_cache: u8, report: &mut Report) -> Transfers {
        // A subordinate has no path from what it takes to its response: what answers comes before what is asked.
        let transfers = Transfers {
            answered: self.answers(pins, out, report),
            fetched: self.reads(pins, out, report),
            whole: None,
        };
        self.read_addresses(pins, out, queue_cache, report);
        self.write_addresses(pins, out, queue_cache, report);
        Transfers { whole: self.write_data(pins, out, report), ..transfers }
    }

    /// Whether a write of this id is shown or accepted, and not answered.
    pub fn under_way(&self, id: u8, out: &PinsOut) -> bool {
        let shown = out.awvalid_o && out.awid_o == id;
        shown || self.writes.accepted(id) || !self.unanswered[usize::from(id)].is_empty()
    }

    fn write_addresses(&mut self, pins: &PinsIn, out: &PinsOut, queue_cache: u8, report: &mut Report) {
        let shown = out.awvalid_o.then_some(Address {
            id: out.awid_o,
            address: out.awaddr_o,
            len: out.awlen_o,
            size: out.awsize_o,
            burst: out.awburst_o,
            cache: out.awcache_o,
            prot: out.awprot_o,
        });
        report.saw(Watched::WriteAddress, u64::from(out.awvalid_o && pins.awready_i));
        let look = self.write_address.look(shown, pins.awready_i);
        stays(look, "AW", report);
        let Some(address) = shown.filter(|_| look == Look::New) else { return };
        let (len, size) = match Writer::ALL.get(usize::from(address.id)) {
            Some(Writer::Event) => (1, WHOLE_BEAT),
            Some(Writer::Pri) => (0, WHOLE_BEAT),
            Some(Writer::Msi) => (0, FOUR_BYTES),
            None => return report.complain(format!("AXI4: AW with id {}", address.id)),
        };
        burst("AW", address, size, report);
        report.check(address.len == len, || format!("AXI4: AWLEN {} with id {}", address.len, address.id));
        if address.id != Writer::Msi as u8 {
            cache("AW", address.cache, queue_cache, report);
        }
    }

    fn write_data(&mut self, pins: &PinsIn, out: &PinsOut, report: &mut Report) -> Option<Write> {
        let shown = out.wvalid_o.then_some((out.wdata_o, out.wstrb_o, out.wlast_o));
        report.saw(Watched::WriteData, u64::from(out.wvalid_o && pins.wready_i));
        stays(self.write_data.look(shown, pins.wready_i), "W", report);
        let whole = self.writes.take(pins, out);
        if let Some(write) = &whole {
            check_data(write, report);
            let first = write.beats.first().map_or([0; 4], |&(data, _)| data);
            self.unanswered[usize::from(write.id)].push_back((write.address, first));
        }
        let overdue = self.writes.length_under_way() == Some(self.writes.beats_under_way());
        report.check(!(overdue && out.wvalid_o && pins.wready_i), || {
            "AXI4: no WLAST on the last beat of AWLEN".to_owned()
        });
        self.check_lag(out, report);
        whole
    }

    /// Address and data of a write both come, in whatever order.
    fn check_lag(&mut self, out: &PinsOut, report: &mut Report) {
        let missing =
            self.writes.data_missing() && !out.wvalid_o || self.writes.address_missing() && !out.awvalid_o;
        self.lagged = if missing { self.lagged + 1 } else { 0 };
        report.check(self.lagged != PATIENCE, || {
            let (here, missing) = if self.writes.data_missing() { ("AW", "W") } else { ("W", "AW") };
            format!("AXI4: {here} without its {missing} for {PATIENCE} cycles")
        });
    }

    fn answers(&mut self, pins: &PinsIn, out: &PinsOut, report: &mut Report) -> Option<Answered> {
        let shown = pins.bvalid_i.then_some((pins.bid_i, pins.bresp_i));
        let look = self.write_response.look(shown, out.bready_o);
        stays(look, "B", report);
        let unanswered = &mut self.unanswered[usize::from(pins.bid_i & 3)];
        report.check(look != Look::New || !unanswered.is_empty(), || {
            format!("AXI4: B with id {} before address and all data of a write with it", pins.bid_i)
        });
        if !(pins.bvalid_i && out.bready_o) {
            return None;
        }
        report.saw(Watched::WriteResponse, 1);
        let (address, [low, high, ..]) = unanswered.pop_front()?;
        let &writer = Writer::ALL.get(usize::from(pins.bid_i))?;
        let last = PriMessage::from_words([u64::from(low) | u64::from(high) << 32, 0]).last();
        Some(Answered { writer, address, last, okay: okay(pins.bresp_i) })
    }

    fn read_addresses(&mut self, pins: &PinsIn, out: &PinsOut, queue_cache: u8, report: &mut Report) {
        let shown = out.arvalid_o.then_some(Address {
            id: out.arid_o,
            address: out.araddr_o,
            len: out.arlen_o,
            size: out.arsize_o,
            burst: out.arburst_o,
            cache: out.arcache_o,
            prot: out.arprot_o,
        });
        let look = self.read_address.look(shown, pins.arready_i);
        stays(look, "AR", report);
        let Some(address) = shown else { return };
        if look == Look::New {
            burst("AR", address, WHOLE_BEAT, report);
            report.check(address.id == FETCH, || format!("AXI4: AR with id {}", address.id));
            cache("AR", address.cache, queue_cache, report);
        }
        if pins.arready_i {
            report.saw(Watched::ReadAddress, 1);
            let left = u32::from(address.len) + 1;
            self.reads.push_back(Read { id: address.id, next: address.address, left });
        }
    }

    fn reads(&mut self, pins: &PinsIn, out: &PinsOut, report: &mut Report) -> Option<(u64, [u32; 4])> {
        let beat = (pins.rid_i, pins.rdata_i, pins.rresp_i, pins.rlast_i);
        let look = self.read_data.look(pins.rvalid_i.then_some(beat), out.rready_o);
        stays(look, "R", report);
        if !pins.rvalid_i {
            return None;
        }
        let Some(at) = self.reads.iter().position(|read| read.id == pins.rid_i) else {
            report.check(look != Look::New, || {
                format!("AXI4: R with id {} that nothing asked for", pins.rid_i)
            });
            return None;
        };
        let read = &mut self.reads[at];
        report.check(look != Look::New || pins.rlast_i == (read.left == 1), || {
            format!("AXI4: RLAST {} with {} beats to come", pins.rlast_i, read.left)
        });
        if !out.rready_o {
            return None;
        }
        report.saw(Watched::ReadData, 1);
        let address = read.next;
        (read.next, read.left) = (address + BEAT, read.left - 1);
        if read.left == 0 {
            self.reads.remove(at);
        }
        okay(pins.rresp_i).then_some((address, pins.rdata_i))
    }
}

/// OKAY and EXOKAY.
fn okay(response: u8) -> bool {
    response & 2 == 0
}

fn stays(look: Look, channel: &str, report: &mut Report) {
    report.check(look != Look::Changed, || {
        format!("AXI4: {channel}: valid, or what it goes with, changed before ready")
    });
}

fn burst(channel: &str, shown: Address, size: u8, report: &mut Report) {
    let Address { address, len, burst, prot, .. } = shown;
    report
        .check(shown.size == size, || format!("AXI4: {channel} at {address:#x} with AxSIZE {}", shown.size));
    report.check(burst == INCR, || format!("AXI4: {channel} at {address:#x} is not INCR but {burst}"));
    report.check(prot == PROT, || format!("AXI4: {channel} at {address:#x} with AxPROT {prot:#b}"));
    let bytes = (u64::from(len) + 1) << size;
    report.check(address.is_multiple_of(1 << size), || {
        format!("AXI4: {channel} at {address:#x} is not aligned")
    });
    report.check(address >> 12 == (address + bytes - 1) >> 12, || {
        format!("AXI4: {channel} of {bytes} bytes at {address:#x} crosses 4 KiB")
    });
}

/// 9.2: the attributes of queue accesses are those of CR1.
fn cache(channel: &str, shown: u8, wanted: u8, report: &mut Report) {
    report.check(shown == wanted, || {
        format!("9.2: {channel} with AxCACHE {shown:#06b}, CR1.QUEUE_IC and QUEUE_OC ask for {wanted:#06b}")
    });
}

/// WLAST comes at AWLEN, and exactly the bytes of the burst have their strobes.
fn check_data(write: &Write, report: &mut Report) {
    let Write { address, len, size, beats, .. } = write;
    report.check(beats.len() == usize::from(*len) + 1, || {
        format!("AXI4: WLAST on beat {} of the write at {address:#x}, AWLEN {len}", beats.len())
    });
    let all = (1u32 << (1u32 << size.min(&WHOLE_BEAT))) - 1;
    let wanted = (all << (address % BEAT)) as u16;
    report.check(beats.iter().all(|&(_, strobes)| strobes == wanted), || {
        format!("AXI4: the strobes of the write at {address:#x} are not {wanted:#06x}")
    });
}
