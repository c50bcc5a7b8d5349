//! Changes that nobody will see.

use crate::Pass;
use crate::lint::lint;
use crate::rules::mail;

lint! {
    /// The message is changed after the last time it is queued, sent or read.
    ///
    /// # Why
    ///
    /// `queue` takes the message as it is at that moment. What changes later changes nothing that
    /// anybody gets: the change belongs before the call.
    ///
    /// # Bad
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->queue($transaction["senderaddress"], "a@shop.example", "in");
    /// $mail->addHeader("X-Shop", "seen");
    /// Accept();
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl eod
    /// $mail = $arguments["mail"];
    /// $mail->addHeader("X-Shop", "seen");
    /// $mail->queue($transaction["senderaddress"], "a@shop.example", "in");
    /// Accept();
    /// ```
    CHANGE_AFTER_QUEUE = "HSL5007" "change-after-queue" Warning
        "A message is changed after it was queued.", Program(check)
}

fn check(pass: &mut Pass<'_>) {
    let Some(entry) = pass.program.entry() else { return };
    let Some(uses) = mail::uses(pass, entry.top) else { return };
    let last = uses.calls.iter().rposition(|call| !mail::changes(pass, call.method));
    let queued = uses.calls.iter().rposition(|call| call.method == "queue");
    let (Some(last), Some(queued)) = (last, queued) else { return };
    let first = uses.calls[queued].at;
    for change in &uses.calls[last + 1..] {
        let given = uses.given.iter().any(|at| at.span.start > first.span.start);
        if given || pass.around.looped(change.id) {
            return;
        }
        let message = format!("the message is queued already: `{}` has no effect", change.method);
        let finding = pass.finding(&CHANGE_AFTER_QUEUE, change.at, message);
        pass.push(finding.label(first.span, "queued here"));
    }
}
