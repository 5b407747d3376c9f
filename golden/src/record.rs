//! Event records (7.3): 256 bits, little-endian.

use bitfield_struct::{bitenum, bitfield};

use crate::pri_message::SUBSTREAM_ID;

/// What a transaction with a translation-related fault accessed (CLASS, 7.3).
#[bitenum]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    /// CD: the fetch of a Context Descriptor.
    Cd = 0,
    /// TTD: the fetch of a translation table descriptor.
    Ttd = 1,
    /// IN: the input address itself.
    In = 2,
    /// The value without a meaning.
    #[fallback]
    Reserved = 3,
}

/// Bits \[63:0\] of a record: what every event has.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
struct Common {
    event: u8,
    #[bits(3)]
    __: u8,
    ssv: bool,
    #[bits(20)]
    substream_id: u32,
    stream_id: u32,
}

/// Bits \[127:64\] of a record: how a translation-related fault came about.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
struct Syndrome {
    stag: u16,
    #[bits(15)]
    __: u16,
    stall: bool,
    __: bool,
    pnu: bool,
    ind: bool,
    rnw: bool,
    #[bits(2)]
    __: u8,
    nsipa: bool,
    s2: bool,
    #[bits(2)]
    class: Class,
    #[bits(2)]
    __: u8,
    ttrnw: bool,
    #[bits(19)]
    __: u32,
}

/// Bits of the last word that hold IPA \[55:12\].
const IPA: u64 = 0x00FF_FFFF_FFFF_F000;
/// Bits of the last word that hold FetchAddr \[55:3\].
const FETCH_ADDR: u64 = 0x00FF_FFFF_FFFF_FFF8;

/// An event record (7.3): 256 bits, bit 0 of the record is bit 0 of the first word.
///
/// Every bit is kept, also reserved ones and those that the event number gives no meaning. A
/// value that is wider than its field is truncated to the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventRecord {
    common: Common,
    syndrome: Syndrome,
    input_addr: u64,
    address: u64,
}

/// A getter and a builder for a field of one word of the record.
macro_rules! field {
    ($doc:literal, $word:ident . $get:ident, $with:ident: $type:ty) => {
        #[doc = $doc]
        pub const fn $get(self) -> $type {
            self.$word.$get()
        }

        #[doc = concat!("This record with another ", $doc)]
        #[must_use]
        pub const fn $with(mut self, value: $type) -> Self {
            self.$word = self.$word.$with(value);
            self
        }
    };
}

impl EventRecord {
    /// Event number of F_TRANSLATION (7.3).
    pub const F_TRANSLATION: u8 = 0x10;

    /// A record of an event: number, StreamID, everything else zero (7.3).
    pub const fn new(event: u8, stream_id: u32) -> Self {
        let common = Common::new().with_event(event).with_stream_id(stream_id);
        EventRecord { common, syndrome: Syndrome::new(), input_addr: 0, address: 0 }
    }

    /// A record of F_TRANSLATION: an input address that has no translation (7.3). The access is
    /// an unprivileged data write, the fault is of stage 1 and of the input address itself
    /// (CLASS IN).
    pub const fn translation(stream_id: u32, input_addr: u64) -> Self {
        Self::new(Self::F_TRANSLATION, stream_id).with_class(Class::In).with_input_addr(input_addr)
    }

    /// This record as that of a stalled transaction: Stall set, and the tag by which software
    /// resumes it (7.3, ST6).
    #[must_use]
    pub const fn with_stall(mut self, stag: u16) -> Self {
        self.syndrome = self.syndrome.with_stall(true).with_stag(stag);
        self
    }

    /// The record in 64-bit words, bits \[63:0\] first.
    pub const fn from_words(words: [u64; 4]) -> Self {
        let [common, syndrome, input_addr, address] = words;
        let (common, syndrome) = (Common::from_bits(common), Syndrome::from_bits(syndrome));
        EventRecord { common, syndrome, input_addr, address }
    }

    /// The record in 64-bit words, bits \[63:0\] first.
    pub const fn words(self) -> [u64; 4] {
        [self.common.into_bits(), self.syndrome.into_bits(), self.input_addr, self.address]
    }

