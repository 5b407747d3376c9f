//! What a record, a message and a command cost in clock cycles.

use smmuq_golden::{Command, EventRecord, Kind, PriMessage, Register, Ste};
use smmuq_testbench::memory::{Memory, Timing, Writer};
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::target::{Access, PriOffer, Step, Target};

use crate::rtl_target::RtlTarget;
use crate::verilated::Configuration;

/// Records before the measurement, so that the pipeline is full.
const WARM_UP: u32 = 256;
/// log2 of the entries of the queues: the measurement never meets their end.
const LOG2SIZE: u32 = 15;
const EVENTQ: u32 = 0x8000_0000;
const PRIQ: u32 = 0x9000_0000;
const CMDQ: u32 = 0xA000_0000;

/// SMMUEN, PRIQEN, EVENTQEN and CMDQEN.
const ENABLES: u32 = 0b1111;

/// Commands of one measurement, without the CMD_SYNC behind them.
pub const COMMANDS: u32 = 64;

/// A block whose queues are enabled and large, with a memory that is always ready and answers so many cycles after the
/// last beat of a write or the address of a read.
fn enabled(configuration: Configuration, latency: u32) -> RtlTarget {
    let timing = Timing { latency: (latency, latency), ..Timing::default() };
    let mut target = RtlTarget::new(configuration, 1, Memory::new(timing, 1), Neighbours::new(100, 1));
    target.reset();
    write(&mut target, Register::EventqBaseLo, EVENTQ | LOG2SIZE);
    write(&mut target, Register::PriqBaseLo, PRIQ | LOG2SIZE);
    write(&mut target, Register::CmdqBaseLo, CMDQ | LOG2SIZE);
    write(&mut target, Register::Cr0, ENABLES);
    target
}

fn write(target: &mut RtlTarget, register: Register, value: u32) {
    target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
    // Setup, access, and the Update that CR0 starts.
    for _ in 0..4 {
        target.advance();
    }
}

/// Always the same, so that it can be offered in every cycle: what waits at a port must not change.
fn offer_record(target: &mut RtlTarget) {
    target.offer(Kind::Terminated, EventRecord::translation(0, 0));
}

/// Always the same, too.
fn offer_message(target: &mut RtlTarget) {
    let message = PriMessage::new(0, 0, 0).with_last(true).with_read(true);
    target.offer_pri(PriOffer { message, ste: Ste { valid: true, ppar: false }, secure: false });
}

fn answered(steps: &[Step], wanted: Writer) -> u32 {
    let of = |step: &&Step| matches!(step, Step::Response { writer, .. } if *writer == wanted);
    steps.iter().filter(of).count() as u32
}

/// Cycles that `records` Event records take, one offered in every cycle.
pub fn event_cycles(configuration: Configuration, latency: u32, records: u32) -> u64 {
    let mut target = enabled(configuration, latency);
    publish(&mut target, Writer::Event, offer_record, WARM_UP);
    publish(&mut target, Writer::Event, offer_record, records)
}

/// Cycles that `messages` PRI messages take, one offered in every cycle.
pub fn pri_cycles(configuration: Configuration, latency: u32, messages: u32) -> u64 {
    let mut target = enabled(configuration, latency);
    publish(&mut target, Writer::Pri, offer_message, WARM_UP);
    publish(&mut target, Writer::Pri, offer_message, messages)
}

/// Cycles until so many more entries are published.
fn publish(target: &mut RtlTarget, writer: Writer, offer: fn(&mut RtlTarget), entries: u32) -> u64 {
    let mut left = entries;
    let mut cycles = 0;
    while left > 0 {
        offer(target);
        left -= answered(&target.advance(), writer);
        cycles += 1;
    }
    cycles
}

/// Cycles from the write of CMDQ_PROD until [`COMMANDS`] TLBI commands and a CMD_SYNC are consumed.
pub fn command_cycles(configuration: Configuration, latency: u32) -> u64 {
    let mut target = enabled(configuration, latency);
    issue(&mut target);
    let mut cycles = 0;
    while target.registers().get(Register::CmdqCons) <= COMMANDS {
        target.advance();
        cycles += 1;
    }
    cycles
}

/// Puts the commands into the queue and lets PROD show them; returns in the cycle of that write.
fn issue(target: &mut RtlTarget) {
    let commands = (0..COMMANDS).map(|_| Command::tlbi_nsnh_all()).chain([Command::sync(0)]);
    for (slot, command) in (0..).zip(commands) {
        target.memory().store(u64::from(CMDQ) + 16 * slot, &command.to_bytes());
    }
    let (offset, value) = (Register::CmdqProd.offset(), COMMANDS + 1);
    target.access(Access::Write { offset, value, strobes: 0xF });
    for _ in 0..target.access_cycles() {
        target.advance();
    }
}

/// What the queues got done side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// Clock cycles.
    pub cycles: u64,
    /// Event records that became visible.
    pub events: u32,
    /// PRI messages that became visible.
    pub messages: u32,
    /// Commands that were consumed, the CMD_SYNC among them.
    pub commands: u32,
}

/// All three queues busy at once, for so many cycles after the start-up.
pub fn together(configuration: Configuration, latency: u32, cycles: u64) -> Together {
    let mut target = enabled(configuration, latency);
    issue(&mut target);
    let mut done = Together { cycles, ..Together::default() };
    for _ in 0..cycles {
        offer_record(&mut target);
        offer_message(&mut target);
        let steps = target.advance();
        done.events += answered(&steps, Writer::Event);
        done.messages += answered(&steps, Writer::Pri);
    }
    done.commands = target.registers().get(Register::CmdqCons);
    done
}
