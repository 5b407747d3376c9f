//! How Linux sets the queues up before it serves interrupts.

use smmuq_golden::{Cr0, IrqCtrl, Parameters, QueueBase, Register};

use crate::bus::Bus;

/// Where the queues lie: apart even at the largest size, and within the smallest physical address space.
const EVENTQ: u64 = 0x8000_0000;
const PRIQ: u64 = 0x8800_0000;
const CMDQ: u64 = 0x9000_0000;

/// Where a queue lies and how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// First byte; aligned to its size.
    pub base: u64,
    /// log2 of the number of entries.
    pub log2size: u8,
}

impl Place {
    /// How many entries there are.
    pub fn entries(self) -> u64 {
        1 << self.log2size
    }
}

/// What the drivers set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The Event queue.
    pub event: Place,
    /// The PRI queue, if it is used.
    pub pri: Option<Place>,
    /// The Command queue, if it is used.
    pub command: Option<Place>,
    /// A CMD_SYNC can write to memory when it ends (IDR0.MSI).
    pub msi: bool,
}

/// Sizes that are asked for: log2 of the number of entries. A queue without one is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Of the Event queue.
    pub event: u8,
    /// Of the PRI queue.
    pub pri: Option<u8>,
    /// Of the Command queue.
    pub command: Option<u8>,
}

impl Setup {
    /// The sizes asked for as far as the block has them (Q9); a PRI queue only where it has one.
    pub fn new(sizes: Sizes, parameters: &Parameters) -> Self {
        let place = |base, wanted: u8, largest| Place { base, log2size: wanted.min(largest) };
        Self {
            event: place(EVENTQ, sizes.event, parameters.event_qs),
            pri: sizes.pri.filter(|_| parameters.pri).map(|size| place(PRIQ, size, parameters.pri_qs)),
            command: sizes.command.map(|size| place(CMDQ, size, parameters.cmd_qs)),
            msi: parameters.msi,
        }
    }
}

/// Disables everything, then programs each queue and enables it, then the interrupts, then the rest of the SMMU where the
/// PRI queue needs it; each in the order of the architecture (Q13, E4, E7).
pub(super) async fn set_up(bus: Bus, setup: Setup) {
    let mut enables = Cr0::new();
    enable(&bus, enables).await;
    if let Some(place) = setup.command {
        let registers = [Register::CmdqBaseLo, Register::CmdqBaseHi, Register::CmdqProd, Register::CmdqCons];
        program(&bus, place, registers).await;
        enables.set_cmdqen(true);
        enable(&bus, enables).await;
    }
    let registers =
        [Register::EventqBaseLo, Register::EventqBaseHi, Register::EventqProd, Register::EventqCons];
    program(&bus, setup.event, registers).await;
    enables.set_eventqen(true);
    enable(&bus, enables).await;
    if let Some(place) = setup.pri {
        let registers = [Register::PriqBaseLo, Register::PriqBaseHi, Register::PriqProd, Register::PriqCons];
        program(&bus, place, registers).await;
        enables.set_priqen(true);
        enable(&bus, enables).await;
    }

    let mut interrupts = IrqCtrl::new();
    enable_interrupts(&bus, interrupts).await;
    interrupts = interrupts.with_eventq_irqen(true).with_gerror_irqen(true);
    interrupts.set_priq_irqen(setup.pri.is_some());
    enable_interrupts(&bus, interrupts).await;
    if setup.pri.is_some() {
        enables.set_smmuen(true);
        enable(&bus, enables).await;
    }
}

async fn program(bus: &Bus, place: Place, [base_lo, base_hi, prod, cons]: [Register; 4]) {
    let base = QueueBase::from_bits(place.base).with_log2size(place.log2size).into_bits();
    bus.write(base_lo, base as u32).await;
    bus.write(base_hi, (base >> 32) as u32).await;
    bus.write(prod, 0).await;
    bus.write(cons, 0).await;
}

async fn enable(bus: &Bus, enables: Cr0) {
    update(bus, Register::Cr0, Register::Cr0Ack, enables.into_bits()).await;
}

async fn enable_interrupts(bus: &Bus, interrupts: IrqCtrl) {
    update(bus, Register::IrqCtrl, Register::IrqCtrlAck, interrupts.into_bits()).await;
}

/// Writes a control register and polls until the acknowledge register shows the same (E1).
async fn update(bus: &Bus, control: Register, acknowledge: Register, value: u32) {
    bus.write(control, value).await;
    while bus.read(acknowledge).await != value {}
}
