//! Expressions (sections 2, 3 and 6).

use std::sync::Arc;

use hsl_syntax::ast::{
    ArrayLiteral, ArrayLiteralItem, AstNode, BinaryExpression, Expression, IdentifierOrToken,
    IdentifierOrVariable, MatchExpression, Regex, ScopedExpression, StringLiteral,
    StringLiteralItem,
};

use super::function::{Class, Function, Kind};
use super::scope::{Env, Named};
use super::slice::{self, Bounds};
use super::value::{Array, Key, Value};
use super::{Stop, bounded, builtin, compare, lock, operate, regex, text, thrown, unsupported};

impl Env {
    /// The value of a part that a tree without errors has.
    pub(super) fn required(
        self: &Arc<Self>,
        e: Option<Expression<'static>>,
    ) -> Result<Value, Stop> {
        e.map_or_else(|| unsupported("a broken tree"), |e| self.eval(e))
    }

    pub(super) fn eval(self: &Arc<Self>, e: Expression<'static>) -> Result<Value, Stop> {
        let source = &self.parse.text;
        match e {
            Expression::NoneLiteral(_) => Ok(Value::None),
            Expression::TrueLiteral(_) => Ok(Value::Boolean(true)),
            Expression::FalseLiteral(_) => Ok(Value::Boolean(false)),
            Expression::Number(n) => Ok(Value::Number(n.value(source))),
            Expression::RawString(raw) => Ok(Value::text(raw.value(source))),
            Expression::StringLiteral(text) => self.string(text),
            Expression::Regex(literal) => self.regex(literal),
            Expression::Variable(v) => self.read(&self.name(v)),
            Expression::ParenthesizedExpression(p) => self.required(p.expression()),
            Expression::ArrayLiteral(array) => self.array(array),
            Expression::TernaryExpression(t) => {
                let condition = self.required(t.condition())?;
                match t.consequence() {
                    None if condition.truthy() => Ok(condition),
                    Some(yes) if condition.truthy() => self.eval(yes),
                    _ => self.required(t.alternative()),
                }
            }
            Expression::BinaryExpression(b) => self.binary(b),
            Expression::UnaryExpression(u) => {
                let operator = u.operator().map_or("", |token| token.kind());
                operate::unary(operator, &self.required(u.operand())?)
            }
            Expression::PrefixUpdateExpression(u) => {
                let operator = u.operator().map_or("", |token| token.kind());
                self.update(u.operand(), operator).map(|(_, new)| new)
            }
            Expression::PostfixUpdateExpression(u) => {
                let operator = u.operator().map_or("", |token| token.kind());
                self.update(u.operand(), operator).map(|(old, _)| old)
            }
            Expression::AssignmentExpression(a) => self.assignment(a),
            Expression::DestructuringAssignment(d) => self.destructure(d),
            Expression::SubscriptExpression(s) => {
                let object = self.required(s.object())?;
                let index = self.required(s.index())?;
                self.element(&object, &index)
            }
            Expression::MemberExpression(m) => {
                let object = self.required(m.object())?;
                let name = m.name().map(|name| self.text(name)).unwrap_or_default();
                self.element(&object, &Value::text(name))
            }
            Expression::SliceExpression(s) => {
                let object = self.required(s.object())?;
                let bounds = self.bounds([s.first(), s.last(), s.step()])?;
                slice::read(&object, &bounds).map_err(thrown)
            }
            Expression::IssetExpression(i) => self.isset(i.operand()).map(Value::Boolean),
            Expression::UnsetExpression(u) => self.unset(u.operand()).map(Value::Boolean),
            Expression::Identifier(name) => self.named(&self.text(name)),
            Expression::BuiltinExpression(b) => {
                let name = b.name().map(|name| self.text(name)).unwrap_or_default();
                Ok(Function::value(Kind::Builtin(name)))
            }
            Expression::ScopedExpression(s) => self.scoped(s),
            Expression::CallExpression(call) => self.call_expression(call),
            Expression::CacheExpression(cache) => self.cached(cache),
            Expression::FunctionExpression(f) => self.closure(f),
            Expression::MatchExpression(m) => self.match_expression(m),
            Expression::YieldExpression(y) => {
                let value = y.value().map_or(Ok(Value::None), |value| self.eval(value))?;
                match &self.turn {
                    Some(turn) => turn.give(value),
                    None => unsupported("yield outside a generator"),
                }
            }
            Expression::AppendExpression(_) => unsupported("reading x[]"),
        }
    }

