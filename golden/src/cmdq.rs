//! The Command queue (4, 7.1): fetching commands, which are legal, and how each is consumed or
//! fails.
//!
//! The oldest command may be on its way to where it is carried out without a step having said so,
//! and a fetch may be on its way to the system. When the queue stops, these go on, while what is
//! only buffered is dropped (Q17, E8). The model then allows both until a step tells.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::gerror::GlobalError;
use crate::queue::Fill;
use crate::{
    Command, CommandError, Fetched, MsiSource, Oldest, PrgResponse, PrgSource, Response, Smmu, StepError,
};

/// A command that was fetched and is neither consumed nor failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BufferedCommand {
    /// How the read of it ended.
    pub response: Response,
    /// The command; without meaning if the read failed.
    pub command: Command,
}

/// Some commands that follow each other in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Byte address of the first.
    pub address: u64,
    /// Number of commands, at least 1.
    pub commands: u32,
}

impl Span {
    fn has(self, address: u64, commands: u32) -> bool {
        self.address == address && (1..=self.commands).contains(&commands)
    }
}

/// A fetch that was sent and is not answered completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Burst {
    /// Commands still to come.
    pub left: u32,
    /// Whether they are buffered, and not dropped because the queue stopped (Q17).
    pub kept: bool,
}

/// A CMD_SYNC whose earlier commands have completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Synchronizing {
    /// An ATS invalidation failed (C16).
    pub failed: bool,
    /// Event records committed before it that have no response yet (C17).
    pub events_ahead: usize,
    /// The write of one of these aborted, and the error is not flagged (C17).
    pub abort_ahead: bool,
}

/// How far the commands at RD have come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct CommandProgress {
    /// Fetched commands from RD on.
    pub buffer: VecDeque<BufferedCommand>,
    /// The fetch that is sent and not answered completely.
    pub burst: Option<Burst>,
    /// The oldest command is a CMD_SYNC that waits for its completion.
    pub synchronizing: Option<Synchronizing>,
    /// What is buffered may have been dropped when the queue stopped; a fetch from RD tells so.
    pub doubtful: bool,
    /// Fetches one of which may have been on its way when the queue stopped, once or more often (E2).
    /// What it brings is dropped.
    pub stragglers: Vec<Span>,
    /// Commands from RD on that PROD covered before software moved it back, with no fetch since. One
    /// may have been on its way (Q15).
    pub covered: u32,
    /// The oldest command is a CMD_PRI_RESP that may have been on its way when SMMUEN was cleared.
    pub responding: bool,
}

impl CommandProgress {
    /// An event record has its response (C17).
    pub(crate) fn event_answered(&mut self, response: Response) {
        if let Some(sync) = &mut self.synchronizing
            && sync.events_ahead > 0
        {
            sync.events_ahead -= 1;
            sync.abort_ahead |= response == Response::Error;
        }
    }

    /// The abort of an event record is flagged (C17).
    pub(crate) fn event_abort_flagged(&mut self) {
        if let Some(sync) = &mut self.synchronizing {
            sync.abort_ahead = false;
        }
    }

    /// The disable of the queue completes (E8): from now on it is known what was dropped.
    pub(crate) fn finish(&mut self) -> Result<(), StepError> {
        if self.burst.is_some() || self.synchronizing.is_some() {
            return Err(StepError::CommandInProgress);
        }
        *self = CommandProgress::default();
        Ok(())
    }

    /// The buffer is dropped, all but the first `kept` commands; what is still to come as well (Q17).
    fn stop(&mut self, kept: usize, on_their_way: Vec<Span>) {
        self.buffer.truncate(kept);
        self.doubtful = kept > 0;
        self.covered = 0;
        match &mut self.burst {
            Some(burst) => burst.kept = false,
            None => {
                self.stragglers.extend(on_their_way);
                self.stragglers.sort_unstable();
                self.stragglers.dedup();
            }
        }
    }
}

/// What a register write can stop, as it was before the write.
pub(crate) struct BeforeWrite {
    flowing: bool,
    oldest: Oldest,
    next_fetches: Vec<Span>,
    pending: u32,
}

impl Smmu {
    /// Whether commands are fetched and begun: the queue is enabled, and no command error is active
    /// (C1).
    pub fn commands_flow(&self) -> bool {
        self.cmdq_enabled() && !self.error_active(GlobalError::Cmdq)
    }

    /// What has to happen with the oldest command.
    pub fn oldest(&self) -> Oldest {
        // An inconsistent queue shows no commands (Q6, Q15).
        let begins = self.commands_flow() && self.command_queue().used() > 0;
        if begins || self.commands.synchronizing.is_some() { self.begun() } else { Oldest::None }
    }

