//! Assignment, `isset` and `unset` (sections 6, 7.2 and 7.3).

use std::sync::Arc;

use hsl_syntax::ast::{AssignmentExpression, Expression, IdentifierOrVariable};

use super::expression::Scope;
use super::scope::{Cell, Env};
use super::slice;
use super::value::{Array, Key, Value};
use super::{Stop, bounded, lock, operate, thrown, unsupported};

/// Where a value is stored: something that exists, and steps into it.
pub(super) struct Place {
    root: Root,
    steps: Vec<Step>,
}

enum Root {
    Variable(Cell),
    Static(Arc<super::function::Class>, String),
    /// An object or copy that an expression gave.
    Value(Value),
}

enum Step {
    Element(Key),
    Append,
    Slice(Box<slice::Bounds>),
}

impl Env {
    pub(super) fn assignment(
        self: &Arc<Self>,
        a: AssignmentExpression<'static>,
    ) -> Result<Value, Stop> {
        let operator = a.operator().map_or("=", |token| token.kind());
        let Some(left) = a.left() else { return unsupported("a broken tree") };
        if operator == "??=" {
            if let Some(value) = self.quiet(left)?.filter(|value| !matches!(value, Value::None)) {
                return Ok(value);
            }
            let value = self.required(a.right())?;
            return self.store(&self.place(left)?, value);
        }
        let place = self.place(left)?;
        if operator == "=" {
            let value = self.required(a.right())?;
            return self.store(&place, value);
        }
        let old = self.load(left, &place)?;
        let right = self.required(a.right())?;
        let value = operate::binary(operator.trim_end_matches('='), &old, &right)?;
        self.store(&place, value)
    }

    /// `++` and `--`: the old and the new value.
    pub(super) fn update(
        self: &Arc<Self>,
        operand: Option<Expression<'static>>,
        operator: &str,
    ) -> Result<(Value, Value), Stop> {
        let Some(operand) = operand else { return unsupported("a broken tree") };
        let place = self.place(operand)?;
        let old = self.load(operand, &place)?;
        let new = operate::binary(&operator[..1], &old, &Value::Number(1.0))?;
        self.store(&place, new.clone())?;
        Ok((old, new))
    }

    /// The place that an expression names; parts are evaluated once, left to right.
    pub(super) fn place(self: &Arc<Self>, e: Expression<'static>) -> Result<Place, Stop> {
        let mut place = match e {
            Expression::Variable(v) => {
                let name = self.name(v);
                let root = match &self.this {
                    Some(this) if name == "this" => Root::Value(Value::Object(Arc::clone(this))),
                    _ => Root::Variable(self.cell(&name)),
                };
                return Ok(Place { root, steps: Vec::new() });
            }
            Expression::SubscriptExpression(s) => self.part(s.object())?,
            Expression::MemberExpression(m) => self.part(m.object())?,
            Expression::AppendExpression(a) => self.part(a.object())?,
            Expression::SliceExpression(s) => self.part(s.object())?,
            Expression::ScopedExpression(s) => return self.static_place(s),
            Expression::ParenthesizedExpression(p) => return self.part(p.expression()),
            other => {
                return Ok(Place { root: Root::Value(self.eval(other)?), steps: Vec::new() });
            }
        };
        place.steps.push(match e {
            Expression::SubscriptExpression(s) => {
                let index = self.required(s.index())?;
                Step::Element(self.key(&index)?)
            }
            Expression::MemberExpression(m) => {
                let name = m.name().map(|name| self.text(name)).unwrap_or_default();
                Step::Element(Key::from_text(name.as_bytes()))
            }
            Expression::SliceExpression(s) => {
                Step::Slice(Box::new(self.bounds([s.first(), s.last(), s.step()])?))
            }
            _ => Step::Append,
        });
        Ok(place)
    }

