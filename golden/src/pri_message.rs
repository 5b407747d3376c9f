//! PRI messages (8): page requests and Stop PASID markers, 128 bits, little-endian, and the PRG
//! Responses that answer them.

use bitfield_struct::bitfield;

/// Bits \[63:0\] of a message.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
struct Requester {
    stream_id: u32,
    #[bits(20)]
    substream_id: u32,
    #[bits(6)]
    __: u8,
    privileged: bool,
    exec: bool,
    read: bool,
    write: bool,
    last: bool,
    ssv: bool,
}

/// Bits \[127:64\] of a message.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
struct Page {
    #[bits(9)]
    prg_index: u16,
    #[bits(3)]
    __: u8,
    #[bits(52)]
    page: u64,
}

/// Bits of a SubstreamID.
pub(crate) const SUBSTREAM_ID: u32 = 0xF_FFFF;
/// Bits of a PRGIndex.
pub(crate) const PRG_INDEX: u16 = 0x1FF;

/// A PRI message (8), as it is recorded: bit 0 of the record is bit 0 of the first word.
///
/// Every bit is kept, also reserved ones. A value that is wider than its field is truncated to the
/// field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PriMessage {
    requester: Requester,
    page: Page,
}

/// A getter and a builder for a one-bit field of the first word.
macro_rules! flag {
    ($doc:literal, $get:ident, $with:ident) => {
        #[doc = $doc]
        pub const fn $get(self) -> bool {
            self.requester.$get()
        }

        #[doc = concat!("This message with another ", $doc)]
        #[must_use]
        pub const fn $with(mut self, value: bool) -> Self {
            self.requester = self.requester.$with(value);
            self
        }
    };
}

impl PriMessage {
    /// A page request of a group: the page at a byte address, everything else zero (8).
    pub const fn new(stream_id: u32, prg_index: u16, page_address: u64) -> Self {
        let requester = Requester::new().with_stream_id(stream_id);
        let page = Page::new().with_prg_index(prg_index & PRG_INDEX).with_page(page_address >> 12);
        PriMessage { requester, page }
    }

    /// A Stop PASID marker (P2).
    pub const fn stop_marker(stream_id: u32, substream_id: u32) -> Self {
        Self::new(stream_id, 0, 0).with_substream_id(substream_id).with_last(true)
    }

    /// Whether it is a Stop PASID marker: Last set, W and R clear, and a PASID. The same without a
    /// PASID is an ordinary page request (P2).
    pub const fn is_stop_marker(self) -> bool {
        self.last() && !self.write() && !self.read() && self.ssv()
    }

    /// The message in 64-bit words, bits \[63:0\] first.
    pub const fn from_words(words: [u64; 2]) -> Self {
        let [requester, page] = words;
        PriMessage { requester: Requester::from_bits(requester), page: Page::from_bits(page) }
    }

    /// The message in 64-bit words, bits \[63:0\] first.
    pub const fn words(self) -> [u64; 2] {
        [self.requester.into_bits(), self.page.into_bits()]
    }

    /// The message as it is in memory: 16 bytes, little-endian (Q2).
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        Self::from_words([bits as u64, (bits >> 64) as u64])
    }

    /// The message as it is in memory: 16 bytes, little-endian (Q2).
    pub const fn to_bytes(self) -> [u8; 16] {
        let [low, high] = self.words();
        (low as u128 | (high as u128) << 64).to_le_bytes()
    }

    flag!("Priv \\[58\\]: the access would be privileged (8).", privileged, with_privileged);
    flag!("X \\[59\\]: execution is requested (8).", exec, with_exec);
    flag!("R \\[60\\]: read access is requested (8).", read, with_read);
    flag!("W \\[61\\]: write access is requested (8).", write, with_write);
    flag!("Last \\[62\\]: the last request of its group (8, P3).", last, with_last);
    flag!("SSV \\[63\\]: the SubstreamID is valid (8).", ssv, with_ssv);

    /// StreamID \[31:0\] (8).
    pub const fn stream_id(self) -> u32 {
        self.requester.stream_id()
    }

    /// This message with another StreamID \[31:0\] (8).
    #[must_use]
    pub const fn with_stream_id(mut self, value: u32) -> Self {
        self.requester = self.requester.with_stream_id(value);
        self
    }

    /// SubstreamID \[51:32\], the PASID; valid if SSV is set (8).
    pub const fn substream_id(self) -> u32 {
        self.requester.substream_id()
    }

    /// This message with another SubstreamID \[51:32\], 20 bits, and SSV set (8).
    #[must_use]
    pub const fn with_substream_id(mut self, value: u32) -> Self {
        self.requester = self.requester.with_substream_id(value & SUBSTREAM_ID).with_ssv(true);
        self
    }

    /// PRGIndex \[72:64\]: the page request group (8).
    pub const fn prg_index(self) -> u16 {
        self.page.prg_index()
    }

    /// This message with another PRGIndex \[72:64\], 9 bits (8).
    #[must_use]
    pub const fn with_prg_index(mut self, value: u16) -> Self {
        self.page = self.page.with_prg_index(value & PRG_INDEX);
        self
    }

    /// Page address \[63:12\] in bits \[127:76\]: byte address of the page (8).
    pub const fn page_address(self) -> u64 {
        self.page.page() << 12
    }

    /// This message with another page address \[63:12\] (8). Other bits of `value` have no effect.
    #[must_use]
    pub const fn with_page_address(mut self, value: u64) -> Self {
        self.page = self.page.with_page(value >> 12);
        self
    }
}

