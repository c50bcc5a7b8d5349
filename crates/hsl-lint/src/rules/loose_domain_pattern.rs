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
    /// below another name. Without `$` the domain may go on: `example.com.evil.test`. Compare domains
    /// with `==` where one is meant.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if ($arguments["recipient"] =~ "/@example.com$/") Accept();
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
    let ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, right, .. } = expr.kind else {
        return;
    };
    let pattern = match &pass.expr(right).kind {
        ExprKind::Regex { pattern, .. } | ExprKind::String(pattern) => &pattern[..],
        _ => return,
    };
    if has_loose_dot(pattern) {
        let at = pass.expr(right).at;
        let finding = pass.finding(&LOOSE_DOMAIN_PATTERN, at, "the dot before the last label \
            matches any byte");
        pass.push(finding.help("write `\\.`"));
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
