//! Reports and answers to people who sent nothing.

use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind, Loc, Stmt, StmtKind};
use hsl_syntax::{BinaryOp, UnaryOp};

use crate::Pass;
use crate::lint::lint;
use crate::taint::name_of;

lint! {
    /// Mail goes back to an envelope sender that nobody has checked, or that is known to be wrong.
    ///
    /// # Why
    ///
    /// Anybody can write any sender. A report, or an answer, to a forged one reaches somebody who sent
    /// nothing: that is backscatter, and servers that make it are listed. While the client is connected,
    /// `Reject` tells the one who really sends. After the message was accepted, what failed SPF or DMARC
    /// is better deleted, or not accepted in the first place. An empty sender marks what is a report
    /// itself, and gets none (RFC 5321 section 6.1): `Bounce` only looks as if somebody were told.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// MIME()->addHeader("Subject", "I am away")->queue("", $transaction["sender"], "out");
    /// $arguments["mail"]->queue($transaction["sender"], $transaction["recipients"][0]["recipient"], "in");
    /// Accept();
    /// ```
    ///
    /// ```hsl predelivery
    /// if (GetMetaData()["spf"] == "fail") Bounce(["reason" => "SPF failed"]);
    /// ```
    ///
    /// ```hsl postdelivery
    /// if ($message["sender"] == "" and $arguments["retry"] > 3) Bounce();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $helo = $connection["helo"]["host"] ?? "";
    /// $spf = spf_query($connection["remoteip"], $helo, $transaction["sender"]);
    /// if ($spf["result"] == "pass")
    ///     MIME()->addHeader("Subject", "I am away")->queue("", $transaction["sender"], "out");
    /// $arguments["mail"]->queue($transaction["sender"], $transaction["recipients"][0]["recipient"], "in");
    /// Accept();
    /// ```
    ///
    /// ```hsl predelivery
    /// if (GetMetaData()["spf"] == "fail") Delete(["reason" => "SPF failed"]);
    /// ```
    ///
    /// ```hsl postdelivery
    /// if ($message["sender"] == "" and $arguments["retry"] > 3) Delete();
    /// ```
    ///
    /// Source: RFC 5321 section 6.1, RFC 3834 section 2, RFC 7208 section 8.4.
    BACKSCATTER = "HSL5005" "backscatter" Warning
        "Mail goes back to a sender who may have sent nothing.", Program(check)
}

/// Paths of the envelope sender.
const SENDERS: [[&str; 2]; 4] = [
    ["$transaction", "sender"],
    ["$transaction", "senderaddress"],
    ["$message", "sender"],
    ["$message", "senderaddress"],
];

fn check(pass: &mut Pass<'_>) {
    let mut found = Vec::new();
    for function in &pass.program.functions {
        let mut todo: Vec<&Stmt> = function.body.iter().collect();
        while let Some(stmt) = todo.pop() {
            bounces(pass, stmt, &mut found);
            todo.extend(stmt.kind.nested());
        }
    }
    let exprs = pass.program.exprs.iter().enumerate();
    let answers = exprs.filter_map(|(at, _)| {
        let id = ExprId(at as u32);
        pass.around.reached(id).then(|| answer(pass, id))?
    });
    let answers: Vec<_> = answers.collect();
    // Few scripts answer, so that nobody looks for what most do not need.
    if !answers.is_empty() && !checks_sender(pass) {
        found.extend(answers);
    }
    for (at, message, help) in found {
        let finding = pass.finding(&BACKSCATTER, at, message);
        pass.push(finding.help(help));
    }
}

/// What is wrong where, and what to do.
type Wrong = (Loc, &'static str, &'static str);

/// `Bounce` for what is empty or forged.
fn bounces(pass: &Pass<'_>, stmt: &Stmt, found: &mut Vec<Wrong>) {
    let StmtKind::If { arms, .. } = &stmt.kind else { return };
    for (condition, body) in arms {
        let Some((bounce, _)) = pass.verdict_in(body).filter(|(_, f)| f.name == "Bounce") else {
            continue;
        };
        let at = pass.expr(bounce).at;
        match reason(pass, *condition) {
            Some(Reason::Empty) => {
                found.push((at, "an empty sender gets no report", "use `Delete`"));
            }
            Some(Reason::Forged) => found.push((
                at,
                "the report goes to whom the message only pretends to be from",
                "use `Delete`, or refuse the message before it is accepted",
            )),
            None => {}
        }
    }
}

