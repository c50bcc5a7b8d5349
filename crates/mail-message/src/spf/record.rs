//! The text of a record, as terms.
//!
//! Terms are those of `mail-auth`; the text is read here, because its reader takes records that break
//! the grammar and reads others wrongly (docs/adr/0012-mail-auth.md).
//!
//! *Invariants.* A record is read whole before any of it counts: one wrong term spoils it
//! (RFC 7208 §4.6).
//!
//! *Sources.* RFC 7208 §4.5 (choice of the record), §4.6, §5, §6, §12 (grammar).

use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use mail_auth::spf::{Directive, Macro, Mechanism, Qualifier};

use super::macros::{read_domain, read_graphic};

/// A record.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Mechanisms with their results, in order.
    pub(super) terms: Vec<Term>,
    /// The record that decides when nothing matches.
    pub(super) redirect: Option<Macro>,
    /// Where the explanation of a fail is.
    pub(super) exp: Option<Macro>,
}

/// A mechanism and what its match means.
#[derive(Debug)]
pub(super) struct Term {
    /// Both.
    pub(super) directive: Directive,
    /// The term as it is written.
    pub(super) text: String,
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
            self.terms.push(Term { directive: directive(term)?, text: printable(term) });
            return Ok(());
        };
        let slot = match name.to_ascii_lowercase().as_str() {
            "redirect" => &mut self.redirect,
            "exp" => &mut self.exp,
            // A modifier that nobody knows is ignored when it is well formed (§6).
            _ => return read_graphic(value).map(|_| ()),
        };
        match slot.replace(read_domain(value)?) {
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
    let (qualifier, term) = match text.as_bytes().first() {
        Some(b'+') => (Qualifier::Pass, &text[1..]),
        Some(b'-') => (Qualifier::Fail, &text[1..]),
        Some(b'~') => (Qualifier::SoftFail, &text[1..]),
        Some(b'?') => (Qualifier::Neutral, &text[1..]),
        _ => (Qualifier::Pass, text),
    };
    Ok(Directive::new(qualifier, mechanism(term)?))
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
        "include" => Ok(Mechanism::Include { macro_string: read_domain(needed?)? }),
        "exists" => Ok(Mechanism::Exists { macro_string: read_domain(needed?)? }),
        "ptr" if rest.is_empty() => Ok(Mechanism::Ptr { macro_string: Macro::None }),
        "ptr" => Ok(Mechanism::Ptr { macro_string: read_domain(needed?)? }),
        "a" => {
            let (macro_string, ip4_mask, ip6_mask) = host(rest)?;
            Ok(Mechanism::A { macro_string, ip4_mask, ip6_mask })
        }
        "mx" => {
            let (macro_string, ip4_mask, ip6_mask) = host(rest)?;
            Ok(Mechanism::Mx { macro_string, ip4_mask, ip6_mask })
        }
        "ip4" => {
            let (addr, length) = network::<Ipv4Addr>(needed?, 32)?;
            Ok(Mechanism::Ip4 { addr, mask: mask4(length) })
        }
        "ip6" => {
            let (addr, length) = network::<Ipv6Addr>(needed?, 128)?;
            Ok(Mechanism::Ip6 { addr, mask: mask6(length) })
        }
        _ => Err("is no mechanism"),
    }
}

/// A domain, if there is one, and masks of networks of both families: `:example.com/24//64`.
fn host(rest: &str) -> Result<(Macro, u32, u128), Problem> {
    let (rest, v6) = split_prefix(rest, "//", 128)?;
    let (rest, v4) = split_prefix(rest, "/", 32)?;
    let domain = rest.strip_prefix(':').map(read_domain).transpose()?;
    match domain.is_none() && !rest.is_empty() {
        true => Err("has a network that cannot be read"),
        false => {
            let (v4, v6) = (mask4(v4.unwrap_or(32)), mask6(v6.unwrap_or(128)));
            Ok((domain.unwrap_or(Macro::None), v4, v6))
        }
    }
}

/// Takes the length of a network off the end. A slash with anything but digits behind it belongs to
/// the name.
fn split_prefix<'a>(
    text: &'a str,
    mark: &str,
    most: u32,
) -> Result<(&'a str, Option<u32>), Problem> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, number) = text.split_at(text.len() - digits);
    let Some(before) = before.strip_suffix(mark).filter(|_| digits > 0) else {
        return Ok((text, None));
    };
    Ok((before, Some(prefix(number, most)?)))
}

