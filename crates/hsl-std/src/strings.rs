//! Byte strings: searching, cutting and changing case.
//!
//! *Invariants.* A character is a byte; nothing here knows an encoding.

mod cut;
mod find;

use hsl_macros::library;
use hsl_vm::{Array, Cx, Str, Thrown, Value};
use memchr::memmem;

use cut::kept;
pub(crate) use cut::{slice, split};
use find::{find, occurrences, position};

/// Builtins of this topic.
#[library(topic = "strings")]
pub(crate) mod functions {
    use super::*;

    /// Returns the one-byte string of a byte value.
    ///
    /// The value is taken modulo 256; fractions are cut off.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo chr(65); // A
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn chr(number: f64) -> Str {
        let byte = number.trunc().rem_euclid(256.0);
        Str::from(&[byte as u8][..])
    }

    /// Returns the byte value of the first byte of a string.
    ///
    /// The empty string gives `none`.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo ord("A"); // 65
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn ord(character: &Str) -> Option<f64> {
        character.first().map(|byte| f64::from(*byte))
    }

    /// Repeats a string.
    ///
    /// Fractions of `multiplier` are cut off; 0 or less gives an empty string.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the result would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_repeat("ab", 3); // ababab
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn str_repeat(cx: &mut Cx<'_>, string: &Str, multiplier: f64) -> Result<Str, Thrown> {
        // A float cast saturates, and so does the product.
        let times = multiplier as usize;
        cx.reserve(string.len().saturating_mul(times))?;
        Ok(Str::from(string.repeat(times)))
    }

    /// Replaces every occurrence of a string, left to right without overlaps.
    ///
    /// An empty search string leaves the subject unchanged.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Ends the script when the result would exceed the memory limit.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_replace("\r\n", "|", "a\r\nb\r\n"); // a|b|
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn str_replace(
        cx: &mut Cx<'_>,
        search: &Str,
        replace: &Str,
        subject: &Str,
    ) -> Result<Str, Thrown> {
        cx.charge(subject.len());
        let found = occurrences(subject, search, cut::places(cx));
        cx.reserve(found.len().saturating_mul(size_of::<usize>()))?;
        if found.is_empty() {
            return Ok(subject.clone());
        }
        let grown = replace.len().saturating_mul(found.len());
        cx.reserve((subject.len() - search.len() * found.len()).saturating_add(grown))?;
        let mut out = Vec::with_capacity(subject.len());
        let mut from = 0;
        for at in found {
            out.extend_from_slice(&subject[from..at]);
            out.extend_from_slice(replace);
            from = at + search.len();
        }
        out.extend_from_slice(&subject[from..]);
        Ok(Str::from(out))
    }

    /// Splits a string at each delimiter.
    ///
    /// A positive limit caps the number of parts from the left, so that the last part keeps its
    /// delimiters; a negative one from the right, so that the first does. An empty delimiter gives
    /// single bytes.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_split("a.b.c", "."); // [0=>"a",1=>"b",2=>"c"]
    /// echo str_split("a.b.c", ".", 2); // [0=>"a",1=>"b.c"]
    /// echo str_split("a.b.c", ".", -2); // [0=>"a.b",1=>"c"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "string")]
    fn str_split(
        cx: &mut Cx<'_>,
        string: &Str,
        delimiter: &Str,
        #[default(0)] limit: f64,
    ) -> Result<Array, Thrown> {
        split(cx, string, delimiter, limit)
    }