    /// The record as it is in memory: 32 bytes, little-endian (Q2).
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        Self::from_words(words)
    }

    /// The record as it is in memory: 32 bytes, little-endian (Q2).
    pub fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(self.words()) {
            *bytes = word.to_le_bytes();
        }
        bytes
    }

    field!("event number, bits \\[7:0\\] (7.3).", common.event, with_event: u8);
    field!("SSV \\[11\\]: the SubstreamID is valid (7.3).", common.ssv, with_ssv: bool);
    field!("StreamID \\[63:32\\] (7.3).", common.stream_id, with_stream_id: u32);
    field!("STAG \\[79:64\\]: tag of a stalled transaction (7.3).", syndrome.stag, with_stag: u16);
    field!("PnU \\[97\\]: the access was privileged (7.3).", syndrome.pnu, with_pnu: bool);
    field!("InD \\[98\\]: it was an instruction fetch (7.3).", syndrome.ind, with_ind: bool);
    field!("RnW \\[99\\]: it was a read (7.3).", syndrome.rnw, with_rnw: bool);
    field!("NSIPA \\[102\\]: the IPA is Non-secure (7.3).", syndrome.nsipa, with_nsipa: bool);
    field!("S2 \\[103\\]: the fault was at stage 2 (7.3).", syndrome.s2, with_s2: bool);
    field!("CLASS \\[105:104\\]: what was accessed (7.3).", syndrome.class, with_class: Class);
    field!(
        "TTRnW \\[108\\]: the table access was a read (F_PERMISSION, 7.3).",
        syndrome.ttrnw, with_ttrnw: bool
    );

    /// SubstreamID \[31:12\], 20 bits (7.3).
    pub const fn substream_id(self) -> u32 {
        self.common.substream_id()
    }

    /// This record with another SubstreamID \[31:12\], 20 bits, and SSV set (7.3).
    #[must_use]
    pub const fn with_substream_id(mut self, value: u32) -> Self {
        self.common = self.common.with_substream_id(value & SUBSTREAM_ID).with_ssv(true);
        self
    }

    /// Stall \[95\]: the transaction is stalled (7.3).
    pub const fn stall(self) -> bool {
        self.syndrome.stall()
    }

    /// Reason \[79:64\] of events that have it in the place of STAG (7.3.2).
    pub const fn reason(self) -> u16 {
        self.syndrome.stag()
    }

    /// This record with another Reason \[79:64\] (7.3.2).
    #[must_use]
    pub const fn with_reason(self, value: u16) -> Self {
        self.with_stag(value)
    }

    /// InputAddr \[191:128\]: byte address of the access (7.3).
    pub const fn input_addr(self) -> u64 {
        self.input_addr
    }

    /// This record with another InputAddr \[191:128\] (7.3).
    #[must_use]
    pub const fn with_input_addr(mut self, value: u64) -> Self {
        self.input_addr = value;
        self
    }

    /// IPA \[55:12\] in bits \[247:204\]: byte address of the page at stage 2 (7.3).
    pub const fn ipa(self) -> u64 {
        self.address & IPA
    }

    /// This record with another IPA \[55:12\] (7.3). Other bits of `value` have no effect.
    #[must_use]
    pub const fn with_ipa(mut self, value: u64) -> Self {
        self.address = self.address & !IPA | value & IPA;
        self
    }

    /// FetchAddr \[55:3\] in bits \[247:195\]: byte address of a structure (7.3).
    pub const fn fetch_addr(self) -> u64 {
        self.address & FETCH_ADDR
    }

    /// This record with another FetchAddr \[55:3\] (7.3). Other bits of `value` have no effect.
    #[must_use]
    pub const fn with_fetch_addr(mut self, value: u64) -> Self {
        self.address = self.address & !FETCH_ADDR | value & FETCH_ADDR;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: EventRecord = EventRecord::from_words([0; 4]);

    #[test]
    fn common_fields_are_where_10_2_says() {
        assert_eq!(ZERO.with_event(0xFF).words(), [0x0000_0000_0000_00FF, 0, 0, 0]);
        assert_eq!(ZERO.with_ssv(true).words(), [0x0000_0000_0000_0800, 0, 0, 0]);
        assert_eq!(ZERO.with_substream_id(0xF_FFFF).words(), [0x0000_0000_FFFF_F800, 0, 0, 0]);
        assert_eq!(ZERO.with_stream_id(0xFFFF_FFFF).words(), [0xFFFF_FFFF_0000_0000, 0, 0, 0]);
    }

    #[test]
    fn translation_fields_are_where_10_2_says() {
        // Bit n of the record, 64 <= n < 128, is bit n - 64 of the second word.
        assert_eq!(ZERO.with_stag(0xFFFF).words(), [0, 0x0000_0000_0000_FFFF, 0, 0]);
        assert_eq!(ZERO.with_reason(0xFFFF).words(), [0, 0x0000_0000_0000_FFFF, 0, 0]);
        assert_eq!(ZERO.with_stall(0xFFFF).words(), [0, 0x0000_0000_8000_FFFF, 0, 0]); // 95
        assert_eq!(ZERO.with_pnu(true).words(), [0, 0x0000_0002_0000_0000, 0, 0]); // 97
        assert_eq!(ZERO.with_ind(true).words(), [0, 0x0000_0004_0000_0000, 0, 0]); // 98
        assert_eq!(ZERO.with_rnw(true).words(), [0, 0x0000_0008_0000_0000, 0, 0]); // 99
        assert_eq!(ZERO.with_nsipa(true).words(), [0, 0x0000_0040_0000_0000, 0, 0]); // 102
        assert_eq!(ZERO.with_s2(true).words(), [0, 0x0000_0080_0000_0000, 0, 0]); // 103
        assert_eq!(ZERO.with_class(Class::Ttd).words(), [0, 0x0000_0100_0000_0000, 0, 0]); // 104
        assert_eq!(ZERO.with_class(Class::In).words(), [0, 0x0000_0200_0000_0000, 0, 0]); // 105
        assert_eq!(ZERO.with_ttrnw(true).words(), [0, 0x0000_1000_0000_0000, 0, 0]); // 108
        assert_eq!(ZERO.with_input_addr(u64::MAX).words(), [0, 0, u64::MAX, 0]);
        // 247:204 and 247:195
        assert_eq!(ZERO.with_ipa(u64::MAX).words(), [0, 0, 0, 0x00FF_FFFF_FFFF_F000]);
        assert_eq!(ZERO.with_fetch_addr(u64::MAX).words(), [0, 0, 0, 0x00FF_FFFF_FFFF_FFF8]);
    }

    #[test]
    fn fields_are_read_from_a_record_written_by_hand() {
        // F_PERMISSION (0x13), SSV, SubstreamID 0xABCDE, StreamID 0x12345678; STAG 0xBEEF, Stall,
        // InD, RnW, S2, CLASS TTD, TTRnW; InputAddr; IPA page 0x12_3456_7890_1000.
        let words =
            [0x1234_5678_ABCD_E813, 0x0000_118C_8000_BEEF, 0xFEDC_BA98_7654_3210, 0x0012_3456_7890_1000];
        let record = EventRecord::from_words(words);
        assert_eq!(record.event(), 0x13);
        assert!(record.ssv());
        assert_eq!(record.substream_id(), 0xA_BCDE);
        assert_eq!(record.stream_id(), 0x1234_5678);
        assert_eq!((record.stag(), record.reason()), (0xBEEF, 0xBEEF));
        assert_eq!((record.stall(), record.pnu(), record.ind()), (true, false, true));
        assert_eq!((record.rnw(), record.nsipa(), record.s2()), (true, false, true));
        assert_eq!((record.class(), record.ttrnw()), (Class::Ttd, true));
        assert_eq!(record.input_addr(), 0xFEDC_BA98_7654_3210);
        assert_eq!(record.ipa(), 0x0012_3456_7890_1000);
        assert_eq!(record.fetch_addr(), 0x0012_3456_7890_1000);
        assert_eq!(record.words(), words);
    }

    #[test]
    fn every_field_of_zero_is_zero() {
        assert_eq!((ZERO.event(), ZERO.ssv(), ZERO.substream_id(), ZERO.stream_id()), (0, false, 0, 0));
        assert_eq!((ZERO.stag(), ZERO.reason(), ZERO.stall(), ZERO.pnu()), (0, 0, false, false));
        assert_eq!((ZERO.ind(), ZERO.rnw(), ZERO.nsipa(), ZERO.s2()), (false, false, false, false));
        assert_eq!((ZERO.class(), ZERO.ttrnw(), ZERO.input_addr()), (Class::Cd, false, 0));
        assert_eq!((ZERO.ipa(), ZERO.fetch_addr()), (0, 0));
    }

    #[test]
    fn the_constructors_set_what_they_say_and_nothing_else() {
        let record = EventRecord::translation(0x42, 0x1000);
        assert_eq!(record.words(), [0x0000_0042_0000_0010, 0x0000_0200_0000_0000, 0x1000, 0]);
        let stalled = record.with_stall(7);
        assert_eq!(stalled.words(), [0x0000_0042_0000_0010, 0x0000_0200_8000_0007, 0x1000, 0]);
        assert_eq!(EventRecord::new(0x04, 1).words(), [0x0000_0001_0000_0004, 0, 0, 0]);
    }

    #[test]
    fn a_value_wider_than_its_field_does_not_reach_the_neighbours() {
        assert_eq!(ZERO.with_substream_id(0xFFF0_0001).words(), [0x0000_0000_0000_1800, 0, 0, 0]);
        let full = EventRecord::from_words([u64::MAX; 4]);
        assert_eq!(full.with_ipa(0).words()[3], 0xFF00_0000_0000_0FFF);
        assert_eq!(full.with_fetch_addr(0).words()[3], 0xFF00_0000_0000_0007);
        assert_eq!(full.class(), Class::Reserved);
    }

    #[test]
    fn every_bit_is_kept() {
        let words = [u64::MAX, 0xAAAA_5555_AAAA_5555, 0x5555_AAAA_5555_AAAA, u64::MAX];
        assert_eq!(EventRecord::from_words(words).words(), words);
    }

    #[test]
    fn q2_bytes_are_little_endian() {
        let words = [0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908, 0x1716_1514_1312_1110, 31 << 56];
        let mut bytes: [u8; 32] = core::array::from_fn(|place| place as u8);
        bytes[24..31].fill(0);
        assert_eq!(EventRecord::from_words(words).to_bytes(), bytes);
        assert_eq!(EventRecord::from_bytes(bytes).words(), words);
    }
}
