//! `smmuq list`.

use std::process::ExitCode;

use smmuq_testbench::queue::Queue;
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
        let queues = if driver.serves(Queue::Pri) { "" } else { " (Event queue only)" };
        show(&format!("  {:<24} {}{queues}\n", driver.name, driver.summary))?;
    }
    show(
        "  NAME+report-at-ack       one that reports an overflow when it sees it, but reports it when it acknowledges\n",
    )?;
    Ok(ExitCode::SUCCESS)
}
