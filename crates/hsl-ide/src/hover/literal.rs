//! Pages about texts: how long they are, and what they stand for when they are an encoding of
//! something.
//!
//! *Sources.* RFC 4648 (Base64), RFC 5891 (names in other scripts), RFC 2047 (encoded words), RFC 3461
//! section 4 (xtext), RFC 4632 (networks).

use std::fmt::Write as _;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diagnostics::Span;
use hsl_syntax::ast::{AstNode, RawString, StringLiteral, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::View;

/// Shorter texts are words that only look like Base64.
const LEAST_BASE64: usize = 12;

/// The page about the text at a node.
pub(super) fn page(view: &View, node: Node<'_>) -> Option<(String, Span)> {
    let (value, literal) = value(view, node)?;
    Some((about(&value), span_of(literal)))
}

/// What the text that a node belongs to holds, and the whole text.
pub(super) fn value<'v>(view: &View, node: Node<'v>) -> Option<(Vec<u8>, Node<'v>)> {
    let text = view.text();
    std::iter::successors(Some(node), |node| node.parent()).take(3).find_map(|node| {
        let plain = StringLiteral::cast(node).and_then(|string| string.value(text));
        let value = plain.or_else(|| RawString::cast(node).map(|raw| raw.value(text).to_vec()))?;
        Some((value, node))
    })
}

/// What is known about a text.
fn about(value: &[u8]) -> String {
    let mut page = length(value);
    let Ok(text) = std::str::from_utf8(value) else { return page };
    let decoded = [
        ("Base64 of", from_base64(text)),
        ("The name", from_punycode(text)),
        ("Encoded words of", from_words(text)),
        ("xtext of", from_xtext(text)),
    ];
    for (what, found) in decoded {
        if let Some(found) = found {
            _ = write!(page, "\n{what} `{}`.\n", found.replace('`', "'"));
        }
    }
    if let Some(network) = network(text) {
        _ = write!(page, "\n{network}\n");
    }
    page
}

fn length(value: &[u8]) -> String {
    let bytes = match value.len() {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    };
    match std::str::from_utf8(value).map(|text| text.chars().count()) {
        Ok(count) if count < value.len() => format!("{bytes}, {count} characters\n"),
        _ => format!("{bytes}\n"),
    }
}

/// The text that Base64 stands for, when that can be read.
fn from_base64(text: &str) -> Option<String> {
    let is_long = text.len() >= LEAST_BASE64 && text.len().is_multiple_of(4);
    let bytes = STANDARD.decode(text).ok().filter(|_| is_long)?;
    readable(bytes)
}

fn from_punycode(text: &str) -> Option<String> {
    let is_encoded = text.split(['.', '@']).any(|label| label.starts_with("xn--"));
    let (local, domain) = text.rsplit_once('@').map_or((None, text), |(l, d)| (Some(l), d));
    let (decoded, errors) = idna::domain_to_unicode(domain);
    let whole = local.map_or(decoded.clone(), |local| format!("{local}@{decoded}"));
    (is_encoded && errors.is_ok()).then_some(whole)
}

fn from_words(text: &str) -> Option<String> {
    let decoded = mail_message::encoded_word::decode(text.as_bytes());
    let is_other = text.contains("=?") && decoded != text.as_bytes();
    is_other.then(|| readable(decoded)).flatten()
}

fn from_xtext(text: &str) -> Option<String> {
    let bytes = text.contains('+').then(|| smtp_proto::xtext::decode(text.as_bytes()))?;
    readable(bytes?)
}

fn readable(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

/// The first and last address of a network, and how many it has.
fn network(text: &str) -> Option<String> {
    let (address, length) = text.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    match address.parse().ok()? {
        IpAddr::V4(address) => {
            let host = 32u32.checked_sub(length)?;
            let mask = u32::MAX.checked_shr(length).unwrap_or(0);
            let first = u32::from(address) & !mask;
            let last = std::net::Ipv4Addr::from(first | mask);
            let first = std::net::Ipv4Addr::from(first);
            Some(format!("{first} to {last}: {} addresses.", 1u64 << host))
        }
        IpAddr::V6(address) => {
            let host = 128u32.checked_sub(length)?;
            let mask = u128::MAX.checked_shr(length).unwrap_or(0);
            let first = u128::from(address) & !mask;
            let last = std::net::Ipv6Addr::from(first | mask);
            let first = std::net::Ipv6Addr::from(first);
            Some(format!("{first} to {last}: 2^{host} addresses."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(about(text.as_bytes()), expect);
    }

    #[test]
    fn texts_are_measured_and_decoded() {
        check("", "0 bytes\n");
        check("å", "2 bytes, 1 characters\n");
        check("aGVsbG8gd29ybGQ=", "16 bytes\n\nBase64 of `hello world`.\n");
        check("password", "8 bytes\n");
        check("a@xn--bcher-kva.example", "23 bytes\n\nThe name `a@bücher.example`.\n");
        check("=?utf-8?q?caf=C3=A9?=", "21 bytes\n\nEncoded words of `café`.\n");
        check("a+2Bb@example.org", "17 bytes\n\nxtext of `a+b@example.org`.\n");
        check("+1", "2 bytes\n");
    }

    #[test]
    fn networks_have_a_first_and_a_last_address() {
        check("192.0.2.77/26", "13 bytes\n\n192.0.2.64 to 192.0.2.127: 64 addresses.\n");
        check("0.0.0.0/0", "9 bytes\n\n0.0.0.0 to 255.255.255.255: 4294967296 addresses.\n");
        check("192.0.2.1/32", "12 bytes\n\n192.0.2.1 to 192.0.2.1: 1 addresses.\n");
        check("2001:db8::/126", "14 bytes\n\n2001:db8:: to 2001:db8::3: 2^2 addresses.\n");
        check("192.0.2.1/33", "12 bytes\n");
    }
}
