//! How many attempts run, and how many may begin.

use std::time::Duration;

use super::policy::{Algorithm, Rate};
use crate::time::UnixTime;

/// What one combination of field values has used.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// Attempts that run.
    pub(super) running: u32,
    /// Starts that the bucket had given at `last`, less what has refilled.
    used: f64,
    last: Option<UnixTime>,
    /// The last start that was not taken back.
    begun: Option<UnixTime>,
    /// When the starts so far limit nothing any more, by the limits at the last of them.
    at_rest: UnixTime,
}

/// What a start changed, so that it can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    at: UnixTime,
    before: Option<UnixTime>,
}

impl Counter {
    /// When another attempt may begin, if not now.
    pub(super) fn free_at(
        &self,
        rate: &Rate,
        algorithm: Algorithm,
        now: UnixTime,
    ) -> Option<UnixTime> {
        let begun = rate.interval.zip(self.begun);
        let interval = begun.map(|(interval, begun)| begun.after(interval));
        let bucket = rate.rate.and_then(|(count, time)| {
            // A bucket that holds less than one start would never be full enough.
            let above = self.used_at((count, time), algorithm, now) + 1.0 - count.max(1.0);
            (above > 1e-9).then(|| match algorithm {
                // Up to the next millisecond: earlier, nothing has refilled.
                Algorithm::TokenBucket => {
                    let wait = times(time, above / count);
                    now.after(wait.saturating_add(Duration::from_millis(1)))
                }
                Algorithm::FixedWindow => end_of_window(time, now),
            })
        });
        interval.max(bucket).filter(|at| *at > now)
    }

    pub(super) fn start(&mut self, rate: &Rate, algorithm: Algorithm, now: UnixTime) -> Start {
        self.running += 1;
        let used = rate.rate.map_or(0.0, |bucket| self.used_at(bucket, algorithm, now));
        self.used = 1.0 + used;
        self.last = Some(now);
        let emptied = rate.rate.map(|(count, time)| match algorithm {
            Algorithm::TokenBucket => now.after(times(time, self.used / count)),
            Algorithm::FixedWindow => end_of_window(time, now),
        });
        let passed = rate.interval.map(|interval| now.after(interval));
        self.at_rest = self.at_rest.max(now).max(emptied.max(passed).unwrap_or_default());
        Start { at: now, before: self.begun.replace(now) }
    }

    pub(super) fn end(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    /// Undoes a start after which nothing was tried.
    pub(super) fn take_back(&mut self, start: Start) {
        self.end();
        self.used = (self.used - 1.0).max(0.0);
        if self.begun == Some(start.at) {
            self.begun = start.before;
        }
    }

    fn used_at(&self, (count, time): (f64, Duration), algorithm: Algorithm, now: UnixTime) -> f64 {
        let Some(last) = self.last else { return 0.0 };
        match algorithm {
            Algorithm::TokenBucket => {
                let refilled = count * now.since(last).as_secs_f64() / time.as_secs_f64();
                (self.used - refilled).max(0.0)
            }
            Algorithm::FixedWindow if now < end_of_window(time, last) => self.used,
            Algorithm::FixedWindow => 0.0,
        }
    }

    /// Whether forgetting it changes nothing.
    pub(super) fn is_at_rest(&self, now: UnixTime) -> bool {
        self.running == 0 && self.at_rest <= now
    }
}

/// A multiple of a time; what is too long, or no number, is as long as can be.
fn times(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// When the window around `time` ends; windows are counted from the epoch.
fn end_of_window(length: Duration, time: UnixTime) -> UnixTime {
    let length = u64::try_from(length.as_millis()).unwrap_or(u64::MAX).max(1);
    UnixTime::from_millis((time.as_millis() / length + 1).saturating_mul(length))
}
