//! Patterns written as texts.

use diagnostics::{Edit, Fix};
use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A pattern of `=~` or `!~` is a text of the form `"/…/"`.
    ///
    /// # Why
    ///
    /// `#/…/` is compiled once, a mistake in it is found before the script runs, and a backslash is
    /// one backslash. Within a text `\d` and `$` are first read as the text means them.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if ("free offer" =~ "/^free/i") echo "yes";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if ("free offer" =~ #/^free/i) echo "yes";
    /// ```
    PREFER_REGEX_LITERAL = "HSL8003" "prefer-regex-literal" Hint
        "A pattern is written as a text.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, right, .. } = expr.kind else {
        return;
    };
    let Some(pattern) = pass.string(right) else { return };
    let is_pattern = pattern.strip_prefix(b"/").and_then(|rest| {
        let end = rest.iter().rposition(|byte| *byte == b'/')?;
        rest[end + 1..].iter().all(|byte| b"imusxUX".contains(byte)).then_some(&rest[..end])
    });
    let Some(body) = is_pattern else { return };
    let at = pass.expr(right).at;
    let finding = pass.finding(&PREFER_REGEX_LITERAL, at, "this pattern can be a literal");
    let mut finding = finding.help("write `#/…/`");
    finding.fix = literal(pattern, body).map(|text| Fix {
        title: "Write a literal pattern".to_owned(),
        edits: vec![Edit { span: at.span, text }],
        safe: true,
    });
    pass.push(finding);
}

/// The literal, when nothing in the pattern needs another spelling there.
fn literal(pattern: &[u8], body: &[u8]) -> Option<String> {
    let plain = |byte: &u8| (byte.is_ascii_graphic() || *byte == b' ') && *byte != b'/';
    if body.is_empty() || !body.iter().all(plain) {
        return None;
    }
    Some(format!("#{}", std::str::from_utf8(pattern).ok()?))
}
