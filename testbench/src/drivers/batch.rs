//! What the architecture recommends for the PRI queue (P8): everything up to PROD is taken, then one CONS write frees it
//! and acknowledges.
//!
//! ```text
//! loop: R PROD -> sp; if ov changed: REPORT; if empty and sc.ack == sp.ov: stop
//!       take everything up to idx(sp); W CONS(sp.ov, idx(sp))
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
        if queue.read_prod().await {
            queue.report_overflow();
        }
        if queue.is_empty() && queue.cons.overflow == queue.prod.overflow {
            return;
        }
        while !queue.is_empty() {
            queue.take().await;
        }
        // P4: a device with all its credits in the queue sends as soon as it is answered, so space comes first.
        queue.acknowledge_early();
        queue.write_cons().await;
        queue.handle_taken().await;
        queue.forget_answered_groups();
    }
}
