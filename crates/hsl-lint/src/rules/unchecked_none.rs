//! Values that may be `none` where `none` raises an exception.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_decl::Ty;

use crate::lint::lint;
use crate::written::Write;
use crate::{Pass, Role};

lint! {
    /// A value that may be `none` is used where `none` raises an exception: in a loop, as the object
    /// of a call, as an argument that may not be `none`.
    ///
    /// # Why
    ///
    /// Lookups, parsers and headers that are missing give `none`. The exception ends the script, and
    /// a hook that ends with one defers the message. The message says which case was not thought of.
    ///
    /// Of an answer with `result`, `error` or `status` nothing is reported where the script has asked
    /// for one of these before; nor is what `json_encode` and `pack` give, which fail for values that a
    /// script does not have by accident.
    ///
    /// # Bad
    ///
    /// ```hsl connect
    /// if (str_lower($arguments["remoteptr"]) == "mail.example.com") Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl connect
    /// if (str_lower($arguments["remoteptr"] ?? "") == "mail.example.com") Accept();
    /// ```
    UNCHECKED_NONE = "HSL3002" "unchecked-none" Warning
        "A value that may be `none` is used where that raises an exception.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    if pass.around.role(id) == Role::Iterated {
        report(pass, id, "a loop over `none` raises an exception");
    }
    let ExprKind::Call { callee, args } = &expr.kind else { return };
    if let Callee::Method { object, name } = callee {
        report(pass, *object, &format!("`none` has no function `{name}`"));
    }
    for given in super::given::to_library(callee, args) {
        if !given.ty.contains(Ty::NONE) {
            report(pass, given.value, &format!("`{}` raises an exception for it", given.name));
        }
    }
}

fn report(pass: &mut Pass<'_>, value: ExprId, why: &str) {
    let Some(ty) = pass.types().of(value).filter(|ty| ty.is_sometimes_none()) else { return };
    if failure_was_asked(pass, value) || is_written(pass, value, STEPS) {
        return;
    }
    let message = format!("this may be `none`, and {why}");
    let help = format!(
        "it is {}: test it first, or give a value for that case with `??`",
        ty.display_short(pass.program)
    );
    let finding = pass.finding(&UNCHECKED_NONE, pass.expr(value).at, message).help(help);
    pass.push(finding);
}

/// Keys of answers that tell how it went.
const OUTCOMES: [&[u8]; 3] = [b"result", b"error", b"status"];
/// Variables that are followed to what they hold.
const STEPS: usize = 4;

/// Whether a value is of an answer that the script has asked before how it went.
fn failure_was_asked(pass: &Pass<'_>, value: ExprId) -> bool {
    let entry = |id: ExprId| match pass.expr(id).kind {
        ExprKind::Index { object, index } => Some((object, pass.string(index)?)),
        _ => None,
    };
    let Some((answer, key)) = entry(pass.source(value)) else { return false };
    let (function, here) = (pass.around.function(value), pass.expr(value).at);
    pass.program.exprs.iter().enumerate().any(|(number, other)| {
        let id = ExprId(number as u32);
        other.at < here
            && pass.around.function(id) == function
            && entry(id).is_some_and(|(object, asked)| {
                asked != key && OUTCOMES.contains(&asked) && is_same(pass, object, answer)
            })
    })
}

/// Whether two values of one function are the same answer, or are held by the same variable.
fn is_same(pass: &Pass<'_>, left: ExprId, right: ExprId) -> bool {
    match (&pass.expr(left).kind, &pass.expr(right).kind) {
        (ExprKind::Variable(left), ExprKind::Variable(right)) if left == right => true,
        _ => pass.source(left) == pass.source(right),
    }
}

/// Whether a value is `none` only where what was written cannot be written in this form.
fn is_written(pass: &Pass<'_>, value: ExprId, steps: usize) -> bool {
    match &pass.expr(value).kind {
        ExprKind::Call { callee: Callee::Builtin(decl), args } => match decl.name {
            "json_encode" => true,
            "pack" => args.first().is_some_and(|format| pass.string(format.value).is_some()),
            _ => false,
        },
        ExprKind::Variable(variable) if steps > 0 => {
            let Some(function) = pass.around.function(value) else { return false };
            let writes = pass.around.written.writes(function, *variable);
            writes.iter().any(|write| match write {
                Write::Assigned { value, .. } => is_written(pass, *value, steps - 1),
                Write::Otherwise => false,
            }) && writes.iter().all(|write| is_safe(pass, *write, steps - 1))
        }
        _ => false,
    }
}

fn is_safe(pass: &Pass<'_>, write: Write, steps: usize) -> bool {
    match write {
        Write::Assigned { value, .. } => {
            let is_never_none = !pass.types().of(value).is_none_or(|ty| ty.is_sometimes_none());
            is_never_none || is_written(pass, value, steps)
        }
        // An element or a text that grows: that is never `none`.
        Write::Otherwise => true,
    }
}
