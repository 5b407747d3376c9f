//! The search over every schedule on the Verilated block: it finds what it finds on the golden model, and a block that is
//! wrong in one point ends it with the schedule that shows this.
#![cfg(not(feature = "rtl-coverage"))]

use std::process::Command;
use std::rc::Rc;

use smmuq::explore_rtl::{device, target};
use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::Configuration;
use smmuq_golden::{EventRecord, Kind, Line, Parameters, Register};
use smmuq_testbench::drivers::{self, Driver};
use smmuq_testbench::explore::device::Arrival;
use smmuq_testbench::explore::followed::{Compared, Followed, Rewind};
use smmuq_testbench::explore::golden::{Golden, Writes};
use smmuq_testbench::explore::graph::Stopped;
use smmuq_testbench::explore::world::Move;
use smmuq_testbench::explore::{Bounds, Counterexample, Finding, explore, tell};
use smmuq_testbench::memory::Memory;
use smmuq_testbench::mismatch::Mismatch;
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::queue::Queue;
use smmuq_testbench::target::{Access, PriOffer, Registers, Step, Target};

/// A finding without what may differ between devices of which one has more states: which of the shortest schedules it
/// is, and in storms when it comes round.
fn summary(finding: &Finding) -> Finding {
    match finding {
        Finding::Fails(Counterexample { moves, round }) => {
            let length = if round.is_empty() { moves.len() } else { 0 };
            Finding::Fails(Counterexample { moves: vec![Move::Publish; length], round: Vec::new() })
        }
        other => other.clone(),
    }
}

/// Searches a driver on the RTL and on the golden model.
fn both(driver: Driver, bounds: Bounds) {
    let name = format!("{}, {bounds:?}", driver.name);
    let compared = Rc::new(Compared::default());
    let rtl =
        explore(driver, || device(Configuration::Standard, bounds, compared.clone()), bounds, |_, _| {});
    let rtl = rtl.unwrap_or_else(|stopped| panic!("{}", tell::stopped(driver, bounds, &stopped)));
    let golden = || Golden::new(bounds.queue, bounds.log2size, Writes::AtOnce);
    let Ok(golden) = explore(driver, golden, bounds, |_, _| {});
    for (rtl, golden) in rtl.findings.iter().zip(&golden.findings) {
        assert_eq!(summary(rtl), summary(golden), "{name}");
    }
    assert_eq!(rtl.schedules, golden.schedules, "{name}");
    // The RTL has more states: what is left in its buffers.
    assert!(rtl.states >= golden.states, "{name}: states of the golden model that the RTL never was in");
    assert!(compared.steps.get() > 0, "{name}: nothing was compared");
}

#[test]
fn every_schedule_of_every_driver_is_the_same_on_the_rtl() {
    for queue in Queue::ALL {
        for driver in drivers::ALL.iter().filter(|driver| driver.serves(queue)) {
            for log2size in [0, 1] {
                both(*driver, Bounds { queue, log2size, arrivals: 7 });
            }
        }
    }
}

#[test]
fn the_command_says_what_was_compared() {
    for entries in ["1", "2"] {
        let arguments = ["explore", "--target", "rtl", "--driver", "linux-v6.4", "--entries", entries];
        let output = Command::new(env!("CARGO_BIN_EXE_smmuq")).args(arguments).output().expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("steps at its ports compared with the golden model, 0 mismatches"), "{text}");
        assert!(text.contains("states/s"), "{text}");
    }
}

/// What is wrong with a block.
#[derive(Clone, Copy)]
enum Wrong {
    /// It gives no interrupt of this line.
    Silent(Line),
    /// These bits of a register read as 0.
    Stuck(Register, u32),
    /// It does not take what is at this port.
    Deaf(Kind),
    /// It goes back to no state, which is the fault of the search.
    Forgetful,
}

/// A block that is wrong in one point.
struct WrongBlock {
    right: RtlTarget,
    wrong: Wrong,
}

impl Target for WrongBlock {
    fn parameters(&self) -> Parameters {
        self.right.parameters()
    }

    fn reset(&mut self) {
        self.right.reset();
    }

    fn access(&mut self, access: Access) {
        self.right.access(access);
    }

    fn access_cycles(&self) -> u32 {
        self.right.access_cycles()
    }

    fn offer(&mut self, kind: Kind, record: EventRecord) {
        if !matches!(self.wrong, Wrong::Deaf(deaf) if deaf == kind) {
            self.right.offer(kind, record);
        }
    }

