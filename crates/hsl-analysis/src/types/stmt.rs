//! Statements.

use super::Slot;
use super::array::Array;
use super::declared;
use super::env::Delta;
use super::ty::{Instance, Kinds, Type};
use super::walk::{Jumps, Walk};
use crate::hir::{Block, ExprId, ExprKind, Stmt, StmtKind, SwitchItem, VarId};

impl Walk<'_> {
    /// Statements in order.
    pub(super) fn block(&mut self, block: &Block) {
        block.iter().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) | StmtKind::Echo(value) => _ = self.eval(*value),
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { arms, otherwise } => self.if_arms(arms, otherwise),
            StmtKind::While { condition, body } => self.run_loop(Some(*condition), None, body),
            StmtKind::Forever(body) => self.run_loop(None, None, body),
            StmtKind::For { initializer, condition, update, body } => {
                if let Some(first) = initializer {
                    self.eval(*first);
                }
                self.run_loop(*condition, *update, body);
            }
            StmtKind::Foreach { iterable, key, value, body } => {
                self.foreach(statement, *iterable, *key, *value, body);
            }
            StmtKind::Switch { subject, items } => self.switch(*subject, items),
            StmtKind::Break => self.leave(false),
            StmtKind::Continue => self.leave(true),
            StmtKind::Return(value) => {
                let ty = value.map_or(Type::NONE, |value| self.eval(value));
                self.result = self.result.or(&ty.widened());
                self.env.reachable = false;
            }
            StmtKind::Throw(value) => {
                self.eval(*value);
                self.env.reachable = false;
            }
            StmtKind::Try { body, variable, handler } => {
                self.attempt(statement, body, *variable, handler);
            }
            StmtKind::BindGlobal { .. } => {}
            StmtKind::Import(_) => self.called(),
            StmtKind::Data { variable, data } => {
                let ty = declared::of_datum(self.unit, &self.program.data[data.index()]);
                self.found.bind(statement.at, Slot::Value, ty.clone());
                self.write(*variable, ty);
            }
            StmtKind::Barrier { key, variable, body } => {
                self.eval(*key);
                if let Some(variable) = variable {
                    self.write(*variable, Type::UNKNOWN);
                }
                self.block(body);
            }
        }
    }

    /// A chain of conditions: each is asked where those before it do not hold.
    fn if_arms(&mut self, arms: &[(ExprId, Block)], otherwise: &Block) {
        let base = self.env.mark();
        let outer = self.conditions.len();
        let mut branches = Vec::with_capacity(arms.len() + 1);
        for (condition, body) in arms {
            self.eval(*condition);
            let here = self.env.mark();
            self.narrow(*condition, true);
            self.conditions.push(self.condition(*condition, true));
            self.block(body);
            branches.push(self.env.reachable.then(|| self.env.changes(base)));
            self.env.undo(here);
            self.conditions.truncate(outer);
            self.narrow(*condition, false);
            if matches!(self.program.expr(*condition).kind, ExprKind::Boolean(true)) {
                self.env.reachable = false;
            }
        }
        if let [(condition, _)] = arms {
            self.conditions.push(self.condition(*condition, false));
        }
        self.block(otherwise);
        self.conditions.truncate(outer);
        branches.push(self.env.undo(base));
        self.env.join(&branches);
    }

    fn leave(&mut self, continues: bool) {
        let target = self.jumps.iter().rposition(|jumps| !(continues && jumps.is_switch));
        if let (Some(at), true) = (target, self.env.reachable) {
            let delta = self.env.changes(self.jumps[at].mark);
            let jumps = &mut self.jumps[at];
            if continues { jumps.continues.push(delta) } else { jumps.breaks.push(delta) }
        }
        self.env.reachable = false;
    }

    fn switch(&mut self, subject: ExprId, items: &[SwitchItem]) {
        self.eval(subject);
        let mark = self.env.mark();
        self.jumps.push(Jumps { mark, is_switch: true, ..Jumps::default() });
        self.env.reachable = false;
        let mut has_default = false;
        for item in items {
            match item {
                SwitchItem::Case(_) | SwitchItem::Default => {
                    let before = self.env.undo(mark);
                    self.env.join(&[Some(Delta::default()), before]);
                    match item {
                        SwitchItem::Case(value) => _ = self.eval(*value),
                        _ => has_default = true,
                    }
                }
                SwitchItem::Stmt(statement) => self.statement(statement),
            }
        }
        let end = self.env.undo(mark);
        let jumps = self.jumps.pop().unwrap_or_default();
        let mut branches: Vec<Option<Delta>> = jumps.breaks.into_iter().map(Some).collect();
        branches.push(end);
        branches.extend((!has_default).then(|| Some(Delta::default())));
        self.env.join(&branches);
    }

    fn attempt(&mut self, statement: &Stmt, body: &Block, variable: VarId, handler: &Block) {
        let mark = self.env.mark();
        self.env.watch();
        self.block(body);
        let end = self.env.undo(mark);
        let thrown = self.env.watched();
        self.env.join(&[Some(thrown)]);
        // Anything can be thrown.
        self.found.bind(statement.at, Slot::Value, Type::UNKNOWN);
        self.write(variable, Type::UNKNOWN);
        self.called();
        self.block(handler);
        let caught = self.env.undo(mark);
        self.env.join(&[end, caught]);
    }

    fn foreach(
        &mut self,
        statement: &Stmt,
        iterable: ExprId,
        key: Option<VarId>,
        value: VarId,
        body: &Block,
    ) {
        let ty = self.eval(iterable);
        let (keys, values) = self.elements(&ty, key.is_some());
        self.found.bind(statement.at, Slot::Value, values.clone());
        self.found.bind(statement.at, Slot::Key, keys.clone());
        let runs = ty.shape().is_some_and(Array::is_filled) && ty.kinds == Kinds::ARRAY;
        self.each(runs, body, |walk| {
            if let Some(key) = key {
                walk.write(key, keys.clone());
            }
            walk.write(value, values.clone());
        });
    }

    /// Keys and values that a loop over something gives.
    fn elements(&self, ty: &Type, with_keys: bool) -> (Type, Type) {
        match (ty.shape(), ty.instances()) {
            _ if ty.is_unknown() => (Type::UNKNOWN, Type::UNKNOWN),
            (Some(array), []) => (array.keys().widened(), array.value().widened()),
            (None, [Instance::Collection(collection)]) => collection.pairs(self.unit),
            (None, [Instance::Generator(function)]) => {
                let yielded = self.table.yielded(*function).clone();
                match (with_keys, yielded.shape()) {
                    // A pair is unpacked to key and value.
                    (true, Some(_)) => (Type::UNKNOWN, Type::UNKNOWN),
                    _ => (Type::NUMBER, yielded),
                }
            }
            _ => (Type::UNKNOWN, Type::UNKNOWN),
        }
    }
}
