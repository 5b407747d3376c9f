//! Command queues in a known state, and shorthands for the steps of a test.

use smmuq_golden::{Command, Fetched, Parameters, Register, Response, Smmu};

use crate::fixture::*;

/// Byte address of the Command queue.
pub const CMD_BASE: u64 = 0xA000_0000;
/// CR0.CMDQEN.
pub const CMDQEN: u32 = 0b1000;
/// GERROR.CMDQ_ERR.
pub const CMDQ_ERR: u32 = 0b1;

/// A disabled Command queue of 2^`log2size` commands with PROD and CONS as given.
pub fn cmd_disabled_with(parameters: Parameters, log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = Smmu::new(parameters);
    write(&mut smmu, Register::CmdqBaseLo, CMD_BASE as u32 | log2size);
    write(&mut smmu, Register::CmdqProd, prod);
    write(&mut smmu, Register::CmdqCons, cons);
    smmu
}

pub fn cmd_disabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    cmd_disabled_with(Parameters::default(), log2size, prod, cons)
}

/// The same queue, enabled.
pub fn cmd_enabled(log2size: u32, prod: u32, cons: u32) -> Smmu {
    let mut smmu = cmd_disabled(log2size, prod, cons);
    set_cr0(&mut smmu, CMDQEN);
    smmu
}

/// Byte address of a slot of the queue at [`CMD_BASE`].
pub fn slot(number: u64) -> u64 {
    CMD_BASE + 16 * number
}

/// Commands that differ from each other and are handed on.
pub fn command(number: u32) -> Command {
    Command::cfgi_ste(number)
}

/// Fetches commands from a slot on.
pub fn fetch(smmu: &mut Smmu, from: u64, commands: &[Command]) {
    smmu.fetch(slot(from), commands.len() as u32).expect("the next commands");
    for command in commands {
        assert_eq!(smmu.fetched(Response::Okay, command.words()), Ok(Fetched::Kept));
    }
}

/// Hands the oldest command on.
pub fn send(smmu: &mut Smmu, command: Command) {
    smmu.command_sent(command.words()).expect("the oldest command");
}

pub fn cons(smmu: &Smmu) -> u32 {
    read(smmu, Register::CmdqCons)
}
