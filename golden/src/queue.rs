//! Circular queues (3.5.1): positions with a wrap flag, empty and full, and where an entry is.

use core::cmp::Ordering;

/// Bytes of an Event queue record (7.3, Q2).
pub const EVENT_BYTES: u64 = 32;
/// Bytes of a PRI queue record (8, Q2).
pub const PRI_BYTES: u64 = 16;
/// Bytes of a command (4.1.1, Q2).
pub const COMMAND_BYTES: u64 = 16;

/// The least alignment of a queue in bytes (Q10, Q11).
const LEAST_ALIGNMENT: u64 = 32;

/// The size of a queue that is in use: the smaller of the programmed and the implemented log2
/// size (Q9).
pub fn effective_log2size(programmed: u8, implemented: u8) -> u8 {
    programmed.min(implemented)
}

/// The largest log2 size of any queue (Q1).
pub(crate) const LARGEST_LOG2SIZE: u8 = 19;

/// The most output address bits of any system (6.3.6).
const LARGEST_OAS: u8 = 56;

/// Size and place of a queue of 2^n entries, 0 <= n <= 19 (Q1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    entry_bytes: u64,
    log2size: u8,
    base: u64,
}

impl Layout {
    /// The queue of 2^`log2size` entries of `entry_bytes` that software placed at the byte address
    /// `addr`, in a system with `oas` address bits (Q11). Larger values than the architecture has,
    /// 19 and 56, count as those.
    pub fn new(entry_bytes: u64, log2size: u8, addr: u64, oas: u8) -> Layout {
        let log2size = log2size.min(LARGEST_LOG2SIZE);
        let alignment = (entry_bytes << log2size).max(LEAST_ALIGNMENT);
        let aligned_down = addr - addr % alignment;
        Layout { entry_bytes, log2size, base: truncate(aligned_down, oas) }
    }

    /// Byte address of the first entry (Q11).
    pub fn base(self) -> u64 {
        self.base
    }

    /// Log2 of the number of entries.
    pub fn log2size(self) -> u8 {
        self.log2size
    }

    /// Number of entries, all of them usable (Q1).
    pub fn entries(self) -> u32 {
        1 << self.log2size
    }

    /// Byte address of the entry at a position.
    pub fn address(self, position: Position) -> u64 {
        self.base + self.entry_bytes * u64::from(position.index)
    }

    /// The position in a WR or RD field: index in bits \[QS-1:0\], wrap flag in bit \[QS\] (Q1). One
    /// entry has no index bits (Q10). Bits above the wrap flag have no effect (Q12).
    pub fn position(self, field: u32) -> Position {
        Position { index: field % self.entries(), wrap: field / self.entries() % 2 == 1 }
    }

    /// The WR or RD field of a position; bits above the wrap flag are zero (Q12).
    pub fn field(self, position: Position) -> u32 {
        position.index + if position.wrap { self.entries() } else { 0 }
    }

    /// The next position: the index goes up, and the wrap flag toggles where it wraps (Q3).
    pub fn next(self, position: Position) -> Position {
        if position.index + 1 == self.entries() {
            Position { index: 0, wrap: !position.wrap }
        } else {
            Position { index: position.index + 1, ..position }
        }
    }

    /// The position `count` entries further on.
    pub fn ahead(self, position: Position, count: usize) -> Position {
        (0..count).fold(position, |position, _| self.next(position))
    }

    /// The position before this one.
    pub fn previous(self, position: Position) -> Position {
        if position.index == 0 {
            Position { index: self.entries() - 1, wrap: !position.wrap }
        } else {
            Position { index: position.index - 1, ..position }
        }
    }

    /// What the write position `wr` and the read position `rd` say about the queue (Q4, Q5).
    pub fn fill(self, wr: Position, rd: Position) -> Fill {
        let wraps_equal = wr.wrap == rd.wrap;
        match (wr.index.cmp(&rd.index), wraps_equal) {
            (Ordering::Equal, true) => Fill::Empty,
            (Ordering::Equal, false) => Fill::Full,
            (Ordering::Greater, true) => Fill::Partial { used: wr.index - rd.index },
            (Ordering::Less, false) => Fill::Partial { used: self.entries() - rd.index + wr.index },
            (Ordering::Greater, false) | (Ordering::Less, true) => Fill::Inconsistent,
        }
    }
}

