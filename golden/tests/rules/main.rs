//! The rules of the Event queue, one test each, with expected values worked out by hand.

mod aborts;
mod bus;
mod cons;
mod counters;
mod decision_table;
mod enables;
mod fixture;
mod interrupts;
mod sizes;
mod visibility;
