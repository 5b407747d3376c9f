//! The stimulus language: a TOML file that says what happens to the block, in order.
//!
//! ```toml
//! title = "one more record than the queue holds, then the handler runs"
//! log2size = 1                                # default size: 2 entries
//! memory = { latency = [1, 8], ready = 70 }   # cycles; percent; optional
//! steps = [
//!   { terminated = { full = 1, plus = 1 } },  # as many records as the queue has entries, and one
//!   "handler",                                # the interrupt handler runs until it waits again
//!   { mark = "drained" },                     # remember registers and counts under a name
//! ]
//! ```
//!
//! After each step but `accesses` and `pri-accesses`, which stop in the middle, the system settles: it runs until no terminated record
//! waits, no write is in flight (unless the memory holds its responses), and no interrupt or acknowledge is due.

use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smmuq_golden::Register;

use crate::drivers::Sizes;
use crate::input;
use crate::memory::Timing;
use crate::neighbours::Sink;

/// Largest size a queue can have: log2 of the number of entries (Q1).
pub const LARGEST_LOG2SIZE: u8 = 19;

/// Most records one step may offer; a typing error should not run for a day.
const MOST_RECORDS: u64 = 1 << 24;

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stimulus {
    /// What it shows, in a sentence.
    pub title: String,
    /// Size of the Event queue and the PRI queue when nobody asks for another: log2 of the number of entries.
    pub log2size: u8,
    /// Which queues software sets up besides the Event queue.
    #[serde(default, skip_serializing_if = "Also::is_nothing")]
    pub also: Also,
    /// How fast software is where everything happens at once. Without it each step waits until the system has settled,
    /// and software runs when a step says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent: Option<Pace>,
    /// How the memory behaves.
    #[serde(default)]
    pub memory: Timing,
    /// What happens.
    pub steps: Vec<Step>,
}

/// The queues that software sets up besides the Event queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Also {
    /// The Command queue, with so many entries: log2 of the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<u8>,
    /// The PRI queue, as large as the Event queue.
    pub pri: bool,
}

impl Also {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The sizes of all queues, given the one of the Event queue.
    pub fn sizes(self, log2size: u8) -> Sizes {
        Sizes { event: log2size, pri: self.pri.then_some(log2size), command: self.command }
    }
}

/// How fast software is: fewest and most cycles, drawn anew each time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Pace {
    /// From an interrupt to the entry into its handler.
    pub interrupt: (u32, u32),
    /// Before each access.
    pub access: (u32, u32),
}

impl Pace {
    fn check(&self) -> Result<(), String> {
        for (name, (least, most)) in [("interrupt", self.interrupt), ("access", self.access)] {
            if least > most || most > 10_000 {
                return Err(format!(
                    "concurrent {name} [{least}, {most}]: give [least, most] in cycles, up to 10000"
                ));
            }
        }
        Ok(())
    }
}

/// One line of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Devices offer records of terminated transactions, and each is decided.
    Terminated(Count),
    /// Devices offer records of stalled transactions; those that cannot be recorded wait at their port.
    Stalled(Count),
    /// The interrupt handler runs until it waits for the next interrupt; it does nothing when none has come.
    Handler,
    /// The interrupt handler runs until it has written EVENTQ_CONS so many times, then stops where it is.
    Consume(Count),
    /// The interrupt handler makes so many accesses, then stops where it is.
    Accesses(u64),
    /// As `handler`, for the PRI queue.
    PriHandler,
    /// As `consume`, for the PRI queue.
    PriConsume(Count),
    /// As `accesses`, for the PRI queue.
    PriAccesses(u64),
    /// The GERROR handler runs until it waits for the next interrupt.
    GerrorHandler,
    /// Every handler is entered once more, as if a timer had called it.
    Wake,
    /// Software issues commands as a driver does, and waits for the end of the last one if that is a CMD_SYNC.
    Issue(Vec<CommandName>),
    /// Other software writes a register.
    Write(RegisterWrite),
    /// Other software accesses any offset, also where there is no register, or a part of a word.
    Access(AnyAccess),
    /// Devices offer PRI messages, all alike; each is decided unless it must wait.
    PageRequests(PageRequests),
    /// A device has page request groups to ask for.
    PageGroups(PageGroups),
    /// Devices ask again for groups that were answered with Success although not all of their pages are mapped.
    AskAgain,
    /// As `issue`, but nobody waits for the end of a CMD_SYNC. Without a driver of the Command queue they are put behind
    /// CMDQ_PROD wherever the registers say that is, without a look at CONS.
    Commands(Vec<CommandName>),
    /// A port towards the rest of the SMMU takes nothing, or as usual.
    Block(Block),
    /// The next CMD_SYNCs end with an ATC invalidation error.
    AtcErrors(u64),
    /// The next writes to memory are answered with an error.
    Abort(u64),
    /// The next commands that are read from memory are answered with an error.
    AbortReads(u64),
    /// The memory holds its responses back, or no longer.
    Hold(bool),
    /// The memory lets so many held responses go.
    Release(Count),
    /// Time passes.
    Cycles(u64),
    /// Registers and counts are remembered under a name.
    Mark(String),
    /// Everything named falls into one cycle.
    Together(Together),
}

