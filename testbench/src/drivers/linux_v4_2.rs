//! Linux v4.2 to v4.8, both queues: the interrupt handler reads PROD, its thread takes what that showed.
//!
//! ```text
//! hard irq: R PROD -> sp; if ov changed: REPORT; else if idx(sp) == idx(sc): not ours, the thread is not woken
//! thread:   while idx(sp) != idx(sc): take; sc.idx++; W CONS(sc.ack, sc.idx)
//!           sc.ack = sp.ov                    (in the copy only)
//! ```
//!
//! Both share `sp` and `sc`. The interrupt is not masked while the thread runs, so that the handler can come between any
//! two accesses of the thread; the thread then runs once more.

use super::consumer::Consumer;

pub(super) async fn handler(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        if queue.read_prod().await {
            queue.report_overflow();
        } else if queue.is_empty() {
            continue;
        }
        queue.wake_thread();
    }
}

pub(super) async fn thread(mut queue: Consumer) {
    loop {
        queue.woken().await;
        while !queue.is_empty() {
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
        }
        queue.acknowledge();
    }
}
