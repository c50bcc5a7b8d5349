//! What lies directly inside an expression or a statement.
//!
//! Whoever looks at a whole program needs no deep stack: expressions lie in one arena, so a list of
//! ids still to be seen is enough.
//!
//! *Not here.* Bodies of closures: they are functions of the program, with statements of their own.

use super::{
    Arg, Block, Callee, Element, ExprId, ExprKind, Part, Pattern, Stmt, StmtKind, SwitchItem,
};

impl ExprKind {
    /// Calls `each` with the operands, in the order of the text.
    pub fn operands(&self, each: &mut impl FnMut(ExprId)) {
        match self {
            Self::Error
            | Self::None
            | Self::Boolean(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Regex { .. }
            | Self::Variable(_)
            | Self::Global(_)
            | Self::Function(_)
            | Self::Class(_)
            | Self::Builtin(_)
            | Self::BuiltinClass(_)
            | Self::BuiltinStatic(..)
            | Self::Closure(_) => {}
            Self::Interpolated(parts) => parts.iter().for_each(|part| {
                if let Part::Value(value) = part {
                    each(*value);
                }
            }),
            Self::Array(elements) => elements.iter().for_each(|element| match element {
                Element::Item(value) | Element::Spread(value) => each(*value),
                Element::Pair(key, value) => [*key, *value].into_iter().for_each(&mut *each),
            }),
            Self::Unary { operand: one, .. }
            | Self::Update { place: one, .. }
            | Self::Append { object: one }
            | Self::Member { object: one, .. }
            | Self::Isset(one)
            | Self::Unset(one) => each(*one),
            Self::Binary { left, right, .. } => [*left, *right].into_iter().for_each(each),
            Self::Ternary { condition, consequence, alternative } => {
                each(*condition);
                consequence.iter().copied().for_each(&mut *each);
                each(*alternative);
            }
            Self::Assign { place, value } | Self::AssignOp { place, value, .. } => {
                [*place, *value].into_iter().for_each(each);
            }
            Self::Destructure { pattern, value } => {
                targets(pattern, each);
                each(*value);
            }
            Self::Call { callee, args } => called(callee, args, each),
            Self::Cache { options, callee, args, .. } => {
                each(*options);
                called(callee, args, each);
            }
            Self::Index { object, index } => [*object, *index].into_iter().for_each(each),
            Self::Slice { object, first, last, step } => {
                each(*object);
                [first, last, step].into_iter().flatten().copied().for_each(each);
            }
            Self::Match { subject, arms } => {
                each(*subject);
                for arm in arms {
                    arm.patterns.iter().copied().for_each(&mut *each);
                    each(arm.value);
                }
            }
            Self::Yield(value) => value.iter().copied().for_each(each),
        }
    }
}

fn targets(pattern: &Pattern, each: &mut impl FnMut(ExprId)) {
    for element in &pattern.elements {
        element.key.iter().copied().for_each(&mut *each);
        each(element.target);
        element.default.iter().copied().for_each(&mut *each);
    }
    pattern.rest.iter().copied().for_each(each);
}

fn called(callee: &Callee, args: &[Arg], each: &mut impl FnMut(ExprId)) {
    match callee {
        Callee::Method { object: value, .. } | Callee::Value(value) => each(*value),
        Callee::Function(_)
        | Callee::Class(_)
        | Callee::Builtin(_)
        | Callee::BuiltinClass(_)
        | Callee::BuiltinStatic(..) => {}
    }
    args.iter().for_each(|arg| each(arg.value));
}

impl StmtKind {
    /// Calls `each` with the expressions directly inside, in the order of the text; those of the
    /// statements inside are not.
    pub fn values(&self, each: &mut impl FnMut(ExprId)) {
        match self {
            Self::Expr(value)
            | Self::Echo(value)
            | Self::Throw(value)
            | Self::While { condition: value, .. }
            | Self::Foreach { iterable: value, .. }
            | Self::Barrier { key: value, .. } => each(*value),
            Self::Return(value) => value.iter().copied().for_each(each),
            Self::If { arms, .. } => arms.iter().for_each(|(condition, _)| each(*condition)),
            Self::For { initializer, condition, update, .. } => {
                [initializer, condition, update].into_iter().flatten().copied().for_each(each);
            }
            Self::Switch { subject, items } => {
                each(*subject);
                items.iter().for_each(|item| {
                    if let SwitchItem::Case(value) = item {
                        each(*value);
                    }
                });
            }
            Self::Block(_)
            | Self::Forever(_)
            | Self::Break
            | Self::Continue
            | Self::Try { .. }
            | Self::BindGlobal { .. }
            | Self::Import(_)
            | Self::Data { .. } => {}
        }
    }

    /// The blocks directly inside, in the order of the text. The statements of a `switch` are not
    /// in a block of their own; [`StmtKind::nested`] has them too.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        let (arms, other): (&[_], [Option<&Block>; 2]) = match self {
            Self::If { arms, otherwise } => (arms, [Some(otherwise), None]),
            Self::Try { body, handler, .. } => (&[], [Some(body), Some(handler)]),
            Self::Block(body)
            | Self::Forever(body)
            | Self::While { body, .. }
            | Self::For { body, .. }
            | Self::Foreach { body, .. }
            | Self::Barrier { body, .. } => (&[], [Some(body), None]),
            _ => (&[], [None, None]),
        };
        arms.iter().map(|(_, body)| body).chain(other.into_iter().flatten())
    }

    /// The statements directly inside, in the order of the text.
    pub fn nested(&self) -> impl Iterator<Item = &Stmt> {
        let items: &[SwitchItem] = match self {
            Self::Switch { items, .. } => items,
            _ => &[],
        };
        let of_switch = items.iter().filter_map(|item| match item {
            SwitchItem::Stmt(stmt) => Some(stmt),
            _ => None,
        });
        self.blocks().flatten().chain(of_switch)
    }
}
