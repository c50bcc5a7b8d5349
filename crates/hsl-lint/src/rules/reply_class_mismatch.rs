//! Reply codes that contradict their verdict.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// The reply code that a verdict is given does not belong to it.
    ///
    /// # Why
    ///
    /// The first digit of a reply tells the client what to do (RFC 5321 section 4.2.1): 4 to try
    /// again, 5 to give up. `Defer` with a 5 or `Reject` with a 4 contradicts itself, and ends the
    /// script with an error at run time.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// Defer("Try later", ["reply_codes" => ["code" => 550]]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// Defer("Try later", ["reply_codes" => ["code" => 451]]);
    /// ```
    ///
    /// Source: RFC 5321 section 4.2.1.
    REPLY_CLASS_MISMATCH = "HSL5001" "reply-class-mismatch" Error
        "A reply code contradicts its verdict.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let Some((name, args)) = pass.builtin_call(id) else { return };
    let (class, kind) = match name {
        "Accept" => (2, "accepts"),
        "Defer" => (4, "defers"),
        "Reject" => (5, "rejects"),
        _ => return,
    };
    let codes = args.iter().filter(|arg| !arg.spread);
    let codes = codes.filter_map(|arg| pass.option(arg.value, "reply_codes"));
    let codes: Vec<_> = codes.filter_map(|codes| pass.option(codes, "code")).collect();
    for code in codes {
        let expr = pass.expr(code);
        let ExprKind::Number(number) = expr.kind else { continue };
        if (number / 100.0).floor() != f64::from(class) {
            let message = format!("`{name}` {kind}, and {number} does not");
            let finding = pass.finding(&REPLY_CLASS_MISMATCH, expr.at, message);
            pass.push(finding.help(format!("a code between {class}00 and {class}99 is wanted")));
        }
    }
}
