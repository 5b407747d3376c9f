//! Drivers with one edit each, which a search has to notice.

use super::consumer::Consumer;
use super::*;

/// The name of a driver, and the driver with its edit.
pub(crate) fn all() -> [(&'static str, Driver); 6] {
    [
        edited("linux-v6.4", |queue| Box::pin(without_the_final_write(queue))),
        edited("thread-v1", |queue| Box::pin(with_the_acknowledge_lost_in_the_drain(queue))),
        edited("openbsd", |queue| Box::pin(reporting_what_is_unacknowledged(queue))),
        edited("batch", |queue| Box::pin(without_a_second_look(queue))),
        edited("spec-7.4-final", |queue| Box::pin(freeing_before_taking(queue))),
        edited("leave-one", |queue| Box::pin(emptying_a_full_queue(queue))),
    ]
}

/// The same with another edit: a second reader of PROD, which does not look at OVFLG.
pub(crate) fn with_a_second_reader() -> [(&'static str, Driver); 2] {
    [
        edited("linux-v6.4", |queue| Box::pin(linux_v6_4_after_another_read(queue))),
        edited("leave-one", |queue| Box::pin(leave_one_after_another_read(queue))),
    ]
}

fn edited(name: &'static str, handler: fn(Consumer) -> Running) -> (&'static str, Driver) {
    let mut driver = Driver::named(name).expect("it is listed");
    driver.handler = handler;
    (name, driver)
}

/// linux-v6.4: the last `W CONS` is left out.
async fn without_the_final_write(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        linux_v4_9::drain(&mut queue).await;
        if queue.cons.overflow != queue.prod.overflow {
            queue.acknowledge();
        }
    }
}

/// thread-v1: the writes of the drain have OVACKFLG 0.
async fn with_the_acknowledge_lost_in_the_drain(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        loop {
            while !queue.is_empty() {
                queue.take().await;
                queue.cons.overflow = false;
                queue.write_cons().await;
                queue.handle_taken().await;
            }
            if queue.read_prod().await {
                queue.report_overflow();
            }
            if queue.is_empty() {
                break;
            }
        }
        queue.acknowledge();
        queue.write_cons().await;
    }
}

/// openbsd: it reports when OVFLG differs from its acknowledge, and not when OVFLG has changed.
async fn reporting_what_is_unacknowledged(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        loop {
            queue.read_prod().await;
            if queue.prod.overflow != queue.cons.overflow {
                queue.report_overflow();
            }
            if queue.is_empty() {
                break;
            }
            queue.take().await;
            queue.write_cons().await;
            queue.handle_taken().await;
        }
        if queue.cons.overflow != queue.prod.overflow {
            queue.acknowledge();
            queue.write_cons().await;
        }
    }
}

/// batch: it leaves after its CONS write, and does not read PROD again.
async fn without_a_second_look(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        if queue.read_prod().await {
            queue.report_overflow();
        }
        if queue.is_empty() && queue.cons.overflow == queue.prod.overflow {
            continue;
        }
        while !queue.is_empty() {
            queue.take().await;
        }
        queue.acknowledge_early();
        queue.write_cons().await;
        queue.handle_taken().await;
        queue.forget_answered_groups();
    }
}

/// spec-7.4-final: an entry is freed, then taken.
async fn freeing_before_taking(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        loop {
            while !queue.is_empty() {
                let mask = 2 * queue.entries() as u32 - 1;
                queue.acknowledge_early();
                queue.cons.index = (queue.cons.index + 1) & mask;
                queue.write_cons().await;
                queue.cons.index = queue.cons.index.wrapping_sub(1) & mask;
                queue.take().await;
                queue.handle_taken().await;
            }
            if queue.read_prod().await {
                queue.report_overflow();
            }
            if queue.is_empty() {
                break;
            }
        }
        queue.forget_answered_groups();
        if queue.cons.overflow != queue.prod.overflow {
            queue.acknowledge();
            queue.write_cons().await;
        }
    }
}

/// leave-one: it takes everything up to PROD, always.
async fn emptying_a_full_queue(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        loop {
            queue.read_prod().await;
            if queue.is_empty() && queue.prod.overflow == queue.cons.overflow {
                break;
            }
            while !queue.is_empty() {
                queue.take().await;
            }
            queue.acknowledge_early();
            queue.write_cons().await;
            if queue.acknowledged {
                queue.report_overflow();
            }
            queue.handle_taken().await;
            queue.forget_answered_groups();
        }
    }
}

async fn linux_v6_4_after_another_read(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        linux_v4_9::drain(&mut queue).await;
        linux_v6_4::acknowledge_if_changed(&mut queue).await;
    }
}

async fn leave_one_after_another_read(mut queue: Consumer) {
    loop {
        queue.interrupt().await;
        queue.read_prod().await;
        leave_one::drain(&mut queue).await;
    }
}
