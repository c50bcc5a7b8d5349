//! Naming what stands at a place.

use diagnostics::Span;

use super::SyntaxError;
use crate::words::{is_part, is_start};

/// A token as a message shows it.
pub(super) struct Found {
    /// What it covers; without width at the end of the file.
    pub(super) span: Span,
    /// "`else`", "a string", "the end of the file".
    pub(super) name: String,
    /// The whole message, for bytes that are right nowhere.
    pub(super) verdict: Option<Verdict>,
    /// The token is a word.
    pub(super) word: Option<String>,
}

/// What to say about bytes that are right nowhere, and what to write instead.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    message: &'static str,
    instead: Option<&'static str>,
}

impl Verdict {
    const fn new(message: &'static str, instead: Option<&'static str>) -> Self {
        Self { message, instead }
    }

    pub(super) fn error(self, span: Span) -> SyntaxError {
        let error = SyntaxError::new(span, self.message);
        match self.instead {
            Some(text) => error.fix(span, text),
            None => error,
        }
    }
}

const QUOTE: &str = "a typographic quote does not begin or end a string; use `\"`";

/// Characters that look like something of the language and are not.
const LOOKALIKES: &[(&str, Verdict)] = &[
    ("\u{feff}", Verdict::new("a byte order mark is not allowed", Some(""))),
    ("\u{a0}", Verdict::new("a no-break space is not allowed outside strings", Some(" "))),
    ("\u{2018}", Verdict::new(QUOTE, Some("\""))),
    ("\u{2019}", Verdict::new(QUOTE, Some("\""))),
    ("\u{201c}", Verdict::new(QUOTE, Some("\""))),
    ("\u{201d}", Verdict::new(QUOTE, Some("\""))),
    ("\u{201e}", Verdict::new(QUOTE, Some("\""))),
    ("\u{ab}", Verdict::new(QUOTE, Some("\""))),
    ("\u{bb}", Verdict::new(QUOTE, Some("\""))),
];

/// Operators and brackets, longest first where one begins another.
const PUNCTUATION: &[&str] = &[
    "...", "**=", "===", "!==", ">>>", "??=", "??", "<<", ">>", "**", "->", "=>", "::", "++", "+=",
    "--", "-=", "*=", "/=", "%=", ".=", "=~", "!~", "==", "!=", "<=", ">=", "#/",
];

/// The token of `length` bytes at an offset; a length of 0 means that the text tells.
pub(super) fn found(text: &[u8], at: usize) -> Found {
    let rest = text.get(at..).unwrap_or_default();
    let make = |length: usize, name: String| Found {
        span: Span::new(at, at + length),
        name,
        verdict: None,
        word: None,
    };
    let quoted = |length: usize| make(length, format!("`{}`", shown(&rest[..length])));
    match rest.first() {
        None => make(0, "the end of the file".to_owned()),
        Some(byte) if is_start(*byte) => {
            let length = rest.iter().position(|b| !is_part(*b)).unwrap_or(rest.len());
            let word = Some(shown(&rest[..length]));
            Found { word, ..quoted(length) }
        }
        Some(b'$') => {
            let length = 1 + rest[1..].iter().position(|b| !is_part(*b)).unwrap_or(rest.len() - 1);
            let verdict = match rest.get(1) {
                Some(b'0'..=b'9') => Some("the name of a variable cannot begin with a digit"),
                _ if length == 1 => Some("a `$` must be followed by a name"),
                _ => None,
            };
            let verdict = verdict.map(|message| Verdict::new(message, None));
            Found { verdict, ..quoted(length) }
        }
        Some(b'0'..=b'9') => quoted(rest.iter().position(|b| !is_part(*b)).unwrap_or(rest.len())),
        Some(b'"') => make(1, "a string".to_owned()),
        Some(b'#') if !rest.starts_with(b"#/") => {
            let verdict = Verdict::new("`#` does not begin a comment; use `//`", Some("//"));
            Found { verdict: Some(verdict), ..quoted(1) }
        }
        Some(b'\'') => raw_quote(rest, make(1, "a string".to_owned())),
        Some(byte) if byte.is_ascii_graphic() => {
            let fits = |token: &&&str| rest.starts_with(token.as_bytes());
            quoted(PUNCTUATION.iter().find(fits).map_or(1, |token| token.len()))
        }
        Some(_) => foreign(rest, at),
    }
}

/// A quote that may or may not begin a raw string.
fn raw_quote(rest: &[u8], string: Found) -> Found {
    let delimiter = rest[1..].iter().position(|b| *b == b'\'' || !b.is_ascii_graphic());
    if delimiter.is_some_and(|at| rest[1 + at] == b'\'') {
        return string;
    }
    let message = "a raw string begins with `''`, or with a delimiter between two `'`";
    Found { verdict: Some(Verdict::new(message, None)), ..string }
}

/// Bytes that no token begins with.
fn foreign(rest: &[u8], at: usize) -> Found {
    let mut chunks = rest[..rest.len().min(4)].utf8_chunks();
    let first = chunks.next().and_then(|chunk| chunk.valid().chars().next());
    let Some(character) = first else {
        let name = format!("the byte 0x{:02x}", rest[0]);
        return Found { span: Span::new(at, at + 1), name, verdict: None, word: None };
    };
    let length = character.len_utf8();
    let known = LOOKALIKES.iter().find(|(text, _)| text.starts_with(character));
    let name = if character.is_control() {
        format!("the control character U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    };
    let verdict = known.map(|(_, verdict)| *verdict);
    Found { span: Span::new(at, at + length), name, verdict, word: None }
}

/// Text for a message; long words are cut.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 40;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(MOST)]).into_owned();
    if bytes.len() > MOST { text + "…" } else { text }
}
