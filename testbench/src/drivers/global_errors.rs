//! The GERROR handler of Linux: reports what is active, gets a stopped Command queue going, acknowledges.
//!
//! ```text
//! R GERROR; R GERRORN; if equal: return; REPORT
//! CMDQ_ERR: R CMDQ_CONS; CERROR_ILL: the command at RD becomes a CMD_SYNC; others: it is tried again
//! W GERRORN = GERROR
//! ```

use smmuq_golden::{CmdqCons, Command, CommandError, Gerror, Line, Register};

use super::command_queue::CommandQueue;
use crate::bus::{Bus, Message};

pub(super) async fn serve(bus: Bus, commands: Option<CommandQueue>) {
    loop {
        bus.interrupt(Line::Gerror).await;
        let gerror = bus.read(Register::Gerror).await;
        let active = Gerror::from_bits(gerror ^ bus.read(Register::GerrorN).await);
        if active.into_bits() == 0 {
            continue;
        }
        bus.say(Message::GlobalErrors(active));
        if active.cmdq_err()
            && let Some(commands) = &commands
        {
            skip_illegal(&bus, commands).await;
        }
        bus.write(Register::GerrorN, gerror).await;
    }
}

/// C6: software may rewrite the failing command while the error is active.
async fn skip_illegal(bus: &Bus, commands: &CommandQueue) {
    let cons = CmdqCons::from_bits(bus.read(Register::CmdqCons).await);
    if cons.err() == CommandError::Ill.code() {
        bus.store(commands.address(cons.rd()), Command::sync(0)).await;
    }
}
