//! Linux v4.9 to v6.3.
//!
//! ```text
//! do { while idx(sp) != idx(sc): take; sc.idx++; W CONS(sc.ack, sc.idx)
//!      R PROD -> sp; if ov changed: REPORT } while idx(sp) != idx(sc)
//! sc.ack = sp.ov                              (in the copy only)
//! ```

use super::probe::{Setup, probe};
use super::shadow::Shadow;
use crate::bus::Bus;

pub(super) async fn run(bus: Bus, setup: Setup) {
    let mut shadow = probe(&bus, setup).await;
    loop {
        bus.interrupt().await;
        drain(&bus, &mut shadow).await;
        shadow.cons.overflow = shadow.prod.overflow;
    }
}

/// Takes everything there is, one CONS write a record, until PROD shows no more.
pub(super) async fn drain(bus: &Bus, shadow: &mut Shadow) {
    loop {
        while !shadow.is_empty() {
            let record = shadow.take(bus).await;
            bus.print_event(record);
            shadow.write_cons(bus).await;
        }
        if shadow.read_prod(bus).await {
            bus.report_overflow();
        }
        if shadow.is_empty() {
            return;
        }
    }
}
