//! The mistakes in the PRI queue, the Command queue and the message-signalled interrupts.

use smmuq_golden::{Command, CommandError, Gerror, Line, PrgResponse, PriMessage, Register, Response, Smmu};
use smmuq_testbench::memory::Writer;
use smmuq_testbench::target::Step;

use crate::cases::{Case, believes, does};
use crate::wrong::Cycle;

/// Two entries in the PRI queue, four in the Command queue, MSIs of the Event queue and of GERROR, all enabled; then the
/// steps of the case.
macro_rules! enabled {
    ($steps:literal) => {
        concat!(
            r#"{ write = { register = "IRQ_CTRL", value = 0 } },
               { write = { register = "EVENTQ_IRQ_CFG0_LO", value = 0xB0000010 } },
               { write = { register = "EVENTQ_IRQ_CFG1", value = 0x1234 } },
               { write = { register = "GERROR_IRQ_CFG0_LO", value = 0xB0000020 } },
               { write = { register = "IRQ_CTRL", value = 7 } },
               { write = { register = "PRIQ_BASE_LO", value = 0x90000001 } },
               { write = { register = "CMDQ_BASE_LO", value = 0xA0000002 } },
               { write = { register = "CR0", value = 0x1F } }, "#,
            $steps
        )
    };
}

/// Two are written, the third overflows.
const OVERFLOWED: &str = enabled!("{ page-requests = { count = 3 } }");

/// The message that was taken in this cycle.
fn taken(cycle: &Cycle) -> Option<PriMessage> {
    cycle.steps.iter().find_map(|step| match step {
        Step::AcceptedPri(offer) => Some(offer.message),
        _ => None,
    })
}

/// A message was taken and lost in an overflow.
fn lost_in_overflow(cycle: &Cycle) -> Option<PriMessage> {
    let full = cycle.before.pri_queue().fill().is_full() || cycle.before.pri_overflow_active();
    taken(cycle).filter(|_| full && cycle.before.priq_enabled())
}

fn for_each_response(cycle: &mut Cycle, mistake: fn(&mut PrgResponse)) {
    for step in cycle.steps.iter_mut() {
        if let Step::Prg(response) = step {
            mistake(response);
        }
    }
}

fn answer(cycle: &mut Cycle, message: PriMessage) {
    let (stream_id, index) = (message.stream_id(), message.prg_index());
    let response = PrgResponse { stream_id, substream_id: None, index, code: PrgResponse::SUCCESS };
    cycle.steps.push(Step::Prg(response));
}

fn toggle_pri_ovflg(cycle: &mut Cycle) {
    let prod = &mut cycle.target.smmu.priq_prod;
    prod.set_ovflg(!prod.ovflg());
}

/// The answer to the write of a message.
fn answered_message(cycle: &Cycle) -> Option<Response> {
    cycle.steps.iter().find_map(|step| match step {
        Step::Response { writer: Writer::Pri, response, .. } => Some(*response),
        _ => None,
    })
}

/// Whether an error became active in this cycle.
fn flagged(cycle: &Cycle, error: fn(&Gerror) -> bool) -> bool {
    error(&cycle.before.gerror) != error(&cycle.target.smmu.gerror)
}

fn for_each_msi(cycle: &mut Cycle, mistake: fn(&mut u64, &mut u32)) {
    for step in cycle.steps.iter_mut() {
        if let Step::Msi { address, data } = step {
            mistake(address, data);
        }
    }
}

/// The command that came from memory in this cycle, in which the golden model also ends it.
fn fetched(cycle: &Cycle) -> Option<Command> {
    cycle.steps.iter().find_map(|step| match step {
        Step::Fetched { words, .. } => Some(Command::from_words(*words)),
        _ => None,
    })
}

/// A CMD_SYNC forgets what it waits for.
fn forget_to_wait(smmu: &mut Smmu) {
    if let Some(sync) = &mut smmu.commands.synchronizing {
        (sync.events_ahead, sync.abort_ahead) = (0, false);
    }
}

