//! What section 7.4 of the architecture asks for, taken literally: [`linux-v4.9`](super::linux_v4_9), but the acknowledge
//! goes with the first entry that is consumed, and with each one after it.
//!
//! ```text
//! do { while idx(sp) != idx(sc): take; sc.idx++; sc.ack = sp.ov; W CONS(sc.ack, sc.idx)
//!      R PROD -> sp; if ov changed: REPORT } while idx(sp) != idx(sc)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
    }
}

pub(super) async fn drain(queue: &mut Consumer) {
    loop {
        while !queue.is_empty() {
            queue.take().await;
            queue.acknowledge_early();
            queue.write_cons().await;
            queue.handle_taken().await;
        }
        if queue.read_prod().await {
            queue.report_overflow();
        }
        if queue.is_empty() {
            return queue.forget_answered_groups();
        }
    }
}
