//! Addresses and domains that are for examples only.

use std::net::IpAddr;

use hsl_analysis::hir::{Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A script of a hook has an address or a domain that is reserved for documentation.
    ///
    /// # Why
    ///
    /// Nothing on the Internet has it: it was copied from an example and not replaced. Reported are
    /// 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32 (RFC 5737, RFC 3849), and
    /// example.com, example.net, example.org with everything below (RFC 2606). Private networks are
    /// not.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// if (inet_includes($arguments["remoteip"], "192.0.2.0/24")) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl connect
    /// if (inet_includes($arguments["remoteip"], "10.0.0.0/8")) Accept();
    /// ```
    ///
    /// Source: RFC 2606, RFC 3849, RFC 5737.
    RESERVED_ADDRESS = "HSL5013" "reserved-address" Info
        "An address or domain is for documentation only.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::String(text) = &expr.kind else { return };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let address = text.split('/').next().unwrap_or(text);
    let what = match address.parse::<IpAddr>() {
        Ok(address) if is_documentation(address) => "address",
        Ok(_) => return,
        Err(_) if is_example(text) => "domain",
        Err(_) => return,
    };
    if pass.unit().hook.is_none() {
        return;
    }
    let message = format!("this {what} is reserved for documentation");
    pass.report(&RESERVED_ADDRESS, expr.at, message);
}

fn is_documentation(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            matches!(address.octets(), [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _])
        }
        IpAddr::V6(address) => address.segments()[..2] == [0x2001, 0xdb8],
    }
}

/// A domain, or an address in one.
fn is_example(text: &str) -> bool {
    let domain = text.rsplit('@').next().unwrap_or(text).to_ascii_lowercase();
    let domain = domain.trim_end_matches('.');
    ["example.com", "example.net", "example.org"].iter().any(|reserved| {
        domain.strip_suffix(reserved).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }) && domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}
