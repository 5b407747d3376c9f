//! A part of the software, and what the stimulus lets it do.

use smmuq_golden::Register;

use crate::bus::{Request, Task};
use crate::drivers::Who;
use crate::queue::Queue;
use crate::timeline::What;

/// A task and how far it may go. What is counted of a handler counts its thread too.
pub(super) struct Part {
    pub who: Who,
    pub task: Option<Task>,
    /// How many more accesses it may make.
    pub allowance: u64,
    pub cons_writes: u64,
    /// Entries taken since its last CONS write.
    pub taken: u64,
    /// Opcodes of the commands stored since the last CMDQ_PROD write.
    pub stored: Vec<u8>,
    /// The cycle before which it does nothing.
    pub not_before: u64,
    /// A polled driver has looked since the stimulus last let it go.
    pub polled: bool,
}

impl Part {
    pub fn new(who: Who, task: Option<Task>) -> Self {
        let (allowance, cons_writes, taken, not_before) = (0, 0, 0, 0);
        Self { who, task, allowance, cons_writes, taken, stored: Vec::new(), not_before, polled: false }
    }

    pub fn request(&self) -> Option<Request> {
        self.task.as_ref()?.request()
    }

    /// What a register write of the task says.
    pub fn wrote(&mut self, register: Register, value: u32) -> Vec<What> {
        if let Some(queue) = Queue::ALL.into_iter().find(|queue| queue.cons() == register) {
            self.cons_writes += 1;
            let entries = std::mem::take(&mut self.taken);
            return vec![if entries > 0 {
                What::Consumed { queue, entries }
            } else {
                What::WroteCons(queue)
            }];
        }
        if register == Register::CmdqProd {
            return std::mem::take(&mut self.stored).into_iter().map(What::Issued).collect();
        }
        vec![What::DriverWrote(register, value)]
    }
}

impl Who {
    /// The stimulus lets a handler and its thread go together.
    pub(super) fn allowed_by(self) -> Self {
        match self {
            Self::Thread(queue) => Self::Handler(queue),
            other => other,
        }
    }
}
