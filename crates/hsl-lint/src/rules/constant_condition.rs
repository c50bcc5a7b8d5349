//! Conditions that types decide alone.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_decl::Follows;
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A condition is always true, or always false, whatever the values are.
    ///
    /// # Why
    ///
    /// One of the branches never runs: a test is missing its point. Variables that hold `true` or
    /// `false` are switches that people leave in, and are not reported; nor are methods that give their
    /// own object, which older scripts ask whether they went well.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $names = [];
    /// if (is_array($names)) echo "always";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $names = memory_fetch("names");
    /// if (is_array($names)) echo "there are some";
    /// ```
    CONSTANT_CONDITION = "HSL3006" "constant-condition" Warning
        "A condition is always true or always false.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    if !pass.around.tested(&pass.program.exprs, id) {
        return;
    }
    let Some(why) = reason(pass, id, expr) else { return };
    let Some(truth) = pass.types().of(id).and_then(|ty| ty.truth()) else { return };
    let message = format!("this condition is always {truth}: {why}");
    pass.report(&CONSTANT_CONDITION, expr.at, message);
}

/// Why types decide a condition, if they can.
fn reason(pass: &Pass<'_>, id: ExprId, expr: &Expr) -> Option<String> {
    let shown = |id: ExprId| Some(pass.types().of(id)?.display_short(pass.program).to_string());
    match &expr.kind {
        ExprKind::Call { callee: Callee::Builtin(decl), args } => {
            matches!(decl.follows, Follows::Tests(_)).then_some(())?;
            Some(format!("what is tested is {}", shown(args.first()?.value)?))
        }
        ExprKind::Binary {
            op: BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Identical | BinaryOp::NotIdentical,
            left,
            right,
        } => Some(format!("{} is compared with {}", shown(*left)?, shown(*right)?)),
        ExprKind::Unary { .. } | ExprKind::Call { callee: Callee::Method { .. }, .. } => None,
        _ => {
            let is_thing = pass.types().of(id)?.is_thing();
            is_thing.then(|| shown(id).map(|ty| format!("{ty} is always true")))?
        }
    }
}
