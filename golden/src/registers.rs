//! The registers of the programming interface: where they are (6.2), and what their fields mean
//! (6.3).

use core::fmt;
use core::str::FromStr;

use bitfield_struct::bitfield;

/// A 32-bit register, or one half of a 64-bit register, of the Non-secure programming interface
/// (6.2.1, 6.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Register {
    /// IDR0: features (6.3.1).
    Idr0,
    /// IDR1: sizes of queues and IDs (6.3.2).
    Idr1,
    /// IDR3: further features (6.3.4); none of them is present here.
    Idr3,
    /// IDR5: stall and address sizes (6.3.6).
    Idr5,
    /// CR0: enables (6.3.9).
    Cr0,
    /// CR0ACK: acknowledged enables (6.3.9).
    Cr0Ack,
    /// IRQ_CTRL: interrupt enables (6.3.16).
    IrqCtrl,
    /// IRQ_CTRLACK: acknowledged interrupt enables (6.3.16).
    IrqCtrlAck,
    /// GERROR: global errors (6.3.19).
    Gerror,
    /// GERRORN: acknowledged global errors (6.3.20).
    GerrorN,
    /// EVENTQ_BASE bits \[31:0\] (6.3.29).
    EventqBaseLo,
    /// EVENTQ_BASE bits \[63:32\] (6.3.29).
    EventqBaseHi,
    /// EVENTQ_PROD: write index and overflow flag (6.3.95).
    EventqProd,
    /// EVENTQ_CONS: read index and overflow acknowledge flag (6.3.96).
    EventqCons,
}

impl Register {
    /// Every register, by offset.
    pub const ALL: [Register; 14] = [
        Register::Idr0,
        Register::Idr1,
        Register::Idr3,
        Register::Idr5,
        Register::Cr0,
        Register::Cr0Ack,
        Register::IrqCtrl,
        Register::IrqCtrlAck,
        Register::Gerror,
        Register::GerrorN,
        Register::EventqBaseLo,
        Register::EventqBaseHi,
        Register::EventqProd,
        Register::EventqCons,
    ];

    /// Byte offset from the start of Page 0 (6.2.1); Page 1 starts at 0x10000 (6.2.2).
    pub const fn offset(self) -> u32 {
        match self {
            Register::Idr0 => 0x0000,
            Register::Idr1 => 0x0004,
            Register::Idr3 => 0x000C,
            Register::Idr5 => 0x0014,
            Register::Cr0 => 0x0020,
            Register::Cr0Ack => 0x0024,
            Register::IrqCtrl => 0x0050,
            Register::IrqCtrlAck => 0x0054,
            Register::Gerror => 0x0060,
            Register::GerrorN => 0x0064,
            Register::EventqBaseLo => 0x00A0,
            Register::EventqBaseHi => 0x00A4,
            Register::EventqProd => 0x100A8,
            Register::EventqCons => 0x100AC,
        }
    }

    /// The name the architecture gives it; `_LO` and `_HI` are the halves of a 64-bit register.
    pub const fn name(self) -> &'static str {
        match self {
            Register::Idr0 => "IDR0",
            Register::Idr1 => "IDR1",
            Register::Idr3 => "IDR3",
            Register::Idr5 => "IDR5",
            Register::Cr0 => "CR0",
            Register::Cr0Ack => "CR0ACK",
            Register::IrqCtrl => "IRQ_CTRL",
            Register::IrqCtrlAck => "IRQ_CTRLACK",
            Register::Gerror => "GERROR",
            Register::GerrorN => "GERRORN",
            Register::EventqBaseLo => "EVENTQ_BASE_LO",
            Register::EventqBaseHi => "EVENTQ_BASE_HI",
            Register::EventqProd => "EVENTQ_PROD",
            Register::EventqCons => "EVENTQ_CONS",
        }
    }

    /// The register at a byte offset, if one starts there.
    pub fn at(offset: u32) -> Option<Register> {
        Register::ALL.into_iter().find(|register| register.offset() == offset)
    }

    /// The ids of the rules that decide what a plain read or write of the register does.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Register::Idr0 => &["ST7"],
            Register::Idr1 => &["Q9"],
            Register::Idr3 => &["P11"],
            Register::Idr5 => &["ST5", "Q11"],
            Register::Cr0 | Register::Cr0Ack => &["E1", "E2", "E5"],
            Register::IrqCtrl | Register::IrqCtrlAck => &["I4", "I5", "I6"],
            Register::Gerror => &["E3", "G1", "G3"],
            Register::GerrorN => &["E3", "G1", "G2"],
            Register::EventqBaseLo | Register::EventqBaseHi => &["E3", "Q9", "Q11"],
            Register::EventqProd => &["E3", "E12", "Q12", "Q13", "EV4"],
            Register::EventqCons => &["E3", "E12", "Q12", "EV6"],
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No register has the given name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no register has this name")]
pub struct UnknownRegister;

