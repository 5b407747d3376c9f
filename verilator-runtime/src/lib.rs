//! Verilator's run-time library, compiled by this crate's build script.
//!
//! It is a crate of its own so that an edit of the RTL does not compile it again. There is nothing
//! to call from Rust: a crate that links a Verilated model depends on this one and names it
//! (`use smmuq_verilator_runtime as _;`). Its build script gets
//!
//! - `DEP_VERILATED_BINARY`: the Verilator to run,
//! - `DEP_VERILATED_ROOT`: the value of `VERILATOR_ROOT` it needs, absent when it needs none,
//! - `DEP_VERILATED_INCLUDE`: the directory of `verilated.h`,
//! - `DEP_VERILATED_HOOKS`: the directory of `failures.h`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
