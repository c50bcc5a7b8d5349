//! Functions made in a loop that share its variable.

use hsl_analysis::hir::{ExprId, ExprKind, FunctionId, Program, Stmt, StmtKind, Storage, VarId};

use crate::Pass;
use crate::below;
use crate::lint::lint;

lint! {
    /// A function that is kept captures the variable of the loop that makes it.
    ///
    /// # Why
    ///
    /// `closure` shares the variable, it does not copy it: all functions of the loop see the same
    /// one, with the value of the last round. A parameter of a function around it makes a copy.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $greetings = [];
    /// foreach (["ann", "bob"] as $name)
    ///     $greetings[] = function () closure ($name) { return "hello $name"; };
    /// echo $greetings[0]();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// function greeting($name) { return function () closure ($name) { return "hello $name"; }; }
    /// $greetings = [];
    /// foreach (["ann", "bob"] as $name) $greetings[] = greeting($name);
    /// echo $greetings[0]();
    /// ```
    CAPTURED_LOOP_VARIABLE = "HSL3013" "captured-loop-variable" Warning
        "A function that is kept shares the variable of a loop.", Stmt(check)
}

fn check(pass: &mut Pass<'_>, stmt: &Stmt) {
    if let StmtKind::Foreach { iterable, key, value, .. } = stmt.kind
        && let Some(function) = pass.around.function(iterable)
    {
        let variables: Vec<_> = key.into_iter().chain([value]).collect();
        in_loop(pass, function, stmt, &variables);
    }
}

fn in_loop(pass: &mut Pass<'_>, function: FunctionId, around: &Stmt, variables: &[VarId]) {
    let program = pass.program;
    for id in below::inside(program, around) {
        let ExprKind::Closure(closure) = program.expr(id).kind else { continue };
        let shared = variables.iter().find(|v| shares(program, closure, function, **v));
        if let Some(shared) = shared.filter(|_| is_kept(pass, id)) {
            let name = &program.function(function).variable(*shared).name;
            let message = format!("every round shares `{name}`, with the value of the last one");
            let at = program.expr(id).at;
            let finding = pass.finding(&CAPTURED_LOOP_VARIABLE, at, message);
            pass.push(finding.help("make the function in a function that takes the value"));
        }
    }
}

/// Whether a closure uses a variable of the function that makes it.
fn shares(program: &Program, closure: FunctionId, outer: FunctionId, variable: VarId) -> bool {
    let closure = program.function(closure);
    match program.function(outer).variable(variable).storage {
        // Variables of the top level need not be passed.
        Storage::Global(global) => {
            closure.variables.iter().any(|inner| inner.storage == Storage::Global(global))
        }
        _ => closure.captures.iter().any(|capture| capture.outer == variable),
    }
}

/// Whether a function outlives its round for certain: it goes into an array or a property.
fn is_kept(pass: &Pass<'_>, id: ExprId) -> bool {
    let parent = pass.around.parent(id).map(|parent| &pass.expr(parent).kind);
    let Some(ExprKind::Assign { place, value }) = parent else { return false };
    *value == id && !matches!(pass.expr(*place).kind, ExprKind::Variable(_))
}
