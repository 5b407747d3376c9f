//! What a property has to know of the past, and no more: it is part of each state of the search.

use super::device::View;

/// Where traffic has no end, no more losses are counted than this.
pub const MOST_COUNTED: u8 = 4;

/// What one step did, as far as properties ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Happened {
    /// The registers before.
    pub before: View,
    /// The registers after.
    pub after: View,
    /// A record or message was discarded.
    pub lost: bool,
    /// So many entries were published.
    pub published: u8,
    /// Software read PROD.
    pub read_prod: bool,
    /// Software wrote CONS.
    pub wrote_cons: bool,
    /// Software took an entry: which, counted from the slot of index 0. Beyond the last one it is outside the queue.
    pub took: Option<u64>,
    /// So many overflows were reported.
    pub reports: u8,
    /// Afterwards software is idle: it does nothing more by itself.
    pub idle: bool,
}

impl Happened {
    /// Nothing so far.
    pub fn nothing(view: View) -> Self {
        Self {
            before: view,
            after: view,
            lost: false,
            published: 0,
            read_prod: false,
            wrote_cons: false,
            took: None,
            reports: 0,
            idle: false,
        }
    }

    /// A CONS write acknowledged an overflow (EV6, P8).
    pub fn acknowledged(&self) -> bool {
        self.wrote_cons && self.before.overflow_active() && !self.after.overflow_active()
    }
}

/// Losses that are to be told apart, and the reports for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Episodes {
    /// Something has happened after which a loss counts as a new one. At the start it has.
    pub parted: bool,
    /// New losses without a report of their own.
    pub unreported: u8,
    /// There were two of them.
    pub several: bool,
}

impl Default for Episodes {
    fn default() -> Self {
        Self { parted: true, unreported: 0, several: false }
    }
}

impl Episodes {
    fn update(&mut self, happened: &Happened, parts: bool, ever: bool) {
        if happened.lost && self.parted {
            self.several |= ever;
            self.unreported += 1;
            self.parted = false;
        }
        self.unreported = self.unreported.saturating_sub(happened.reports);
        self.parted |= parts;
    }
}

/// The past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// Something was lost.
    pub ever_lost: bool,
    /// Something was lost after the last report.
    pub unreported: bool,
    /// Losses, told apart by a completed drain: software was idle and the queue empty.
    pub drains: Episodes,
    /// Losses, told apart by an empty queue or an acknowledge.
    pub partings: Episodes,
    /// Software has read PROD since OVFLG toggled.
    pub toggle_read: bool,
    /// Entries that were published and not taken yet.
    pub untaken: u8,
    /// An entry was not taken, taken twice, or taken without being one. The count above is given up.
    pub disordered: bool,
}

impl Default for History {
    fn default() -> Self {
        Self {
            ever_lost: false,
            unreported: false,
            drains: Episodes::default(),
            partings: Episodes::default(),
            toggle_read: true,
            untaken: 0,
            disordered: false,
        }
    }
}

impl History {
    /// The past after one more step.
    pub fn after(mut self, happened: &Happened) -> Self {
        self.drains.update(happened, happened.idle && happened.after.is_empty(), self.ever_lost);
        let parted = happened.after.is_empty() || happened.acknowledged();
        self.partings.update(happened, parted, self.ever_lost);
        self.ever_lost |= happened.lost;
        self.unreported = (self.unreported || happened.lost) && happened.reports == 0;
        let toggled = happened.before.ovflg() != happened.after.ovflg();
        self.toggle_read = (self.toggle_read && !toggled) || happened.read_prod;
        self.count(happened);
        self
    }

    /// The same, with its counts limited.
    pub fn limited(mut self) -> Self {
        for episodes in [&mut self.drains, &mut self.partings] {
            episodes.unreported = episodes.unreported.min(MOST_COUNTED);
        }
        self
    }

    /// Follows which entry is the next to take.
    fn count(&mut self, happened: &Happened) {
        if self.disordered {
            return;
        }
        if let Some(slot) = happened.took {
            self.disordered = Some(slot) != self.next_slot(happened.before);
            self.untaken = self.untaken.saturating_sub(1);
        }
        // Freed without having been taken, or put back.
        let (before, after) = (happened.before.used(), happened.after.used());
        let freed = before + u32::from(happened.published);
        self.disordered |= happened.wrote_cons && (after < u32::from(self.untaken) || after > freed);
        self.untaken = if self.disordered { 0 } else { self.untaken + happened.published };
    }

    /// The slot of the oldest entry that was not taken.
    fn next_slot(&self, view: View) -> Option<u64> {
        let index = view.prod.wrapping_sub(u32::from(self.untaken)) & (view.entries() - 1);
        (self.untaken > 0).then_some(index.into())
    }

    /// A failure that was found is not found again on the way on, so that the search stays small.
    pub fn forgiven(mut self, happened: &Happened) -> Self {
        if happened.idle {
            self.drains.unreported = 0;
            self.partings.unreported = 0;
        }
        self
    }
}
