//! Assignments of every kind.

use hsl_analysis::hir::{ExprId, ExprKind, Pattern, PatternElement};
use hsl_syntax::BinaryOp;
use hsl_vm::code::{Binary, Crement, Op, Reg, Root};

use crate::body::{Body, Home};

impl Body<'_, '_> {
    /// `place = value`, the value also into `d`.
    pub(crate) fn assign(&mut self, place: ExprId, value: ExprId, d: Option<Reg>) {
        let s = match self.home_at(place) {
            Some(Home::Register(reg)) => {
                self.value_into_variable(value, reg);
                reg
            }
            Some(home) => {
                let s = self.operand(value);
                self.at(self.expr(place).at);
                self.store_home(home, s);
                s
            }
            None => self.assign_element(place, value),
        };
        if let Some(d) = d {
            self.emit(Op::Load { d, s });
        }
    }

    fn assign_element(&mut self, place: ExprId, value: ExprId) -> Reg {
        if let ExprKind::Slice { object, first, last, .. } = self.kind(place) {
            let target = self.target(*object, Some(value));
            let base = self.bounds(*first, *last);
            let v = self.temp();
            self.value(value, v);
            let kept = self.temp();
            self.emit(Op::Load { d: kept, s: v });
            self.splice(&target, base);
            return kept;
        }
        let target = self.target(place, Some(value));
        let mut v = self.operand(value);
        if target.root == Root::Register(v) {
            // `$a[0] = $a` edits the array that is stored: the value is what it was before.
            let kept = self.temp();
            self.emit(Op::Load { d: kept, s: v });
            v = kept;
        }
        self.set_target(&target, v);
        v
    }

    /// `place op= value`, the new value also into `d`.
    pub(crate) fn assign_op(&mut self, op: BinaryOp, place: ExprId, value: ExprId, d: Option<Reg>) {
        let Some(binary) = path_operator(op) else { return self.complete(place, value, d) };
        if let Some(Home::Register(reg)) = self.home_at(place) {
            self.update_variable(op, reg, place, value);
            if let Some(d) = d {
                self.emit(Op::Load { d, s: reg });
            }
            return;
        }
        let d = d.unwrap_or_else(|| self.temp());
        let at = self.expr(place).at;
        if let Some(home) = self.home_at(place) {
            let v = self.operand(value);
            self.at(at);
            let path = self.path(Self::whole(home), at);
            return self.emit(Op::PathUpdate { op: binary, path, v, d });
        }
        let target = self.target(place, Some(value));
        let v = self.operand(value);
        self.at(at);
        self.edit(&target, &|path| Op::PathUpdate { op: binary, path, v, d });
    }

    fn update_variable(&mut self, op: BinaryOp, reg: Reg, place: ExprId, value: ExprId) {
        let at = self.expr(place).at;
        if op == BinaryOp::Concat {
            return self.append_text(reg, place, value);
        }
        if let Some(op) = self.with_number(op, reg, value, reg) {
            self.at(at);
            return self.emit(op);
        }
        let b = self.operand(value);
        self.at(at);
        self.emit(crate::operator::plain(op, reg, reg, b));
    }

    /// `.=` on a variable in a register: in place, without making the whole first.
    fn append_text(&mut self, reg: Reg, place: ExprId, value: ExprId) {
        let at = self.expr(place).at;
        let pieces = self.text_pieces(value);
        if pieces.len() > 1 && pieces.len() <= crate::operator::PIECES {
            let base = self.pieces(&pieces);
            self.at(at);
            return self.emit(Op::AppendAll { d: reg, base, count: pieces.len() as u16 });
        }
        let mut s = self.operand(value);
        if s == reg {
            let copy = self.temp();
            self.emit(Op::Load { d: copy, s });
            s = copy;
        }
        self.at(at);
        self.emit(Op::AppendText { d: reg, s });
    }

    /// `place ??= value`: nothing is evaluated when something is there.
    fn complete(&mut self, place: ExprId, value: ExprId, d: Option<Reg>) {
        let end = self.code.label();
        if let Some(home) = self.home_at(place) {
            let now = d.unwrap_or_else(|| self.temp());
            self.load_home(home, now, true);
            self.code.jump(Op::JumpIfSome { s: now, off: 0 }, end);
            self.scratch(|this| {
                this.value(value, now);
                this.store_home(home, now);
            });
            return self.bind(end);
        }
        let target = self.target(place, Some(value));
        let now = d.unwrap_or_else(|| self.temp());
        self.read_target(&target, now);
        self.code.jump(Op::JumpIfSome { s: now, off: 0 }, end);
        self.scratch(|this| {
            this.value(value, now);
            this.set_target(&target, now);
        });
        self.bind(end);
    }

