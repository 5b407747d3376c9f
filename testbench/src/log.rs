//! The kernel log: every message but events, and events under Linux's rate limit.

use crate::bus::Message;
use crate::queue::Queue;

/// Simulated time: one clock cycle of the block.
const NANOSECONDS_PER_CYCLE: u64 = 1;
/// Linux's default rate limit prints 10 messages in 5 seconds, from the first one on.
pub const BURST: u64 = 10;
/// Those 5 seconds in cycles.
pub const INTERVAL: u64 = 5_000_000_000 / NANOSECONDS_PER_CYCLE;

/// What a person would find in the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Overflow messages of the Event queue.
    pub reports: u64,
    /// Overflow messages of the PRI queue.
    pub pri_reports: u64,
    /// Messages of the GERROR handler.
    pub global_errors: u64,
    /// Times that the Command queue made no progress.
    pub timeouts: u64,
    /// Events that were printed.
    pub printed: u64,
    /// Events that the rate limit kept back.
    pub suppressed: u64,
    window: Option<Window>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Window {
    start: u64,
    printed: u64,
}

impl Log {
    /// Logs a message at a time in cycles.
    pub fn log(&mut self, now: u64, message: Message) {
        match message {
            Message::Overflow(Queue::Event) => self.reports += 1,
            Message::Overflow(Queue::Pri) => self.pri_reports += 1,
            Message::GlobalErrors(_) => self.global_errors += 1,
            Message::TimedOut => self.timeouts += 1,
            Message::Mapped { .. } | Message::Wake(_) | Message::Discarded(_) | Message::Synchronized => {}
            Message::Event(_) if self.within_limit(now) => self.printed += 1,
            Message::Event(_) => self.suppressed += 1,
        }
    }

    fn within_limit(&mut self, now: u64) -> bool {
        let window = match &mut self.window {
            Some(window) if now - window.start <= INTERVAL => window,
            expired => expired.insert(Window { start: now, printed: 0 }),
        };
        window.printed += 1;
        window.printed <= BURST
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smmuq_golden::EventRecord;

    #[test]
    fn ten_events_in_five_seconds_and_every_overflow() {
        let event = Message::Event(EventRecord::from_words([0; 4]));
        let mut log = Log::default();
        for _ in 0..25 {
            log.log(1_000, event);
            log.log(1_000, Message::Overflow(Queue::Event));
        }
        assert_eq!((log.printed, log.suppressed, log.reports), (10, 15, 25));
        log.log(1_000 + INTERVAL, event);
        assert_eq!((log.printed, log.suppressed), (10, 16));
        log.log(1_001 + INTERVAL, event);
        assert_eq!((log.printed, log.suppressed), (11, 16));
    }
}
