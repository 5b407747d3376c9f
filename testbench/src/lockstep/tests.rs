//! What is due when, and how long it may take; in states made by hand.

use smmuq_golden::{
    BufferedCommand, CmdqBase, CmdqProd, Command, EventRecord, InFlight, OwedMsi, PriMessage, QueueBase,
    QueueProd, Response, Synchronizing,
};

use super::*;
use crate::golden_target::GoldenTarget;
use crate::memory::{Memory, Timing};
use crate::neighbours::Neighbours;
use crate::target::Access;

const SMMUEN: u32 = 0b0001;
const EVENTQEN: u32 = 0b0100;
const CMDQEN: u32 = 0b1000;

/// Makes a state.
type Prepare = fn(&mut Smmu);

fn after(prepare: impl FnOnce(&mut Smmu)) -> LockStep {
    let mut golden = Smmu::new(Default::default());
    prepare(&mut golden);
    LockStep::new(golden)
}

/// A Command queue of four entries with these commands fetched and one more in memory.
fn with_commands(golden: &mut Smmu, cr0: u32, commands: &[Command]) {
    (golden.cr0, golden.cr0ack) = (Cr0::from_bits(cr0), Cr0::from_bits(cr0));
    golden.cmdq_base = CmdqBase::new().with_log2size(2);
    golden.cmdq_prod = CmdqProd::new().with_wr(commands.len() as u32 + 1);
    let response = Response::Okay;
    golden.commands.buffer.extend(commands.iter().map(|&command| BufferedCommand { response, command }));
}

/// A CMD_SYNC whose earlier commands have completed; so many event records are ahead of it.
fn with_sync(golden: &mut Smmu, events_ahead: usize) {
    with_commands(golden, CMDQEN, &[Command::sync(0)]);
    golden.commands.synchronizing = Some(Synchronizing { failed: false, events_ahead, abort_ahead: false });
}

fn record_in_flight(golden: &mut Smmu) {
    golden.in_flight.push_back(InFlight { address: 0, record: EventRecord::default() });
}

/// E1: CR0.EVENTQEN is cleared.
fn disabling(golden: &mut Smmu) {
    golden.cr0ack = Cr0::from_bits(EVENTQEN);
}

fn illegal() -> Command {
    Command::new(0)
}

fn ignored() -> Command {
    Command::pri_resp(0, None, 0, 0)
}

#[test]
fn what_must_come_is_due() {
    let due = |prepare: Prepare| after(prepare).due_within();
    assert_eq!(due(|_| {}), None);
    assert_eq!(due(|golden| golden.owed.sev = true), Some(("interrupt", 64)));
    assert_eq!(due(|golden| golden.cr0 = Cr0::from_bits(EVENTQEN)), Some(("acknowledge", 64)));
    assert_eq!(due(|golden| golden.irq_ctrl = IrqCtrl::from_bits(0b100)), Some(("acknowledge", 64)));
    assert_eq!(due(disabling), Some(("acknowledge", 64)));
    assert_eq!(due(|golden| with_sync(golden, 0)), Some(("end of a command", 64)));
    assert_eq!(due(|golden| with_commands(golden, CMDQEN, &[illegal()])), Some(("end of a command", 64)));
    assert_eq!(due(|golden| with_commands(golden, CMDQEN, &[ignored()])), Some(("end of a command", 64)));
    assert_eq!(due(|golden| golden.msis_in_flight.push_back(MsiSource::Gerror)), Some(("MSI", 20_000)));
    let owed = OwedMsi { must: true, may: 1 };
    assert_eq!(after(|golden| golden.owed_msis.priq = owed).due_within(), Some(("MSI", 20_000)));
    assert_eq!(due(|golden| with_commands(golden, CMDQEN, &[])), Some(("fetch of commands", 20_000)));
    assert_eq!(after(|golden| golden.owed.eventq = true).due(), Some("interrupt"));
}

