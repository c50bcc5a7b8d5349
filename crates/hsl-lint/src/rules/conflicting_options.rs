//! Options that exclude or need each other.

use hsl_analysis::hir::{Expr, ExprId, ExprKind, Loc};

use crate::Pass;
use crate::lint::lint;

lint! {
    /// Options of one call exclude each other, or one has no effect without another.
    ///
    /// # Why
    ///
    /// One of them is ignored: the call does not do what the array says.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// http("https://api.example/", ["timeout" => 5, "background_retry_count" => 3]);
    /// ```
    ///
    /// ```hsl
    /// http("https://api.example/", ["timeout" => 5, "sourceip" => "192.0.2.1", "sourceipid" => "out"]);
    /// ```
    ///
    /// ```hsl predelivery
    /// Try(["saslusername" => "relay"]);
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// http("https://api.example/", ["timeout" => 5, "background" => true, "background_retry_count" => 3]);
    /// ```
    CONFLICTING_OPTIONS = "HSL3018" "conflicting-options" Warning
        "Options exclude or need each other.", Expr(check)
}

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let (declared, args) = pass.declarations(id);
    let Some(function) = declared.first() else { return };
    let Some(options) = pass.options(function, args) else { return };
    for option in function.options {
        let Some(at) = given(pass, options, option.name) else { continue };
        let name = option.name;
        if let Some(needed) = option.needs
            && given(pass, options, needed).is_none()
            && !pass.is_open(options)
        {
            let message = format!("`{name}` has no effect without `{needed}`");
            pass.report(&CONFLICTING_OPTIONS, at, message);
        }
        if let Some(other) = option.excludes
            && let Some(place) = given(pass, options, other)
        {
            let message = format!("`{name}` and `{other}` exclude each other");
            let finding = pass.finding(&CONFLICTING_OPTIONS, at, message);
            pass.push(finding.label(place.span, "the other"));
        }
    }
}

/// Where an option is given, unless it is switched off.
fn given(pass: &Pass<'_>, options: ExprId, name: &str) -> Option<Loc> {
    let value = pass.expr(pass.option(options, name)?);
    let off = matches!(value.kind, ExprKind::Boolean(false) | ExprKind::None);
    (!off).then_some(value.at)
}
