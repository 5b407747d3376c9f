//! What no algorithm can do: two histories that look the same to software, of which each wants something else.
//!
//! **no-merge with one entry.** The queue is full with its one entry, and software is about to free it. A record is lost
//! (OVFLG toggles), then comes the CONS write, with the old acknowledge, as software has not read the toggle. The queue
//! is empty, the next record is written, and the one after that may be lost or not: OVFLG is unacknowledged and does not
//! toggle again (EV4). In both histories the block is in the same state, so whatever software does from there on, it
//! does the same in both. In one a single record was lost, which allows one report at most (`no-false-report`); in the
//! other two were, with the queue empty between them, and `no-merge` wants two. Software that had guessed, and written
//! the other acknowledge, covers a toggle that it has not read (`no-swallowed-toggle`), or without that loss makes an
//! overflow active that was not (`no-unack`). In the PRI queue it is the same, but that the later messages are discarded
//! because of the first overflow (P6).
//!
//! With two entries or more there is a way, see `leave-one`.

use super::device::{Arrival, Device, Effect, Input};
use super::golden::{Golden, Writes};
use crate::bus::Request;
use crate::queue::Queue;

/// OVFLG and OVACKFLG.
const OVERFLOW: u32 = 1 << 31;

/// Which of three records or messages around a CONS write were lost, and the block afterwards.
pub struct Outcome {
    /// Those that were lost, in order: the first comes before the write, the others behind it.
    pub lost: Vec<bool>,
    /// The queue was empty between the first and the others.
    pub emptied: bool,
    /// The write acknowledged an overflow.
    pub acknowledged: bool,
    /// An overflow is unacknowledged after the write.
    pub active: bool,
    /// The state at the end: all that software will ever see follows from it.
    pub device: Golden,
}

/// A queue of one entry is full. If `first`, one more comes; then software frees the entry with this acknowledge; then so
/// many come.
pub fn around_a_cons_write(queue: Queue, first: bool, ack: bool, behind: usize) -> Outcome {
    let mut device = Golden::new(queue, 0, Writes::AtOnce);
    let arrival = Arrival::of(queue)[0];
    let come = |device: &mut Golden| {
        let Ok::<Effect, _>(effect) = device.step(Input::Arrive(arrival));
        effect.lost
    };
    come(&mut device);
    let mut lost: Vec<bool> = (0..usize::from(first)).map(|_| come(&mut device)).collect();
    let before = device.view();
    let value = 1 | if ack { OVERFLOW } else { 0 };
    let Ok(_) = device.step(Input::Access(Request::Write(queue.cons(), value)));
    let after = device.view();
    lost.extend((0..behind).map(|_| come(&mut device)));
    Outcome {
        lost,
        emptied: after.is_empty(),
        acknowledged: before.overflow_active() && !after.overflow_active(),
        active: after.overflow_active(),
        device,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_one_entry_two_losses_look_like_one() {
        // Event: behind the write one record is written, the next is lost. PRI: nothing is written any more (P6).
        for (queue, one, two) in [(Queue::Event, 1, 2), (Queue::Pri, 0, 1)] {
            let single = around_a_cons_write(queue, true, false, one);
            let double = around_a_cons_write(queue, true, false, two);
            assert!(single.emptied && double.emptied);
            let losses = |outcome: &Outcome| outcome.lost.iter().filter(|&&lost| lost).count();
            assert_eq!((losses(&single), losses(&double)), (1, 2), "{queue:?}");
            let same = single.device.state() == double.device.state();
            assert!(same, "{queue:?}: software can tell the histories apart");
        }
    }

    #[test]
    fn a_guessed_acknowledge_is_no_way_out() {
        for queue in Queue::ALL {
            assert!(around_a_cons_write(queue, true, true, 0).acknowledged, "a toggle that nobody has read");
            assert!(around_a_cons_write(queue, false, true, 0).active, "an overflow made active by software");
        }
    }
}