enum Reason {
    /// The sender is the null path.
    Empty,
    /// SPF or DMARC failed.
    Forged,
}

/// What a condition says about the sender whenever it is true.
fn reason(pass: &Pass<'_>, condition: ExprId) -> Option<Reason> {
    match pass.expr(condition).kind {
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            reason(pass, left).or_else(|| reason(pass, right))
        }
        ExprKind::Binary { op: BinaryOp::Equal | BinaryOp::Identical, left, right } => {
            compared(pass, left, right).or_else(|| compared(pass, right, left))
        }
        ExprKind::Unary { op: UnaryOp::Not, operand } => {
            is_sender(pass, operand).then_some(Reason::Empty)
        }
        _ => None,
    }
}

fn compared(pass: &Pass<'_>, value: ExprId, text: ExprId) -> Option<Reason> {
    match pass.string(text)? {
        b"" if is_sender(pass, value) => Some(Reason::Empty),
        b"fail" | b"softfail" if is_authentication(pass, value) => Some(Reason::Forged),
        _ => None,
    }
}

fn is_sender(pass: &Pass<'_>, id: ExprId) -> bool {
    SENDERS.iter().any(|sender| pass.is_path(id, sender))
}

/// Whether a value is, by its name or by where it comes from, a result of SPF or DMARC.
fn is_authentication(pass: &Pass<'_>, id: ExprId) -> bool {
    let id = match pass.expr(id).kind {
        ExprKind::Binary { op: BinaryOp::Coalesce, left, .. } => left,
        _ => id,
    };
    let says = |name: String| {
        let name = name.to_ascii_lowercase();
        name.contains("spf") || name.contains("dmarc")
    };
    let answer = pass.answer(id).is_some_and(|(name, _)| name == "spf_query");
    answer || name_of(pass, id).is_some_and(says) || below(pass, id).is_some_and(says)
}

/// The name of what a key is taken off.
fn below(pass: &Pass<'_>, id: ExprId) -> Option<String> {
    let ExprKind::Index { object, .. } = pass.expr(id).kind else { return None };
    name_of(pass, object)
}

/// Mail that a script itself sends to the envelope sender.
fn answer(pass: &Pass<'_>, id: ExprId) -> Option<Wrong> {
    let (method, _, args) = pass.method_call(id)?;
    let recipient = matches!(method, "queue" | "send").then(|| args.get(1))??.value;
    let is_to_sender = match &pass.expr(recipient).kind {
        ExprKind::Array(elements) => elements.iter().any(|element| {
            matches!(element, Element::Item(value) if is_sender(pass, *value))
        }),
        _ => is_sender(pass, recipient),
    };
    is_to_sender.then(|| {
        (
            pass.expr(recipient).at,
            "whoever is named as the sender gets this, whether it sent something or not",
            "answer only to who logged in, or to what SPF or DMARC lets pass",
        )
    })
}

/// Whether a program asks who the client or the sender is: it may know whom it answers to.
fn checks_sender(pass: &Pass<'_>) -> bool {
    let asks = |at: usize, expr: &Expr| match &expr.kind {
        ExprKind::Call { .. } | ExprKind::Cache { .. } => {
            let (declared, _) = pass.declarations(ExprId(at as u32));
            declared.iter().any(|f| matches!(f.name, "spf_query" | "verifyDKIM"))
        }
        ExprKind::Index { index, .. } => pass.string(*index).is_some_and(|key| {
            let key = String::from_utf8_lossy(key).to_ascii_lowercase();
            ["auth", "spf", "dmarc", "dkim"].iter().any(|word| key.contains(word))
        }),
        _ => false,
    };
    pass.program.exprs.iter().enumerate().any(|(at, expr)| asks(at, expr))
}
