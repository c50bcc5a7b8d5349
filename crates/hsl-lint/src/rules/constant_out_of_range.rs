//! Constant positions that do not exist.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::UnaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A constant position lies outside a list or text of known length, or a slice ends before it
    /// begins.
    ///
    /// # Why
    ///
    /// The element is always `none`, the slice always empty. Positions from the end are for slices
    /// only: `$list[-1:][0]` is the last element, `$list[-1]` none.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $pair = ["name", "value"];
    /// echo $pair[2];
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $pair = ["name", "value"];
    /// echo $pair[1];
    /// ```
    CONSTANT_OUT_OF_RANGE = "HSL3015" "constant-out-of-range" Warning
        "A constant position lies outside, or a slice is reversed.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    match expr.kind {
        ExprKind::Index { object, index } => {
            let Some(length) = length(pass, object) else { return };
            let Some(at) = constant(pass, index) else { return };
            if at < 0.0 || at >= length as f64 {
                let message = format!("there is no position {at}: this has a length of {length}");
                pass.report(&CONSTANT_OUT_OF_RANGE, pass.expr(index).at, message);
            }
        }
        ExprKind::Slice { first: Some(first), last: Some(last), step: None, .. } => {
            let bounds = (constant(pass, first), constant(pass, last));
            let (Some(from), Some(to)) = bounds else { return };
            if (from >= 0.0) == (to >= 0.0) && from > to {
                let message = format!("this slice is empty: it ends at {to}, before {from}");
                pass.report(&CONSTANT_OUT_OF_RANGE, expr.at, message);
            }
        }
        _ => {}
    }
}

fn constant(pass: &Pass<'_>, id: ExprId) -> Option<f64> {
    match pass.expr(id).kind {
        ExprKind::Number(number) => Some(number),
        ExprKind::Unary { op: UnaryOp::Minus, operand } => match pass.expr(operand).kind {
            ExprKind::Number(number) => Some(-number),
            _ => None,
        },
        _ => None,
    }
}

/// The length of a list or text, when it is known where it stands.
fn length(pass: &Pass<'_>, id: ExprId) -> Option<usize> {
    let ty = pass.types().of(id)?;
    if let Some(text) = ty.only_text() {
        return Some(text.len());
    }
    let list = ty.shape().filter(|array| ty.is_array() && array.is_list && !array.is_empty())?;
    list.length()
}