    fn part(self: &Arc<Self>, e: Option<Expression<'static>>) -> Result<Place, Stop> {
        e.map_or_else(|| unsupported("a broken tree"), |e| self.place(e))
    }

    fn static_place(
        self: &Arc<Self>,
        s: hsl_syntax::ast::ScopedExpression<'static>,
    ) -> Result<Place, Stop> {
        let Some(IdentifierOrVariable::Variable(v)) = s.name() else {
            return unsupported("assignment to a function");
        };
        let root = match self.class_of(s)? {
            Scope::Class(class) => Root::Static(class, self.name(v)),
            Scope::Module(module) => Root::Variable(module.cell(&self.name(v))),
        };
        Ok(Place { root, steps: Vec::new() })
    }

    /// The value now; a plain variable must exist.
    fn load(self: &Arc<Self>, e: Expression<'static>, place: &Place) -> Result<Value, Stop> {
        match (e, &place.root) {
            (Expression::Variable(v), _) => self.read(&self.name(v)),
            (_, root) => {
                let mut value = match root {
                    Root::Variable(cell) => lock(cell).clone().unwrap_or(Value::None),
                    Root::Static(class, name) => {
                        lock(&class.statics).get(name).cloned().unwrap_or(Value::None)
                    }
                    Root::Value(value) => value.clone(),
                };
                for step in &place.steps {
                    let Step::Element(key) = step else { return Ok(Value::None) };
                    value = self.element(&value, &key.value())?;
                }
                Ok(value)
            }
        }
    }

    pub(super) fn store(&self, place: &Place, value: Value) -> Result<Value, Stop> {
        let value = bounded(value)?;
        match &place.root {
            Root::Variable(cell) => {
                // Stepping into an object takes other locks, never this one.
                let mut slot = lock(cell).take().unwrap_or(Value::None);
                let result = self.put(&mut slot, &place.steps, value.clone());
                *lock(cell) = Some(slot);
                result?;
            }
            Root::Static(class, name) => {
                let hidden = class.property(name).is_some_and(|p| p.private || p.readonly);
                if hidden && !self.inside(class) {
                    return Err(thrown("private or readonly static"));
                }
                let mut slot = lock(&class.statics).remove(name).unwrap_or(Value::None);
                let result = self.put(&mut slot, &place.steps, value.clone());
                lock(&class.statics).insert(name.clone(), slot);
                result?;
            }
            Root::Value(root) => self.put(&mut root.clone(), &place.steps, value.clone())?,
        }
        Ok(value)
    }

    /// Writes below a slot, making arrays on the way.
    fn put(&self, slot: &mut Value, steps: &[Step], value: Value) -> Result<(), Stop> {
        let Some((step, rest)) = steps.split_first() else {
            *slot = value;
            return Ok(());
        };
        if let Value::Object(object) = slot {
            let object = Arc::clone(object);
            let Step::Element(key) = step else { return unsupported("appending to an object") };
            self.check_write(&object, key)?;
            let mut inner = lock(&object.properties).get(key).cloned().unwrap_or(Value::None);
            self.put(&mut inner, rest, value)?;
            if !self.charge(&inner) {
                return unsupported("a large value");
            }
            lock(&object.properties).set(key.clone(), inner);
            return Ok(());
        }
        if matches!(slot, Value::None | Value::Boolean(_) | Value::Number(_) | Value::Text(_)) {
            *slot = Value::Array(Array::default());
        }
        let Value::Array(array) = slot else { return Err(thrown("this has no elements")) };
        match step {
            Step::Element(key) => self.put_element(array, key.clone(), rest, value),
            Step::Append => {
                let key = array.next_key();
                self.put_element(array, key, rest, value)
            }
            Step::Slice(bounds) => {
                *array = slice::replace(array, bounds, &value).map_err(thrown)?;
                Ok(())
            }
        }
    }

