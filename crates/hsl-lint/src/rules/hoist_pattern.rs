//! Patterns that are put together anew and always come out the same.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind, Part};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A regular expression is put together from texts that never change.
    ///
    /// # Why
    ///
    /// The result is the same each time, and yet it is put together and compiled when the script gets
    /// there, and a mistake in it shows only then. A literal `#/…/` is compiled once, before the
    /// script runs.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $words = "free|offer";
    /// if ("an offer" =~ "/^(" . $words . ")/i") echo "yes";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// if ("an offer" =~ #/^(free|offer)/i) echo "yes";
    /// ```
    HOIST_PATTERN = "HSL8006" "hoist-pattern" Hint
        "A regular expression that never changes is put together anew.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let pattern = match &expr.kind {
        ExprKind::Binary { op: BinaryOp::Match | BinaryOp::NotMatch, right, .. } => *right,
        ExprKind::Call { callee: Callee::Builtin(function), args }
            if function.name.starts_with("pcre_") && function.name != "pcre_quote" =>
        {
            let Some(first) = args.first().filter(|arg| !arg.spread) else { return };
            first.value
        }
        _ => return,
    };
    let mut variables = 0;
    if is_fixed(pass, pattern, &mut variables) && variables > 0 {
        let at = pass.expr(pattern).at;
        let finding = pass.finding(&HOIST_PATTERN, at, "this pattern is always the same");
        pass.push(finding.help("write it as a literal `#/…/`"));
    }
}

/// Whether a text is put together from fixed texts; counts the variables in it.
fn is_fixed(pass: &Pass<'_>, id: ExprId, variables: &mut usize) -> bool {
    match &pass.expr(id).kind {
        ExprKind::Interpolated(parts) => parts.iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Value(value) => is_text(pass, *value, variables),
        }),
        ExprKind::Binary { op: BinaryOp::Concat, .. } => {
            let mut rest = id;
            while let ExprKind::Binary { op: BinaryOp::Concat, left, right } = pass.expr(rest).kind {
                if !is_text(pass, right, variables) {
                    return false;
                }
                rest = left;
            }
            is_text(pass, rest, variables)
        }
        _ => false,
    }
}

fn is_text(pass: &Pass<'_>, id: ExprId, variables: &mut usize) -> bool {
    *variables += usize::from(matches!(pass.expr(id).kind, ExprKind::Variable(_)));
    pass.string(pass.source(id)).is_some()
}
