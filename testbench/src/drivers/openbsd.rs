//! OpenBSD, both queues: PROD is read before each entry.
//!
//! ```text
//! for (;;) { R PROD -> sp; if ov changed: REPORT; if idx(sp) == idx(sc): break
//!            take; sc.idx++; W CONS(sc.ack, sc.idx) }
//! if sc.ack != sp.ov { sc.ack = sp.ov; W CONS(sc.ack, sc.idx) }
//! ```

use super::consumer::Consumer;
use super::linux_v6_4::acknowledge_if_changed;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        acknowledge_if_changed(&mut queue).await;
    }
}

async fn drain(queue: &mut Consumer) {
    loop {
        if queue.read_prod().await {
            queue.report_overflow();
        }
        if queue.is_empty() {
            return;
        }
        queue.take().await;
        queue.write_cons().await;
        queue.handle_taken().await;
    }
}
