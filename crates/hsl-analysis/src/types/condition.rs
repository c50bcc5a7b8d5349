//! What a condition says about variables where it holds, and where it does not.

use std::sync::Arc;

use hsl_decl::Follows;
use hsl_syntax::{BinaryOp, UnaryOp};

use super::array::{Array, Key};
use super::declared;
use super::env::{Binding, Defined};
use super::ty::{Kinds, Type};
use super::walk::Walk;
use crate::hir::{Callee, ExprId, ExprKind};

/// Operands of one `and` or `or` that are told apart where it fails.
const MOST_OPERANDS: usize = 16;

impl Walk<'_> {
    /// `a and b and c`: what follows an operand runs only when it did not decide.
    pub(super) fn logic(&mut self, id: ExprId, op: BinaryOp) -> Type {
        let operands = self.operands(id, op);
        let Some((first, others)) = operands.split_first() else { return Type::BOOLEAN };
        self.eval(*first);
        let goes_on = op == BinaryOp::And;
        let mark = self.env.mark();
        let mut branches = vec![Some(Default::default())];
        let mut last = *first;
        for operand in others {
            self.narrow(last, goes_on);
            self.eval(*operand);
            last = *operand;
            if self.env.reachable {
                branches.push(Some(self.env.changes(mark)));
            }
        }
        self.env.undo(mark);
        self.env.join(&branches);
        Type::BOOLEAN
    }

    /// The operands of a chain of one operator.
    fn operands(&self, id: ExprId, op: BinaryOp) -> Vec<ExprId> {
        let mut operands = Vec::new();
        let mut at = id;
        while let ExprKind::Binary { op: inner, left, right } = self.program.expr(at).kind {
            if inner != op {
                break;
            }
            operands.push(right);
            at = left;
        }
        operands.push(at);
        operands.reverse();
        operands
    }

    /// Takes a condition that was evaluated as one that holds, or does not.
    pub(super) fn narrow(&mut self, condition: ExprId, holds: bool) {
        let program = self.program;
        match &program.expr(condition).kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                self.narrow(*operand, !holds);
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                self.narrow_logic(condition, *op, holds);
            }
            ExprKind::Binary { op, left, right } => {
                self.narrow_comparison(*op, *left, *right, holds)
            }
            ExprKind::Call { callee: Callee::Builtin(decl), args } => {
                if let (Follows::Tests(ty), [arg]) = (decl.follows, &args[..]) {
                    let kinds = declared::accepted(ty);
                    self.narrow_place(arg.value, &|known| match holds {
                        true => certain(known, kinds),
                        false => known.except(kinds),
                    });
                }
            }
            ExprKind::Isset(place) if holds => self.exists(*place),
            ExprKind::Assign { place, value } => {
                let ty = self.found.types[value.index()].clone().unwrap_or(Type::UNKNOWN);
                let part = if holds { ty.truthy() } else { ty.falsy() };
                match self.program.expr(*place).kind {
                    // Whoever asks what it gave knows that it was carried out.
                    ExprKind::Variable(variable) if !part.is_never() => self.refine(variable, part),
                    _ => self.narrow_place(*place, &|_| part.clone()),
                }
            }
            ExprKind::Variable(_) | ExprKind::Index { .. } | ExprKind::Member { .. } => {
                self.narrow_place(condition, &|known| match holds {
                    true => known.truthy(),
                    false => known.falsy(),
                });
            }
            _ => {}
        }
    }

    fn narrow_logic(&mut self, condition: ExprId, op: BinaryOp, holds: bool) {
        let operands = self.operands(condition, op);
        let all = (op == BinaryOp::And) == holds;
        if all {
            operands.iter().for_each(|operand| self.narrow(*operand, holds));
            return;
        }
        if operands.len() > MOST_OPERANDS {
            return;
        }
        let base = self.env.mark();
        let mut branches = Vec::with_capacity(operands.len());
        for operand in operands {
            let here = self.env.mark();
            self.narrow(operand, holds);
            branches.push(Some(self.env.changes(base)));
            self.env.undo(here);
            self.narrow(operand, !holds);
        }
        self.env.undo(base);
        self.env.join(&branches);
    }

    fn narrow_comparison(&mut self, op: BinaryOp, left: ExprId, right: ExprId, holds: bool) {
        let same = match op {
            BinaryOp::Equal | BinaryOp::Identical => holds,
            BinaryOp::NotEqual | BinaryOp::NotIdentical => !holds,
            // `none` matches no pattern.
            BinaryOp::Match if holds => return self.narrow_place(left, &Type::present),
            BinaryOp::NotMatch if !holds => return self.narrow_place(left, &Type::present),
            _ => return,
        };
        let is_strict = matches!(op, BinaryOp::Identical | BinaryOp::NotIdentical);
        for (place, other) in [(left, right), (right, left)] {
            match &self.program.expr(other).kind {
                ExprKind::None => self.narrow_place(place, &|known| match same {
                    true => certain(known, Kinds::NONE.or(Kinds::MISSING)),
                    false => known.present(),
                }),
                ExprKind::Boolean(value) if is_strict => {
                    let kind = if *value { Kinds::TRUE } else { Kinds::FALSE };
                    self.narrow_place(place, &|known| match same {
                        true => certain(known, kind),
                        false => known.except(kind),
                    });
                }
                ExprKind::String(_) if same && is_strict => {
                    self.narrow_place(place, &|known| certain(known, Kinds::STRING).widened());
                }
                ExprKind::String(text) if same && !text.is_empty() => {
                    self.narrow_place(place, &Type::present);
                }
                ExprKind::Number(_) if same && is_strict => {
                    self.narrow_place(place, &|known| certain(known, Kinds::NUMBER));
                }
                ExprKind::Number(_) if same => self.narrow_place(place, &Type::present),
                _ => {}
            }
        }
    }

    /// Says more about what a variable, or an element under a known key, holds.
    fn narrow_place(&mut self, place: ExprId, change: &dyn Fn(&Type) -> Type) {
        let program = self.program;
        match &program.expr(place).kind {
            ExprKind::Variable(variable) => {
                let known = self.read(*variable);
                let narrowed = change(&known);
                if narrowed != known && !narrowed.is_never() {
                    self.refine_only(*variable, narrowed);
                }
            }
            ExprKind::Assign { place, .. } => self.narrow_place(*place, change),
            ExprKind::Index { object, index } => {
                let index_type = self.found.types[index.index()].clone();
                let key = self.key(*index, &index_type.unwrap_or(Type::UNKNOWN));
                self.narrow_element(*object, key, change);
            }
            ExprKind::Member { object, name } => {
                let key = Key::Text(Arc::from(name.as_bytes()));
                self.narrow_element(*object, Some(key), change);
            }
            _ => {}
        }
    }

    fn narrow_element(&mut self, object: ExprId, key: Option<Key>, change: &dyn Fn(&Type) -> Type) {
        let Some(key) = key else { return };
        self.narrow_place(object, &|known| {
            let Some(array) = known.array.as_ref().filter(|_| !known.is_unknown()) else {
                return known.clone();
            };
            let before = known.element(Some(&key));
            let after = change(&before);
            if after == before || after.is_never() {
                return known.clone();
            }
            let only_array = before.may_be_none() && !after.may_be_none();
            let mut array = Array::clone(array);
            set_field(&mut array, key.clone(), after);
            let held = if only_array { known.only(Kinds::ARRAY) } else { known.clone() };
            Type { array: Some(Arc::new(array)), ..held }
        });
    }

    /// Changes what is known about a variable, not whether it exists.
    fn refine_only(&mut self, id: crate::hir::VarId, ty: Type) {
        let (defined, under) = (self.env.get(id).defined, self.env.get(id).under);
        self.refine(id, ty);
        let binding = self.env.get(id).clone();
        if binding.defined != defined || binding.under != under {
            self.env.set(id, Binding { defined, under, ..binding });
        }
    }

    /// `isset` of a place holds.
    fn exists(&mut self, place: ExprId) {
        if let ExprKind::Variable(variable) = self.program.expr(place).kind {
            let ty = self.read(variable);
            self.refine(variable, ty);
            return;
        }
        let object = match &self.program.expr(place).kind {
            ExprKind::Index { object, index } => {
                let index_type = self.found.types[index.index()].clone();
                self.key(*index, &index_type.unwrap_or(Type::UNKNOWN)).map(|key| (*object, key))
            }
            ExprKind::Member { object, name } => {
                Some((*object, Key::Text(Arc::from(name.as_bytes()))))
            }
            _ => None,
        };
        let Some((object, key)) = object else { return };
        self.narrow_place(object, &|known| {
            let Some(array) = known.array.as_ref().filter(|_| !known.is_unknown()) else {
                return known.clone();
            };
            let mut array = Array::clone(array);
            let there = match array.field(&key) {
                Some(field) => field.ty.clone(),
                None => array.rest.clone().unwrap_or(Type::UNKNOWN),
            };
            set_field(&mut array, key.clone(), there);
            Type { array: Some(Arc::new(array)), ..known.only(Kinds::ARRAY.or(Kinds::STRING)) }
        });
        if let ExprKind::Variable(variable) = self.program.expr(object).kind
            && self.env.get(variable).defined != Defined::Yes
        {
            let ty = self.read(variable);
            self.refine(variable, ty);
        }
    }
}

/// The part of a type that is of these kinds for certain; when it has none, what the test says.
fn certain(known: &Type, kinds: Kinds) -> Type {
    if known.is_unknown() {
        let mut found = Type::basic(kinds.without(Kinds::MISSING));
        if kinds.any(Kinds::ARRAY) {
            found.array = Some(Arc::new(Array::any()));
        }
        return found;
    }
    known.only(kinds)
}

/// Sets what is known about a key, without making anything of a list that is not there.
fn set_field(array: &mut Array, key: Key, ty: Type) {
    let (rest, is_list) = (array.rest.take(), array.is_list);
    array.set(key, ty);
    array.rest = rest;
    array.is_list = is_list && array.rest.is_none();
}
