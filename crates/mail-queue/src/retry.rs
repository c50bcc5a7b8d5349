//! When a message that could not be delivered is tried again, and when that ends.
//!
//! *Invariants.* Pure: the same inputs give the same time. Jitter never moves an attempt past the
//! end of the message's life.
//!
//! *Not here.* Which message goes first ([`crate::Scheduler`]), what an expired message becomes
//! on the wire ([`crate::dsn`]).
//!
//! *Sources.* RFC 5321 §4.5.4.1 (retry for 4–5 days, at least 30 minutes apart after the first
//! tries).

use std::time::Duration;

use crate::time::UnixTime;

/// One deferral: how long to wait, and whether the sender is told of the delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Time until the next attempt.
    pub interval: Duration,
    /// Sends a delayed notice when this step is reached.
    pub notify: bool,
}

/// What an expired message becomes unless a script decides otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Expiry {
    /// Its sender is told.
    #[default]
    Bounce,
    /// Nobody is told.
    Delete,
}

/// The retry schedule of a transport.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    /// The k-th deferral waits the k-th interval; the last one repeats.
    pub intervals: Vec<Step>,
    /// Most deferrals that count.
    pub count: Option<u32>,
    /// Greatest age.
    pub during: Option<Duration>,
    /// Greatest deviation from an interval as a share of it, against synchronised storms.
    pub jitter: f64,
    /// The end.
    pub expiry: Expiry,
}

/// What comes after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another attempt.
    At {
        /// When.
        time: UnixTime,
        /// Whether the sender is told of the delay.
        notify: bool,
    },
    /// No further attempt: too many, or too old.
    Expired,
}

impl Default for RetryPolicy {
    /// 60 s, 5 min, 15 min, 30 min, 1 h, 2 h, then every 4 h for 5 days; a notice after about 4 h.
    fn default() -> Self {
        let minutes = [(1, false), (5, false), (15, false), (30, false), (60, false), (120, false)];
        let mut intervals: Vec<Step> = minutes.map(|(m, notify)| Step::new(m * 60, notify)).into();
        intervals.push(Step::new(4 * 3600, true));
        intervals.push(Step::new(4 * 3600, false));
        let during = Some(Duration::from_secs(5 * 86_400));
        Self { intervals, count: None, during, jitter: 0.1, expiry: Expiry::Bounce }
    }
}

impl Step {
    /// A step of `seconds`.
    pub const fn new(seconds: u64, notify: bool) -> Self {
        Self { interval: Duration::from_secs(seconds), notify }
    }
}

impl RetryPolicy {
    /// What follows when the deferral number `retry` (from 1) of a message happens at `now`.
    ///
    /// `chance` is a random number from 0 to 1 that spreads the attempts by [`Self::jitter`].
    pub fn next(&self, retry: u32, received: UnixTime, now: UnixTime, chance: f64) -> Next {
        if self.count.is_some_and(|count| retry > count) || self.is_too_old(received, now) {
            return Next::Expired;
        }
        let index = (retry.max(1) as usize - 1).min(self.intervals.len().saturating_sub(1));
        // A schedule without intervals is a mistake in a configuration that must not spin.
        let step = self.intervals.get(index).copied().unwrap_or(Step::new(60, false));
        let time = now.after(self.spread(step.interval, chance));
        let end = self.during.map(|during| received.after(during));
        Next::At { time: end.map_or(time, |end| time.min(end)), notify: step.notify }
    }

    /// Whether a message received then has outlived its time.
    pub fn is_too_old(&self, received: UnixTime, now: UnixTime) -> bool {
        self.during.is_some_and(|during| now.since(received) >= during)
    }

    /// When a message that gets no attempt would expire: at its greatest age, else when as many deferrals
    /// as count would have passed.
    pub fn end(&self, received: UnixTime) -> Option<UnixTime> {
        let counted = || self.count.map(|count| self.waits(count));
        self.during.or_else(counted).map(|life| received.after(life))
    }

