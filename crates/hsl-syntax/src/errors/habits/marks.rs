//! Operators and brackets that other languages have.

use diagnostics::Span;

use super::Site;
use crate::errors::SyntaxError;

/// Operators that the parser reads as two: what it found, what stands before that, how the whole is
/// written here.
const PAIRS: &[(&str, &str, &str)] =
    &[("&", "&", "and"), ("|", "|", "or"), (">", "<", "!="), ("=", ":", "=")];

/// An operator or bracket that is written differently.
pub(super) fn mark(site: &Site<'_, '_>) -> Option<SyntaxError> {
    pair(site)
        .or_else(|| number(site))
        .or_else(|| key(site))
        .or_else(|| list(site))
        .or_else(|| operand(site))
        .or_else(|| behind(site))
}

fn pair(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let (rest, at) = (site.rest(), site.at());
    if rest.starts_with(b":=") {
        return Some(site.written(at, 2, "="));
    }
    if rest.starts_with(b">") && site.follows("?-") {
        let message = "there is no `?->`; ask with `isset` before using the member";
        return Some(SyntaxError::new(Span::new(at - 2, at + 1), message));
    }
    let fits = |(found, before, _): &&(&str, &str, &str)| {
        rest.starts_with(found.as_bytes()) && site.follows(before)
    };
    let (found, before, now) = PAIRS.iter().find(fits)?;
    Some(site.written(at - before.len(), before.len() + found.len(), now))
}

/// `.5` and `5.`
fn number(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let message = "a number has digits on both sides of its point";
    let rest = site.rest();
    if rest.starts_with(b".") && rest.get(1).is_some_and(u8::is_ascii_digit) {
        let span = Span::new(site.at(), site.at() + 1);
        return Some(SyntaxError::new(span, message).fix(Span::new(site.at(), site.at()), "0"));
    }
    let is_cut = site.token(0) == b"." && site.leaf(1).is_some_and(|leaf| leaf.kind() == "number");
    let dot = site.leaf(0).filter(|_| is_cut && site.wants("an expression"))?;
    let touches = site.leaf(1).is_some_and(|number| number.end_byte() == dot.start_byte());
    let end = Span::new(dot.end_byte(), dot.end_byte());
    touches.then(|| SyntaxError::new(site.found.span, message).fix(end, "0"))
}

/// What joins a key and its value.
fn key(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let at = site.at();
    if site.token(0) == b"->" {
        let arrow = site.leaf(0)?.start_byte();
        return site.fits("=>", arrow).then(|| {
            let span = Span::new(arrow, arrow + 2);
            SyntaxError::new(span, "a key and its value are joined by `=>`").fix(span, "=>")
        });
    }
    if site.rest().starts_with(b":") && site.wants("`=>`") {
        let span = Span::new(at, at + 1);
        let error = SyntaxError::new(span, "a key and its value are joined by `=>`");
        return Some(error.fix(span, "=>"));
    }
    if !site.rest().starts_with(b":") {
        return None;
    }
    if site.token(0) == b")" && site.wants("`{`") {
        return Some(SyntaxError::new(site.found.span, "results of functions have no types"));
    }
    let named = site.leaf(0)?.kind() == "identifier" && matches!(site.token(1), b"(" | b",");
    (named && site.wants("`)`")).then(|| {
        let message = "there are no named arguments; pass an array of options";
        SyntaxError::new(site.found.span, message)
    })
}

/// Commas and parameters.
fn list(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let span = site.found.span;
    if site.rest().starts_with(b"&") && site.wants("a variable") {
        let message = "arguments are copies; a closure can share a variable with `closure ($name)`";
        return Some(SyntaxError::new(span, message));
    }
    let surplus =
        site.rest().starts_with(b")") && site.token(0) == b"," && site.wants("a variable");
    surplus.then(|| {
        let comma = site.leaf(0).map_or(span, crate::ast::span_of);
        let message = "expected a variable, found `)`; the last parameter has no `,` behind it";
        SyntaxError::new(span, message).fix(comma, "")
    })
}

/// What stands where an operand should.
fn operand(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let span = site.found.span;
    if site.rest().starts_with(b"*/") {
        let both = Span::new(site.at(), site.at() + 2);
        return Some(SyntaxError::new(both, "no comment is open here"));
    }
    if site.rest().starts_with(b"`") {
        return Some(SyntaxError::new(span, "strings are written with `\"`, or with `''`"));
    }
    if !site.wants("an expression") {
        return None;
    }
    match site.rest().first()? {
        b'{' if site.token(0) != b")" => {
            let error = SyntaxError::new(span, "expected an expression, found `{`");
            Some(error.help("arrays are written `[\"key\" => value]`"))
        }
        b'/' if is_pattern(site.rest()) => {
            let error = SyntaxError::new(span, "expected an expression, found `/`");
            Some(
                error
                    .help("a regular expression is written `#/…/`")
                    .fix(Span::new(site.at(), site.at()), "#"),
            )
        }
        b'@' => Some(SyntaxError::new(span, "there is no `@`; errors are exceptions or none")),
        b')' if site.token(0) == b"(" && site.token(1) == b"forever" => {
            Some(SyntaxError::new(span, "`forever` has no condition"))
        }
        _ => None,
    }
}

/// What stands behind something complete.
fn behind(site: &Site<'_, '_>) -> Option<SyntaxError> {
    let span = site.found.span;
    let previous = site.leaf(0)?;
    let touches = previous.end_byte() == site.at();
    if touches && site.found.word.is_some() && matches!(previous.kind(), "/" | "regex_flags") {
        let message = format!("{} is no flag of a regular expression", site.found.name);
        return Some(SyntaxError::new(span, message).help("flags are i, m, u, s, x, U and X"));
    }
    if matches!(site.token(0), b"break" | b"continue") {
        let level = site.rest().first().is_some_and(u8::is_ascii_digit);
        let message = "`break` and `continue` take no level";
        return level.then(|| SyntaxError::new(span, message).fix(span, ""));
    }
    if matches!(site.token(0), b"include" | b"include_once") && site.rest().starts_with(b"(") {
        let message = "the path of an `include` stands without parentheses";
        return Some(SyntaxError::new(span, message));
    }
    if site.token(0) == b"import" && site.found.name == "a string" {
        let message = "expected `{`, `*` or a variable behind `import`";
        return Some(SyntaxError::new(span, message).help("`include` puts a whole file in place"));
    }
    None
}

/// Whether a line goes on like a pattern between slashes.
fn is_pattern(rest: &[u8]) -> bool {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.get(1..).is_some_and(|behind| behind.contains(&b'/'))
}
