//! How long calls of the library may wait, by their declarations, and what uses them.
//!
//! *Invariants.* Only waits that a declaration bounds have a length; what else a call waits for is
//! said to be open, never guessed.

mod clock;

use hsl_analysis::hir::{ExprId, ExprKind, FunctionKind, Loc};
use hsl_analysis::{Resolved, Unit};
use hsl_decl::{Effect, Function, OptionDecl};

pub(crate) use clock::Clock;

use crate::Pass;

/// The options that limit a wait, in seconds. A call waits for the connection, then for the answer.
const LIMITS: [&str; 2] = ["connect_timeout", "timeout"];

/// A call that waits for others, and for how many seconds at most; none when the limit is not known.
pub(crate) struct Wait {
    pub(crate) function: &'static Function,
    pub(crate) seconds: Option<f64>,
}

/// How long a function, or a script itself, may wait on its longest way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waiting {
    /// The definition; a script as a whole.
    pub at: Loc,
    /// Whether it is a script itself.
    pub is_script: bool,
    /// The limits of the calls on the longest way together, in seconds.
    pub seconds: f64,
    /// Whether a call has a limit that is not known, so that it may be more.
    pub open: bool,
}

/// How long the functions and scripts of a program may wait; those that do not wait are left out.
pub fn waiting(resolved: &Resolved, unit: &Unit<'_>) -> Vec<Waiting> {
    let pass = Pass::new(resolved, unit);
    let mut clock = Clock::new(&pass);
    let functions = pass.program.functions.iter().enumerate();
    let waiting = functions.map(|(number, function)| {
        let ways = clock.function(hsl_analysis::hir::FunctionId(number as u32));
        let (seconds, open) = (ways.most, ways.open);
        let is_script = function.kind == FunctionKind::Module;
        Waiting { at: function.at, is_script, seconds, open }
    });
    waiting.filter(|waiting| waiting.seconds > 0.0).collect()
}

/// How a call waits; none when it does not.
pub(crate) fn of(pass: &Pass<'_>, id: ExprId) -> Option<Wait> {
    let (declared, args) = pass.declarations(id);
    let [function] = declared[..] else { return None };
    if function.effect != Effect::External {
        return None;
    }
    if let Some(seconds) = function.limit {
        return Some(Wait { function, seconds: Some(f64::from(seconds)) });
    }
    if let Some(at) = function.params.iter().position(|param| param.waits) {
        let seconds = args.get(at).and_then(|arg| pass.number(arg.value));
        return Some(Wait { function, seconds });
    }
    let limits = limits(function);
    if limits.is_empty() {
        return None;
    }
    let options = pass.options(function, args);
    let expected = function.params.iter().any(|param| param.name == "options");
    if options.is_none() && args.len() == function.params.len() && expected {
        return Some(Wait { function, seconds: None });
    }
    if options.is_some_and(|options| in_background(pass, options)) {
        return None;
    }
    let seconds = limits.iter().map(|option| {
        match options.and_then(|options| pass.option(options, option.name)) {
            Some(given) => pass.number(given),
            None => option.default.and_then(|text| text.parse().ok()),
        }
    });
    Some(Wait { function, seconds: seconds.sum() })
}

/// The options of a function that limit how long it waits.
fn limits(function: &Function) -> Vec<&'static OptionDecl> {
    let named = |name: &&str| function.options.iter().find(|option| option.name == *name);
    LIMITS.iter().filter_map(named).collect()
}

fn in_background(pass: &Pass<'_>, options: ExprId) -> bool {
    let given = pass.option(options, "background").map(|value| &pass.expr(value).kind);
    given.is_some_and(|value| !matches!(value, ExprKind::Boolean(false)))
}
