//! Whether control comes past a statement, a call or the end of a script.
//!
//! *Invariants.* "Stops" is certain: every way through the expression ends the script or throws.
//! Conditions that are not written as `true` may be either, and loops may run no round.

use std::rc::Rc;

use hsl_analysis::hir::{
    Callee, Expr, ExprId, ExprKind, Function, FunctionId, Program, Stmt, StmtKind, SwitchItem,
};
use hsl_decl::Effect;
use hsl_syntax::BinaryOp;

/// Choices inside choices that are looked into.
const DEPTH: u32 = 32;
/// Rounds after which calls of calls are taken to return.
const ROUNDS: usize = 16;

/// Which calls never return.
#[derive(Debug)]
pub(crate) struct Flow<'p> {
    program: &'p Program,
    /// By function.
    never: Rc<[bool]>,
}

/// The ways out of statements.
#[derive(Clone, Copy, Debug, Default)]
struct Exits {
    falls: bool,
    returns: bool,
    breaks: bool,
}

impl Exits {
    const FALLS: Self = Self { falls: true, returns: false, breaks: false };

    fn or(self, other: Self) -> Self {
        Self {
            falls: self.falls || other.falls,
            returns: self.returns || other.returns,
            breaks: self.breaks || other.breaks,
        }
    }

    /// These statements, then others.
    fn then(self, next: Self) -> Self {
        if self.falls { Self { falls: false, ..self }.or(next) } else { self }
    }

    /// A loop of this body: `endless` when only a `break` leaves it.
    fn repeated(self, endless: bool) -> Self {
        Self { falls: !endless || self.breaks, returns: self.returns, breaks: false }
    }
}

impl<'p> Flow<'p> {
    /// Looks at every function of a program.
    pub(crate) fn of(program: &'p Program) -> Self {
        let mut flow = Self::known(program, vec![false; program.functions.len()].into());
        for _ in 0..ROUNDS {
            let functions = program.functions.iter();
            let never: Rc<[bool]> = functions.map(|f| !f.generator && !flow.completes(f)).collect();
            if never == flow.never {
                break;
            }
            flow.never = never;
        }
        flow
    }

    /// What was found out about every function of a program.
    pub(crate) fn known(program: &'p Program, never: Rc<[bool]>) -> Self {
        Self { program, never }
    }

    /// Which functions never come back.
    pub(crate) fn never(self) -> Rc<[bool]> {
        self.never
    }

    /// Whether a call of the function may come back, or the script end with its last statement.
    pub(crate) fn returns(&self, id: FunctionId) -> bool {
        !self.never[id.index()]
    }

    fn completes(&self, function: &Function) -> bool {
        let exits = self.block(&function.body);
        exits.falls || exits.returns
    }

    /// Whether computing a value always ends the script.
    pub(crate) fn stops(&self, id: ExprId) -> bool {
        self.stops_within(id, DEPTH)
    }

    fn stops_within(&self, id: ExprId, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let kind = &self.program.expr(id).kind;
            if self.chooses_to_stop(kind, depth) {
                return true;
            }
            match kind {
                ExprKind::Binary {
                    op: BinaryOp::Or | BinaryOp::And | BinaryOp::Coalesce,
                    left,
                    ..
                } => {
                    todo.push(*left);
                }
                ExprKind::AssignOp { op: BinaryOp::Coalesce, .. } => {}
                ExprKind::Ternary { condition, .. } => todo.push(*condition),
                ExprKind::Match { subject, .. } => todo.push(*subject),
                ExprKind::Cache { args, .. } => todo.extend(args.iter().map(|arg| arg.value)),
                kind => kind.operands(&mut |operand| todo.push(operand)),
            }
        }
        false
    }

    /// Whether it is a call that never returns, or a choice between such.
    fn chooses_to_stop(&self, kind: &ExprKind, depth: u32) -> bool {
        match kind {
            ExprKind::Call { callee, .. } => self.ends(callee),
            ExprKind::Ternary { consequence: Some(yes), alternative, .. } => {
                self.stops_within(*yes, depth) && self.stops_within(*alternative, depth)
            }
            ExprKind::Match { arms, .. } => {
                !arms.is_empty() && arms.iter().all(|arm| self.stops_within(arm.value, depth))
            }
            _ => false,
        }
    }

    fn ends(&self, callee: &Callee) -> bool {
        match callee {
            Callee::Builtin(function) => function.effect == Effect::Terminates,
            Callee::Function(id) => self.never[id.index()],
            Callee::Value(value) => match self.program.expr(*value).kind {
                ExprKind::Closure(id) | ExprKind::Function(id) => self.never[id.index()],
                _ => false,
            },
            _ => false,
        }
    }

    fn block(&self, block: &[Stmt]) -> Exits {
        let mut exits = Exits::FALLS;
        for stmt in block {
            exits = exits.then(self.stmt(stmt));
            if !exits.falls {
                break;
            }
        }
        exits
    }

    fn value(&self, id: ExprId, then: Exits) -> Exits {
        if self.stops(id) { Exits::default() } else { then }
    }

    fn stmt(&self, stmt: &Stmt) -> Exits {
        match &stmt.kind {
            StmtKind::Expr(value) | StmtKind::Echo(value) => self.value(*value, Exits::FALLS),
            StmtKind::Throw(_) | StmtKind::Continue => Exits::default(),
            StmtKind::Break => Exits { breaks: true, ..Exits::default() },
            StmtKind::Return(value) => {
                let returns = Exits { returns: true, ..Exits::default() };
                value.map_or(returns, |value| self.value(value, returns))
            }
            StmtKind::If { arms, otherwise } => self.branches(arms, otherwise),
            StmtKind::While { condition, body } => {
                self.block(body).repeated(is_true(self.program.expr(*condition)))
            }
            StmtKind::Forever(body) => self.block(body).repeated(true),
            StmtKind::For { condition, body, .. } => {
                let endless = condition.is_none_or(|c| is_true(self.program.expr(c)));
                self.block(body).repeated(endless)
            }
            StmtKind::Foreach { body, .. } => self.block(body).repeated(false),
            StmtKind::Switch { subject, items } => self.value(*subject, self.switch(items)),
            StmtKind::Try { body, handler, .. } => self.block(body).or(self.block(handler)),
            StmtKind::Block(body) | StmtKind::Barrier { body, .. } => self.block(body),
            StmtKind::Import(module) => {
                let top = self.program.modules[module.index()].top;
                if self.returns(top) { Exits::FALLS } else { Exits::default() }
            }
            StmtKind::BindGlobal { .. } | StmtKind::Data { .. } => Exits::FALLS,
        }
    }

    fn branches(&self, arms: &[(ExprId, Vec<Stmt>)], otherwise: &[Stmt]) -> Exits {
        let mut exits = Exits::default();
        for (condition, body) in arms {
            if self.stops(*condition) {
                return exits;
            }
            exits = exits.or(self.block(body));
        }
        exits.or(self.block(otherwise))
    }

    /// From each label to the end.
    fn switch(&self, items: &[SwitchItem]) -> Exits {
        let (mut all, mut rest, mut complete) = (Exits::default(), Exits::FALLS, false);
        for item in items.iter().rev() {
            match item {
                SwitchItem::Stmt(stmt) => rest = self.stmt(stmt).then(rest),
                SwitchItem::Case(_) => all = all.or(rest),
                SwitchItem::Default => {
                    all = all.or(rest);
                    complete = true;
                }
            }
        }
        Exits { falls: all.falls || all.breaks || !complete, returns: all.returns, breaks: false }
    }
}

fn is_true(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Boolean(true))
}
