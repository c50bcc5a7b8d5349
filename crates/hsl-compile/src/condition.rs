//! Conditions: jumps that never make a boolean, and operators that may skip their right side.

use hsl_analysis::hir::{ExprId, ExprKind};
use hsl_syntax::{BinaryOp, UnaryOp};
use hsl_vm::Frozen;
use hsl_vm::code::{Label, Op, Reg};

use crate::body::Body;
use crate::fold;

/// Whether an operator decides by its left side whether the right is evaluated.
pub(crate) fn is_short_circuit(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce)
}

impl Body<'_, '_> {
    /// Jumps when an expression is true.
    pub(crate) fn jump_if(&mut self, id: ExprId, to: Label) {
        self.branch(id, true, to);
    }

    /// Jumps when an expression is false.
    pub(crate) fn jump_unless(&mut self, id: ExprId, to: Label) {
        self.branch(id, false, to);
    }

    /// Jumps when the truth of an expression is `when`.
    fn branch(&mut self, id: ExprId, when: bool, to: Label) {
        if let Some(constant) = fold::constant(self.link, id) {
            if constant.thaw().truthy() == when {
                self.code.jump(Op::Jump { off: 0 }, to);
            }
            return;
        }
        self.scratch(|this| match this.kind(id) {
            ExprKind::Unary { op: UnaryOp::Not, operand } => this.branch(*operand, !when, to),
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                this.branch_chain(*op, id, when, to);
            }
            ExprKind::Binary { op, left, right } if is_comparison(*op) => {
                this.branch_comparison(*op, *left, *right, id, when, to);
            }
            _ => this.branch_value(id, when, to),
        });
    }

    fn branch_value(&mut self, id: ExprId, when: bool, to: Label) {
        let s = self.operand(id);
        self.at(self.expr(id).at);
        let op = if when { Op::JumpIf { s, off: 0 } } else { Op::JumpIfNot { s, off: 0 } };
        self.code.jump(op, to);
    }

    /// `a and b and …`, or the same with `or`, as jumps. The chain nests to the left.
    fn branch_chain(&mut self, op: BinaryOp, id: ExprId, when: bool, to: Label) {
        let operands = self.chain(op, id);
        // `and` is decided by a false operand, `or` by a true one.
        let decides = op == BinaryOp::Or;
        let Some((last, others)) = operands.split_last() else { return };
        if decides == when {
            others.iter().for_each(|operand| self.branch(*operand, when, to));
            self.branch(*last, when, to);
        } else {
            let end = self.code.label();
            others.iter().for_each(|operand| self.branch(*operand, decides, end));
            self.branch(*last, when, to);
            self.bind(end);
        }
    }

    /// The operands of a chain of one operator, left to right.
    fn chain(&self, op: BinaryOp, id: ExprId) -> Vec<ExprId> {
        let mut operands = Vec::new();
        let mut left = id;
        while let ExprKind::Binary { op: other, left: inner, right } = self.kind(left)
            && *other == op
        {
            operands.push(*right);
            left = *inner;
        }
        operands.push(left);
        operands.reverse();
        operands
    }

    fn branch_comparison(
        &mut self,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        id: ExprId,
        when: bool,
        to: Label,
    ) {
        let a = self.operand_before(left, right);
        if let Some(jump) = self.constant_jump(op, a, right, when) {
            self.at(self.expr(id).at);
            return self.code.jump(jump, to);
        }
        let b = self.operand(right);
        self.at(self.expr(id).at);
        let d = self.temp();
        let (jump, plain) = match (op, when) {
            (BinaryOp::Less, true) => (Op::JumpLess { a, b, off: 0 }, Op::Less { d, a, b }),
            (BinaryOp::Less, false) => (Op::JumpNotLess { a, b, off: 0 }, Op::Less { d, a, b }),
            (BinaryOp::Greater, true) => {
                (Op::JumpLess { a: b, b: a, off: 0 }, Op::Less { d, a: b, b: a })
            }
            (BinaryOp::Greater, false) => {
                (Op::JumpNotLess { a: b, b: a, off: 0 }, Op::Less { d, a: b, b: a })
            }
            (BinaryOp::LessEqual, true) => {
                (Op::JumpLessEqual { a, b, off: 0 }, Op::LessEqual { d, a, b })
            }
            (BinaryOp::LessEqual, false) => {
                (Op::JumpNotLessEqual { a, b, off: 0 }, Op::LessEqual { d, a, b })
            }
            (BinaryOp::GreaterEqual, true) => {
                (Op::JumpLessEqual { a: b, b: a, off: 0 }, Op::LessEqual { d, a: b, b: a })
            }
            (BinaryOp::GreaterEqual, false) => {
                (Op::JumpNotLessEqual { a: b, b: a, off: 0 }, Op::LessEqual { d, a: b, b: a })
            }
            (BinaryOp::Equal, true) | (BinaryOp::NotEqual, false) => {
                (Op::JumpEqual { a, b, off: 0 }, equality(op, d, a, b))
            }
            (BinaryOp::Equal, false) | (BinaryOp::NotEqual, true) => {
                (Op::JumpNotEqual { a, b, off: 0 }, equality(op, d, a, b))
            }
            (BinaryOp::Identical, true) | (BinaryOp::NotIdentical, false) => {
                (Op::JumpIdentical { a, b, off: 0 }, equality(op, d, a, b))
            }
            _ => (Op::JumpNotIdentical { a, b, off: 0 }, equality(op, d, a, b)),
        };
        self.compare_and_jump(jump, plain, when, to);
    }

    /// Emits a combined instruction, or, in functions too long for it, its two parts. `plain`
    /// gives the truth that `when` is about; its target may be replaced.
    pub(crate) fn compare_and_jump(&mut self, jump: Op, plain: Op, when: bool, to: Label) {
        if !self.far {
            return self.code.jump(jump, to);
        }
        let s = self.temp();
        self.emit(retarget(plain, s));
        let op = if when { Op::JumpIf { s, off: 0 } } else { Op::JumpIfNot { s, off: 0 } };
        self.code.jump(op, to);
    }

    /// The form for a constant on the right.
    fn constant_jump(&mut self, op: BinaryOp, a: Reg, right: ExprId, when: bool) -> Option<Op> {
        if self.far {
            return None;
        }
        let constant = fold::constant(self.link, right)?;
        let off = 0;
        if let (Frozen::Number(number), false) = (&constant, is_equality(op)) {
            let n = self.link.builder.number(*number)?;
            return Some(match (op, when) {
                (BinaryOp::Less, true) => Op::JumpLessNumber { a, n, off },
                (BinaryOp::Less, false) => Op::JumpNotLessNumber { a, n, off },
                (BinaryOp::LessEqual, true) => Op::JumpLessEqualNumber { a, n, off },
                (BinaryOp::LessEqual, false) => Op::JumpNotLessEqualNumber { a, n, off },
                (BinaryOp::Greater, true) => Op::JumpGreaterNumber { a, n, off },
                (BinaryOp::Greater, false) => Op::JumpNotGreaterNumber { a, n, off },
                _ => return None,
            });
        }
        if !is_equality(op) {
            return None;
        }
        let k = u16::try_from(self.constant(constant)).ok()?;
        Some(match (op, when) {
            (BinaryOp::Equal, true) | (BinaryOp::NotEqual, false) => {
                Op::JumpEqualConst { a, k, off }
            }
            (BinaryOp::Equal, false) | (BinaryOp::NotEqual, true) => {
                Op::JumpNotEqualConst { a, k, off }
            }
            (BinaryOp::Identical, true) | (BinaryOp::NotIdentical, false) => {
                Op::JumpIdenticalConst { a, k, off }
            }
            _ => Op::JumpNotIdenticalConst { a, k, off },
        })
    }

    /// `and`, `or` and `??` for their value.
    pub(crate) fn short_circuit(
        &mut self,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        id: ExprId,
        d: Reg,
    ) {
        let end = self.code.label();
        if op == BinaryOp::Coalesce {
            self.quiet(left, d);
            self.code.jump(Op::JumpIfSome { s: d, off: 0 }, end);
            self.value(right, d);
        } else {
            let no = self.code.label();
            self.branch(id, false, no);
            self.emit(Op::Bool { d, value: true });
            self.code.jump(Op::Jump { off: 0 }, end);
            self.bind(no);
            self.emit(Op::Bool { d, value: false });
        }
        self.bind(end);
    }
}

fn is_equality(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Equal | BinaryOp::NotEqual | BinaryOp::Identical | BinaryOp::NotIdentical
    )
}

fn is_comparison(op: BinaryOp) -> bool {
    is_equality(op)
        || matches!(
            op,
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual
        )
}

fn equality(op: BinaryOp, d: Reg, a: Reg, b: Reg) -> Op {
    match op {
        BinaryOp::Equal => Op::Equal { d, a, b },
        BinaryOp::NotEqual => Op::NotEqual { d, a, b },
        BinaryOp::Identical => Op::Identical { d, a, b },
        _ => Op::NotIdentical { d, a, b },
    }
}

/// A comparison with another target.
fn retarget(op: Op, d: Reg) -> Op {
    match op {
        Op::Less { a, b, .. } => Op::Less { d, a, b },
        Op::LessEqual { a, b, .. } => Op::LessEqual { d, a, b },
        Op::Equal { a, b, .. } => Op::Equal { d, a, b },
        Op::NotEqual { a, b, .. } => Op::NotEqual { d, a, b },
        Op::Identical { a, b, .. } => Op::Identical { d, a, b },
        Op::NotIdentical { a, b, .. } => Op::NotIdentical { d, a, b },
        op => op,
    }
}
