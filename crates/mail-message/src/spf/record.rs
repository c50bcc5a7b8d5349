//! The text of a record, as terms.
//!
//! *Invariants.* A record is read whole before any of it counts: one wrong term spoils it
//! (RFC 7208 §4.6).
//!
//! *Sources.* RFC 7208 §4.5 (choice of the record), §4.6, §5, §6, §12 (grammar).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Outcome;
use super::macros::MacroText;

/// A record.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Mechanisms with their results, in order.
    pub(super) directives: Vec<Directive>,
    /// The record that decides when nothing matches.
    pub(super) redirect: Option<MacroText>,
    /// Where the explanation of a fail is.
    pub(super) exp: Option<MacroText>,
}

/// A mechanism and what its match means.
#[derive(Debug)]
pub(super) struct Directive {
    /// The result of a match.
    pub(super) outcome: Outcome,
    /// What has to match.
    pub(super) mechanism: Mechanism,
    /// The term as it is written.
    pub(super) text: String,
}

/// A test of the client.
#[derive(Debug)]
pub(super) enum Mechanism {
    /// Matches always.
    All,
    /// The client passes another domain's record.
    Include(MacroText),
    /// The client is an address of a name.
    A(Option<MacroText>, Prefixes),
    /// The client is an address of a mail server of a domain.
    Mx(Option<MacroText>, Prefixes),
    /// The client's own name lies in a domain.
    Ptr(Option<MacroText>),
    /// The client lies in a network.
    Ip(IpAddr, u8),
    /// A name has an address.
    Exists(MacroText),
}

/// Lengths of networks around the addresses of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefixes {
    pub(super) v4: u8,
    pub(super) v6: u8,
}

/// Why a record cannot be read: what is wrong with which term.
#[derive(Debug, thiserror::Error)]
#[error("`{term}` {problem}")]
pub(super) struct SyntaxError {
    term: String,
    problem: &'static str,
}

/// What is wrong with a term.
type Problem = &'static str;

/// Whether a text is a record of this version; others do not count.
pub(super) fn is_record(text: &str) -> bool {
    let version = text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("v=spf1"));
    version && matches!(text.as_bytes().get(6), None | Some(b' '))
}

impl Record {
    /// Reads a text that [`is_record`] accepts.
    pub(super) fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut record = Self::default();
        for term in text.split(' ').skip(1).filter(|term| !term.is_empty()) {
            record.add(term).map_err(|problem| SyntaxError { term: printable(term), problem })?;
        }
        Ok(record)
    }

    fn add(&mut self, term: &str) -> Result<(), Problem> {
        let Some((name, value)) = modifier(term) else {
            self.directives.push(directive(term)?);
            return Ok(());
        };
        let slot = match name.to_ascii_lowercase().as_str() {
            "redirect" => &mut self.redirect,
            "exp" => &mut self.exp,
            // A modifier that nobody knows is ignored when it is well formed (§6).
            _ => return MacroText::parse(value).map(|_| ()),
        };
        match slot.replace(MacroText::domain(value)?) {
            None => Ok(()),
            Some(_) => Err("occurs twice"),
        }
    }
}

/// Name and value of a modifier; mechanisms are none.
fn modifier(term: &str) -> Option<(&str, &str)> {
    let (name, value) = term.split_once('=')?;
    let mut bytes = name.bytes();
    let named = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    named.then_some((name, value))
}

fn directive(text: &str) -> Result<Directive, Problem> {
    let (outcome, term) = match text.as_bytes().first() {
        Some(b'+') => (Outcome::Pass, &text[1..]),
        Some(b'-') => (Outcome::Fail, &text[1..]),
        Some(b'~') => (Outcome::SoftFail, &text[1..]),
        Some(b'?') => (Outcome::Neutral, &text[1..]),
        _ => (Outcome::Pass, text),
    };
    Ok(Directive { outcome, mechanism: mechanism(term)?, text: printable(text) })
}

fn mechanism(term: &str) -> Result<Mechanism, Problem> {
    let end = term.find([':', '/']).unwrap_or(term.len());
    let (name, rest) = term.split_at(end);
    // The value behind a colon, which must not be empty; without one there is a network at most.
    let value = rest.strip_prefix(':');
    let needed = value.ok_or("needs a value");
    match name.to_ascii_lowercase().as_str() {
        "all" if rest.is_empty() => Ok(Mechanism::All),
        "all" => Err("takes no value"),
        "include" => Ok(Mechanism::Include(MacroText::domain(needed?)?)),
        "exists" => Ok(Mechanism::Exists(MacroText::domain(needed?)?)),
        "ptr" if rest.is_empty() => Ok(Mechanism::Ptr(None)),
        "ptr" => Ok(Mechanism::Ptr(Some(MacroText::domain(needed?)?))),
        "a" => host(rest).map(|(domain, prefixes)| Mechanism::A(domain, prefixes)),
        "mx" => host(rest).map(|(domain, prefixes)| Mechanism::Mx(domain, prefixes)),
        "ip4" => network::<Ipv4Addr>(needed?, 32),
        "ip6" => network::<Ipv6Addr>(needed?, 128),
        _ => Err("is no mechanism"),
    }
}

/// A domain, if there is one, and lengths of networks: `:example.com/24//64`.
fn host(rest: &str) -> Result<(Option<MacroText>, Prefixes), Problem> {
    let (rest, v6) = split_prefix(rest, "//", 128)?;
    let (rest, v4) = split_prefix(rest, "/", 32)?;
    let domain = rest.strip_prefix(':').map(MacroText::domain).transpose()?;
    match domain.is_none() && !rest.is_empty() {
        true => Err("has a network that cannot be read"),
        false => Ok((domain, Prefixes { v4: v4.unwrap_or(32), v6: v6.unwrap_or(128) })),
    }
}

/// Takes the length of a network off the end. A slash with anything but digits behind it belongs to
/// the name.
fn split_prefix<'a>(text: &'a str, mark: &str, most: u8) -> Result<(&'a str, Option<u8>), Problem> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = text.split_at(text.len() - digits);
    let Some(before) = before.strip_suffix(mark).filter(|_| digits > 0) else {
        return Ok((text, None));
    };
    Ok((before, Some(prefix(number, most)?)))
}

fn prefix(number: &str, most: u8) -> Result<u8, Problem> {
    let canonical = number == "0" || !number.starts_with('0');
    let length = number.parse().ok().filter(|length| canonical && *length <= most);
    length.ok_or("has a network of impossible length")
}

fn network<A: std::str::FromStr + Into<IpAddr>>(
    value: &str,
    most: u8,
) -> Result<Mechanism, Problem> {
    let (address, length) = match value.split_once('/') {
        Some((address, number)) => (address, prefix(number, most)?),
        None => (value, most),
    };
    let address = address.parse::<A>().map_err(|_| "has an address that cannot be read")?;
    Ok(Mechanism::Ip(address.into(), length))
}

/// A term as it can be shown: it comes from a stranger.
fn printable(term: &str) -> String {
    term.chars().take(100).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}
