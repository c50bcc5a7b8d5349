//! Positions taken for truth values.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_decl::Follows;
use hsl_syntax::UnaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// The position that `str_find` or `str_rfind` gives is used as a condition.
    ///
    /// # Why
    ///
    /// A text found at the beginning is at 0, which is false; a text that is not found is at -1,
    /// which is true. The condition says the opposite of what it seems to in both cases.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// if (str_find("free offer", "free")) echo "found";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if (str_find("free offer", "free") != -1) echo "found";
    /// ```
    FIND_AS_BOOLEAN = "HSL3010" "find-as-boolean" Warning
        "A position of a text is used as a condition.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let ExprKind::Call { callee: Callee::Builtin(decl), .. } = &expr.kind else { return };
    let name = decl.name;
    if decl.follows != Follows::Position {
        return;
    }
    if !pass.around.tested(&pass.program.exprs, id) {
        return;
    }
    let message = format!("`{name}` gives 0 for a text at the beginning, and -1 when there is none");
    let mut finding = pass.finding(&FIND_AS_BOOLEAN, expr.at, message);
    finding = finding.help("compare with -1");
    finding.fix = Some(compare(pass, id, expr));
    pass.push(finding);
}

/// `!f()` becomes `f() == -1`, `f()` becomes `f() != -1`.
fn compare(pass: &Pass<'_>, id: ExprId, expr: &Expr) -> Fix {
    let parent = pass.around.parent(id).map(|parent| pass.expr(parent));
    let negation = parent.filter(|around| {
        matches!(around.kind, ExprKind::Unary { op: UnaryOp::Not, .. })
            && pass.text(around.at).starts_with(b"!")
            && around.at.span.start + 1 == expr.at.span.start
    });
    let end = Span { start: expr.at.span.end, end: expr.at.span.end };
    let edits = match negation {
        Some(around) => vec![
            Edit {
                span: Span { start: around.at.span.start, end: expr.at.span.start },
                text: String::new(),
            },
            Edit { span: end, text: " == -1".to_owned() },
        ],
        None => vec![Edit { span: end, text: " != -1".to_owned() }],
    };
    Fix { title: "Compare with -1".to_owned(), edits, safe: true }
}
