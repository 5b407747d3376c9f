//! Golden reference model of the Arm SMMUv3 Event queue: its registers, and its overflow, abort,
//! enable and interrupt rules.
//!
//! The model is plain state ([`Smmu`]) and one function per architectural step: a register access
//! ([`Smmu::read`], [`Smmu::write`]), the decision on a record ([`Smmu::decide`]), the response to
//! the write of a record ([`Smmu::respond`]), an acknowledged enable ([`Smmu::acknowledge_cr0`],
//! [`Smmu::acknowledge_irq_ctrl`]) and an interrupt ([`Smmu::interrupt`]). A caller that watches an
//! implementation takes the steps as it sees them and compares [`Smmu::snapshot`]; a caller without
//! one takes them as it likes and has a complete model.
//!
//! The model knows no time: any number of cycles may pass between two steps. Steps of one cycle
//! are taken in the order register read, decisions, responses, register write.
//!
//! Section numbers in this documentation are those of Arm IHI 0070 G.b; rule ids (Q4, EV3, ...)
//! are those of `docs/rules.md`.
//!
//! ```
//! use smmuq_golden::{
//!     Completion, Decision, EventRecord, Kind, Line, Parameters, Register, Response, Smmu,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut smmu = Smmu::new(Parameters::default());
//! // A queue of 2^3 records at 0x8000_0000; then EVENTQ_IRQEN and EVENTQEN.
//! smmu.write(Register::EventqBaseLo.offset(), 0x8000_0003, 0xF)?;
//! smmu.write(Register::IrqCtrl.offset(), 1 << 2, 0xF)?;
//! smmu.acknowledge_irq_ctrl()?;
//! smmu.write(Register::Cr0.offset(), 1 << 2, 0xF)?;
//! smmu.acknowledge_cr0()?;
//!
//! let record = EventRecord::translation(0x42, 0x1000);
//! let address = 0x8000_0000;
//! assert_eq!(smmu.decide(Kind::Terminated, record), Decision::Recorded { address });
//! assert_eq!(smmu.read(Register::EventqProd.offset()), Ok(0)); // committed, not yet visible
//! let published = smmu.respond(Response::Okay)?;
//! assert_eq!(published, Completion::Published { address, record, interrupt: true });
//! assert_eq!(smmu.read(Register::EventqProd.offset()), Ok(1));
//! smmu.interrupt(Line::Eventq)?;
//! # Ok(())
//! # }
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

extern crate alloc;

mod access;
mod parameters;
pub mod queue;
mod record;
mod registers;
mod smmu;
mod snapshot;
mod step;

pub use access::BusError;
pub use parameters::Parameters;
pub use record::{Class, EventRecord};
pub use registers::{
    Cr0, Gerror, Idr0, Idr1, Idr5, IrqCtrl, QueueBase, QueueCons, QueueProd, Register, UnknownRegister,
};
pub use smmu::{InFlight, Owed, Smmu};
pub use snapshot::Snapshot;
pub use step::{Completion, Decision, Hold, Kind, Line, Loss, Response, StepError};
