//! Points in time as the queue stores them.
//!
//! *Invariants.* Wall-clock time, because it outlives the process on disk; milliseconds, because
//! nothing in a retry schedule is finer. The crate never reads a clock: `now` is an argument.

use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The last representable time: later than anything that happens.
    pub const NEVER: Self = Self(u64::MAX);

    /// The time that is `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// The time that is `seconds` after the epoch; negative and not-a-number give the epoch.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as u64)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Seconds since the epoch with the fraction, as scripts see time.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// This time moved later by `span`, stopping at the last representable time.
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX)))
    }

    /// How long ago `earlier` was; zero when it lies in the future (clocks step back).
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_saturate_instead_of_wrapping() {
        let t = UnixTime::from_secs_f64(1.5);
        assert_eq!(t.as_millis(), 1500);
        assert_eq!(t.after(Duration::MAX), UnixTime::from_millis(u64::MAX));
        assert_eq!(t.since(t.after(Duration::from_secs(1))), Duration::ZERO);
        assert_eq!(UnixTime::from_secs_f64(-3.0), UnixTime::default());
    }
}
