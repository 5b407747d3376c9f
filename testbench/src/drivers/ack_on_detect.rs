//! The loop of Linux, but an overflow is acknowledged as soon as a read of PROD shows it.
//!
//! ```text
//! do { while idx(sp) != idx(sc): take; sc.idx++; W CONS(sc.ack, sc.idx)
//!      R PROD -> sp; if ov changed: REPORT; sc.ack = sp.ov; W CONS(sc.ack, sc.idx) } while idx(sp) != idx(sc)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
    }
}

async fn drain(queue: &mut Consumer) {
    loop {
        while !queue.is_empty() {
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
        }
        if queue.read_prod().await {
            queue.report_overflow();
            queue.acknowledge_early();
            queue.write_cons().await;
        }
        if queue.is_empty() {
            return queue.forget_answered_groups();
        }
    }
}
