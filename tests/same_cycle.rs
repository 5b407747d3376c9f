//! A CONS write, a decision on a record and a publication that fall into one cycle, in every combination.

mod watched;

use std::collections::BTreeMap;

use smmuq::session::Session;
use smmuq_golden::{Kind, Register};
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::memory::Timing;
use smmuq_testbench::stimulus::{Count, RegisterWrite, Step as Stimulate, Stimulus, Together};
use smmuq_testbench::target::Step;

/// Which of the three fell into one cycle: CONS write, decision, publication.
type Combination = (bool, bool, bool);

fn combination(steps: &[Step]) -> Combination {
    let any = |wanted: fn(&Step) -> bool| steps.iter().any(wanted);
    let cons =
        any(|step| matches!(step, Step::Write { offset, .. } if *offset == Register::EventqCons.offset()));
    let decision = any(|step| matches!(step, Step::Accepted { .. }));
    let publication = any(|step| matches!(step, Step::Response { .. }));
    (cons, decision, publication)
}

/// The queue before the cycle.
#[derive(Clone, Copy, Debug)]
struct Before {
    log2size: u8,
    published: u32,
    in_flight: u32,
    /// OVACKFLG as it is already: 1 makes the overflow condition active without an overflow.
    ovackflg: bool,
}

/// What falls into the cycle.
#[derive(Clone, Copy, Debug)]
struct Cycle {
    /// RD to write, and OVACKFLG.
    cons: Option<(u32, bool)>,
    kind: Option<Kind>,
    publication: bool,
}

fn befores() -> impl Iterator<Item = Before> {
    (0..=2u8).flat_map(|log2size| {
        let entries = 1 << log2size;
        (0..=entries).flat_map(move |published| {
            (0..=entries - published).flat_map(move |in_flight| {
                [false, true].map(|ovackflg| Before { log2size, published, in_flight, ovackflg })
            })
        })
    })
}

fn cycles(before: Before) -> impl Iterator<Item = Cycle> {
    let writes = (0..=before.published).flat_map(|rd| [false, true].map(|ack| Some((rd, ack))));
    std::iter::once(None).chain(writes).flat_map(|cons| {
        [None, Some(Kind::Terminated), Some(Kind::Stalled)]
            .into_iter()
            .flat_map(move |kind| [false, true].map(|publication| Cycle { cons, kind, publication }))
    })
}

fn cons(rd: u32, ack: bool) -> RegisterWrite {
    RegisterWrite { register: Register::EventqCons, value: rd | u32::from(ack) << 31 }
}

fn stimulus(before: Before, cycle: Cycle) -> Stimulus {
    let steps = vec![
        Stimulate::Write(cons(0, before.ovackflg)),
        Stimulate::Terminated(Count::Plain(before.published.into())),
        Stimulate::Hold(true),
        Stimulate::Terminated(Count::Plain(before.in_flight.into())),
        Stimulate::Together(Together {
            write: cycle.cons.map(|(rd, ack)| cons(rd, ack)),
            terminated: cycle.kind == Some(Kind::Terminated),
            stalled: cycle.kind == Some(Kind::Stalled),
            release: cycle.publication,
            ..Together::default()
        }),
        Stimulate::Hold(false),
        Stimulate::Handler,
    ];
    Stimulus {
        title: format!("{before:?} {cycle:?}"),
        log2size: before.log2size,
        also: Default::default(),
        concurrent: None,
        memory: Timing { latency: (1, 1), ..Timing::default() },
        steps,
    }
}

#[test]
fn every_combination_keeps_rtl_and_golden_model_equal() {
    let driver = Driver::named("linux-v6.4").expect("it is listed");
    let mut seen: BTreeMap<Combination, u32> = BTreeMap::new();
    for (before, cycle) in befores().flat_map(|before| cycles(before).map(move |cycle| (before, cycle))) {
        let session = Session::new("same-cycle", stimulus(before, cycle), driver);
        watched::run(&session, |steps| *seen.entry(combination(steps)).or_default() += 1);
    }
    for cons in [false, true] {
        for decision in [false, true] {
            for publication in [false, true] {
                let met = seen.get(&(cons, decision, publication)).copied().unwrap_or(0);
                assert!(
                    met > 10,
                    "CONS write {cons}, decision {decision}, publication {publication}: met {met} times"
                );
            }
        }
    }
}
