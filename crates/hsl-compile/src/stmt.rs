//! Statements.

use hsl_analysis::data::Datum;
use hsl_analysis::hir::{Block, DataId, ExprId, ExprKind, Loc, Stmt, StmtKind, VarId};
use hsl_vm::code::{HandlerKind, Label, Op, Reg};

use crate::body::{Body, Home, Scope};
use crate::fold;
use crate::link::freeze;

impl Body<'_, '_> {
    pub(crate) fn block(&mut self, block: &Block) {
        for stmt in block {
            self.stmt(stmt);
        }
    }

    pub(crate) fn stmt(&mut self, stmt: &Stmt) {
        if let StmtKind::Block(block) = &stmt.kind {
            return self.block(block);
        }
        self.statement(stmt.at);
        let before = self.code.pc();
        let mark = self.code.mark();
        self.perform(stmt);
        self.code.release_to(mark);
        if self.code.pc() == before {
            // A statement without code must still be a place where a breakpoint can stand.
            self.emit(Op::Nop);
        }
    }

    fn perform(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Expr(value) => self.discard(*value),
            StmtKind::Echo(value) => {
                let s = self.operand(*value);
                self.at(self.expr(*value).at);
                self.emit(Op::Echo { s });
            }
            StmtKind::Block(block) => self.block(block),
            StmtKind::If { arms, otherwise } => self.if_statement(arms, otherwise),
            StmtKind::While { condition, body } => {
                self.loop_statement(Some(*condition), None, body);
            }
            StmtKind::Forever(body) => self.loop_statement(None, None, body),
            StmtKind::For { initializer, condition, update, body } => {
                if let Some(value) = initializer {
                    self.scratch(|this| this.discard(*value));
                }
                self.loop_statement(*condition, *update, body);
            }
            StmtKind::Foreach { iterable, key, value, body } => {
                self.foreach(stmt.at, *iterable, *key, *value, body);
            }
            StmtKind::Switch { subject, items } => self.switch(*subject, items),
            StmtKind::Break => self.leave(|scope| match scope {
                Scope::Jump { on_break, .. } => Some(on_break),
                Scope::Barrier(_) => None,
            }),
            StmtKind::Continue => self.leave(|scope| match scope {
                Scope::Jump { on_continue, .. } => on_continue,
                Scope::Barrier(_) => None,
            }),
            StmtKind::Return(value) => self.return_statement(*value),
            StmtKind::Throw(value) => {
                let s = self.operand(*value);
                self.at(stmt.at);
                self.emit(Op::Throw { s });
            }
            StmtKind::Try { body, variable, handler } => {
                self.try_statement(body, *variable, handler)
            }
            StmtKind::BindGlobal { variable, global } => {
                if let (Home::Cell(c), Some(g)) = (self.home(*variable), self.link.global(*global))
                {
                    self.emit(Op::BindGlobal { c, g });
                }
            }
            StmtKind::Import(module) => {
                let module = self.link.module(*module);
                self.emit(Op::RunModule { module });
            }
            StmtKind::Data { variable, data } => self.data(*variable, *data, stmt.at),
            StmtKind::Barrier { key, variable, body } => self.barrier(*key, *variable, body),
        }
    }

    /// Binds a data import. A script may change a message, so each run makes one of the constant text.
    fn data(&mut self, variable: VarId, data: DataId, at: Loc) {
        let datum = &self.link.program.data[data.index()];
        let s = self.temp();
        self.load_constant(freeze(datum), s);
        if let Datum::Message(_) = datum {
            self.at(at);
            let op = self.native_call(hsl_std::MESSAGE_OF_TEXT, s, 1, at, s);
            self.emit(op);
        }
        self.store_variable(variable, s);
    }

    fn if_statement(&mut self, arms: &[(ExprId, Block)], otherwise: &Block) {
        let end = self.code.label();
        for (at, (condition, block)) in arms.iter().enumerate() {
            if at > 0 {
                self.statement(self.expr(*condition).at);
            }
            let next = self.code.label();
            self.jump_unless(*condition, next);
            self.block(block);
            if at + 1 < arms.len() || !otherwise.is_empty() {
                self.code.jump(Op::Jump { off: 0 }, end);
            }
            self.bind(next);
        }
        self.block(otherwise);
        self.bind(end);
    }

    /// The condition stands at the end: one jump per turn.
    fn loop_statement(&mut self, condition: Option<ExprId>, update: Option<ExprId>, body: &Block) {
        let (test, again) = (self.code.label(), self.code.label());
        let (on_break, on_continue) = (self.code.label(), self.code.label());
        if condition.is_some() {
            self.code.jump(Op::Jump { off: 0 }, test);
        }
        self.bind(again);
        let before = self.code.pc();
        self.scopes.push(Scope::Jump { on_break, on_continue: Some(on_continue) });
        self.block(body);
        self.scopes.pop();
        self.bind(on_continue);
        if let Some(update) = update {
            self.statement(self.expr(update).at);
            self.scratch(|this| this.discard(update));
        }
        self.bind(test);
        match condition {
            Some(condition) => {
                self.statement(self.expr(condition).at);
                self.jump_if(condition, again);
            }
            None => {
                if self.code.pc() == before {
                    // A jump to itself is not an instruction.
                    self.emit(Op::Nop);
                }
                self.code.jump(Op::Jump { off: 0 }, again);
            }
        }
        self.bind(on_break);
    }

    fn foreach(
        &mut self,
        at: Loc,
        iterable: ExprId,
        key: Option<VarId>,
        value: VarId,
        body: &Block,
    ) {
        let i = self.temp();
        let key_reg = key.map(|_| self.temp());
        let s = self.operand(iterable);
        self.at(self.expr(iterable).at);
        self.emit(Op::IterStart { d: i, s });
        if !self.is_variable(s) {
            // The loop holds what it runs over; a second holder would outlive it.
            self.emit(Op::None { d: s });
        }
        self.at(at);
        let v = match self.home(value) {
            Home::Register(reg) => reg,
            _ => self.temp(),
        };
        let (again, on_break, on_continue) =
            (self.code.label(), self.code.label(), self.code.label());
        self.code.jump(Op::Jump { off: 0 }, on_continue);
        self.bind(again);
        if let (Some(key), Some(reg)) = (key, key_reg) {
            self.store_variable(key, reg);
        }
        if self.home(value) != Home::Register(v) {
            self.store_variable(value, v);
        }
        self.scopes.push(Scope::Jump { on_break, on_continue: Some(on_continue) });
        self.block(body);
        self.scopes.pop();
        self.bind(on_continue);
        self.statement(at);
        // The end is always two instructions away, however long the body is.
        let end = self.code.label();
        match key {
            Some(_) => self.code.jump(Op::IterNextKey { i, v, off: 0 }, end),
            None => self.code.jump(Op::IterNext { i, v, off: 0 }, end),
        }
        self.code.jump(Op::Jump { off: 0 }, again);
        self.bind(on_break);
        self.emit(Op::None { d: i });
        self.bind(end);
    }

    /// Jumps out to a scope, releasing the barriers on the way.
    fn leave(&mut self, target: impl Fn(Scope) -> Option<Label>) {
        let scopes = self.scopes.clone();
        for scope in scopes.iter().rev() {
            if let Some(label) = target(*scope) {
                self.code.jump(Op::Jump { off: 0 }, label);
                return;
            }
            if let Scope::Barrier(variable) = scope {
                self.unlock(*variable);
            }
        }
    }

    fn return_statement(&mut self, value: Option<ExprId>) {
        let barriers: Vec<_> = self.scopes.iter().rev().filter_map(barrier_of).collect();
        let Some(value) = value else {
            barriers.into_iter().for_each(|variable| self.unlock(variable));
            return self.emit(Op::ReturnNone);
        };
        if barriers.is_empty() {
            return self.return_value(value);
        }
        let s = self.operand(value);
        let copy = self.temp();
        self.at(self.expr(value).at);
        self.emit(Op::Load { d: copy, s });
        barriers.into_iter().for_each(|variable| self.unlock(variable));
        self.emit(Op::Return { s: copy });
    }

    /// Returns what an expression gives; both sides of a condition return by themselves.
    fn return_value(&mut self, value: ExprId) {
        let mut value = value;
        while let ExprKind::Ternary { condition, consequence: Some(consequence), alternative } =
            self.kind(value)
            && fold::constant(self.link, value).is_none()
        {
            let (condition, consequence, alternative) = (*condition, *consequence, *alternative);
            let other = self.code.label();
            self.jump_unless(condition, other);
            self.scratch(|this| {
                let s = this.operand(consequence);
                this.at(this.expr(consequence).at);
                this.emit(Op::Return { s });
            });
            self.bind(other);
            value = alternative;
        }
        let s = self.operand(value);
        self.at(self.expr(value).at);
        self.emit(Op::Return { s });
    }

    fn try_statement(&mut self, body: &Block, variable: VarId, handler: &Block) {
        let thrown = self.temp();
        let (entry, end) = (self.code.label(), self.code.label());
        let start = self.code.pc();
        self.block(body);
        let stop = self.code.pc();
        self.code.jump(Op::Jump { off: 0 }, end);
        self.bind(entry);
        if stop > start {
            self.code.handler(HandlerKind::Catch, start, stop, entry, thrown);
        }
        self.store_variable(variable, thrown);
        // The handler may let go of what was thrown.
        self.emit(Op::None { d: thrown });
        self.block(handler);
        self.bind(end);
    }

    fn barrier(&mut self, key: ExprId, variable: Option<VarId>, body: &Block) {
        let thrown = self.temp();
        self.scratch(|this| {
            let s = this.operand(key);
            this.lock(variable, s);
        });
        let (entry, end) = (self.code.label(), self.code.label());
        let start = self.code.pc();
        self.scopes.push(Scope::Barrier(variable));
        self.block(body);
        self.scopes.pop();
        let stop = self.code.pc();
        self.unlock(variable);
        self.code.jump(Op::Jump { off: 0 }, end);
        self.bind(entry);
        if stop > start {
            self.code.handler(HandlerKind::Cleanup, start, stop, entry, thrown);
        }
        self.unlock(variable);
        self.emit(Op::EndCleanup { s: thrown });
        self.bind(end);
    }

    fn lock(&mut self, variable: Option<VarId>, s: Reg) {
        let Some(variable) = variable else {
            return self.emit(Op::Lock { bind: false, d: s, s });
        };
        if let Home::Register(d) = self.home(variable) {
            return self.emit(Op::Lock { bind: true, d, s });
        }
        let d = self.temp();
        self.emit(Op::Lock { bind: true, d, s });
        let (set, end) = (self.code.label(), self.code.label());
        self.code.jump(Op::JumpIfSet { s: d, off: 0 }, set);
        self.unset_variable(variable, d);
        self.code.jump(Op::Jump { off: 0 }, end);
        self.bind(set);
        self.store_variable(variable, d);
        self.bind(end);
    }

    /// Leaves a barrier: the value of its variable is stored, or its key deleted.
    fn unlock(&mut self, variable: Option<VarId>) {
        self.scratch(|this| {
            let s = match variable.map(|variable| (variable, this.home(variable))) {
                Some((_, Home::Register(reg))) => reg,
                Some((variable, _)) => {
                    let (s, set) = (this.temp(), this.temp());
                    this.emit(Op::Unset { d: set, s });
                    let end = this.code.label();
                    this.is_set(variable, set);
                    this.code.jump(Op::JumpIfNot { s: set, off: 0 }, end);
                    this.load_variable(variable, s, false);
                    this.bind(end);
                    s
                }
                None => this.temp(),
            };
            this.emit(Op::Unlock { bind: variable.is_some(), s });
        });
    }
}

fn barrier_of(scope: &Scope) -> Option<Option<VarId>> {
    match scope {
        Scope::Barrier(variable) => Some(*variable),
        Scope::Jump { .. } => None,
    }
}
