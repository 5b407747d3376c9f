//! Commands (4): 128 bits, little-endian.

use bitfield_struct::bitfield;

use crate::pri_message::{PRG_INDEX, SUBSTREAM_ID};

/// Bits \[63:0\] of a command. Which field means something depends on the opcode.
#[bitfield(u64)]
#[derive(PartialEq, Eq)]
struct Head {
    opcode: u8,
    #[bits(1)]
    __: u8,
    global: bool,
    ssec: bool,
    ssv: bool,
    #[bits(20)]
    substream_id: u32,
    stream_id: u32,
}

/// Bits \[63:0\] of CMD_SYNC.
#[bitfield(u64)]
#[derive(PartialEq, Eq)]
struct SyncHead {
    opcode: u8,
    #[bits(4)]
    __: u8,
    #[bits(2)]
    signal: u8,
    __: u8,
    #[bits(2)]
    msh: u8,
    #[bits(4)]
    msi_attr: u8,
    #[bits(4)]
    __: u8,
    msi_data: u32,
}

/// Bits \[63:0\] of CMD_RESUME.
#[bitfield(u64)]
#[derive(PartialEq, Eq)]
struct ResumeHead {
    opcode: u8,
    #[bits(2)]
    __: u8,
    ssec: bool,
    __: bool,
    retry: bool,
    abort: bool,
    #[bits(18)]
    __: u32,
    stream_id: u32,
}

/// Bits \[127:64\] of CMD_PRI_RESP.
#[bitfield(u64)]
#[derive(PartialEq, Eq)]
struct PriRespTail {
    #[bits(9)]
    index: u16,
    #[bits(3)]
    __: u8,
    #[bits(2)]
    resp: u8,
    #[bits(50)]
    __: u64,
}

/// Bits of the second word that hold MSIAddress \[55:2\] of CMD_SYNC.
const MSI_ADDRESS: u64 = 0x00FF_FFFF_FFFF_FFFC;
/// Bits of the second word that hold Address \[63:12\].
const ADDRESS: u64 = 0xFFFF_FFFF_FFFF_F000;
/// The value of Range that means all StreamIDs (4.3.6).
const WHOLE_RANGE: u64 = 31;

/// A command (4): 128 bits, bit 0 of the command is bit 0 of the first word.
///
/// Every bit is kept, also reserved ones and those that the opcode gives no meaning. A getter
/// reads its bits whatever the opcode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Command {
    words: [u64; 2],
}

impl Command {
    /// Opcode of CMD_PREFETCH_CONFIG (4.1.1).
    pub const PREFETCH_CONFIG: u8 = 0x01;
    /// Opcode of CMD_PREFETCH_ADDR (4.1.1).
    pub const PREFETCH_ADDR: u8 = 0x02;
    /// Opcode of CMD_CFGI_STE (4.1.1).
    pub const CFGI_STE: u8 = 0x03;
    /// Opcode of CMD_CFGI_STE_RANGE and CMD_CFGI_ALL (4.1.1).
    pub const CFGI_STE_RANGE: u8 = 0x04;
    /// Opcode of CMD_CFGI_CD (4.1.1).
    pub const CFGI_CD: u8 = 0x05;
    /// Opcode of CMD_CFGI_CD_ALL (4.1.1).
    pub const CFGI_CD_ALL: u8 = 0x06;
    /// Opcode of CMD_TLBI_NH_ALL (4.1.1).
    pub const TLBI_NH_ALL: u8 = 0x10;
    /// Opcode of CMD_TLBI_NH_ASID (4.1.1).
    pub const TLBI_NH_ASID: u8 = 0x11;
    /// Opcode of CMD_TLBI_NH_VA (4.1.1).
    pub const TLBI_NH_VA: u8 = 0x12;
    /// Opcode of CMD_TLBI_NH_VAA (4.1.1).
    pub const TLBI_NH_VAA: u8 = 0x13;
    /// Opcode of CMD_TLBI_EL2_ALL (4.1.1).
    pub const TLBI_EL2_ALL: u8 = 0x20;
    /// Opcode of CMD_TLBI_EL2_ASID (4.1.1).
    pub const TLBI_EL2_ASID: u8 = 0x21;
    /// Opcode of CMD_TLBI_EL2_VA (4.1.1).
    pub const TLBI_EL2_VA: u8 = 0x22;
    /// Opcode of CMD_TLBI_EL2_VAA (4.1.1).
    pub const TLBI_EL2_VAA: u8 = 0x23;
    /// Opcode of CMD_TLBI_S12_VMALL (4.1.1).
    pub const TLBI_S12_VMALL: u8 = 0x28;
    /// Opcode of CMD_TLBI_S2_IPA (4.1.1).
    pub const TLBI_S2_IPA: u8 = 0x2A;
    /// Opcode of CMD_TLBI_NSNH_ALL (4.1.1).
    pub const TLBI_NSNH_ALL: u8 = 0x30;
    /// Opcode of CMD_ATC_INV (4.1.1).
    pub const ATC_INV: u8 = 0x40;
    /// Opcode of CMD_PRI_RESP (4.1.1).
    pub const PRI_RESP: u8 = 0x41;
    /// Opcode of CMD_RESUME (4.1.1).
    pub const RESUME: u8 = 0x44;
    /// Opcode of CMD_STALL_TERM (4.1.1).
    pub const STALL_TERM: u8 = 0x45;
    /// Opcode of CMD_SYNC (4.1.1).
    pub const SYNC: u8 = 0x46;