/// A number of records: plain, or relative to the size of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "expected a number, or { full = F, plus = P } for F queues full and P more"
)]
pub enum Count {
    /// So many.
    Plain(u64),
    /// `full` times the number of entries, and `plus` more (or fewer).
    Relative {
        /// How many times the number of entries.
        full: u64,
        /// How many more; negative for fewer.
        #[serde(default)]
        plus: i64,
    },
}

impl Count {
    /// The number for a queue of so many entries; never below zero.
    pub fn resolve(self, entries: u64) -> u64 {
        match self {
            Self::Plain(count) => count,
            Self::Relative { full, plus } => full.saturating_mul(entries).saturating_add_signed(plus),
        }
    }
}

/// A register write by software other than the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterWrite {
    /// Which, by the name that the specification gives it.
    #[serde(deserialize_with = "register", serialize_with = "register_name")]
    pub register: Register,
    /// The 32 bits.
    pub value: u32,
}

/// An access that need not be a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AnyAccess {
    /// Byte offset in the 128 KiB of Page 0 and Page 1.
    pub offset: u32,
    /// The 32 bits of a write; a read if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<u32>,
    /// Which bytes of a write count, one bit each.
    #[serde(default = "whole_word")]
    pub strobes: u8,
}

fn whole_word() -> u8 {
    0xF
}

/// PRI messages, all alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PageRequests {
    /// How many.
    pub count: Count,
    /// The last of its group.
    pub last: bool,
    /// With a PASID.
    pub pasid: bool,
    /// Stop PASID markers instead of page requests (P2).
    pub stop_marker: bool,
    /// From a Secure stream.
    pub secure: bool,
    /// The STE of the stream is valid.
    pub ste_valid: bool,
    /// STE.PPAR.
    pub ppar: bool,
}

impl Default for PageRequests {
    fn default() -> Self {
        Self {
            count: Count::Plain(1),
            last: true,
            pasid: false,
            stop_marker: false,
            secure: false,
            ste_valid: true,
            ppar: false,
        }
    }
}

/// A device that asks for pages in groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct PageGroups {
    /// How many groups.
    pub groups: Count,
    /// Pages of each.
    pub pages: Count,
    /// Most page requests that wait for their response at a time; without it the device minds no limit (P4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credits: Option<Count>,
}

impl Default for PageGroups {
    fn default() -> Self {
        Self { groups: Count::Plain(1), pages: Count::Plain(1), credits: None }
    }
}

impl PageGroups {
    /// A group needs all of its credits at once, or it would never be complete.
    fn check(&self) -> Result<u64, String> {
        let resolved = |count: Count, size: u8| count.resolve(1 << size);
        for size in 0..=LARGEST_LOG2SIZE {
            let pages = resolved(self.pages, size).max(1);
            if self.credits.is_some_and(|credits| resolved(credits, size) < pages) {
                let entries = 1 << size;
                return Err(format!(
                    "with {entries} entries a group of {pages} pages is more than the credits; give at least as many"
                ));
            }
        }
        // A group has a page at least.
        let pages = resolved(self.pages, LARGEST_LOG2SIZE).max(1);
        Ok(resolved(self.groups, LARGEST_LOG2SIZE).saturating_mul(pages))
    }
}

