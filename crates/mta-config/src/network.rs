//! Addresses and networks as they are written in the configuration.

use std::borrow::Cow;
use std::net::IpAddr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value as Json;

use crate::setting::{Report, Setting, scalar};
use crate::units::digits;
use crate::yaml::Node;

/// An address, or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// Address of the network.
    pub address: IpAddr,
    /// Leading bits that must agree.
    pub prefix: u8,
}

impl Network {
    /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(u8::try_from(digits(prefix)?).ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(most);
        (prefix <= most).then_some(Self { address, prefix })
    }

    /// Whether the address lies in the network. IPv4 and IPv6 never match each other.
    pub fn contains(&self, other: IpAddr) -> bool {
        let bits = |address: IpAddr| match address {
            IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
            IpAddr::V6(v6) => v6.to_bits(),
        };
        let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
        self.address.is_ipv4() == other.is_ipv4() && (bits(self.address) ^ bits(other)) & mask == 0
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// What connections of scripts do not reach unless the configuration says otherwise: link-local
/// addresses, where clouds serve credentials to whoever asks, and the other addresses where they do.
pub fn default_denied() -> Vec<Network> {
    const DENIED: [&str; 5] =
        ["169.254.0.0/16", "fe80::/10", "fd00:ec2::254", "100.100.100.200", "192.0.0.192"];
    DENIED.into_iter().filter_map(Network::parse).collect()
}

impl Setting for Network {
    fn read(node: &Node, report: &mut Report) -> Option<Self> {
        let wanted = "an address or a network such as `192.0.2.0/24`";
        let text = &scalar(node, wanted, report)?.text;
        Self::parse(text).or_else(|| report.wrong(node, wanted))
    }

    fn shown(&self) -> Json {
        self.to_string().into()
    }
}

impl JsonSchema for Network {
    fn schema_name() -> Cow<'static, str> {
        "Network".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": ["192.0.2.1", "192.0.2.0/24", "2001:db8::/32"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses_only() {
        let contains = |network: &str, address: &str| {
            let address = address.parse().expect("a test address");
            Network::parse(network).expect("a test network").contains(address)
        };
        assert!(contains("192.0.2.0/24", "192.0.2.255"));
        assert!(!contains("192.0.2.0/24", "192.0.3.0"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(!contains("::/0", "203.0.113.9"));
        assert!(contains("2001:db8::/32", "2001:db8::1"));
        assert!(contains("10.0.0.5", "10.0.0.5"));
        assert_eq!(Network::parse("10.0.0.0/33"), None);
    }
}
