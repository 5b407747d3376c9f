//! Golden reference model of the Arm SMMUv3 queues: the Event, PRI and Command queue with their
//! registers, and their overflow, abort, error, enable and interrupt rules.
//!
//! The model is plain state ([`Smmu`]) and one function per architectural step:
//!
//! | step | function |
//! |---|---|
//! | register access | [`Smmu::read`], [`Smmu::write`] |
//! | decision on an event record, on a PRI message | [`Smmu::decide`], [`Smmu::decide_pri`] |
//! | response to the write of one | [`Smmu::respond`], [`Smmu::respond_pri`] |
//! | PRG Response sent | [`Smmu::prg`] |
//! | commands fetched | [`Smmu::fetch`], [`Smmu::fetched`] |
//! | what has to happen with the oldest command | [`Smmu::oldest`] |
//! | command consumed | [`Smmu::command_sent`], [`Smmu::command_skipped`] |
//! | command failed | [`Smmu::command_failed`] |
//! | CMD_SYNC | [`Smmu::sync_accepted`], [`Smmu::sync_completed`] |
//! | enable acknowledged | [`Smmu::acknowledge_cr0`], [`Smmu::acknowledge_irq_ctrl`] |
//! | interrupt or wake-up event | [`Smmu::interrupt`] |
//! | MSI written, answered | [`Smmu::msi_sent`], [`Smmu::msi_answered`] |
//!
//! A caller that watches an implementation takes the steps as it sees them and compares
//! [`Smmu::snapshot`]; a caller without one takes them as it likes and has a complete model.
//!
//! The model knows no time: any number of cycles may pass between two steps. Steps of one cycle
//! are taken in the order register read, decisions, responses, commands, register write.
//!
//! Section numbers in this documentation are those of Arm IHI 0070 G.b; rule ids (Q4, EV3, ...)
//! are those of `docs/rules.md`.
//!
//! ```
//! use smmuq_golden::{
//!     Completion, Cr0, Decision, EventRecord, IrqCtrl, Kind, Line, Parameters, Register, Response, Smmu,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut smmu = Smmu::new(Parameters::default());
//! // A queue of 2^3 records at 0x8000_0000; then EVENTQ_IRQEN and EVENTQEN.
//! smmu.write(Register::EventqBaseLo.offset(), 0x8000_0003, 0xF)?;
//! smmu.write(Register::IrqCtrl.offset(), 1 << 2, 0xF)?;
//! smmu.acknowledge_irq_ctrl(IrqCtrl::new().with_eventq_irqen(true))?;
//! smmu.write(Register::Cr0.offset(), 1 << 2, 0xF)?;
//! smmu.acknowledge_cr0(Cr0::new().with_eventqen(true))?;
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
mod cmdq;
mod command;
mod enables;
mod eventq;
mod fields;
mod gerror;
mod interrupts;
mod msi;
mod parameters;
mod pri_message;
mod priq;
pub mod queue;
mod record;
mod registers;
mod smmu;
mod snapshot;
mod step;
mod writes;

pub use access::BusError;
pub use cmdq::{BufferedCommand, Burst, CommandProgress, Span, Synchronizing};
pub use command::Command;
pub use fields::{
    CmdqBase, CmdqCons, CmdqProd, Cr0, Cr1, Cr2, Gerror, Idr0, Idr1, Idr3, Idr5, IrqCfg0, IrqCfg2, IrqCtrl,
    QueueBase, QueueCons, QueueProd,
};
pub use gerror::GlobalError;
pub use interrupts::{Line, Owed};
pub use msi::{IrqCfg, Msi, MsiSource, OwedMsi, OwedMsis};
pub use parameters::Parameters;
pub use pri_message::{PrgResponse, PriMessage};
pub use record::{Class, EventRecord};
pub use registers::{Register, UnknownRegister};
pub use smmu::{InFlight, Smmu};
pub use snapshot::Snapshot;
pub use step::{
    CommandError, Completion, Decision, Fetched, Hold, Kind, Loss, Oldest, PrgSource, PriCompletion,
    PriDecision, PriLoss, Response, Ste, StepError,
};