/// A PRG Response to a device (8.3): how the requests of one group ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PrgResponse {
    /// StreamID of the device.
    pub stream_id: u32,
    /// PASID on the response, if there is one.
    pub substream_id: Option<u32>,
    /// PRGIndex of the group.
    pub index: u16,
    /// Response code as PCIe has it: [`PrgResponse::SUCCESS`] and so on.
    pub code: u8,
}

impl PrgResponse {
    /// Success (8.3, P13).
    pub const SUCCESS: u8 = 0b0000;
    /// Invalid Request (8.3, P13).
    pub const INVALID_REQUEST: u8 = 0b0001;
    /// Response Failure (8.3, P13).
    pub const FAILURE: u8 = 0b1111;

    /// The response of the SMMU itself to the group of a message: same StreamID and PRGIndex, no
    /// PASID (8.2).
    pub(crate) const fn to(message: PriMessage, code: u8) -> Self {
        let (stream_id, index) = (message.stream_id(), message.prg_index());
        PrgResponse { stream_id, substream_id: None, index, code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: PriMessage = PriMessage::from_words([0; 2]);

    #[test]
    fn fields_are_where_10_1_says() {
        assert_eq!(ZERO.with_stream_id(0xFFFF_FFFF).words(), [0x0000_0000_FFFF_FFFF, 0]);
        // SubstreamID with SSV in bit 63.
        assert_eq!(ZERO.with_substream_id(0xF_FFFF).words(), [0x800F_FFFF_0000_0000, 0]);
        assert_eq!(ZERO.with_privileged(true).words(), [0x0400_0000_0000_0000, 0]); // 58
        assert_eq!(ZERO.with_exec(true).words(), [0x0800_0000_0000_0000, 0]); // 59
        assert_eq!(ZERO.with_read(true).words(), [0x1000_0000_0000_0000, 0]); // 60
        assert_eq!(ZERO.with_write(true).words(), [0x2000_0000_0000_0000, 0]); // 61
        assert_eq!(ZERO.with_last(true).words(), [0x4000_0000_0000_0000, 0]); // 62
        assert_eq!(ZERO.with_ssv(true).words(), [0x8000_0000_0000_0000, 0]); // 63
        assert_eq!(ZERO.with_prg_index(0x1FF).words(), [0, 0x0000_0000_0000_01FF]); // 72:64
        assert_eq!(ZERO.with_page_address(u64::MAX).words(), [0, 0xFFFF_FFFF_FFFF_F000]); // 127:76
    }

    #[test]
    fn fields_are_read_from_a_message_written_by_hand() {
        // StreamID 0x12345678, SubstreamID 0xABCDE, X, W, SSV; PRGIndex 0x123, page 0xFEDCBA9876543.
        let words = [0xA80A_BCDE_1234_5678, 0xFEDC_BA98_7654_3123];
        let message = PriMessage::from_words(words);
        assert_eq!(message.stream_id(), 0x1234_5678);
        assert_eq!(message.substream_id(), 0xA_BCDE);
        assert_eq!((message.privileged(), message.exec(), message.read()), (false, true, false));
        assert_eq!((message.write(), message.last(), message.ssv()), (true, false, true));
        assert_eq!(message.prg_index(), 0x123);
        assert_eq!(message.page_address(), 0xFEDC_BA98_7654_3000);
        assert_eq!(message.words(), words);
    }

    #[test]
    fn the_constructors_set_what_they_say_and_nothing_else() {
        let message = PriMessage::new(0x42, 0x3FF, 0x1234_5FFF);
        assert_eq!(message.words(), [0x0000_0000_0000_0042, 0x0000_0000_1234_51FF]);
        let marker = PriMessage::stop_marker(0x42, 7);
        assert_eq!(marker.words(), [0xC000_0007_0000_0042, 0]);
    }

    /// P2: of all values of Last, W, R and SSV only L, W, R == 1, 0, 0 with a PASID.
    #[test]
    fn p2_stop_markers() {
        for bits in 0..16u64 {
            let message = PriMessage::from_words([bits << 60, 0]); // R, W, Last, SSV from bit 60
            assert_eq!(message.is_stop_marker(), bits == 0b1100, "{bits:04b}");
        }
        // X and Priv do not matter.
        assert!(PriMessage::from_words([0xCC00_0000_0000_0000, 0]).is_stop_marker());
    }

    #[test]
    fn a_value_wider_than_its_field_does_not_reach_the_neighbours() {
        assert_eq!(ZERO.with_substream_id(0xFFF0_0001).words(), [0x8000_0001_0000_0000, 0]);
        assert_eq!(ZERO.with_prg_index(0xFE01).words(), [0, 1]);
        let full = PriMessage::from_words([u64::MAX; 2]);
        assert_eq!(full.with_page_address(0).words()[1], 0x0000_0000_0000_0FFF);
        assert_eq!(full.words(), [u64::MAX; 2]);
    }

    #[test]
    fn q2_bytes_are_little_endian() {
        let words = [0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908];
        let bytes = core::array::from_fn(|place| place as u8);
        assert_eq!(PriMessage::from_words(words).to_bytes(), bytes);
        assert_eq!(PriMessage::from_bytes(bytes).words(), words);
    }

    #[test]
    fn a_response_to_a_message_has_its_stream_and_group_and_no_pasid() {
        let message = PriMessage::new(0x42, 0x155, 0).with_substream_id(9);
        let response = PrgResponse { stream_id: 0x42, substream_id: None, index: 0x155, code: 0b1111 };
        assert_eq!(PrgResponse::to(message, PrgResponse::FAILURE), response);
    }
}
