//! Texts with macros.
//!
//! *Sources.* RFC 7208 §7.

use std::borrow::Cow;

/// Longest text that macros may make, in bytes. Names have 253; explanations fit into a reply.
pub(super) const LONGEST: usize = 16 * 1024;

/// Longest domain name.
const LONGEST_NAME: usize = 253;

/// A text that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct MacroText(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Literal(String),
    /// What `%%`, `%_` or `%-` stands for.
    Escape(&'static str),
    Macro(Macro),
}

/// `%{s2r-}`: which value, and how it is taken apart.
#[derive(Clone, Debug)]
struct Macro {
    letter: Letter,
    /// Capitals encode what URLs reserve.
    escape: bool,
    /// How many parts on the right are kept; 0 for all.
    keep: usize,
    reverse: bool,
    delimiters: String,
}

/// The values that macros name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    Sender,
    LocalPart,
    SenderDomain,
    Domain,
    Ip,
    Validated,
    Version,
    Helo,
    /// In explanations only, as the next two.
    ClientAddress,
    Receiver,
    Time,
}

/// What is wrong with a text.
type Problem = &'static str;

impl MacroText {
    /// A text of visible characters, without the macros of explanations.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        match text.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => read(text, false),
            false => Err("has characters that are not allowed"),
        }
    }

    /// A text that names a domain: it ends in a macro or in a top-level domain.
    pub(super) fn domain(text: &str) -> Result<Self, Problem> {
        let parsed = Self::parse(text)?;
        let ended = match parsed.0.last() {
            Some(Piece::Macro(_) | Piece::Escape(_)) => true,
            Some(Piece::Literal(end)) => ends_in_top_level(end),
            None => false,
        };
        if ended { Ok(parsed) } else { Err("does not name a domain") }
    }

    /// An explanation.
    pub(super) fn explanation(text: &str) -> Result<Self, Problem> {
        match text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            true => read(text, true),
            false => Err("has characters that are not allowed"),
        }
    }

    /// Whether a value is needed.
    pub(super) fn has(&self, letter: Letter) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::Macro(it) if it.letter == letter))
    }

    /// The text with values in place of macros; none when it becomes too long.
    pub(super) fn expand<'a>(&self, value: impl Fn(Letter) -> Cow<'a, str>) -> Option<String> {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Escape(text) => out.push_str(text),
                Piece::Macro(it) => out.push_str(&it.apply(&value(it.letter))),
            }
            if out.len() > LONGEST {
                return None;
            }
        }
        Some(out)
    }
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

fn read(text: &str, explanation: bool) -> Result<MacroText, Problem> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.extend(literal(before));
        let (piece, after) = piece(after, explanation)?;
        pieces.push(piece);
        rest = after;
    }
    pieces.extend(literal(rest));
    Ok(MacroText(pieces))
}

fn literal(text: &str) -> Option<Piece> {
    (!text.is_empty()).then(|| Piece::Literal(text.to_owned()))
}

/// What stands behind a percent sign, and the rest.
fn piece(text: &str, explanation: bool) -> Result<(Piece, &str), Problem> {
    let stands_for = match text.as_bytes().first() {
        Some(b'%') => "%",
        Some(b'_') => " ",
        Some(b'-') => "%20",
        Some(b'{') => {
            let (inner, after) = text[1..].split_once('}').ok_or("has an open macro")?;
            return Ok((Piece::Macro(Macro::parse(inner, explanation)?), after));
        }
        _ => return Err("has a `%` without a macro"),
    };
    Ok((Piece::Escape(stands_for), &text[1..]))
}

impl Macro {
    fn parse(inner: &str, explanation: bool) -> Result<Self, Problem> {
        let letter = inner.chars().next().ok_or("has an empty macro")?;
        let rest = &inner[letter.len_utf8()..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at(digits);
        let keep = match number {
            "" => 0,
            number => number.parse().ok().filter(|keep| *keep > 0).ok_or("keeps no part")?,
        };
        let (reverse, delimiters) = match rest.strip_prefix(['r', 'R']) {
            Some(delimiters) => (true, delimiters),
            None => (false, rest),
        };
        if !delimiters.chars().all(|c| ".-+,/_=".contains(c)) {
            return Err("has a macro that cannot be read");
        }
        Ok(Self {
            letter: Letter::find(letter, explanation).ok_or("has an unknown macro")?,
            escape: letter.is_ascii_uppercase(),
            keep,
            reverse,
            delimiters: if delimiters.is_empty() { ".".into() } else { delimiters.into() },
        })
    }

    fn apply(&self, value: &str) -> String {
        let mut parts: Vec<_> = value.split(|c| self.delimiters.contains(c)).collect();
        if self.reverse {
            parts.reverse();
        }
        let from = if self.keep == 0 { 0 } else { parts.len().saturating_sub(self.keep) };
        let text = parts[from..].join(".");
        if self.escape { escaped(&text) } else { text }
    }
}

impl Letter {
    fn find(letter: char, explanation: bool) -> Option<Self> {
        let found = match letter.to_ascii_lowercase() {
            's' => Self::Sender,
            'l' => Self::LocalPart,
            'o' => Self::SenderDomain,
            'd' => Self::Domain,
            'i' => Self::Ip,
            'p' => Self::Validated,
            'v' => Self::Version,
            'h' => Self::Helo,
            'c' if explanation => Self::ClientAddress,
            'r' if explanation => Self::Receiver,
            't' if explanation => Self::Time,
            _ => return None,
        };
        Some(found)
    }
}

/// Percent encoding of all but the unreserved characters (RFC 3986 §2.3).
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let each = text.bytes().map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    each.collect()
}