    fn offer_pri(&mut self, offer: PriOffer) {
        self.right.offer_pri(offer);
    }

    fn neighbours(&mut self) -> &mut Neighbours {
        self.right.neighbours()
    }

    fn memory(&mut self) -> &mut Memory {
        self.right.memory()
    }

    fn registers(&mut self) -> Registers {
        let mut registers = self.right.registers();
        if let Wrong::Stuck(register, bits) = self.wrong {
            registers.0[register as usize] &= !bits;
        }
        registers
    }

    fn advance(&mut self) -> Vec<Step> {
        let silent =
            |step: &Step| matches!(self.wrong, Wrong::Silent(line) if *step == Step::Interrupt(line));
        self.right.advance().into_iter().filter(|step| !silent(step)).collect()
    }
}

impl Rewind for WrongBlock {
    fn save(&mut self) -> Vec<u8> {
        self.right.save()
    }

    fn restore(&mut self, state: &[u8]) {
        if !matches!(self.wrong, Wrong::Forgetful) {
            self.right.restore(state);
        }
    }
}

/// How a search on a wrong block with one entry ends.
fn stopped(queue: Queue, wrong: Wrong) -> Stopped<Box<Mismatch>> {
    let driver = Driver::named("linux-v6.4").expect("a driver");
    let bounds = Bounds { queue, log2size: 0, arrivals: 3 };
    let device = || {
        let right = target(Configuration::Standard);
        Followed::new(WrongBlock { right, wrong }, bounds, Rc::new(Compared::default()))
    };
    let found = explore(driver, device, bounds, |_, _| {});
    let stopped = found.expect_err("the block is wrong");
    // A person is told of it.
    let told = tell::stopped(driver, bounds, &stopped);
    assert!(told.contains(&stopped.error.to_string()), "{told}");
    stopped
}

#[test]
fn a_lost_interrupt_ends_the_search() {
    // The first entry makes the queue non-empty (I2); a PRI message with Last too (I3).
    for (queue, arrival) in [(Queue::Event, Arrival::Terminated), (Queue::Pri, Arrival::LastRequest)] {
        let Stopped { error, path } = stopped(queue, Wrong::Silent(queue.line()));
        assert_eq!(path, [Move::Arrive(arrival)]);
        assert_eq!(error.field, "interrupt");
    }
}

#[test]
fn an_overflow_that_does_not_show_ends_the_search() {
    // One entry: the second record is lost (EV3).
    let Stopped { error, path } = stopped(Queue::Event, Wrong::Stuck(Register::EventqProd, 1 << 31));
    assert_eq!(path, [Move::Arrive(Arrival::Terminated); 2]);
    assert!(error.field.contains("OVFLG"), "{error}");
}

#[test]
fn an_acknowledge_that_does_not_show_ends_the_search() {
    let Stopped { error, path } = stopped(Queue::Event, Wrong::Stuck(Register::EventqCons, 1 << 31));
    // Both records come, the handler is called and reads PROD, takes the entry, reads PROD again, writes CONS to free the
    // entry and once more to acknowledge.
    let arrivals = path.iter().filter(|by| matches!(by, Move::Arrive(_))).count();
    assert_eq!(arrivals, 2, "{path:?}");
    assert_eq!(path.last(), Some(&Move::Run(0)), "{path:?}");
    assert!(error.field.contains("OVACKFLG"), "{error}");
}

#[test]
fn a_record_that_is_not_taken_ends_the_search() {
    let Stopped { error, path } = stopped(Queue::Event, Wrong::Deaf(Kind::Terminated));
    assert_eq!(path, [Move::Arrive(Arrival::Terminated)]);
    assert_eq!(error.field, "progress");
    // ST2: there is space.
    let Stopped { error, path } = stopped(Queue::Event, Wrong::Deaf(Kind::Stalled));
    assert_eq!(path, [Move::Arrive(Arrival::Stalled)]);
    assert_eq!(error.field, "progress");
}

#[test]
fn a_block_that_cannot_be_set_up_ends_the_search() {
    // EVENTQEN.
    let Stopped { error, path } = stopped(Queue::Event, Wrong::Stuck(Register::Cr0Ack, 1 << 2));
    assert_eq!(path.len(), 1);
    assert!(error.field.contains("acknowledge"), "{error}");
}

#[test]
fn a_block_that_does_not_go_back_ends_the_search() {
    stopped(Queue::Event, Wrong::Forgetful);
}
