//! P13: what CMD_PRI_RESP says reaches the device: each Resp has a code of its own, and a PASID goes with it or not.

use smmuq::rtl_target::RtlTarget;
use smmuq::verilated::Configuration;
use smmuq_golden::{Command, PrgResponse, Register};
use smmuq_testbench::memory::{Memory, Timing};
use smmuq_testbench::neighbours::Neighbours;
use smmuq_testbench::target::{Access, Step, Target};

const CMDQ: u32 = 0x30_0000;
const LOG2SIZE: u32 = 4;
/// Resp and the code on the wire: Response Failure, Invalid Request, Success.
const CODES: [(u8, u8); 3] = [(0b00, 0b1111), (0b01, 0b0001), (0b10, 0b0000)];

fn write(target: &mut RtlTarget, register: Register, value: u32) {
    target.access(Access::Write { offset: register.offset(), value, strobes: 0xF });
    for _ in 0..4 {
        target.advance();
    }
}

#[test]
fn each_resp_has_its_code() {
    let pasids = [None, Some(0), Some(0xF_FFFF), Some(0x5_A5A5)];
    let (mut commands, mut expected) = (Vec::new(), Vec::new());
    for substream_id in pasids {
        for (resp, code) in CODES {
            let (stream_id, index) = (0xDEAD_0000 + u32::from(resp), 0x155 + u16::from(resp));
            commands.push(Command::pri_resp(stream_id, substream_id, index, resp));
            expected.push(PrgResponse { stream_id, substream_id, index, code });
        }
    }
    let mut target = RtlTarget::new(
        Configuration::Standard,
        1,
        Memory::new(Timing::default(), 1),
        Neighbours::new(100, 1),
    );
    target.reset();
    for (slot, command) in (0..).zip(&commands) {
        target.memory().store(u64::from(CMDQ) + 16 * slot, &command.to_bytes());
    }
    write(&mut target, Register::CmdqBaseLo, CMDQ | LOG2SIZE);
    write(&mut target, Register::Cr0, 0b1001);
    write(&mut target, Register::CmdqProd, commands.len() as u32);
    let mut answers = Vec::new();
    for _ in 0..1000 {
        answers.extend(target.advance().into_iter().filter_map(|step| match step {
            Step::Prg(answer) => Some(answer),
            _ => None,
        }));
    }
    assert_eq!(answers, expected);
}