    /// A literal is one value, however often it is evaluated.
    fn regex(&self, literal: Regex<'static>) -> Result<Value, Stop> {
        let place = (std::ptr::from_ref(self.parse) as usize, literal.syntax().start_byte());
        let mut known = lock(&self.run.regexes);
        if let Some(regex) = known.get(&place) {
            return Ok(Value::Regex(Arc::clone(regex)));
        }
        let regex = regex::compile(&literal.text(&self.parse.text)[1..])?;
        known.insert(place, Arc::clone(&regex));
        Ok(Value::Regex(regex))
    }

    fn string(self: &Arc<Self>, literal: StringLiteral<'static>) -> Result<Value, Stop> {
        let mut out = Vec::new();
        for item in literal.items() {
            match item {
                StringLiteralItem::Interpolation(part) => {
                    let Some(variable) = part.variable() else { continue };
                    out.extend(text::of(&self.read(&self.name(variable))?));
                }
                plain => out.extend_from_slice(&plain.value(&self.parse.text).unwrap_or_default()),
            }
        }
        bounded(Value::text(out))
    }

    pub(super) fn array(self: &Arc<Self>, literal: ArrayLiteral<'static>) -> Result<Value, Stop> {
        let mut array = Array::default();
        for item in literal.items() {
            match item {
                ArrayLiteralItem::ArrayElement(element) => match element.key() {
                    None => array.push(self.required(element.value())?),
                    Some(key) => {
                        let key = self.key(&self.eval(key)?)?;
                        array.set(key, self.required(element.value())?);
                    }
                },
                ArrayLiteralItem::SpreadElement(spread) => match self.required(spread.value())? {
                    Value::Array(other) => array.merge(&other),
                    Value::Generator(generator) => {
                        builtin::drain(&generator)?.into_iter().for_each(|item| array.push(item));
                    }
                    _ => return Err(thrown("cannot spread")),
                },
            }
        }
        bounded(Value::Array(array))
    }

    pub(super) fn key(&self, value: &Value) -> Result<Key, Stop> {
        Key::cast(value).map_or_else(|| unsupported("a key of this type"), Ok)
    }

