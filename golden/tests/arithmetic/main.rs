//! The queues of the model against plain mathematics: counters from the beginning of time that nothing wraps. In every
//! reachable state of queues of 1, 2 and 4 entries, and at random in larger ones.

mod any_size;
mod command_comparison;
mod command_counters;
mod command_states;
mod comparison;
mod counters;
mod events;
mod every_state;
mod pages;
