//! Patterns for domains that also match others.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A pattern for a domain matches other domains too.
    ///
    /// # Why
    ///
    /// A dot matches any byte: `example.com` also matches `example-com`, which anyone can register
    /// below another name. Without `$` the domain may go on: `example.com.evil.test`; without `^`,
    /// `@` or `\.` before it, it may be the end of another: `notexample.com`. Compare domains with
    /// `==` where one is meant, and with `domain_includes` where those below it are meant too.
    ///
    /// Ends are looked at only where the text is an address or domain of the hook.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if ($arguments["recipient"] =~ "/@example.com$/") Accept();
    /// ```
    ///
    /// ```hsl rcptto
    /// if ($arguments["address"]["domain"] =~ #/example\.com$/) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if ($arguments["recipient"] =~ "/@example\\.com$/") Accept();
    /// ```
    ///
    /// Source: CWE-185.
    LOOSE_DOMAIN_PATTERN = "HSL4005" "loose-domain-pattern" Warning
        "A pattern for a domain matches other domains too.", Expr(check)
}

/// Last labels of names that patterns are written for.
const LAST: [&[u8]; 10] = [
    b"com", b"net", b"org", b"edu", b"gov", b"info", b"io", b"test", b"example", b"invalid",
];

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, left, right } = expr.kind else {
        return;
    };
    let pattern = match &pass.expr(right).kind {
        ExprKind::Regex { pattern, .. } => &pattern[..],
        ExprKind::String(text) => between_slashes(text),
        _ => return,
    };
    let at = pass.expr(right).at;
    let (message, help) = if has_loose_dot(pattern) {
        ("the dot before the last label matches any byte", "write `\\.`")
    } else if is_address(pass, left) {
        match open_end(pattern) {
            Some(End::Last) => ("the domain may go on behind this", "end the pattern with `$`"),
            Some(End::First) => {
                ("other domains may end like this one", "write `^`, `@` or `\\.` before it")
            }
            None => return,
        }
    } else {
        return;
    };
    let finding = pass.finding(&LOOSE_DOMAIN_PATTERN, at, message);
    pass.push(finding.help(help));
}

/// The pattern in a text of the form `/…/i`.
fn between_slashes(text: &[u8]) -> &[u8] {
    let Some(inner) = text.strip_prefix(b"/") else { return text };
    inner.iter().rposition(|byte| *byte == b'/').map_or(text, |end| &inner[..end])
}

/// Whether a value is an address or domain that the hook gives.
fn is_address(pass: &Pass<'_>, id: ExprId) -> bool {
    let last: [&[u8]; 5] = [b"domain", b"recipient", b"sender", b"host", b"remoteptr"];
    pass.path(id).is_some_and(|path| path.len() > 1 && path.last().is_some_and(|key| last.contains(key)))
}

/// The end of a domain that a pattern leaves open.
enum End {
    First,
    Last,
}

/// Which end of the one domain that a pattern is made of is open.
fn open_end(pattern: &[u8]) -> Option<End> {
    // Choices, groups and classes may close an end in other ways.
    if pattern.iter().any(|byte| b"|([{*+?".contains(byte)) {
        return None;
    }
    let (body, closed) = match pattern.strip_suffix(b"$") {
        Some(body) => (body, true),
        None => (pattern, pattern.ends_with(b"\\z") || pattern.ends_with(b"\\Z")),
    };
    let last = LAST.iter().find_map(|last| body.strip_suffix(*last)?.strip_suffix(b"\\."));
    let before = last?;
    let label = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-');
    let label = label.count();
    if label < 2 {
        return None;
    }
    let start = &before[..before.len() - label];
    match (closed, start) {
        (false, _) => Some(End::Last),
        // `\b` and the like are letters behind a backslash, and are part of the label here.
        (true, b"") => Some(End::First),
        _ => None,
    }
}

/// Whether a dot that stands for any byte joins the last two labels of a name.
fn has_loose_dot(pattern: &[u8]) -> bool {
    let dots = memchr::memchr_iter(b'.', pattern);
    dots.into_iter().any(|at| {
        let label = pattern[..at].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let escaped = pattern[..at - label].ends_with(b"\\") && label <= 1;
        let rest = &pattern[at + 1..];
        let last = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        label >= 2 && !escaped && LAST.contains(&&rest[..last])
    })
}
