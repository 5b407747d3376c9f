//! What the SMMU writes does not depend on when OVACKFLG is written; what it can report does.

use smmuq::session::Session;
use smmuq_golden::Register;
use smmuq_testbench::bus::Request;
use smmuq_testbench::drivers::Driver;
use smmuq_testbench::outcome::Outcome;
use smmuq_testbench::scenarios::Scenario;

fn run(driver: &str, log2size: u8) -> Outcome {
    let scenario = Scenario::named("nothing-to-inform").expect("it is listed");
    let stimulus = scenario.stimulus().expect("it can be read");
    let driver = Driver::named(driver).expect("it is listed");
    let session = Session { log2size, ..Session::new(scenario.name, stimulus, driver) };
    session.check().unwrap_or_else(|failure| panic!("{failure}"))
}

/// RD of each CONS write, in order, without the writes that leave RD where it was.
fn advances(outcome: &Outcome) -> Vec<u32> {
    let mut rd: Vec<_> = cons_values(outcome).into_iter().map(|value| value & 0xFFFFF).collect();
    rd.dedup();
    rd
}

fn cons_values(outcome: &Outcome) -> Vec<u32> {
    let value = |request: &Request| match request {
        Request::Write(Register::EventqCons, value) => Some(*value),
        _ => None,
    };
    outcome.exchanges.iter().filter_map(|(request, _)| value(request)).collect()
}

#[test]
fn the_stream_of_memory_writes_is_the_same() {
    for log2size in 0..=4 {
        let (late, early) = (run("linux-v4.9", log2size), run("linux-v6.4", log2size));
        assert_ne!(cons_values(&late), cons_values(&early), "the runs differ in when OVACKFLG is written");
        assert_eq!(advances(&late), advances(&early), "and in nothing else that CONS says");
        assert!(late.writes.len() >= 4, "there is a stream to compare");
        assert_eq!(late.writes.len(), early.writes.len());
        for (at, (late, early)) in late.writes.iter().zip(&early.writes).enumerate() {
            assert_eq!(late.address, early.address, "address of write {at}, log2size {log2size}");
            for (word, (late, early)) in late.bytes.chunks(4).zip(early.bytes.chunks(4)).enumerate() {
                assert_eq!(late, early, "word {word} of write {at}, log2size {log2size}");
            }
        }
        assert!(late.counts.overflows < early.counts.overflows, "but the SMMU reports fewer overflows");
    }
}
