//! Steps without a handshake, which only registers show: ends of commands and acknowledges; in states made by hand.

use smmuq_golden::{BufferedCommand, CmdqBase, CmdqProd, Command, Response, Synchronizing};

use super::*;
use crate::golden_target::GoldenTarget;
use crate::memory::{Memory, Timing};
use crate::neighbours::Neighbours;
use crate::target::Access;

const EVENTQEN: u32 = 0b0100;
const CMDQEN: u32 = 0b1000;

/// A Command queue with one command, which is fetched.
fn with_command(command: Command) -> Smmu {
    let mut golden = Smmu::new(Default::default());
    (golden.cr0, golden.cr0ack) = (Cr0::from_bits(CMDQEN), Cr0::from_bits(CMDQEN));
    golden.cmdq_base = CmdqBase::new().with_log2size(2);
    golden.cmdq_prod = CmdqProd::new().with_wr(1);
    golden.commands.buffer.push_back(BufferedCommand { response: Response::Okay, command });
    golden
}

fn with_sync(failed: bool) -> Smmu {
    let mut golden = with_command(Command::sync(0));
    golden.commands.synchronizing = Some(Synchronizing { failed, events_ahead: 0, abort_ahead: false });
    golden
}

fn registers_of(golden: &Smmu) -> Registers {
    Registers(Register::ALL.map(|register| golden.register(register)))
}

/// What the golden model follows when the registers change so.
fn followed(golden: Smmu, change: fn(&mut Smmu)) -> Result<Vec<Meaning>, String> {
    let mut shown = golden.clone();
    change(&mut shown);
    let mut meanings = Vec::new();
    let mut lockstep = LockStep::new(golden);
    let end = lockstep.follow_command(&registers_of(&shown), &mut meanings);
    end.map(|()| meanings).map_err(|fault| fault.field)
}

fn moves(smmu: &mut Smmu) {
    smmu.cmdq_cons.set_rd(1);
}

fn fails(smmu: &mut Smmu) {
    smmu.gerror.set_cmdq_err(true);
}

fn says_why(smmu: &mut Smmu) {
    smmu.cmdq_cons.set_err(3);
}

/// C2, C3: CONS moves past a command that ends well, GERROR shows one that fails.
#[test]
fn the_end_of_a_command_shows_in_cons_or_gerror() {
    let ignored = || with_command(Command::pri_resp(0, None, 0, 0));
    let illegal = || with_command(Command::new(0));
    let sent = || with_command(Command::cfgi_all());
    let ended = |ended| Ok(vec![Meaning::Ended(ended)]);
    assert_eq!(followed(with_sync(false), moves), ended(Ended::SyncCompleted));
    assert_eq!(followed(ignored(), moves), ended(Ended::Skipped));
    assert_eq!(followed(illegal(), fails), ended(Ended::Failed));
    assert_eq!(followed(with_sync(true), fails), ended(Ended::Failed));
    for golden in [with_sync(false), with_sync(true), ignored(), illegal(), sent()] {
        assert_eq!(followed(golden, |_| {}), Ok(vec![]));
    }
    // C11: one that is handed on ends with its handshake, and is no failure.
    assert_eq!(followed(sent(), moves), Ok(vec![]));
    assert_eq!(followed(sent(), fails), Err("command Failed".to_owned()));
}

/// G1: where CMDQ_ERR is active already, only ERR shows the failure of a CMD_SYNC that was in progress (C16).
#[test]
fn g1_a_failure_while_the_error_is_active_shows_in_err() {
    let stopped = || {
        let mut golden = with_sync(true);
        golden.gerror.set_cmdq_err(true);
        golden
    };
    assert_eq!(followed(stopped(), says_why), Ok(vec![Meaning::Ended(Ended::Failed)]));
    assert_eq!(followed(stopped(), |_| {}), Ok(vec![]));
    assert_eq!(followed(with_sync(true), says_why), Ok(vec![]));
}

/// E1, I4: each field that shows its new value, and had another, is acknowledged; and no other.
#[test]
fn e1_the_fields_that_show_are_acknowledged() {
    for (control, acknowledge) in UPDATES {
        // Bit 0 is being cleared, 1 set, 2 stays 1.
        for shown in [0b101, 0b111, 0b100, 0b110] {
            let mut golden = Smmu::new(Default::default());
            match control {
                Register::Cr0 => (golden.cr0, golden.cr0ack) = (Cr0::from_bits(0b110), Cr0::from_bits(0b101)),
                _ => {
                    golden.irq_ctrl = IrqCtrl::from_bits(0b110);
                    golden.irq_ctrlack = IrqCtrl::from_bits(0b101);
                }
            }
            let mut registers = registers_of(&golden);
            registers.0[acknowledge as usize] = shown;
            let mut lockstep = LockStep::new(golden);
            let mut meanings = Vec::new();
            assert!(lockstep.follow_acknowledges(&registers, &mut meanings).is_ok());
            assert_eq!(lockstep.golden().register(acknowledge), shown, "{control}");
            let expected = if shown == 0b101 { vec![] } else { vec![Meaning::Acknowledged(acknowledge)] };
            assert_eq!(meanings, expected);
        }
    }
}

/// E3: a guarded write in the cycle of an acknowledge is under the CR0ACK of before. E1: a write of CR0 in it is not what
/// it answers.
#[test]
fn writes_in_the_cycle_of_an_acknowledge() {
    let memory = Memory::new(Timing::default(), 1);
    let mut target = GoldenTarget::new(Default::default(), memory, Neighbours::new(100, 1));
    let mut lockstep = LockStep::new(Smmu::new(Default::default()));
    let writes = [
        (Register::Cr0, EVENTQEN),
        (Register::Cr0, 0),
        (Register::Cr0, 0),
        (Register::EventqBaseLo, 0x8000_0003),
        (Register::Cr0, EVENTQEN),
        (Register::EventqBaseLo, 0x9000_0003),
        (Register::Cr0, 0),
        (Register::EventqBaseLo, 0xA000_0003),
    ];
    for (cycle, (register, value)) in (1..).zip(writes) {
        target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
        let steps = target.advance();
        let followed = lockstep.follow(cycle, &steps, &mut target);
        assert!(followed.is_ok_and(|followed| followed.is_some()), "cycle {cycle}");
    }
    assert_eq!(lockstep.golden().register(Register::EventqBaseLo), 0x8000_0003);
}
