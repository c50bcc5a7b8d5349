//! Native code.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// A script loads native code.
    ///
    /// # Why
    ///
    /// What a library does is outside of every limit of scripts: a wrong type or a wrong length ends
    /// the whole server. Keep such code in one file, small and tested; only libraries that
    /// `scripting.ffilibraries` lists are loaded. Allow the finding where this is meant.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $c = FFI("libc.so.6");
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// // hsl:allow ffi-use the one place where the checksum library is loaded
    /// $c = FFI("libsum.so");
    /// ```
    FFI_USE = "HSL4017" "ffi-use" Info
        "A script loads native code.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Call { callee: Callee::BuiltinClass(class), .. } = &expr.kind else { return };
    if class.name == "FFI" {
        pass.report(&FFI_USE, expr.at, "native code is not bound by the limits of scripts");
    }
}
