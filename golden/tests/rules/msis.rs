//! MSIs (I6, I7, I8): what they are, how causes merge, and what an abort does.

use smmuq_golden::{
    IrqCfg, IrqCfg0, Line, Msi, MsiSource, OwedMsi, Parameters, Register, Response, Smmu, StepError,
};

use crate::fixture::*;
use crate::pri_fixture::{PRIQ_IRQ, PRIQEN, SMMUEN, last, publish_pri, request};

const EVENT: (u64, u32) = (0x1000, 0xE0);
const PRI: (u64, u32) = (0x2000, 0xB0);
const ERROR: (u64, u32) = (0x3000, 0xA0);

fn configure(smmu: &mut Smmu) {
    let registers = [
        (Register::EventqIrqCfg0Lo, Register::EventqIrqCfg1, EVENT),
        (Register::PriqIrqCfg0Lo, Register::PriqIrqCfg1, PRI),
        (Register::GerrorIrqCfg0Lo, Register::GerrorIrqCfg1, ERROR),
    ];
    for (cfg0, cfg1, (address, data)) in registers {
        write(smmu, cfg0, address as u32);
        write(smmu, cfg1, data);
    }
}

/// Both output queues enabled, empty, of eight entries, with MSIs of all sources.
fn interrupting() -> Smmu {
    let mut smmu = disabled(3, 0, 0);
    write(&mut smmu, Register::PriqBaseLo, 0x9000_0003);
    configure(&mut smmu);
    enable_interrupts(&mut smmu, EVENTQ | PRIQ_IRQ | GERROR_IRQ);
    set_cr0(&mut smmu, SMMUEN | PRIQEN | EVENTQ);
    smmu
}

fn send(smmu: &mut Smmu, (address, data): (u64, u32)) -> Result<MsiSource, StepError> {
    smmu.msi_sent(address, data)
}

/// I7: wired interrupt and MSI are given both.
#[test]
fn i7_each_source_has_its_msi() {
    let mut smmu = interrupting();
    publish(&mut smmu, 1);
    publish_pri(&mut smmu, request(1));
    offer(&mut smmu, 2);
    error(&mut smmu);
    assert!(smmu.owed.eventq && smmu.owed.priq && smmu.owed.gerror);
    assert_eq!(send(&mut smmu, ERROR), Ok(MsiSource::Gerror));
    assert_eq!(send(&mut smmu, PRI), Ok(MsiSource::Priq));
    assert_eq!(send(&mut smmu, EVENT), Ok(MsiSource::Eventq));
    assert_eq!(smmu.msis_in_flight, [MsiSource::Gerror, MsiSource::Priq, MsiSource::Eventq]);
    for source in [MsiSource::Gerror, MsiSource::Priq, MsiSource::Eventq] {
        assert_eq!(smmu.msi_answered(Response::Okay), Ok(source));
    }
    assert_eq!(smmu.msi_answered(Response::Okay), Err(StepError::NoMsiInFlight));
    assert!(!smmu.owed_msis.any_must());
    assert_eq!(read(&smmu, Register::Gerror), ABT_ERR);
}

#[test]
fn v3_no_msi_before_its_cause() {
    let mut smmu = interrupting();
    offer(&mut smmu, 1);
    assert_eq!(send(&mut smmu, EVENT), Err(StepError::NoMsiOwed));
    okay(&mut smmu);
    assert_eq!(send(&mut smmu, (EVENT.0, 0)), Err(StepError::NoMsiOwed));
    assert_eq!(send(&mut smmu, (EVENT.0 + 4, EVENT.1)), Err(StepError::NoMsiOwed));
    assert_eq!(send(&mut smmu, EVENT), Ok(MsiSource::Eventq));
    assert_eq!(send(&mut smmu, EVENT), Err(StepError::NoMsiOwed));
}

/// I7: no MSI to address 0, but the wired interrupt.
#[test]
fn i7_no_msi_to_address_zero() {
    let mut smmu = enabled(3, 0, 0);
    write(&mut smmu, Register::EventqIrqCfg1, 5);
    enable_interrupts(&mut smmu, EVENTQ);
    publish(&mut smmu, 1);
    assert_eq!(smmu.owed_msis.eventq, OwedMsi::default());
    assert_eq!(smmu.interrupt(Line::Eventq), Ok(()));
}

/// I7: the check is before the truncation to OAS.
#[test]
fn i7_the_address_is_truncated() {
    let mut smmu = Smmu::new(Parameters { oas: 32, ..Parameters::default() });
    write(&mut smmu, Register::EventqIrqCfg0Hi, 0x00FF_FFFF);
    enable_interrupts(&mut smmu, EVENTQ);
    enable(&mut smmu);
    publish(&mut smmu, 1);
    assert_eq!(smmu.msi_sent(0, 0), Ok(MsiSource::Eventq));
}