impl FromStr for Register {
    type Err = UnknownRegister;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Register::ALL.into_iter().find(|register| register.name() == name).ok_or(UnknownRegister)
    }
}

/// IDR0: features (6.3.1). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct Idr0 {
    #[bits(4)]
    __: u8,
    /// COHACC \[4\]: accesses to memory are coherent (6.3.1).
    pub cohacc: bool,
    #[bits(5)]
    __: u8,
    /// ATS \[10\]: PCIe Address Translation Services (6.3.1).
    pub ats: bool,
    #[bits(2)]
    __: u8,
    /// MSI \[13\]: interrupts can be message-signalled (6.3.1).
    pub msi: bool,
    /// SEV \[14\]: wake-up events can be sent (6.3.1).
    pub sev: bool,
    __: bool,
    /// PRI \[16\]: PCIe Page Request Interface (6.3.1).
    pub pri: bool,
    #[bits(6)]
    __: u8,
    /// ATSRECERR \[23\]: recording of ATS errors can be chosen (6.3.1).
    pub atsrecerr: bool,
    /// STALL_MODEL \[25:24\]: 0b00 stall and terminate, 0b01 terminate only, 0b10 stall forced
    /// (6.3.1, ST7).
    #[bits(2)]
    pub stall_model: u8,
    /// TERM_MODEL \[26\]: terminated transactions always abort (6.3.1).
    pub term_model: bool,
    #[bits(5)]
    __: u8,
}

/// IDR1: sizes of queues and IDs (6.3.2). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct Idr1 {
    /// SIDSIZE \[5:0\]: bits of a StreamID (6.3.2).
    #[bits(6)]
    pub sidsize: u8,
    /// SSIDSIZE \[10:6\]: bits of a SubstreamID (6.3.2).
    #[bits(5)]
    pub ssidsize: u8,
    /// PRIQS \[15:11\]: largest log2 of the number of PRI queue records, at most 19 (6.3.2).
    #[bits(5)]
    pub priqs: u8,
    /// EVENTQS \[20:16\]: largest log2 of the number of Event queue records, at most 19 (6.3.2).
    #[bits(5)]
    pub eventqs: u8,
    /// CMDQS \[25:21\]: largest log2 of the number of commands, at most 19 (6.3.2).
    #[bits(5)]
    pub cmdqs: u8,
    /// ATTR_PERMS_OVR \[26\]: incoming permissions can be overridden (6.3.2).
    pub attr_perms_ovr: bool,
    /// ATTR_TYPES_OVR \[27\]: incoming attributes can be overridden (6.3.2).
    pub attr_types_ovr: bool,
    /// REL \[28\]: preset base addresses are relative to Page 0 (6.3.2).
    pub rel: bool,
    /// QUEUES_PRESET \[29\]: the queue base registers are fixed (6.3.2).
    pub queues_preset: bool,
    /// TABLES_PRESET \[30\]: the table base registers are fixed (6.3.2).
    pub tables_preset: bool,
    /// ECMDQ \[31\]: Enhanced Command queues (6.3.2).
    pub ecmdq: bool,
}

