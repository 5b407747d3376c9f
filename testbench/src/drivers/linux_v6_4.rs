//! Linux since v6.4: [`linux-v4.9`](super::linux_v4_9), then one more CONS write if OVFLG has changed.

use super::consumer::Consumer;
use super::linux_v4_9::drain;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        if queue.cons.overflow != queue.prod.overflow {
            queue.acknowledge();
            queue.write_cons().await;
        }
    }
}