    /// ComplSignal of CMD_SYNC: an interrupt (4.7.3, C12).
    pub const SIG_IRQ: u8 = 0b01;
    /// ComplSignal of CMD_SYNC: a wake-up event (4.7.3, C12).
    pub const SIG_SEV: u8 = 0b10;

    /// Resp of CMD_PRI_RESP: Success (4.5.2, P13).
    pub const RESP_SUCCESS: u8 = 0b10;

    /// A command of an opcode, everything else zero.
    pub const fn new(opcode: u8) -> Self {
        Command { words: [opcode as u64, 0] }
    }

    /// CMD_SYNC with a completion signal CS, two bits (4.7.3).
    pub const fn sync(signal: u8) -> Self {
        let head = SyncHead::new().with_opcode(Self::SYNC).with_signal(signal & 0b11);
        Command { words: [head.into_bits(), 0] }
    }

    /// This CMD_SYNC with an MSI: MSIAddress \[55:2\], of which other bits of `address` have no
    /// effect, and MSIData (4.7.3).
    #[must_use]
    pub const fn with_msi(self, address: u64, data: u32) -> Self {
        let [head, tail] = self.words;
        let head = SyncHead::from_bits(head).with_msi_data(data).into_bits();
        Command { words: [head, tail & !MSI_ADDRESS | address & MSI_ADDRESS] }
    }

    /// This CMD_SYNC with attributes of its MSI: MSIAttr, four bits, and MSH, two bits (4.7.3).
    #[must_use]
    pub const fn with_msi_attributes(self, attr: u8, shareability: u8) -> Self {
        let [head, tail] = self.words;
        let head = SyncHead::from_bits(head).with_msi_attr(attr & 0xF).with_msh(shareability & 0b11);
        Command { words: [head.into_bits(), tail] }
    }

    /// CMD_PRI_RESP: the answer of software to a page request group, with Resp of two bits (4.5.2).
    pub const fn pri_resp(stream_id: u32, substream_id: Option<u32>, index: u16, resp: u8) -> Self {
        let command = Self::new(Self::PRI_RESP).with_stream_id(stream_id).with_substream(substream_id);
        let tail = PriRespTail::new().with_index(index & PRG_INDEX).with_resp(resp & 0b11);
        Command { words: [command.words[0], tail.into_bits()] }
    }

    /// CMD_PREFETCH_CONFIG of a stream (4.2.1).
    pub const fn prefetch_config(stream_id: u32, substream_id: Option<u32>) -> Self {
        Self::new(Self::PREFETCH_CONFIG).with_stream_id(stream_id).with_substream(substream_id)
    }

    /// CMD_CFGI_STE of one STE, with Leaf clear (4.3.1).
    pub const fn cfgi_ste(stream_id: u32) -> Self {
        Self::new(Self::CFGI_STE).with_stream_id(stream_id)
    }

    /// CMD_CFGI_ALL (4.3.6).
    pub const fn cfgi_all() -> Self {
        let [head, _] = Self::new(Self::CFGI_STE_RANGE).words;
        Command { words: [head, WHOLE_RANGE] }
    }

    /// CMD_CFGI_CD of one CD, with Leaf clear (4.3.3).
    pub const fn cfgi_cd(stream_id: u32, substream_id: u32) -> Self {
        let command = Self::new(Self::CFGI_CD).with_stream_id(stream_id);
        let head = Head::from_bits(command.words[0]).with_substream_id(substream_id & SUBSTREAM_ID);
        Command { words: [head.into_bits(), 0] }
    }