#[test]
fn no_msi_without_msis() {
    let mut smmu = Smmu::new(Parameters { msi: false, ..Parameters::default() });
    configure(&mut smmu);
    enable_interrupts(&mut smmu, EVENTQ);
    enable(&mut smmu);
    publish(&mut smmu, 1);
    assert!(smmu.owed.eventq);
    assert_eq!(smmu.owed_msis, Default::default());
}

/// Publishes a record into the queue, which software empties again.
fn cause(smmu: &mut Smmu) {
    publish(smmu, 1);
    let prod = read(smmu, Register::EventqProd);
    write(smmu, Register::EventqCons, prod);
}

/// I8: two causes may give two MSIs or one.
#[test]
fn i8_causes_merge_or_do_not() {
    let mut smmu = interrupting();
    cause(&mut smmu);
    cause(&mut smmu);
    assert_eq!(smmu.owed_msis.eventq, OwedMsi { must: true, may: 2 });
    send(&mut smmu, EVENT).unwrap();
    assert_eq!(smmu.owed_msis.eventq, OwedMsi { must: false, may: 1 });
    let mut merged = smmu.clone();
    assert_eq!(send(&mut smmu, EVENT), Ok(MsiSource::Eventq));
    assert_eq!(send(&mut smmu, EVENT), Err(StepError::NoMsiOwed));
    // The second may wait for the response of the first, so it is not late yet.
    merged.forget_merged();
    assert_eq!(merged.owed_msis.eventq, OwedMsi { must: false, may: 1 });
    merged.msi_answered(Response::Okay).unwrap();
    merged.forget_merged();
    assert_eq!(merged.owed_msis.eventq, OwedMsi { must: false, may: 0 });
    assert_eq!(send(&mut merged, EVENT), Err(StepError::NoMsiOwed));
}

/// I8: a cause after the MSI needs one of its own.
#[test]
fn i8_a_cause_after_the_msi_is_not_covered_by_it() {
    let mut smmu = interrupting();
    cause(&mut smmu);
    cause(&mut smmu);
    send(&mut smmu, EVENT).unwrap();
    cause(&mut smmu);
    assert_eq!(smmu.owed_msis.eventq, OwedMsi { must: true, may: 2 });
    smmu.forget_merged();
    assert_eq!(smmu.owed_msis.eventq, OwedMsi { must: true, may: 2 });
}

/// Sources that are configured alike: the one that has to send goes first.
#[test]
fn equal_msis_are_told_apart_by_what_is_owed() {
    let mut smmu = disabled(3, 0, 0);
    for cfg0 in [Register::EventqIrqCfg0Lo, Register::PriqIrqCfg0Lo] {
        write(&mut smmu, cfg0, 0x1000);
    }
    write(&mut smmu, Register::PriqBaseLo, 0x9000_0003);
    enable_interrupts(&mut smmu, EVENTQ | PRIQ_IRQ);
    set_cr0(&mut smmu, SMMUEN | PRIQEN | EVENTQ);
    cause(&mut smmu);
    cause(&mut smmu);
    assert_eq!(smmu.msi_sent(0x1000, 0), Ok(MsiSource::Eventq));
    publish_pri(&mut smmu, last(1));
    assert_eq!(smmu.msi_sent(0x1000, 0), Ok(MsiSource::Priq));
    assert_eq!(smmu.msi_sent(0x1000, 0), Ok(MsiSource::Eventq));
    assert_eq!(smmu.msi_sent(0x1000, 0), Err(StepError::NoMsiOwed));
}

/// I8: a source that has to send goes before one whose causes may have merged.
#[test]
fn i8_of_equal_msis_the_one_that_has_to_come_is_taken() {
    let orders: [[fn(&mut Smmu); 2]; 2] = [[cause, pri_cause], [pri_cause, cause]];
    for [first, second] in orders {
        let mut smmu = interrupting();
        set_msis_alike(&mut smmu);
        assert!(!smmu.merged_msi_may_come());
        first(&mut smmu);
        first(&mut smmu);
        assert!(!smmu.merged_msi_may_come());
        let sent = smmu.msi_sent(0x1000, 0).unwrap();
        assert!(!smmu.merged_msi_may_come()); // Not before the response.
        assert_eq!(smmu.msi_answered(Response::Okay), Ok(sent));
        assert!(smmu.merged_msi_may_come() && !smmu.owed_msis.any_must());
        second(&mut smmu);
        assert!(smmu.owed_msis.any_must());
        assert_ne!(smmu.msi_sent(0x1000, 0), Ok(sent));
        assert_eq!(smmu.msi_sent(0x1000, 0), Ok(sent));
    }
}

