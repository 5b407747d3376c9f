//! Gunyah, the Event queue: reads PROD once, takes an entry before it looks whether there is one, and acknowledges with the
//! first CONS write.
//!
//! ```text
//! R PROD -> sp; R CONS -> sc; if sp.ov != own { own = sp.ov; sc.ack = sp.ov }
//! do { take; sc.idx++; W CONS(sc.ack, sc.idx) } while idx(sp) != idx(sc)
//! ```

use super::consumer::Consumer;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        queue.read_cons().await;
        if queue.prod.overflow != queue.own_overflow {
            queue.own_overflow = queue.prod.overflow;
            queue.acknowledge();
        }
        drain(&mut queue).await;
    }
}

async fn drain(queue: &mut Consumer) {
    loop {
        queue.take().await;
        queue.write_cons().await;
        queue.handle_taken().await;
        if queue.is_empty() {
            return;
        }
    }
}