    /// The next notice of delay for a message that is kept back after `retry` deferrals, when those of the
    /// first `told` steps are not owed any more: the number of its step, from 0, and the time.
    pub fn notice(&self, retry: u32, told: u32, received: UnixTime) -> Option<(u32, UnixTime)> {
        let steps = (0u32..).zip(&self.intervals).skip(retry.max(told) as usize);
        let step = steps.filter(|(_, step)| step.notify).map(|(number, _)| number).next()?;
        Some((step, received.after(self.waits(step))))
    }

    /// When a message wants to be looked at although it is kept back: when it expires, or when its sender
    /// is to be told of the delay.
    pub fn deadline(&self, retry: u32, told: u32, received: UnixTime) -> Option<UnixTime> {
        let notice = self.notice(retry, told, received).map(|(_, time)| time);
        self.end(received).into_iter().chain(notice).min()
    }

    /// How long this many deferrals wait, without jitter.
    fn waits(&self, count: u32) -> Duration {
        let known = self.intervals.iter().take(count as usize).map(|step| step.interval);
        let repeated = (count as usize).saturating_sub(self.intervals.len());
        let last = self.intervals.last().map_or(Duration::from_secs(60), |step| step.interval);
        let repeated = last.saturating_mul(u32::try_from(repeated).unwrap_or(u32::MAX));
        known.fold(repeated, Duration::saturating_add)
    }

    fn spread(&self, interval: Duration, chance: f64) -> Duration {
        let jitter = self.jitter.clamp(0.0, 1.0);
        interval.mul_f64(1.0 + jitter * (2.0 * chance.clamp(0.0, 1.0) - 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: UnixTime = UnixTime::from_millis(1_000_000);

    fn waits(policy: &RetryPolicy) -> Vec<u64> {
        let (mut now, mut waits) = (T0, Vec::new());
        for retry in 1.. {
            match policy.next(retry, T0, now, 0.5) {
                Next::At { time, .. } => {
                    waits.push(time.since(now).as_secs());
                    now = time;
                }
                Next::Expired => break,
            }
        }
        waits
    }

    #[test]
    fn the_default_schedule_ends_after_five_days() {
        let waits = waits(&RetryPolicy::default());
        assert_eq!(waits[..8], [60, 300, 900, 1800, 3600, 7200, 14400, 14400]);
        assert_eq!(waits.iter().sum::<u64>(), 5 * 86_400);
    }

    #[test]
    fn the_count_ends_a_schedule() {
        let policy = RetryPolicy { count: Some(3), during: None, ..RetryPolicy::default() };
        assert_eq!(waits(&policy), [60, 300, 900]);
    }

    #[test]
    fn jitter_stays_within_its_share() {
        let policy = RetryPolicy::default();
        let at = |chance| policy.next(1, T0, T0, chance);
        let after =
            |ms: u64| Next::At { time: UnixTime::from_millis(1_000_000 + ms), notify: false };
        assert_eq!((at(0.0), at(1.0)), (after(54_000), after(66_000)));
    }

    #[test]
    fn what_is_kept_back_is_looked_at_for_each_notice_and_at_its_end() {
        let policy = RetryPolicy::default();
        let hours = |hours: f64| T0.after(Duration::from_secs_f64(hours * 3600.0));
        let notice = Some((6, hours(3.85)));
        assert_eq!((policy.notice(0, 0, T0), policy.notice(6, 0, T0)), (notice, notice));
        assert_eq!((policy.notice(0, 7, T0), policy.notice(7, 0, T0)), (None, None));
        assert_eq!(policy.deadline(0, 0, T0), Some(hours(3.85)));
        assert_eq!(policy.deadline(0, 7, T0), Some(hours(120.0)));
        let counted = RetryPolicy { count: Some(10), during: None, ..policy };
        assert_eq!(counted.end(T0), Some(hours(3.85 + 16.0)));
    }

    #[test]
    fn no_intervals_still_wait() {
        let policy = RetryPolicy { intervals: vec![], count: Some(1), ..RetryPolicy::default() };
        assert_eq!(waits(&policy), [60]);
    }
}