/// Both queues send 0 to 0x1000.
fn set_msis_alike(smmu: &mut Smmu) {
    for cfg in [&mut smmu.eventq_irq_cfg, &mut smmu.priq_irq_cfg] {
        *cfg = IrqCfg { cfg0: IrqCfg0::new().with_addr(0x1000 >> 2), ..IrqCfg::default() };
    }
}

/// Publishes a message into the queue, which software empties again.
fn pri_cause(smmu: &mut Smmu) {
    publish_pri(smmu, request(1));
    let prod = read(smmu, Register::PriqProd);
    write(smmu, Register::PriqCons, prod);
}

/// C12, C15: the MSI of a CMD_SYNC is there until it is sent, whatever others are, and then not any more.
#[test]
fn c15_the_msi_of_a_sync_is_sent_once() {
    const SYNC: (u64, u32) = (0x4000, 0x50);
    let mut smmu = interrupting();
    cause(&mut smmu);
    smmu.sync_msi = Some(Msi { address: SYNC.0, data: SYNC.1 });
    smmu.owed_msis.cmd_sync = OwedMsi { must: true, may: 1 };
    assert_eq!(send(&mut smmu, EVENT), Ok(MsiSource::Eventq));
    assert_eq!(send(&mut smmu, SYNC), Ok(MsiSource::CmdSync));
    assert_eq!(smmu.sync_msi, None);
}

/// I6: a disable completes after the MSIs that came before have their responses.
#[test]
fn i6_a_disable_completes_after_its_msis() {
    let mut smmu = interrupting();
    cause(&mut smmu);
    cause(&mut smmu);
    smmu.interrupt(Line::Eventq).unwrap();
    write(&mut smmu, Register::IrqCtrl, PRIQ_IRQ | GERROR_IRQ);
    assert_eq!(acknowledge_irq(&mut smmu), Err(StepError::MsiOutstanding));
    send(&mut smmu, EVENT).unwrap();
    assert_eq!(acknowledge_irq(&mut smmu), Err(StepError::MsiOutstanding));
    smmu.msi_answered(Response::Okay).unwrap();
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
    // None comes later, also none of those that may have merged.
    assert_eq!(send(&mut smmu, EVENT), Err(StepError::NoMsiOwed));
    assert_eq!(smmu.owed_msis.eventq, OwedMsi::default());
}

/// I6: MSIs of other sources do not delay it, and an enable waits for nothing.
#[test]
fn i6_a_disable_waits_for_its_own_msis_only() {
    let mut smmu = interrupting();
    cause(&mut smmu);
    write(&mut smmu, Register::IrqCtrl, EVENTQ);
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
    assert!(smmu.owed_msis.eventq.must);
    write(&mut smmu, Register::IrqCtrl, EVENTQ | GERROR_IRQ);
    assert_eq!(acknowledge_irq(&mut smmu), Ok(()));
}

/// G1, 9.3: each source has its error; all but that of GERROR give a GERROR interrupt (G4).
#[test]
fn g4_aborted_msis() {
    let mut smmu = interrupting();
    cause(&mut smmu);
    send(&mut smmu, EVENT).unwrap();
    smmu.msi_answered(Response::Error).unwrap();
    assert_eq!(read(&smmu, Register::Gerror), 0x20);
    assert_eq!(smmu.interrupt(Line::Gerror), Ok(()));

    publish_pri(&mut smmu, request(1));
    send(&mut smmu, PRI).unwrap();
    smmu.msi_answered(Response::Error).unwrap();
    assert_eq!(read(&smmu, Register::Gerror), 0x60);
    assert_eq!(smmu.interrupt(Line::Gerror), Ok(()));

    assert_eq!(smmu.owed_msis.gerror, OwedMsi { must: true, may: 2 });
    send(&mut smmu, ERROR).unwrap();
    smmu.msi_answered(Response::Error).unwrap();
    assert_eq!(read(&smmu, Register::Gerror), 0xE0);
    assert_eq!(smmu.interrupt(Line::Gerror), Err(StepError::NoInterruptOwed));
    assert_eq!(smmu.owed_msis.gerror, OwedMsi { must: false, may: 1 });
}

/// G1: not again before the acknowledge. G3: later MSIs are sent all the same.
#[test]
fn g1_g3_an_active_msi_error() {
    let mut smmu = interrupting();
    for _ in 0..2 {
        cause(&mut smmu);
        assert_eq!(send(&mut smmu, EVENT), Ok(MsiSource::Eventq));
        smmu.msi_answered(Response::Error).unwrap();
        assert_eq!(read(&smmu, Register::Gerror), 0x20);
    }
    assert_eq!(smmu.owed_msis.gerror, OwedMsi { must: true, may: 1 });
    write(&mut smmu, Register::GerrorN, 0x20);
    cause(&mut smmu);
    send(&mut smmu, EVENT).unwrap();
    smmu.msi_answered(Response::Error).unwrap();
    assert_eq!(read(&smmu, Register::Gerror), 0);
}
