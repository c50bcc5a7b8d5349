//! Changes that break a signature.

use hsl_analysis::hir::Arg;

use crate::Pass;
use crate::lint::lint;
use crate::rules::mail::{self, MailCall};

lint! {
    /// The message is signed, then its body or a signed field is changed, then it is queued.
    ///
    /// # Why
    ///
    /// A DKIM signature covers the body and fields such as From and Subject as they were. Receivers
    /// find that it does not fit, and DMARC fails with it: sign last.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->signDKIM("s1", "shop.example", "dkim");
    /// $mail->setHeader("Subject", "[shop] news");
    /// $mail->queue($transaction["senderaddress"], "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->setHeader("Subject", "[shop] news");
    /// $mail->signDKIM("s1", "shop.example", "dkim");
    /// $mail->addHeader("X-Shop", "signed");
    /// $mail->queue($transaction["senderaddress"], "a@shop.example", "out");
    /// Accept();
    /// ```
    ///
    /// Source: RFC 6376 sections 5.4 and 6.
    SIGN_BEFORE_CHANGE = "HSL5006" "sign-before-change" Warning
        "A message is changed after it was signed.", Program(check)
}

/// Fields that are signed unless the options say otherwise (RFC 6376 section 5.4.1).
const SIGNED: [&str; 8] =
    ["From", "Reply-To", "Subject", "Date", "To", "Cc", "In-Reply-To", "References"];

fn check(pass: &mut Pass<'_>) {
    let Some(entry) = pass.program.entry() else { return };
    let Some(uses) = mail::uses(pass, entry.top) else { return };
    let in_loop = |call: &MailCall<'_>| pass.around.looped(call.id);
    let Some(signed) = uses.calls.iter().position(|call| call.method == "signDKIM") else { return };
    let sign = &uses.calls[signed];
    if in_loop(sign) || pass.around.role(sign.id) != crate::Role::Effect {
        return;
    }
    let behind = &uses.calls[signed + 1..];
    let queued = behind.iter().position(|call| call.method == "queue").unwrap_or(behind.len());
    let changes: Vec<_> = behind[..queued].iter().filter(|call| breaks(pass, sign, call)).collect();
    if behind[..queued].iter().any(|call| matches!(call.method, "signDKIM" | "restore" | "reset")) {
        return;
    }
    for change in changes {
        let message = format!("`{}` breaks the signature", change.method);
        let finding = pass.finding(&SIGN_BEFORE_CHANGE, change.at, message);
        pass.push(finding.label(sign.at.span, "signed here").help("sign after all changes"));
    }
}

/// Whether a call changes what is signed for certain.
fn breaks(pass: &Pass<'_>, sign: &MailCall<'_>, call: &MailCall<'_>) -> bool {
    match call.method {
        "setBody" | "appendPart" | "prependPart" | "replacePart" => true,
        "setHeader" | "delHeader" | "renameHeader" => {
            // The fourth argument may say which fields are signed.
            sign.args.len() < 4 && names_signed(pass, call.args)
        }
        _ => false,
    }
}

fn names_signed(pass: &Pass<'_>, args: &[Arg]) -> bool {
    let name = args.first().filter(|arg| !arg.spread).and_then(|arg| pass.string(arg.value));
    name.is_some_and(|name| SIGNED.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(name)))
}
