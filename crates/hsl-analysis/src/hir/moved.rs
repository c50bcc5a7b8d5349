//! Parts of a program at another place of another program.
//!
//! Ids and places of what belongs to a part move by the same distance; those of what it only names
//! are looked up.
//!
//! *Invariants.* [`Move`] is applied to ids of the program that the part was made in, each once.

use diagnostics::Span;

use super::{
    Arg, Callee, Element, Expr, ExprId, ExprKind, FileId, Function, FunctionId, Loc, Part, Stmt,
    StmtKind, SwitchItem,
};

/// Where a part of a program goes. Distances wrap around, so that they may be negative.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) file: FileId,
    /// Bytes.
    pub(crate) text: u32,
    /// Positions in [`Program::exprs`](super::Program::exprs).
    pub(crate) exprs: u32,
    /// Functions from here on belong to the part.
    pub(crate) first_function: u32,
    /// Positions in [`Program::functions`](super::Program::functions) of those.
    pub(crate) functions: u32,
    /// Other functions, with what they are there.
    pub(crate) outer: Vec<(FunctionId, FunctionId)>,
}

impl Move {
    pub(crate) fn loc(&self, at: Loc) -> Loc {
        Loc { file: self.file, span: self.span(at.span) }
    }

    pub(crate) fn span(&self, span: Span) -> Span {
        Span { start: span.start.wrapping_add(self.text), end: span.end.wrapping_add(self.text) }
    }

    pub(crate) fn function(&self, id: FunctionId) -> FunctionId {
        if id.0 >= self.first_function {
            return FunctionId(id.0.wrapping_add(self.functions));
        }
        let known = self.outer.iter().find(|(from, _)| *from == id);
        known.map_or(id, |(_, to)| *to)
    }

    fn expr(&self, id: ExprId) -> ExprId {
        ExprId(id.0.wrapping_add(self.exprs))
    }

    fn exprs<'e>(&self, ids: impl IntoIterator<Item = &'e mut ExprId>) {
        ids.into_iter().for_each(|id| *id = self.expr(*id));
    }
}

impl Expr {
    pub(crate) fn moved(&self, to: &Move) -> Self {
        let mut kind = self.kind.clone();
        kind.go(to);
        Self { at: to.loc(self.at), kind }
    }
}

impl ExprKind {
    fn go(&mut self, to: &Move) {
        match self {
            Self::Error
            | Self::None
            | Self::Boolean(_)
            | Self::Number(_)
            | Self::String(_)
            | Self::Regex { .. }
            | Self::Variable(_)
            | Self::Global(_)
            | Self::Class(_)
            | Self::Builtin(_)
            | Self::BuiltinClass(_)
            | Self::BuiltinStatic(..) => {}
            Self::Function(id) | Self::Closure(id) => *id = to.function(*id),
            Self::Interpolated(parts) => parts.iter_mut().for_each(|part| {
                if let Part::Value(value) = part {
                    *value = to.expr(*value);
                }
            }),
            Self::Array(elements) => elements.iter_mut().for_each(|element| match element {
                Element::Item(value) | Element::Spread(value) => to.exprs([value]),
                Element::Pair(key, value) => to.exprs([key, value]),
            }),
            Self::Unary { operand: one, .. }
            | Self::Update { place: one, .. }
            | Self::Append { object: one }
            | Self::Member { object: one, .. }
            | Self::Isset(one)
            | Self::Unset(one) => to.exprs([one]),
            Self::Binary { left, right, .. } => to.exprs([left, right]),
            Self::Ternary { condition, consequence, alternative } => {
                to.exprs([condition, alternative].into_iter().chain(consequence));
            }
            Self::Assign { place, value } | Self::AssignOp { place, value, .. } => {
                to.exprs([place, value]);
            }
            Self::Destructure { pattern, value } => {
                to.exprs([value].into_iter().chain(&mut pattern.rest));
                for element in &mut pattern.elements {
                    let optional = element.key.iter_mut().chain(&mut element.default);
                    to.exprs([&mut element.target].into_iter().chain(optional));
                }
            }
            Self::Call { callee, args } => called(callee, args, to),
            Self::Cache { options, callee, args, .. } => {
                to.exprs([options]);
                called(callee, args, to);
            }
            Self::Index { object, index } => to.exprs([object, index]),
            Self::Slice { object, first, last, step } => {
                to.exprs([object].into_iter().chain(first).chain(last).chain(step));
            }
            Self::Match { subject, arms } => {
                to.exprs([subject]);
                for arm in arms {
                    to.exprs(arm.patterns.iter_mut().chain([&mut arm.value]));
                }
            }
            Self::Yield(value) => to.exprs(value),
        }
    }
}

fn called(callee: &mut Callee, args: &mut [Arg], to: &Move) {
    match callee {
        Callee::Function(id) => *id = to.function(*id),
        Callee::Method { object: value, .. } | Callee::Value(value) => to.exprs([value]),
        Callee::Class(_)
        | Callee::Builtin(_)
        | Callee::BuiltinClass(_)
        | Callee::BuiltinStatic(..) => {}
    }
    to.exprs(args.iter_mut().map(|arg| &mut arg.value));
}

fn go(block: &mut [Stmt], to: &Move) {
    block.iter_mut().for_each(|stmt| stmt.go(to));
}

impl Stmt {
    fn go(&mut self, to: &Move) {
        self.at = to.loc(self.at);
        match &mut self.kind {
            StmtKind::Expr(value) | StmtKind::Echo(value) | StmtKind::Throw(value) => {
                to.exprs([value]);
            }
            StmtKind::Return(value) => to.exprs(value),
            StmtKind::Block(body) | StmtKind::Forever(body) => go(body, to),
            StmtKind::If { arms, otherwise } => {
                for (condition, body) in arms {
                    to.exprs([condition]);
                    go(body, to);
                }
                go(otherwise, to);
            }
            StmtKind::While { condition: value, body }
            | StmtKind::Foreach { iterable: value, body, .. }
            | StmtKind::Barrier { key: value, body, .. } => {
                to.exprs([value]);
                go(body, to);
            }
            StmtKind::For { initializer, condition, update, body } => {
                to.exprs(initializer.iter_mut().chain(condition).chain(update));
                go(body, to);
            }
            StmtKind::Switch { subject, items } => {
                to.exprs([subject]);
                items.iter_mut().for_each(|item| match item {
                    SwitchItem::Case(value) => to.exprs([value]),
                    SwitchItem::Stmt(stmt) => stmt.go(to),
                    SwitchItem::Default => {}
                });
            }
            StmtKind::Try { body, handler, .. } => {
                go(body, to);
                go(handler, to);
            }
            StmtKind::Break
            | StmtKind::Continue
            | StmtKind::BindGlobal { .. }
            | StmtKind::Import(_)
            | StmtKind::Data { .. } => {}
        }
    }
}

impl Function {
    /// Takes over parameters, variables and statements of a function, moved.
    pub(crate) fn take_body(&mut self, from: &Self, to: &Move) {
        self.params.clone_from(&from.params);
        for param in &mut self.params {
            to.exprs(&mut param.default);
            param.at = to.loc(param.at);
        }
        self.rest = from.rest;
        self.captures.clone_from(&from.captures);
        self.variables.clone_from(&from.variables);
        self.variables.iter_mut().for_each(|variable| variable.at = to.loc(variable.at));
        self.generator = from.generator;
        self.body.clone_from(&from.body);
        go(&mut self.body, to);
    }
}
