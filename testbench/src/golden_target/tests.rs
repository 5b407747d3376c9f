//! What the golden model does as a target, beside what the comparison of wrong targets sees of it.

use smmuq_golden::{CmdqProd, Command, IrqCfg0, OwedMsi};

use super::*;
use crate::memory::Timing;

/// A Command queue of four entries.
const CMDQ: u64 = 0xA000_0000;
const CMDQEN: u32 = 0b1000;

fn target() -> GoldenTarget {
    let parameters = Parameters { event_qs: 7, ..Parameters::default() };
    GoldenTarget::new(parameters, Memory::new(Timing::default(), 1), Neighbours::new(100, 1))
}

/// Writes a register, which takes as long as it says; then so many cycles more. What happened after the write.
fn write(target: &mut GoldenTarget, register: Register, value: u32, cycles: u32) -> Vec<Step> {
    let offset = register.offset();
    target.access(Access::Write { offset, value, strobes: 0xF });
    for _ in 1..target.access_cycles() {
        target.advance();
    }
    let steps = target.advance();
    assert!(steps.contains(&Step::Write { offset, value, strobes: 0xF, result: Ok(()) }), "{steps:?}");
    (0..cycles).flat_map(|_| target.advance()).collect()
}

#[test]
fn it_says_what_it_is() {
    let target = target();
    assert!(target.is_reference());
    assert_eq!(target.parameters().event_qs, 7);
    assert_eq!(target.access_cycles(), 1);
}

#[test]
fn a_reset_forgets_what_waits() {
    let mut target = target();
    let fresh = target.registers();
    write(&mut target, Register::CmdqProd, 1, 0);
    assert_ne!(target.registers(), fresh);
    target.access(Access::Read { offset: 0 });
    target.offer(Kind::Terminated, EventRecord::default());
    target.reset();
    assert_eq!(target.registers(), fresh);
    assert_eq!(target.advance(), []);
}

/// E3: in the cycle of the acknowledge a guarded write is still ignored, since CR0ACK showed 1 at its start.
#[test]
fn e3_a_guarded_write_in_the_cycle_of_the_acknowledge_is_ignored() {
    let mut target = target();
    write(&mut target, Register::Cr0, 0b100, 1);
    write(&mut target, Register::Cr0, 0, 0);
    assert_eq!(target.smmu.cr0ack, Cr0::from_bits(0b100));
    write(&mut target, Register::EventqBaseLo, 0x8000_0003, 0);
    assert_eq!(target.smmu.cr0ack, Cr0::new());
    assert_eq!(target.smmu.register(Register::EventqBaseLo), 0);
}

/// C1: a fetch brings no more commands than a burst may, and ends with the queue.
#[test]
fn c1_commands_are_fetched_in_bursts_up_to_the_end_of_the_queue() {
    for (log2size, from, count, bursts) in
        [(2, 3, 3, &[(3, 1), (0, 2)][..]), (2, 0, 4, &[(0, 4)]), (3, 1, 6, &[(1, 4), (5, 2)])]
    {
        let mut target = target();
        let queue = write(&mut target, Register::CmdqBaseLo, CMDQ as u32 | log2size, 0);
        assert_eq!(queue, []);
        write(&mut target, Register::CmdqCons, from, 0);
        write(&mut target, Register::CmdqProd, from, 0);
        write(&mut target, Register::Cr0, CMDQEN, 0);
        let commands: Vec<_> = (0..count).map(Command::cfgi_ste).collect();
        for (number, command) in (from..).zip(&commands) {
            let slot = u64::from(number % (1 << log2size));
            target.memory().store(CMDQ + 16 * slot, &command.to_bytes());
        }
        let prod = CmdqProd::new().with_wr(from + count).into_bits();
        let steps = write(&mut target, Register::CmdqProd, prod, 100);
        let fetches: Vec<_> = steps.iter().filter(|step| matches!(step, Step::Fetch { .. })).collect();
        let expected: Vec<_> =
            bursts.iter().map(|&(slot, beats)| Step::Fetch { address: CMDQ + 16 * slot, beats }).collect();
        assert_eq!(fetches, expected.iter().collect::<Vec<_>>());
        let sent: Vec<_> = steps.iter().filter(|step| matches!(step, Step::Command(_))).collect();
        let expected: Vec<_> = commands.iter().map(|command| Step::Command(command.words())).collect();
        assert_eq!(sent, expected.iter().collect::<Vec<_>>());
    }
}

/// A CMD_SYNC waits at a port that takes nothing.
#[test]
fn a_sync_waits_until_the_rest_of_the_smmu_is_ready() {
    let mut target = target();
    target.memory().store(CMDQ, &Command::sync(0).to_bytes());
    target.neighbours().hold(Sink::Sync, true);
    write(&mut target, Register::CmdqBaseLo, CMDQ as u32 | 2, 0);
    write(&mut target, Register::Cr0, CMDQEN, 0);
    let accepted = Step::Sync { atc_error: false };
    assert!(!write(&mut target, Register::CmdqProd, 1, 100).contains(&accepted));
    target.neighbours().hold(Sink::Sync, false);
    assert!(target.advance().contains(&accepted));
}

/// I8: an MSI that has to come is sent when the one before has its response; one that may have merged never.
#[test]
fn i8_one_msi_of_a_source_at_a_time() {
    let (one, merged) = (OwedMsi { must: true, may: 1 }, OwedMsi { must: false, may: 1 });
    for (owed, in_flight, sent) in [(one, false, 1), (one, true, 0), (merged, false, 0), (merged, true, 0)] {
        let mut target = target();
        target.smmu.eventq_irq_cfg.cfg0 = IrqCfg0::new().with_addr(0x1000 >> 2);
        target.smmu.owed_msis.eventq = owed;
        target.smmu.msis_in_flight.extend(in_flight.then_some(MsiSource::Eventq));
        let steps = target.advance();
        let msis = steps.iter().filter(|step| matches!(step, Step::Msi { address: 0x1000, data: 0 }));
        assert_eq!(msis.count(), sent, "{owed:?} {in_flight}");
    }
}
