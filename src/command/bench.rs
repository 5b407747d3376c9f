//! `smmuq bench`.

use std::process::ExitCode;

use clap::Subcommand;
use smmuq::throughput::event_cycles;
use smmuq::verilated::Configuration;

use super::End;

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
    println!("cycles per Event record, {RECORDS} records, memory always ready");
    print!("{:>13}", "write latency");
    for configuration in CONFIGURATIONS {
        print!("  {:>14}", format!("Outstanding={}", configuration.parameters().outstanding));
    }
    println!();
    for latency in LATENCIES {
        print!("{latency:>13}");
        for configuration in CONFIGURATIONS {
            let cycles = event_cycles(configuration, latency, RECORDS);
            print!("  {:>14.3}", cycles as f64 / f64::from(RECORDS));
        }
        println!();
    }
    Ok(ExitCode::SUCCESS)
}
