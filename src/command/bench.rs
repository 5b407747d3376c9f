//! `smmuq bench`.

use std::process::ExitCode;

use clap::Subcommand;
use smmuq::throughput::event_cycles;
use smmuq::verilated::Configuration;

use super::{End, show};

/// Records measured in each run.
const RECORDS: u32 = 1000;
const LATENCIES: [u32; 6] = [1, 2, 4, 8, 16, 32];
const CONFIGURATIONS: [Configuration; 3] =
    [Configuration::Wide, Configuration::Standard, Configuration::Single];

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Clock cycles per Event record, by the latency of memory writes and the records in flight
    Rtl,
}

/// Prints the measurement that was asked for.
pub fn bench(arguments: &Arguments) -> End {
    match arguments.what {
        What::Rtl => rtl(),
    }
}

fn rtl() -> End {
    let head = |configuration: &Configuration| {
        format!("  {:>14}", format!("Outstanding={}", configuration.parameters().outstanding))
    };
    let columns: String = CONFIGURATIONS.iter().map(head).collect();
    show(&format!("cycles per Event record, {RECORDS} records, memory always ready\n"))?;
    show(&format!("{:>13}{columns}\n", "write latency"))?;
    for latency in LATENCIES {
        let cycles =
            |configuration| event_cycles(configuration, latency, RECORDS) as f64 / f64::from(RECORDS);
        let columns: String = CONFIGURATIONS.map(|each| format!("  {:>14.3}", cycles(each))).concat();
        show(&format!("{latency:>13}{columns}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}
