//! What the server says about itself: log lines and counters.
//!
//! Invariants: every counter is declared here once, with the name and sentence under which status
//! and metrics show it; counting never blocks.
//!
//! Not here: where counters are shown (`control`).

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_subscriber::EnvFilter;

/// Something that is counted since the start of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Counter {
    /// See [`Counter::doc`], which holds the sentence for all of them.
    Connections,
    /// Connections that were refused before the greeting.
    ConnectionsRefused,
    /// Commands of clients.
    Commands,
    /// Accepted messages.
    MessagesAccepted,
    /// Refused messages.
    MessagesRejected,
    /// Accepted bytes.
    BytesAccepted,
    /// Hook runs.
    Hooks,
    /// Hook runs that failed.
    HookErrors,
    /// Delivery attempts.
    Attempts,
    /// Delivered copies.
    Delivered,
    /// Copies that will be tried again.
    Deferred,
    /// Copies that were given up.
    Failed,
}

impl Counter {
    /// Every counter, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::Connections,
        Self::ConnectionsRefused,
        Self::Commands,
        Self::MessagesAccepted,
        Self::MessagesRejected,
        Self::BytesAccepted,
        Self::Hooks,
        Self::HookErrors,
        Self::Attempts,
        Self::Delivered,
        Self::Deferred,
        Self::Failed,
    ];

    /// Name in status and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connections => "smtp_connections_total",
            Self::ConnectionsRefused => "smtp_connections_refused_total",
            Self::Commands => "smtp_commands_total",
            Self::MessagesAccepted => "messages_accepted_total",
            Self::MessagesRejected => "messages_rejected_total",
            Self::BytesAccepted => "bytes_accepted_total",
            Self::Hooks => "hooks_total",
            Self::HookErrors => "hook_errors_total",
            Self::Attempts => "delivery_attempts_total",
            Self::Delivered => "deliveries_total",
            Self::Deferred => "deliveries_deferred_total",
            Self::Failed => "deliveries_failed_total",
        }
    }

    /// One sentence.
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Connections => "SMTP connections accepted",
            Self::ConnectionsRefused => "SMTP connections closed before the greeting",
            Self::Commands => "SMTP commands received",
            Self::MessagesAccepted => "Messages answered with 250 after the final dot",
            Self::MessagesRejected => "Messages refused after the final dot",
            Self::BytesAccepted => "Bytes of accepted messages",
            Self::Hooks => "Script hooks run",
            Self::HookErrors => "Script hooks that failed or exceeded a limit",
            Self::Attempts => "Delivery attempts begun",
            Self::Delivered => "Copies taken by the next hop",
            Self::Deferred => "Copies that are tried again later",
            Self::Failed => "Copies given up",
        }
    }
}

/// All counters of a server.
#[derive(Debug, Default)]
pub struct Counters([AtomicU64; Counter::ALL.len()]);

impl Counters {
    /// Counts one.
    pub fn count(&self, counter: Counter) {
        self.add(counter, 1);
    }

    /// Counts several.
    pub fn add(&self, counter: Counter, by: u64) {
        self.0[counter as usize].fetch_add(by, Ordering::Relaxed);
    }

    /// The present value.
    pub fn get(&self, counter: Counter) -> u64 {
        self.0[counter as usize].load(Ordering::Relaxed)
    }

    /// Every value under its name.
    pub fn snapshot(&self) -> BTreeMap<String, u64> {
        Counter::ALL.into_iter().map(|one| (one.name().to_owned(), self.get(one))).collect()
    }
}

/// Sends log lines to standard error. `RUST_LOG` goes before `filter`, which has its syntax.
/// Later calls have no effect: a process has one log.
pub fn start_log(filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An embedding program may have a log of its own.
    let _ = log.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_have_names_of_their_own() {
        let counters = Counters::default();
        for (number, counter) in Counter::ALL.into_iter().enumerate() {
            assert_eq!(counter as usize, number);
            assert!(!counter.doc().is_empty());
            counters.add(counter, number as u64 + 1);
        }
        let snapshot = counters.snapshot();
        assert_eq!(snapshot.len(), Counter::ALL.len());
        assert_eq!(snapshot["deliveries_failed_total"], 12);
    }
}
