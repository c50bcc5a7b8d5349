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
    /// # Good
    ///
    /// ```hsl
    /// http("https://api.example/", ["timeout" => 5, "background" => true, "background_retry_count" => 3]);
    /// ```
    CONFLICTING_OPTIONS = "HSL3018" "conflicting-options" Warning
        "Options exclude or need each other.", Expr(check)
}

/// What two options of a function have to do with each other.
enum Relation {
    /// The first has no effect without the second.
    Needs,
    /// Only one of both has an effect.
    Excludes,
}
use Relation::{Excludes, Needs};

/// By function or method.
static RELATIONS: [(&str, &str, Relation, &str); 9] = [
    ("http", "background_hash", Needs, "background"),
    ("http", "background_retry_count", Needs, "background"),
    ("http", "background_retry_delay", Needs, "background"),
    ("http", "response_headers", Needs, "extended_result"),
    ("http", "sourceip", Excludes, "sourceipid"),
    ("http", "ssl_verify_peer", Excludes, "tls_verify_peer"),
    ("http", "ssl_verify_host", Excludes, "tls_verify_host"),
    ("http", "ssl_default_ca", Excludes, "tls_default_ca"),
    ("signDKIM", "expiration", Excludes, "expiration_relative"),
];

fn check(pass: &mut Pass<'_>, id: ExprId, _: &Expr) {
    let (declared, args) = pass.declarations(id);
    let Some(function) = declared.first() else { return };
    let Some(options) = pass.options(function, args) else { return };
    for (name, first, relation, second) in &RELATIONS {
        if *name != function.name {
            continue;
        }
        let Some(at) = given(pass, options, first) else { continue };
        let other = given(pass, options, second);
        let message = match (relation, other) {
            (Needs, None) if !is_open(pass, options) => {
                format!("`{first}` has no effect without `{second}`")
            }
            (Excludes, Some(_)) => format!("`{first}` and `{second}` exclude each other"),
            _ => continue,
        };
        let finding = pass.finding(&CONFLICTING_OPTIONS, at, message);
        pass.push(match other {
            Some(other) => finding.label(other.span, "the other"),
            None => finding,
        });
    }
}

/// Where an option is given, unless it is switched off.
fn given(pass: &Pass<'_>, options: ExprId, name: &str) -> Option<Loc> {
    let value = pass.expr(pass.option(options, name)?);
    let off = matches!(value.kind, ExprKind::Boolean(false) | ExprKind::None);
    (!off).then_some(value.at)
}

/// Whether more options may come in than the text shows.
fn is_open(pass: &Pass<'_>, options: ExprId) -> bool {
    use hsl_analysis::hir::Element;
    let ExprKind::Array(elements) = &pass.expr(options).kind else { return true };
    elements.iter().any(|element| match element {
        Element::Pair(key, _) => pass.string(*key).is_none(),
        Element::Spread(_) => true,
        Element::Item(_) => false,
    })
}
