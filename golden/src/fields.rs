//! The fields of the registers of the programming interface (6.3).

use bitfield_struct::bitfield;

/// IDR0: features (6.3.1). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
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
#[derive(PartialEq, Eq, Hash)]
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

/// IDR3: further features (6.3.4). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct Idr3 {
    #[bits(5)]
    __: u8,
    /// PPS \[5\]: a PRG Response always has the PASID of the request (6.3.4, P11).
    pub pps: bool,
    #[bits(26)]
    __: u32,
}

/// IDR5: stall and address sizes (6.3.6). Read-only.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct Idr5 {
    /// OAS \[2:0\]: output address size; 0 to 7 mean 32, 36, 40, 42, 44, 48, 52, 56 bits (6.3.6).
    #[bits(3)]
    pub oas: u8,
    #[bits(13)]
    __: u16,
    /// STALL_MAX \[31:16\]: most stalled transactions at a time (6.3.6, ST5).
    pub stall_max: u16,
}

/// CR0: enables (6.3.9), and CR0ACK: the enables as acknowledged (6.3.10).
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
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

/// CR1: attributes of accesses to tables and queues (6.3.11).
///
/// SH is 0b00 non-shareable, 0b10 outer, 0b11 inner shareable; OC and IC are 0b00 non-cacheable,
/// 0b01 Write-Back, 0b10 Write-Through.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct Cr1 {
    /// QUEUE_IC \[1:0\]: inner cacheability of queue accesses (6.3.11).
    #[bits(2)]
    pub queue_ic: u8,
    /// QUEUE_OC \[3:2\]: outer cacheability of queue accesses (6.3.11).
    #[bits(2)]
    pub queue_oc: u8,
    /// QUEUE_SH \[5:4\]: shareability of queue accesses (6.3.11).
    #[bits(2)]
    pub queue_sh: u8,
    /// TABLE_IC \[7:6\]: inner cacheability of table accesses (6.3.11).
    #[bits(2)]
    pub table_ic: u8,
    /// TABLE_OC \[9:8\]: outer cacheability of table accesses (6.3.11).
    #[bits(2)]
    pub table_oc: u8,
    /// TABLE_SH \[11:10\]: shareability of table accesses (6.3.11).
    #[bits(2)]
    pub table_sh: u8,
    #[bits(20)]
    __: u32,
}

/// CR2: what is recorded and invalidated (6.3.12).
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct Cr2 {
    /// E2H \[0\]: the EL2-E2H translation regime is used (6.3.12).
    pub e2h: bool,
    /// RECINVSID \[1\]: C_BAD_STREAMID is recorded (6.3.12, EV8).
    pub recinvsid: bool,
    /// PTM \[2\]: broadcast TLB maintenance is private (6.3.12).
    pub ptm: bool,
    /// REC_CFG_ATS \[3\]: configuration errors of ATS and PRI requests are recorded (6.3.12, P10).
    pub rec_cfg_ats: bool,
    #[bits(28)]
    __: u32,
}

/// IRQ_CTRL: interrupt enables (6.3.16), and IRQ_CTRLACK: the same as acknowledged (6.3.17).
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
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
#[derive(PartialEq, Eq, Hash)]
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

/// GERROR_IRQ_CFG0 (6.3.21), EVENTQ_IRQ_CFG0 (6.3.30), PRIQ_IRQ_CFG0 (6.3.34): where an MSI goes.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
pub struct IrqCfg0 {
    #[bits(2)]
    __: u8,
    /// ADDR \[55:2\]: bits \[55:2\] of the address; 0 for no MSI (6.3.21, I7).
    #[bits(54)]
    pub addr: u64,
    __: u8,
}

/// GERROR_IRQ_CFG2 (6.3.23), EVENTQ_IRQ_CFG2 (6.3.32), PRIQ_IRQ_CFG2 (6.3.36): attributes of an
/// MSI.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct IrqCfg2 {
    /// MemAttr \[3:0\]: memory type of the MSI (6.3.23, I7).
    #[bits(4)]
    pub mem_attr: u8,
    /// SH \[5:4\]: shareability of the MSI (6.3.23, I7).
    #[bits(2)]
    pub sh: u8,
    #[bits(25)]
    __: u32,
    /// LO \[31\]: only messages with Last set interrupt. In PRIQ_IRQ_CFG2 only (6.3.36, I3).
    pub lo: bool,
}

