//! Results of SPF and DKIM that are taken for a failure.

use hsl_analysis::hir::{ExprId, ExprKind, Stmt, StmtKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// Everything but `pass` leads to `Reject`.
    ///
    /// # Why
    ///
    /// SPF has seven results. `none` and `neutral` say nothing about the sender, `softfail` asks not
    /// to refuse for it alone, and `temperror` is a failure of DNS that passes (RFC 7208 sections
    /// 2.6 and 8). A test for "not pass" refuses mail of every domain without a record.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// $helo = $connection["helo"]["host"] ?? "";
    /// $spf = spf_query($connection["remoteip"], $helo, $transaction["sender"]);
    /// if ($spf["result"] != "pass") Reject("SPF");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// $helo = $connection["helo"]["host"] ?? "";
    /// $spf = spf_query($connection["remoteip"], $helo, $transaction["sender"]);
    /// if ($spf["result"] == "fail") Reject("SPF");
    /// if ($spf["result"] == "temperror") Defer("SPF cannot be checked");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 7208 sections 2.6 and 8.
    SPF_DMARC_RESULT_GAP = "HSL5012" "spf-dmarc-result-gap" Warning
        "Results that say nothing are taken for a failure.", Stmt(check)
}

fn check(pass: &mut Pass<'_>, stmt: &Stmt) {
    let StmtKind::If { arms, .. } = &stmt.kind else { return };
    let Some((condition, body)) = arms.first() else { return };
    let ExprKind::Binary { op: BinaryOp::NotEqual | BinaryOp::NotIdentical, left, right } =
        pass.expr(*condition).kind
    else {
        return;
    };
    let rejects = pass.verdict_in(body).is_some_and(|(_, f)| f.name == "Reject");
    let pairs = [(left, right), (right, left)];
    let is_pass = |(value, text)| pass.string(text) == Some(b"pass") && is_spf(pass, value);
    if rejects && pairs.into_iter().any(is_pass) && !was_asked(pass, *condition) {
        let at = pass.expr(*condition).at;
        let message = "this refuses `none`, `neutral` and `temperror` as well";
        let finding = pass.finding(&SPF_DMARC_RESULT_GAP, at, message);
        pass.push(finding.help("test for `fail`, and defer for `temperror`"));
    }
}

fn is_spf(pass: &Pass<'_>, id: ExprId) -> bool {
    pass.answer(id).is_some_and(|(name, keys)| name == "spf_query" && keys[..] == [b"result"])
}

/// Whether other results were looked at before.
fn was_asked(pass: &Pass<'_>, condition: ExprId) -> bool {
    let here = pass.expr(condition).at;
    pass.program.exprs.iter().any(|other| {
        let result = matches!(&other.kind, ExprKind::String(text) if matches!(&**text, b"none" | b"neutral" | b"temperror"));
        result && other.at.file == here.file && other.at < here
    })
}
