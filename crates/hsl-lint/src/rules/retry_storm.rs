//! Attempts that follow each other too fast.

use hsl_analysis::hir::{Expr, ExprId};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A message goes back into the queue for less than a minute.
    ///
    /// # Why
    ///
    /// The server that refused it for now is asked again at once, and again, for every message: the
    /// queue turns in place, and receivers block senders that do this. RFC 5321 section 4.5.4.1 asks
    /// for half an hour between attempts, except for the first few. A message that moves to another
    /// transport may go at once.
    ///
    /// # Bad
    ///
    /// ```hsl postdelivery
    /// Queue(["delay" => 0]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl postdelivery
    /// Queue(["delay" => 1800]);
    /// ```
    ///
    /// Source: RFC 5321 section 4.5.4.1.
    RETRY_STORM = "HSL5015" "retry-storm" Warning
        "A delivery is tried again at once.", Expr(check)
}

/// Seconds that are long enough.
const ENOUGH: f64 = 60.0;

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let Some((verdict, args)) = pass.verdict(id) else { return };
    let Some(options) = pass.options(verdict, args).filter(|_| verdict.name == "Queue") else {
        return;
    };
    // Another transport has not refused it.
    if pass.option(options, "transportid").is_some() {
        return;
    }
    let Some(delay) = pass.option(options, "delay") else { return };
    if pass.number(delay).is_some_and(|seconds| seconds < ENOUGH) {
        let message = "the next attempt follows almost at once";
        let finding = pass.finding(&RETRY_STORM, pass.expr(delay).at, message);
        pass.push(finding.help("leave it out to use the delays of the transport"));
    }
}
