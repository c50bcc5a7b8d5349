//! Classes and objects (section 12).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use hsl_syntax::ast::{Block, ClassDefinition, Member, Parameters};

use super::function::{Class, Function, Kind, Method, Property, Script};
use super::scope::{Env, Named};
use super::value::{Array, Key, Object, Value};
use super::{Stop, lock, thrown, unsupported};

/// Registers a class in the scope.
pub(super) fn define(env: &Arc<Env>, definition: ClassDefinition<'static>) -> Result<(), Stop> {
    let Some(name) = definition.name() else { return unsupported("a broken class") };
    let members: Vec<_> = definition.members().collect();
    let class = Arc::new(Class {
        name: env.text(name),
        properties: properties(env, &members)?,
        methods: methods(env, &members),
        constructor: Mutex::default(),
        statics: Mutex::default(),
    });
    for property in class.properties.iter().filter(|property| property.is_static) {
        lock(&class.statics).insert(property.name.clone(), property.initial.clone());
    }
    lock(&env.names.own).insert(class.name.clone(), Named::Value(Kind::Class(Arc::clone(&class))));
    for member in members {
        attach(env, &class, member);
    }
    Ok(())
}

fn properties(env: &Arc<Env>, members: &[Member<'static>]) -> Result<Vec<Property>, Stop> {
    let mut list = Vec::new();
    for member in members {
        let Member::PropertyDefinition(property) = member else { continue };
        let Some(name) = property.name() else { continue };
        let modifiers = property.modifier_set();
        let initial = property.value().map_or(Ok(Value::None), |value| env.eval(value))?;
        list.push(Property {
            name: env.name(name),
            initial,
            private: modifiers.private,
            readonly: modifiers.readonly,
            is_static: modifiers.is_static,
        });
    }
    Ok(list)
}

fn methods(env: &Arc<Env>, members: &[Member<'static>]) -> HashMap<String, Method> {
    let mut map = HashMap::new();
    for member in members {
        let Member::MethodDefinition(method) = member else { continue };
        let Some(name) = method.name() else { continue };
        let modifiers = method.modifier_set();
        let entry = Method {
            script: Mutex::default(),
            private: modifiers.private,
            is_static: modifiers.is_static,
        };
        map.insert(env.text(name), entry);
    }
    map
}

/// Bodies come last: they refer to the class they belong to.
fn attach(env: &Arc<Env>, class: &Arc<Class>, member: Member<'static>) {
    let script = |parameters: Option<Parameters<'static>>, body: Block<'static>, captures| {
        Arc::new(Script {
            parameters,
            body,
            names: Arc::clone(&env.names),
            module: env.globals(),
            captures: env.captures(captures),
            class: Some(Arc::clone(class)),
        })
    };
    match member {
        Member::ConstructorDefinition(c) => {
            if let Some(body) = c.body() {
                *lock(&class.constructor) = Some(script(c.parameters(), body, c.captures()));
            }
        }
        Member::MethodDefinition(m) => {
            if let Some((name, body)) = m.name().zip(m.body())
                && let Some(method) = class.methods.get(&env.text(name))
            {
                *lock(&method.script) = Some(script(m.parameters(), body, m.captures()));
            }
        }
        Member::PropertyDefinition(_) => {}
    }
}

impl Env {
    /// A new instance.
    pub(super) fn instantiate(
        self: &Arc<Self>,
        class: &Arc<Class>,
        arguments: Vec<Value>,
    ) -> Result<Value, Stop> {
        let mut properties = Array::default();
        for property in class.properties.iter().filter(|property| !property.is_static) {
            properties.set(Key::from_text(property.name.as_bytes()), property.initial.clone());
        }
        let object =
            Arc::new(Object { class: Arc::clone(class), properties: Mutex::new(properties) });
        let constructor = lock(&class.constructor).clone();
        match constructor {
            Some(script) => {
                self.call_script(&script, Some(Arc::clone(&object)), arguments)?;
            }
            None if !arguments.is_empty() => return Err(thrown("too many arguments")),
            None => {}
        }
        Ok(Value::Object(object))
    }

    /// Whether code of this activation may use private members of the class.
    pub(super) fn inside(&self, class: &Arc<Class>) -> bool {
        self.class.as_ref().is_some_and(|own| Arc::ptr_eq(own, class))
    }

    /// `$object->name` or `$object["name"]`, read.
    pub(super) fn property(&self, object: &Arc<Object>, name: &Value) -> Result<Value, Stop> {
        let Some(key) = Key::cast(name) else { return Ok(Value::None) };
        if let Some(value) = lock(&object.properties).get(&key) {
            self.check_private(object, &key)?;
            return Ok(value.clone());
        }
        let Key::Text(text) = &key else { return Ok(Value::None) };
        let name = String::from_utf8_lossy(text);
        let Some(method) = object.class.methods.get(&*name).filter(|m| !m.is_static) else {
            return Ok(Value::None);
        };
        if method.private && !self.inside(&object.class) {
            return Err(thrown("private function"));
        }
        let script = lock(&method.script).clone().ok_or_else(|| thrown("broken method"))?;
        let this = Some(Arc::clone(object));
        Ok(Value::Function(Arc::new(Function { kind: Kind::Script(script), this })))
    }

    /// Private variables are invisible outside their class.
    pub(super) fn check_private(&self, object: &Arc<Object>, key: &Key) -> Result<(), Stop> {
        match self.declared(object, key) {
            Some(property) if property.private && !self.inside(&object.class) => {
                Err(thrown("private variable"))
            }
            _ => Ok(()),
        }
    }

    /// Read-only variables are written by functions of the same instance only.
    pub(super) fn check_write(&self, object: &Arc<Object>, key: &Key) -> Result<(), Stop> {
        self.check_private(object, key)?;
        let own = self.this.as_ref().is_some_and(|this| Arc::ptr_eq(this, object));
        match self.declared(object, key) {
            Some(property) if property.readonly && !own => Err(thrown("readonly variable")),
            None if Self::has_function(object, key) => Err(thrown("a function has this name")),
            _ => Ok(()),
        }
    }

    fn has_function(object: &Object, key: &Key) -> bool {
        let Key::Text(name) = key else { return false };
        let name = String::from_utf8_lossy(name);
        object.class.methods.get(&*name).is_some_and(|method| !method.is_static)
    }

    fn declared<'o>(&self, object: &'o Arc<Object>, key: &Key) -> Option<&'o Property> {
        let Key::Text(text) = key else { return None };
        object.class.property(std::str::from_utf8(text).ok()?)
    }
}
