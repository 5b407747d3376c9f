//! V9: who waits has its turn, at the record ports and on the bus.

use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::Configuration;
use smmuq_golden::{Command, EventRecord, Kind, PriMessage, Register, Ste};
use smmuq_testbench::memory::{Memory, Timing, Writer};
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::target::{Access, PriOffer, Step, Target};

/// Entries enough for all that is offered.
const LOG2SIZE: u32 = 10;
const CYCLES: u32 = 300;

fn write(target: &mut RtlTarget, register: Register, value: u32) {
    target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
    for _ in 0..4 {
        target.advance();
    }
}

/// A block with large queues, and a memory that answers everything after the same time, so in its order.
fn enabled() -> RtlTarget {
    let timing = Timing { latency: (4, 4), ..Timing::default() };
    let mut target =
        RtlTarget::new(Configuration::Standard, 1, Memory::new(timing, 1), Neighbours::new(100, 1));
    target.reset();
    write(&mut target, Register::EventqBaseLo, 0x10_0000 | LOG2SIZE);
    write(&mut target, Register::PriqBaseLo, 0x20_0000 | LOG2SIZE);
    write(&mut target, Register::Cr0, 0b111);
    target
}

/// Everything that happens while both sources offer something in every cycle.
fn contested(mut offer: impl FnMut(&mut RtlTarget)) -> Vec<Step> {
    let mut target = enabled();
    (0..CYCLES)
        .flat_map(|_| {
            offer(&mut target);
            target.advance()
        })
        .collect()
}

/// No two neighbours are the same, and there are many.
fn alternates<T: PartialEq + std::fmt::Debug>(turns: &[T]) {
    assert!(turns.len() > 60, "only {} turns", turns.len());
    let twice = turns.windows(2).position(|pair| pair[0] == pair[1]);
    assert_eq!(twice, None, "the same source twice while the other waits: {turns:?}");
}

#[test]
fn v9_terminated_and_stalled_records_alternate() {
    let steps = contested(|target| {
        target.offer(Kind::Terminated, EventRecord::translation(0, 0));
        target.offer(Kind::Stalled, EventRecord::translation(1, 0).with_stall(7));
    });
    let accepted = |step: &Step| match step {
        Step::Accepted { kind, .. } => Some(*kind),
        _ => None,
    };
    alternates(&steps.iter().filter_map(accepted).collect::<Vec<_>>());
}

#[test]
fn v9_event_records_and_pri_messages_alternate_on_the_bus() {
    let steps = contested(|target| {
        target.offer(Kind::Terminated, EventRecord::translation(0, 0));
        let message = PriMessage::new(0, 0, 0).with_last(true).with_read(true);
        target.offer_pri(PriOffer { message, ste: Ste { valid: true, ppar: false }, secure: false });
    });
    let answered = |step: &Step| match step {
        Step::Response { writer, .. } => Some(*writer == Writer::Event),
        _ => None,
    };
    // The first record has the bus to itself.
    let order: Vec<_> = steps.iter().filter_map(answered).skip(2).collect();
    alternates(&order);
}

/// With LO each message interrupts, so an MSI of the PRI queue always waits. That of a CMD_SYNC has its turn all the same:
/// at most the one that is on its way and the one that was before it in turn go first.
#[test]
fn v9_msis_of_different_sources_take_turns() {
    const CMDQ: u32 = 0x30_0000;
    const PRIQ_MSI: u32 = 0x40_0000;
    const SYNC_MSI: u64 = 0x50_0000;
    const LO: u32 = 1 << 31;
    let mut target = enabled();
    write(&mut target, Register::Cr0, 0);
    write(&mut target, Register::PriqIrqCfg0Lo, PRIQ_MSI);
    write(&mut target, Register::PriqIrqCfg2, LO);
    write(&mut target, Register::IrqCtrl, 0b010);
    write(&mut target, Register::CmdqBaseLo, CMDQ | 4);
    write(&mut target, Register::Cr0, 0b1011);
    let message = PriMessage::new(0, 0, 0).with_last(true).with_read(true);
    let offer = PriOffer { message, ste: Ste { valid: true, ppar: false }, secure: false };
    // CS = 1: the signal is an interrupt.
    let sync = Command::sync(1).with_msi(SYNC_MSI, 0);
    target.memory().store(CMDQ.into(), &sync.to_bytes());
    let mut steps = Vec::new();
    for cycle in 0..CYCLES {
        target.offer_pri(offer);
        if cycle == CYCLES / 3 {
            let offset = Register::CmdqProd.offset();
            target.access(Access::Write { offset, value: 1, strobes: 0xF });
        }
        steps.extend(target.advance());
    }
    let consumed = steps.iter().position(|step| matches!(step, Step::Sync { .. })).expect("CMD_SYNC ends");
    let msis: Vec<_> = steps[consumed..]
        .iter()
        .filter_map(|step| match step {
            Step::Msi { address, .. } => Some(*address),
            _ => None,
        })
        .collect();
    let turn = msis.iter().position(|address| *address == SYNC_MSI);
    assert!(msis.len() > 10, "the MSIs of the PRI queue go on: {msis:x?}");
    assert!(turn.is_some_and(|turn| turn <= 2), "the MSI of the CMD_SYNC waits: {msis:x?}");
}

/// Page requests that are refused and answered in every cycle do not stop the Command queue: CMD_PRI_RESP has its turn behind
/// each automatic response, and no two have it in a row.
#[test]
fn v9_commands_and_automatic_responses_take_turns() {
    const CMDQ: u32 = 0x30_0000;
    const COMMANDS: u32 = 16;
    const SUCCESS: u8 = 0;
    let mut target = enabled();
    // The PRI queue is off, so a request is answered with a failure.
    write(&mut target, Register::Cr0, 0);
    write(&mut target, Register::CmdqBaseLo, CMDQ | 5);
    write(&mut target, Register::Cr0, 0b1001);
    for slot in 0..COMMANDS {
        let command = Command::pri_resp(0, None, 0, 0b10);
        target.memory().store(u64::from(CMDQ + 16 * slot), &command.to_bytes());
    }
    let message = PriMessage::new(0, 0, 0).with_last(true).with_read(true);
    let offer = PriOffer { message, ste: Ste { valid: true, ppar: false }, secure: false };
    let mut steps = Vec::new();
    for cycle in 0..CYCLES {
        target.offer_pri(offer);
        if cycle == CYCLES / 3 {
            let offset = Register::CmdqProd.offset();
            target.access(Access::Write { offset, value: COMMANDS, strobes: 0xF });
        }
        steps.extend(target.advance());
    }
    let is_command = |step: &Step| match step {
        Step::Prg(answer) => Some(answer.code == SUCCESS),
        _ => None,
    };
    let turns: Vec<_> = steps.iter().filter_map(is_command).collect();
    assert_eq!(turns.iter().filter(|is_command| **is_command).count(), COMMANDS as usize, "{turns:?}");
    assert!(!turns.windows(2).any(|pair| pair == [true, true]), "two commands in a row: {turns:?}");
}
