//! An Arm SMMUv3's queues as hardware, run beside their golden model.
//!
//! [`verilated`] is the Verilated block behind cxx, [`rtl_target`] makes a testbench target of it, [`monitors`] watch
//! its pins, [`session`] runs a scenario on either target, [`campaign`] runs many random ones and [`rtl_coverage`] counts
//! what they reach, [`thread`] answers the questions of the 2023 kernel thread, [`explore_rtl`] is the block for the search
//! of every schedule, [`sweep`] varies latency, size and rate, [`report`] makes one page of it all, [`throughput`] counts the
//! cycles that a record costs, [`cosim`] measures what the comparison costs, [`area`] counts the cells. The command `smmuq`
//! and the tests use the same functions.
#![deny(missing_docs)]

pub mod area;
mod axi;
mod bursts;
pub mod campaign;
pub mod cosim;
pub mod explore_rtl;
pub mod monitors;
pub mod pins;
pub mod prove;
mod reading;
pub mod report;
pub mod rtl_coverage;
pub mod rtl_target;
pub mod session;
pub mod sweep;
pub mod thread;
pub mod throughput;
pub mod verilated;
