//! What a record costs in clock cycles.

use smmuq_golden::{EventRecord, Kind, Register};
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::target::{Access, Step, Target};

use crate::rtl_target::RtlTarget;
use crate::verilated::Configuration;

/// Records before the measurement, so that the pipeline is full.
const WARM_UP: u32 = 256;
/// log2 of the entries of the queue: the measurement never meets its end.
const LOG2SIZE: u32 = 15;

/// Cycles that `records` Event records take, one offered in every cycle, with a memory that is always ready and answers
/// a write so many cycles after its last beat.
pub fn event_cycles(configuration: Configuration, latency: u32, records: u32) -> u64 {
    let timing = Timing { latency: (latency, latency), ..Timing::default() };
    let mut target = RtlTarget::new(configuration, 1, Memory::new(timing, 1));
    target.reset();
    write(&mut target, Register::EventqBaseLo, 0x8000_0000 | LOG2SIZE);
    write(&mut target, Register::Cr0, 1 << 2);
    publish(&mut target, WARM_UP);
    publish(&mut target, records)
}

fn write(target: &mut RtlTarget, register: Register, value: u32) {
    target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
    // Setup, access, and the Update that CR0 starts.
    for _ in 0..4 {
        target.advance();
    }
}

/// Cycles until so many more records are published.
fn publish(target: &mut RtlTarget, records: u32) -> u64 {
    let mut left = records;
    let mut cycles = 0;
    while left > 0 {
        target.offer(Kind::Terminated, EventRecord::translation(left, 0));
        let steps = target.advance();
        left -= steps.iter().filter(|step| matches!(step, Step::Response { .. })).count() as u32;
        cycles += 1;
    }
    cycles
}
