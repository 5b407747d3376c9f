//! What the monitors take from the registers: where a queue is, how large, and which attributes its accesses have.

use smmuq_golden::{Cr1, QueueProd};

use super::*;

/// A record is written to an address and shown, by a PROD that was at `from`, with these registers.
fn published(registers: &[(Register, u32)], from: u32, address: u64, to: u32) -> Vec<String> {
    let mut pins = Pins::new();
    for &(register, value) in registers {
        pins.registers[at(register)] = value;
    }
    pins.registers[at(Register::EventqProd)] = from;
    pins.registers[at(Register::EventqCons)] = from;
    let start = pins.registers;
    pins.write(0, address, &[[1; 4], [2; 4]]);
    pins.answer(0, 0);
    pins.show(Register::EventqProd, to);
    pins.pulse(|out| &mut out.irq_eventq_o);
    watch(&start, &pins.cycles).take_complaints()
}

const RIGHT: Vec<String> = Vec::new();

/// Q1, Q3: index and wrap flag go on together; the slot is that of the index.
#[test]
fn q3_pointers_wrap() {
    for (from, slot, to) in [(0, 0, 1), (3, 3, 4), (4, 0, 5), (5, 1, 6), (7, 3, 0)] {
        assert_eq!(published(&[], from, EVENTQ + 32 * slot, to), RIGHT);
        assert_eq!(published(&[], from, EVENTQ + 32 * (slot ^ 1), to).len(), 1);
    }
}

/// Q9: the smaller of the programmed and the implemented size. Q10: one entry.
#[test]
fn q9_q10_the_size_in_use() {
    let idr1 = Idr1::new().with_eventqs(1).into_bits();
    assert_eq!(published(&[(Register::Idr1, idr1)], 1, EVENTQ + 32, 2), RIGHT);
    assert_eq!(published(&[(Register::Idr1, idr1)], 3, EVENTQ + 32, 0), RIGHT);
    assert_eq!(published(&[(Register::EventqBaseLo, EVENTQ as u32)], 1, EVENTQ, 0), RIGHT);
}

/// Q11: the base is aligned to the size of the queue, and truncated to the output address size (6.3.6).
#[test]
fn q11_the_base_in_use() {
    let unaligned = [(Register::EventqBaseLo, EVENTQ as u32 | 0x60 | LOG2SIZE)];
    assert_eq!(published(&unaligned, 1, EVENTQ + 32, 2), RIGHT);
    assert_eq!(published(&unaligned, 1, EVENTQ + 0x60 + 32, 2).len(), 1);
    for (code, bits) in (0..).zip([32, 36, 40, 42, 44, 48, 52, 56]) {
        let high = 0x00FF_FFFF;
        let registers =
            [(Register::EventqBaseHi, high), (Register::Idr5, Idr5::new().with_oas(code).into_bits())];
        let base = (u64::from(high) << 32 | EVENTQ) & ((1 << bits) - 1);
        assert_eq!(published(&registers, 0, base, 1), RIGHT, "{bits} bits");
    }
}

/// A burst may end with its page.
#[test]
fn the_last_record_of_a_page() {
    let larger = [(Register::EventqBaseLo, EVENTQ as u32 | 7)];
    assert_eq!(published(&larger, 127, EVENTQ + 4096 - 32, 128), RIGHT);
}

/// 9.2: both Write-Back, any Write-Through, or else Normal Non-cacheable.
#[test]
fn attributes_follow_cr1() {
    let expected = [
        [0b0011, 0b0011, 0b1110, 0b0011],
        [0b0011, 0b1111, 0b1110, 0b0011],
        [0b1110, 0b1110, 0b1110, 0b1110],
        [0b0011, 0b0011, 0b1110, 0b0011],
    ];
    for (ic, row) in (0..).zip(expected) {
        for (oc, expected) in (0..).zip(row) {
            for cache in [0b0011, 0b1110, 0b1111] {
                let mut pins = Pins::new();
                pins.registers[at(Register::Cr1)] =
                    Cr1::new().with_queue_ic(ic).with_queue_oc(oc).into_bits();
                let start = pins.registers;
                pins.event(0);
                pins.answer(0, 0);
                edit_all(&mut pins.cycles, |cycle| cycle.out.awvalid_o, |cycle| cycle.out.awcache_o = cache);
                let complaints = watch(&start, &pins.cycles).take_complaints();
                assert_eq!(complaints.is_empty(), cache == expected, "{ic} {oc}: {complaints:?}");
            }
        }
    }
}

