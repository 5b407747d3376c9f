//! Transfers that do not wait, and how many are seen.

use super::*;

/// Nothing is late where nothing has begun.
#[test]
fn a_bus_may_be_idle() {
    let mut pins = Pins::new();
    (0..1100).for_each(|_| pins.idle());
    assert_eq!(watch(&configured(), &pins.cycles).take_complaints(), Vec::<String>::new());
}

/// Cycles without those in which a transfer waits.
fn prompt(pins: Pins) -> Vec<Cycle> {
    pins.cycles.into_iter().filter(|cycle| cycle.out.bready_o).collect()
}

#[test]
fn transfers_that_do_not_wait() {
    check(
        &configured(),
        &prompt(event()),
        &[
            wrong("AW", "is not INCR", |cycles| cycles[0].out.awburst_o = 2),
            wrong("B", "AXI4: B with id 1 before", |cycles| cycles[2].pins.bid_i = 1),
        ],
    );
    check(
        &configured(),
        &prompt(sync_with_msi()),
        &[
            wrong("AR", "is not INCR", |cycles| cycles[0].out.arburst_o = 0),
            wrong("R", "AXI4: R with id 2", |cycles| cycles[1].pins.rid_i = 2),
            wrong("RLAST", "AXI4: RLAST false", |cycles| cycles[2].pins.rlast_i = false),
        ],
    );
}

/// How often everything was seen that was seen at all.
fn seen(cycles: &[Cycle]) -> Vec<(Watched, u64)> {
    let monitors = watch(&configured(), cycles);
    Watched::ALL.into_iter().map(|what| (what, monitors.seen(what))).filter(|&(_, times)| times > 0).collect()
}

#[test]
fn what_is_seen_is_counted() {
    let msi = [(Watched::WriteAddress, 1), (Watched::WriteData, 1), (Watched::WriteResponse, 1)];
    let event = [
        (Watched::WriteAddress, 2),
        (Watched::WriteData, 3),
        (Watched::WriteResponse, 2),
        (Watched::EventPublished, 1),
        (Watched::EventqLine, 1),
        (Watched::Msi, 1),
    ];
    assert_eq!(seen(&super::event().cycles), event);
    let page_request = [
        (Watched::WriteAddress, 2),
        (Watched::WriteData, 2),
        (Watched::WriteResponse, 2),
        (Watched::PageRequest, 1),
        (Watched::PriPublished, 1),
        (Watched::PriqLine, 1),
        (Watched::Msi, 1),
    ];
    assert_eq!(seen(&super::page_request().cycles), page_request);
    let sync = [
        (Watched::ReadAddress, 1),
        (Watched::ReadData, 2),
        (Watched::Command, 1),
        (Watched::Sync, 1),
        (Watched::Consumed, 2),
        (Watched::CmdSyncLine, 1),
        (Watched::Msi, 1),
    ];
    assert_eq!(seen(&sync_with_msi().cycles), [&msi[..], &sync].concat());
    let mut pins = Pins::new();
    pins.access(PinsIn::default(), 2);
    pins.access(PinsIn::default(), 0);
    assert_eq!(seen(&pins.cycles), [(Watched::Apb, 2)]);
    // Broken off before its access phase, the second is none.
    pins.idle();
    pins.cycles[5].pins.penable_i = false;
    assert_eq!(seen(&pins.cycles), [(Watched::Apb, 1)]);
}
