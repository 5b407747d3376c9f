//! `smmuq list`.

use std::process::ExitCode;

use smmuq_testbench::{drivers, scenarios};

use super::End;

/// Prints scenarios and drivers, a line each.
pub fn list() -> End {
    println!("scenarios");
    for scenario in scenarios::ALL {
        println!("  {:<24} {}", scenario.name, scenario.stimulus()?.title);
    }
    println!("drivers");
    for driver in drivers::ALL {
        println!("  {:<24} {}", driver.name, driver.summary);
    }
    Ok(ExitCode::SUCCESS)
}
