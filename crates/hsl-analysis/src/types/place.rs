//! Assignment: to variables, elements, properties and patterns.

use std::sync::Arc;

use hsl_syntax::BinaryOp;

use super::array::{Array, Key};
use super::env::{Binding, Defined};
use super::operator;
use super::summary::Cell;
use super::ty::{Instance, Kinds, Type};
use super::walk::Walk;
use crate::hir::{ExprId, ExprKind, Pattern, Place};

impl Walk<'_> {
    /// Stores a value.
    pub(super) fn assign(&mut self, place: Place, ty: Type) {
        let program = self.program;
        self.note(place, ty.clone());
        match &program.expr(place).kind {
            ExprKind::Variable(variable) => self.write(*variable, ty),
            ExprKind::Global(global) => self.table.sets_cell(Cell::Global(*global), &ty),
            ExprKind::Index { object, index } => {
                let before = self.eval_quietly(*object);
                let index_type = self.eval(*index);
                match self.key(*index, &index_type) {
                    Some(Key::Text(name)) if before.kinds.any(Kinds::OBJECT) => {
                        self.assign_property(&before, &name, &ty);
                    }
                    key => self.assign(*object, stored(&before, key, &ty)),
                }
            }
            ExprKind::Member { object, name } => {
                let before = self.eval_quietly(*object);
                let name: Arc<[u8]> = Arc::from(name.as_bytes());
                if before.kinds.any(Kinds::OBJECT) {
                    self.assign_property(&before, &name, &ty);
                } else if !before.is_unknown() {
                    self.assign(*object, stored(&before, Some(Key::Text(name)), &ty));
                }
            }
            ExprKind::Append { object } => {
                let before = self.eval_quietly(*object);
                self.assign(*object, appended(&before, &ty));
            }
            ExprKind::Slice { object, .. } => {
                let before = self.eval_quietly(*object);
                let inserted = ty.shape().map_or_else(|| ty.clone(), Array::value);
                let element = before.shape().map_or(Type::UNKNOWN, Array::value).or(&inserted);
                self.assign(*object, Type::list(element));
            }
            _ => {}
        }
    }

    fn assign_property(&mut self, object: &Type, name: &[u8], ty: &Type) {
        let Ok(name) = std::str::from_utf8(name) else { return };
        let name: Arc<str> = name.into();
        for instance in object.instances() {
            if let Instance::Own(class) = instance {
                self.table.sets_property(*class, &name, ty);
            }
        }
    }

    pub(super) fn assign_op(&mut self, op: BinaryOp, place: Place, value: ExprId) -> Type {
        if op == BinaryOp::Coalesce {
            let before = self.eval_quietly(place);
            let mark = self.env.mark();
            let other = self.eval(value);
            let changes = self.env.undo(mark);
            self.env.join(&[Some(Default::default()), changes]);
            let ty = before.present().or(&other);
            self.assign(place, ty.clone());
            return ty;
        }
        let before = self.eval(place);
        let other = self.eval(value);
        let ty = operator::binary(op, &before, &other);
        self.assign(place, ty.clone());
        ty
    }

    pub(super) fn update(&mut self, prefix: bool, place: Place) -> Type {
        let before = self.eval(place);
        let after = operator::binary(BinaryOp::Add, &before, &Type::NUMBER);
        self.assign(place, after.clone());
        if prefix { after } else { before }
    }

    pub(super) fn destructure(&mut self, pattern: &Pattern, value: &Type) {
        for (at, element) in pattern.elements.iter().enumerate() {
            let key = match element.key {
                Some(key) => {
                    let ty = self.eval(key);
                    self.key(key, &ty)
                }
                None => Some(Key::Number(at as i64)),
            };
            let mut ty = taken(value, key.as_ref(), element.key.is_none());
            if let Some(default) = element.default {
                let other = self.eval(default);
                ty = ty.present().or(&other);
            }
            self.assign(element.target, ty);
        }
        if let Some(rest) = pattern.rest {
            let element = value.shape().map_or(Type::UNKNOWN, Array::value);
            self.assign(rest, Type::list(element));
        }
    }

    /// `unset(place)`
    pub(super) fn unset(&mut self, place: Place) {
        let program = self.program;
        match &program.expr(place).kind {
            ExprKind::Variable(variable) => {
                let unset = Binding {
                    ty: Type::NEVER,
                    defined: Defined::No,
                    since: self.env.get(*variable).since,
                    under: None,
                };
                self.env.set(*variable, unset);
            }
            ExprKind::Index { object, index } => {
                let index_type = self.eval_quietly(*index);
                let key = self.key(*index, &index_type);
                self.remove(*object, key.as_ref());
            }
            ExprKind::Member { object, name } => {
                self.remove(*object, Some(&Key::Text(Arc::from(name.as_bytes()))));
            }
            ExprKind::Slice { object, .. } => self.remove(*object, None),
            _ => {}
        }
    }

    fn remove(&mut self, object: Place, key: Option<&Key>) {
        let before = self.eval_quietly(object);
        if let Some(array) = &before.array {
            let mut without = Array::clone(array);
            without.remove(key);
            self.assign(object, Type { array: Some(Arc::new(without)), ..before });
        }
    }
}

/// The part of a value that a target of a pattern takes.
fn taken(value: &Type, key: Option<&Key>, by_order: bool) -> Type {
    if value.is_unknown() || value.any_object() {
        return Type::UNKNOWN;
    }
    let Some(array) = value.shape() else { return Type::NONE };
    let is_ordered = array.is_list || array.fields.iter().all(|f| matches!(f.key, Key::Text(_)));
    let found = match (by_order, key) {
        (true, Some(Key::Number(at))) if !array.is_list => {
            let field = usize::try_from(*at).ok().and_then(|at| array.fields.get(at));
            let first = array.fields.iter().take(*at as usize + 1).all(|field| !field.optional);
            match field.filter(|_| is_ordered && first) {
                Some(field) => field.ty.clone(),
                None => array.value().or_missing(),
            }
        }
        _ => array.get(key),
    };
    let is_only_array = value.kinds == Kinds::ARRAY;
    if is_only_array { found } else { found.or(&Type::NONE) }
}

/// What a variable holds after `$variable[key] = value`.
fn stored(before: &Type, key: Option<Key>, ty: &Type) -> Type {
    if before.is_unknown() {
        return Type::UNKNOWN;
    }
    let mut array = before.array.as_deref().cloned().unwrap_or_else(Array::empty);
    let may_be_new = before.kinds != Kinds::ARRAY && before.array.is_some();
    match key {
        Some(key) => {
            // A field that is there only when the array is.
            if may_be_new {
                array.fields.iter_mut().for_each(|field| field.optional = true);
            }
            array.set(key, ty.clone());
        }
        None => array.set_any(ty),
    }
    let objects = before.only(Kinds::OBJECT.or(Kinds::RESOURCE));
    objects.or(&Type::array(array)).bounded()
}

/// What a variable holds after `$variable[] = value`.
fn appended(before: &Type, ty: &Type) -> Type {
    if before.is_unknown() {
        return Type::UNKNOWN;
    }
    let mut array = before.array.as_deref().cloned().unwrap_or_else(Array::empty);
    array.push(ty);
    Type::array(array).bounded()
}
