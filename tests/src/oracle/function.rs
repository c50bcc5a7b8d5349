//! Functions and classes as values.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use hsl_syntax::ast::{Block, Parameters};

use super::scope::{Cell, Env, Names};
use super::value::{Object, Value};

/// Anything that can be called.
pub(super) struct Function {
    pub(super) kind: Kind,
    pub(super) this: Option<Arc<Object>>,
}

/// What a call does.
#[derive(Clone)]
pub(super) enum Kind {
    Script(Arc<Script>),
    Builtin(String),
    Class(Arc<Class>),
    /// `message`, `toString` … of an exception, `next` of a generator.
    Method(Value, String),
}

/// A function of the program, with everything its body can see.
pub(super) struct Script {
    pub(super) parameters: Option<Parameters<'static>>,
    pub(super) body: Block<'static>,
    pub(super) names: Arc<Names>,
    pub(super) module: Arc<Env>,
    pub(super) captures: Vec<(String, Cell)>,
    pub(super) class: Option<Arc<Class>>,
}

/// A class of the program.
pub(super) struct Class {
    pub(super) name: String,
    pub(super) properties: Vec<Property>,
    pub(super) methods: HashMap<String, Method>,
    pub(super) constructor: Mutex<Option<Arc<Script>>>,
    pub(super) statics: Mutex<HashMap<String, Value>>,
}

/// A declared variable of a class.
pub(super) struct Property {
    pub(super) name: String,
    pub(super) initial: Value,
    pub(super) private: bool,
    pub(super) readonly: bool,
    pub(super) is_static: bool,
}

/// A function of a class.
pub(super) struct Method {
    pub(super) script: Mutex<Option<Arc<Script>>>,
    pub(super) private: bool,
    pub(super) is_static: bool,
}

impl Function {
    pub(super) fn value(kind: Kind) -> Value {
        Value::Function(Arc::new(Self { kind, this: None }))
    }

    /// The same function, bound to the same object.
    pub(super) fn same(a: &Self, b: &Self) -> bool {
        let kind = match (&a.kind, &b.kind) {
            (Kind::Script(a), Kind::Script(b)) => Arc::ptr_eq(a, b),
            (Kind::Builtin(a), Kind::Builtin(b)) => a == b,
            (Kind::Class(a), Kind::Class(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        let this = match (&a.this, &b.this) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        kind && this
    }
}

impl Class {
    pub(super) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}