/// E1: a disable ends with its acknowledge, which comes without an access. From then on software may move PROD (E3).
#[test]
fn e1_an_acknowledge_is_seen_when_it_comes() {
    let mut pins = Pins::new();
    let write = |register: Register, value| {
        let paddr_i = register.offset();
        PinsIn { paddr_i, pwrite_i: true, pwdata_i: value, pstrb_i: 0xF, ..PinsIn::default() }
    };
    pins.access(write(Register::Cr0, 0), 0);
    pins.show(Register::Cr0, 0);
    pins.idle();
    pins.show(Register::Cr0Ack, 0);
    pins.idle();
    pins.access(write(Register::EventqProd, 3), 0);
    pins.show(Register::EventqProd, 3);
    let late = wrong("not acknowledged", "V1: EVENTQ_PROD", |cycles| late(cycles, Register::Cr0Ack, 4));
    check(&configured(), &pins.cycles, &[late]);
}

/// I3, P7: with LO a message with Last interrupts also if the overflow in which it is lost was active before.
#[test]
fn i3_a_message_lost_in_an_overflow_that_was_active() {
    let mut pins = Pins::new();
    pins.registers[at(Register::PriqIrqCfg2)] = IrqCfg2::new().with_lo(true).into_bits();
    pins.registers[at(Register::PriqProd)] = QueueProd::new().with_wr(1).with_ovflg(true).into_bits();
    let start = pins.registers;
    pins.page_request(true);
    pins.pulse(|out| &mut out.irq_priq_o);
    let again = wrong("pulse twice", "V3 I3: irq_priq_o", |cycles| {
        let again = cycles.last().expect("a cycle").clone();
        cycles.push(again);
    });
    check(&start, &pins.cycles, &[again]);
}

/// V1: what memory has accepted is shown at any later time, whatever else changes meanwhile.
#[test]
fn v1_a_record_may_be_shown_late() {
    let mut pins = Pins::new();
    pins.event(0);
    pins.answer(0, 0);
    let message = pins.message(false);
    pins.write(1, PRIQ, &[message]);
    pins.answer(1, 0);
    pins.show(Register::PriqProd, 1);
    pins.idle();
    pins.show(Register::EventqProd, 1);
    check(&configured(), &pins.cycles, &[]);
}

/// E5: but not after a disable is acknowledged.
#[test]
fn e5_what_is_not_shown_at_the_disable_is_never_shown() {
    let enables = configured()[at(Register::Cr0)];
    let write = |pins: &mut Pins, value| {
        let paddr_i = Register::Cr0.offset();
        pins.access(
            PinsIn { paddr_i, pwrite_i: true, pwdata_i: value, pstrb_i: 0xF, ..PinsIn::default() },
            0,
        );
        pins.show(Register::Cr0, value);
        pins.idle();
    };
    for (disabled, complaints) in [(false, 0), (true, 1)] {
        let mut pins = Pins::new();
        pins.event(0);
        pins.answer(0, 0);
        write(&mut pins, enables & !0b100);
        if disabled {
            pins.show(Register::Cr0Ack, enables & !0b100);
        }
        write(&mut pins, enables);
        pins.show(Register::Cr0Ack, enables);
        pins.show(Register::EventqProd, 1);
        // After a write all registers are looked at.
        write(&mut pins, enables);
        let said = watch(&configured(), &pins.cycles).take_complaints();
        assert_eq!(said.len(), complaints, "{said:?}");
        assert!(said.iter().all(|said| said.starts_with("V1: EVENTQ_PROD")), "{said:?}");
    }
}

