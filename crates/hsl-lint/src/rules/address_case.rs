//! Domains compared as they were spelled.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_syntax::BinaryOp;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A text that is lower-cased is compared with one that is not, or an address as received with
    /// one domain.
    ///
    /// # Why
    ///
    /// Domains have no case (RFC 5321 section 2.4). What is in lower case never equals a text with
    /// capitals; and a domain as the client wrote it may have any, so that `Shop.Example` passes by a
    /// comparison with `shop.example`.
    ///
    /// # Bad
    ///
    /// ```hsl rcptto
    /// if ($transaction["senderaddress"]["domain"] == "spam.example") Reject("no");
    /// Accept();
    /// ```
    ///
    /// ```hsl rcptto
    /// if (str_lower($arguments["address"]["domain"]) == "Shop.example") Accept();
    /// Reject("no");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl rcptto
    /// if (str_lower($transaction["senderaddress"]["domain"]) == "spam.example") Reject("no");
    /// if (domain_includes($arguments["address"]["domain"], "shop.example")) Accept();
    /// Reject("no");
    /// ```
    ///
    /// Source: RFC 5321 section 2.4.
    ADDRESS_CASE = "HSL5009" "address-case" Warning
        "The case of a domain decides a comparison.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Binary {
        op: BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Identical | BinaryOp::NotIdentical,
        left,
        right,
    } = expr.kind
    else {
        return;
    };
    for (value, literal) in [(left, right), (right, left)] {
        let Some(text) = pass.string(literal) else { continue };
        if is_lowered(pass, value) && text.iter().any(u8::is_ascii_uppercase) {
            let message = "a text in lower case never equals one with capitals";
            pass.report(&ADDRESS_CASE, pass.expr(literal).at, message);
        } else if is_domain_as_received(pass, value) && text.iter().any(u8::is_ascii_alphabetic) {
            let message = "the client may have written the domain with capitals";
            let finding = pass.finding(&ADDRESS_CASE, pass.expr(value).at, message);
            pass.push(finding.help("compare `str_lower` of it"));
        }
    }
}

fn is_lowered(pass: &Pass<'_>, id: ExprId) -> bool {
    pass.builtin_call(pass.source(id)).is_some_and(|(name, _)| name == "str_lower")
        || pass.is_path(id, &["$transaction", "sender"])
}

/// Domains of addresses and names as the client gave them.
fn is_domain_as_received(pass: &Pass<'_>, id: ExprId) -> bool {
    let Some(path) = pass.path(id) else { return false };
    matches!(
        path[..],
        [b"$transaction", b"senderaddress", b"domain"]
            | [b"$arguments", b"address", b"domain"]
            | [b"$connection", b"helo", b"host"]
    )
}
