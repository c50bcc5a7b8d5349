//! Broken digests of secrets, and a mode that shows equal blocks.

use hsl_analysis::hir::{Expr, ExprId, ExprKind};
use hsl_decl::is_secret_name;

use crate::Pass;
use crate::lint::lint;
use crate::taint::name_of;

lint! {
    /// A broken or unsuitable algorithm protects something.
    ///
    /// # Why
    ///
    /// Passwords behind MD5 or SHA-1, also behind any fast digest, are guessed by the billion each
    /// second; `crypt` takes its time on purpose. Mode `ecb` of AES encrypts equal blocks to equal
    /// blocks, so what is encrypted can be told apart and rearranged. MD5 and SHA-1 of something that
    /// is not secret (a cache key, a fingerprint) are not reported.
    ///
    /// # Bad
    ///
    /// ```hsl auth
    /// if (md5($arguments["password"]) == "5ebe2294ecd0e0f08eab7690d2a6ee69") Accept();
    /// ```
    ///
    /// ```hsl
    /// echo aes_encrypt("text", random_bytes(16), "ecb");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $id = md5("subject and date");
    /// echo aes_encrypt("text", random_bytes(16), "cbc", ["iv" => random_bytes(16)]);
    /// ```
    ///
    /// Source: RFC 6151, RFC 6194, NIST SP 800-38A section 6.1.
    WEAK_CRYPTO = "HSL4012" "weak-crypto" Warning
        "A broken or unsuitable algorithm protects something.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, expr: &Expr) {
    let Some((name, args)) = pass.builtin_call(id) else { return };
    match name {
        "md5" | "sha1" if args.first().is_some_and(|arg| is_secret(pass, arg.value)) => {
            let message = format!("`{name}` does not protect a secret: it is too fast to guess");
            let finding = pass.finding(&WEAK_CRYPTO, expr.at, message);
            pass.push(finding.help("compare passwords with `crypt`, sign with `hmac_sha2`"));
        }
        "aes_encrypt" | "aes_decrypt" => {
            let Some(mode) = args.get(2).filter(|arg| pass.string(arg.value) == Some(b"ecb")) else {
                return;
            };
            let at = pass.expr(mode.value).at;
            pass.report(&WEAK_CRYPTO, at, "mode `ecb` shows which blocks are equal");
        }
        _ => {}
    }
}

/// Whether a value, or a part of it that is written here, is called a secret.
fn is_secret(pass: &Pass<'_>, id: ExprId) -> bool {
    let mut todo = vec![id];
    while let Some(id) = todo.pop() {
        if name_of(pass, id).is_some_and(|name| is_secret_name(&name)) {
            return true;
        }
        if let ExprKind::Binary { .. } | ExprKind::Interpolated(_) = pass.expr(id).kind {
            pass.expr(id).kind.operands(&mut |operand| todo.push(operand));
        }
    }
    false
}
