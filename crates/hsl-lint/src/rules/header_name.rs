//! Header fields that a message cannot have, or cannot have again.

use diagnostics::{Edit, Fix, Span};
use hsl_analysis::hir::{Expr, ExprId};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A header field has a name that no field can have, or is added where there is one already.
    ///
    /// # Why
    ///
    /// A field name is printable US-ASCII without colon and space (RFC 5322 section 2.2); another one
    /// raises an exception. From, Date, Subject and the other fields of RFC 5322 section 3.6 that may
    /// stand once are in a received message already: with a second one, each program that reads the
    /// message picks another, and many servers refuse it. A script that looks whether the field is there
    /// is not reported.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->addHeader("Subject", "[shop] news");
    /// $mail->queue("", "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->setHeader("Subject", "[shop] news");
    /// $mail->addHeader("X-Shop", "news");
    /// $mail->queue("", "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 5322 sections 2.2 and 3.6.
    HEADER_NAME = "HSL5008" "header-name" Warning
        "A header field cannot have this name, or not twice.", Expr(check)
}

/// Fields that a message has at most once (RFC 5322 section 3.6) and that one that was received has.
const SINGLE: [&str; 5] = ["From", "Date", "Subject", "To", "Message-ID"];

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some((method, object, args)) = pass.method_call(id) else { return };
    if !matches!(method, "addHeader" | "setHeader") {
        return;
    }
    let Some(first) = args.first().filter(|arg| !arg.spread).map(|arg| arg.value) else { return };
    let Some(name) = pass.string(first) else { return };
    let at = pass.expr(first).at;
    let shown = String::from_utf8_lossy(name).into_owned();
    if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic() && *b != b':') {
        let message = format!("{shown:?} is no name of a header field");
        return pass.report(&HEADER_NAME, at, message);
    }
    let single = SINGLE.iter().any(|one| one.eq_ignore_ascii_case(&shown));
    let on_received = method == "addHeader" && pass.is_path(object, &["$arguments", "mail"]);
    if on_received && single && !is_asked_for(pass, name) {
        let message = format!("the message has a {shown} already, and must not have two");
        let mut finding = pass.finding(&HEADER_NAME, at, message).help("replace it: `setHeader`");
        finding.fix = replacing(pass, object, expr);
        pass.push(finding);
    }
}

/// Whether the script looks whether the field is there.
fn is_asked_for(pass: &Pass<'_>, name: &[u8]) -> bool {
    (0..pass.program.exprs.len()).any(|number| {
        let call = pass.method_call(ExprId(number as u32));
        let asked = call.filter(|(method, ..)| matches!(*method, "getHeader" | "getHeaders"));
        let first = asked.and_then(|(.., args)| pass.string(args.first()?.value));
        first.is_some_and(|asked| asked.eq_ignore_ascii_case(name))
    })
}

/// `->addHeader` becomes `->setHeader`.
fn replacing(pass: &Pass<'_>, object: ExprId, call: &Expr) -> Option<Fix> {
    let object = pass.expr(object).at.span;
    let text = pass.text(call.at);
    let behind = text.get((object.end - call.at.span.start) as usize..)?;
    let at = behind.windows(9).position(|piece| piece == b"addHeader")?;
    let start = object.end as usize + at;
    let edits = vec![Edit { span: Span::new(start, start + 9), text: "setHeader".to_owned() }];
    Some(Fix { title: "Replace the field".to_owned(), edits, safe: false })
}
