//! Numbers compared with text.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A number is compared with a string by `==` or `!=`.
    ///
    /// # Why
    ///
    /// The string is converted, and text that is no number counts as 0: `0 == "x"` is true.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $code = 250;
    /// if ($code == "250") echo "accepted";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $code = 250;
    /// if ($code === 250) echo "accepted";
    /// ```
    LOOSE_COMPARISON = "HSL3004" "loose-comparison" Warning
        "A number is compared with a string.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::NotEqual, left, right } = expr.kind
    else {
        return;
    };
    let types = pass.types();
    let (Some(a), Some(b)) = (types.of(left), types.of(right)) else { return };
    if (a.is_number() && b.is_string()) || (a.is_string() && b.is_number()) {
        let message = "a number is compared with a string: text that is no number counts as 0";
        let finding = pass.finding(&LOOSE_COMPARISON, expr.at, message);
        pass.push(finding.help("compare values of one type, with `===`"));
    }
}
