//! Which addresses connections of scripts may reach.
//!
//! Invariants: an IPv4 address is judged alike in whatever IPv6 form it comes; without a matching
//! network an address may be reached.
//!
//! Sources: RFC 4291 §2.5.5 (IPv4 in IPv6), RFC 6052 (NAT64), RFC 3056 (6to4).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hsl_vm::request::NetworkError;
use mta_config::Network;
use rustix::io::Errno;

/// Networks that may and may not be reached.
#[derive(Clone, Debug)]
pub struct NetworkPolicy {
    allow: Vec<Network>,
    deny: Vec<Network>,
}

impl NetworkPolicy {
    /// `allow` goes before `deny`.
    pub fn new(allow: Vec<Network>, deny: Vec<Network>) -> Self {
        Self { allow, deny }
    }

    /// Whether scripts may connect to an address.
    pub fn allows(&self, ip: IpAddr) -> bool {
        let forms = forms(ip);
        let within = |list: &[Network]| {
            list.iter().any(|network| forms.iter().flatten().any(|ip| network.contains(*ip)))
        };
        within(&self.allow) || !within(&self.deny)
    }

    /// Refuses an address that scripts may not connect to.
    ///
    /// # Errors
    /// A [`NetworkError`] that names the setting.
    pub fn check(&self, ip: IpAddr) -> Result<(), NetworkError> {
        if self.allows(ip) {
            return Ok(());
        }
        let message = format!(
            "scripts may not connect to {ip}: `scripting.network` of the configuration denies it"
        );
        Err(super::error(Errno::ACCESS, message))
    }
}

/// The address as it is, and the IPv4 address that it stands for.
fn forms(ip: IpAddr) -> [Option<IpAddr>; 2] {
    let inner = match ip {
        // The unspecified address reaches the machine itself.
        IpAddr::V4(v4) if v4.is_unspecified() => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) if v6.is_unspecified() => Some(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        IpAddr::V6(v6) => embedded(v6).map(IpAddr::V4),
    };
    [Some(ip), inner]
}

fn embedded(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let pair = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0, 0, high, low] => {
            Some(pair(high, low))
        }
        [0x2002, high, low, ..] => Some(pair(high, low)),
        _ => v6.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| Network::parse(text).expect("a network")).collect()
    }

    #[test]
    fn metadata_and_link_local_addresses_are_denied_in_every_form() {
        let policy = NetworkPolicy::new(Vec::new(), mta_config::default_denied());
        let denied = [
            "169.254.169.254",
            "169.254.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "fe80::1",
            "fd00:ec2::254",
            "100.100.100.200",
        ];
        for ip in denied {
            assert!(!policy.allows(ip.parse().expect("an address")), "{ip}");
        }
        for ip in ["127.0.0.1", "::1", "10.0.0.1", "192.0.2.1", "fd00::1", "2001:db8::1"] {
            assert!(policy.allows(ip.parse().expect("an address")), "{ip}");
        }
    }

    #[test]
    fn what_is_allowed_goes_before_what_is_denied() {
        let policy = NetworkPolicy::new(networks(&["192.0.2.1"]), networks(&["0.0.0.0/0", "::1"]));
        assert!(policy.allows([192, 0, 2, 1].into()));
        assert!(!policy.allows([192, 0, 2, 2].into()));
        assert!(!policy.allows(Ipv6Addr::UNSPECIFIED.into()));
        assert!(policy.allows("2001:db8::1".parse().expect("an address")));
    }
}
