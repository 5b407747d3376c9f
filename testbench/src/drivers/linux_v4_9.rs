//! Linux v4.9 to v6.3 (the PRI queue: to v4.18).
//!
//! ```text
//! do { while idx(sp) != idx(sc): take; sc.idx++; W CONS(sc.ack, sc.idx)
//!      R PROD -> sp; if ov changed: REPORT } while idx(sp) != idx(sc)
//! sc.ack = sp.ov                              (in the copy only)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        queue.acknowledge();
    }
}

/// Takes everything there is, one CONS write an entry, until PROD shows no more.
pub(super) async fn drain(queue: &mut Consumer) {
    loop {
        while !queue.is_empty() {
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
        }
        if queue.read_prod().await {
            queue.report_overflow();
        }
        if queue.is_empty() {
            return;
        }
    }
}
