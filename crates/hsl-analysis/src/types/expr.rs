//! Expressions.

use std::sync::Arc;

use hsl_syntax::BinaryOp;

use super::array::{Array, Key};
use super::env::Defined;
use super::operator;
use super::ty::{Callable, Instance, Kinds, Type};
use super::walk::Walk;
use crate::hir::{Element, ExprId, ExprKind, FunctionId, MatchArm, Part, VarId};

impl Walk<'_> {
    /// The type of an expression.
    pub(super) fn compute(&mut self, id: ExprId) -> Type {
        let program = self.program;
        match &program.expr(id).kind {
            ExprKind::Error => Type::UNKNOWN,
            ExprKind::None => Type::NONE,
            ExprKind::Boolean(value) => Type::truth_value(*value),
            ExprKind::Number(_) => Type::NUMBER,
            ExprKind::String(text) => Type::text(text),
            ExprKind::Interpolated(parts) => self.interpolated(parts),
            ExprKind::Regex { .. } => Type::REGEX,
            ExprKind::Variable(variable) => self.variable(id, *variable),
            ExprKind::Global(global) => self.table.cell(super::summary::Cell::Global(*global)),
            ExprKind::Function(function) => {
                self.table.escapes(*function);
                Type::function(Some(Callable::Own(*function)))
            }
            ExprKind::Closure(function) => {
                self.table.escapes(*function);
                self.closure(*function)
            }
            ExprKind::Class(class) => Type::function(Some(Callable::Class(*class))),
            ExprKind::Builtin(decl) | ExprKind::BuiltinStatic(_, decl) => {
                Type::function(Some(Callable::Library(decl)))
            }
            ExprKind::BuiltinClass(class) => Type::function(Some(Callable::LibraryClass(class))),
            ExprKind::Array(elements) => self.array(elements),
            ExprKind::Unary { op, operand } => operator::unary(*op, &self.eval(*operand)),
            ExprKind::Binary { op: BinaryOp::Coalesce, left, right } => {
                self.coalesce(*left, *right)
            }
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => self.logic(id, *op),
            ExprKind::Binary { .. } => self.binary(id),
            ExprKind::Ternary { condition, consequence, alternative } => {
                self.ternary(*condition, *consequence, *alternative)
            }
            ExprKind::Assign { place, value } => {
                let ty = self.eval(*value);
                self.assign(*place, ty.clone());
                ty
            }
            ExprKind::AssignOp { op, place, value } => self.assign_op(*op, *place, *value),
            ExprKind::Update { prefix, place, .. } => self.update(*prefix, *place),
            ExprKind::Destructure { pattern, value } => {
                let ty = self.eval(*value);
                self.destructure(pattern, &ty);
                ty
            }
            ExprKind::Call { callee, args } => self.call(callee, args),
            ExprKind::Index { object, index } => {
                let (object_type, index_type) = (self.eval(*object), self.eval(*index));
                self.index(&object_type, &self.key(*index, &index_type))
            }
            ExprKind::Append { object } => {
                self.eval_quietly(*object);
                Type::UNKNOWN
            }
            ExprKind::Slice { object, first, last, step } => {
                let ty = self.eval(*object);
                for bound in [first, last, step].into_iter().flatten() {
                    self.eval(*bound);
                }
                slice(&ty)
            }
            ExprKind::Member { object, name } => {
                let ty = self.eval(*object);
                self.member(&ty, name)
            }
            ExprKind::Isset(place) => {
                self.eval_quietly(*place);
                Type::BOOLEAN
            }
            ExprKind::Unset(place) => {
                self.eval_quietly(*place);
                self.unset(*place);
                Type::BOOLEAN
            }
            ExprKind::Match { subject, arms } => self.match_arms(*subject, arms),
            ExprKind::Yield(value) => {
                let ty = value.map_or(Type::NONE, |value| self.eval(value));
                self.table.yields(self.id, &ty);
                self.called();
                Type::UNKNOWN
            }
            ExprKind::Cache { options, callee, args, .. } => {
                self.eval(*options);
                self.call(callee, args)
            }
        }
    }

    fn interpolated(&mut self, parts: &[Part]) -> Type {
        for part in parts {
            if let Part::Value(value) = part {
                self.eval(*value);
            }
        }
        Type::STRING
    }

    fn variable(&mut self, id: ExprId, variable: VarId) -> Type {
        match self.defined(variable) {
            Defined::Yes => _ = self.found.doubts.remove(&id),
            _ if self.quiet > 0 => _ = self.found.doubts.remove(&id),
            // What nothing creates is found without types.
            _ if !self.program.function(self.id).variable(variable).created => {}
            doubt => _ = self.found.doubts.insert(id, doubt),
        }
        let ty = self.read(variable);
        match self.defined(variable) {
            // Only `isset` and `??` get this far.
            Defined::No => Type::NONE,
            Defined::Maybe if self.quiet > 0 => ty.or(&Type::NONE),
            _ => ty,
        }
    }

    /// A new function, with what it captures.
    pub(super) fn closure(&mut self, function: FunctionId) -> Type {
        self.table.creates(self.id, function);
        for capture in &self.program.function(function).captures {
            let held = self.read(capture.outer);
            if let Some(cell) = self.cell(capture.outer) {
                self.table.sets_cell(cell, &held);
            }
        }
        Type::function(Some(Callable::Own(function)))
    }

    fn array(&mut self, elements: &[Element]) -> Type {
        let mut array = Array::empty();
        for element in elements {
            match *element {
                Element::Item(value) => {
                    let ty = self.eval(value);
                    let next = Key::Number(array.fields.len() as i64);
                    match array.is_list && array.rest.is_none() {
                        true => array.set(next, ty),
                        false => array.push(&ty),
                    }
                }
                Element::Pair(key, value) => {
                    let (key_type, ty) = (self.eval(key), self.eval(value));
                    match self.key(key, &key_type) {
                        Some(key) => array.set(key, ty),
                        None => array.set_any(&ty),
                    }
                }
                Element::Spread(value) => match self.eval(value).shape() {
                    Some(more) => array.merge(more),
                    None => array.set_any(&Type::UNKNOWN),
                },
            }
        }
        Type::array(array)
    }

    fn coalesce(&mut self, left: ExprId, right: ExprId) -> Type {
        let before = self.eval_quietly(left);
        let mark = self.env.mark();
        let other = self.eval(right);
        let changes = self.env.undo(mark);
        self.env.join(&[Some(Default::default()), changes]);
        before.present().or(&other)
    }

    /// Operators that evaluate both operands. Chains nest to the left and may be long.
    fn binary(&mut self, id: ExprId) -> Type {
        let program = self.program;
        let mut chain = Vec::new();
        let mut at = id;
        while let ExprKind::Binary { op, left, right } = &program.expr(at).kind {
            if matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce) {
                break;
            }
            chain.push((at, *op, *right));
            at = *left;
        }
        let mut ty = self.eval(at);
        for (node, op, right) in chain.into_iter().rev() {
            let other = self.eval(right);
            ty = operator::binary(op, &ty, &other);
            self.note(node, ty.clone());
        }
        ty
    }

    fn ternary(
        &mut self,
        condition: ExprId,
        consequence: Option<ExprId>,
        alternative: ExprId,
    ) -> Type {
        let tested = self.eval(condition);
        let mark = self.env.mark();
        self.narrow(condition, true);
        let first = match consequence {
            Some(value) => self.eval(value),
            None => tested.truthy(),
        };
        let yes = self.env.undo(mark);
        self.narrow(condition, false);
        let second = self.eval(alternative);
        let no = self.env.undo(mark);
        self.env.join(&[yes, no]);
        first.or(&second)
    }

    fn match_arms(&mut self, subject: ExprId, arms: &[MatchArm]) -> Type {
        self.eval(subject);
        let mark = self.env.mark();
        let mut branches = Vec::with_capacity(arms.len());
        let mut result = Type::NEVER;
        for arm in arms {
            for pattern in &arm.patterns {
                self.eval(*pattern);
            }
            let ty = self.eval(arm.value);
            result = result.or(&ty);
            branches.push(self.env.undo(mark));
        }
        self.env.join(&branches);
        result
    }

    /// The key that an index means, when it is known.
    pub(super) fn key(&self, index: ExprId, ty: &Type) -> Option<Key> {
        match &self.program.expr(index).kind {
            ExprKind::Number(number) if number.abs() < f64::from(i32::MAX) => {
                Some(Key::Number(number.trunc() as i64))
            }
            ExprKind::Boolean(value) => Some(Key::Number(i64::from(*value))),
            _ if ty.is_string() => ty.text.as_ref().map(Key::of_text),
            _ => None,
        }
    }

    /// `object[key]`
    pub(super) fn index(&self, object: &Type, key: &Option<Key>) -> Type {
        let plain = object.except(Kinds::OBJECT.or(Kinds::RESOURCE));
        let found = plain.element(key.as_ref());
        match key {
            Some(Key::Text(name)) if !object.instances().is_empty() => {
                match std::str::from_utf8(name) {
                    Ok(name) => found.or(&self.property(object, name)),
                    Err(_) => Type::UNKNOWN,
                }
            }
            _ if object.kinds.any(Kinds::OBJECT.or(Kinds::RESOURCE)) => Type::UNKNOWN,
            _ => found,
        }
    }

    /// `object->name`
    pub(super) fn member(&self, object: &Type, name: &Arc<str>) -> Type {
        let key = Key::Text(Arc::from(name.as_bytes()));
        self.index(object, &Some(key))
    }

    /// A property or method of objects.
    fn property(&self, object: &Type, name: &str) -> Type {
        let of = |instance: &Instance| self.property_of(instance, name);
        object.instances().iter().map(of).fold(Type::NEVER, |all, ty| all.or(&ty))
    }
}

fn slice(ty: &Type) -> Type {
    if ty.is_unknown() {
        return Type::UNKNOWN;
    }
    let mut cut = ty.only(Kinds::STRING).widened();
    if let Some(array) = &ty.array {
        cut = cut.or(&Type::array(array.renumbered()));
    }
    let rest = Kinds::STRING.or(Kinds::ARRAY);
    if ty.kinds.without(rest).is_empty() { cut } else { cut.or(&Type::NONE) }
}