    /// What happens with the oldest command if it has begun.
    fn begun(&self) -> Oldest {
        if let Some(sync) = self.commands.synchronizing {
            let error = CommandError::AtcInvSync; // C16
            return if sync.failed { Oldest::Fail(error) } else { Oldest::SyncWaiting };
        }
        match self.commands.buffer.front() {
            None => Oldest::None,
            Some(BufferedCommand { response: Response::Error, .. }) => Oldest::Fail(CommandError::Abt), // C4
            // C5: an illegal command is that also where it would be ignored.
            Some(fetched) if !self.legal(fetched.command) => Oldest::Fail(CommandError::Ill),
            Some(fetched) => self.carry_out(fetched.command),
        }
    }

    fn carry_out(&self, command: Command) -> Oldest {
        match command.opcode() {
            Command::SYNC => Oldest::Sync(command),
            // P13: ignored while the SMMU is disabled.
            Command::PRI_RESP if !self.smmu_enabled() => Oldest::Skip(command),
            Command::PRI_RESP => Oldest::Prg(response_of(command)),
            _ => Oldest::Send(command),
        }
    }

    /// Whether a command is not CERROR_ILL: an opcode of the Non-secure Command queue, implemented,
    /// and with legal parameters (C5). Reserved fields are not checked.
    fn legal(&self, command: Command) -> bool {
        self.implements(command.opcode()) && legal_parameters(command)
    }

    fn implements(&self, opcode: u8) -> bool {
        match opcode {
            Command::PREFETCH_CONFIG | Command::PREFETCH_ADDR => true,
            Command::CFGI_STE | Command::CFGI_STE_RANGE | Command::CFGI_CD | Command::CFGI_CD_ALL => true,
            Command::TLBI_NH_ALL | Command::TLBI_NH_ASID => true,
            Command::TLBI_NH_VA | Command::TLBI_NH_VAA => true,
            Command::TLBI_EL2_ALL | Command::TLBI_EL2_ASID => true,
            Command::TLBI_EL2_VA | Command::TLBI_EL2_VAA => true,
            Command::TLBI_S12_VMALL | Command::TLBI_S2_IPA | Command::TLBI_NSNH_ALL => true,
            Command::SYNC => true,
            Command::ATC_INV => self.parameters.ats,
            Command::PRI_RESP => self.parameters.pri, // P13
            Command::RESUME | Command::STALL_TERM => self.parameters.stall, // ST7, C18
            // Reserved, Secure, EL3, DPT, VMS and IMPLEMENTATION DEFINED ones.
            _ => false,
        }
    }

    /// The next commands that a fetch can bring, with `buffered` ones from RD on fetched already:
    /// never beyond PROD (C1), as it is or was when the fetch was sent on its way (Q15), and up to the
    /// end of the queue, where the addresses wrap.
    fn next_fetch(&self, buffered: usize) -> Option<Span> {
        let queue = self.command_queue();
        let covered = queue.used().max(self.commands.covered);
        let pending = (covered as usize).checked_sub(buffered)?;
        let position = queue.layout.ahead(queue.rd, buffered);
        let before_wrap = queue.layout.entries() - position.index;
        let commands = before_wrap.min(pending as u32);
        (commands > 0).then(|| Span { address: queue.layout.address(position), commands })
    }

    /// How many commands from RD on may be buffered: those that the model has or, after the queue
    /// stopped, the oldest one because it is in progress, or none.
    fn buffered(&self) -> impl Iterator<Item = usize> {
        let CommandProgress { buffer, doubtful, synchronizing, .. } = &self.commands;
        let none = (*doubtful && synchronizing.is_none()).then_some(0);
        let oldest = doubtful.then_some(buffer.len().min(1));
        [Some(buffer.len()), none, oldest].into_iter().flatten()
    }

    /// The fetches that may come next.
    fn next_fetches(&self) -> Vec<Span> {
        self.buffered().filter_map(|buffered| self.next_fetch(buffered)).collect()
    }

