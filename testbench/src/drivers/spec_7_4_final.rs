//! [`spec-7.4`](super::spec_7_4), then the conditional CONS write of [`linux-v6.4`](super::linux_v6_4), for an overflow
//! that only the last read of PROD showed.

use super::consumer::Consumer;
use super::linux_v6_4::acknowledge_if_changed;
use super::spec_7_4::drain;

pub(super) async fn run(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        drain(&mut queue).await;
        acknowledge_if_changed(&mut queue).await;
    }
}
