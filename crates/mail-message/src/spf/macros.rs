//! Texts with macros.
//!
//! *Sources.* RFC 7208 §7.

use std::borrow::Cow;

use mail_auth::common::parse::TxtRecordParser;
use mail_auth::spf::{Macro, Variable, Variables};

/// Longest text that macros may make, in bytes. Names have 253; explanations fit into a reply.
pub(super) const LONGEST: usize = 16 * 1024;

/// Longest domain name.
const LONGEST_NAME: usize = 253;

/// What is wrong with a text.
type Problem = &'static str;

/// Reads a text that names a domain: it ends in a macro or in a top-level domain.
pub(super) fn read_domain(text: &str) -> Result<Macro, Problem> {
    let (read, end) = read_graphic(text)?;
    let ended = if end.is_empty() { !text.is_empty() } else { ends_in_top_level(end) };
    if ended { Ok(read) } else { Err("does not name a domain") }
}

/// Reads an explanation.
pub(super) fn read_explanation(text: &str) -> Result<Macro, Problem> {
    match text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        true => read(text, true).map(|(read, _)| read),
        false => Err("has characters that are not allowed"),
    }
}

/// Reads a text of visible characters, without the macros of explanations. What stands behind its last
/// macro is given as well.
pub(super) fn read_graphic(text: &str) -> Result<(Macro, &str), Problem> {
    match text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => read(text, false),
        false => Err("has characters that are not allowed"),
    }
}

/// The text with values in place of macros; none when it becomes too long.
pub(super) fn expand<'a>(text: &Macro, value: impl Fn(Variable) -> Cow<'a, str>) -> Option<String> {
    let Macro::List(pieces) = text else { return Some(String::new()) };
    let mut out = String::new();
    for piece in pieces {
        out.push_str(&applied(piece, &value));
        if out.len() > LONGEST {
            return None;
        }
    }
    Some(out)
}

/// The text of a piece. Its value is handed over in the place of the domain: `mail-auth` would part a
/// sender at the first `@`, and read the clock of the system.
fn applied<'a>(piece: &Macro, value: impl Fn(Variable) -> Cow<'a, str>) -> String {
    let mut variables = Variables::new();
    let Macro::Variable { letter, num_parts, reverse, escape, delimiters } = *piece else {
        return piece.eval(&variables, "", false).into_owned();
    };
    let value = value(letter);
    variables.set_domain(value.as_bytes());
    let letter = Variable::Domain;
    let piece = Macro::Variable { letter, num_parts, reverse, escape, delimiters };
    piece.eval(&variables, "", false).into_owned()
}

/// A name made by macros: without the final dot, and without labels on the left that make it too
/// long (§7.3).
pub(super) fn as_name(text: &str) -> &str {
    let mut name = text.strip_suffix('.').unwrap_or(text);
    while name.len() > LONGEST_NAME {
        let Some((_, rest)) = name.split_once('.') else { break };
        name = rest;
    }
    name
}

fn ends_in_top_level(end: &str) -> bool {
    let end = end.strip_suffix('.').unwrap_or(end);
    let Some((_, label)) = end.rsplit_once('.') else { return false };
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    label.bytes().all(inner)
        && !label.bytes().all(|byte| byte.is_ascii_digit())
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The pieces of a text, and what stands behind its last macro.
fn read(text: &str, explanation: bool) -> Result<(Macro, &str), Problem> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.extend(literal(before));
        let (piece, after) = piece(after, explanation)?;
        pieces.push(piece);
        rest = after;
    }
    pieces.extend(literal(rest));
    Ok((Macro::List(pieces.into()), rest))
}

fn literal(text: &str) -> Option<Macro> {
    (!text.is_empty()).then(|| Macro::Literal(text.as_bytes().into()))
}

/// What stands behind a percent sign, and the rest.
fn piece(text: &str, explanation: bool) -> Result<(Macro, &str), Problem> {
    let stands_for: &[u8] = match text.as_bytes().first() {
        Some(b'%') => b"%",
        Some(b'_') => b" ",
        Some(b'-') => b"%20",
        Some(b'{') => {
            let (inner, after) = text[1..].split_once('}').ok_or("has an open macro")?;
            return Ok((variable(inner, explanation)?, after));
        }
        _ => return Err("has a `%` without a macro"),
    };
    Ok((Macro::Literal(stands_for.into()), &text[1..]))
}

/// Reads `s2r-` of `%{s2r-}`: which value, and how it is taken apart. The order of what may stand there
/// is looked at here, since `mail-auth` takes any.
fn variable(inner: &str, explanation: bool) -> Result<Macro, Problem> {
    let letter = inner.chars().next().ok_or("has an empty macro")?;
    let rest = &inner[letter.len_utf8()..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    if !number.is_empty() && number.bytes().all(|digit| digit == b'0') {
        return Err("keeps no part");
    }
    let delimiters = rest.strip_prefix(['r', 'R']).unwrap_or(rest);
    if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
        return Err("has a macro that cannot be read");
    }
    let allowed = explanation || !"crtCRT".contains(letter);
    let read = Macro::parse(format!("%{{{inner}}}").as_bytes());
    read.ok().filter(|_| allowed).ok_or("has an unknown macro")
}
