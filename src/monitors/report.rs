//! What the monitors have seen, and what was wrong with it.

/// What a monitor watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Transfers on AXI AW.
    WriteAddress,
    /// Transfers on AXI W.
    WriteData,
    /// Transfers on AXI B.
    WriteResponse,
    /// Transfers on AXI AR.
    ReadAddress,
    /// Transfers on AXI R.
    ReadData,
    /// APB transfers.
    Apb,
    /// Records of terminated transactions taken.
    Terminated,
    /// Records of stalled transactions taken.
    Stalled,
    /// PRI messages taken.
    PageRequest,
    /// PRG responses.
    PrgResponse,
    /// Commands handed out.
    Command,
    /// CMD_SYNCs that ended.
    Sync,
    /// Entries that EVENTQ_PROD came to show.
    EventPublished,
    /// Entries that PRIQ_PROD came to show.
    PriPublished,
    /// Commands that CMDQ_CONS came to show as consumed.
    Consumed,
    /// Activations of GERROR.CMDQ_ERR.
    CommandError,
    /// Event queue interrupts by wire.
    EventqLine,
    /// PRI queue interrupts by wire.
    PriqLine,
    /// CMD_SYNC interrupts by wire.
    CmdSyncLine,
    /// Interrupts of global errors by wire.
    GerrorLine,
    /// Wake-up events.
    SevLine,
    /// Message-signalled interrupts.
    Msi,
}

impl Watched {
    /// Everything that is watched.
    pub const ALL: [Self; 22] = [
        Self::WriteAddress,
        Self::WriteData,
        Self::WriteResponse,
        Self::ReadAddress,
        Self::ReadData,
        Self::Apb,
        Self::Terminated,
        Self::Stalled,
        Self::PageRequest,
        Self::PrgResponse,
        Self::Command,
        Self::Sync,
        Self::EventPublished,
        Self::PriPublished,
        Self::Consumed,
        Self::CommandError,
        Self::EventqLine,
        Self::PriqLine,
        Self::CmdSyncLine,
        Self::GerrorLine,
        Self::SevLine,
        Self::Msi,
    ];
}

/// Counts and complaints.
#[derive(Default)]
pub(super) struct Report {
    seen: [u64; Watched::ALL.len()],
    complaints: Vec<String>,
}

impl Report {
    pub fn saw(&mut self, what: Watched, times: u64) {
        self.seen[what as usize] += times;
    }

    pub fn seen(&self, what: Watched) -> u64 {
        self.seen[what as usize]
    }

    pub fn complain(&mut self, complaint: impl Into<String>) {
        self.complaints.push(complaint.into());
    }

    /// Complains unless it is so.
    pub fn check(&mut self, so: bool, complaint: impl FnOnce() -> String) {
        if !so {
            self.complaints.push(complaint());
        }
    }

    pub fn take_complaints(&mut self) -> Vec<String> {
        std::mem::take(&mut self.complaints)
    }
}
