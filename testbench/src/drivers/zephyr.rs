//! Zephyr, the Event queue: reads both registers before each entry, and never acknowledges.
//!
//! ```text
//! R PROD -> sp; R CONS -> sc; if idx(sp) == idx(sc): return
//! do { take; sc.idx++; W CONS(sc.ack, sc.idx); R PROD -> sp; R CONS -> sc } while idx(sp) != idx(sc)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        queue.read_cons().await;
        while !queue.is_empty() {
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
            queue.read_prod().await;
            queue.read_cons().await;
        }
    }
}
