//! What must not be left, and when that is clear; in states made by hand.

use smmuq_golden::{
    BufferedCommand, CmdqBase, CmdqProd, Command, Cr0, Cr2, EventRecord, InFlight, PrgResponse, QueueProd,
    Response, Smmu,
};

use super::super::Conditions;
use super::*;
use crate::drivers::{Driver, Setup, Sizes};
use crate::golden_target::GoldenTarget;
use crate::lockstep::LockStep;
use crate::memory::{Memory, Timing};
use crate::neighbours::Neighbours;
use crate::stimulus::PageRequests;

const SMMUEN: u32 = 0b0001;
const PRIQEN: u32 = 0b0010;
const EVENTQEN: u32 = 0b0100;
const CMDQEN: u32 = 0b1000;

/// What is asked of a system in which the golden model has this state and the block is in the same, or in reset.
fn ask<T>(golden: Smmu, block: Option<Smmu>, question: impl FnOnce(&mut System) -> T) -> T {
    let parameters = golden.parameters;
    let mut target =
        GoldenTarget::new(parameters, Memory::new(Timing::default(), 1), Neighbours::new(100, 1));
    target.smmu = block.unwrap_or(golden.clone());
    let driver = Driver::named("linux-v6.4").expect("it is listed");
    let conditions = Conditions { driver, log2size: 2, seed: 1, told: false };
    let setup = Setup::new(Sizes { event: 2, pri: Some(2), command: None }, &parameters);
    let mut system = System::new(&conditions, setup, &mut target);
    system.lockstep = LockStep::new(golden);
    question(&mut system)
}

fn state(prepare: impl FnOnce(&mut Smmu)) -> Smmu {
    let mut golden = Smmu::new(Default::default());
    prepare(&mut golden);
    golden
}

fn enabled(cr0: u32) -> Smmu {
    state(|golden| (golden.cr0, golden.cr0ack) = (Cr0::from_bits(cr0), Cr0::from_bits(cr0)))
}

/// A command that was fetched.
fn fetched(cr0: u32, command: Command) -> Smmu {
    let mut golden = enabled(cr0 | CMDQEN);
    golden.cmdq_base = CmdqBase::new().with_log2size(2);
    golden.cmdq_prod = CmdqProd::new().with_wr(1);
    golden.commands.buffer.push_back(BufferedCommand { response: Response::Okay, command });
    golden
}

fn answer_owed(golden: &mut Smmu) {
    golden.prg_owed.push_back(PrgResponse { stream_id: 1, substream_id: None, index: 1, code: 0 });
}

fn records_in_flight(golden: &mut Smmu, records: usize, messages: usize) {
    golden.in_flight.extend(vec![InFlight { address: 0, record: EventRecord::default() }; records]);
    golden.pri_in_flight.extend(vec![InFlight { address: 0, record: Default::default() }; messages]);
}

/// The memory has so many writes of each writer and answers none.
fn hold(system: &mut System, writes: [usize; 3]) {
    let memory = system.target.memory();
    memory.hold(true);
    for (writer, writes) in Writer::ALL.into_iter().zip(writes) {
        (0..writes).for_each(|_| memory.submit(writer, 0, vec![0]));
    }
}

#[test]
fn it_has_settled_after_eight_cycles_without_a_step() {
    let settle = |cycle, last_step| {
        ask(state(|_| {}), None, |system| {
            (system.cycle, system.last_step) = (cycle, last_step);
            system.settle().map(|()| system.cycle)
        })
    };
    assert_eq!(settle(0, 0), Ok(8));
    assert_eq!(settle(100, 98), Ok(106));
    assert_eq!(settle(100, 50), Ok(101));
}

/// I8: nothing but time tells that an MSI that may have merged does not come.
#[test]
fn i8_it_waits_longer_where_an_msi_may_come() {
    let golden = state(|golden| golden.owed_msis.eventq.may = 1);
    assert_eq!(ask(golden, None, |system| system.settle().map(|()| system.cycle)), Ok(400));
}

#[test]
fn what_never_ends_is_stuck() {
    let reset = Some(state(|_| {}));
    let stuck = ask(state(answer_owed), reset, |system| system.settle().unwrap_err());
    assert_eq!((stuck.cycle, stuck.field.as_str()), (20_001, "progress"));
    assert_eq!(stuck.expected, "a PRG response ends in finite time");
}

/// Registers that change without a step are compared at the end, unless the golden model does not follow.
#[test]
fn what_has_settled_is_compared() {
    let settle = |followed| {
        let block = state(|block| block.cr2 = Cr2::new().with_ptm(true));
        ask(state(|_| {}), Some(block), |system| {
            system.followed = followed;
            system.settle().map_err(|mismatch| mismatch.field)
        })
    };
    assert_eq!(settle(true), Err("CR2".to_owned()));
    assert_eq!(settle(false), Ok(()));
}

#[test]
fn an_access_to_memory_must_end_unless_it_is_held() {
    const ACCESS: Option<&str> = Some("an access to memory");
    let unsettled = |records, messages, writes| {
        let golden = state(|golden| records_in_flight(golden, records, messages));
        ask(golden, None, |system| {
            hold(system, writes);
            system.unsettled()
        })
    };
    assert_eq!(unsettled(0, 0, [0, 0, 0]), None);
    // V5: committed, but not on the bus.
    assert_eq!(unsettled(1, 0, [0, 0, 0]), ACCESS);
    assert_eq!(unsettled(2, 0, [1, 0, 0]), ACCESS);
    assert_eq!(unsettled(0, 1, [0, 0, 0]), ACCESS);
    assert_eq!(unsettled(0, 2, [0, 1, 0]), ACCESS);
    // All are held.
    assert_eq!(unsettled(1, 0, [1, 0, 0]), None);
    assert_eq!(unsettled(0, 1, [0, 1, 0]), None);
    assert_eq!(unsettled(0, 0, [1, 1, 0]), None);
    let busy = ask(state(|_| {}), None, |system| {
        system.target.memory().submit(Writer::Event, 0, vec![0]);
        system.unsettled()
    });
    assert_eq!(busy, ACCESS);
}

