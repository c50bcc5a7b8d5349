//! Answers whose failures nobody looks at.

use hsl_analysis::hir::{Expr, ExprId};
use hsl_decl::{Effect, Function, Ty};

use crate::lint::lint;
use crate::{Pass, Role};

lint! {
    /// An answer that may be a failure is taken for a truth value, or not looked at.
    ///
    /// # Why
    ///
    /// Functions that ask other servers answer with an array, which holds the result or says what
    /// went wrong. The array itself is never empty, so as a condition it is always true: a name that
    /// does not exist and a resolver that is down look like a hit.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if (!dns_query($arguments["address"]["domain"], ["type" => "mx"])) Reject("No such domain");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $found = dns_query($arguments["address"]["domain"], ["type" => "mx"]);
    /// if (($found["error"] ?? "") == "NXDOMAIN") Reject("No such domain");
    /// Accept();
    /// ```
    IGNORED_ERROR = "HSL3002" "ignored-error" Warning
        "An answer that may be a failure is not looked at.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let (declared, _) = pass.declarations(id);
    let [function] = declared[..] else { return };
    if !is_answer(function) {
        return;
    }
    let message = if pass.around.tested(&pass.program.exprs, id) {
        format!("the answer of `{}` is an array that is never empty: this is always true", function.name)
    } else if pass.around.role(id) == Role::Effect && function.effect == Effect::External {
        format!("nobody sees whether `{}` failed", function.name)
    } else {
        return;
    };
    let finding = pass.finding(&IGNORED_ERROR, expr.at, message);
    pass.push(finding.help(format!("look at {}", keys(function))));
}

/// Whether it gives an array that holds what was found, or what went wrong.
fn is_answer(function: &Function) -> bool {
    function.returns == Ty::ARRAY && function.keys.iter().any(|key| key.name == "error")
}

fn keys(function: &Function) -> String {
    let telling = function.keys.iter().filter(|key| matches!(key.name, "result" | "error"));
    let names: Vec<_> = telling.map(|key| format!("`[\"{}\"]`", key.name)).collect();
    names.join(" and ")
}
