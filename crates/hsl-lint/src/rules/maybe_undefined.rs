//! Variables that exist only on some paths.

use diagnostics::{Code, codes};
use hsl_analysis::hir::{Expr, ExprId, ExprKind};

use crate::{Check, Lint, Pass};

/// The code of variables that nothing creates, told by flow.
pub(crate) static MAYBE_UNDEFINED: Lint = Lint {
    code: Code {
        doc: &[
            " A variable is read where it exists only on some of the paths that lead there, or on none.",
            "",
            " # Why",
            "",
            " Reading a variable that does not exist raises an exception. A variable that is created and",
            " read under the same condition is not reported.",
            "",
            " # Bad",
            "",
            " ```hsl",
            " if (memory_fetch(\"strict\")) $limit = 5;",
            " echo $limit;",
            " ```",
            "",
            " # Good",
            "",
            " ```hsl",
            " $limit = 10;",
            " if (memory_fetch(\"strict\")) $limit = 5;",
            " echo $limit;",
            " ```",
        ],
        ..codes::MAYBE_UNDEFINED
    },
    check: Check::Expr(check),
};

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let ExprKind::Variable(_) = expr.kind else { return };
    let Some(on_some_path) = pass.types().undefined(id) else { return };
    let name = String::from_utf8_lossy(pass.text(expr.at));
    let message = match on_some_path {
        true => format!("{name} is not created on every path that leads here"),
        false => format!("{name} is not created before it is read here"),
    };
    let finding = pass.finding(&MAYBE_UNDEFINED, expr.at, message);
    pass.push(finding.help("create it before the branches, or ask with `isset`"));
}