/// E5, I6: what is due may wait for a write that the memory holds.
#[test]
fn what_is_due_must_come_unless_memory_holds_a_write() {
    let unsettled = |records, messages, writes| {
        let golden = state(|golden| {
            records_in_flight(golden, records, messages);
            golden.owed.gerror = true;
        });
        ask(golden, None, |system| {
            hold(system, writes);
            system.unsettled()
        })
    };
    assert_eq!(unsettled(0, 0, [0, 0, 0]), Some("interrupt"));
    assert_eq!(unsettled(1, 0, [1, 0, 0]), None);
    assert_eq!(unsettled(0, 1, [0, 1, 0]), None);
    assert_eq!(unsettled(0, 0, [0, 0, 1]), None);
}

#[test]
fn what_goes_to_the_rest_of_the_smmu_must_leave_unless_its_port_is_blocked() {
    let unsettled = |golden: &Smmu, blocked: &[Sink]| {
        ask(golden.clone(), None, |system| {
            blocked.iter().for_each(|&sink| system.target.neighbours().hold(sink, true));
            system.unsettled()
        })
    };
    let mut both = fetched(0, Command::cfgi_all());
    answer_owed(&mut both);
    let cases = [
        (state(answer_owed), Sink::Prg, "a PRG response"),
        (fetched(SMMUEN, Command::pri_resp(0, None, 0, 0)), Sink::Prg, "a CMD_PRI_RESP"),
        (fetched(0, Command::cfgi_all()), Sink::Command, "a command"),
        (fetched(0, Command::sync(0)), Sink::Sync, "a CMD_SYNC"),
    ];
    for (golden, sink, waiting) in &cases {
        assert_eq!(unsettled(golden, &[]), Some(*waiting));
        assert_eq!(unsettled(golden, &[*sink]), None);
        let others: Vec<_> = Sink::ALL.into_iter().filter(|other| other != sink).collect();
        assert_eq!(unsettled(golden, &others), Some(*waiting));
    }
    assert_eq!(unsettled(&both, &[Sink::Prg]), Some("a command"));
    assert_eq!(unsettled(&both, &[Sink::Prg, Sink::Command]), None);
}

/// EV3, ST2: a terminated record is always decided on, a stalled one when it can be written; both after those in flight
/// (V7).
#[test]
fn a_record_must_be_taken_that_can_be() {
    let unsettled = |golden: &Smmu, kind, held: usize| {
        let mut golden = golden.clone();
        records_in_flight(&mut golden, held, 0);
        ask(golden, None, |system| {
            hold(system, [held, 0, 0]);
            system.devices.offer(kind, 1);
            system.unsettled()
        })
    };
    const TERMINATED: Option<&str> = Some("a terminated record at its port");
    const STALLED: Option<&str> = Some("a stalled record at its port (ST2)");
    let (off, on) = (enabled(0), enabled(EVENTQEN));
    let mut full = on.clone();
    full.eventq_prod = QueueProd::new().with_wr(1); // One entry (Q10).
    for (golden, terminated, stalled) in
        [(&off, TERMINATED, None), (&on, TERMINATED, STALLED), (&full, TERMINATED, None)]
    {
        assert_eq!(unsettled(golden, Kind::Terminated, 0), terminated);
        assert_eq!(unsettled(golden, Kind::Stalled, 0), stalled);
        assert_eq!(unsettled(golden, Kind::Terminated, 1), None);
    }
}

/// P1, P2: a message waits for those in flight, and for the port of the responses, if it needs one or one goes before it.
#[test]
fn a_message_must_be_taken_that_can_be() {
    const MESSAGE: Option<&str> = Some("a PRI message at its port");
    let unsettled = |golden: &Smmu, stop_marker, blocked, held: usize| {
        let mut golden = golden.clone();
        records_in_flight(&mut golden, 0, held);
        ask(golden, None, |system| {
            hold(system, [0, held, 0]);
            system.target.neighbours().hold(Sink::Prg, blocked);
            system.devices.request_pages(&PageRequests { stop_marker, ..PageRequests::default() }, 1);
            (system.unsettled(), system.unsettled_message())
        })
    };
    let (off, on) = (enabled(0), enabled(SMMUEN | PRIQEN));
    let absent = state(|golden| golden.parameters.pri = false);
    let mut answering = off.clone();
    answer_owed(&mut answering);
    // Written.
    assert_eq!(unsettled(&on, false, false, 0), (MESSAGE, MESSAGE));
    assert_eq!(unsettled(&on, false, true, 0), (MESSAGE, MESSAGE));
    assert_eq!(unsettled(&on, false, false, 1).0, None);
    // Dropped, and answered but for the Stop marker.
    assert_eq!(unsettled(&off, false, false, 0), (MESSAGE, MESSAGE));
    assert_eq!(unsettled(&off, false, true, 0), (None, None));
    assert_eq!(unsettled(&off, true, true, 0), (MESSAGE, MESSAGE));
    // Behind a response.
    assert_eq!(unsettled(&answering, true, true, 0), (None, None));
    assert_eq!(unsettled(&answering, true, false, 0), (Some("a PRG response"), MESSAGE));
    // Never.
    assert_eq!(unsettled(&absent, false, false, 0), (None, None));
}
