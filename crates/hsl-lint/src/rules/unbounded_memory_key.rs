//! Shared memory that clients fill.

use hsl_analysis::hir::{Callee, Expr, ExprKind};

use crate::Pass;
use crate::lint::lint;
use crate::taint::{self, Sink};

lint! {
    /// Text from outside is the key of a value in shared memory.
    ///
    /// # Why
    ///
    /// The store has no time limit: each address that a client tries stays in memory until the server
    /// stops. A cache has a size and forgets. Programs that call `memory_delete` are not reported.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// memory_store("seen:" . $arguments["recipient"], true);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// memory_store("last", $arguments["recipient"]);
    /// ```
    ///
    /// Source: CWE-770.
    UNBOUNDED_MEMORY_KEY = "HSL4016" "unbounded-memory-key" Warning
        "Clients decide how many keys shared memory gets.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let deletes = |expr: &Expr| {
        matches!(&expr.kind, ExprKind::Call { callee: Callee::Builtin(function), .. }
            if function.name == "memory_delete")
    };
    if pass.program.exprs.iter().any(deletes) {
        return;
    }
    let message = "each new text from outside adds a key that nothing removes";
    taint::report(pass, &UNBOUNDED_MEMORY_KEY, Sink::Key, message, "use a `cache` with `size` and `ttl`, or delete keys with `memory_delete`");
}
