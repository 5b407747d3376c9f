//! The Verilated block as the device of a search over all schedules, in lock-step with the golden model.

use std::rc::Rc;

use smmuq_testbench::explore::Bounds;
use smmuq_testbench::explore::followed::{Compared, Followed};
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::neighbours::Neighbours;

use crate::rtl_target::RtlTarget;
use crate::verilated::Configuration;

/// Of the registers that no reset touches; the search meets one value of each.
const SEED: u64 = 1;

/// A block with a memory that answers at once.
pub fn target(configuration: Configuration) -> RtlTarget {
    let memory = Memory::new(Timing { latency: (1, 1), ..Timing::default() }, SEED);
    RtlTarget::new(configuration, SEED, memory, Neighbours::new(100, SEED))
}

/// The same with its queue set up, as a device.
///
/// # Panics
/// When the configuration was left out of this program.
pub fn device(configuration: Configuration, bounds: Bounds, compared: Rc<Compared>) -> Followed<RtlTarget> {
    Followed::new(target(configuration), bounds, compared)
}
