//! Texts that no reply can carry.

use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind};
use hsl_decl::Effect;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// The text of a reply has a line that is too long, or characters that are not ASCII.
    ///
    /// # Why
    ///
    /// A reply line has at most 512 bytes with its code and line end (RFC 5321 section 4.5.3.1.5), and
    /// clients that did not ask for SMTPUTF8 understand US-ASCII only (RFC 6531 section 3.7.4.2).
    /// Longer lines are cut; other characters reach people as question marks or worse.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// Reject("Empfänger unbekannt");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// Reject(["No such recipient", "Ask postmaster@shop.example"]);
    /// ```
    ///
    /// Source: RFC 5321 sections 4.2 and 4.5.3.1.5, RFC 6531 section 3.7.4.
    REPLY_LINE_LIMITS = "HSL5003" "reply-line-limits" Warning
        "The text of a reply does not fit into replies.", Expr(check)
}

/// Bytes of a line, without code and line end.
const LINE: usize = 500;

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let Some((verdict, args)) = pass.verdict(id) else { return };
    let replies = pass.unit().hook.is_none_or(hsl_decl::Hook::is_smtp);
    let reason = args.first().filter(|arg| replies && !arg.spread);
    let Some(reason) = reason.filter(|_| verdict.effect == Effect::Terminates) else { return };
    for text in texts(pass, reason.value) {
        let Some(bytes) = pass.string(text) else { continue };
        let at = pass.expr(text).at;
        if !bytes.is_ascii() {
            let message = "clients without SMTPUTF8 understand ASCII only";
            pass.report(&REPLY_LINE_LIMITS, at, message);
        } else if let Some(line) = bytes.split(|byte| *byte == b'\n').find(|l| l.len() > LINE) {
            let message = format!("this line has {} bytes; a reply line holds {LINE}", line.len());
            let finding = pass.finding(&REPLY_LINE_LIMITS, at, message);
            pass.push(finding.help("split it into a list of lines"));
        }
    }
}

/// The text, or each text of a list.
fn texts(pass: &Pass<'_>, reason: ExprId) -> Vec<ExprId> {
    match &pass.expr(reason).kind {
        ExprKind::Array(elements) => {
            let items = elements.iter().filter_map(|element| match element {
                Element::Item(value) => Some(*value),
                _ => None,
            });
            items.collect()
        }
        _ => vec![reason],
    }
}
