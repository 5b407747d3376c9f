//! AienOS, the Event queue, polled: takes some entries, then frees and acknowledges with one CONS write, then reports.
//!
//! ```text
//! R PROD -> sp; R CONS -> sc; old = sc.ack; take up to n; sc.ack = sp.ov; W CONS(sc.ack, sc.idx)
//! if sp.ov != old: REPORT
//! ```

use super::consumer::Consumer;

/// n: the caller's buffer.
const AT_ONCE: usize = 4;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.poll().await;
        queue.read_prod().await;
        queue.read_cons().await;
        while !queue.is_empty() && queue.taken.len() < AT_ONCE {
            queue.take().await;
        }
        queue.acknowledge_early();
        queue.write_cons().await;
        if queue.acknowledged {
            queue.report_overflow();
        }
        queue.handle_taken().await;
        queue.forget_answered_groups();
    }
}
