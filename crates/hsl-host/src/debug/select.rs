//! Which new connections belong to a stage.
//!
//! Invariants: all given conditions hold (AND); the share is drawn only after the filters, and a
//! connection counts only when it is selected; an expired or used-up stage selects nothing.
//!
//! Not here: arming order (`hub`).
//! Sources: the five conditions and their meaning follow the reference's staging.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mta_control::debug::Conditions;

/// Longest life of a stage that names no time.
const DEFAULT_TIME: Duration = Duration::from_secs(3_600);

/// What is known of a connection when it is accepted.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Its id in logs.
    pub id: String,
    /// Address of the client.
    pub remote: SocketAddr,
    /// Server id of the configuration.
    pub serverid: String,
}

/// Conditions, checked once.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    networks: Vec<Network>,
    serverids: Vec<String>,
    probability: Option<f64>,
    expires: Instant,
    left: Option<u64>,
}

/// Why a stage takes no more connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exhausted {
    /// Its time is over.
    Time,
    /// It has had all its connections.
    Count,
}

/// Conditions that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SelectError {
    #[error("`{0}` is neither an address nor a network")]
    Network(String),
    #[error("probability must be between 0 and 1")]
    Probability,
    #[error("time must be a positive number of seconds")]
    Time,
}

impl Selector {
    /// Reads conditions. The time runs from `now`.
    pub(crate) fn new(conditions: &Conditions, now: Instant) -> Result<Self, SelectError> {
        let probability = conditions.probability;
        if probability.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
            return Err(SelectError::Probability);
        }
        let time = match conditions.time {
            None => DEFAULT_TIME,
            Some(seconds) if seconds > 0.0 => {
                Duration::try_from_secs_f64(seconds).map_err(|_| SelectError::Time)?
            }
            Some(_) => return Err(SelectError::Time),
        };
        let networks = conditions.remoteips.iter().map(|text| Network::read(text));
        Ok(Self {
            networks: networks.collect::<Result<_, _>>()?,
            serverids: conditions.serverids.clone(),
            probability,
            expires: now.checked_add(time).ok_or(SelectError::Time)?,
            left: conditions.count,
        })
    }

    /// Whether the connection is selected, and if so, counts it. `dice` is from 0 up to 1.
    pub(crate) fn take(&mut self, facts: &Facts, now: Instant, dice: f64) -> bool {
        let selected = self.exhausted(now).is_none()
            && (self.networks.is_empty()
                || self.networks.iter().any(|network| network.holds(facts.remote.ip())))
            && (self.serverids.is_empty() || self.serverids.contains(&facts.serverid))
            && self.probability.is_none_or(|share| dice < share);
        if selected && let Some(left) = &mut self.left {
            *left -= 1;
        }
        selected
    }

    /// Why nothing is selected any more.
    pub(crate) fn exhausted(&self, now: Instant) -> Option<Exhausted> {
        match () {
            () if self.left == Some(0) => Some(Exhausted::Count),
            () if now >= self.expires => Some(Exhausted::Time),
            () => None,
        }
    }
}

impl Exhausted {
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Time => "its time is over",
            Self::Count => "it has had all its connections",
        }
    }
}

/// An address with the number of leading bits that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    fn read(text: &str) -> Result<Self, SelectError> {
        let error = || SelectError::Network(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => {
                prefix.parse().ok().filter(|prefix| *prefix <= bits).ok_or_else(error)?
            }
            None => bits,
        };
        Ok(Self { address, prefix })
    }

    /// Mapped IPv4 addresses (`::ffff:192.0.2.1`) are taken as what they stand for.
    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - self.prefix;
                network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - self.prefix;
                network.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(remote: &str) -> Facts {
        let remote = SocketAddr::new(remote.parse().unwrap(), 4000);
        Facts { id: "c".into(), remote, serverid: "in".into() }
    }

    fn selector(conditions: Conditions) -> Selector {
        Selector::new(&conditions, Instant::now()).unwrap()
    }

    fn networks(texts: &[&str]) -> Conditions {
        let remoteips = texts.iter().map(|text| (*text).to_owned()).collect();
        Conditions { remoteips, ..Conditions::default() }
    }

    #[test]
    fn networks_hold_their_addresses() {
        let cases = [
            ("192.0.2.0/24", "192.0.2.200", true),
            ("192.0.2.0/24", "192.0.3.1", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db8::1", true),
            ("192.0.2.0/24", "::ffff:192.0.2.1", true),
        ];
        for (network, address, expected) in cases {
            let mut selector = selector(networks(&[network]));
            let taken = selector.take(&facts(address), Instant::now(), 0.0);
            assert_eq!(taken, expected, "{network} {address}");
        }
    }

    #[test]
    fn all_conditions_must_hold() {
        let conditions = Conditions {
            serverids: vec!["out".into()],
            probability: Some(1.0),
            ..networks(&["192.0.2.1"])
        };
        let mut selector = selector(conditions);
        assert!(!selector.take(&facts("192.0.2.1"), Instant::now(), 0.5));
        let out = Facts { serverid: "out".into(), ..facts("192.0.2.1") };
        assert!(selector.take(&out, Instant::now(), 0.5));
    }

    #[test]
    fn only_selected_connections_count() {
        let conditions = Conditions { count: Some(1), probability: Some(0.5), ..networks(&[]) };
        let mut selector = selector(conditions);
        let now = Instant::now();
        assert!(!selector.take(&facts("192.0.2.1"), now, 0.5), "the share excludes its upper end");
        assert!(selector.take(&facts("192.0.2.1"), now, 0.0));
        assert_eq!(selector.exhausted(now), Some(Exhausted::Count));
        assert!(!selector.take(&facts("192.0.2.1"), now, 0.0));
    }

    #[test]
    fn time_ends_a_stage() {
        let mut selector = selector(Conditions { time: Some(5.0), ..networks(&[]) });
        let later = Instant::now() + Duration::from_secs(6);
        assert_eq!(selector.exhausted(later), Some(Exhausted::Time));
        assert!(!selector.take(&facts("192.0.2.1"), later, 0.0));
    }

    #[test]
    fn nonsense_is_refused() {
        let refused = |conditions| Selector::new(&conditions, Instant::now()).unwrap_err();
        assert_eq!(refused(networks(&["10.0.0.0/33"])), SelectError::Network("10.0.0.0/33".into()));
        assert_eq!(refused(networks(&["host"])), SelectError::Network("host".into()));
        let share = Conditions { probability: Some(1.5), ..Conditions::default() };
        assert_eq!(refused(share), SelectError::Probability);
        let time = Conditions { time: Some(f64::NAN), ..Conditions::default() };
        assert_eq!(refused(time), SelectError::Time);
    }
}
