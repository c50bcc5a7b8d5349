//! Long waits where clients wait for the greeting.

use hsl_analysis::hir::{Expr, ExprId};
use hsl_decl::Hook;

use crate::Pass;
use crate::lint::lint;
use crate::waits;

lint! {
    /// A call of `connect` or `disconnect` may wait for longer than ten seconds.
    ///
    /// # Why
    ///
    /// `connect` runs before the greeting: every client waits for it, and while it does the connection
    /// holds its place. `disconnect` keeps the place of a client that is gone. A service that is slow
    /// fills the server; `timeout` bounds what a call may take, `background` takes it off the way.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// if (http("https://api.example/clients/$1", [], [$arguments["remoteip"]]) == "no") Reject();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl connect
    /// if (http("https://api.example/clients/$1", ["connect_timeout" => 2, "timeout" => 3], [$arguments["remoteip"]]) == "no")
    ///     Reject();
    /// ```
    BLOCKING_IN_FAST_HOOK = "HSL2006" "blocking-in-fast-hook" Warning
        "A hook that must be fast may wait long.", Expr(check)
}

/// Seconds that nobody minds.
const FINE: f64 = 10.0;

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some(wait) = waits::of(pass, id) else { return };
    let Some(seconds) = wait.seconds.filter(|seconds| *seconds > FINE) else { return };
    let Some(hook @ (Hook::Connect | Hook::Disconnect)) = pass.unit().hook else { return };
    let name = wait.function.name;
    let message = format!("`{name}` may wait {seconds} seconds, and `{hook}` must be fast");
    let finding = pass.finding(&BLOCKING_IN_FAST_HOOK, expr.at, message);
    pass.push(finding.help("set `timeout` to a few seconds"));
}