/// A command, by what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandName {
    /// CMD_PREFETCH_CONFIG.
    Prefetch,
    /// CMD_CFGI_STE.
    CfgiSte,
    /// CMD_TLBI_NSNH_ALL.
    Tlbi,
    /// CMD_ATC_INV.
    AtcInv,
    /// CMD_PRI_RESP with Success.
    PriResp,
    /// CMD_PRI_RESP with Response Failure.
    PriRespFailure,
    /// CMD_PRI_RESP with Invalid Request.
    PriRespInvalidRequest,
    /// CMD_PRI_RESP with a Resp that is ILLEGAL.
    PriRespIllegal,
    /// CMD_RESUME.
    Resume,
    /// CMD_STALL_TERM.
    StallTerm,
    /// CMD_SYNC without a signal.
    Sync,
    /// CMD_SYNC with an interrupt, MSIAddress 0.
    SyncIrq,
    /// CMD_SYNC with an interrupt and an MSI.
    SyncMsi,
    /// CMD_SYNC with a wake-up event.
    SyncSev,
    /// CMD_SYNC with CS 0b11.
    SyncIllegal,
    /// An opcode that is Reserved.
    Reserved,
    /// CMD_CFGI_STE with SSec 1.
    Secure,
}

/// What a port towards the rest of the SMMU does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// Which.
    pub port: Sink,
    /// It takes nothing from now on.
    pub held: bool,
}

/// What falls into one cycle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Together {
    /// A register write completes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub write: Option<RegisterWrite>,
    /// A terminated record is offered.
    pub terminated: bool,
    /// A stalled record is offered.
    pub stalled: bool,
    /// A PRI message with Last is offered.
    pub page_request: bool,
    /// A held response of the memory is given.
    pub release: bool,
}

fn register<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Register, D::Error> {
    let name = String::deserialize(deserializer)?;
    Register::from_str(&name).map_err(|_| {
        let names: Vec<_> = Register::ALL.iter().map(|each| each.name()).collect();
        serde::de::Error::custom(format!("no register {name}; there are {}", names.join(", ")))
    })
}

fn register_name<S: Serializer>(register: &Register, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(register.name())
}

