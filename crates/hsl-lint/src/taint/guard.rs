//! Checks that a script makes of a value.

use hsl_analysis::hir::{Callee, ExprId, ExprKind};
use hsl_syntax::{BinaryOp, UnaryOp};

use super::walk::Walk;

impl Walk<'_> {
    /// Notes what a condition says about values when it came out so.
    pub(super) fn assume(&mut self, id: ExprId, truth: bool) {
        match &self.pass.expr(id).kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => self.assume(*operand, !truth),
            ExprKind::Binary { op, left, right } => self.compared(*op, *left, *right, truth),
            ExprKind::Call { callee: Callee::Builtin(function), args } if truth => {
                let checked = function.params.iter().zip(args).filter(|(param, _)| param.checked);
                checked.for_each(|(_, arg)| self.check(arg.value));
            }
            _ => {}
        }
    }

    fn compared(&mut self, op: BinaryOp, left: ExprId, right: ExprId, truth: bool) {
        match op {
            BinaryOp::And if truth => [left, right].map(|id| self.assume(id, truth)),
            BinaryOp::Or if !truth => [left, right].map(|id| self.assume(id, truth)),
            BinaryOp::Equal | BinaryOp::Identical if truth => self.same(left, right),
            BinaryOp::NotEqual | BinaryOp::NotIdentical if !truth => self.same(left, right),
            BinaryOp::Match if truth => self.matched(left, right),
            BinaryOp::NotMatch if !truth => self.matched(left, right),
            _ => return,
        };
    }

    fn same(&mut self, left: ExprId, right: ExprId) -> [(); 2] {
        [(left, right), (right, left)].map(|(value, other)| {
            let other = &self.pass.expr(other).kind;
            if matches!(other, ExprKind::String(_) | ExprKind::Number(_)) {
                self.check(value);
            }
        })
    }

    /// A pattern for the whole text: whoever writes one has thought about what may be in it.
    fn matched(&mut self, subject: ExprId, pattern: ExprId) -> [(); 2] {
        let pattern = match &self.pass.expr(pattern).kind {
            ExprKind::Regex { pattern, .. } | ExprKind::String(pattern) => &pattern[..],
            _ => &[],
        };
        let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
        let pattern = pattern.strip_suffix(b"/").unwrap_or(pattern);
        if pattern.starts_with(b"^") && pattern.ends_with(b"$") {
            self.check(subject);
        }
        [(); 2]
    }

    fn check(&mut self, value: ExprId) {
        let text = self.pass.text(self.pass.expr(value).at).to_vec();
        self.state.checked.insert(text);
    }

    /// Forgets checks of what a variable held before.
    pub(super) fn forget(&mut self, variable: &str) {
        let name = variable.as_bytes();
        self.state.checked.retain(|text| memchr::memmem::find(text, name).is_none());
    }
}
