//! Verdicts where the code around them expects to go on.

use hsl_analysis::hir::{ExprId, ExprKind, FunctionId, Stmt, StmtKind};
use hsl_decl::Effect;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A callback of the library ends the script, or a loop ends it in its first round.
    ///
    /// # Why
    ///
    /// A verdict never returns. A function that is given to `array_map` and the like is asked about
    /// each element; with a verdict inside, the first element decides and the result is never used.
    /// In a loop without a condition around the verdict there is no second round.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// foreach ($transaction["recipients"] as $to) {
    ///     $arguments["mail"]->queue($transaction["senderaddress"], $to["address"], "out");
    ///     Accept();
    /// }
    /// Reject("nobody");
    /// ```
    ///
    /// ```hsl rcptto
    /// array_map(function ($zone) { Reject("listed in $zone"); }, ["a.example", "b.example"]);
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// foreach ($transaction["recipients"] as $to)
    ///     $arguments["mail"]->queue($transaction["senderaddress"], $to["address"], "out");
    /// Accept();
    /// ```
    ///
    /// ```hsl rcptto
    /// foreach (["a.example", "b.example"] as $zone)
    ///     if ($arguments["address"]["domain"] == $zone) Accept();
    /// Reject("No such domain");
    /// ```
    VERDICT_IN_CALLBACK = "HSL2005" "verdict-in-callback" Warning
        "A verdict ends a loop or a callback that expects to go on.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let program = pass.program;
    let ids = || (0..program.exprs.len()).map(|number| ExprId(number as u32));
    let verdicts: Vec<_> = ids().filter(|id| pass.verdict(*id).is_some()).collect();
    ids().for_each(|id| callback(pass, id, &verdicts));
    for function in &program.functions {
        let mut todo: Vec<&Stmt> = function.body.iter().collect();
        while let Some(stmt) = todo.pop() {
            first_round(pass, stmt);
            todo.extend(stmt.kind.nested());
        }
    }
}

fn callback(pass: &mut Pass<'_>, id: ExprId, verdicts: &[ExprId]) {
    if !takes_function(pass, id) {
        return;
    }
    let Some((function, args)) = builtin(pass, id) else { return };
    for arg in args {
        let (ExprKind::Closure(callback) | ExprKind::Function(callback)) = pass.expr(arg).kind
        else {
            continue;
        };
        if let Some(verdict) = verdict_of(pass, callback, verdicts) {
            let message = format!("this ends the script from inside `{function}`");
            let finding = pass.finding(&VERDICT_IN_CALLBACK, pass.expr(verdict).at, message);
            pass.push(finding.help("return a value, and decide on the result"));
        }
    }
}

/// Whether an expression is a call that is given a function.
fn takes_function(pass: &Pass<'_>, id: ExprId) -> bool {
    let (ExprKind::Call { args, .. } | ExprKind::Cache { args, .. }) = &pass.expr(id).kind else {
        return false;
    };
    let is_function = |id| matches!(pass.expr(id).kind, ExprKind::Closure(_) | ExprKind::Function(_));
    args.iter().any(|arg| is_function(arg.value))
}

/// A call of a library function that calls what it is given, and its arguments.
fn builtin(pass: &Pass<'_>, id: ExprId) -> Option<(&'static str, Vec<ExprId>)> {
    let (declared, args) = pass.declarations(id);
    let [function] = declared[..] else { return None };
    let args = args.iter().map(|arg| arg.value).collect();
    (function.effect == Effect::Callback).then_some((function.name, args))
}

/// The first verdict in a function itself.
fn verdict_of(pass: &Pass<'_>, function: FunctionId, verdicts: &[ExprId]) -> Option<ExprId> {
    verdicts.iter().copied().find(|id| pass.around.function(*id) == Some(function))
}

fn first_round(pass: &mut Pass<'_>, stmt: &Stmt) {
    let (StmtKind::Foreach { body, .. }
    | StmtKind::While { body, .. }
    | StmtKind::For { body, .. }
    | StmtKind::Forever(body)) = &stmt.kind
    else {
        return;
    };
    if let Some((verdict, function)) = pass.verdict_in(body).filter(|_| !jumps(body)) {
        let message = format!("`{}` ends the script in the first round", function.name);
        let finding = pass.finding(&VERDICT_IN_CALLBACK, pass.expr(verdict).at, message);
        pass.push(finding.help("move it behind the loop, or under a condition"));
    }
}

/// Whether a `break` or `continue` may pass by.
fn jumps(body: &[Stmt]) -> bool {
    let mut todo: Vec<&Stmt> = body.iter().collect();
    while let Some(stmt) = todo.pop() {
        if matches!(stmt.kind, StmtKind::Break | StmtKind::Continue) {
            return true;
        }
        todo.extend(stmt.kind.nested());
    }
    false
}
