//! The registers of the programming interface: where they are (6.2), and the rules that govern them.
//!
//! What their fields mean is in the types of each register.

use core::fmt;
use core::str::FromStr;

/// A 32-bit register, or one half of a 64-bit register, of the Non-secure programming interface
/// (6.2.1, 6.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Register {
    /// IDR0: features (6.3.1).
    Idr0,
    /// IDR1: sizes of queues and IDs (6.3.2).
    Idr1,
    /// IDR3: further features (6.3.4).
    Idr3,
    /// IDR5: stall and address sizes (6.3.6).
    Idr5,
    /// CR0: enables (6.3.9).
    Cr0,
    /// CR0ACK: acknowledged enables (6.3.10).
    Cr0Ack,
    /// CR1: attributes of accesses to tables and queues (6.3.11).
    Cr1,
    /// CR2: what is recorded and invalidated (6.3.12).
    Cr2,
    /// IRQ_CTRL: interrupt enables (6.3.16).
    IrqCtrl,
    /// IRQ_CTRLACK: acknowledged interrupt enables (6.3.17).
    IrqCtrlAck,
    /// GERROR: global errors (6.3.19).
    Gerror,
    /// GERRORN: acknowledged global errors (6.3.20).
    GerrorN,
    /// GERROR_IRQ_CFG0 bits \[31:0\]: MSI address (6.3.21).
    GerrorIrqCfg0Lo,
    /// GERROR_IRQ_CFG0 bits \[63:32\]: MSI address (6.3.21).
    GerrorIrqCfg0Hi,
    /// GERROR_IRQ_CFG1: MSI data (6.3.22).
    GerrorIrqCfg1,
    /// GERROR_IRQ_CFG2: MSI attributes (6.3.23).
    GerrorIrqCfg2,
    /// CMDQ_BASE bits \[31:0\] (6.3.26).
    CmdqBaseLo,
    /// CMDQ_BASE bits \[63:32\] (6.3.26).
    CmdqBaseHi,
    /// CMDQ_PROD: write index (6.3.27).
    CmdqProd,
    /// CMDQ_CONS: read index and error code (6.3.28).
    CmdqCons,
    /// EVENTQ_BASE bits \[31:0\] (6.3.29).
    EventqBaseLo,
    /// EVENTQ_BASE bits \[63:32\] (6.3.29).
    EventqBaseHi,
    /// EVENTQ_IRQ_CFG0 bits \[31:0\]: MSI address (6.3.30).
    EventqIrqCfg0Lo,
    /// EVENTQ_IRQ_CFG0 bits \[63:32\]: MSI address (6.3.30).
    EventqIrqCfg0Hi,
    /// EVENTQ_IRQ_CFG1: MSI data (6.3.31).
    EventqIrqCfg1,
    /// EVENTQ_IRQ_CFG2: MSI attributes (6.3.32).
    EventqIrqCfg2,
    /// PRIQ_BASE bits \[31:0\] (6.3.33).
    PriqBaseLo,
    /// PRIQ_BASE bits \[63:32\] (6.3.33).
    PriqBaseHi,
    /// PRIQ_IRQ_CFG0 bits \[31:0\]: MSI address (6.3.34).
    PriqIrqCfg0Lo,
    /// PRIQ_IRQ_CFG0 bits \[63:32\]: MSI address (6.3.34).
    PriqIrqCfg0Hi,
    /// PRIQ_IRQ_CFG1: MSI data (6.3.35).
    PriqIrqCfg1,
    /// PRIQ_IRQ_CFG2: MSI attributes, and which messages interrupt (6.3.36).
    PriqIrqCfg2,
    /// EVENTQ_PROD: write index and overflow flag (6.3.95).
    EventqProd,
    /// EVENTQ_CONS: read index and overflow acknowledge flag (6.3.96).
    EventqCons,
    /// PRIQ_PROD: write index and overflow flag (6.3.97).
    PriqProd,
    /// PRIQ_CONS: read index and overflow acknowledge flag (6.3.98).
    PriqCons,
}

