//! The bins, group by group, and which of them cannot be hit.

use std::sync::LazyLock;

/// One situation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bin {
    /// What it belongs to.
    pub group: &'static str,
    /// What it is.
    pub name: String,
    /// Why it cannot be hit, if it cannot.
    pub excluded: Option<&'static str>,
}

impl Bin {
    /// `group: bin`.
    pub fn full_name(&self) -> String {
        format!("{}: {}", self.group, self.name)
    }
}

/// A group: its title, the names of its bins, and why one cannot be hit.
struct Group {
    title: &'static str,
    names: Vec<String>,
    excluded: fn(usize) -> Option<&'static str>,
}

/// States of the Event queue in which a record is decided on (4.4).
const EVENT_STATES: [&str; 6] =
    ["disabled", "abort error", "abort error and full", "space", "space, overflow unacknowledged", "full"];
const FULL_AND_OVERFLOW: &str = "full, overflow unacknowledged";
const KINDS: [&str; 2] = ["terminated", "stalled"];
/// What a CONS write of software does (4.4).
const CONS_ACTIONS: [&str; 4] = [
    "advances and acknowledges",
    "advances only",
    "acknowledges while full",
    "makes an overflow active (14.5)",
];
const QUEUES: [&str; 2] = ["Event queue", "PRI queue"];
/// States of the PRI queue in which a message is decided on (5.4).
const PRI_STATES: [&str; 6] = [
    "disabled",
    "abort error",
    "overflow unacknowledged, empty",
    "overflow unacknowledged, not empty",
    "full",
    "space",
];
const MESSAGES: [&str; 3] = ["not Last", "Last", "Stop marker"];
/// Automatic responses (5.3).
const RESPONSES: [&str; 9] = [
    "overflow, no PASID",
    "overflow, PASID, PPS",
    "overflow, PASID, PPAR",
    "overflow, PASID, no PPAR",
    "overflow, PASID, STE invalid",
    "disabled",
    "abort error",
    "aborted write",
    "Secure stream",
];
/// What CMD_PRI_RESP answers (P13).
const ANSWERS: [&str; 3] = ["Response Failure", "Invalid Request", "Success"];
const PASIDS: [&str; 2] = ["without PASID", "with PASID"];
const COMMAND_ERRORS: [&str; 6] = [
    "CERROR_ILL, opcode",
    "CERROR_ILL, SSec",
    "CERROR_ILL, CS of CMD_SYNC",
    "CERROR_ILL, Resp of CMD_PRI_RESP",
    "CERROR_ABT",
    "CERROR_ATC_INV_SYNC",
];
const ERRORS: [&str; 7] = [
    "CMDQ_ERR",
    "EVENTQ_ABT_ERR",
    "PRIQ_ABT_ERR",
    "MSI_CMDQ_ABT_ERR",
    "MSI_EVENTQ_ABT_ERR",
    "MSI_PRIQ_ABT_ERR",
    "MSI_GERROR_ABT_ERR",
];
const ENABLES: [&str; 4] = ["SMMUEN", "PRIQEN", "EVENTQEN", "CMDQEN"];
const CHANGES: [&str; 5] = [
    "enable",
    "disable, nothing in flight",
    "disable, some in flight",
    "disable, all slots in flight",
    "taken back (E2)",
];
const IRQ_ENABLES: [&str; 3] = ["GERROR_IRQEN", "PRIQ_IRQEN", "EVENTQ_IRQEN"];
const IRQ_CHANGES: [&str; 3] = ["enable", "disable, nothing owed", "disable, an MSI owed (I6)"];
const ANNOUNCEMENTS: [&str; 9] = [
    "Event queue interrupt",
    "PRI queue interrupt",
    "CMD_SYNC interrupt",
    "GERROR interrupt",
    "wake-up event",
    "Event queue MSI",
    "PRI queue MSI",
    "GERROR MSI",
    "CMD_SYNC MSI",
];
const WRAPS: [&str; 10] = [
    "EVENTQ_PROD.WR",
    "EVENTQ_CONS.RD",
    "PRIQ_PROD.WR",
    "PRIQ_CONS.RD",
    "CMDQ_PROD.WR",
    "CMDQ_CONS.RD",
    "EVENTQ_PROD.OVFLG to 1",
    "EVENTQ_PROD.OVFLG to 0",
    "PRIQ_PROD.OVFLG to 1",
    "PRIQ_PROD.OVFLG to 0",
];
const ALL_QUEUES: [&str; 3] = ["Event queue", "PRI queue", "Command queue"];
const SIZES: [&str; 5] = ["0", "1", "2", "3 to 7", "8 to 19"];
/// What can happen to a queue in one cycle; bit n of a combination is the n-th.
pub(super) const SAME_CYCLE: [&str; 6] =
    ["CONS write", "decision", "publication", "abort", "enable change", "other queue"];