    /// A read of so many commands from an address is sent. A fetch from RD after the queue stopped
    /// says that what was buffered then is dropped (C6, Q17).
    ///
    /// # Errors
    /// [`StepError::FetchOutstanding`] while an earlier one is not answered. [`StepError::NoFetch`]
    /// unless it brings the next commands, while the queue is enabled and no command error is
    /// active (C1), or was on its way when that ended.
    pub fn fetch(&mut self, address: u64, beats: u32) -> Result<(), StepError> {
        if self.commands.burst.is_some() {
            return Err(StepError::FetchOutstanding);
        }
        let is = |span: Span| span.has(address, beats);
        let next = self.buffered().find(|&buffered| self.next_fetch(buffered).is_some_and(is));
        let next = next.filter(|_| self.commands_flow());
        let on_its_way = self.commands.stragglers.iter().copied().any(is);
        match next {
            Some(buffered) => {
                self.commands.buffer.truncate(buffered);
                self.commands.responding &= buffered > 0;
                self.commands.doubtful = on_its_way;
            }
            None if on_its_way => {}
            None => return Err(StepError::NoFetch),
        }
        self.commands.stragglers.clear();
        self.commands.covered = 0;
        self.commands.burst = Some(Burst { left: beats, kept: next.is_some() });
        Ok(())
    }

    /// The read of the next command of a fetch has its response.
    ///
    /// # Errors
    /// [`StepError::NothingFetched`] if no fetch is outstanding.
    pub fn fetched(&mut self, response: Response, words: [u64; 2]) -> Result<Fetched, StepError> {
        let burst = self.commands.burst.as_mut().ok_or(StepError::NothingFetched)?;
        burst.left -= 1;
        let kept = burst.kept;
        if burst.left == 0 {
            self.commands.burst = None;
        }
        if !kept {
            return Ok(Fetched::Dropped); // Q17
        }
        let command = Command::from_words(words);
        self.commands.buffer.push_back(BufferedCommand { response, command });
        Ok(Fetched::Kept)
    }

    /// The oldest command is handed to the rest of the SMMU, and with that consumed (C11).
    ///
    /// # Errors
    /// [`StepError::WrongCommand`] if it is not this one, or not of those that are handed on.
    pub fn command_sent(&mut self, words: [u64; 2]) -> Result<(), StepError> {
        if self.begun() != Oldest::Send(Command::from_words(words)) {
            return Err(StepError::WrongCommand);
        }
        self.consume();
        Ok(())
    }

    /// A PRG Response is sent: the oldest automatic one (5.3), or that of the oldest command, which
    /// is then consumed (P13).
    ///
    /// # Errors
    /// [`StepError::NoResponseOwed`] if it is neither.
    pub fn prg(&mut self, response: PrgResponse) -> Result<PrgSource, StepError> {
        if self.prg_owed.front() == Some(&response) {
            self.prg_owed.pop_front();
            return Ok(PrgSource::Automatic);
        }
        let of_command = match self.begun() {
            Oldest::Prg(of_command) => of_command,
            Oldest::Skip(command) if self.commands.responding => response_of(command),
            _ => return Err(StepError::NoResponseOwed),
        };
        if of_command != response {
            return Err(StepError::NoResponseOwed);
        }
        self.consume();
        Ok(PrgSource::Command)
    }

    /// The commands before the oldest one, a CMD_SYNC, have completed; `atc_error` if an ATS
    /// invalidation among them failed (C16).
    ///
    /// # Errors
    /// [`StepError::NoSync`] unless the oldest command is a CMD_SYNC that still waits for them.
    pub fn sync_accepted(&mut self, atc_error: bool) -> Result<(), StepError> {
        let Oldest::Sync(_) = self.begun() else {
            return Err(StepError::NoSync);
        };
        self.commands.synchronizing = Some(Synchronizing {
            failed: atc_error,
            events_ahead: self.in_flight.len(),
            abort_ahead: self.aborting,
        });
        Ok(())
    }

    /// CMD_SYNC completes: it is consumed, and gives its completion signal (C12, C14).
    ///
    /// # Errors
    /// [`StepError::NoSync`] unless [`Smmu::sync_accepted`] came before. [`StepError::SyncTooEarly`]
    /// while an event record from before that is neither visible nor reported as aborted (C17), or
    /// the MSI of an earlier CMD_SYNC has no response (C15).
    pub fn sync_completed(&mut self) -> Result<(), StepError> {
        let (Some(sync), Some(oldest)) = (self.commands.synchronizing, self.commands.buffer.front()) else {
            return Err(StepError::NoSync);
        };
        if sync.failed {
            return Err(StepError::NoSync); // C16
        }
        let events_outstanding = sync.events_ahead > 0 || sync.abort_ahead;
        if events_outstanding || self.msi_outstanding(MsiSource::CmdSync) {
            return Err(StepError::SyncTooEarly);
        }
        let command = oldest.command;
        self.consume();
        self.signal(command);
        Ok(())
    }