fn prefix(number: &str, most: u32) -> Result<u32, Problem> {
    let canonical = number == "0" || !number.starts_with('0');
    let length = number.parse().ok().filter(|length| canonical && *length <= most);
    length.ok_or("has a network of impossible length")
}

fn network<A: FromStr>(value: &str, most: u32) -> Result<(A, u32), Problem> {
    let (address, length) = match value.split_once('/') {
        Some((address, number)) => (address, prefix(number, most)?),
        None => (value, most),
    };
    let address = address.parse().map_err(|_| "has an address that cannot be read")?;
    Ok((address, length))
}

fn mask4(length: u32) -> u32 {
    u32::MAX.checked_shl(32 - length).unwrap_or_default()
}

fn mask6(length: u32) -> u128 {
    u128::MAX.checked_shl(128 - length).unwrap_or_default()
}

/// A term as it can be shown: it comes from a stranger.
fn printable(term: &str) -> String {
    term.chars().take(100).map(|c| if c.is_ascii_graphic() { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use mail_auth::common::parse::TxtRecordParser;
    use mail_auth::spf::Spf;

    use super::*;

    /// What `mail-auth` reads otherwise than RFC 7208 says. Were there nothing left, this reader could go.
    const READ_OTHERWISE: [&str; 16] = [
        "v=spf1 =x -all",
        "v=spf1 moo.cow-far_out=man:dog/cat -all",
        "v=spf1 1moo=x -all",
        "v=spf1 -all -",
        "v=spf1 ip4:192.0.2.0/33 -all",
        "v=spf1 ip6:2001:db8::/129 -all",
        "v=spf1 ip4:192.0.02.1 -all",
        "v=spf1 ip4:192.0.2.1/08 -all",
        "v=spf1 a:museum -all",
        "v=spf1 a:111.222.33.44 -all",
        "v=spf1 a:a.example:8080 -all",
        "v=spf1 a/33 -all",
        "v=spf1 a//129 -all",
        "v=spf1 a/024 -all",
        "v=spf1 exists:%{l0}.x.example -all",
        "v=spf1 exists:%{d}x -all",
    ];

    /// Mechanisms, the redirect and the explanation.
    type Read = (Vec<Directive>, Option<Macro>, Option<Macro>);

    /// A text in which literals that follow each other are one.
    fn join(text: &mut Macro) {
        let Macro::List(pieces) = text else { return };
        let mut joined: Vec<Macro> = Vec::new();
        for piece in std::mem::take(pieces) {
            match (joined.last_mut(), piece) {
                (Some(Macro::Literal(before)), Macro::Literal(after)) => {
                    *before = [&before[..], &after[..]].concat().into();
                }
                (_, piece) => joined.push(piece),
            }
        }
        *text = match <[Macro; 1]>::try_from(joined) {
            Ok([only]) => only,
            Err(pieces) => Macro::List(pieces.into()),
        };
    }

    fn text_of(mechanism: &mut Mechanism) -> Option<&mut Macro> {
        match mechanism {
            Mechanism::Include { macro_string }
            | Mechanism::Exists { macro_string }
            | Mechanism::Ptr { macro_string }
            | Mechanism::A { macro_string, .. }
            | Mechanism::Mx { macro_string, .. } => Some(macro_string),
            Mechanism::All | Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. } => None,
        }
    }

    fn ours(text: &str) -> Option<Read> {
        let Record { terms, mut redirect, mut exp } = Record::parse(text).ok()?;
        let mut directives: Vec<_> = terms.into_iter().map(|term| term.directive).collect();
        let texts = directives.iter_mut().filter_map(|it| text_of(&mut it.mechanism));
        texts.chain(&mut redirect).chain(&mut exp).for_each(join);
        Some((directives, redirect, exp))
    }

    fn theirs(text: &str) -> Option<Read> {
        let Spf { directives, redirect, exp, .. } = Spf::parse(text.as_bytes()).ok()?;
        Some((directives.into_vec(), redirect, exp))
    }

    #[test]
    fn mail_auth_reads_the_others_alike() {
        let lines = include_str!("../../tests/data/spf.txt").lines();
        let texts = lines.filter_map(|line| Some(line.split_once(" TXT ")?.1));
        let records: Vec<_> = texts.filter(|text| is_record(text)).collect();
        let differ = records.iter().copied().filter(|text| ours(text) != theirs(text));
        assert_eq!(differ.collect::<Vec<_>>(), READ_OTHERWISE, "of {} records", records.len());
    }
}