    /// Reads a target whose keys are evaluated; none when a part is missing.
    fn read_target(&mut self, target: &crate::place::Target, d: Reg) {
        use hsl_vm::code::PathStep;
        self.scratch(|this| {
            let a = this.temp();
            let home = match target.root {
                Root::Register(reg) => Home::Register(reg),
                Root::Cell(reg) => Home::Cell(reg),
                Root::Global(global) => Home::Global(global),
            };
            this.load_home(home, a, true);
            for step in &target.steps {
                let k = match step {
                    PathStep::Key(k) => *k,
                    PathStep::Const(k) => {
                        let d = this.temp();
                        this.emit(Op::Const { d, k: *k });
                        d
                    }
                    PathStep::Append => {
                        this.emit(Op::None { d: a });
                        continue;
                    }
                };
                this.emit(Op::Index { d: a, a, k });
            }
            this.emit(Op::Take { d, s: a });
        });
    }

    /// `++` and `--`, the value of the expression into `d`.
    pub(crate) fn update(&mut self, place: ExprId, increment: bool, prefix: bool, d: Option<Reg>) {
        let at = self.expr(place).at;
        if let Some(Home::Register(reg)) = self.home_at(place) {
            if let (Some(d), false) = (d, prefix) {
                self.emit(Op::Load { d, s: reg });
            }
            self.at(at);
            let count = Op::Increment { d: reg };
            self.emit(if increment { count } else { Op::Decrement { d: reg } });
            if let (Some(d), true) = (d, prefix) {
                self.emit(Op::Load { d, s: reg });
            }
            return;
        }
        let d = d.unwrap_or_else(|| self.temp());
        let kind = match (increment, prefix) {
            (true, true) => Crement::PreIncrement,
            (true, false) => Crement::PostIncrement,
            (false, true) => Crement::PreDecrement,
            (false, false) => Crement::PostDecrement,
        };
        match self.home_at(place) {
            Some(home) => {
                let path = self.path(Self::whole(home), at);
                self.at(at);
                self.emit(Op::PathCrement { kind, path, d });
            }
            None => {
                let target = self.target(place, None);
                self.at(at);
                self.edit(&target, &|path| Op::PathCrement { kind, path, d });
            }
        }
    }

    /// An assignment whose value is the variable it assigns: that is where the value is.
    pub(crate) fn assigned_operand(&mut self, id: ExprId) -> Option<Reg> {
        let (ExprKind::Assign { place, .. }
        | ExprKind::AssignOp { place, .. }
        | ExprKind::Update { place, prefix: true, .. }) = self.kind(id)
        else {
            return None;
        };
        let Some(Home::Register(reg)) = self.home_at(*place) else { return None };
        self.scratch(|this| this.discard(id));
        Some(reg)
    }

    /// `[targets] = value`, the value into `d`.
    pub(crate) fn destructure(&mut self, pattern: &Pattern, value: ExprId, d: Reg) {
        self.value(value, d);
        for (at, element) in pattern.elements.iter().enumerate() {
            self.scratch(|this| this.take_element(element, at as u16, d));
        }
        let Some(rest) = pattern.rest else { return };
        self.scratch(|this| {
            let (mut a, mut at) = (d, pattern.elements.len() as u16);
            if pattern.elements.iter().any(|element| element.key.is_some()) {
                (a, at) = (this.without_keys(pattern, d), 0);
            }
            let list = this.temp();
            this.emit(Op::Rest { d: list, a, at });
            this.store(rest, list);
        });
    }

    fn take_element(&mut self, element: &PatternElement, at: u16, a: Reg) {
        let t = self.temp();
        match element.key {
            None => self.emit(Op::Nth { d: t, a, at }),
            Some(key) => {
                let k = self.operand(key);
                self.emit(Op::Field { d: t, a, k });
            }
        }
        match element.default {
            None => self.emit(Op::LoadQuiet { d: t, s: t }),
            Some(default) => {
                let set = self.code.label();
                self.code.jump(Op::JumpIfSet { s: t, off: 0 }, set);
                self.value(default, t);
                self.bind(set);
            }
        }
        self.store(element.target, t);
    }

    /// A copy of an array without the keys that a pattern names.
    fn without_keys(&mut self, pattern: &Pattern, s: Reg) -> Reg {
        let copy = self.temp();
        self.emit(Op::Load { d: copy, s });
        for key in pattern.elements.iter().filter_map(|element| element.key) {
            self.scratch(|this| {
                let (k, removed) = (this.operand(key), this.temp());
                let steps = [hsl_vm::code::PathStep::Key(k)].into();
                let root = hsl_vm::code::Root::Register(copy);
                let at = this.expr(key).at;
                let path = this.path(hsl_vm::code::Path { root, steps }, at);
                this.emit(Op::PathUnset { d: removed, path });
            });
        }
        copy
    }
}

/// The operator of an update; none for `??`.
fn path_operator(op: BinaryOp) -> Option<Binary> {
    Some(match op {
        BinaryOp::Add => Binary::Add,
        BinaryOp::Subtract => Binary::Subtract,
        BinaryOp::Multiply => Binary::Multiply,
        BinaryOp::Divide => Binary::Divide,
        BinaryOp::Modulo => Binary::Remainder,
        BinaryOp::Power => Binary::Power,
        BinaryOp::Concat => Binary::Concat,
        _ => return None,
    })
}
