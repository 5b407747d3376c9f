//! The published consumer algorithms of the Event queue and the PRI queue, one file each, and the rest of the software.
//!
//! Each algorithm is written so that a reader can hold the driver beside it: `queue.prod` and `queue.cons` are the
//! driver's copies of PROD and CONS, every `await` is one access, and anything can happen between two of them.

mod ack_on_detect;
mod aienos;
mod batch;
mod command_queue;
mod consumer;
mod drain_faults;
mod edk2;
mod freebsd;
mod global_errors;
mod groups;
mod gunyah;
mod leave_one;
mod linux_v4_2;
mod linux_v4_9;
mod linux_v6_4;
mod openbsd;
mod qiommu;
mod registry;
mod setup;
mod spec_7_4;
mod spec_7_4_final;
mod state;
mod thread_v1;
mod xen;
mod zephyr;

#[cfg(test)]
mod accesses;
#[cfg(test)]
pub(crate) mod edited;
#[cfg(test)]
mod equal_states;

use std::fmt;

use crate::bus::{Running, Task};
use crate::queue::Queue;
use command_queue::CommandQueue;
use consumer::Consumer;
pub use registry::{ALL, DEFAULT, Driver, REVIEWED, UnknownDriver};
pub use setup::{Place, Setup, Sizes};
pub use state::DriverState;
pub(crate) use state::Kept;

/// A part of the software that runs on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Sets everything up, then ends.
    Setup,
    /// The interrupt handler of a queue.
    Handler(Queue),
    /// What that handler wakes, if the driver divides its work so.
    Thread(Queue),
    /// The interrupt handler of GERROR.
    GlobalErrors,
    /// Issues commands for others.
    Producer,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Setup,
        Self::Handler(Queue::Event),
        Self::Thread(Queue::Event),
        Self::Handler(Queue::Pri),
        Self::Thread(Queue::Pri),
        Self::GlobalErrors,
        Self::Producer,
    ];
}

/// Starts the parts of the software, each of them once; nothing where what it serves is not set up, or where the driver
/// has no such part.
pub(crate) fn start(driver: Driver, setup: Setup) -> impl Fn(Who) -> Option<Task> {
    let commands = setup.command.map(|place| CommandQueue::new(place, setup.msi));
    let kept = Queue::ALL.map(|_| Kept { commands: commands.clone(), ..Kept::default() });
    move |who| {
        let commands = commands.clone();
        let consume = |queue, part: fn(Consumer) -> Running| {
            let place = match queue {
                Queue::Event => setup.event,
                Queue::Pri => setup.pri?,
            };
            let kept = kept[queue as usize].clone();
            let consumer = |bus, kept| part(Consumer::new(bus, queue, place, driver.is_delayed(), kept));
            driver.serves(queue).then(|| Task::start_visible(kept, consumer))
        };
        match who {
            Who::Setup => Some(Task::start(|bus| Box::pin(setup::set_up(bus, setup)))),
            Who::Handler(queue) => consume(queue, driver.handler),
            Who::Thread(queue) => consume(queue, driver.thread?),
            Who::GlobalErrors => {
                Some(Task::start(|bus| Box::pin(global_errors::serve(bus, commands.clone()))))
            }
            Who::Producer => {
                let commands = commands?;
                Some(Task::start(|bus| Box::pin(command_queue::produce(bus, commands))))
            }
        }
    }
}
