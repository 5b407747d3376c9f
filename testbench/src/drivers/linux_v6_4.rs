//! Linux since v6.4: [`linux-v4.9`](super::linux_v4_9), then one more CONS write if OVFLG has changed.

use super::linux_v4_9::drain;
use super::probe::{Setup, probe};
use crate::bus::Bus;

pub(super) async fn run(bus: Bus, setup: Setup) {
    let mut shadow = probe(&bus, setup).await;
    loop {
        bus.interrupt().await;
        drain(&bus, &mut shadow).await;
        if shadow.cons.overflow != shadow.prod.overflow {
            shadow.cons.overflow = shadow.prod.overflow;
            shadow.write_cons(&bus).await;
        }
    }
}