    /// Returns the position of the first occurrence of a string at or after an offset.
    ///
    /// Positions count bytes from 0; a negative offset counts from the end. Gives -1 when absent.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_find("hello", "l"); // 2
    /// echo str_find("hello", "l", 3); // 3
    /// echo str_find("hello", "z"); // -1
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Position)]
    fn str_find(cx: &mut Cx<'_>, string: &Str, substring: &Str, #[default(0)] offset: f64) -> f64 {
        first(cx, string, substring, offset)
    }

    /// Returns the position of the last occurrence of a string.
    ///
    /// The search goes backwards from `offset` bytes before the end. Gives -1 when absent.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_rfind("hello", "l"); // 3
    /// echo str_rfind("hello", "l", 2); // 2
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, follows = Position)]
    fn str_rfind(cx: &mut Cx<'_>, string: &Str, substring: &Str, #[default(0)] offset: f64) -> f64 {
        last(cx, string, substring, offset)
    }

    /// Turns the ASCII letters of a string into lower case.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_lower("MX.Example.COM"); // mx.example.com
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn str_lower(cx: &mut Cx<'_>, string: &mut Str) -> Str {
        cx.charge(string.len());
        string.make_ascii_lowercase();
        std::mem::take(string)
    }

    /// Turns the ASCII letters of a string into upper case.
    ///
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_upper("ehlo"); // EHLO
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure)]
    fn str_upper(cx: &mut Cx<'_>, string: &mut Str) -> Str {
        cx.charge(string.len());
        string.make_ascii_uppercase();
        std::mem::take(string)
    }

    /// Returns a part of a string, from an offset and optionally of limited length.
    ///
    /// A negative offset counts from the end. Outside the string the result is empty.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_slice("hello", 1, 3); // ell
    /// echo str_slice("hello", -2); // lo
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn str_slice(string: &Str, offset: f64, length: Option<f64>) -> Str {
        slice(string, offset, length)
    }

    /// Removes leading and trailing characters of a set.
    ///
    /// The set is space, TAB, CR and LF unless given.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo "[" . str_strip(" \t a b\r\n") . "]"; // [a b]
    /// echo str_strip("--a--", "-"); // a
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn str_strip(string: &mut Str, characters: Option<&Str>) -> Str {
        stripped(string, characters)
    }

    /// Removes leading characters of a set.
    ///
    /// The set is space, TAB, CR and LF unless given.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_lstrip("  a ") . "|"; // a |
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn str_lstrip(string: &mut Str, characters: Option<&Str>) -> Str {
        let kept = kept(string, characters.map(|set| &set[..])).start..string.len();
        string.keep(kept);
        std::mem::take(string)
    }

    /// Removes trailing characters of a set.
    ///
    /// The set is space, TAB, CR and LF unless given.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Never.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_rstrip("line\r\n") . "|"; // line|
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    fn str_rstrip(string: &mut Str, characters: Option<&Str>) -> Str {
        let kept = 0..kept(string, characters.map(|set| &set[..])).end;
        string.keep(kept);
        std::mem::take(string)
    }

    /// Cuts a string into pieces of a given length, the first piece optionally of another.
    ///
    /// Lengths are in bytes; the last piece holds what remains.
    /// Pure.
    ///
    /// # Errors
    ///
    /// Raises an exception for a length below 1.
    ///
    /// # Example
    ///
    /// ```hsl
    /// echo str_chunk("abcdefg", 3); // [0=>"abc",1=>"def",2=>"g"]
    /// echo str_chunk("abcdefg", 3, 1); // [0=>"a",1=>"bcd",2=>"efg"]
    /// ```
    ///
    /// Since: 0.1. Compat: same.
    #[builtin(effect = pure, elements = "string")]
    fn str_chunk(
        cx: &mut Cx<'_>,
        string: &Str,
        length: f64,
        firstlength: Option<f64>,
    ) -> Result<Array, Thrown> {
        let first = firstlength.unwrap_or(length);
        if length < 1.0 || first < 1.0 || length.is_nan() || first.is_nan() {
            return Err(Thrown::error("str_chunk: lengths must be 1 or more"));
        }
        cx.charge(string.len());
        cx.reserve((string.len() as f64 / length) as usize * size_of::<Value>())?;
        let (head, tail) = string.split_at((first as usize).min(string.len()));
        let pieces = std::iter::once(head).filter(|head| !head.is_empty());
        Ok(pieces.chain(tail.chunks(length as usize)).map(Value::string).collect())
    }
}

/// Where a text begins in another, at or behind an offset; -1 where it does not.
pub(crate) fn first(cx: &mut Cx<'_>, string: &Str, substring: &Str, offset: f64) -> f64 {
    cx.charge(string.len());
    let from = position(string, offset);
    match string.get(from..).and_then(|rest| find(rest, substring)) {
        Some(at) => (from + at) as f64,
        None => -1.0,
    }
}

/// Where a text begins last in another, without as many bytes at its end; -1 where it does not.
pub(crate) fn last(cx: &mut Cx<'_>, string: &Str, substring: &Str, offset: f64) -> f64 {
    cx.charge(string.len());
    let end = string.len().saturating_sub(offset.max(0.0) as usize);
    match memmem::rfind(&string[..end], substring) {
        Some(at) => at as f64,
        None => -1.0,
    }
}

/// A text without white space, or these characters, at both ends.
pub(crate) fn stripped(string: &mut Str, characters: Option<&Str>) -> Str {
    let kept = kept(string, characters.map(|set| &set[..]));
    string.keep(kept);
    std::mem::take(string)
}