/// An address that the SMMU gives to the system, truncated to the output address size (3.4.3, Q11,
/// I7). Sizes beyond 56 bits count as that.
pub(crate) fn truncate(address: u64, oas: u8) -> u64 {
    address % (1 << oas.min(LARGEST_OAS))
}

/// A place in a circular queue: an index and the flag that toggles each time the index wraps (Q1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Entry number, from 0 to one less than the number of entries.
    pub index: u32,
    /// Wrap flag.
    pub wrap: bool,
}

/// How full a queue is, from its two positions (Q4, Q5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Indices equal, wrap flags equal (Q4).
    Empty,
    /// Some entries used and some free (Q5 c, d).
    Partial {
        /// Number of used entries, at least 1 and less than the size.
        used: u32,
    },
    /// Indices equal, wrap flags differ (Q4).
    Full,
    /// A state software must not create (Q5).
    Inconsistent,
}

impl Fill {
    /// Whether the queue has nothing to read.
    pub fn is_empty(self) -> bool {
        self == Fill::Empty
    }

    /// Whether the queue takes no record: full, or inconsistent. Of the choices Q6 leaves for an
    /// inconsistent state this model takes "treated as full".
    pub fn is_full(self) -> bool {
        matches!(self, Fill::Full | Fill::Inconsistent)
    }

    /// Number of used entries of a queue of `entries`; none if the state is inconsistent, in which
    /// nothing is consumed (Q6).
    pub fn used(self, entries: u32) -> u32 {
        match self {
            Fill::Empty | Fill::Inconsistent => 0,
            Fill::Partial { used } => used,
            Fill::Full => entries,
        }
    }

    /// Number of free entries of a queue of `entries`; none if it counts as full.
    pub fn free(self, entries: u32) -> u32 {
        match self {
            Fill::Empty => entries,
            Fill::Partial { used } => entries - used,
            Fill::Full | Fill::Inconsistent => 0,
        }
    }
}

/// A queue and where its two pointers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Size and place.
    pub layout: Layout,
    /// The position PROD shows.
    pub wr: Position,
    /// The position CONS shows.
    pub rd: Position,
}

impl Queue {
    /// A queue with the pointers of a WR and an RD field (Q12).
    pub fn new(layout: Layout, wr: u32, rd: u32) -> Queue {
        Queue { layout, wr: layout.position(wr), rd: layout.position(rd) }
    }

    /// How full the queue is to an observer of PROD and CONS: an entry in flight is not yet part of
    /// it (V7).
    pub fn fill(self) -> Fill {
        self.layout.fill(self.wr, self.rd)
    }

    /// Number of entries between RD and WR.
    pub fn used(self) -> u32 {
        self.fill().used(self.layout.entries())
    }

    /// Number of entries that can be written.
    pub fn free(self) -> u32 {
        self.fill().free(self.layout.entries())
    }

    /// Byte address of the slot for the next entry, with `in_flight` entries on their way to the slots
    /// from WR on. There is none if they take every slot that is free (V7, Q8).
    pub fn slot_behind(self, in_flight: usize) -> Option<u64> {
        let slot = self.layout.address(self.layout.ahead(self.wr, in_flight));
        (in_flight < self.free() as usize).then_some(slot)
    }

    /// Byte address of the entry before WR, if there is one.
    pub fn newest(self) -> Option<u64> {
        (!self.fill().is_empty()).then(|| self.layout.address(self.layout.previous(self.wr)))
    }

