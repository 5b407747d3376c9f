//! 9.2: AxCACHE of queue accesses, for each value of CR1.QUEUE_IC and CR1.QUEUE_OC.

use smmuq::verilated::{Block, Configuration, PinsIn};
use smmuq_golden::Register;

/// Values of QUEUE_IC and QUEUE_OC.
const WRITE_BACK: u32 = 0b01;
const WRITE_THROUGH: u32 = 0b10;

fn write(block: &mut Block, register: Register, value: u32) {
    let setup = PinsIn {
        paddr_i: register.offset(),
        pwdata_i: value,
        psel_i: true,
        pwrite_i: true,
        pstrb_i: 0xf,
        ..PinsIn::default()
    };
    let access = PinsIn { penable_i: true, ..setup.clone() };
    block.cycle(&setup);
    block.cycle(&access);
}

/// AWCACHE of an Event record and ARCACHE of a command fetch.
fn attributes(ic: u32, oc: u32) -> (u8, u8) {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    write(&mut block, Register::Cr1, oc << 2 | ic);
    write(&mut block, Register::EventqBaseLo, 0x10_0000 | 4);
    write(&mut block, Register::CmdqBaseLo, 0x20_0000 | 4);
    write(&mut block, Register::CmdqProd, 1);
    write(&mut block, Register::Cr0, 0b1100);
    let offer = PinsIn { term_valid_i: true, ..PinsIn::default() };
    let seen: Vec<_> = (0..8).map(|_| block.cycle(&offer)).collect();
    let write = seen.iter().find(|out| out.awvalid_o).expect("the record is written");
    let read = seen.iter().find(|out| out.arvalid_o).expect("the command is fetched");
    (write.awcache_o, read.arcache_o)
}

/// Write-Back if both are, Write-Through if one of them is, or else Normal Non-cacheable.
#[test]
fn of_queues_follow_cr1() {
    for ic in 0..4 {
        for oc in 0..4 {
            let wanted = match (ic, oc) {
                (WRITE_BACK, WRITE_BACK) => 0b1111,
                (WRITE_THROUGH, _) | (_, WRITE_THROUGH) => 0b1110,
                _ => 0b0011,
            };
            assert_eq!(attributes(ic, oc), (wanted, wanted), "QUEUE_IC {ic}, QUEUE_OC {oc}");
        }
    }
}
