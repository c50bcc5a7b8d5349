//! JSON text to plain data, in postfix order.
//!
//! A container stands behind its items, so that a reader keeps one stack of finished values and makes
//! each container once, in its size. The grammar, strings and numbers are `serde_json`'s.
//!
//! *Invariants.* Any bytes give steps or a fault that has a place. The steps of a text leave exactly
//! one value; a key comes before its value.
//!
//! *Not here.* What a value is, and what it costs: the reader's. Writing JSON (`hsl-std`).
//!
//! *Sources.* RFC 8259.

mod comments;
mod walk;

use encoding_rs::{Encoding, UTF_8};
use serde::de::DeserializeSeed as _;

use walk::Walk;

/// One step of a text in postfix order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'t> {
    /// `null` becomes a value.
    None,
    /// A boolean becomes a value.
    Boolean(bool),
    /// A number becomes a value; always finite.
    Number(f64),
    /// A string becomes a value.
    Text(&'t str),
    /// The key of the value that follows in an object.
    Key(&'t str),
    /// The last values, so many, become a list.
    List(usize),
    /// The last values, so many, become an object with the last keys, as many.
    Object(usize),
}

/// Says that the reader wants no more steps.
#[derive(Clone, Copy, Debug)]
pub struct Enough;

/// What a text may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Deepest nesting: each level takes some of the stack.
    pub depth: usize,
    /// Whether comments (`//` to the end of the line, `/* */`) count as white space.
    pub comments: bool,
}

/// Why a text gave no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where, in bytes.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

/// Hands the steps of a text to a reader, until it has had enough.
///
/// # Errors
/// A text that is no JSON: not UTF-8, malformed, nested too deeply, or with a number beyond all that
/// 64 bits tell. Also when the reader had enough.
pub fn read(
    text: &[u8],
    limits: Limits,
    mut step: impl FnMut(Step<'_>) -> Result<(), Enough>,
) -> Result<(), Fault> {
    // Where text is beyond ASCII, this is faster than the standard library.
    let decoded = UTF_8.decode_without_bom_handling_and_without_replacement(text);
    let text = decoded.ok_or_else(|| Fault {
        at: Encoding::utf8_valid_up_to(text),
        message: "this is not UTF-8".to_owned(),
    })?;
    let text = if limits.comments { comments::blanked(&text)? } else { text };
    let mut reader = serde_json::Deserializer::from_str(&text);
    // The walk counts for itself.
    reader.disable_recursion_limit();
    let whole = Walk { step: &mut step, left: limits.depth };
    let end = whole.deserialize(&mut reader).and_then(|()| reader.end());
    end.map_err(|error| fault(&text, &error))
}

/// The place of an error, which tells line and column, in the text.
fn fault(text: &str, error: &serde_json::Error) -> Fault {
    let lines = memchr::memchr_iter(b'\n', text.as_bytes());
    let start = match error.line() {
        0 | 1 => 0,
        line => lines.map(|at| at + 1).nth(line - 2).unwrap_or(text.len()),
    };
    let whole = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    Fault {
        at: (start + error.column().saturating_sub(1)).min(text.len()),
        message: whole.strip_suffix(&place).unwrap_or(&whole).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { depth: 4, comments: true };

    fn steps(text: &str) -> Result<String, Fault> {
        let mut steps = Vec::new();
        read(text.as_bytes(), LIMITS, |step| {
            steps.push(format!("{step:?}"));
            Ok(())
        })?;
        Ok(steps.join(" "))
    }

    #[test]
    fn containers_stand_behind_their_items() {
        assert_eq!(
            steps(r#"{"a": [1, -2.5e1, "x\n\u00e9"], "b": {"c": null}, "d": true}"#).unwrap(),
            "Key(\"a\") Number(1.0) Number(-25.0) Text(\"x\\né\") List(3) \
             Key(\"b\") Key(\"c\") None Object(1) Key(\"d\") Boolean(true) Object(3)"
        );
        assert_eq!(steps("[[], {}]").unwrap(), "List(0) Object(0) List(2)");
    }

    #[test]
    fn faults_have_places() {
        let place = |text: &str| match steps(text) {
            Err(fault) => format!("{} {}", fault.at, fault.message),
            Ok(steps) => steps,
        };
        for (text, expect) in [
            ("[1, }", "4 expected value"),
            ("{\"a\" 1}", "5 expected `:`"),
            ("[1] x", "4 trailing characters"),
            ("[1,\n /* a\n */ 2\n 3]", "17 expected `,` or `]`"),
            ("// a\n[1,]", "8 trailing comma"),
            ("/* x", "0 this comment is not closed"),
            ("[1e999]", "5 number out of range"),
            ("[[[[1]]]]", "Number(1.0) List(1) List(1) List(1) List(1)"),
            ("[[[[[1]]]]]", "4 the data is nested too deeply"),
            ("", "0 EOF while parsing a value"),
        ] {
            assert_eq!(place(text), expect, "{text:?}");
        }
        let latin = read(b"[\"\xe9\"]", LIMITS, |_| Ok(())).unwrap_err();
        assert_eq!((latin.at, &*latin.message), (2, "this is not UTF-8"));
    }

    #[test]
    fn who_had_enough_gets_no_more() {
        let mut count = 0;
        let end = read(b"[1, 2, 3, 4]", LIMITS, |_| {
            count += 1;
            if count < 3 { Ok(()) } else { Err(Enough) }
        });
        assert!(end.is_err());
        assert_eq!(count, 3);
    }
}
