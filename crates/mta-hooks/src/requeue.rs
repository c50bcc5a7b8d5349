//! Options by which the queue hooks put a message back.

use hsl_macros::Options;
use hsl_vm::{Array, Str, Thrown};

use crate::nested::ReportOverrides;

/// How a message goes back into the queue.
#[derive(Clone, Debug)]
pub struct Requeue {
    /// Whether to hold it until somebody releases it.
    pub hold: bool,
    /// Seconds until the next attempt; the transport's schedule without one.
    pub delay: Option<f64>,
    /// Text for the log.
    pub reason: Option<Str>,
    /// Whether this counts as a retry.
    pub increment_retry: bool,
    /// Whether to count from zero again.
    pub reset_retry: bool,
    /// Transport from now on, when changed.
    pub transportid: Option<Str>,
    /// Overrides for a generated status report.
    pub dsn: Option<Array>,
    /// Whether to send a delayed report now.
    pub dsn_delayed: bool,
}

/// Options of `Queue`.
#[derive(Options)]
pub(crate) struct RequeueOptions {
    /// Put the message into the hold queue.
    #[option(default = false)]
    hold: bool,
    /// Seconds until the next attempt.
    #[option(shown = "transport retry delay", idle = ["hold"])]
    delay: Option<f64>,
    /// Text for the log.
    reason: Option<Str>,
    /// Count this as a retry.
    #[option(default = true, idle = ["reset_retry"])]
    increment_retry: bool,
    /// Set the retry count to zero.
    #[option(default = false)]
    reset_retry: bool,
    /// Transport from now on.
    #[option(shown = "current transport", id = Transport)]
    transportid: Option<Str>,
    /// Overrides for a generated status report.
    #[option(keys = ReportOverrides, open)]
    dsn: Option<Array>,
    /// Send a delayed status report now.
    #[option(default = false)]
    dsn_delayed: bool,
}

impl RequeueOptions {
    /// The options, checked.
    pub(crate) fn check(self) -> Result<Requeue, Thrown> {
        if self.delay.is_some_and(|delay| !delay.is_finite() || delay < 0.0) {
            return Err(Thrown::error("Queue: option \"delay\" must be 0 or more seconds"));
        }
        Ok(Requeue {
            hold: self.hold,
            delay: self.delay,
            reason: self.reason,
            increment_retry: self.increment_retry,
            reset_retry: self.reset_retry,
            transportid: self.transportid,
            dsn: self.dsn,
            dsn_delayed: self.dsn_delayed,
        })
    }
}
