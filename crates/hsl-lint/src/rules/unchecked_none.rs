//! Values that may be `none` where `none` raises an exception.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_decl::Ty;

use crate::lint::lint;
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
    /// Of an answer with `result` or `error` the result is not reported where the script has asked for
    /// the error before.
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
    if failure_was_asked(pass, value) {
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

/// Whether a value is the `result` of an answer whose `error` the script looked at before.
fn failure_was_asked(pass: &Pass<'_>, value: ExprId) -> bool {
    let answer = |id: ExprId, key: &[u8]| match pass.expr(id).kind {
        ExprKind::Index { object, index } => {
            (pass.string(index)? == key).then(|| pass.source(object))
        }
        _ => None,
    };
    let Some(asked) = answer(pass.source(value), b"result") else { return false };
    let (function, here) = (pass.around.function(value), pass.expr(value).at);
    pass.program.exprs.iter().enumerate().any(|(number, other)| {
        let id = ExprId(number as u32);
        other.at < here
            && pass.around.function(id) == function
            && answer(id, b"error") == Some(asked)
    })
}
