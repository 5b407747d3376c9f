//! The algorithm that loses no account of a loss: [`batch`](super::batch), but OVFLG is compared with the own OVACKFLG,
//! the report comes with the acknowledge, and a queue that is seen full is not emptied before PROD was read again.
//!
//! ```text
//! loop: R PROD -> sp; overflow = sp.ov != sc.ack; if empty and not overflow: stop
//!       take everything up to idx(sp); if not overflow: at most all entries of the queue but one (if it has one: that one)
//!       sc.ack = sp.ov; W CONS(sc.ack, sc.idx); if overflow: REPORT
//! ```
//!
//! Why one is left: if a record was lost after the read of PROD, the queue was full then. While fewer entries are freed
//! than it has, it is not empty after the CONS write, and the next read of PROD shows the overflow before the queue can
//! run empty and overflow a second time behind the same OVFLG (EV4).

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
    }
}

pub(super) async fn drain(queue: &mut Consumer) {
    loop {
        queue.read_prod().await;
        if queue.is_empty() && queue.prod.overflow == queue.cons.overflow {
            return;
        }
        while may_take(queue) {
            queue.take().await;
        }
        // P4, P8: space and the acknowledge in one write, before anything is answered.
        queue.acknowledge_early();
        queue.write_cons().await;
        if queue.acknowledged {
            queue.report_overflow();
        }
        queue.handle_taken().await;
        queue.forget_answered_groups();
    }
}

/// Whether one more entry may be freed by the next CONS write.
fn may_take(queue: &Consumer) -> bool {
    let overflow = queue.prod.overflow != queue.cons.overflow;
    let others = queue.taken.len();
    !queue.is_empty() && (overflow || others == 0 || others + 1 < queue.entries())
}
