//! Recipients that are accepted whoever asks.

use hsl_analysis::hir::{Callee, ExprId, ExprKind, Stmt, StmtKind};
use hsl_decl::Hook;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A script of `rcptto` accepts every recipient, whoever the client is.
    ///
    /// # Why
    ///
    /// A server that takes mail from anyone for anyone is an open relay: it is found within hours,
    /// used for spam, and listed. The decision has to look at the recipient's domain, or at who
    /// logged in, or at the client's network.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// Accept(["transportid" => "out"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (isset($connection["auth"])) Accept(["transportid" => "out"]);
    /// if (domain_includes($arguments["address"]["domain"], "shop.example")) Accept(["transportid" => "in"]);
    /// Reject("Relaying denied");
    /// ```
    OPEN_RELAY_SHAPE = "HSL5014" "open-relay-shape" Warning
        "Every recipient is accepted from every client.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    if pass.unit().hook != Some(Hook::RcptTo) || pass.broken {
        return;
    }
    let Some(entry) = pass.program.entry() else { return };
    let body = &pass.program.function(entry.top).body;
    let Some((accept, options)) = accepted(pass, body) else { return };
    let names_transport = options.is_some_and(|o| pass.option(o, "transportid").is_some());
    let before = body.iter().take_while(|stmt| stmt.at.span.end <= pass.expr(accept).at.span.start);
    if names_transport && before.into_iter().all(|stmt| is_plain(pass, stmt)) {
        let message = "every recipient of every domain is accepted here, from every client";
        let finding = pass.finding(&OPEN_RELAY_SHAPE, pass.expr(accept).at, message);
        pass.push(finding.help("test the recipient's domain, the login or the client's network"));
    }
}

/// The `Accept` that is the first verdict of a script itself, and its options.
fn accepted(pass: &Pass<'_>, body: &[Stmt]) -> Option<(ExprId, Option<ExprId>)> {
    let (id, _) = pass.verdict_in(body).filter(|(_, function)| function.name == "Accept")?;
    let (function, args) = pass.verdict(id)?;
    Some((id, pass.options(function, args)))
}

/// Whether a statement can neither choose nor end the script.
fn is_plain(pass: &Pass<'_>, stmt: &Stmt) -> bool {
    match &stmt.kind {
        StmtKind::Expr(value) | StmtKind::Echo(value) => is_plain_value(pass, *value),
        StmtKind::Import(_) | StmtKind::Data { .. } => true,
        _ => false,
    }
}

fn is_plain_value(pass: &Pass<'_>, id: ExprId) -> bool {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        let kind = &pass.expr(id).kind;
        let chooses = match kind {
            ExprKind::Ternary { .. } | ExprKind::Match { .. } | ExprKind::Cache { .. } => true,
            ExprKind::Call { callee, .. } => !matches!(callee, Callee::Builtin(_)),
            ExprKind::Binary { op, .. } => {
                matches!(op, hsl_syntax::BinaryOp::And | hsl_syntax::BinaryOp::Or)
            }
            _ => false,
        };
        if chooses {
            return false;
        }
        kind.operands(&mut |operand| todo.push(operand));
    }
    true
}
