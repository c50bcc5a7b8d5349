//! Enhanced status codes that contradict the reply.

use diagnostics::{Edit, Fix};
use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// The class of an enhanced status code differs from the first digit of the reply.
    ///
    /// # Why
    ///
    /// Both say whether the client shall try again, and RFC 2034 section 4 wants the same class in
    /// both: 2 for success, 4 for later, 5 for never. The verdict raises an exception, which ends
    /// the script with the hook's verdict for errors.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// Reject("No such user", ["reply_codes" => ["code" => 550, "enhanced" => [4, 1, 1]]]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// Reject("No such user", ["reply_codes" => ["code" => 550, "enhanced" => [5, 1, 1]]]);
    /// ```
    ///
    /// Source: RFC 2034 section 4, RFC 3463 section 2.
    ENHANCED_STATUS_MISMATCH = "HSL5002" "enhanced-status-mismatch" Warning
        "An enhanced status code contradicts the reply.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let Some((verdict, args)) = pass.verdict(id) else { return };
    let Some(codes) = args.iter().find_map(|arg| pass.option(arg.value, "reply_codes")) else {
        return;
    };
    let code = pass.option(codes, "code");
    let class = match code {
        Some(code) => pass.number(code).map(|code| (code / 100.0).floor()),
        None => class_of(verdict.name),
    };
    let Some(enhanced) = pass.option(codes, "enhanced") else { return };
    let ExprKind::Array(elements) = &pass.expr(enhanced).kind else { return };
    let Some(Element::Item(first)) = elements.first().copied() else { return };
    let (Some(class), Some(given)) = (class, pass.number(first)) else { return };
    // A reply in the middle of a dialogue (3xx) has no class among enhanced codes.
    if class == given || class == 3.0 {
        return;
    }
    let message = format!("the reply says {class}, the enhanced code says {given}");
    let at = pass.expr(first).at;
    let mut finding = pass.finding(&ENHANCED_STATUS_MISMATCH, at, message);
    if let Some(code) = code {
        finding = finding.label(pass.expr(code).at.span, "the reply");
    }
    let edits = vec![Edit { span: at.span, text: format!("{class}") }];
    finding.fix = Some(Fix { title: format!("Change the class to {class}"), edits, safe: true });
    pass.push(finding);
}

/// The class that a verdict has by itself.
fn class_of(verdict: &str) -> Option<f64> {
    match verdict {
        "Accept" => Some(2.0),
        "Defer" => Some(4.0),
        "Reject" => Some(5.0),
        _ => None,
    }
}
