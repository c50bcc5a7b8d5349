//! Waits while others wait for the lock.

use hsl_analysis::hir::{ExprId, Function, Stmt, StmtKind};
use hsl_decl::Effect;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A call that waits for a server stands inside `barrier`.
    ///
    /// # Why
    ///
    /// All other executions that want the lock wait as long: one slow answer stops every connection
    /// that comes by. Ask first, and hold the lock for what changes the shared value.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// barrier "rates" => $rates { $rates = json_decode(http("https://api.example/rates") ?? "{}"); }
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $new = json_decode(http("https://api.example/rates") ?? "{}");
    /// barrier "rates" => $rates { $rates = $new; }
    /// ```
    BLOCKING_IN_BARRIER = "HSL7004" "blocking-in-barrier" Warning
        "A lock is held while a server is asked.", Function(check)
}

/// Topics whose functions ask other servers.
const SERVERS: [&str; 4] = ["dns", "http", "protocols", "spf"];

fn check(pass: &mut Pass<'_>, function: &Function) {
    let mut todo: Vec<&Stmt> = function.body.iter().collect();
    while let Some(stmt) = todo.pop() {
        if let StmtKind::Barrier { body, .. } = &stmt.kind {
            body.iter().for_each(|inner| inside(pass, inner));
        }
        todo.extend(stmt.kind.nested());
    }
}

fn inside(pass: &mut Pass<'_>, stmt: &Stmt) {
    let mut todo = Vec::new();
    stmt.kind.values(&mut |value| todo.push(value));
    while let Some(id) = todo.pop() {
        if let Some(name) = asks(pass, id) {
            let message = format!("`{name}` waits for a server while others wait for this lock");
            pass.report(&BLOCKING_IN_BARRIER, pass.expr(id).at, message);
        }
        pass.expr(id).kind.operands(&mut |operand| todo.push(operand));
    }
    stmt.kind.nested().for_each(|inner| inside(pass, inner));
}

fn asks(pass: &Pass<'_>, id: ExprId) -> Option<&'static str> {
    let (declared, _) = pass.declarations(id);
    let [function] = declared[..] else { return None };
    let waits = function.effect == Effect::External && SERVERS.contains(&function.topic);
    waits.then_some(function.name)
}