    /// The completion signal of a CMD_SYNC (C12). No enable has a say in it.
    fn signal(&mut self, sync: Command) {
        match sync.signal() {
            Command::SIG_IRQ => {
                self.owed.cmd_sync = true; // Whatever MSIAddress is.
                self.sync_msi = self.msi_of_sync(sync);
                self.owe_msi(MsiSource::CmdSync);
            }
            Command::SIG_SEV => self.owed.sev |= self.parameters.sev,
            _ => {}
        }
    }

    /// The oldest command is consumed without effect: a CMD_PRI_RESP while the SMMU is disabled
    /// (P13).
    ///
    /// # Errors
    /// [`StepError::WrongCommand`] if it is no such command.
    pub fn command_skipped(&mut self) -> Result<(), StepError> {
        let Oldest::Skip(_) = self.oldest() else {
            return Err(StepError::WrongCommand);
        };
        self.consume();
        Ok(())
    }

    /// The oldest command fails: ERR says why, CMDQ_ERR becomes active, RD stays, and what was
    /// fetched is dropped (C3, Q17).
    ///
    /// # Errors
    /// [`StepError::NoCommandError`] if it does not.
    pub fn command_failed(&mut self) -> Result<(), StepError> {
        let Oldest::Fail(error) = self.begun() else {
            return Err(StepError::NoCommandError);
        };
        let on_their_way = if self.commands_flow() { self.next_fetches() } else { Vec::new() };
        self.commands.synchronizing = None;
        self.commands.stop(0, on_their_way);
        self.cmdq_cons.set_err(error.code());
        self.activate(GlobalError::Cmdq);
        Ok(())
    }

    /// CONS passes the oldest command (C2). C10: a queue that was full gives a wake-up event.
    fn consume(&mut self) {
        let queue = self.command_queue();
        self.owed.sev |= self.parameters.sev && queue.fill() == Fill::Full;
        // Q3, Q12: index and wrap flag in one update, bits above them zero; ERR stays.
        self.cmdq_cons.set_rd(queue.layout.field(queue.layout.next(queue.rd)));
        self.commands.buffer.pop_front();
        self.commands.synchronizing = None;
        self.commands.responding = false;
        self.commands.covered = self.commands.covered.saturating_sub(1);
    }

    /// To be called before a register write that can stop the queue.
    pub(crate) fn before_write(&self) -> BeforeWrite {
        BeforeWrite {
            flowing: self.commands_flow(),
            oldest: self.begun(),
            next_fetches: self.next_fetches(),
            pending: self.command_queue().used(),
        }
    }

    /// The register write has happened. If it stopped the queue, the buffer is dropped (Q17), except
    /// for the oldest command, which may be in progress (E8). If it moved PROD back, a fetch may be on
    /// its way beyond it (Q15).
    pub(crate) fn after_write(&mut self, before: BeforeWrite) {
        let on_its_way = match before.oldest {
            Oldest::Send(_) | Oldest::Prg(_) | Oldest::Sync(_) | Oldest::SyncWaiting => true,
            Oldest::Fail(error) => error == CommandError::AtcInvSync,
            Oldest::Skip(_) => self.commands.responding,
            Oldest::None => false,
        };
        if matches!(before.oldest, Oldest::Prg(_)) && !self.smmu_enabled() {
            self.commands.responding = true;
        }
        if before.flowing && !self.commands_flow() {
            self.commands.stop(usize::from(on_its_way), before.next_fetches);
        } else if before.flowing
            && self.commands.burst.is_none()
            && self.command_queue().used() < before.pending
        {
            self.commands.covered = self.commands.covered.max(before.pending); // Q15
        }
    }
}

/// Whether the parameters are none of those that are ILLEGAL (C5).
fn legal_parameters(command: Command) -> bool {
    match command.opcode() {
        Command::SYNC => command.signal() != 0b11,
        Command::PRI_RESP => command.resp() != 0b11, // P13
        // C5: a Non-secure queue has no say in Secure streams.
        Command::PREFETCH_CONFIG..=Command::CFGI_CD_ALL | Command::RESUME | Command::STALL_TERM => {
            !command.ssec()
        }
        _ => true,
    }
}

/// The PRG Response that a CMD_PRI_RESP asks for; Resp is not the code that the device gets (P13).
fn response_of(command: Command) -> PrgResponse {
    let code = match command.resp() {
        0b00 => PrgResponse::FAILURE,
        0b01 => PrgResponse::INVALID_REQUEST,
        _ => PrgResponse::SUCCESS,
    };
    let (stream_id, substream_id) = (command.stream_id(), command.substream_id());
    PrgResponse { stream_id, substream_id, index: command.prg_index(), code }
}
