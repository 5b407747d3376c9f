//! A stall record at a full queue delays nobody, is no overflow, and is written first when there is space.

use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::Configuration;
use smmuq_golden::{EventRecord, Kind, Register};
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::target::{Access, Step, Target};

const LOG2SIZE: u32 = 3;
const ENTRIES: u32 = 1 << LOG2SIZE;
const BASE: u32 = 0x8000_0000;

fn write(target: &mut RtlTarget, register: Register, value: u32) {
    target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
    advance(target, 2);
}

fn advance(target: &mut RtlTarget, cycles: u32) -> Vec<Step> {
    (0..cycles).flat_map(|_| target.advance()).collect()
}

fn accepted(steps: &[Step], wanted: Kind) -> usize {
    steps.iter().filter(|step| matches!(step, Step::Accepted { kind, .. } if *kind == wanted)).count()
}

fn terminated(number: u32) -> EventRecord {
    EventRecord::translation(number, 0)
}

fn prod(target: &mut RtlTarget) -> u32 {
    target.registers().get(Register::EventqProd)
}

/// A target whose enabled queue is full, with nothing in flight.
fn full() -> RtlTarget {
    let memory = Memory::new(Timing::default(), 1);
    let mut target = RtlTarget::new(Configuration::Standard, 1, memory, Neighbours::new(100, 1));
    target.reset();
    write(&mut target, Register::EventqBaseLo, BASE | LOG2SIZE);
    write(&mut target, Register::Cr0, 1 << 2);
    advance(&mut target, 2);
    for number in 0..ENTRIES {
        target.offer(Kind::Terminated, terminated(number));
        while accepted(&advance(&mut target, 1), Kind::Terminated) == 0 {}
    }
    advance(&mut target, 32);
    assert_eq!(prod(&mut target), ENTRIES);
    target
}

#[test]
fn a_thousand_drops_beside_a_held_stall_record() {
    let mut target = full();
    let stalled = EventRecord::translation(0xCAFE, 0).with_stall(7);
    target.offer(Kind::Stalled, stalled);

    let mut flags = vec![prod(&mut target) >> 31];
    for number in 0..1000 {
        target.offer(Kind::Terminated, terminated(number));
        let steps = advance(&mut target, 1);
        assert_eq!(accepted(&steps, Kind::Terminated), 1, "drop {number} takes its one cycle");
        assert_eq!(accepted(&steps, Kind::Stalled), 0, "ST1: held at a full queue");
        flags.push(prod(&mut target) >> 31);
    }
    let toggles = flags.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(toggles, 1, "EV4: once without an acknowledge");
    assert_eq!(prod(&mut target) & 0xFFFFF, ENTRIES, "EV5: an overflow does not move WR");

    // One more terminated record competes for the one slot that becomes free.
    target.offer(Kind::Terminated, terminated(1000));
    write(&mut target, Register::EventqCons, 1);
    advance(&mut target, 32);
    assert_eq!(prod(&mut target) & 0xFFFFF, ENTRIES + 1);
    let first_slot: [u8; 32] = target.memory().load(BASE.into());
    assert_eq!(EventRecord::from_bytes(first_slot), stalled, "the stall record is the next one written");
}
