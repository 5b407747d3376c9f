//! The software and the system around an SMMUv3 queue block, and its lock-step comparison with the golden model.
//!
//! A [`Target`](target::Target) is anything that behaves like the block. [`system::run`] puts devices, memory and a
//! driver around it, plays a [stimulus](stimulus::Stimulus), lets the golden model follow every architectural step, and
//! stops at the first difference.
//!
//! Rule ids (Q4, EV3, ...) are those of `docs/rules.md`.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod bus;
pub mod coverage;
mod devices;
pub mod drivers;
pub mod explore;
mod fault;
mod fields;
pub mod golden_target;
pub mod input;
pub mod lockstep;
pub mod log;
pub mod meaning;
pub mod memory;
pub mod mismatch;
pub mod neighbours;
pub mod outcome;
mod page_groups;
pub mod queue;
pub mod scenarios;
mod software;
pub mod stimulus;
pub mod system;
mod take;
pub mod target;
pub mod timeline;
