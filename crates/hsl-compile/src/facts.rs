//! What evaluating an expression may do, computed once for the whole arena.
//!
//! A variable that is an operand is used where it lives, without a copy. That is only right when
//! nothing evaluated before the instruction changes it.
//!
//! *Invariants.* Parts of an expression stand before it in the arena, so one pass is enough.

use hsl_analysis::hir::{Callee, Element, Expr, ExprId, ExprKind, Part, Program};

/// What an expression may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// May change a variable of the function it stands in.
    pub(crate) assigns: bool,
    /// May call, throw by itself or be seen from outside.
    pub(crate) acts: bool,
}

impl Facts {
    fn with(self, other: Self) -> Self {
        Self { assigns: self.assigns || other.assigns, acts: self.acts || other.acts }
    }
}

/// The facts of every expression.
pub(crate) fn survey(program: &Program) -> Vec<Facts> {
    let mut all: Vec<Facts> = Vec::with_capacity(program.exprs.len());
    for expr in &program.exprs {
        let mut facts = own(expr);
        parts(expr, &mut |part| {
            facts = facts.with(all.get(part.index()).copied().unwrap_or_default());
        });
        all.push(facts);
    }
    all
}

fn own(expr: &Expr) -> Facts {
    let assigns = matches!(
        expr.kind,
        ExprKind::Assign { .. }
            | ExprKind::AssignOp { .. }
            | ExprKind::Update { .. }
            | ExprKind::Destructure { .. }
            | ExprKind::Unset(_)
    );
    let acts = matches!(
        expr.kind,
        ExprKind::Call { .. }
            | ExprKind::Cache { .. }
            | ExprKind::Yield(_)
            | ExprKind::Match { .. }
    );
    Facts { assigns, acts: acts || assigns }
}

/// The direct parts of an expression.
pub(crate) fn parts(expr: &Expr, see: &mut dyn FnMut(ExprId)) {
    match &expr.kind {
        ExprKind::Interpolated(pieces) => {
            for piece in pieces {
                if let Part::Value(value) = piece {
                    see(*value);
                }
            }
        }
        ExprKind::Array(elements) => elements.iter().for_each(|element| match element {
            Element::Item(value) | Element::Spread(value) => see(*value),
            Element::Pair(key, value) => {
                see(*key);
                see(*value);
            }
        }),
        ExprKind::Unary { operand, .. } => see(*operand),
        ExprKind::Binary { left, right, .. } => {
            see(*left);
            see(*right);
        }
        ExprKind::Ternary { condition, consequence, alternative } => {
            see(*condition);
            consequence.iter().for_each(|part| see(*part));
            see(*alternative);
        }
        ExprKind::Assign { place, value } | ExprKind::AssignOp { place, value, .. } => {
            see(*place);
            see(*value);
        }
        ExprKind::Update { place, .. } | ExprKind::Isset(place) | ExprKind::Unset(place) => {
            see(*place);
        }
        ExprKind::Destructure { pattern, value } => {
            see(*value);
            for element in &pattern.elements {
                element.key.iter().chain(&element.default).for_each(|part| see(*part));
                see(element.target);
            }
        }
        ExprKind::Call { callee, args } => {
            callee_part(callee, see);
            args.iter().for_each(|arg| see(arg.value));
        }
        ExprKind::Cache { options, callee, args, .. } => {
            see(*options);
            callee_part(callee, see);
            args.iter().for_each(|arg| see(arg.value));
        }
        ExprKind::Index { object, index } => {
            see(*object);
            see(*index);
        }
        ExprKind::Append { object } | ExprKind::Member { object, .. } => see(*object),
        ExprKind::Slice { object, first, last, step } => {
            see(*object);
            [first, last, step].into_iter().flatten().for_each(|part| see(*part));
        }
        ExprKind::Match { subject, arms } => {
            see(*subject);
            for arm in arms {
                arm.patterns.iter().for_each(|pattern| see(*pattern));
                see(arm.value);
            }
        }
        ExprKind::Yield(Some(value)) => see(*value),
        _ => {}
    }
}

fn callee_part(callee: &Callee, see: &mut dyn FnMut(ExprId)) {
    if let Callee::Method { object: part, .. } | Callee::Value(part) = callee {
        see(*part);
    }
}