/// CMDQ_BASE: place and size of the Command queue (6.3.26).
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
pub struct CmdqBase {
    /// LOG2SIZE \[4:0\]: log2 of the number of entries as written; uses are capped (6.3.26, Q9).
    #[bits(5)]
    pub log2size: u8,
    /// ADDR \[55:5\]: bits \[55:5\] of the base address, which is in units of 32 bytes (6.3.26).
    #[bits(51)]
    pub addr: u64,
    #[bits(6)]
    __: u8,
    /// RA \[62\]: Read-Allocate hint (6.3.26).
    pub ra: bool,
    __: bool,
}

/// CMDQ_PROD: where software writes the next command (6.3.27).
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct CmdqProd {
    /// WR \[19:0\]: write index, with the wrap flag in the bit above it (6.3.27).
    #[bits(20)]
    pub wr: u32,
    #[bits(12)]
    __: u16,
}

/// CMDQ_CONS: which command the SMMU consumes next (6.3.28).
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct CmdqCons {
    /// RD \[19:0\]: read index, with the wrap flag in the bit above it (6.3.28).
    #[bits(20)]
    pub rd: u32,
    #[bits(4)]
    __: u8,
    /// ERR \[30:24\]: why the command at RD failed; valid while CMDQ_ERR is active (6.3.28, C4).
    #[bits(7)]
    pub err: u8,
    __: bool,
}

/// EVENTQ_BASE (6.3.29) and PRIQ_BASE (6.3.33): place and size of an output queue.
#[bitfield(u64)]
#[derive(PartialEq, Eq, Hash)]
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

/// EVENTQ_PROD (6.3.95) and PRIQ_PROD (6.3.97): where the SMMU writes next.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
pub struct QueueProd {
    /// WR \[19:0\]: write index, with the wrap flag in the bit above it (6.3.95).
    #[bits(20)]
    pub wr: u32,
    #[bits(11)]
    __: u16,
    /// OVFLG \[31\]: differs from OVACKFLG while an overflow is not acknowledged (6.3.95).
    pub ovflg: bool,
}

/// EVENTQ_CONS (6.3.96) and PRIQ_CONS (6.3.98): where software reads next.
#[bitfield(u32)]
#[derive(PartialEq, Eq, Hash)]
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
    use super::*;

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

    #[test]
    fn fields_of_idr3_cr1_and_cr2() {
        assert_eq!(Idr3::new().with_pps(true).into_bits(), 1 << 5);
        assert_eq!(Cr1::new().with_queue_ic(3).into_bits(), 0x003);
        assert_eq!(Cr1::new().with_queue_oc(3).into_bits(), 0x00C);
        assert_eq!(Cr1::new().with_queue_sh(3).into_bits(), 0x030);
        assert_eq!(Cr1::new().with_table_ic(3).into_bits(), 0x0C0);
        assert_eq!(Cr1::new().with_table_oc(3).into_bits(), 0x300);
        assert_eq!(Cr1::new().with_table_sh(3).into_bits(), 0xC00);
        assert_eq!(Cr2::new().with_e2h(true).into_bits(), 1);
        assert_eq!(Cr2::new().with_recinvsid(true).into_bits(), 2);
        assert_eq!(Cr2::new().with_ptm(true).into_bits(), 4);
        assert_eq!(Cr2::new().with_rec_cfg_ats(true).into_bits(), 8);
    }

    #[test]
    fn fields_of_the_msi_registers() {
        assert_eq!(IrqCfg0::new().with_addr(1).into_bits(), 0x0000_0000_0000_0004);
        assert_eq!(IrqCfg0::new().with_addr((1 << 54) - 1).into_bits(), 0x00FF_FFFF_FFFF_FFFC);
        assert_eq!(IrqCfg2::new().with_mem_attr(0xF).into_bits(), 0x0000_000F);
        assert_eq!(IrqCfg2::new().with_sh(3).into_bits(), 0x0000_0030);
        assert_eq!(IrqCfg2::new().with_lo(true).into_bits(), 0x8000_0000);
    }

    #[test]
    fn fields_of_the_command_queue_registers() {
        assert_eq!(CmdqBase::new().with_log2size(31).into_bits(), 0x0000_0000_0000_001F);
        assert_eq!(CmdqBase::new().with_addr((1 << 51) - 1).into_bits(), 0x00FF_FFFF_FFFF_FFE0);
        assert_eq!(CmdqBase::new().with_ra(true).into_bits(), 0x4000_0000_0000_0000);
        assert_eq!(CmdqProd::new().with_wr(0xF_FFFF).into_bits(), 0x000F_FFFF);
        assert_eq!(CmdqCons::new().with_rd(0xF_FFFF).into_bits(), 0x000F_FFFF);
        assert_eq!(CmdqCons::new().with_err(0x7F).into_bits(), 0x7F00_0000);
    }
}
