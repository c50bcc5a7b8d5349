//! `switch` and `match`: values compared in order.

use hsl_analysis::hir::{ExprId, MatchArm, SwitchItem};
use hsl_vm::code::{Label, Op, Reg};

use crate::body::{Body, Scope};

impl Body<'_, '_> {
    pub(crate) fn switch(&mut self, subject: ExprId, items: &[SwitchItem]) {
        let s = self.temp();
        self.value(subject, s);
        let end = self.code.label();
        let mut labels: Vec<Label> = Vec::new();
        let mut default = end;
        for item in items {
            match item {
                SwitchItem::Case(value) => {
                    let label = self.code.label();
                    self.jump_if_equal(s, *value, label);
                    labels.push(label);
                }
                SwitchItem::Default => {
                    default = self.code.label();
                    labels.push(default);
                }
                SwitchItem::Stmt(_) => {}
            }
        }
        self.code.jump(Op::Jump { off: 0 }, default);
        self.scopes.push(Scope::Jump { on_break: end, on_continue: None });
        let mut labels = labels.into_iter();
        for item in items {
            match item {
                SwitchItem::Stmt(stmt) => self.stmt(stmt),
                SwitchItem::Case(_) | SwitchItem::Default => {
                    if let Some(label) = labels.next() {
                        self.bind(label);
                    }
                }
            }
        }
        self.scopes.pop();
        self.bind(end);
    }

    pub(crate) fn match_value(&mut self, subject: ExprId, arms: &[MatchArm], d: Reg) {
        let s = self.temp();
        self.value(subject, s);
        let end = self.code.label();
        let mut default = None;
        let mut chosen: Vec<(Label, ExprId)> = Vec::new();
        for arm in arms {
            let label = self.code.label();
            for pattern in &arm.patterns {
                self.jump_if_equal(s, *pattern, label);
            }
            if arm.patterns.is_empty() {
                default = Some(label);
            }
            chosen.push((label, arm.value));
        }
        match default {
            Some(label) => self.code.jump(Op::Jump { off: 0 }, label),
            None => self.emit(Op::NoMatch { s }),
        }
        for (label, value) in chosen {
            self.bind(label);
            self.scratch(|this| this.value(value, d));
            self.code.jump(Op::Jump { off: 0 }, end);
        }
        self.bind(end);
    }

    fn jump_if_equal(&mut self, a: Reg, value: ExprId, to: Label) {
        self.scratch(|this| {
            let b = this.operand(value);
            this.compare_and_jump(
                Op::JumpEqual { a, b, off: 0 },
                Op::Equal { d: a, a, b },
                true,
                to,
            );
        });
    }
}
