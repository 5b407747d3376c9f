//! What a driver remembers, where others can see it while the driver waits for an access.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use smmuq_golden::{EventRecord, PriMessage};

use super::command_queue::{CommandQueue, Pointers};
use super::groups::Groups;
use crate::bus::{Call, Request};

/// All that a driver's behaviour depends on while it waits for an access: two equal states of a driver go on in the same
/// way when the same happens to them. What the driver has said before is not in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DriverState {
    /// The call in the driver's file at which it is stopped.
    at: Call,
    request: Request,
    memory: Memory,
    commands: Option<Pointers>,
}

/// One of the two registers as the driver holds it: an index with its wrap bit, and bit 31.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Pointer {
    /// PROD.OVFLG or CONS.OVACKFLG.
    pub overflow: bool,
    /// Index and wrap bit.
    pub index: u32,
}

/// An entry, taken out of its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    Event(EventRecord),
    PageRequest(PriMessage),
}

/// Everything that a driver keeps from one access to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Memory {
    /// What the driver last read from PROD.
    pub prod: Pointer,
    /// What it last wrote to CONS, or will write next.
    pub cons: Pointer,
    /// Entries taken and not yet handled, oldest first.
    pub taken: VecDeque<Entry>,
    /// A copy of OVFLG that the driver keeps apart from that in `prod`.
    pub own_overflow: bool,
    /// The last acknowledge has consequences that are still to come.
    pub acknowledged: bool,
    /// An overflow was seen, and its report waits for the CONS write that acknowledges it.
    pub unreported: bool,
    /// Page request groups without their last page.
    pub groups: Groups,
}

/// A driver's memory while the driver waits. Tasks that serve the same queue share it: only one of them runs at a time.
#[derive(Clone, Default)]
pub(crate) struct Kept {
    pub(super) memory: Rc<RefCell<Memory>>,
    pub(super) commands: Option<CommandQueue>,
}

impl Kept {
    /// Of a driver that is stopped at a call, waiting for an access.
    pub fn state(&self, at: Call, request: Request) -> DriverState {
        let commands = self.commands.as_ref().map(CommandQueue::pointers);
        DriverState { at, request, memory: self.memory.borrow().clone(), commands }
    }
}
