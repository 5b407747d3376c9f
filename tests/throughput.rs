//! What a record costs in cycles.

use smmuq::throughput::{COMMANDS, event_cycles, pri_cycles, together};
use smmuq::verilated::Configuration;

/// Two beats of 128 bits for 256 bits: the bus allows one record every 2 cycles.
const LEAST: u64 = 2;

#[test]
fn exactly_two_cycles_a_record_whatever_the_latency() {
    for latency in [1, 2, 4, 8, 16, 32] {
        assert_eq!(event_cycles(Configuration::Wide, latency, 1000), 1000 * LEAST, "write latency {latency}");
    }
}

/// One record waits for the response of the one before: the figure that the pipeline is compared with.
#[test]
fn one_record_in_flight_costs_the_round_trip() {
    for latency in [1, 2, 4, 8, 16, 32] {
        let cycles = event_cycles(Configuration::Single, latency, 1000);
        assert!(
            cycles >= 1000 * u64::from(latency + 2),
            "write latency {latency}: {cycles} cycles are too few"
        );
    }
}

/// One beat of 128 bits: the bus allows one PRI message a cycle.
#[test]
fn exactly_one_cycle_a_pri_message_whatever_the_latency() {
    for latency in [1, 2, 4, 8, 16, 32] {
        assert_eq!(pri_cycles(Configuration::Wide, latency, 1000), 1000, "write latency {latency}");
    }
}

/// An Event record takes two beats and a PRI message one: taking turns, three cycles bring one of each. The start-up
/// takes the round trip of the first write, and the commands share only the programming interface and the read channels.
#[test]
fn all_queues_share_the_bus_without_starvation() {
    for latency in [1, 8, 32] {
        let done = together(Configuration::Wide, latency, 3000);
        let least = (3000 - 2 * latency - 16) / 3;
        assert!(done.events >= least && done.messages >= least, "latency {latency}: {done:?}");
        assert!(done.events.abs_diff(done.messages) <= 2, "latency {latency}: {done:?}");
        assert_eq!(done.commands, COMMANDS + 1, "latency {latency}: {done:?}");
    }
}
