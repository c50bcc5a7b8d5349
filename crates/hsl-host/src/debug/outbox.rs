//! Frames on their way to a session's client.
//!
//! Invariants: replies and events keep their order; log lines are dropped and counted when they
//! come too fast, or when the client reads too slowly, so a client never costs memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mta_control::Text;
use mta_control::debug::{Answer, Event, LogLevel, Reply};
use mta_control::frame;
use tokio::sync::mpsc;

use crate::memory::held;

/// Log lines of a session in one second.
const LOGS_PER_SECOND: u32 = 100;
/// Frames that may wait for the client before log lines are dropped.
const MAX_QUEUED: usize = 1_000;

/// Where frames go in.
#[derive(Clone, Debug)]
pub(crate) struct Outbox {
    frames: mpsc::UnboundedSender<String>,
    queued: Arc<AtomicUsize>,
    second: Arc<Mutex<Second>>,
}

/// What was logged in the present second.
#[derive(Debug)]
struct Second {
    began: Instant,
    lines: u32,
    dropped: u32,
}

/// Where the frames of a session come out.
#[derive(Debug)]
pub struct Outgoing {
    frames: mpsc::UnboundedReceiver<String>,
    queued: Arc<AtomicUsize>,
}

pub(crate) fn channel() -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let queued = Arc::new(AtomicUsize::new(0));
    let second = Second { began: Instant::now(), lines: 0, dropped: 0 };
    let outbox = Outbox {
        frames: sender,
        queued: Arc::clone(&queued),
        second: Arc::new(Mutex::new(second)),
    };
    (outbox, Outgoing { frames: receiver, queued })
}

impl Outbox {
    /// Answers a call.
    pub(crate) fn reply(&self, reply: u64, answer: Answer) {
        self.push(frame::write_reply(&Reply { reply, answer }));
    }

    /// Tells an event.
    pub(crate) fn event(&self, event: &Event) {
        self.push(frame::write_event(event));
    }

    /// Tells a log line, unless there are too many.
    pub(crate) fn log(&self, event: &Event) {
        let (admitted, dropped) = held(&self.second).admit(Instant::now());
        if dropped > 0 {
            let text = Text::from(format!("{dropped} log lines were dropped"));
            let level = LogLevel::Notice;
            self.event(&Event::Log { thread: None, level, text, file: None, line: None });
        }
        if admitted && self.queued.load(Ordering::Relaxed) < MAX_QUEUED {
            self.event(event);
        }
    }

    fn push(&self, frame: String) {
        self.queued.fetch_add(1, Ordering::Relaxed);
        // A session that is gone hears nothing any more.
        let _ = self.frames.send(frame);
    }
}

impl Second {
    /// Whether a line may go out, and how many were dropped in the second that ended.
    fn admit(&mut self, now: Instant) -> (bool, u32) {
        let mut dropped = 0;
        if now.duration_since(self.began) >= Duration::from_secs(1) {
            dropped = self.dropped;
            *self = Self { began: now, lines: 0, dropped: 0 };
        }
        let admitted = self.lines < LOGS_PER_SECOND;
        if admitted {
            self.lines += 1;
        } else {
            self.dropped += 1;
        }
        (admitted, dropped)
    }
}

impl Outgoing {
    /// The next frame; `None` when the session is over. May be dropped and called again.
    pub async fn next(&mut self) -> Option<String> {
        let frame = self.frames.recv().await?;
        self.queued.fetch_sub(1, Ordering::Relaxed);
        Some(frame)
    }

    /// The next frame if one waits.
    pub fn waiting(&mut self) -> Option<String> {
        let frame = self.frames.try_recv().ok()?;
        self.queued.fetch_sub(1, Ordering::Relaxed);
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_lines_is_cut_and_counted() {
        let began = Instant::now();
        let mut second = Second { began, lines: 0, dropped: 0 };
        let admitted = (0..150).filter(|_| second.admit(began).0).count();
        assert_eq!(admitted, 100);
        assert_eq!(second.admit(began + Duration::from_secs(1)), (true, 50));
        assert_eq!(second.admit(began + Duration::from_secs(1)), (true, 0));
    }
}
