//! Each global error that this SMMU reports (G1, G3, G4, table 9.3).

use smmuq_golden::{GlobalError, Register, Smmu};

use crate::command_fixture::*;
use crate::fixture::*;
use crate::pri_fixture::*;

const BITS: [(GlobalError, u32); 7] = [
    (GlobalError::Cmdq, 0x01),
    (GlobalError::EventqAbt, 0x04),
    (GlobalError::PriqAbt, 0x08),
    (GlobalError::MsiCmdqAbt, 0x10),
    (GlobalError::MsiEventqAbt, 0x20),
    (GlobalError::MsiPriqAbt, 0x40),
    (GlobalError::MsiGerrorAbt, 0x80),
];

#[test]
fn g1_each_error_is_active_while_its_bits_differ() {
    for (error, bit) in BITS {
        assert_eq!(error.bit().into_bits(), bit);
        let mut smmu = Smmu::new(Default::default());
        smmu.gerror = error.bit();
        for (other, _) in BITS {
            assert_eq!(smmu.error_active(other), other == error);
        }
        write(&mut smmu, Register::GerrorN, bit);
        assert!(!smmu.error_active(error));
        write(&mut smmu, Register::GerrorN, 0);
        assert!(smmu.error_active(error));
    }
}

/// All three queues enabled and empty but for one command, every error but one active.
fn with_other_errors(error: u32) -> Smmu {
    let mut smmu = disabled(2, 0, 0);
    write(&mut smmu, Register::PriqBaseLo, PRI_BASE as u32 | 2);
    write(&mut smmu, Register::CmdqBaseLo, CMD_BASE as u32 | 2);
    write(&mut smmu, Register::CmdqProd, 1);
    set_cr0(&mut smmu, SMMUEN | PRIQEN | EVENTQ | CMDQEN);
    write(&mut smmu, Register::GerrorN, 0x1FD & !error);
    smmu
}

/// G3: an error stops its own queue only.
#[test]
fn g3_other_errors_do_not_stop_a_queue() {
    let mut smmu = with_other_errors(ABT_ERR);
    assert_eq!(offer(&mut smmu, 1), recorded(0));
    let mut smmu = with_other_errors(PRIQ_ABT);
    assert_eq!(offer_pri(&mut smmu, request(1)), queued(0));
    let mut smmu = with_other_errors(CMDQ_ERR);
    assert_eq!(smmu.fetch(slot(0), 1), Ok(()));
}

/// G4: an error that an interrupt is not enabled for gives none later (I5).
#[test]
fn g4_a_command_error_needs_the_enable() {
    let mut smmu = cmd_enabled(2, 1, 0);
    fetch(&mut smmu, 0, &[smmuq_golden::Command::new(0)]);
    smmu.command_failed().unwrap();
    assert!(!smmu.owed.gerror);
    enable_interrupts(&mut smmu, GERROR_IRQ);
    assert!(!smmu.owed.gerror);
}