/// IDR5: stall and address sizes (6.3.6). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct Idr5 {
    /// OAS \[2:0\]: output address size; 0 to 7 mean 32, 36, 40, 42, 44, 48, 52, 56 bits (6.3.6).
    #[bits(3)]
    pub oas: u8,
    #[bits(13)]
    __: u16,
    /// STALL_MAX \[31:16\]: most stalled transactions at a time (6.3.6, ST5).
    pub stall_max: u16,
}

/// CR0: enables (6.3.9), and CR0ACK: the enables as acknowledged (6.3.9).
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct Cr0 {
    /// SMMUEN \[0\]: client transactions are translated (6.3.9.6).
    pub smmuen: bool,
    /// PRIQEN \[1\]: the PRI queue is enabled (6.3.9.5).
    pub priqen: bool,
    /// EVENTQEN \[2\]: the Event queue is enabled (6.3.9.4).
    pub eventqen: bool,
    /// CMDQEN \[3\]: the Command queue is enabled (6.3.9.3).
    pub cmdqen: bool,
    /// ATSCHK \[4\]: ATS translated traffic is checked (6.3.9).
    pub atschk: bool,
    __: bool,
    /// VMW \[8:6\]: VMID wildcard (6.3.9).
    #[bits(3)]
    pub vmw: u8,
    __: bool,
    /// DPT_WALK_EN \[10\]: Device Permission Table walks are enabled (6.3.9).
    pub dpt_walk_en: bool,
    #[bits(21)]
    __: u32,
}

/// IRQ_CTRL: interrupt enables (6.3.16), and IRQ_CTRLACK: the same as acknowledged (6.3.16).
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct IrqCtrl {
    /// GERROR_IRQEN \[0\]: interrupts of global errors (6.3.16).
    pub gerror_irqen: bool,
    /// PRIQ_IRQEN \[1\]: interrupts of the PRI queue (6.3.16).
    pub priq_irqen: bool,
    /// EVENTQ_IRQEN \[2\]: interrupts of the Event queue (6.3.16).
    pub eventq_irqen: bool,
    #[bits(29)]
    __: u32,
}

/// GERROR: one bit per global error (6.3.19), and GERRORN: the bits as acknowledged (6.3.20).
///
/// An error is active while the two registers differ in its bit (G1).
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct Gerror {
    /// CMDQ_ERR \[0\]: a command failed (6.3.19).
    pub cmdq_err: bool,
    __: bool,
    /// EVENTQ_ABT_ERR \[2\]: an access to the Event queue aborted (6.3.19).
    pub eventq_abt_err: bool,
    /// PRIQ_ABT_ERR \[3\]: an access to the PRI queue aborted (6.3.19).
    pub priq_abt_err: bool,
    /// MSI_CMDQ_ABT_ERR \[4\]: an MSI of CMD_SYNC aborted (6.3.19).
    pub msi_cmdq_abt_err: bool,
    /// MSI_EVENTQ_ABT_ERR \[5\]: an MSI of the Event queue aborted (6.3.19).
    pub msi_eventq_abt_err: bool,
    /// MSI_PRIQ_ABT_ERR \[6\]: an MSI of the PRI queue aborted (6.3.19).
    pub msi_priq_abt_err: bool,
    /// MSI_GERROR_ABT_ERR \[7\]: an MSI of a global error aborted (6.3.19).
    pub msi_gerror_abt_err: bool,
    /// SFM_ERR \[8\]: Service failure mode was entered (6.3.19).
    pub sfm_err: bool,
    /// CMDQP_ERR \[9\]: a command of an Enhanced Command queue failed (6.3.19).
    pub cmdqp_err: bool,
    /// DPT_ERR \[10\]: a Device Permission Table lookup faulted (6.3.19).
    pub dpt_err: bool,
    #[bits(21)]
    __: u32,
}

