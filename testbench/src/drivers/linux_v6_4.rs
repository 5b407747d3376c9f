//! Linux since v6.4: [`linux-v4.9`](super::linux_v4_9), then one more CONS write if OVFLG has changed.
//!
//! ```text
//! linux-v4.9 up to the end of its loop
//! if sc.ack != sp.ov { sc.ack = sp.ov; W CONS(sc.ack, sc.idx) }
//! ```

use super::consumer::Consumer;
use super::linux_v4_9::drain;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        acknowledge_if_changed(&mut queue).await;
    }
}

pub(super) async fn acknowledge_if_changed(queue: &mut Consumer) {
    if queue.cons.overflow != queue.prod.overflow {
        queue.acknowledge();
        queue.write_cons().await;
    }
}
