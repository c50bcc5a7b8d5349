//! How long a client may take.
//!
//! Three limits, none of which a client can stretch by sending single bytes: silence, the whole
//! time without a finished message, and the pace of message data.
//!
//! *Sources.* RFC 5321 §4.5.3.2 for the least times.

use std::time::{Duration, Instant};

/// Longest time between two messages, or to the first.
const TRANSACTION: Duration = Duration::from_secs(30 * 60);
/// Over this much time message data must grow by [`PACE_BYTES`].
const PACE_TIME: Duration = Duration::from_secs(60);
const PACE_BYTES: usize = 1024;

/// Clock hands of one connection.
#[derive(Debug)]
pub(super) struct Patience {
    idle: Duration,
    /// End of the last message, or begin of the connection.
    since: Instant,
    /// The minute of message data that runs, and how much it brought.
    pace: Option<(Instant, usize)>,
}

impl Patience {
    pub(super) fn new(idle: Duration, now: Instant) -> Self {
        Self { idle, since: now, pace: None }
    }

    /// When the client must have sent something, if it sends nothing from now on.
    pub(super) fn deadline(&self, now: Instant) -> Instant {
        let silence = now + self.idle;
        match self.pace {
            Some((began, _)) => silence.min(began + PACE_TIME),
            None => silence.min(self.since + TRANSACTION),
        }
    }

    /// Message data begins.
    pub(super) fn begin_data(&mut self, now: Instant) {
        self.pace = Some((now, 0));
    }

    /// Bytes came in; answers whether the client is fast enough.
    pub(super) fn received(&mut self, bytes: usize, now: Instant) -> bool {
        let Some((began, count)) = &mut self.pace else {
            return now < self.since + TRANSACTION;
        };
        *count += bytes;
        if *count >= PACE_BYTES {
            self.pace = Some((now, 0));
            return true;
        }
        now < *began + PACE_TIME
    }

    /// A message ended.
    pub(super) fn end_data(&mut self, now: Instant) {
        self.pace = None;
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(300);

    #[test]
    fn commands_one_by_one_do_not_last_for_ever() {
        let start = Instant::now();
        let mut patience = Patience::new(IDLE, start);
        assert_eq!(patience.deadline(start), start + IDLE);
        let late = start + TRANSACTION - Duration::from_secs(1);
        assert!(patience.received(6, late));
        assert_eq!(patience.deadline(late), start + TRANSACTION);
        assert!(!patience.received(6, start + TRANSACTION));
    }

    #[test]
    fn message_data_must_keep_a_pace() {
        let start = Instant::now();
        let mut patience = Patience::new(IDLE, start);
        patience.begin_data(start);
        let minute = start + PACE_TIME;
        assert!(patience.received(PACE_BYTES, minute - Duration::from_secs(1)));
        assert!(patience.received(1, minute + Duration::from_secs(1)));
        assert!(!patience.received(1, minute + PACE_TIME));
        patience.end_data(minute);
        assert!(patience.received(1, minute + IDLE));
    }
}
