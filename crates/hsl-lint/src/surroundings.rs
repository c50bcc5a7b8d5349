//! Where an expression stands: in which function, under which expression, and what for.
//!
//! *Not here.* The other direction, operands of an expression (`hir::ExprKind::operands`).

use hsl_analysis::hir::{Expr, ExprId, ExprKind, FunctionId, Program, Stmt, StmtKind, SwitchItem};
use hsl_syntax::{BinaryOp, UnaryOp};

use crate::written::Written;

/// What a value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Nothing: the expression is a statement.
    Effect,
    /// Whether it is true.
    Condition,
    /// What a `foreach` iterates.
    Iterated,
    /// What a `switch` compares, or a `case` of it.
    Compared,
    /// The result of the function.
    Returned,
    /// Anything else that a statement does with a value: `echo`, `throw`, the key of a `barrier`.
    Used,
    /// Part of another expression.
    Operand,
}

/// Where one expression stands.
#[derive(Clone, Copy, Debug)]
struct Spot {
    parent: Option<ExprId>,
    role: Role,
    function: FunctionId,
    looped: bool,
}

/// Where each expression of a program stands; those that no statement reaches have no place.
#[derive(Debug)]
pub struct Surroundings {
    spots: Vec<Option<Spot>>,
    /// What variables are assigned.
    pub(crate) written: Written,
}

impl Surroundings {
    /// Walks every statement of the program.
    pub(crate) fn of(program: &Program) -> Self {
        let mut walk = Walk { program, spots: vec![None; program.exprs.len()], todo: Vec::new() };
        for (number, function) in program.functions.iter().enumerate() {
            let id = FunctionId(number as u32);
            for param in &function.params {
                walk.root(param.default, Role::Used, id, false);
            }
            for stmt in &function.body {
                walk.stmt(stmt, id, false);
            }
        }
        let spots = walk.spots;
        let function = |id: ExprId| Some(spots.get(id.index())?.as_ref()?.function);
        let written = Written::of(program, function);
        Self { spots, written }
    }

    fn spot(&self, id: ExprId) -> Option<&Spot> {
        self.spots.get(id.index())?.as_ref()
    }

    /// Whether a statement reaches it.
    pub fn reached(&self, id: ExprId) -> bool {
        self.spot(id).is_some()
    }

    /// The expression directly around it.
    pub fn parent(&self, id: ExprId) -> Option<ExprId> {
        self.spot(id)?.parent
    }

    /// What its value is for.
    pub fn role(&self, id: ExprId) -> Role {
        self.spot(id).map_or(Role::Operand, |spot| spot.role)
    }

    /// The function whose statement it belongs to.
    pub fn function(&self, id: ExprId) -> Option<FunctionId> {
        Some(self.spot(id)?.function)
    }

    /// Whether it is computed again and again by a loop of its function.
    pub fn looped(&self, id: ExprId) -> bool {
        self.spot(id).is_some_and(|spot| spot.looped)
    }

    /// Whether only the truth of its value matters: a condition, also through `!`, `and`, `or`.
    pub fn tested(&self, exprs: &[Expr], id: ExprId) -> bool {
        let mut id = id;
        loop {
            let Some(spot) = self.spot(id) else { return false };
            let Some(parent) = spot.parent else { return spot.role == Role::Condition };
            match &exprs[parent.index()].kind {
                ExprKind::Unary { op: UnaryOp::Not, .. } => return true,
                ExprKind::Binary { op: BinaryOp::And | BinaryOp::Or, .. } => return true,
                ExprKind::Ternary { condition, consequence, .. } if *condition == id => {
                    return consequence.is_some();
                }
                ExprKind::Ternary { .. } => id = parent,
                _ => return false,
            }
        }
    }
}

struct Walk<'p> {
    program: &'p Program,
    spots: Vec<Option<Spot>>,
    todo: Vec<(ExprId, Spot)>,
}

impl Walk<'_> {
    /// Notes an expression of a statement and everything below it.
    fn root(&mut self, id: Option<ExprId>, role: Role, function: FunctionId, looped: bool) {
        let Some(id) = id else { return };
        self.todo.push((id, Spot { parent: None, role, function, looped }));
        while let Some((id, spot)) = self.todo.pop() {
            let Some(place) = self.spots.get_mut(id.index()) else { continue };
            if place.is_some() {
                continue;
            }
            *place = Some(spot);
            let inner = Spot { parent: Some(id), role: Role::Operand, ..spot };
            let kind = &self.program.expr(id).kind;
            kind.operands(&mut |operand| self.todo.push((operand, inner)));
        }
    }

    fn stmt(&mut self, stmt: &Stmt, function: FunctionId, looped: bool) {
        let mut root = |id, role| self.root(Some(id), role, function, looped);
        let mut inside = looped;
        match &stmt.kind {
            StmtKind::Expr(value) => root(*value, Role::Effect),
            StmtKind::Echo(value) | StmtKind::Throw(value) => root(*value, Role::Used),
            StmtKind::Barrier { key, .. } => root(*key, Role::Used),
            StmtKind::Return(value) => {
                value.iter().for_each(|value| root(*value, Role::Returned));
            }
            StmtKind::If { arms, .. } => {
                arms.iter().for_each(|(condition, _)| root(*condition, Role::Condition));
            }
            StmtKind::While { condition, .. } => {
                inside = true;
                self.root(Some(*condition), Role::Condition, function, true);
            }
            StmtKind::Forever(_) => inside = true,
            StmtKind::For { initializer, condition, update, .. } => {
                inside = true;
                self.root(*initializer, Role::Effect, function, looped);
                self.root(*condition, Role::Condition, function, true);
                self.root(*update, Role::Effect, function, true);
            }
            StmtKind::Foreach { iterable, .. } => {
                inside = true;
                root(*iterable, Role::Iterated);
            }
            StmtKind::Switch { subject, items } => {
                root(*subject, Role::Compared);
                items.iter().for_each(|item| {
                    if let SwitchItem::Case(value) = item {
                        root(*value, Role::Compared);
                    }
                });
            }
            StmtKind::Block(_)
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Try { .. }
            | StmtKind::BindGlobal { .. }
            | StmtKind::Import(_)
            | StmtKind::Data { .. } => {}
        }
        stmt.kind.nested().for_each(|inner| self.stmt(inner, function, inside));
    }
}
