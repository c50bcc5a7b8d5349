//! Names that clients give themselves, taken for who they are.

use hsl_analysis::hir::{Callee, ExprId, ExprKind, Stmt, StmtKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A client is accepted for the name that it gave in HELO, or for an answer of reverse DNS that
    /// nobody confirmed.
    ///
    /// # Why
    ///
    /// Anyone can say `EHLO mail.partner.example`, and whoever owns an address decides what its reverse
    /// DNS says. Test the address, a login or a client certificate; or the name `remoteptr`, which is
    /// there only when its own address records lead back to the client. Refusing for such a name is
    /// fine, and so is accepting in a script that looks the name up itself with `dns_query`.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if ($connection["helo"]["host"] == "mail.partner.example") Accept();
    /// Reject("Relaying denied");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (($connection["remoteptr"] ?? "") == "mail.partner.example") Accept();
    /// Reject("Relaying denied");
    /// ```
    ///
    /// Source: RFC 5321 section 4.1.4, RFC 8601 section 3.
    PTR_AS_IDENTITY = "HSL5011" "ptr-as-identity" Warning
        "A client is accepted for a name that it gave itself.", Stmt(check)
}

/// Where names stand that the client, or the owner of its address, chose.
const NAMES: [&[&str]; 4] = [
    &["$connection", "helo", "host"],
    &["$arguments", "host"],
    &["$arguments", "remoteptrresult"],
    &["$connection", "remoteptrresult"],
];

fn check(pass: &mut Pass<'_>, stmt: &Stmt) {
    let StmtKind::If { arms, .. } = &stmt.kind else { return };
    for (condition, body) in arms {
        let accepts = pass.verdict_in(body).is_some_and(|(_, f)| f.name == "Accept");
        let Some(name) = chosen(pass, *condition).filter(|_| accepts && !looks_up(pass)) else {
            continue;
        };
        let message = "the client chose this name, and is accepted for it";
        let finding = pass.finding(&PTR_AS_IDENTITY, pass.expr(name).at, message);
        pass.push(finding.help("test the address, a login, or `$connection[\"remoteptr\"]`"));
    }
}

/// The name that alone makes a condition true. What is tested beside it may be what counts.
fn chosen(pass: &Pass<'_>, condition: ExprId) -> Option<ExprId> {
    match &pass.expr(condition).kind {
        ExprKind::Binary { op: BinaryOp::Or, left, right } => {
            chosen(pass, *left).or_else(|| chosen(pass, *right))
        }
        ExprKind::Binary { op, left, right } => match op {
            BinaryOp::Equal | BinaryOp::Identical => {
                [*left, *right].into_iter().find(|id| is_name(pass, *id))
            }
            BinaryOp::Match => Some(*left).filter(|id| is_name(pass, *id)),
            _ => None,
        },
        ExprKind::Call { callee: Callee::Builtin(function), args } => {
            let tests = ["domain_includes", "pcre_match", "array_includes", "in_array"];
            let mut given = args.iter().map(|arg| arg.value);
            given.find(|id| tests.contains(&function.name) && is_name(pass, *id))
        }
        _ => None,
    }
}

/// Whether a value is such a name, or what is left of it in lower case.
fn is_name(pass: &Pass<'_>, id: ExprId) -> bool {
    let id = pass.source(id);
    if let ExprKind::Binary { op: BinaryOp::Coalesce, left, .. } = pass.expr(id).kind {
        return is_name(pass, left);
    }
    if let Some((name, args)) = pass.builtin_call(id) {
        let folds = matches!(name, "str_lower" | "strtolower" | "idna_encode" | "str_strip");
        return folds && args.first().is_some_and(|arg| is_name(pass, arg.value));
    }
    let Some(path) = pass.path(id) else { return false };
    NAMES.iter().any(|name| {
        let begins = path.iter().zip(*name).all(|(key, name)| *key == name.as_bytes());
        begins && path.len() >= name.len()
    })
}

fn looks_up(pass: &Pass<'_>) -> bool {
    let calls = |expr: &hsl_analysis::hir::Expr| {
        matches!(&expr.kind, ExprKind::Call { callee: Callee::Builtin(f), .. }
            | ExprKind::Cache { callee: Callee::Builtin(f), .. } if f.name == "dns_query")
    };
    pass.program.exprs.iter().any(calls)
}
