//! Comparisons that tell how far a guess was right.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// An authentication code is compared with a value from outside.
    ///
    /// # Why
    ///
    /// `==` stops at the first byte that differs. Whoever may ask often measures how long the answer
    /// takes and finds the code byte by byte. Compare codes of both sides under the same key instead:
    /// what then differs first says nothing about the code itself.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $key = random_bytes(32);
    /// $given = "0a1b";
    /// if ($given == hmac_sha2($key, "text", 256)) echo "genuine";
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $key = random_bytes(32);
    /// $given = "0a1b";
    /// $code = hmac_sha2($key, "text", 256);
    /// if (hmac_sha2($key, $given, 256) == hmac_sha2($key, $code, 256)) echo "genuine";
    /// ```
    ///
    /// Source: CWE-208.
    TIMING_COMPARISON = "HSL4013" "timing-comparison" Warning
        "An authentication code is compared byte by byte.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Binary { op, left, right } = expr.kind else { return };
    let compares = matches!(
        op,
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Identical | BinaryOp::NotIdentical
    );
    let codes = [left, right].into_iter().filter(|side| is_code(pass, *side)).count();
    let absent = [left, right].iter().any(|side| matches!(pass.expr(*side).kind, ExprKind::None));
    if compares && codes == 1 && !absent {
        let message = "the comparison takes longer the more of the code is right";
        let finding = pass.finding(&TIMING_COMPARISON, expr.at, message);
        pass.push(finding.help("compare the codes of both sides, made with the same key"));
    }
}

fn is_code(pass: &Pass<'_>, id: ExprId) -> bool {
    pass.builtin_call(id).is_some_and(|(name, _)| name.starts_with("hmac_"))
}
