//! Longer ways to say what an operator says.

use diagnostics::{Edit, Fix};
use hsl_analysis::hir::{Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// `isset(x) ? x : y` is written out.
    ///
    /// # Why
    ///
    /// `x ?? y` names the value once and looks it up once. Only for a value that is there and is
    /// `none` it differs: that is `none` here, and `y` with `??`.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $options = ["timeout" => 5];
    /// echo isset($options["retries"]) ? $options["retries"] : 3;
    /// ```
    ///
    /// ```hsl
    /// $options = ["timeout" => 5];
    /// echo isset($options["retries"]) ? $options["retries"] : none;
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $options = ["timeout" => 5];
    /// echo $options["retries"] ?? 3;
    /// ```
    SIMPLIFY = "HSL8004" "simplify" Hint
        "An operator says the same in fewer words.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Ternary { condition, consequence: Some(given), alternative } = expr.kind else {
        return;
    };
    let ExprKind::Isset(place) = pass.expr(condition).kind else { return };
    let (place, value, other) = (pass.expr(place), pass.expr(given), pass.expr(alternative));
    // A value that is never `none` when it is there cannot tell the two apart.
    let is_there = pass.types().of(given).is_some_and(|ty| !ty.is_unknown() && !ty.may_be_none());
    if pass.text(place.at) != pass.text(value.at) {
        return;
    }
    let mut finding = pass.finding(&SIMPLIFY, expr.at, "`??` says this in fewer words");
    let texts = [place.at, other.at].map(|at| std::str::from_utf8(pass.text(at)).ok());
    let is_simple = matches!(
        other.kind,
        ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_) | ExprKind::None
            | ExprKind::Variable(_) | ExprKind::Index { .. } | ExprKind::Array(_)
    );
    if let ([Some(place), Some(other)], true) = (texts, is_simple) {
        let is_same = is_there || matches!(pass.expr(alternative).kind, ExprKind::None);
        let edits = vec![Edit { span: expr.at.span, text: format!("{place} ?? {other}") }];
        finding.fix = Some(Fix { title: "Use `??`".to_owned(), edits, safe: is_same });
    }
    pass.push(finding);
}
