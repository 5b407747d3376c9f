//! What a record costs in cycles.

use smmuq::throughput::event_cycles;
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
