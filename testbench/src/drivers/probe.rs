//! How Linux sets an Event queue up before it serves interrupts.

use smmuq_golden::{Cr0, Idr1, IrqCtrl, QueueBase, Register};

use super::shadow::Shadow;
use crate::bus::Bus;

/// What a driver is told about its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Where the queue lies in memory; aligned to its size.
    pub base: u64,
    /// Wanted size: log2 of the number of entries.
    pub log2size: u8,
}

/// Disables the queue, programs it, enables it, then its interrupts; the order is the one of the architecture (Q13, E4).
pub(super) async fn probe(bus: &Bus, setup: Setup) -> Shadow {
    let most = Idr1::from_bits(bus.read(Register::Idr1).await).eventqs();
    let log2size = setup.log2size.min(most);
    update(bus, Register::Cr0, Register::Cr0Ack, 0).await;

    let base = QueueBase::from_bits(setup.base).with_log2size(log2size).into_bits();
    bus.write(Register::EventqBaseLo, base as u32).await;
    bus.write(Register::EventqBaseHi, (base >> 32) as u32).await;
    bus.write(Register::EventqProd, 0).await;
    bus.write(Register::EventqCons, 0).await;

    let enable = Cr0::new().with_eventqen(true).into_bits();
    update(bus, Register::Cr0, Register::Cr0Ack, enable).await;

    update(bus, Register::IrqCtrl, Register::IrqCtrlAck, 0).await;
    let interrupts = IrqCtrl::new().with_eventq_irqen(true).with_gerror_irqen(true).into_bits();
    update(bus, Register::IrqCtrl, Register::IrqCtrlAck, interrupts).await;
    Shadow::new(u32::from(log2size))
}

/// Writes a control register and polls until the acknowledge register shows the same (E1).
async fn update(bus: &Bus, control: Register, acknowledge: Register, value: u32) {
    bus.write(control, value).await;
    while bus.read(acknowledge).await != value {}
}
