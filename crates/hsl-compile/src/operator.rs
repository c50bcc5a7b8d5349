//! Operators with one and two operands.

use hsl_analysis::hir::{ExprId, ExprKind, Loc, Part};
use hsl_syntax::{BinaryOp, UnaryOp};
use hsl_vm::Frozen;
use hsl_vm::code::{Op, Reg};

use crate::body::Body;
use crate::condition::is_short_circuit;
use crate::expr::Piece;
use crate::fold;

/// Pieces of one text that may wait in registers.
pub(crate) const PIECES: usize = 64;

impl Body<'_, '_> {
    pub(crate) fn unary(&mut self, op: UnaryOp, operand: ExprId, at: Loc, d: Reg) {
        let a = self.operand(operand);
        self.at(at);
        self.emit(match op {
            UnaryOp::Not => Op::Not { d, a },
            UnaryOp::Minus => Op::Negate { d, a },
            UnaryOp::Plus => Op::Plus { d, a },
            UnaryOp::BitNot => Op::BitNot { d, a },
        });
    }

    /// Chains nest to the left and may be long: the spine is walked, not recursed into.
    pub(crate) fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, id: ExprId, d: Reg) {
        if is_short_circuit(op) {
            return self.short_circuit(op, left, right, id, d);
        }
        if op == BinaryOp::Concat {
            return self.concat_chain(id, d);
        }
        let mut spine = vec![(op, right, id)];
        let mut first = left;
        while let ExprKind::Binary { op, left, right } = self.kind(first)
            && !is_short_circuit(*op)
            && *op != BinaryOp::Concat
            && fold::constant(self.link, first).is_none()
        {
            spine.push((*op, *right, first));
            first = *left;
        }
        let mut a = match spine.last() {
            Some((_, right, _)) => self.operand_before(first, *right),
            None => return,
        };
        while let Some((op, right, id)) = spine.pop() {
            let d = match spine.last() {
                Some(_) if self.is_variable(a) => self.temp(),
                Some(_) => a,
                None => d,
            };
            self.scratch(|this| this.apply(op, a, right, id, d));
            a = d;
        }
    }

    /// Applies an operator to a register and an expression.
    fn apply(&mut self, op: BinaryOp, a: Reg, right: ExprId, id: ExprId, d: Reg) {
        let at = self.expr(id).at;
        if let Some(op) = self.with_number(op, a, right, d) {
            self.at(at);
            return self.emit(op);
        }
        let b = self.operand(right);
        self.at(at);
        self.emit(plain(op, d, a, b));
    }

    /// The form for a number on the right.
    pub(crate) fn with_number(
        &mut self,
        op: BinaryOp,
        a: Reg,
        right: ExprId,
        d: Reg,
    ) -> Option<Op> {
        if !matches!(
            op,
            BinaryOp::Add
                | BinaryOp::Subtract
                | BinaryOp::Multiply
                | BinaryOp::Divide
                | BinaryOp::Modulo
        ) {
            return None;
        }
        let Some(Frozen::Number(number)) = fold::constant(self.link, right) else { return None };
        let n = self.link.builder.number(number)?;
        Some(match op {
            BinaryOp::Add => Op::AddNumber { d, a, n },
            BinaryOp::Subtract => Op::SubNumber { d, a, n },
            BinaryOp::Multiply => Op::MulNumber { d, a, n },
            BinaryOp::Divide => Op::DivNumber { d, a, n },
            _ => Op::RemNumber { d, a, n },
        })
    }

    fn concat_chain(&mut self, id: ExprId, d: Reg) {
        let pieces = self.text_pieces(id);
        let mut chunks = pieces.chunks(PIECES);
        let (Some(first), rest) = (chunks.next(), chunks) else { return };
        if let ([Piece::Value(left), Piece::Value(right)], None) = (first, rest.clone().next()) {
            let a = self.operand_before(*left, *right);
            let b = self.operand(*right);
            self.at(self.expr(id).at);
            return self.emit(Op::Concat { d, a, b });
        }
        if let ([Piece::Text(text @ Frozen::String(_)), Piece::Value(right)], None) =
            (first, rest.clone().next())
            && let Ok(k) = u16::try_from(self.constant(text.clone()))
        {
            let b = self.operand(*right);
            self.at(self.expr(id).at);
            return self.emit(Op::TextBefore { d, k, b });
        }
        let text = if rest.clone().next().is_some() { self.temp() } else { d };
        self.scratch(|this| this.concat(first, text));
        for chunk in rest {
            self.scratch(|this| {
                let base = this.pieces(chunk);
                let count = chunk.len() as u16;
                this.emit(Op::AppendAll { d: text, base, count });
            });
        }
        if text != d {
            self.emit(Op::Take { d, s: text });
        }
    }

    /// The pieces of a chain of `.`, interpolated strings taken apart, left to right.
    pub(crate) fn text_pieces(&self, id: ExprId) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if let Some(constant) = fold::constant(self.link, id) {
                pieces.push(Piece::Text(constant));
                continue;
            }
            match self.kind(id) {
                ExprKind::Binary { op: BinaryOp::Concat, left, right } => {
                    open.push(*right);
                    open.push(*left);
                }
                ExprKind::Interpolated(parts) => {
                    pieces.extend(parts.iter().map(|part| match part {
                        Part::Text(text) => Piece::Text(Frozen::String(text.clone())),
                        Part::Value(value) => Piece::Shown(*value),
                    }))
                }
                _ => pieces.push(Piece::Value(id)),
            }
        }
        pieces
    }
}

/// The instruction of an operator on two registers.
pub(crate) fn plain(op: BinaryOp, d: Reg, a: Reg, b: Reg) -> Op {
    match op {
        BinaryOp::Add => Op::Add { d, a, b },
        BinaryOp::Subtract => Op::Sub { d, a, b },
        BinaryOp::Multiply => Op::Mul { d, a, b },
        BinaryOp::Divide => Op::Div { d, a, b },
        BinaryOp::Modulo => Op::Rem { d, a, b },
        BinaryOp::Power => Op::Pow { d, a, b },
        BinaryOp::BitAnd => Op::And { d, a, b },
        BinaryOp::BitOr => Op::Or { d, a, b },
        BinaryOp::BitXor => Op::Xor { d, a, b },
        BinaryOp::ShiftLeft => Op::ShiftLeft { d, a, b },
        BinaryOp::ShiftRight => Op::ShiftRight { d, a, b },
        BinaryOp::ShiftRightZero => Op::ShiftZero { d, a, b },
        BinaryOp::Equal => Op::Equal { d, a, b },
        BinaryOp::NotEqual => Op::NotEqual { d, a, b },
        BinaryOp::Identical => Op::Identical { d, a, b },
        BinaryOp::NotIdentical => Op::NotIdentical { d, a, b },
        BinaryOp::Less => Op::Less { d, a, b },
        BinaryOp::Greater => Op::Less { d, a: b, b: a },
        BinaryOp::LessEqual => Op::LessEqual { d, a, b },
        BinaryOp::GreaterEqual => Op::LessEqual { d, a: b, b: a },
        BinaryOp::Match => Op::Match { d, a, b },
        BinaryOp::NotMatch => Op::NotMatch { d, a, b },
        BinaryOp::Concat | BinaryOp::Coalesce | BinaryOp::Or | BinaryOp::And => {
            Op::Concat { d, a, b }
        }
    }
}
