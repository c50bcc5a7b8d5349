//! Statements, in order.

use hsl_analysis::hir::{Callee, Expr, ExprId, ExprKind, Stmt, StmtKind, SwitchItem};
use hsl_decl::{Effect, Sink};

use super::learned::Fact;
use super::walk::Walk;

/// Times that the body of a loop is walked: once with what was before, once with what it leaves.
const LOOP: usize = 2;

impl Walk<'_> {
    /// Walks statements; false when the end is not reached.
    pub(super) fn block(&mut self, block: &[Stmt]) -> bool {
        block.iter().all(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &Stmt) -> bool {
        match &stmt.kind {
            StmtKind::Expr(id) => {
                self.value(*id);
                return !ends(self.pass.expr(*id));
            }
            StmtKind::Echo(id) => {
                let taint = self.value(*id);
                self.reach(Sink::Output, self.pass.expr(*id).at, &taint);
            }
            StmtKind::Throw(id) => {
                self.value(*id);
                return false;
            }
            StmtKind::Return(value) => {
                let taint = value.map(|value| self.value(value)).unwrap_or_default();
                if self.results.entry(self.function).or_default().join(&taint) {
                    self.learned.grew(Fact::Result(self.function));
                }
                return false;
            }
            StmtKind::Break | StmtKind::Continue => return false,
            StmtKind::Block(body) => return self.block(body),
            StmtKind::If { arms, otherwise } => return self.arms(arms, otherwise),
            StmtKind::While { condition, body } => self.turns(Some(*condition), None, body),
            StmtKind::Forever(body) => self.turns(None, None, body),
            StmtKind::For { initializer, condition, update, body } => {
                initializer.iter().for_each(|id| drop(self.value(*id)));
                self.turns(*condition, *update, body);
            }
            StmtKind::Foreach { iterable, key, value, body } => {
                let taint = self.value(*iterable);
                for variable in key.iter().chain([value]) {
                    self.write(self.slot(*variable), taint.clone(), true);
                }
                self.turns(None, None, body);
            }
            StmtKind::Switch { subject, items } => self.switch(*subject, items),
            StmtKind::Try { body, handler, .. } => {
                let before = self.state.clone();
                self.block(body);
                let after = std::mem::replace(&mut self.state, before);
                self.block(handler);
                self.state.join(after);
            }
            StmtKind::Barrier { key, body, .. } => {
                self.value(*key);
                return self.block(body);
            }
            StmtKind::BindGlobal { .. } | StmtKind::Import(_) | StmtKind::Data { .. } => {}
        }
        true
    }

    fn arms(&mut self, arms: &[(ExprId, Vec<Stmt>)], otherwise: &[Stmt]) -> bool {
        let mut after = Vec::new();
        for (condition, body) in arms {
            self.value(*condition);
            let before = self.state.clone();
            self.assume(*condition, true);
            if self.block(body) {
                after.push(std::mem::take(&mut self.state));
            }
            self.state = before;
            self.assume(*condition, false);
        }
        if self.block(otherwise) {
            after.push(std::mem::take(&mut self.state));
        }
        let Some(mut joined) = after.pop() else { return false };
        after.into_iter().for_each(|state| joined.join(state));
        self.state = joined;
        true
    }

    fn turns(&mut self, condition: Option<ExprId>, update: Option<ExprId>, body: &[Stmt]) {
        for _ in 0..LOOP {
            condition.iter().for_each(|id| drop(self.value(*id)));
            let before = self.state.clone();
            condition.iter().for_each(|id| self.assume(*id, true));
            self.block(body);
            update.iter().for_each(|id| drop(self.value(*id)));
            self.state.join(before);
        }
    }

    fn switch(&mut self, subject: ExprId, items: &[SwitchItem]) {
        self.value(subject);
        let before = self.state.clone();
        for item in items {
            match item {
                // A label may be reached from the beginning or from the statement above it.
                SwitchItem::Case(_) | SwitchItem::Default => self.state.join(before.clone()),
                SwitchItem::Stmt(stmt) => drop(self.stmt(stmt)),
            }
        }
        self.state.join(before);
    }
}

/// Whether a statement of this expression is the last that runs.
fn ends(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { callee: Callee::Builtin(function), .. }
        if function.effect == Effect::Terminates)
}