    /// Byte addresses of the entries from RD to WR. In an inconsistent state (Q5) some come twice.
    pub fn addresses(self) -> impl Iterator<Item = u64> {
        let Queue { layout, wr, rd } = self;
        core::iter::successors(Some(rd), move |position| Some(layout.next(*position)))
            .take_while(move |position| *position != wr)
            .map(move |position| layout.address(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Q4, Q5, Q6: every WR (outer) and RD (inner) of a queue of 2^`log2size` entries, as one
    /// letter each: `.` empty, a digit for the number of used entries, `F` full, `!` inconsistent.
    fn table(log2size: u8) -> alloc::string::String {
        let queue = Layout::new(EVENT_BYTES, log2size, 0, 48);
        let values = 0..2 * queue.entries();
        let cell = |wr, rd| match queue.fill(queue.position(wr), queue.position(rd)) {
            Fill::Empty => '.',
            Fill::Partial { used } => char::from_digit(used, 10).unwrap_or('?'),
            Fill::Full => 'F',
            Fill::Inconsistent => '!',
        };
        let row = |wr| values.clone().map(move |rd| cell(wr, rd)).chain(['\n']);
        values.clone().flat_map(row).collect()
    }

    #[test]
    fn q4_q5_q10_every_state_of_one_entry() {
        assert_eq!(table(0), ".F\nF.\n");
    }

    #[test]
    fn q4_q5_every_state_of_two_entries() {
        // RD 0..1 without, 2..3 with the wrap flag.
        let rows = [
            ".!F1", // WR 0: behind RD 1 with equal wraps is inconsistent
            "1.!F", // WR 1
            "F1.!", // WR 0, wrapped
            "!F1.", // WR 1, wrapped
        ];
        assert_eq!(table(1), rows.join("\n") + "\n");
    }

    #[test]
    fn q4_q5_every_state_of_four_entries() {
        // RD 0..3 without, 4..7 with the wrap flag.
        let rows = [
            ".!!!F321", // WR 0
            "1.!!!F32", // WR 1
            "21.!!!F3", // WR 2
            "321.!!!F", // WR 3
            "F321.!!!", // WR 0, wrapped
            "!F321.!!", // WR 1, wrapped
            "!!F321.!", // WR 2, wrapped
            "!!!F321.", // WR 3, wrapped
        ];
        assert_eq!(table(2), rows.join("\n") + "\n");
    }

    #[test]
    fn q6_an_inconsistent_state_counts_as_full() {
        assert!(Fill::Inconsistent.is_full());
        assert!(!Fill::Inconsistent.is_empty());
        assert_eq!(Fill::Inconsistent.free(4), 0);
    }

    #[test]
    fn free_slots() {
        assert_eq!(Fill::Empty.free(4), 4);
        assert_eq!(Fill::Partial { used: 3 }.free(4), 1);
        assert_eq!(Fill::Full.free(4), 0);
        assert!(!Fill::Partial { used: 3 }.is_full());
        assert!(!Fill::Partial { used: 1 }.is_empty());
    }

    #[test]
    fn q3_the_wrap_flag_toggles_where_the_index_wraps_at_every_size() {
        for log2size in 0..=19 {
            let queue = Layout::new(EVENT_BYTES, log2size, 0, 48);
            let entries = 1 << log2size;
            let last = Position { index: entries - 1, wrap: false };
            let first = Position { index: 0, wrap: true };
            assert_eq!(queue.field(last), entries - 1);
            assert_eq!(queue.next(last), first);
            assert_eq!(queue.field(first), entries);
            assert_eq!(queue.previous(first), last);
            let last = Position { index: entries - 1, wrap: true };
            assert_eq!(queue.field(last), 2 * entries - 1);
            assert_eq!(queue.next(last), Position { index: 0, wrap: false });
        }
    }

    #[test]
    fn q10_one_entry_has_only_a_wrap_flag() {
        let queue = Layout::new(EVENT_BYTES, 0, 0, 48);
        assert_eq!(queue.entries(), 1);
        assert_eq!(queue.position(0), Position { index: 0, wrap: false });
        assert_eq!(queue.position(1), Position { index: 0, wrap: true });
        assert_eq!(queue.next(queue.position(0)), queue.position(1));
        assert_eq!(queue.next(queue.position(1)), queue.position(0));
    }

    #[test]
    fn q12_bits_above_the_wrap_flag_have_no_effect() {
        let queue = Layout::new(EVENT_BYTES, 2, 0, 48);
        assert_eq!(queue.position(0xF_FFFD), Position { index: 1, wrap: true });
        assert_eq!(queue.field(queue.position(0xF_FFFD)), 0b101);
        assert_eq!(queue.position(0xF_FFF8), Position { index: 0, wrap: false });
    }

    #[test]
    fn q9_the_smaller_size_is_in_use() {
        assert_eq!(effective_log2size(5, 19), 5);
        assert_eq!(effective_log2size(31, 19), 19);
        assert_eq!(effective_log2size(3, 2), 2);
        assert_eq!(effective_log2size(0, 2), 0);
    }

    #[test]
    fn q11_the_base_is_aligned_down_to_the_size_of_the_queue() {
        let base = |log2size| Layout::new(EVENT_BYTES, log2size, 0x00FF_FFFF_FFFF_FFE0, 56).base();
        assert_eq!(base(0), 0x00FF_FFFF_FFFF_FFE0); // 32 bytes
        assert_eq!(base(1), 0x00FF_FFFF_FFFF_FFC0); // 64 bytes
        assert_eq!(base(7), 0x00FF_FFFF_FFFF_F000); // 4 KiB
        assert_eq!(base(19), 0x00FF_FFFF_FF00_0000); // 16 MiB
        assert_eq!(Layout::new(EVENT_BYTES, 7, 0x8000_0FE0, 48).base(), 0x8000_0000);
    }

    #[test]
    fn q11_the_base_is_truncated_to_the_output_address_size() {
        let base = |oas| Layout::new(EVENT_BYTES, 0, 0x00FF_FFFF_FFFF_FFE0, oas).base();
        assert_eq!(base(32), 0x0000_0000_FFFF_FFE0);
        assert_eq!(base(36), 0x0000_000F_FFFF_FFE0);
        assert_eq!(base(40), 0x0000_00FF_FFFF_FFE0);
        assert_eq!(base(42), 0x0000_03FF_FFFF_FFE0);
        assert_eq!(base(44), 0x0000_0FFF_FFFF_FFE0);
        assert_eq!(base(48), 0x0000_FFFF_FFFF_FFE0);
        assert_eq!(base(52), 0x000F_FFFF_FFFF_FFE0);
        assert_eq!(base(56), 0x00FF_FFFF_FFFF_FFE0);
    }

    #[test]
    fn q2_entries_are_32_bytes_apart_whatever_the_wrap_flag() {
        let queue = Layout::new(EVENT_BYTES, 2, 0x1000, 48);
        assert_eq!(queue.address(queue.position(0)), 0x1000);
        assert_eq!(queue.address(queue.position(3)), 0x1060);
        assert_eq!(queue.address(queue.position(4)), 0x1000);
        assert_eq!(queue.address(queue.position(7)), 0x1060);
    }

    /// 16-byte entries: one entry is still aligned to 32 bytes (Q10), more to their own size.
    #[test]
    fn q11_the_base_of_16_byte_entries_is_aligned_to_32_bytes_or_their_size() {
        let base = |log2size| Layout::new(PRI_BYTES, log2size, 0x00FF_FFFF_FFFF_FFE0, 56).base();
        assert_eq!(base(0), 0x00FF_FFFF_FFFF_FFE0);
        assert_eq!(base(1), 0x00FF_FFFF_FFFF_FFE0); // 32 bytes
        assert_eq!(base(2), 0x00FF_FFFF_FFFF_FFC0); // 64 bytes
        assert_eq!(base(8), 0x00FF_FFFF_FFFF_F000); // 4 KiB
        assert_eq!(base(19), 0x00FF_FFFF_FF80_0000); // 8 MiB
        assert_eq!(Layout::new(COMMAND_BYTES, 0, 0x1010, 48).base(), 0x1000);
    }

    #[test]
    fn q2_commands_and_pri_records_are_16_bytes_apart() {
        let queue = Layout::new(COMMAND_BYTES, 2, 0x1000, 48);
        assert_eq!(queue.address(queue.position(3)), 0x1030);
        assert_eq!(queue.address(queue.position(7)), 0x1030);
        let queue = Layout::new(PRI_BYTES, 2, 0x1000, 48);
        assert_eq!(queue.address(queue.position(5)), 0x1010);
    }

    #[test]
    fn positions_further_on_wrap() {
        let queue = Layout::new(COMMAND_BYTES, 2, 0, 48);
        assert_eq!(queue.field(queue.ahead(queue.position(2), 0)), 2);
        assert_eq!(queue.field(queue.ahead(queue.position(2), 3)), 5);
        assert_eq!(queue.field(queue.ahead(queue.position(7), 1)), 0);
    }

    #[test]
    fn used_entries() {
        assert_eq!(Fill::Empty.used(4), 0);
        assert_eq!(Fill::Partial { used: 3 }.used(4), 3);
        assert_eq!(Fill::Full.used(4), 4);
        assert_eq!(Fill::Inconsistent.used(4), 0);
    }

    #[test]
    fn sizes_beyond_the_architecture_count_as_the_largest() {
        let queue = Layout::new(EVENT_BYTES, 255, 0x0100_0000, 255);
        assert_eq!((queue.log2size(), queue.base()), (19, 0x0100_0000));
    }
}
