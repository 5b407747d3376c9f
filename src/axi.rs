//! The memory's end of the AXI4 channels: collects bursts. Their rules are checked by [`crate::monitors`].

use smmuq_testbench::memory::{Memory, Writer};
use smmuq_testbench::target::Step;

use crate::bursts::{Write, Writes};
use crate::verilated::{PinsIn, PinsOut};

/// Bursts on their way into memory.
#[derive(Default)]
pub(crate) struct Axi {
    writes: Writes,
}

impl Axi {
    /// Takes what the address and write channels transfer in this cycle. Gives the steps that they are: fetches, and MSIs
    /// on the bus.
    pub fn take(&mut self, pins: &PinsIn, out: &PinsOut, memory: &mut Memory) -> Vec<Step> {
        let mut steps = Vec::new();
        if out.arvalid_o && pins.arready_i {
            let beats = u32::from(out.arlen_o) + 1;
            memory.submit_read(out.araddr_o, beats);
            steps.push(Step::Fetch { address: out.araddr_o, beats });
        }
        let whole = self.writes.take(pins, out);
        steps.extend(whole.and_then(|write| submit(&write, memory)));
        steps
    }
}

/// Gives a whole burst to the memory.
fn submit(write: &Write, memory: &mut Memory) -> Option<Step> {
    let &writer = Writer::ALL.get(usize::from(write.id))?;
    let bytes = write.bytes();
    let msi = bytes.first_chunk().filter(|_| writer == Writer::Msi).copied().map(u32::from_le_bytes);
    memory.submit(writer, write.address, bytes);
    msi.map(|data| Step::Msi { address: write.address, data })
}
