//! The runs whose speed is compared are one and the same run.

use smmuq::cosim::{Storm, replay};

const BURSTS: u64 = 20;

#[test]
fn a_replay_is_the_recorded_run() {
    let (recording, outcome) = Storm::new(BURSTS).record().expect("RTL and golden model agree");
    assert!(outcome.steps_compared > 1000, "{} steps", outcome.steps_compared);
    assert_eq!(replay(&recording.stimulus), recording.checksum);
}

#[test]
fn a_changed_pin_gives_another_checksum() {
    let (recording, _) = Storm::new(BURSTS).record().expect("RTL and golden model agree");
    let offers = recording.stimulus.iter().position(|pins| pins.term_valid_i);
    let mut stimulus = recording.stimulus;
    stimulus[offers.expect("records are offered")].term_record_i[1] ^= 1;
    assert_ne!(replay(&stimulus), recording.checksum);
}

#[test]
fn without_the_golden_model_the_run_is_the_same() {
    let storm = Storm::new(BURSTS);
    let (recording, _) = storm.record().expect("RTL and golden model agree");
    assert_eq!(storm.record_unfollowed().expect("it ends"), recording);
}

/// Every queue is in use, or the figures would say little.
#[test]
fn all_queues_are_busy() {
    let (_, outcome) = Storm::new(BURSTS).record().expect("RTL and golden model agree");
    let counts =
        [outcome.counts.written, outcome.pri.written, outcome.served.granted, outcome.served.resumed];
    assert!(counts.iter().all(|&count| count >= BURSTS / 2), "{counts:?}");
}
