//! Accesses without effect: each address of the 128 KiB that is no register's reads 0 (E11, E12), a write of such a word
//! changes nothing, and neither does a read, whatever PWDATA is.

use smmuq::verilated::{Block, Configuration, PinsIn};
use smmuq_golden::Register;

const BYTES: u32 = 0x2_0000;
/// The names of so many words go with a register that changed.
const CHUNK: usize = 64;

/// Addresses of no register, so many bytes apart.
fn others(apart: usize) -> Vec<u32> {
    let registers = Register::ALL.map(Register::offset);
    (0..BYTES).step_by(apart).filter(|offset| !registers.contains(offset)).collect()
}

fn access(block: &mut Block, offset: u32, value: u32, write: bool) {
    let setup = PinsIn {
        paddr_i: offset,
        pwdata_i: value,
        psel_i: true,
        pwrite_i: write,
        pstrb_i: 0xf,
        ..PinsIn::default()
    };
    let access = PinsIn { penable_i: true, ..setup.clone() };
    block.cycle(&setup);
    let out = block.cycle(&access);
    assert!(!out.pslverr_o, "an offset without a register is no error: {offset:#x}");
}

fn write(block: &mut Block, offset: u32, value: u32) {
    access(block, offset, value, true);
}

fn peek(block: &mut Block, offsets: &[u32]) -> Vec<u32> {
    let mut values = vec![0; offsets.len()];
    block.peek(offsets, &mut values).expect("the block has no wait states");
    values
}

fn registers(block: &mut Block) -> Vec<u32> {
    peek(block, &Register::ALL.map(Register::offset))
}

/// After reset all that can be written holds 0 and nothing is guarded, so that whatever takes a word of ones shows it.
#[test]
fn e12_a_write_elsewhere_changes_nothing() {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    let before = registers(&mut block);
    for chunk in others(4).chunks(CHUNK) {
        for &offset in chunk {
            write(&mut block, offset, u32::MAX);
        }
        let last = chunk[chunk.len() - 1];
        assert_eq!(registers(&mut block), before, "after writes of {:#x} to {last:#x}", chunk[0]);
    }
}

/// Registers hold ones where they can, so that a word that shows one of them is not 0.
#[test]
fn e11_e12_a_read_elsewhere_gives_0() {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    // Enables last: they guard others.
    let enables = [Register::IrqCtrl, Register::Cr0];
    for register in Register::ALL.into_iter().filter(|register| !enables.contains(register)).chain(enables) {
        write(&mut block, register.offset(), u32::MAX);
    }
    let others = others(1);
    let values = peek(&mut block, &others);
    let wrong = others.iter().zip(values).find(|(_, value)| *value != 0);
    assert_eq!(wrong, None, "(offset, what it reads)");
}

#[test]
fn a_read_changes_nothing() {
    let mut block = Block::new(Configuration::Standard, 1);
    block.reset();
    let before = registers(&mut block);
    for register in Register::ALL {
        access(&mut block, register.offset(), u32::MAX, false);
        assert_eq!(registers(&mut block), before, "after a read of {register:?}");
    }
}