/// EVENTQ_BASE: place and size of an output queue (6.3.29).
#[bitfield(u64)]
#[derive(PartialEq, Eq)]
pub struct QueueBase {
    /// LOG2SIZE \[4:0\]: log2 of the number of entries as written; uses are capped (6.3.29, Q9).
    #[bits(5)]
    pub log2size: u8,
    /// ADDR \[55:5\]: bits \[55:5\] of the base address, which is in units of 32 bytes (6.3.29).
    #[bits(51)]
    pub addr: u64,
    #[bits(6)]
    __: u8,
    /// WA \[62\]: Write-Allocate hint (6.3.29).
    pub wa: bool,
    __: bool,
}

/// EVENTQ_PROD: where the SMMU writes next (6.3.95).
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct QueueProd {
    /// WR \[19:0\]: write index, with the wrap flag in the bit above it (6.3.95).
    #[bits(20)]
    pub wr: u32,
    #[bits(11)]
    __: u16,
    /// OVFLG \[31\]: differs from OVACKFLG while an overflow is not acknowledged (6.3.95).
    pub ovflg: bool,
}

/// EVENTQ_CONS: where software reads next (6.3.96).
#[bitfield(u32)]
#[derive(PartialEq, Eq)]
pub struct QueueCons {
    /// RD \[19:0\]: read index, with the wrap flag in the bit above it (6.3.96).
    #[bits(20)]
    pub rd: u32,
    #[bits(11)]
    __: u16,
    /// OVACKFLG \[31\]: software sets it to OVFLG to acknowledge an overflow (6.3.96).
    pub ovackflg: bool,
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn offsets_and_names_of_table_9_1() {
        let table = [
            ("IDR0", 0x0000),
            ("IDR1", 0x0004),
            ("IDR3", 0x000C),
            ("IDR5", 0x0014),
            ("CR0", 0x0020),
            ("CR0ACK", 0x0024),
            ("IRQ_CTRL", 0x0050),
            ("IRQ_CTRLACK", 0x0054),
            ("GERROR", 0x0060),
            ("GERRORN", 0x0064),
            ("EVENTQ_BASE_LO", 0x00A0),
            ("EVENTQ_BASE_HI", 0x00A4),
            ("EVENTQ_PROD", 0x100A8),
            ("EVENTQ_CONS", 0x100AC),
        ];
        let registers = Register::ALL.map(|register| (register.name(), register.offset()));
        assert_eq!(registers, table);
    }

    #[test]
    fn a_register_is_found_by_its_offset_and_by_its_name() {
        for register in Register::ALL {
            assert_eq!(Register::at(register.offset()), Some(register));
            assert_eq!(register.to_string().parse(), Ok(register));
        }
        assert_eq!(Register::at(0x0008), None);
        assert_eq!(Register::at(0x00A8), None); // EVENTQ_PROD is on Page 1 (E12)
        assert_eq!("cr0".parse::<Register>(), Err(UnknownRegister));
    }

    #[test]
    fn fields_of_the_id_registers() {
        assert_eq!(Idr0::new().with_cohacc(true).into_bits(), 1 << 4);
        assert_eq!(Idr0::new().with_ats(true).into_bits(), 1 << 10);
        assert_eq!(Idr0::new().with_msi(true).into_bits(), 1 << 13);
        assert_eq!(Idr0::new().with_sev(true).into_bits(), 1 << 14);
        assert_eq!(Idr0::new().with_pri(true).into_bits(), 1 << 16);
        assert_eq!(Idr0::new().with_atsrecerr(true).into_bits(), 1 << 23);
        assert_eq!(Idr0::new().with_stall_model(3).into_bits(), 0x0300_0000);
        assert_eq!(Idr0::new().with_term_model(true).into_bits(), 1 << 26);
        assert_eq!(Idr1::new().with_sidsize(63).into_bits(), 0x0000_003F);
        assert_eq!(Idr1::new().with_ssidsize(31).into_bits(), 0x0000_07C0);
        assert_eq!(Idr1::new().with_priqs(31).into_bits(), 0x0000_F800);
        assert_eq!(Idr1::new().with_eventqs(31).into_bits(), 0x001F_0000);
        assert_eq!(Idr1::new().with_cmdqs(31).into_bits(), 0x03E0_0000);
        assert_eq!(Idr1::new().with_attr_perms_ovr(true).into_bits(), 1 << 26);
        assert_eq!(Idr1::new().with_attr_types_ovr(true).into_bits(), 1 << 27);
        assert_eq!(Idr1::new().with_rel(true).into_bits(), 1 << 28);
        assert_eq!(Idr1::new().with_queues_preset(true).into_bits(), 1 << 29);
        assert_eq!(Idr1::new().with_tables_preset(true).into_bits(), 1 << 30);
        assert_eq!(Idr1::new().with_ecmdq(true).into_bits(), 1 << 31);
        assert_eq!(Idr5::new().with_oas(7).into_bits(), 0x0000_0007);
        assert_eq!(Idr5::new().with_stall_max(0xFFFF).into_bits(), 0xFFFF_0000);
    }

