//! Connections that trust anyone.

use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A connection does not check who answers.
    ///
    /// # Why
    ///
    /// Without a check of certificate and host name anyone on the way can answer, read what is sent
    /// and change what comes back; the encryption only hides it from others. To trust a server with a
    /// certificate of your own, name its authority in the configuration instead. Certificates and
    /// names are checked unless a script turns it off.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// echo http("https://api.example/", ["tls_verify_peer" => false]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// echo http("https://api.example/", ["timeout" => 5]);
    /// ```
    ///
    /// Source: CWE-295.
    TLS_VERIFICATION_OFF = "HSL4011" "tls-verification-off" Warning
        "A connection does not check who answers.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Array(elements) = &expr.kind else { return };
    for element in elements {
        let Element::Pair(key, value) = *element else { continue };
        let off = matches!(pass.expr(value).kind, ExprKind::Boolean(false));
        let Some(what) = pass.string(key).filter(|_| off).and_then(checked) else { continue };
        let at = hsl_analysis::hir::Loc {
            span: pass.between(pass.expr(key).at, pass.expr(value).at),
            ..expr.at
        };
        pass.report(&TLS_VERIFICATION_OFF, at, format!("{what} is not checked"));
    }
}

/// What an option turns the check of on or off.
fn checked(option: &[u8]) -> Option<&'static str> {
    match option {
        b"tls_verify_peer" | b"ssl_verify_peer" | b"tls_verify_ca" => {
            Some("the certificate of the server")
        }
        b"tls_verify_host" | b"ssl_verify_host" => Some("the name of the server"),
        _ => None,
    }
}
