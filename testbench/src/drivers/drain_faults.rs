//! drain-faults, the Event queue, polled: an overflow is acknowledged and given to the caller as an error, and the entries
//! wait for the next poll; taking entries loses the acknowledge.
//!
//! ```text
//! R PROD -> sp; if sp.ov != sc.ack { sc.ack = sp.ov; W CONS(sc.ack, sc.idx); REPORT (the error); return }
//! while idx(sp) != idx(sc) { take; sc.idx++; sc.ack = 0 }; W CONS(sc.ack, sc.idx)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.poll().await;
        queue.read_prod().await;
        if queue.prod.overflow != queue.cons.overflow {
            queue.acknowledge();
            queue.write_cons().await;
            queue.report_overflow();
            continue;
        }
        while !queue.is_empty() {
            queue.take().await;
            // The mask that wraps the index is put over the whole register.
            queue.cons.overflow = false;
        }
        queue.write_cons().await;
        queue.handle_taken().await;
    }
}
