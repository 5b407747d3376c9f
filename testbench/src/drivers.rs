//! The published consumer algorithms of the Event queue and the PRI queue, one file each, and the rest of the software.
//!
//! Each algorithm is written so that a reader can hold the driver beside it: `queue.prod` and `queue.cons` are the
//! driver's copies of PROD and CONS, every `await` is one access, and anything can happen between two of them.

mod batch;
mod command_queue;
mod consumer;
#[cfg(test)]
mod equal_states;
mod global_errors;
mod groups;
mod linux_v4_9;
mod linux_v6_4;
mod setup;
mod state;
mod thread_v1;

use std::fmt;

use crate::bus::{Running, Task};
use crate::queue::Queue;
use command_queue::CommandQueue;
use consumer::Consumer;
pub use setup::{Place, Setup, Sizes};
pub use state::DriverState;
pub(crate) use state::Kept;

/// A driver that one can choose by name: what it does with the Event queue and with the PRI queue.
#[derive(Clone, Copy)]
pub struct Driver {
    /// What people call it.
    pub name: &'static str,
    /// What it does and where it is found, in a line.
    pub summary: &'static str,
    run: fn(Consumer) -> Running,
}

/// The driver that runs when nobody asks for another.
pub const DEFAULT: &str = "linux-v6.4";

/// All drivers.
pub const ALL: &[Driver] = &[
    Driver {
        name: "linux-v4.9",
        summary: "Linux v4.9 to v6.3: the acknowledge stays in the driver's copy of CONS",
        run: |queue| Box::pin(linux_v4_9::run(queue)),
    },
    Driver {
        name: "thread-v1",
        summary: "the patch as posted in March 2023: always writes CONS after the drain",
        run: |queue| Box::pin(thread_v1::run(queue)),
    },
    Driver {
        name: "linux-v6.4",
        summary: "Linux since v6.4 (also v6.1.y, v5.15.y): writes CONS after the drain if OVFLG changed",
        run: |queue| Box::pin(linux_v6_4::run(queue)),
    },
    Driver {
        name: "batch",
        summary: "takes everything up to PROD, then frees and acknowledges it with one CONS write",
        run: |queue| Box::pin(batch::run(queue)),
    },
];

impl Driver {
    /// Finds a driver by name.
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|driver| driver.name == name)
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A part of the software that runs on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Sets everything up, then ends.
    Setup,
    /// The interrupt handler of a queue.
    Handler(Queue),
    /// The interrupt handler of GERROR.
    GlobalErrors,
    /// Issues commands for others.
    Producer,
}

impl Who {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Setup,
        Self::Handler(Queue::Event),
        Self::Handler(Queue::Pri),
        Self::GlobalErrors,
        Self::Producer,
    ];
}

/// Starts a part of the software; nothing where what it serves is not set up.
pub(crate) fn start(driver: Driver, setup: Setup) -> impl Fn(Who) -> Option<Task> {
    let commands = setup.command.map(|place| CommandQueue::new(place, setup.msi));
    move |who| {
        let commands = commands.clone();
        let consume = |queue, place| {
            let kept = Kept { commands: commands.clone(), ..Kept::default() };
            Task::start_visible(kept, |bus, kept| (driver.run)(Consumer::new(bus, queue, place, kept)))
        };
        match who {
            Who::Setup => Some(Task::start(|bus| Box::pin(setup::set_up(bus, setup)))),
            Who::Handler(Queue::Event) => Some(consume(Queue::Event, setup.event)),
            Who::Handler(Queue::Pri) => setup.pri.map(|place| consume(Queue::Pri, place)),
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
