//! The patch as posted in the thread (the PRI queue of Linux v4.19 to v6.3): [`linux-v4.9`](super::linux_v4_9), then
//! always one more CONS write.

use super::consumer::Consumer;
use super::linux_v4_9::drain;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        queue.acknowledge();
        queue.write_cons().await;
    }
}
