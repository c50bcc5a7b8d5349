//! Mail refused for good for a failure that passes.

use hsl_analysis::hir::{ExprId, ExprKind, Loc, Stmt, StmtKind};
use hsl_syntax::{BinaryOp, UnaryOp};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A failure that may pass leads to `Reject`.
    ///
    /// # Why
    ///
    /// `SERVFAIL`, `TRY_AGAIN` and `temperror` say that nobody knows: the next attempt may find what
    /// it looks for. `Reject` makes the sender return the message at once; `Defer` makes it come
    /// again. The key `error` alone does not tell: a name that does not exist and a resolver that is
    /// down both have it.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $found = dns_query($arguments["address"]["domain"], ["type" => "mx"]);
    /// if (isset($found["error"])) Reject("No such domain");
    /// Accept();
    /// ```
    ///
    /// ```hsl rcptto
    /// $found = dns_query($arguments["address"]["domain"], ["type" => "mx"]);
    /// if (($found["error"] ?? "") == "SERVFAIL") Reject("DNS failed");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $found = dns_query($arguments["address"]["domain"], ["type" => "mx"]);
    /// if (($found["error"] ?? "") == "NXDOMAIN") Reject("No such domain");
    /// if (isset($found["error"])) Defer("Cannot look up the domain");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5321 section 4.2.1, RFC 2308 section 7.
    REJECT_ON_TEMPORARY = "HSL5004" "reject-on-temporary" Warning
        "A failure that passes leads to a permanent refusal.", Stmt(check)
}

fn check(pass: &mut Pass<'_>, stmt: &Stmt) {
    let StmtKind::If { arms, .. } = &stmt.kind else { return };
    for (at, (condition, body)) in arms.iter().enumerate() {
        let Some((verdict, _)) = pass.verdict_in(body).filter(|(_, f)| f.name == "Reject") else {
            continue;
        };
        // Arms before may have taken the failures that last.
        let Some(place) = temporary(pass, *condition, at == 0) else { continue };
        let message = "this may be true for a failure that passes";
        let finding = pass.finding(&REJECT_ON_TEMPORARY, place, message);
        let finding = finding.label(pass.expr(verdict).at.span, "refused for good here");
        pass.push(finding.help("use `Defer`, or test for the failures that last"));
    }
}

/// What in a condition is true for a failure that passes.
fn temporary(pass: &Pass<'_>, condition: ExprId, first: bool) -> Option<Loc> {
    let expr = pass.expr(condition);
    let found = match expr.kind {
        ExprKind::Binary { op: BinaryOp::Or, left, right } => {
            return temporary(pass, left, first).or_else(|| temporary(pass, right, first));
        }
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::Identical, left, right } => {
            [left, right].into_iter().any(|id| {
                matches!(pass.string(id), Some(b"SERVFAIL" | b"TRY_AGAIN" | b"temperror"))
            })
        }
        ExprKind::Isset(place) => first && is_unchecked(pass, condition, place, b"error"),
        ExprKind::Unary { op: UnaryOp::Not, operand } => {
            let place = match pass.expr(operand).kind {
                ExprKind::Isset(place) => place,
                _ => operand,
            };
            first && is_unchecked(pass, condition, place, b"result")
        }
        _ => false,
    };
    found.then_some(expr.at)
}

/// Whether a value is this key of an answer of DNS whose failures nothing before tells apart.
fn is_unchecked(pass: &Pass<'_>, condition: ExprId, id: ExprId, key: &[u8]) -> bool {
    let is_key = |id| {
        pass.answer(id).is_some_and(|(name, keys)| name == "dns_query" && keys[..] == [key])
    };
    let before = pass.expr(condition).at;
    let told_apart = pass.program.exprs.iter().any(|other| {
        let failure = matches!(
            &other.kind,
            ExprKind::String(text) if matches!(&**text, b"NXDOMAIN" | b"NO_DATA" | b"SERVFAIL" | b"TRY_AGAIN")
        );
        failure && other.at.file == before.file && other.at < before
    });
    is_key(id) && !told_apart
}
