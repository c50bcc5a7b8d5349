//! Values that are computed without any effect: to leave them out, or to compute them in another
//! order, changes nothing.
//!
//! *Invariants.* What is not known to be harmless is not: a value that may raise an exception has an
//! effect.

use hsl_analysis::hir::{Callee, Element, ExprId, ExprKind, Part};
use hsl_decl::{Effect, Function};
use hsl_syntax::BinaryOp;

use crate::Pass;

impl Pass<'_> {
    /// Whether computing a value has no effect and cannot fail.
    pub fn is_idle(&self, id: ExprId) -> bool {
        let all = |ids: &[ExprId]| ids.iter().all(|id| self.is_idle(*id));
        match &self.expr(id).kind {
            ExprKind::None
            | ExprKind::Boolean(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Regex { .. }
            | ExprKind::Variable(_)
            | ExprKind::Function(_)
            | ExprKind::Builtin(_) => true,
            ExprKind::Index { object, index } => {
                let is_array = self.types().of(*object).is_some_and(|ty| ty.is_array());
                is_array && self.string(*index).is_some() && self.is_idle(*object)
            }
            ExprKind::Array(elements) => elements.iter().all(|element| match element {
                Element::Item(value) => self.is_idle(*value),
                Element::Pair(key, value) => self.string(*key).is_some() && self.is_idle(*value),
                Element::Spread(_) => false,
            }),
            ExprKind::Interpolated(parts) => parts.iter().all(|part| match part {
                Part::Text(_) => true,
                Part::Value(value) => self.is_text(*value) && self.is_idle(*value),
            }),
            ExprKind::Binary { op: BinaryOp::Concat, left, right } => {
                let sides = [*left, *right];
                sides.iter().all(|id| self.is_text(*id)) && all(&sides)
            }
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => all(&[*left, *right]),
            ExprKind::Call { callee: Callee::Builtin(function), args } => {
                let plain = args.iter().all(|arg| !arg.spread);
                let values: Vec<_> = args.iter().map(|arg| arg.value).collect();
                plain && self.never_fails(function, &values) && all(&values)
            }
            _ => false,
        }
    }

    fn is_text(&self, id: ExprId) -> bool {
        self.types().of(id).is_some_and(|ty| ty.is_string() || ty.is_number())
    }

    /// Whether a function computes its result from such arguments and nothing else, and always can.
    fn never_fails(&self, function: &Function, args: &[ExprId]) -> bool {
        let fits = |(param, id): (&hsl_decl::Param, &ExprId)| {
            self.types().of(*id).is_some_and(|ty| ty.always_fits(param.ty))
        };
        function.effect == Effect::Pure
            && function.docs.section("Errors") == Some("Never.")
            && args.len() >= function.min_args()
            && args.len() <= function.params.len()
            && function.params.iter().zip(args).all(fits)
    }
}
