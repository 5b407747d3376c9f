//! FreeBSD, the Event queue: takes an entry before it looks whether there is one, and never acknowledges.
//!
//! ```text
//! do { R PROD -> sp; R CONS -> sc; take; sc.idx++; W CONS(sc.ack, sc.idx) } while idx(sp) != idx(sc)
//! ```
//!
//! The driver reads both registers with one access of 64 bits. Here these are two: nobody else writes CONS, so that nothing
//! can happen between them which a driver could see.

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
    }
}

async fn drain(queue: &mut Consumer) {
    loop {
        queue.read_prod().await;
        queue.read_cons().await;
        queue.take().await;
        queue.write_cons().await;
        queue.handle_taken().await;
        if queue.is_empty() {
            return;
        }
    }
}
