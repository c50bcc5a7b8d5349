//! How long calls of the library may wait, by their declarations.
//!
//! *Invariants.* Only waits that a declaration bounds count; a call without a time limit counts as
//! none, so that nothing is reported that is not certain.

use hsl_analysis::hir::{ExprId, ExprKind};
use hsl_decl::{Effect, Function};

use crate::Pass;

/// The options that limit a wait, in seconds. A call waits for the connection, then for the answer.
const LIMITS: [&str; 2] = ["connect_timeout", "timeout"];

/// A call that waits for others, and for how many seconds at most.
pub(super) struct Wait {
    pub(super) function: &'static Function,
    pub(super) seconds: f64,
}

/// How long a call may wait; none when it does not, or when that is not known.
pub(super) fn of(pass: &Pass<'_>, id: ExprId) -> Option<Wait> {
    let (declared, args) = pass.declarations(id);
    let [function] = declared[..] else { return None };
    if function.effect != Effect::External {
        return None;
    }
    let options = pass.options(function, args);
    let expected = function.params.iter().any(|param| param.name == "options");
    let hidden = options.is_none() && args.len() == function.params.len() && expected;
    if hidden || options.is_some_and(|options| in_background(pass, options)) {
        return None;
    }
    let limits = LIMITS.iter().filter_map(|name| {
        let option = function.options.iter().find(|option| option.name == *name)?;
        Some(match options.and_then(|options| pass.option(options, name)) {
            Some(given) => pass.number(given),
            None => option.default.and_then(|text| text.parse().ok()),
        })
    });
    let limits = limits.collect::<Option<Vec<f64>>>()?;
    (!limits.is_empty()).then(|| Wait { function, seconds: limits.iter().sum() })
}

fn in_background(pass: &Pass<'_>, options: ExprId) -> bool {
    let given = pass.option(options, "background").map(|value| &pass.expr(value).kind);
    given.is_some_and(|value| !matches!(value, ExprKind::Boolean(false)))
}
