//! The rules of the queues, one test each, with expected values worked out by hand.

mod aborts;
mod bus;
mod command_doubt;
mod command_fixture;
mod command_flow;
mod command_legality;
mod command_sync;
mod cons;
mod decision_table;
mod enables;
mod fixture;
mod gerror;
mod guards;
mod handshakes;
mod interrupts;
mod msis;
mod named_rules;
mod pri_aborts;
mod pri_fixture;
mod pri_interrupts;
mod pri_overflow;
mod pri_responses;
mod pri_table;
mod sizes;
mod visibility;
