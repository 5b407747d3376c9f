//! What lets a task start that waits for something to happen: interrupts, and handlers that wake their threads.

use rand_chacha::ChaCha8Rng;
use smmuq_golden::Line;

use super::draw;
use crate::bus::Request;
use crate::queue::Queue;

/// What has happened and not been taken up, and how late it is noticed.
#[derive(Default)]
pub(super) struct Starts {
    /// With the cycle before which nobody notices.
    pending: Vec<(Request, u64)>,
    /// Fewest and most cycles until then.
    latency: (u32, u32),
    /// The driver's handlers have threads.
    threaded: bool,
    /// Everything runs on its own, and what is polled is polled when its interrupt comes.
    free: bool,
}

impl Starts {
    pub fn new(threaded: bool) -> Self {
        Self { threaded, ..Self::default() }
    }

    /// From now on everything runs on its own.
    pub fn run_freely(&mut self, latency: (u32, u32)) {
        self.latency = latency;
        self.free = true;
    }

    /// Whether everything runs on its own.
    pub fn free(&self) -> bool {
        self.free
    }

    /// A pulse on a line. Where the handler has a thread, it is the thread that comes late.
    pub fn interrupt(&mut self, line: Line, now: u64, delays: &mut ChaCha8Rng) {
        let at_once = self.threaded && line != Line::Gerror;
        let latency = if at_once { (0, 0) } else { self.latency };
        self.happened(Request::Interrupt(line), latency, now, delays);
    }

    /// A handler wakes its thread.
    pub fn wake(&mut self, queue: Queue, now: u64, delays: &mut ChaCha8Rng) {
        self.happened(Request::Wake(queue), self.latency, now, delays);
    }

    fn happened(&mut self, cause: Request, latency: (u32, u32), now: u64, delays: &mut ChaCha8Rng) {
        if !self.is_pending(cause, u64::MAX) {
            self.pending.push((cause, now + draw(delays, latency)));
        }
    }

    /// Whether a task with this request waits for something that has not come.
    pub fn awaited(&self, request: Request) -> bool {
        self.cause(request).is_some_and(|cause| !self.is_pending(cause, u64::MAX))
    }

    /// Whether it has not come, or is not noticed yet.
    pub fn early(&self, request: Request, now: u64) -> bool {
        self.cause(request).is_some_and(|cause| !self.is_pending(cause, now))
    }

    /// A task starts: several interrupts before that are one.
    pub fn take_up(&mut self, request: Request) {
        let cause = self.cause(request);
        self.pending.retain(|&(each, _)| Some(each) != cause);
    }

    /// What has to happen before a request is answered.
    fn cause(&self, request: Request) -> Option<Request> {
        match request {
            Request::Interrupt(_) | Request::Wake(_) => Some(request),
            Request::Poll(queue) if self.free => Some(Request::Interrupt(queue.line())),
            _ => None,
        }
    }

    fn is_pending(&self, cause: Request, now: u64) -> bool {
        self.pending.iter().any(|&(each, due)| each == cause && due <= now)
    }
}
