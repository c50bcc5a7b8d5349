//! Regular expressions that a peer writes.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{Expr, ExprId, ExprKind, Loc};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside becomes part of a regular expression.
    ///
    /// # Why
    ///
    /// The client can write a pattern that matches everything, or one that takes so long that the
    /// script ends with an error (`scripting.limits.regex`). `pcre_quote` makes any text match itself.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if (pcre_match("/^" . $arguments["recipient"] . "$/", "x")) Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (pcre_match("/^" . pcre_quote($arguments["recipient"]) . "$/", "x")) Accept();
    /// ```
    ///
    /// Source: CWE-625, CWE-1333.
    DYNAMIC_PATTERN = "HSL4004" "dynamic-pattern" Warning
        "A regular expression is built from text from outside.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let message = "text from outside becomes part of a regular expression";
    let told = (message, "quote it with `pcre_quote`");
    taint::report_with(pass, &DYNAMIC_PATTERN, Sink::Pattern, told, quoted);
}

/// Quotes the text where it is put into the pattern.
fn quoted(pass: &Pass<'_>, (read, pattern): (Loc, Loc)) -> Option<Fix> {
    let inside = pattern.span.start <= read.span.start && read.span.end <= pattern.span.end;
    let is_operand = |(number, expr): (usize, &Expr)| {
        let around = pass.around.parent(ExprId(number as u32));
        let around = around.map(|around| &pass.expr(around).kind);
        let takes_whole = matches!(
            around,
            Some(ExprKind::Binary { op: BinaryOp::Concat, .. } | ExprKind::Call { .. })
        );
        expr.at == read && takes_whole
    };
    let mut exprs = pass.program.exprs.iter().enumerate();
    if read.file != pattern.file || !inside || !exprs.any(is_operand) {
        return None;
    }
    let at = |offset| Span { start: offset, end: offset };
    let edits = vec![
        Edit { span: at(read.span.start), text: "pcre_quote(".to_owned() },
        Edit { span: at(read.span.end), text: ")".to_owned() },
    ];
    Some(Fix { title: "Quote it with `pcre_quote`".to_owned(), edits, safe: true })
}