    fn put_element(
        &self,
        array: &mut Array,
        key: Key,
        rest: &[Step],
        value: Value,
    ) -> Result<(), Stop> {
        match array.get_mut(&key) {
            Some(slot) => self.put(slot, rest, value),
            None => {
                let mut slot = Value::None;
                self.put(&mut slot, rest, value)?;
                array.set(key, slot);
                Ok(())
            }
        }
    }

    /// `isset(…)`: whether it exists, even as none.
    pub(super) fn isset(self: &Arc<Self>, e: Option<Expression<'static>>) -> Result<bool, Stop> {
        let (object, key) = match e {
            Some(Expression::Variable(v)) => return Ok(self.peek(&self.name(v)).is_some()),
            Some(Expression::ScopedExpression(s)) => return self.static_place(s).map(|_| true),
            Some(Expression::SubscriptExpression(s)) => {
                let object = s.object().map_or(Ok(None), |object| self.quiet(object))?;
                (object, self.required(s.index())?)
            }
            Some(Expression::MemberExpression(m)) => {
                let object = m.object().map_or(Ok(None), |object| self.quiet(object))?;
                (object, Value::text(m.name().map(|name| self.text(name)).unwrap_or_default()))
            }
            _ => return unsupported("isset of this"),
        };
        Ok(match object {
            Some(Value::Array(array)) => array.get(&self.key(&key)?).is_some(),
            Some(Value::Object(object)) => match Key::cast(&key) {
                Some(key) => lock(&object.properties).get(&key).is_some(),
                None => false,
            },
            Some(text @ Value::Text(_)) => !matches!(self.element(&text, &key)?, Value::None),
            _ => false,
        })
    }

    /// `unset(…)`: removes it; whether it existed.
    pub(super) fn unset(self: &Arc<Self>, e: Option<Expression<'static>>) -> Result<bool, Stop> {
        let Some(e) = e else { return unsupported("a broken tree") };
        if let Expression::Variable(v) = e {
            let cell = self.cell(&self.name(v));
            let existed = lock(&cell).take().is_some();
            return Ok(existed);
        }
        let place = self.place(e)?;
        match &place.root {
            Root::Variable(cell) => {
                let mut slot = lock(cell).clone();
                let existed = match &mut slot {
                    Some(value) => self.remove(value, &place.steps)?,
                    None => false,
                };
                *lock(cell) = slot;
                Ok(existed)
            }
            Root::Value(root) => self.remove(&mut root.clone(), &place.steps),
            Root::Static(class, name) => {
                let mut slot = lock(&class.statics).get(name).cloned().unwrap_or(Value::None);
                let existed = self.remove(&mut slot, &place.steps)?;
                lock(&class.statics).insert(name.clone(), slot);
                Ok(existed)
            }
        }
    }

    fn remove(&self, slot: &mut Value, steps: &[Step]) -> Result<bool, Stop> {
        let Some((step, rest)) = steps.split_first() else { return unsupported("unset of this") };
        match (slot, step) {
            (Value::Array(array), Step::Element(key)) if rest.is_empty() => Ok(array.remove(key)),
            (Value::Array(array), Step::Slice(bounds)) => {
                slice::remove(array, bounds).map_err(thrown)
            }
            (Value::Array(array), Step::Element(key)) => {
                array.get_mut(key).map_or(Ok(false), |slot| self.remove(slot, rest))
            }
            (Value::Object(object), Step::Element(key)) if rest.is_empty() => {
                if lock(&object.properties).get(key).is_none() {
                    return Ok(false);
                }
                self.check_write(object, key)?;
                Ok(lock(&object.properties).remove(key))
            }
            (Value::Object(object), Step::Element(key)) => {
                let mut inner = lock(&object.properties).get(key).cloned().unwrap_or(Value::None);
                let existed = self.remove(&mut inner, rest)?;
                if existed {
                    lock(&object.properties).set(key.clone(), inner);
                }
                Ok(existed)
            }
            _ => Ok(false),
        }
    }
}
