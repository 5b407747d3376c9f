//! Xen: its Event queue is consumed as in [`linux-v4.9`](super::linux_v4_9), its PRI queue as in
//! [`thread-v1`](super::thread_v1), the Linux drivers that it was made from.

use super::consumer::Consumer;
use super::{linux_v4_9, thread_v1};
use crate::queue::Queue;

pub(super) async fn run(queue: Consumer) {
    match queue.queue() {
        Queue::Event => linux_v4_9::run(queue).await,
        Queue::Pri => thread_v1::run(queue).await,
    }
}