impl Register {
    /// Every register, by offset.
    pub const ALL: [Register; 36] = [
        Register::Idr0,
        Register::Idr1,
        Register::Idr3,
        Register::Idr5,
        Register::Cr0,
        Register::Cr0Ack,
        Register::Cr1,
        Register::Cr2,
        Register::IrqCtrl,
        Register::IrqCtrlAck,
        Register::Gerror,
        Register::GerrorN,
        Register::GerrorIrqCfg0Lo,
        Register::GerrorIrqCfg0Hi,
        Register::GerrorIrqCfg1,
        Register::GerrorIrqCfg2,
        Register::CmdqBaseLo,
        Register::CmdqBaseHi,
        Register::CmdqProd,
        Register::CmdqCons,
        Register::EventqBaseLo,
        Register::EventqBaseHi,
        Register::EventqIrqCfg0Lo,
        Register::EventqIrqCfg0Hi,
        Register::EventqIrqCfg1,
        Register::EventqIrqCfg2,
        Register::PriqBaseLo,
        Register::PriqBaseHi,
        Register::PriqIrqCfg0Lo,
        Register::PriqIrqCfg0Hi,
        Register::PriqIrqCfg1,
        Register::PriqIrqCfg2,
        Register::EventqProd,
        Register::EventqCons,
        Register::PriqProd,
        Register::PriqCons,
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
            Register::Cr1 => 0x0028,
            Register::Cr2 => 0x002C,
            Register::IrqCtrl => 0x0050,
            Register::IrqCtrlAck => 0x0054,
            Register::Gerror => 0x0060,
            Register::GerrorN => 0x0064,
            Register::GerrorIrqCfg0Lo => 0x0068,
            Register::GerrorIrqCfg0Hi => 0x006C,
            Register::GerrorIrqCfg1 => 0x0070,
            Register::GerrorIrqCfg2 => 0x0074,
            Register::CmdqBaseLo => 0x0090,
            Register::CmdqBaseHi => 0x0094,
            Register::CmdqProd => 0x0098,
            Register::CmdqCons => 0x009C,
            Register::EventqBaseLo => 0x00A0,
            Register::EventqBaseHi => 0x00A4,
            Register::EventqIrqCfg0Lo => 0x00B0,
            Register::EventqIrqCfg0Hi => 0x00B4,
            Register::EventqIrqCfg1 => 0x00B8,
            Register::EventqIrqCfg2 => 0x00BC,
            Register::PriqBaseLo => 0x00C0,
            Register::PriqBaseHi => 0x00C4,
            Register::PriqIrqCfg0Lo => 0x00D0,
            Register::PriqIrqCfg0Hi => 0x00D4,
            Register::PriqIrqCfg1 => 0x00D8,
            Register::PriqIrqCfg2 => 0x00DC,
            Register::EventqProd => 0x100A8,
            Register::EventqCons => 0x100AC,
            Register::PriqProd => 0x100C8,
            Register::PriqCons => 0x100CC,
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
            Register::Cr1 => "CR1",
            Register::Cr2 => "CR2",
            Register::IrqCtrl => "IRQ_CTRL",
            Register::IrqCtrlAck => "IRQ_CTRLACK",
            Register::Gerror => "GERROR",
            Register::GerrorN => "GERRORN",
            Register::GerrorIrqCfg0Lo => "GERROR_IRQ_CFG0_LO",
            Register::GerrorIrqCfg0Hi => "GERROR_IRQ_CFG0_HI",
            Register::GerrorIrqCfg1 => "GERROR_IRQ_CFG1",
            Register::GerrorIrqCfg2 => "GERROR_IRQ_CFG2",
            Register::CmdqBaseLo => "CMDQ_BASE_LO",
            Register::CmdqBaseHi => "CMDQ_BASE_HI",
            Register::CmdqProd => "CMDQ_PROD",
            Register::CmdqCons => "CMDQ_CONS",
            Register::EventqBaseLo => "EVENTQ_BASE_LO",
            Register::EventqBaseHi => "EVENTQ_BASE_HI",
            Register::EventqIrqCfg0Lo => "EVENTQ_IRQ_CFG0_LO",
            Register::EventqIrqCfg0Hi => "EVENTQ_IRQ_CFG0_HI",
            Register::EventqIrqCfg1 => "EVENTQ_IRQ_CFG1",
            Register::EventqIrqCfg2 => "EVENTQ_IRQ_CFG2",
            Register::PriqBaseLo => "PRIQ_BASE_LO",
            Register::PriqBaseHi => "PRIQ_BASE_HI",
            Register::PriqIrqCfg0Lo => "PRIQ_IRQ_CFG0_LO",
            Register::PriqIrqCfg0Hi => "PRIQ_IRQ_CFG0_HI",
            Register::PriqIrqCfg1 => "PRIQ_IRQ_CFG1",
            Register::PriqIrqCfg2 => "PRIQ_IRQ_CFG2",
            Register::EventqProd => "EVENTQ_PROD",
            Register::EventqCons => "EVENTQ_CONS",
            Register::PriqProd => "PRIQ_PROD",
            Register::PriqCons => "PRIQ_CONS",
        }
    }

    /// The register at a byte offset, if one starts there.
    pub fn at(offset: u32) -> Option<Register> {
        Register::ALL.into_iter().find(|register| register.offset() == offset)
    }

    /// The ids of the rules that decide what a plain read or write of the register does.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Register::Idr0 => &["ST7", "C5", "C10", "I7", "P13"],
            Register::Idr1 => &["Q9"],
            Register::Idr3 => &["P11"],
            Register::Idr5 => &["ST5", "Q11"],
            Register::Cr0 | Register::Cr0Ack => &["E1", "E2", "E5", "E7", "E8", "E10"],
            Register::Cr1 | Register::Cr2 => &["E1", "E3"],
            Register::IrqCtrl | Register::IrqCtrlAck => &["I4", "I5", "I6"],
            Register::Gerror => &["E3", "G1", "G3"],
            Register::GerrorN => &["E3", "G1", "G2"],
            Register::GerrorIrqCfg0Lo
            | Register::GerrorIrqCfg0Hi
            | Register::GerrorIrqCfg1
            | Register::GerrorIrqCfg2
            | Register::EventqIrqCfg0Lo
            | Register::EventqIrqCfg0Hi
            | Register::EventqIrqCfg1
            | Register::EventqIrqCfg2
            | Register::PriqIrqCfg0Lo
            | Register::PriqIrqCfg0Hi
            | Register::PriqIrqCfg1 => &["E3", "I7"],
            Register::PriqIrqCfg2 => &["E3", "I3", "I7", "14.9"],
            Register::CmdqBaseLo
            | Register::CmdqBaseHi
            | Register::EventqBaseLo
            | Register::EventqBaseHi
            | Register::PriqBaseLo
            | Register::PriqBaseHi => &["E3", "Q9", "Q11"],
            Register::CmdqProd => &["E3", "Q12", "C9"],
            Register::CmdqCons => &["E3", "Q12", "Q13", "C3", "C4", "C8"],
            Register::EventqProd => &["E3", "E12", "Q12", "Q13", "EV4"],
            Register::EventqCons => &["E3", "E12", "Q12", "EV6"],
            Register::PriqProd => &["E3", "E12", "Q12", "Q13", "P5"],
            Register::PriqCons => &["E3", "E12", "Q12", "P8"],
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
            ("CR1", 0x0028),
            ("CR2", 0x002C),
            ("IRQ_CTRL", 0x0050),
            ("IRQ_CTRLACK", 0x0054),
            ("GERROR", 0x0060),
            ("GERRORN", 0x0064),
            ("GERROR_IRQ_CFG0_LO", 0x0068),
            ("GERROR_IRQ_CFG0_HI", 0x006C),
            ("GERROR_IRQ_CFG1", 0x0070),
            ("GERROR_IRQ_CFG2", 0x0074),
            ("CMDQ_BASE_LO", 0x0090),
            ("CMDQ_BASE_HI", 0x0094),
            ("CMDQ_PROD", 0x0098),
            ("CMDQ_CONS", 0x009C),
            ("EVENTQ_BASE_LO", 0x00A0),
            ("EVENTQ_BASE_HI", 0x00A4),
            ("EVENTQ_IRQ_CFG0_LO", 0x00B0),
            ("EVENTQ_IRQ_CFG0_HI", 0x00B4),
            ("EVENTQ_IRQ_CFG1", 0x00B8),
            ("EVENTQ_IRQ_CFG2", 0x00BC),
            ("PRIQ_BASE_LO", 0x00C0),
            ("PRIQ_BASE_HI", 0x00C4),
            ("PRIQ_IRQ_CFG0_LO", 0x00D0),
            ("PRIQ_IRQ_CFG0_HI", 0x00D4),
            ("PRIQ_IRQ_CFG1", 0x00D8),
            ("PRIQ_IRQ_CFG2", 0x00DC),
            ("EVENTQ_PROD", 0x100A8),
            ("EVENTQ_CONS", 0x100AC),
            ("PRIQ_PROD", 0x100C8),
            ("PRIQ_CONS", 0x100CC),
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
}