#[test]
fn what_waits_for_others_is_not_due() {
    let due = |prepare: Prepare| after(prepare).due_within();
    // E5: a disable, for the records in flight.
    let in_flight = |golden: &mut Smmu| {
        disabling(golden);
        record_in_flight(golden);
    };
    assert_eq!(due(in_flight), None);
    // C17: a CMD_SYNC, for those before it. C11: a command, for the rest of the SMMU.
    assert_eq!(due(|golden| with_sync(golden, 1)), None);
    assert_eq!(due(|golden| with_commands(golden, CMDQEN, &[Command::cfgi_all()])), None);
    assert_eq!(due(|golden| with_commands(golden, CMDQEN | SMMUEN, &[ignored()])), None);
    // E9, C1: commands, for the enable, and for PROD.
    assert_eq!(due(|golden| with_commands(golden, 0, &[])), None);
    let empty = |golden: &mut Smmu| {
        with_commands(golden, CMDQEN, &[]);
        golden.cmdq_prod = CmdqProd::new();
    };
    assert_eq!(due(empty), None);
    // I8: an MSI that may have merged.
    let merged = OwedMsi { must: false, may: 1 };
    assert_eq!(after(|golden| golden.owed_msis.priq = merged).due_within(), None);
}

/// I6: the acknowledge may wait for an MSI, and that for the memory.
#[test]
fn i6_an_acknowledge_has_longer_where_msis_may_come() {
    let merged = OwedMsi { must: false, may: 1 };
    let both = |golden: &mut Smmu| {
        disabling(golden);
        golden.owed_msis.priq = merged;
    };
    assert_eq!(after(both).due_within(), Some(("acknowledge", 20_000)));
}

/// E8: behind a port that takes nothing an end of a command is not late, nor an acknowledge that waits for it.
#[test]
fn e8_what_waits_behind_a_blocked_port_is_not_due() {
    let due = |blocked: bool, prepare: Prepare| LockStep { blocked, ..after(prepare) }.due_within();
    let enabling = |golden: &mut Smmu| golden.cr0 = Cr0::from_bits(EVENTQEN | CMDQEN);
    assert_eq!(due(true, enabling), Some(("acknowledge", 64)));
    let behind = |golden: &mut Smmu| {
        with_commands(golden, CMDQEN, &[Command::cfgi_all()]);
        golden.cr0 = Cr0::from_bits(EVENTQEN | CMDQEN);
    };
    assert_eq!(due(true, behind), None);
    assert_eq!(due(false, behind), Some(("acknowledge", 64)));
    let fails = |golden: &mut Smmu| with_commands(golden, CMDQEN, &[illegal()]);
    assert_eq!(due(true, fails), None);
    assert_eq!(due(false, fails), Some(("end of a command", 64)));
}

/// Registers may change without a step while a write is in flight, an Update lasts or a command ends by itself.
#[test]
fn what_may_show_without_a_step() {
    let under_way = |prepare: Prepare| after(prepare).under_way();
    assert!(!under_way(|_| {}));
    assert!(!under_way(|golden| with_commands(golden, CMDQEN, &[Command::cfgi_all()])));
    assert!(under_way(record_in_flight));
    assert!(under_way(|golden| {
        golden.pri_in_flight.push_back(InFlight { address: 0, record: Default::default() });
    }));
    assert!(under_way(|golden| golden.msis_in_flight.push_back(MsiSource::Eventq)));
    assert!(under_way(|golden| golden.cr0 = Cr0::from_bits(SMMUEN)));
    assert!(under_way(|golden| golden.irq_ctrlack = IrqCtrl::from_bits(1)));
    assert!(under_way(|golden| with_sync(golden, 1)));
    assert!(under_way(|golden| with_commands(golden, CMDQEN, &[illegal()])));
    assert!(under_way(|golden| with_commands(golden, CMDQEN, &[ignored()])));
}

/// Cycles from the first in which something is due to the one in which it is late, and the rule that it breaks.
#[test]
fn patience_ends_one_cycle_after_what_is_allowed() {
    let cases: [(Prepare, &str, &str, u64); 5] = [
        (|golden| golden.owed.eventq = true, "interrupt", "I2", 64),
        (disabling, "acknowledge", "E1", 64),
        (|golden| with_sync(golden, 0), "end of a command", "C2", 64),
        (|golden| golden.msis_in_flight.push_back(MsiSource::Gerror), "MSI", "I7", 20_000),
        (|golden| with_commands(golden, CMDQEN, &[]), "fetch of commands", "C1", 20_000),
    ];
    for (prepare, field, rule, patience) in cases {
        let mut lockstep = after(prepare);
        assert!(lockstep.check_patience(10).is_ok());
        assert!(lockstep.check_patience(10 + patience).is_ok(), "{field}");
        let late = lockstep.check_patience(11 + patience).unwrap_err();
        assert_eq!((late.field.as_str(), late.got.as_str()), (field, "it does not come"));
        assert_eq!(late.expected, format!("within {patience} cycles"));
        assert!(late.rules.contains(&rule), "{field}: {:?}", late.rules);
    }
}