    /// CMD_TLBI_NSNH_ALL (4.4).
    pub const fn tlbi_nsnh_all() -> Self {
        Self::new(Self::TLBI_NSNH_ALL)
    }

    /// CMD_ATC_INV of 2^`size` pages from a byte address, six bits of size (4.5.1).
    pub const fn atc_inv(stream_id: u32, substream_id: Option<u32>, address: u64, size: u8) -> Self {
        let command = Self::new(Self::ATC_INV).with_stream_id(stream_id).with_substream(substream_id);
        Command { words: [command.words[0], address & ADDRESS | (size & 0x3F) as u64] }
    }

    /// CMD_RESUME of a stalled transaction: Action (Retry or Terminate) and Abort (4.7.1, C18).
    pub const fn resume(stream_id: u32, stag: u16, retry: bool, abort: bool) -> Self {
        let head = ResumeHead::new().with_opcode(Self::RESUME).with_stream_id(stream_id);
        Command { words: [head.with_retry(retry).with_abort(abort).into_bits(), stag as u64] }
    }

    /// CMD_STALL_TERM of a stream (4.7.2).
    pub const fn stall_term(stream_id: u32) -> Self {
        Self::new(Self::STALL_TERM).with_stream_id(stream_id)
    }

    /// The command in 64-bit words, bits \[63:0\] first.
    pub const fn from_words(words: [u64; 2]) -> Self {
        Command { words }
    }

    /// The command in 64-bit words, bits \[63:0\] first.
    pub const fn words(self) -> [u64; 2] {
        self.words
    }

