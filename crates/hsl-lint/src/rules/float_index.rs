//! Fractions as keys, and fractions compared for equality.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A fraction is used as a key, or compared for equality.
    ///
    /// # Why
    ///
    /// A key is cut to an integer without a word. Numbers with a fraction are seldom equal: `0.1 + 0.2`
    /// is not `0.3`.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $list = [1, 2, 3];
    /// echo $list[length($list) / 2];
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $list = [1, 2, 3];
    /// echo $list[floor(length($list) / 2)];
    /// ```
    FLOAT_INDEX = "HSL3012" "float-index" Warning
        "A fraction is used as a key or compared for equality.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    match expr.kind {
        ExprKind::Index { index, .. } => {
            let kind = &pass.expr(index).kind;
            let is_quotient = matches!(kind, ExprKind::Binary { op: BinaryOp::Divide, .. });
            if is_quotient || is_fraction(pass, index) {
                let message = "this key may be a fraction, and is cut to an integer";
                let finding = pass.finding(&FLOAT_INDEX, pass.expr(index).at, message);
                pass.push(finding.help("round it, as with `floor`"));
            }
        }
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::Identical, left, right } => {
            let is_exact = (is_fraction(pass, left) && is_computed(pass, right))
                || (is_fraction(pass, right) && is_computed(pass, left));
            if is_exact {
                let message = "numbers with a fraction are seldom equal";
                let finding = pass.finding(&FLOAT_INDEX, expr.at, message);
                pass.push(finding.help("compare their distance"));
            }
        }
        _ => {}
    }
}

fn is_fraction(pass: &Pass<'_>, id: ExprId) -> bool {
    matches!(pass.expr(id).kind, ExprKind::Number(number) if number.fract() != 0.0)
}

fn is_computed(pass: &Pass<'_>, id: ExprId) -> bool {
    matches!(pass.expr(id).kind, ExprKind::Binary { .. } | ExprKind::Variable(_))
}