    pub(super) fn bounds(
        self: &Arc<Self>,
        parts: [Option<Expression<'static>>; 3],
    ) -> Result<Bounds, Stop> {
        let mut bounds = [None, None, None];
        for (bound, part) in bounds.iter_mut().zip(parts) {
            *bound = part.map(|part| self.eval(part)).transpose()?;
        }
        Ok(bounds)
    }

    fn binary(self: &Arc<Self>, b: BinaryExpression<'static>) -> Result<Value, Stop> {
        let operator = b.operator().map_or("", |token| token.kind());
        match operator {
            "and" | "or" => {
                let left = self.required(b.left())?.truthy();
                let decided = left == (operator == "or");
                Ok(Value::Boolean(if decided { left } else { self.required(b.right())?.truthy() }))
            }
            "??" => match b.left().map_or(Ok(None), |left| self.quiet(left))? {
                None | Some(Value::None) => self.required(b.right()),
                Some(value) => Ok(value),
            },
            _ => {
                let left = self.required(b.left())?;
                operate::binary(operator, &left, &self.required(b.right())?)
            }
        }
    }

    /// The value of the left side of `??`: none where a variable on the way does not exist.
    pub(super) fn quiet(self: &Arc<Self>, e: Expression<'static>) -> Result<Option<Value>, Stop> {
        match e {
            Expression::Variable(v) => Ok(self.peek(&self.name(v))),
            Expression::ParenthesizedExpression(p) => {
                p.expression().map_or(Ok(None), |inner| self.quiet(inner))
            }
            Expression::SubscriptExpression(s) => {
                let object = s.object().map_or(Ok(None), |object| self.quiet(object))?;
                let index = self.required(s.index())?;
                let Some(object) = object else { return Ok(None) };
                self.element(&object, &index).map(Some)
            }
            Expression::MemberExpression(m) => {
                let object = m.object().map_or(Ok(None), |object| self.quiet(object))?;
                let Some(object) = object else { return Ok(None) };
                let name = m.name().map(|name| self.text(name)).unwrap_or_default();
                self.element(&object, &Value::text(name)).map(Some)
            }
            other => self.eval(other).map(Some),
        }
    }

    /// `a[k]`, read (section 7.2).
    pub(super) fn element(&self, object: &Value, index: &Value) -> Result<Value, Stop> {
        match object {
            Value::Array(array) => {
                let key = self.key(index)?;
                Ok(array.get(&key).cloned().unwrap_or(Value::None))
            }
            Value::Text(text) => match Key::cast(index) {
                Some(Key::Integer(at)) => {
                    let byte = usize::try_from(at).ok().and_then(|at| text.get(at));
                    Ok(byte.map_or(Value::None, |byte| Value::text([*byte])))
                }
                _ => Ok(Value::None),
            },
            Value::Object(object) => self.property(object, index),
            Value::Exception(_) | Value::Generator(_) | Value::Collection(_) => {
                let name = String::from_utf8_lossy(&text::of(index)).into_owned();
                Ok(Function::value(Kind::Method(object.clone(), name)))
            }
            Value::None | Value::Boolean(_) | Value::Number(_) => Ok(Value::None),
            Value::Function(_) | Value::Regex(_) => unsupported("an element of a function"),
        }
    }

    /// A bare name as a value.
    pub(super) fn named(&self, name: &str) -> Result<Value, Stop> {
        match self.names.find(name) {
            Some(Named::Value(kind)) => Ok(Function::value(kind)),
            Some(Named::Namespace(_)) => unsupported("a namespace as a value"),
            None => Ok(Function::value(Kind::Builtin(name.to_owned()))),
        }
    }

    /// The class before `::`.
    pub(super) fn class_of(&self, s: ScopedExpression<'static>) -> Result<Scope, Stop> {
        match s.scope() {
            Some(IdentifierOrToken::Token(_)) => self
                .class
                .clone()
                .map_or_else(|| unsupported("static outside"), |c| Ok(Scope::Class(c))),
            Some(IdentifierOrToken::Identifier(name)) => match self.names.find(&self.text(name)) {
                Some(Named::Value(Kind::Class(class))) => Ok(Scope::Class(class)),
                Some(Named::Namespace(module)) => Ok(Scope::Module(module)),
                _ => unsupported("an unknown class"),
            },
            None => unsupported("a broken tree"),
        }
    }

    fn scoped(&self, s: ScopedExpression<'static>) -> Result<Value, Stop> {
        match (self.class_of(s)?, s.name()) {
            (Scope::Class(class), Some(IdentifierOrVariable::Variable(v))) => {
                let name = self.name(v);
                let hidden = class.property(&name).is_some_and(|property| property.private);
                if hidden && !self.inside(&class) {
                    return Err(thrown("private variable"));
                }
                Ok(lock(&class.statics).get(&name).cloned().unwrap_or(Value::None))
            }
            (Scope::Class(class), Some(IdentifierOrVariable::Identifier(name))) => {
                let name = self.text(name);
                let method = class.methods.get(&name).filter(|method| method.is_static);
                let Some(method) = method else { return unsupported("an unknown static function") };
                if method.private && !self.inside(&class) {
                    return Err(thrown("private function"));
                }
                let script = lock(&method.script).clone().ok_or_else(|| thrown("broken"))?;
                Ok(Function::value(Kind::Script(script)))
            }
            (Scope::Module(module), Some(IdentifierOrVariable::Variable(v))) => {
                module.read(&self.name(v))
            }
            (Scope::Module(module), Some(IdentifierOrVariable::Identifier(name))) => {
                module.named(&self.text(name))
            }
            (_, None) => unsupported("a broken tree"),
        }
    }

    fn match_expression(self: &Arc<Self>, m: MatchExpression<'static>) -> Result<Value, Stop> {
        let subject = self.required(m.subject())?;
        let mut default = None;
        for arm in m.arms() {
            if arm.is_default() {
                default = Some(arm);
                continue;
            }
            for pattern in arm.patterns() {
                if compare::equal(&subject, &self.eval(pattern)?) {
                    return self.required(arm.value());
                }
            }
        }
        default.map_or_else(|| Err(thrown("no arm matches")), |arm| self.required(arm.value()))
    }
}

/// What stands before `::`.
pub(super) enum Scope {
    Class(Arc<Class>),
    Module(Arc<Env>),
}
