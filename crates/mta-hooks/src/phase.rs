//! The contract between a hook and the server that runs it.

use hsl_decl::{Hook, HookDecl};
use hsl_vm::{Value, Verdict};

/// Names, with `$`, and values that exist when a hook starts.
pub type Variables = Vec<(&'static str, Value)>;

/// A hook, as the variables of one run of it.
///
/// A run ends in one of three ways: with a verdict, by falling off the end, or with an error. Each
/// has exactly one decision.
pub trait Phase: Sized {
    /// Which hook.
    const HOOK: Hook;
    /// Everything that exists only there.
    const DECL: &'static HookDecl;
    /// What a run can decide.
    type Decision;

    /// The variables of this run.
    fn variables(self) -> Variables;

    /// The decision of a script that ends without a verdict, or of a hook without a script.
    fn implicit() -> Self::Decision;

    /// The decision when the script fails: uncaught exception, limit, deadline.
    fn on_error() -> Self::Decision;

    /// The decision that a verdict stands for. A verdict that is none of this hook counts as an
    /// error, never as an acceptance.
    fn decode(verdict: &Verdict) -> Self::Decision;
}

/// Implements [`Phase`] for the variables of a hook from the `functions` module beside them.
macro_rules! phase {
    ($variables:ty, $hook:ident, $decision:ty, $decl:ident) => {
        impl $crate::Phase for $variables {
            const HOOK: hsl_decl::Hook = hsl_decl::Hook::$hook;
            const DECL: &'static hsl_decl::HookDecl = &$decl;
            type Decision = $decision;

            fn variables(self) -> $crate::Variables {
                self.into_variables()
            }

            fn implicit() -> Self::Decision {
                implicit()
            }

            fn on_error() -> Self::Decision {
                on_error()
            }

            fn decode(verdict: &hsl_vm::Verdict) -> Self::Decision {
                functions::decode(verdict).unwrap_or_else(|_| on_error())
            }
        }
    };
}
pub(crate) use phase;
