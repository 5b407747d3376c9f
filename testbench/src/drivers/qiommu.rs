//! The qiommu driver, the Event queue: compares OVFLG with its own OVACKFLG, behind the drain.
//!
//! ```text
//! R PROD -> sp; R CONS -> sc; if sp == sc, overflow bits and all: return
//! while idx(sp) != idx(sc) { take; sc.idx++; W CONS(sc.ack, sc.idx); R PROD -> sp }
//! if sp.ov != sc.ack: REPORT; sc.ack ^= 1; W CONS(sc.ack, sc.idx)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        queue.read_cons().await;
        if queue.prod != queue.cons {
            drain(&mut queue).await;
        }
    }
}

async fn drain(queue: &mut Consumer) {
    while !queue.is_empty() {
        queue.take().await;
        queue.write_cons().await;
        queue.handle_taken().await;
        queue.read_prod().await;
    }
    if queue.prod.overflow != queue.cons.overflow {
        queue.report_overflow();
        queue.acknowledge();
        queue.write_cons().await;
    }
}