/// First bins of the groups.
pub(super) const EVENT: usize = 0;
pub(super) const CONS: usize = EVENT + 7 * KINDS.len();
pub(super) const PRI: usize = CONS + QUEUES.len() * CONS_ACTIONS.len();
pub(super) const RESPONSE: usize = PRI + PRI_STATES.len() * MESSAGES.len();
pub(super) const ANSWER: usize = RESPONSE + RESPONSES.len();
pub(super) const COMMAND_ERROR: usize = ANSWER + ANSWERS.len() * PASIDS.len();
pub(super) const ERROR: usize = COMMAND_ERROR + COMMAND_ERRORS.len();
pub(super) const ENABLE: usize = ERROR + ERRORS.len();
pub(super) const IRQ_ENABLE: usize = ENABLE + ENABLES.len() * CHANGES.len();
pub(super) const ANNOUNCEMENT: usize = IRQ_ENABLE + IRQ_ENABLES.len() * IRQ_CHANGES.len();
pub(super) const WRAP: usize = ANNOUNCEMENT + ANNOUNCEMENTS.len();
pub(super) const SIZE: usize = WRAP + WRAPS.len();
pub(super) const CROSS: usize = SIZE + ALL_QUEUES.len() * SIZES.len();
pub(super) const CROSSES: usize = 1 << SAME_CYCLE.len();

/// All bins.
pub(super) static BINS: LazyLock<Vec<Bin>> = LazyLock::new(|| {
    let possible: fn(usize) -> Option<&'static str> = |_| None;
    let event_states: Vec<_> = EVENT_STATES.into_iter().chain([FULL_AND_OVERFLOW]).collect();
    let groups = [
        Group { title: "record (4.4)", names: pairs(&event_states, &KINDS), excluded: possible },
        Group { title: "CONS write (4.4)", names: pairs(&QUEUES, &CONS_ACTIONS), excluded: possible },
        Group { title: "PRI message (5.4)", names: pairs(&PRI_STATES, &MESSAGES), excluded: possible },
        Group { title: "PRG response (5.3)", names: owned(&RESPONSES), excluded: possible },
        Group { title: "CMD_PRI_RESP (P13)", names: pairs(&ANSWERS, &PASIDS), excluded: possible },
        Group { title: "command error", names: owned(&COMMAND_ERRORS), excluded: possible },
        Group { title: "GERROR", names: owned(&ERRORS), excluded: possible },
        Group { title: "CR0", names: pairs(&ENABLES, &CHANGES), excluded: possible },
        Group { title: "IRQ_CTRL", names: pairs(&IRQ_ENABLES, &IRQ_CHANGES), excluded: possible },
        Group { title: "announcement", names: owned(&ANNOUNCEMENTS), excluded: possible },
        Group { title: "wrap", names: owned(&WRAPS), excluded: possible },
        Group { title: "LOG2SIZE in use", names: pairs(&ALL_QUEUES, &SIZES), excluded: possible },
        Group { title: "Event queue, one cycle", names: combinations(), excluded: impossible_together },
        Group { title: "PRI queue, one cycle", names: combinations(), excluded: impossible_together },
    ];
    groups.into_iter().flat_map(bins_of).collect()
});

fn bins_of(Group { title, names, excluded }: Group) -> impl Iterator<Item = Bin> {
    let bin = move |(at, name)| Bin { group: title, name, excluded: excluded(at) };
    names.into_iter().enumerate().map(bin)
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn pairs(first: &[&str], second: &[&str]) -> Vec<String> {
    first.iter().flat_map(|one| second.iter().map(move |other| format!("{one}, {other}"))).collect()
}

fn combinations() -> Vec<String> {
    let named = |bits: usize| {
        let present = SAME_CYCLE.iter().enumerate().filter(|&(bit, _)| bits >> bit & 1 == 1);
        let names: Vec<_> = present.map(|(_, &name)| name).collect();
        if names.is_empty() { "nothing".to_owned() } else { names.join(" + ") }
    };
    (0..CROSSES).map(named).collect()
}

/// Why a combination cannot fall into one cycle.
fn impossible_together(bits: usize) -> Option<&'static str> {
    let has = |bit: usize| bits >> bit & 1 == 1;
    let [_, _, publication, abort, _, other] = std::array::from_fn(has);
    if bits == 0 || (other && bits.count_ones() == 1) {
        Some("nothing happens to this queue")
    } else if publication && abort {
        Some("B brings one answer a cycle")
    } else {
        None
    }
}
