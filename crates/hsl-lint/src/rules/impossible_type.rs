//! Values that can never fit what is done with them.

use diagnostics::{Code, codes};
use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};
use hsl_decl::Ty;

use crate::{Check, Lint, Pass, Role};

/// What a loop goes over, and what has functions.
const PARTS: Ty = Ty::ARRAY.or(Ty::OBJECT).or(Ty::RESOURCE);

/// The code of operands that never fit, told by types.
pub(crate) static IMPOSSIBLE_TYPE: Lint = Lint {
    code: Code {
        doc: &[
            " A value can never fit the parameter, loop, call or operator that it is given to.",
            "",
            " # Why",
            "",
            " The statement raises an exception whenever it runs.",
            "",
            " # Bad",
            "",
            " ```hsl",
            " $port = 25;",
            " echo str_lower($port);",
            " ```",
            "",
            " # Good",
            "",
            " ```hsl",
            " $port = 25;",
            " echo str_lower(string($port));",
            " ```",
        ],
        ..codes::UNSUPPORTED_OPERANDS
    },
    check: Check::Expr(check),
};

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    if pass.around.role(id) == Role::Iterated {
        report(pass, id, PARTS, "cannot be looped over");
    }
    let ExprKind::Call { callee, args } = &expr.kind else { return };
    match callee {
        Callee::Method { object, .. } => report(pass, *object, PARTS, "has no functions"),
        Callee::Value(value) => report(pass, *value, Ty::FUNCTION, "cannot be called"),
        _ => {}
    }
    for given in super::given::to_library(callee, args) {
        let why = format!("does not fit: `{}` takes {} here", given.name, given.ty);
        report(pass, given.value, given.ty, &why);
    }
}

fn report(pass: &mut Pass<'_>, value: ExprId, fitting: Ty, why: &str) {
    let Some(ty) = pass.types().of(value).filter(|ty| ty.never_fits(fitting)) else { return };
    let message = format!("this is {} and {why}", ty.display_short(pass.program));
    pass.report(&IMPOSSIBLE_TYPE, pass.expr(value).at, message);
}