/// PRI messages and their answers.
pub const MESSAGES: &[Case] = &[
    // The golden model has dropped the message, and then knows nothing of its write.
    Case::new(
        "a message is written while an overflow is unacknowledged",
        believes(|smmu| {
            let ovflg = smmu.priq_prod.ovflg();
            smmu.priq_cons.set_ovackflg(ovflg);
        }),
        enabled!(
            r#"{ page-requests = { count = 3, last = false } },
               { write = { register = "PRIQ_CONS", value = 2 } }, { page-requests = { last = false } }"#
        ),
    )
    .seen_as("memory write", "Q8"),
    Case::new(
        "an automatic response with a PASID that the request has not",
        does(|cycle| for_each_response(cycle, |response| response.substream_id = Some(5))),
        OVERFLOWED,
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "an automatic response without the PASID of the request",
        does(|cycle| for_each_response(cycle, |response| response.substream_id = None)),
        enabled!("{ page-requests = { count = 3, pasid = true, ppar = true } }"),
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "Failure with the PASID of the request",
        does(|cycle| for_each_response(cycle, |response| response.substream_id = Some(5))),
        enabled!(
            r#"{ write = { register = "CR0", value = 0x1D } }, { page-requests = { pasid = true, ppar = true } }"#
        ),
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "InvalidRequest for Success",
        does(|cycle| for_each_response(cycle, |response| response.code = PrgResponse::INVALID_REQUEST)),
        OVERFLOWED,
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "a response with another PRGIndex",
        does(|cycle| for_each_response(cycle, |response| response.index ^= 1)),
        OVERFLOWED,
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "a Stop marker is answered",
        does(|cycle| {
            if let Some(message) = lost_in_overflow(cycle).filter(|message| message.is_stop_marker()) {
                answer(cycle, message);
            }
        }),
        enabled!("{ page-requests = { count = 2 } }, { page-requests = { stop-marker = true } }"),
    )
    .seen_as("PRG response", "P2"),
    Case::new(
        "a request that is not the last of its group is answered in an overflow",
        does(|cycle| {
            if let Some(message) = lost_in_overflow(cycle).filter(|message| !message.last()) {
                answer(cycle, message);
            }
        }),
        enabled!("{ page-requests = { count = 3, last = false } }"),
    )
    .seen_as("PRG response", "P7"),
    Case::new(
        "the last request of a group is not answered",
        does(|cycle| cycle.steps.retain(|step| !matches!(step, Step::Prg(_)))),
        OVERFLOWED,
    )
    .seen_as("progress", "V5"),
    Case::new(
        "a request is answered twice",
        does(|cycle| {
            let again: Vec<_> =
                cycle.steps.iter().filter(|step| matches!(step, Step::Prg(_))).cloned().collect();
            cycle.steps.extend(again);
        }),
        OVERFLOWED,
    )
    .seen_as("PRG response", "5.3"),
    Case::new(
        "the OVFLG of the PRI queue does not toggle",
        does(|cycle| {
            if lost_in_overflow(cycle).is_some() {
                let ovflg = cycle.before.priq_prod.ovflg();
                cycle.target.smmu.priq_prod.set_ovflg(ovflg);
            }
        }),
        OVERFLOWED,
    )
    .seen_as("PRIQ_PROD.OVFLG", "P5"),
    Case::new(
        "the OVFLG of the PRI queue toggles again without an acknowledge",
        does(|cycle| {
            if lost_in_overflow(cycle).is_some() && cycle.before.pri_overflow_active() {
                toggle_pri_ovflg(cycle);
            }
        }),
        enabled!("{ page-requests = { count = 4 } }"),
    )
    .seen_as("PRIQ_PROD.OVFLG", "P6"),
    Case::new(
        "the OVFLG of the PRI queue toggles while it is disabled",
        does(|cycle| {
            if taken(cycle).is_some() && !cycle.before.priq_enabled() {
                toggle_pri_ovflg(cycle);
            }
        }),
        enabled!(
            r#"{ page-requests = { count = 2 } }, { write = { register = "CR0", value = 0x1E } }, { page-requests = {} }"#
        ),
    )
    .seen_as("PRIQ_PROD.OVFLG", "E7"),
    Case::new(
        "PROD covers a message whose write aborted",
        does(|cycle| {
            if answered_message(cycle) == Some(Response::Error) {
                let wr = cycle.before.priq_prod.wr();
                cycle.target.smmu.priq_prod.set_wr(wr + 1);
            }
        }),
        enabled!("{ abort = 1 }, { page-requests = {} }"),
    )
    .seen_as("PRIQ_PROD.WR", "P12"),
    Case::new(
        "PRIQ_ABT_ERR does not toggle",
        does(|cycle| {
            let before = cycle.before.gerror.priq_abt_err();
            cycle.target.smmu.gerror.set_priq_abt_err(before);
        }),
        enabled!("{ abort = 1 }, { page-requests = {} }"),
    )
    .seen_as("GERROR.PRIQ_ABT_ERR", "P12"),
    Case::new(
        "a message that is lost in an overflow does not interrupt although LO is set",
        does(|cycle| {
            if lost_in_overflow(cycle).is_some() {
                cycle.target.smmu.owed.priq = false;
            }
        }),
        enabled!(
            r#"{ page-requests = { count = 2 } }, { write = { register = "IRQ_CTRL", value = 5 } },
               { write = { register = "PRIQ_IRQ_CFG2", value = 0x80000000 } },
               { write = { register = "IRQ_CTRL", value = 7 } }, { page-requests = {} }"#
        ),
    )
    .seen_as("interrupt", "I3"),
    Case::new(
        "CR0ACK acknowledges a disable while a message is in flight",
        does(|cycle| {
            if !cycle.before.cr0.priqen() {
                cycle.smmu().cr0ack.set_priqen(false);
            }
        }),
        enabled!(
            r#"{ hold = true }, { page-requests = {} }, { write = { register = "CR0", value = 0x1D } }"#
        ),
    )
    .seen_as("CR0ACK", "E7"),
    Case::new(
        "PRIQ_PROD is writable while the queue is enabled",
        does(|cycle| cycle.take_unguarded(Register::PriqProd)),
        enabled!(r#"{ write = { register = "PRIQ_PROD", value = 1 } }"#),
    )
    .seen_as("PRIQ_PROD.WR", "E3"),
    // E7: the guard is the field itself, not its effective value.
    Case::new(
        "PRIQ_PROD is writable while only SMMUEN is 0",
        does(|cycle| {
            if !cycle.before.cr0.smmuen() {
                cycle.take_unguarded(Register::PriqProd);
            }
        }),
        enabled!(
            r#"{ write = { register = "CR0", value = 0x1E } }, { write = { register = "PRIQ_PROD", value = 1 } }"#
        ),
    )
    .seen_as("PRIQ_PROD.WR", "E3"),
];

/// The Command queue.
pub const COMMANDS: &[Case] = &[
    Case::new(
        "a command beyond PROD is fetched",
        does(|cycle| {
            for step in cycle.steps.iter_mut() {
                if let Step::Fetch { beats, .. } = step {
                    *beats += 1;
                }
            }
        }),
        enabled!(r#"{ commands = ["tlbi"] }"#),
    )
    .seen_as("fetch of commands", "C1"),
    Case::new(
        "a command changes on its way",
        does(|cycle| {
            for step in cycle.steps.iter_mut() {
                if let Step::Command(words) = step {
                    words[1] ^= 1 << 63;
                }
            }
        }),
        enabled!(r#"{ commands = ["cfgi-ste"] }"#),
    )
    .seen_as("command passed on", "C1"),
    Case::new(
        "an illegal command is passed on",
        does(|cycle| {
            if let Some(command) = fetched(cycle) {
                cycle.steps.push(Step::Command(command.words()));
            }
        }),
        enabled!(r#"{ commands = ["secure"] }"#),
    )
    .seen_as("command passed on", "C5"),
    Case::new(
        "RD moves past a command that fails",
        does(|cycle| {
            if flagged(cycle, Gerror::cmdq_err) {
                let rd = cycle.before.cmdq_cons.rd();
                cycle.smmu().cmdq_cons.set_rd(rd + 1);
            }
        }),
        enabled!(r#"{ commands = ["reserved"] }"#),
    )
    .seen_as("CMDQ_CONS.RD", "C3"),
    Case::new(
        "ERR shows the reason, and CMDQ_ERR does not toggle",
        does(|cycle| cycle.target.smmu.gerror = cycle.before.gerror),
        enabled!(r#"{ commands = ["reserved"] }"#),
    )
    .seen_as("CMDQ_CONS.ERR", "C3"),
    Case::new(
        "CMDQ_ERR toggles, and ERR does not show the reason",
        does(|cycle| {
            let err = cycle.before.cmdq_cons.err();
            cycle.smmu().cmdq_cons.set_err(err);
        }),
        enabled!(r#"{ commands = ["reserved"] }"#),
    )
    .seen_as("CMDQ_CONS.ERR", "C4"),
    Case::new(
        "a fetch that aborts is an illegal command",
        does(|cycle| {
            if flagged(cycle, Gerror::cmdq_err) {
                cycle.smmu().cmdq_cons.set_err(CommandError::Ill.code());
            }
        }),
        enabled!(r#"{ abort-reads = 1 }, { commands = ["tlbi"] }"#),
    )
    .seen_as("CMDQ_CONS.ERR", "C4"),
    Case::new(
        "commands go on without an acknowledge",
        believes(|smmu| smmu.gerrorn = smmu.gerror),
        enabled!(r#"{ atc-errors = 1 }, { commands = ["sync"] }, { cycles = 20 }"#),
    )
    .seen_as("fetch of commands", "C6"),
    Case::new(
        "CMDQ_CONS is writable while the queue is enabled",
        does(|cycle| cycle.take_unguarded(Register::CmdqCons)),
        enabled!(r#"{ write = { register = "CMDQ_CONS", value = 1 } }"#),
    )
    .seen_as("CMDQ_CONS.RD", "E3"),
    Case::new(
        "a write of CMDQ_CONS takes ERR",
        does(|cycle| {
            if cycle.written(Register::CmdqCons).is_some() {
                cycle.smmu().cmdq_cons.set_err(1);
            }
        }),
        enabled!(
            r#"{ write = { register = "CR0", value = 0x17 } }, { write = { register = "CMDQ_CONS", value = 0x01000000 } }"#
        ),
    )
    .seen_as("CMDQ_CONS.ERR", "C4"),
    Case::new(
        "a CMD_SYNC completes before an event record is visible",
        believes(forget_to_wait),
        enabled!(r#"{ hold = true }, { terminated = 1 }, { commands = ["sync"] }"#),
    )
    .seen_as("command SyncCompleted", "C17"),
    Case::new(
        "a CMD_SYNC signals before CONS shows that it is consumed",
        does(|cycle| {
            let accepted = cycle.steps.iter().any(|step| matches!(step, Step::Sync { .. }));
            cycle.smmu().owed.cmd_sync |= accepted;
        }),
        enabled!(r#"{ hold = true }, { terminated = 1 }, { commands = ["sync-irq"] }"#),
    )
    .seen_as("interrupt CmdSync", "C12"),
    Case::new(
        "a CMD_SYNC gives no wake-up event",
        does(|cycle| cycle.smmu().owed.sev = false),
        enabled!(r#"{ commands = ["sync-sev"] }"#),
    )
    .seen_as("interrupt", "C12"),
    Case::new(
        "a full queue that is full no more gives no wake-up event",
        does(|cycle| cycle.smmu().owed.sev = false),
        enabled!(r#"{ commands = ["tlbi", "tlbi", "tlbi", "tlbi"] }"#),
    )
    .seen_as("interrupt", "C12"),
    Case::new(
        "Resp of CMD_PRI_RESP as the code of the response",
        does(|cycle| for_each_response(cycle, |response| response.code = 0b10)),
        enabled!(r#"{ commands = ["pri-resp"] }"#),
    )
    .seen_as("PRG response", "P13"),
    Case::new(
        "CMD_PRI_RESP answers although SMMUEN is 0",
        does(|cycle| {
            if let Some(command) = fetched(cycle) {
                cycle.steps.push(Step::Prg(success(command)));
            }
        }),
        enabled!(r#"{ write = { register = "CR0", value = 0x1E } }, { commands = ["pri-resp"] }"#),
    )
    .seen_as("PRG response", "P13"),
    Case::new(
        "CR0ACK acknowledges a disable while a CMD_SYNC is in progress",
        does(|cycle| {
            if !cycle.before.cr0.cmdqen() {
                cycle.smmu().cr0ack.set_cmdqen(false);
            }
        }),
        enabled!(
            r#"{ hold = true }, { terminated = 1 }, { commands = ["sync"] },
               { write = { register = "CR0", value = 0x17 } }"#
        ),
    )
    .seen_as("CR0ACK", "E8"),
];

fn success(command: Command) -> PrgResponse {
    PrgResponse {
        stream_id: command.stream_id(),
        substream_id: command.substream_id(),
        index: command.prg_index(),
        code: PrgResponse::SUCCESS,
    }
}

/// Message-signalled interrupts.
pub const MSIS: &[Case] = &[
    Case::new(
        "an MSI before its cause",
        does(|cycle| {
            if cycle.took(smmuq_golden::Kind::Terminated) {
                cycle.steps.push(Step::Msi { address: 0xB000_0010, data: 0x1234 });
            }
        }),
        enabled!("{ terminated = 1 }"),
    )
    .seen_as("MSI", "I7"),
    Case::new(
        "an MSI to another address",
        does(|cycle| for_each_msi(cycle, |address, _| *address += 4)),
        enabled!("{ terminated = 1 }"),
    )
    .seen_as("MSI", "I7"),
    Case::new(
        "an MSI with other data",
        does(|cycle| for_each_msi(cycle, |_, data| *data += 1)),
        enabled!("{ terminated = 1 }"),
    )
    .seen_as("MSI", "I7"),
    Case::new(
        "an MSI to address 0",
        does(|cycle| {
            if cycle.published() {
                cycle.steps.push(Step::Msi { address: 0, data: 0x1234 });
            }
        }),
        enabled!(
            r#"{ write = { register = "IRQ_CTRL", value = 0 } },
               { write = { register = "EVENTQ_IRQ_CFG0_LO", value = 0 } },
               { write = { register = "IRQ_CTRL", value = 7 } }, { terminated = 1 }"#
        ),
    )
    .seen_as("MSI", "C13"),
    Case::new(
        "an MSI that is lost toggles the wrong error",
        does(|cycle| {
            if flagged(cycle, Gerror::msi_eventq_abt_err) {
                let gerror = &mut cycle.target.smmu.gerror;
                gerror.set_msi_eventq_abt_err(!gerror.msi_eventq_abt_err());
                gerror.set_msi_gerror_abt_err(!gerror.msi_gerror_abt_err());
            }
        }),
        enabled!("{ hold = true }, { terminated = 1 }, { abort = 1 }, { hold = false }"),
    )
    .seen_as("GERROR.MSI_EVENTQ_ABT_ERR", "I6"),
    Case::new(
        "MSI_GERROR_ABT_ERR interrupts",
        does(|cycle| {
            let lost = flagged(cycle, Gerror::msi_gerror_abt_err);
            cycle.smmu().owed.gerror |= lost;
        }),
        enabled!(r#"{ abort = 1 }, { commands = ["reserved"] }"#),
    )
    .seen_as("interrupt Gerror", "G4"),
    Case::new(
        "a disable of interrupts is acknowledged while an MSI is in flight",
        does(|cycle| {
            if !cycle.before.irq_ctrl.eventq_irqen() && !cycle.target.smmu.owed.owes(Line::Eventq) {
                cycle.smmu().irq_ctrlack.set_eventq_irqen(false);
            }
        }),
        enabled!(
            r#"{ hold = true }, { terminated = 1 }, { release = 1 },
               { write = { register = "IRQ_CTRL", value = 3 } }"#
        ),
    )
    .seen_as("IRQ_CTRLACK", "I6"),
];
