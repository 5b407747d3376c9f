//! Message-signalled interrupts: whose a write is, and whether a read could have shown its cause when it was issued.

use std::collections::VecDeque;

use smmuq_golden::{Command, Idr0, IrqCfg0, IrqCfg2, MsiSource, Register};

use super::causes::Causes;
use super::report::{Report, Watched};
use super::shown::Shown;
use crate::bursts::Write;
use crate::verilated::{PinsIn, PinsOut};

const SOURCES: usize = MsiSource::ALL.len();

/// AWCACHE by MemAttr (9.2).
const DEVICE: u8 = 0b0000;
const NORMAL: u8 = 0b0011;

/// The write that a source sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Message {
    address: u64,
    data: u32,
    cache: u8,
}

/// Causes of each source up to a moment.
type Moment = [u64; SOURCES];

/// Watches MSIs.
#[derive(Default)]
pub(super) struct Msis {
    causes: [Causes; SOURCES],
    /// That of the last CMD_SYNC that completed: the one before it is done by then (C15).
    of_sync: Option<Message>,
    /// When the bursts that are under way were shown first, on AW and on W.
    addresses: VecDeque<Moment>,
    data: VecDeque<Moment>,
    address_waits: bool,
    data_waits: bool,
    inside_burst: bool,
}

impl Msis {
    /// Causes that a read can show from now on.
    pub fn add(&mut self, source: MsiSource, causes: u32) {
        self.causes[source as usize].add(causes);
    }

    /// The interrupts of a source are disabled (I6).
    pub fn forget(&mut self, source: MsiSource) {
        self.causes[source as usize].forget();
    }

    /// CMDQ_CONS shows the end of a CMD_SYNC with SIG_IRQ: it sends an MSI if it has an address (C13).
    pub fn sync_completed(&mut self, sync: Command, now: &Shown) {
        let address = sync.msi_address();
        if Idr0::from_bits(now.get(Register::Idr0)).msi() && address != 0 {
            let cache = cache(sync.msi_attr());
            self.of_sync = Some(Message { address: now.truncated(address), data: sync.msi_data(), cache });
            self.add(MsiSource::CmdSync, 1);
        }
    }

    /// A cycle passes, in which reads show these registers, and a write becomes whole.
    pub fn cycle(
        &mut self,
        pins: &PinsIn,
        out: &PinsOut,
        whole: Option<&Write>,
        shown: &Shown,
        report: &mut Report,
    ) {
        self.note_moments(pins, out);
        let Some(write) = whole else { return };
        let moments = self.addresses.pop_front().zip(self.data.pop_front());
        if let Some((address, data)) = moments
            && write.id == super::MSI_ID
        {
            report.saw(Watched::Msi, 1);
            self.issued(write, address.min(data), shown, report);
        }
    }

    /// A write is issued when its address or its first data shows, whichever comes first.
    fn note_moments(&mut self, pins: &PinsIn, out: &PinsOut) {
        let moment = self.causes.map(|causes| causes.shown());
        if out.awvalid_o && !self.address_waits {
            self.addresses.push_back(moment);
        }
        if out.wvalid_o && !self.data_waits && !self.inside_burst {
            self.data.push_back(moment);
        }
        self.address_waits = out.awvalid_o && !pins.awready_i;
        self.data_waits = out.wvalid_o && !pins.wready_i;
        if out.wvalid_o {
            self.inside_burst = !(out.wlast_o && pins.wready_i);
        }
    }

    /// Several sources may send the same: it is of any of them that has a cause.
    fn issued(&mut self, write: &Write, moment: Moment, shown: &Shown, report: &mut Report) {
        let Some(&bytes) = write.bytes().first_chunk() else { return };
        let (address, data) = (write.address, u32::from_le_bytes(bytes));
        let of = |source| self.message(source, shown);
        let mut senders: Vec<_> = MsiSource::ALL
            .into_iter()
            .filter(|&source| of(source).is_some_and(|it| (it.address, it.data) == (address, data)))
            .collect();
        let Some(&sender) = senders.first() else {
            return report.complain(format!(
                "V3 I7: MSI {data:#x} to {address:#x} is of no source, nor of a CMD_SYNC that CMDQ_CONS shows as complete"
            ));
        };
        let cached = |&source: &MsiSource| of(source).is_some_and(|it| it.cache == write.cache);
        senders.sort_by_key(|source| !cached(source));
        let announcing =
            senders.iter().find(|&&source| self.causes[source as usize].left(moment[source as usize]));
        let Some(&announcing) = announcing else {
            return report.complain(format!("{}: MSI {data:#x} to {address:#x}", too_early(sender)));
        };
        report.check(cached(&announcing), || {
            format!("9.2: MSI to {address:#x} with AWCACHE {:#06b}, not by its MemAttr", write.cache)
        });
        self.causes[announcing as usize].announce();
    }

    /// What a source sends, if it sends anything (I7).
    fn message(&self, source: MsiSource, shown: &Shown) -> Option<Message> {
        let [low, high, data, attributes] = match source {
            MsiSource::Eventq => [
                Register::EventqIrqCfg0Lo,
                Register::EventqIrqCfg0Hi,
                Register::EventqIrqCfg1,
                Register::EventqIrqCfg2,
            ],
            MsiSource::Priq => [
                Register::PriqIrqCfg0Lo,
                Register::PriqIrqCfg0Hi,
                Register::PriqIrqCfg1,
                Register::PriqIrqCfg2,
            ],
            MsiSource::Gerror => [
                Register::GerrorIrqCfg0Lo,
                Register::GerrorIrqCfg0Hi,
                Register::GerrorIrqCfg1,
                Register::GerrorIrqCfg2,
            ],
            MsiSource::CmdSync => return self.of_sync,
        };
        let address = IrqCfg0::from_bits(shown.pair(low, high)).addr() << 2;
        let attributes = IrqCfg2::from_bits(shown.get(attributes));
        (address != 0).then(|| Message {
            address: shown.truncated(address),
            data: shown.get(data),
            cache: cache(attributes.mem_attr()),
        })
    }
}

fn cache(mem_attr: u8) -> u8 {
    if mem_attr >> 2 == 0 { DEVICE } else { NORMAL }
}

fn too_early(source: MsiSource) -> &'static str {
    match source {
        MsiSource::Eventq => "V3 I2: Event queue MSI before EVENTQ_PROD shows a record in an empty queue",
        MsiSource::Priq => "V3 I3: PRI queue MSI before PRIQ_PROD shows its cause",
        MsiSource::Gerror => "V3 G4: MSI of a global error before GERROR shows one",
        MsiSource::CmdSync => "V3 C14: CMD_SYNC MSI before CMDQ_CONS shows its completion",
    }
}
