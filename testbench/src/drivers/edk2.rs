//! EDK II, the Event queue: one entry each time, and never an acknowledge.
//!
//! ```text
//! R PROD -> sp; R CONS -> sc; if idx(sp) == idx(sc): return
//! take; sc.idx++; W CONS(sc.ack, sc.idx)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        queue.read_cons().await;
        if !queue.is_empty() {
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
        }
    }
}
