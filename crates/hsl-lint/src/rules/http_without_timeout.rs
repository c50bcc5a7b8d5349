//! Requests that may wait longer than the script lives.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_decl::Hook;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// `http` without `timeout` may wait longer than the hook lives.
    ///
    /// # Why
    ///
    /// Without `timeout` a transfer may take 60 seconds (`scripting.network.httptime`), but a hook of
    /// a connection ends with an error after 30 (`scripting.limits.time`), and the client is
    /// deferred. With a shorter `timeout` the call gives `none` in time, and the script can decide
    /// what to do without the answer. The eod hook, which has 300 seconds, and requests in the
    /// background are left alone; so are options that are not written out.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if (http("https://api.example/check") == "no") Reject();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (http("https://api.example/check", ["timeout" => 5]) == "no") Reject();
    /// ```
    HTTP_WITHOUT_TIMEOUT = "HSL4010" "http-without-timeout" Warning
        "A request may wait longer than the hook lives.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some(("http", args)) = pass.builtin_call(id) else { return };
    let unit = pass.unit();
    let short = unit.hook.is_some_and(|hook| hook.is_smtp() && hook != Hook::Eod);
    if !short || unit.library {
        return;
    }
    let unbounded = match args.get(1).map(|arg| &pass.expr(arg.value).kind) {
        None => !args.iter().any(|arg| arg.spread),
        Some(ExprKind::Array(elements)) => {
            let spread = |e: &_| matches!(e, hsl_analysis::hir::Element::Spread(_));
            let has = |name| pass.option(args[1].value, name).is_some();
            !elements.iter().any(spread) && !has("timeout") && !has("background")
        }
        Some(ExprKind::None) => true,
        Some(_) => false,
    };
    if unbounded {
        let message = "the request may take 60 seconds, and the hook ends with an error after 30";
        let finding = pass.finding(&HTTP_WITHOUT_TIMEOUT, expr.at, message);
        pass.push(finding.help("give it a `timeout` in its options"));
    }
}
