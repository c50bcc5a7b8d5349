//! IP addresses and the name of this host.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hsl_macros::library;
use hsl_vm::{Cx, Str};

/// Builtins of this topic.
#[library(topic = "addresses")]
pub(crate) mod functions {
    use super::*;

    /// Returns the host name of this instance.
    ///
    /// Reads state of the process.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(gethostname()) > 0; // true
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = reads)]
    fn gethostname(cx: &mut Cx<'_>) -> String {
        cx.world().hostname()
    }

    /// Tells whether an IP address lies in a network.
    ///
    /// The network is an address, a network with prefix length, or a range `first-last`, ends
    /// included. Addresses of different families give `false`; text that is no address gives
    /// `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo inet_includes("192.0.2.77", "192.0.2.0/24"); // true
    /// echo inet_includes("2001:db8::1", "2001:db8::-2001:db8::f"); // true
    /// echo [inet_includes("host", "192.0.2.0/24") === none]; // [0=>true]
    /// ```
    ///
    /// Source: RFC 4632 §3.1, RFC 4291 §2.3. Since: 0.1. Compat: same.
    fn inet_includes(ip: Str, network: Str) -> Option<bool> {
        includes(&ip, &network)
    }

    /// Converts a binary IP address of 4 or 16 bytes to text.
    ///
    /// Any other length gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo inet_ntop("\x7f\x00\x00\x01"); // 127.0.0.1
    /// ```
    ///
    /// Source: RFC 5952. Since: 0.1. Compat: same.
    fn inet_ntop(ip: Str) -> Option<String> {
        let v4 = <[u8; 4]>::try_from(&ip[..]).map(|bytes| Ipv4Addr::from(bytes).to_string());
        v4.or_else(|_| <[u8; 16]>::try_from(&ip[..]).map(|bytes| Ipv6Addr::from(bytes).to_string()))
            .ok()
    }

    /// Converts a textual IP address to 4 or 16 bytes.
    ///
    /// Text that is no address gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo length(inet_pton("2001:db8::1")); // 16
    /// ```
    ///
    /// Source: RFC 4291 §2.2. Since: 0.1. Compat: same.
    fn inet_pton(ip: Str) -> Option<Str> {
        Some(match address(&ip)? {
            IpAddr::V4(ip) => Str::from(&ip.octets()[..]),
            IpAddr::V6(ip) => Str::from(&ip.octets()[..]),
        })
    }

    /// Builds the name under which an IP address is looked up in reverse.
    ///
    /// The zone is `in-addr.arpa` or `ip6.arpa` unless given. Text that is no address gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo inet_reverse("192.0.2.1"); // 1.2.0.192.in-addr.arpa
    /// echo inet_reverse("192.0.2.1", "dnsbl.example"); // 1.2.0.192.dnsbl.example
    /// ```
    ///
    /// Source: RFC 1035 §3.5, RFC 3596 §2.5. Since: 0.1. Compat: same.
    fn inet_reverse(ip: Str, zone: Option<Str>) -> Option<Str> {
        let (mut labels, default): (Vec<String>, &[u8]) = match address(&ip)? {
            IpAddr::V4(ip) => (ip.octets().iter().map(u8::to_string).collect(), b"in-addr.arpa"),
            IpAddr::V6(ip) => {
                let halves = ip.octets().into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
                (halves.map(|half| format!("{half:x}")).collect(), b"ip6.arpa")
            }
        };
        labels.reverse();
        let labels = labels.join(".");
        Some(Str::concat(&[labels.as_bytes(), b".", zone.as_deref().unwrap_or(default)]))
    }
}

/// Whether an address lies in a network; none when one of them is none.
pub(crate) fn includes(ip: &Str, network: &Str) -> Option<bool> {
    let ip = address(ip)?;
    let (first, last) = network_range(network)?;
    Some(ip.is_ipv4() == first.is_ipv4() && first <= ip && ip <= last)
}

fn address(text: &[u8]) -> Option<IpAddr> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// First and last address of a network.
fn network_range(text: &[u8]) -> Option<(IpAddr, IpAddr)> {
    if let Some(at) = text.iter().position(|byte| *byte == b'/') {
        let length: u32 = std::str::from_utf8(&text[at + 1..]).ok()?.parse().ok()?;
        return prefix_range(address(&text[..at])?, length);
    }
    if let Some(at) = text.iter().position(|byte| *byte == b'-') {
        let (first, last) = (address(&text[..at])?, address(&text[at + 1..])?);
        return (first.is_ipv4() == last.is_ipv4()).then_some((first, last));
    }
    address(text).map(|ip| (ip, ip))
}

fn prefix_range(ip: IpAddr, length: u32) -> Option<(IpAddr, IpAddr)> {
    match ip {
        IpAddr::V4(ip) => {
            let host = u32::MAX.checked_shr(length).unwrap_or(0);
            let net = u32::from(ip) & !host;
            (length <= 32).then(|| (Ipv4Addr::from(net).into(), Ipv4Addr::from(net | host).into()))
        }
        IpAddr::V6(ip) => {
            let host = u128::MAX.checked_shr(length).unwrap_or(0);
            let net = u128::from(ip) & !host;
            (length <= 128).then(|| (Ipv6Addr::from(net).into(), Ipv6Addr::from(net | host).into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_cover_their_ends() {
        let range = |text: &[u8]| network_range(text).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(range(b"10.1.2.3/0").as_deref(), Some("0.0.0.0 255.255.255.255"));
        assert_eq!(range(b"10.1.2.3/32").as_deref(), Some("10.1.2.3 10.1.2.3"));
        assert_eq!(range(b"10.1.2.3/31").as_deref(), Some("10.1.2.2 10.1.2.3"));
        assert_eq!(range(b"10.1.2.3/33"), None);
        assert_eq!(range(b"::/128").as_deref(), Some(":: ::"));
        assert_eq!(range(b"10.0.0.1-::1"), None);
    }
}