    /// The command as it is in memory: 16 bytes, little-endian (Q2).
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        let bits = u128::from_le_bytes(bytes);
        Command { words: [bits as u64, (bits >> 64) as u64] }
    }

    /// The command as it is in memory: 16 bytes, little-endian (Q2).
    pub const fn to_bytes(self) -> [u8; 16] {
        let [low, high] = self.words;
        (low as u128 | (high as u128) << 64).to_le_bytes()
    }

    /// Opcode \[7:0\] (4.1.1).
    pub const fn opcode(self) -> u8 {
        self.head().opcode()
    }

    /// G \[9\] of CMD_ATC_INV: a Global Invalidate (4.5.1).
    pub const fn global(self) -> bool {
        self.head().global()
    }

    /// This command with another G \[9\] (4.5.1).
    #[must_use]
    pub const fn with_global(self, value: bool) -> Self {
        self.with_head(self.head().with_global(value))
    }

    /// SSec \[10\]: the StreamID is Secure (4.1.6).
    pub const fn ssec(self) -> bool {
        self.head().ssec()
    }

    /// This command with another SSec \[10\] (4.1.6).
    #[must_use]
    pub const fn with_ssec(self, value: bool) -> Self {
        self.with_head(self.head().with_ssec(value))
    }

    /// SubstreamID \[31:12\], if SSV \[11\] says that it is valid (4.1.6).
    pub const fn substream_id(self) -> Option<u32> {
        if self.head().ssv() { Some(self.head().substream_id()) } else { None }
    }

    /// StreamID \[63:32\] (4.1.6).
    pub const fn stream_id(self) -> u32 {
        self.head().stream_id()
    }

    /// This command with another StreamID \[63:32\] (4.1.6).
    #[must_use]
    pub const fn with_stream_id(self, value: u32) -> Self {
        self.with_head(self.head().with_stream_id(value))
    }

    /// Address \[63:12\] in bits \[127:76\] (4.1.6).
    pub const fn address(self) -> u64 {
        self.words[1] & ADDRESS
    }

    /// PRGIndex \[72:64\] of CMD_PRI_RESP (4.5.2).
    pub const fn prg_index(self) -> u16 {
        PriRespTail::from_bits(self.words[1]).index()
    }

    /// Resp \[77:76\] of CMD_PRI_RESP (4.5.2, P13).
    pub const fn resp(self) -> u8 {
        PriRespTail::from_bits(self.words[1]).resp()
    }

    /// STAG \[79:64\] of CMD_RESUME (4.7.1).
    pub const fn stag(self) -> u16 {
        self.words[1] as u16
    }

    /// Ac \[12\] of CMD_RESUME: Retry, not Terminate (4.7.1, C18).
    pub const fn retry(self) -> bool {
        ResumeHead::from_bits(self.words[0]).retry()
    }

    /// Ab \[13\] of CMD_RESUME: terminate with an abort (4.7.1, C18).
    pub const fn abort(self) -> bool {
        ResumeHead::from_bits(self.words[0]).abort()
    }

    /// CS \[13:12\] of CMD_SYNC: the completion signal (4.7.3, C12).
    pub const fn signal(self) -> u8 {
        self.sync_head().signal()
    }

    /// MSH \[23:22\] of CMD_SYNC: shareability of the MSI (4.7.3).
    pub const fn msh(self) -> u8 {
        self.sync_head().msh()
    }

    /// MSIAttr \[27:24\] of CMD_SYNC: memory type of the MSI (4.7.3).
    pub const fn msi_attr(self) -> u8 {
        self.sync_head().msi_attr()
    }

    /// MSIData \[63:32\] of CMD_SYNC (4.7.3).
    pub const fn msi_data(self) -> u32 {
        self.sync_head().msi_data()
    }

    /// MSIAddress \[55:2\] of CMD_SYNC in bits \[119:66\], as a byte address (4.7.3, C13).
    pub const fn msi_address(self) -> u64 {
        self.words[1] & MSI_ADDRESS
    }

    const fn head(self) -> Head {
        Head::from_bits(self.words[0])
    }

    const fn with_head(self, head: Head) -> Self {
        Command { words: [head.into_bits(), self.words[1]] }
    }

    const fn sync_head(self) -> SyncHead {
        SyncHead::from_bits(self.words[0])
    }

    const fn with_substream(self, substream_id: Option<u32>) -> Self {
        match substream_id {
            Some(value) => self.with_head(self.head().with_ssv(true).with_substream_id(value & SUBSTREAM_ID)),
            None => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: Command = Command::from_words([u64::MAX; 2]);

    #[test]
    fn fields_of_10_3_common_to_many() {
        let bit = |number: u32| Command::from_words([1 << number, 0]);
        assert_eq!(Command::from_words([0xFF, 0]).opcode(), 0xFF);
        assert!(bit(9).global() && bit(10).ssec());
        assert_eq!(bit(11).substream_id(), Some(0));
        assert_eq!(Command::from_words([0xFFFF_F800, 0]).substream_id(), Some(0xF_FFFF));
        assert_eq!(Command::from_words([0xFFFF_F000, 0]).substream_id(), None);
        assert_eq!(Command::from_words([0xFFFF_FFFF_0000_0000, 0]).stream_id(), 0xFFFF_FFFF);
        assert_eq!(FULL.address(), 0xFFFF_FFFF_FFFF_F000); // 127:76
        assert_eq!(Command::new(0).with_global(true).words(), [0x200, 0]);
        assert_eq!(Command::new(0).with_ssec(true).words(), [0x400, 0]);
    }

    #[test]
    fn every_field_of_zero_is_zero() {
        let zero = Command::from_words([0; 2]);
        assert_eq!((zero.opcode(), zero.global(), zero.ssec()), (0, false, false));
        assert_eq!((zero.stream_id(), zero.substream_id(), zero.address()), (0, None, 0));
        assert_eq!((zero.signal(), zero.msh(), zero.msi_attr()), (0, 0, 0));
        assert_eq!((zero.msi_address(), zero.msi_data()), (0, 0));
        assert_eq!((zero.prg_index(), zero.resp()), (0, 0));
        assert_eq!((zero.stag(), zero.retry(), zero.abort()), (0, false, false));
    }

    #[test]
    fn an_msi_takes_the_place_of_the_one_before_and_leaves_the_rest() {
        let command = FULL.with_msi(0x1000, 0);
        assert_eq!(command.words(), [0x0000_0000_FFFF_FFFF, 0xFF00_0000_0000_1003]); // 119:66
    }

    #[test]
    fn fields_of_10_3_sync() {
        assert_eq!(Command::sync(3).words(), [0x0000_0000_0000_3046, 0]); // CS 13:12
        let zero = Command::from_words([0; 2]);
        assert_eq!(zero.with_msi(0, 0xFFFF_FFFF).words(), [0xFFFF_FFFF_0000_0000, 0]);
        assert_eq!(zero.with_msi(u64::MAX, 0).words(), [0, 0x00FF_FFFF_FFFF_FFFC]); // 119:66
        assert_eq!(zero.with_msi_attributes(0xF, 0).words(), [0x0F00_0000, 0]); // 27:24
        assert_eq!(zero.with_msi_attributes(0, 3).words(), [0x00C0_0000, 0]); // 23:22
        let sync = Command::from_words([0x1234_5678_0580_1046, 0xFF12_3456_789A_BCDF]);
        assert_eq!((sync.opcode(), sync.signal()), (Command::SYNC, Command::SIG_IRQ));
        assert_eq!((sync.msh(), sync.msi_attr()), (2, 5));
        assert_eq!((sync.msi_address(), sync.msi_data()), (0x0012_3456_789A_BCDC, 0x1234_5678));
    }

    #[test]
    fn fields_of_10_3_pri_resp() {
        let command = Command::pri_resp(0x42, Some(0xF_FFFF), 0x1FF, 0b11);
        assert_eq!(command.words(), [0x0000_0042_FFFF_F841, 0x31FF]); // 72:64, 77:76
        assert_eq!((command.prg_index(), command.resp()), (0x1FF, 3));
        assert_eq!(Command::pri_resp(1, None, 2, 1).words(), [0x0000_0001_0000_0041, 0x1002]);
    }

    #[test]
    fn fields_of_10_3_resume() {
        let command = Command::resume(0x42, 0xBEEF, true, false);
        assert_eq!(command.words(), [0x0000_0042_0000_1044, 0xBEEF]); // Ac 12, STAG 79:64
        assert_eq!((command.stag(), command.retry(), command.abort()), (0xBEEF, true, false));
        let command = Command::resume(0x42, 1, false, true);
        assert_eq!(command.words(), [0x0000_0042_0000_2044, 1]); // Ab 13
        assert_eq!((command.retry(), command.abort()), (false, true));
    }

    #[test]
    fn fields_of_10_3_atc_inv() {
        let command = Command::atc_inv(0x42, Some(7), 0x1234_5FFF, 52);
        assert_eq!(command.words(), [0x0000_0042_0000_7840, 0x1234_5034]); // Size 69:64
        let all = Command::atc_inv(1, None, u64::MAX, 0xFF);
        assert_eq!(all.words(), [0x0000_0001_0000_0040, 0xFFFF_FFFF_FFFF_F03F]);
        assert_eq!(all.address(), 0xFFFF_FFFF_FFFF_F000);
    }

    #[test]
    fn the_other_constructors() {
        assert_eq!(Command::prefetch_config(2, Some(3)).words(), [0x0000_0002_0000_3801, 0]);
        assert_eq!(Command::cfgi_ste(0x42).words(), [0x0000_0042_0000_0003, 0]);
        assert_eq!(Command::cfgi_all().words(), [0x04, 31]);
        assert_eq!(Command::cfgi_cd(0x42, 5).words(), [0x0000_0042_0000_5005, 0]);
        assert_eq!(Command::tlbi_nsnh_all().words(), [0x30, 0]);
        assert_eq!(Command::stall_term(0x42).words(), [0x0000_0042_0000_0045, 0]);
    }

    #[test]
    fn opcodes_of_table_10_3() {
        let opcodes = [
            Command::PREFETCH_CONFIG,
            Command::PREFETCH_ADDR,
            Command::CFGI_STE,
            Command::CFGI_STE_RANGE,
            Command::CFGI_CD,
            Command::CFGI_CD_ALL,
            Command::TLBI_NH_ALL,
            Command::TLBI_NH_ASID,
            Command::TLBI_NH_VA,
            Command::TLBI_NH_VAA,
            Command::TLBI_EL2_ALL,
            Command::TLBI_EL2_ASID,
            Command::TLBI_EL2_VA,
            Command::TLBI_EL2_VAA,
            Command::TLBI_S12_VMALL,
            Command::TLBI_S2_IPA,
            Command::TLBI_NSNH_ALL,
            Command::ATC_INV,
            Command::PRI_RESP,
            Command::RESUME,
            Command::STALL_TERM,
            Command::SYNC,
        ];
        let table = [
            0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x20, 0x21, 0x22, 0x23, 0x28, 0x2A,
            0x30, 0x40, 0x41, 0x44, 0x45, 0x46,
        ];
        assert_eq!(opcodes, table);
    }

    #[test]
    fn q2_bytes_are_little_endian() {
        let words = [0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908];
        let bytes = core::array::from_fn(|place| place as u8);
        assert_eq!(Command::from_words(words).to_bytes(), bytes);
        assert_eq!(Command::from_bytes(bytes).words(), words);
    }
}