    #[test]
    fn fields_of_the_enable_registers() {
        assert_eq!(Cr0::new().with_smmuen(true).into_bits(), 0x001);
        assert_eq!(Cr0::new().with_priqen(true).into_bits(), 0x002);
        assert_eq!(Cr0::new().with_eventqen(true).into_bits(), 0x004);
        assert_eq!(Cr0::new().with_cmdqen(true).into_bits(), 0x008);
        assert_eq!(Cr0::new().with_atschk(true).into_bits(), 0x010);
        assert_eq!(Cr0::new().with_vmw(7).into_bits(), 0x1C0);
        assert_eq!(Cr0::new().with_dpt_walk_en(true).into_bits(), 0x400);
        assert_eq!(IrqCtrl::new().with_gerror_irqen(true).into_bits(), 1);
        assert_eq!(IrqCtrl::new().with_priq_irqen(true).into_bits(), 2);
        assert_eq!(IrqCtrl::new().with_eventq_irqen(true).into_bits(), 4);
    }

    #[test]
    fn bits_of_gerror_in_table_9_3() {
        assert_eq!(Gerror::new().with_cmdq_err(true).into_bits(), 0x001);
        assert_eq!(Gerror::new().with_eventq_abt_err(true).into_bits(), 0x004);
        assert_eq!(Gerror::new().with_priq_abt_err(true).into_bits(), 0x008);
        assert_eq!(Gerror::new().with_msi_cmdq_abt_err(true).into_bits(), 0x010);
        assert_eq!(Gerror::new().with_msi_eventq_abt_err(true).into_bits(), 0x020);
        assert_eq!(Gerror::new().with_msi_priq_abt_err(true).into_bits(), 0x040);
        assert_eq!(Gerror::new().with_msi_gerror_abt_err(true).into_bits(), 0x080);
        assert_eq!(Gerror::new().with_sfm_err(true).into_bits(), 0x100);
        assert_eq!(Gerror::new().with_cmdqp_err(true).into_bits(), 0x200);
        assert_eq!(Gerror::new().with_dpt_err(true).into_bits(), 0x400);
    }

    #[test]
    fn fields_of_the_queue_registers() {
        assert_eq!(QueueBase::new().with_log2size(31).into_bits(), 0x0000_0000_0000_001F);
        assert_eq!(QueueBase::new().with_addr(1).into_bits(), 0x0000_0000_0000_0020);
        assert_eq!(QueueBase::new().with_addr((1 << 51) - 1).into_bits(), 0x00FF_FFFF_FFFF_FFE0);
        assert_eq!(QueueBase::new().with_wa(true).into_bits(), 0x4000_0000_0000_0000);
        assert_eq!(QueueProd::new().with_wr(0xF_FFFF).into_bits(), 0x000F_FFFF);
        assert_eq!(QueueProd::new().with_ovflg(true).into_bits(), 0x8000_0000);
        assert_eq!(QueueCons::new().with_rd(0xF_FFFF).into_bits(), 0x000F_FFFF);
        assert_eq!(QueueCons::new().with_ovackflg(true).into_bits(), 0x8000_0000);
    }
}
