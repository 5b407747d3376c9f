//! `smmuq list`.

use std::process::ExitCode;

use smmuq_testbench::{drivers, scenarios};

use super::{End, show};

/// Prints scenarios and drivers, a line each.
pub fn list() -> End {
    show("scenarios\n")?;
    for scenario in scenarios::ALL {
        show(&format!("  {:<24} {}\n", scenario.name, scenario.stimulus()?.title))?;
    }
    show("drivers\n")?;
    for driver in drivers::ALL {
        show(&format!("  {:<24} {}\n", driver.name, driver.summary))?;
    }
    Ok(ExitCode::SUCCESS)
}
