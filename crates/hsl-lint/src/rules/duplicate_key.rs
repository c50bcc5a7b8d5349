//! Keys that overwrite each other.

use hsl_analysis::hir::{Element, Expr, ExprId, ExprKind, Loc};
use rustc_hash::FxHashMap;

use crate::Pass;
use crate::lint::lint;

lint! {
    /// An array literal has the same key twice.
    ///
    /// # Why
    ///
    /// The later value replaces the earlier one without a word; one of both is a leftover, or the
    /// key is a mistake.
    ///
    /// # Bad
    ///
    /// ```hsl
    /// $options = ["timeout" => 5, "method" => "PUT", "timeout" => 10];
    /// ```
    ///
    /// # Good
    ///
    /// ```hsl
    /// $options = ["timeout" => 10, "method" => "PUT"];
    /// ```
    DUPLICATE_KEY = "HSL3014" "duplicate-key" Warning
        "A key of an array literal is overwritten.", Expr(check)
}

fn check(pass: &mut Pass<'_>, _: ExprId, expr: &Expr) {
    let ExprKind::Array(elements) = &expr.kind else { return };
    let mut seen: FxHashMap<Key<'_>, Loc> = FxHashMap::default();
    for element in elements {
        let Element::Pair(id, _) = element else { continue };
        let at = pass.expr(*id).at;
        let Some(key) = Key::of(pass, *id) else { continue };
        if let Some(first) = seen.insert(key, at) {
            let written = String::from_utf8_lossy(pass.text(at)).into_owned();
            let message = format!("the key {written} stands here twice; this value is kept");
            let finding = pass.finding(&DUPLICATE_KEY, at, message);
            pass.push(finding.label(first.span, "the first value"));
        }
    }
}

/// A key as arrays store it, of those whose form is certain.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Text(&'a [u8]),
    Number(u64),
}

impl<'a> Key<'a> {
    fn of(pass: &Pass<'a>, id: ExprId) -> Option<Self> {
        match &pass.expr(id).kind {
            // A text of digits may be stored as a number.
            ExprKind::String(text) if text.iter().any(|b| !b.is_ascii_digit()) => {
                Some(Self::Text(text))
            }
            ExprKind::Number(number) => Some(Self::Number(number.to_bits())),
            _ => None,
        }
    }
}
