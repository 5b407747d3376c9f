//! Whatever the command reads, wrong in every way: profiles, results of campaigns, exclusions of RTL coverage, arguments.
//! Scenario files: `testbench/tests/fuzz/`.
//!
//! `PROPTEST_CASES=1000000 cargo test --test fuzz` looks longer; one of the arguments is a whole process, so leave those out with
//! `--skip processes`.

#[path = "../../testbench/tests/fuzz/mutation.rs"]
mod mutation;
mod processes;
mod profiles;
mod results;