/// Why a scenario file cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StimulusError {
    /// The file cannot be read.
    #[error("cannot read the scenario file {path}: {reason}")]
    Unreadable {
        /// Where it was looked for.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The text is not in the stimulus language; `reason` shows the place.
    #[error("{name} is not a scenario:\n{reason}\nthe language is described in docs/stimulus.md")]
    Malformed {
        /// Scenario or file.
        name: String,
        /// What is wrong where.
        reason: String,
    },
    /// It is well-formed but asks for something that cannot be.
    #[error("{name}: {reason}")]
    Illegal {
        /// Scenario or file.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

impl Stimulus {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, StimulusError> {
        let name = path.display().to_string();
        let text =
            input::read(path).map_err(|reason| StimulusError::Unreadable { path: name.clone(), reason })?;
        Self::parse(&name, &text)
    }

    /// Reads the text of a scenario; `name` is for messages.
    pub fn parse(name: &str, text: &str) -> Result<Self, StimulusError> {
        let stimulus: Self = input::parse(text)
            .map_err(|reason| StimulusError::Malformed { name: name.to_owned(), reason })?;
        stimulus.check().map_err(|reason| StimulusError::Illegal { name: name.to_owned(), reason })?;
        Ok(stimulus)
    }

    /// The text of a file that reads as this stimulus.
    ///
    /// # Errors
    /// When a number is too large for TOML.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    fn check(&self) -> Result<(), String> {
        check_log2size(self.log2size)?;
        self.also.command.map_or(Ok(()), check_log2size)?;
        self.concurrent.map_or(Ok(()), |pace| pace.check())?;
        self.memory.check()?;
        if self.steps.is_empty() {
            return Err("it has no steps, so it would compare nothing; add some to `steps`".to_owned());
        }
        for (at, step) in (1..).zip(&self.steps) {
            step.check(self).map_err(|reason| format!("step {at}: {reason}"))?;
        }
        Ok(())
    }
}

impl Step {
    fn check(&self, stimulus: &Stimulus) -> Result<(), String> {
        let also = stimulus.also;
        match self {
            Self::Handler
            | Self::Consume(_)
            | Self::Accesses(_)
            | Self::PriHandler
            | Self::PriConsume(_)
            | Self::PriAccesses(_)
            | Self::GerrorHandler
                if stimulus.concurrent.is_some() =>
            {
                return Err("handlers run on their own in a concurrent scenario; leave this step out, or say \"wake\"".to_owned());
            }
            Self::PriHandler | Self::PriConsume(_) | Self::PriAccesses(_) if !also.pri => {
                return Err("there is no handler of the PRI queue; say also = { pri = true }".to_owned());
            }
            Self::Issue(_) if also.command.is_none() => {
                return Err("there is no Command queue to issue to; say also = { command = 3 }".to_owned());
            }
            _ => {}
        }
        let asked = match self {
            Self::Terminated(count)
            | Self::Stalled(count)
            | Self::Consume(count)
            | Self::PriConsume(count)
            | Self::Release(count) => count.resolve(1 << LARGEST_LOG2SIZE),
            Self::PageGroups(groups) => groups.check()?,
            Self::PageRequests(requests) => requests.count.resolve(1 << LARGEST_LOG2SIZE),
            Self::Accesses(count)
            | Self::PriAccesses(count)
            | Self::Abort(count)
            | Self::AbortReads(count)
            | Self::AtcErrors(count)
            | Self::Cycles(count) => *count,
            _ => 0,
        };
        if asked > MOST_RECORDS {
            return Err(format!("{asked} is more than the {MOST_RECORDS} that one step may ask for"));
        }
        Ok(())
    }
}

/// Says what is wrong with a queue size, if anything.
pub fn check_log2size(log2size: u8) -> Result<(), String> {
    if log2size > LARGEST_LOG2SIZE {
        return Err(format!(
            "log2size {log2size}: a queue has 2^0 to 2^{LARGEST_LOG2SIZE} entries, give 0 to {LARGEST_LOG2SIZE}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Stimulus::parse("it.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn every_kind_of_step_can_be_written() {
        let text = r#"
            title = "all"
            log2size = 2
            memory = { latency = [1, 8], ready = 50, errors = 10 }
            steps = [
              { terminated = 3 }, { stalled = { full = 1 } }, "handler", { consume = 1 }, { accesses = 2 },
              { write = { register = "EVENTQ_CONS", value = 0x80000001 } }, { abort = 1 }, { hold = true },
              { release = 1 }, { cycles = 10 }, { mark = "here" },
              { together = { write = { register = "CR0", value = 0 }, terminated = true, release = true } },
            ]
        "#;
        let stimulus = Stimulus::parse("all", text).unwrap();
        assert_eq!(stimulus.steps.len(), 12);
        assert_eq!(stimulus.steps[1], Step::Stalled(Count::Relative { full: 1, plus: 0 }));
        assert_eq!(stimulus.memory.latency, (1, 8));
        assert_eq!(Stimulus::parse("again", &stimulus.to_text().unwrap()), Ok(stimulus));
    }

    #[test]
    fn counts_follow_the_size_of_the_queue() {
        assert_eq!(Count::Plain(7).resolve(4), 7);
        assert_eq!(Count::Relative { full: 2, plus: -1 }.resolve(4), 7);
        assert_eq!(Count::Relative { full: 1, plus: -2 }.resolve(1), 0);
    }

    #[test]
    fn a_mistake_is_shown_with_its_place() {
        let message = refused("title = \"x\"\nlog2size = 1\nsteps = [ { terminatd = 1 } ]");
        assert!(message.contains("it.toml is not a scenario"), "{message}");
        assert!(message.contains("line 3"), "{message}");
        assert!(message.contains("terminatd"), "{message}");
        let message =
            refused("title = \"x\"\nlog2size = 1\nsteps = [{ write = { register = \"PRODD\", value = 1 } }]");
        assert!(message.contains("no register PRODD; there are IDR0"), "{message}");
        let message =
            refused("title = \"x\"\nlog2size = 1\nsteps = [{ terminated = { full = 1, pluss = 2 } }]");
        assert!(message.contains("expected a number, or { full = F, plus = P }"), "{message}");
        let message = refused("title = \"x\"\nlog2size = 1\nsteps = [{ terminated = \"many\" }]");
        assert!(message.contains("expected a number, or { full = F, plus = P }"), "{message}");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(refused("title = \"x\"\nlog2size = 20\nsteps = [\"handler\"]").contains("give 0 to 19"));
        assert!(refused("title = \"x\"\nlog2size = 1\nsteps = []").contains("has no steps"));
        let slow = "title = \"x\"\nlog2size = 1\nmemory = { latency = [5, 2] }\nsteps = [\"handler\"]";
        assert!(refused(slow).contains("memory latency [5, 2]"));
        let huge = "title = \"x\"\nlog2size = 1\nsteps = [\"handler\", { terminated = 99999999999 }]";
        assert!(refused(huge).contains("step 2: 99999999999 is more than"));
        let no_pages = "{ page-groups = { groups = 99999999999, pages = 0 } }";
        let huge = format!("title = \"x\"\nlog2size = 1\nsteps = [{no_pages}]");
        assert!(refused(&huge).contains("step 1: 99999999999 is more than"));
        let huge = "title = \"x\"\nlog2size = 1\nsteps = [{ atc-errors = 99999999999 }]";
        assert!(refused(huge).contains("step 1: 99999999999 is more than"));
    }
}