/// What is due next has its own time, and so has the same after it has come.
#[test]
fn patience_begins_anew_with_each_thing_that_is_due() {
    let mut lockstep = after(|golden| golden.owed.eventq = true);
    assert!(lockstep.check_patience(10).is_ok());
    lockstep.golden.owed.eventq = false;
    disabling(&mut lockstep.golden);
    assert!(lockstep.check_patience(70).is_ok());
    assert!(lockstep.check_patience(134).is_ok());
    lockstep.golden.cr0ack = Cr0::new();
    assert!(lockstep.check_patience(135).is_ok());
    disabling(&mut lockstep.golden);
    assert!(lockstep.check_patience(200).is_ok());
    assert!(lockstep.check_patience(265).is_err());
}

/// I3: with LO every message may bring an interrupt, so that one is owed all the time and yet none is late.
#[test]
fn i3_a_line_that_pulses_owes_the_next_interrupt_from_then_on() {
    let at = Line::ALL.into_iter().position(|line| line == Line::Priq).expect("it is listed");
    let mut lockstep = after(|golden| golden.owed.priq = true);
    lockstep.note_owed(5, &[]);
    lockstep.note_owed(9, &[Step::Interrupt(Line::Eventq)]);
    let mut expected = [None; 5];
    expected[at] = Some(5);
    assert_eq!(lockstep.owed_since, expected);
    assert!(lockstep.check_patience(69).is_ok());
    assert!(lockstep.check_patience(70).is_err());
    lockstep.note_owed(60, &[Step::Interrupt(Line::Priq)]);
    expected[at] = Some(60);
    assert_eq!(lockstep.owed_since, expected);
    assert!(lockstep.check_patience(124).is_ok());
    assert!(lockstep.check_patience(125).is_err());
    lockstep.golden.owed.priq = false;
    lockstep.note_owed(61, &[]);
    assert_eq!(lockstep.owed_since, [None; 5]);
}

/// Two cycles with a read each, and one without a step.
#[test]
fn each_step_that_matches_is_counted() {
    let memory = Memory::new(Timing::default(), 1);
    let mut target = GoldenTarget::new(Default::default(), memory, Neighbours::new(100, 1));
    let mut lockstep = after(|_| {});
    for (cycle, read) in [(1, true), (2, false), (3, true)] {
        if read {
            target.access(Access::Read { offset: Register::Cr0.offset() });
        }
        let steps = target.advance();
        let followed = lockstep.follow(cycle, &steps, &mut target).expect("they agree");
        assert_eq!(followed.is_some(), read);
    }
    assert_eq!(lockstep.compared(), 2);
}

/// Q8: every entry that the golden model has published is looked at, not only the newest.
#[test]
fn q8_every_entry_is_compared() {
    let memory = Memory::new(Timing::default(), 1);
    let mut target = GoldenTarget::new(Default::default(), memory, Neighbours::new(100, 1));
    let (record, message) = (EventRecord::new(0x10, 7), PriMessage::new(7, 1, 0));
    let prod = QueueProd::new().with_wr(2);
    let lockstep = after(|golden| {
        golden.eventq_base = QueueBase::new().with_log2size(2).with_addr(0x8000_0000 >> 5);
        golden.priq_base = QueueBase::new().with_log2size(2).with_addr(0x9000_0000 >> 5);
        (golden.eventq_prod, golden.priq_prod) = (prod, prod);
        golden.published.insert(0x8000_0000, record);
        golden.pri_published.insert(0x9000_0000, message);
    });
    let wrong = |target: &mut GoldenTarget| lockstep.compare_contents(5, target).map_err(|it| it.field);
    assert_eq!(wrong(&mut target), Err("entry at 0x80000000".to_owned()));
    target.memory().store(0x8000_0000, &record.to_bytes());
    assert_eq!(wrong(&mut target), Err("entry at 0x90000000".to_owned()));
    target.memory().store(0x9000_0000, &message.to_bytes());
    assert_eq!(wrong(&mut target), Ok(()));
}

#[test]
fn a_stalled_record_that_waits_is_covered() {
    let mut lockstep = after(|_| {});
    assert_eq!(lockstep.coverage(), &Coverage::default());
    lockstep.stalled_record_waits();
    assert_eq!(lockstep.coverage().reached().0, 1);
}