/// I2: where software moves CONS in the cycle in which PROD moves, the queue may have been empty in between.
#[test]
fn i2_cons_moves_in_the_cycle_of_prod() {
    for (cons, announced) in [(0, false), (1, true)] {
        let mut pins = Pins::new();
        pins.registers[at(Register::EventqProd)] = 1;
        let start = pins.registers;
        pins.event(1);
        pins.answer(0, 0);
        let paddr_i = Register::EventqCons.offset();
        pins.access(PinsIn { paddr_i, pwrite_i: true, pwdata_i: cons, pstrb_i: 0xF, ..PinsIn::default() }, 0);
        pins.show(Register::EventqCons, cons);
        pins.show(Register::EventqProd, 2);
        pins.pulse(|out| &mut out.irq_eventq_o);
        let complaints = watch(&start, &pins.cycles).take_complaints();
        assert_eq!(complaints.is_empty(), announced, "{complaints:?}");
    }
}

/// V1: a PROD that comes before the response, if only for a cycle, is seen from the first cycle of the address on.
#[test]
fn v1_prod_is_looked_at_while_a_write_is_under_way() {
    let cycles = event().cycles;
    let answered = first(&cycles, |cycle| cycle.pins.bvalid_i && cycle.out.bready_o);
    for early in 0..answered {
        let mut cycles = cycles.clone();
        cycles[early].registers[at(Register::EventqProd)] = 1;
        let complaints = watch(&configured(), &cycles).take_complaints();
        let complaint = "V1: EVENTQ_PROD shows the slot at 0x80000000, memory has accepted: none";
        assert_eq!(complaints.first().map(String::as_str), Some(complaint), "{early}");
    }
}

/// What is said when EVENTQ_PROD moves at the end of an access, with these enables in CR0 and CR0ACK.
fn moved(enables: [u32; 2], access: PinsIn, refused: bool) -> Vec<String> {
    let mut pins = Pins::new();
    pins.registers[at(Register::Cr0)] = enables[0];
    pins.registers[at(Register::Cr0Ack)] = enables[1];
    let start = pins.registers;
    pins.access(access, 0);
    pins.cycles.last_mut().expect("a cycle").out.pslverr_o = refused;
    pins.show(Register::EventqProd, 1);
    // After a write all registers are looked at.
    let offset = Register::GerrorN.offset();
    pins.access(PinsIn { paddr_i: offset, pwrite_i: true, pstrb_i: 0xF, ..PinsIn::default() }, 0);
    watch(&start, &pins.cycles).take_complaints()
}

/// E3: software moves PROD of a disabled queue by a write that is not refused, of PROD or of the size.
#[test]
fn e3_only_a_write_explains_a_prod_that_moved() {
    const NONE: Vec<String> = Vec::new();
    let write = |register: Register| {
        let paddr_i = register.offset();
        PinsIn { paddr_i, pwrite_i: true, pwdata_i: 1, pstrb_i: 0xF, ..PinsIn::default() }
    };
    let prod = write(Register::EventqProd);
    assert_eq!(moved([0, 0], prod.clone(), false), NONE);
    assert_eq!(moved([0, 0], write(Register::EventqBaseLo), false), NONE);
    let eventqen = Cr0::new().with_eventqen(true).into_bits();
    let unexplained = [
        moved([0, 0], prod.clone(), true),
        moved([0, 0], PinsIn { pwrite_i: false, pstrb_i: 0, ..prod.clone() }, false),
        moved([0, 0], write(Register::PriqProd), false),
        moved([eventqen, 0], prod.clone(), false),
        moved([0, eventqen], prod, false),
    ];
    for complaints in unexplained {
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("V1: EVENTQ_PROD shows the slot at 0x80000000"), "{complaints:?}");
    }
}
