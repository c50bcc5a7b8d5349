//! How many attempts run, and how many may begin.

use std::time::Duration;

use super::Rate;
use crate::time::UnixTime;

/// After this time without a start a counter says nothing any more.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

/// What one combination of field values has used.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// Attempts that run.
    pub(super) running: u32,
    /// Starts that the bucket had given at `last`, less what has refilled.
    used: f64,
    last: Option<UnixTime>,
}

impl Counter {
    /// When another attempt may begin, if not now.
    pub(super) fn free_at(&self, rate: &Rate, now: UnixTime) -> Option<UnixTime> {
        let last = self.last?;
        let interval = rate.interval.map(|interval| last.after(interval));
        let bucket = rate.rate.and_then(|(count, time)| {
            // A bucket that holds less than one start would never be full enough.
            let above = self.used_at((count, time), now) + 1.0 - count.max(1.0);
            let wait = time.mul_f64((above / count).clamp(0.0, 1e6));
            // Up to the next millisecond: earlier, nothing has refilled.
            (above > 1e-9).then(|| now.after(wait + Duration::from_millis(1)))
        });
        interval.max(bucket).filter(|at| *at > now)
    }

    pub(super) fn start(&mut self, rate: &Rate, now: UnixTime) {
        self.running += 1;
        self.used = 1.0 + rate.rate.map_or(0.0, |bucket| self.used_at(bucket, now));
        self.last = Some(now);
    }

    fn used_at(&self, (count, time): (f64, Duration), now: UnixTime) -> f64 {
        let Some(last) = self.last else { return 0.0 };
        let refilled = count * now.since(last).as_secs_f64() / time.as_secs_f64();
        (self.used - refilled).max(0.0)
    }

    /// Whether forgetting it changes nothing.
    pub(super) fn is_at_rest(&self, now: UnixTime) -> bool {
        self.running == 0 && self.last.is_none_or(|last| now.since(last) > FORGOTTEN)
    }
}
