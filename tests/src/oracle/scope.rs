//! Variables and names (section 8).

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use hsl_syntax::Parse;
use hsl_syntax::ast::{AstNode, Variable};

use super::function::{Class, Kind};
use super::generator::Turn;
use super::value::{Object, Value};
use super::{PARTS, Run, Stop, lock, thrown};

/// A variable: one place that a scope and closures share. Empty until something is assigned.
pub(super) type Cell = Arc<Mutex<Option<Value>>>;

/// Functions and classes visible in a scope, and those of the scope around it.
#[derive(Default)]
pub(super) struct Names {
    pub(super) own: Mutex<HashMap<String, Named>>,
    pub(super) around: Option<Arc<Names>>,
}

/// What a bare name means.
#[derive(Clone)]
pub(super) enum Named {
    Value(Kind),
    Namespace(Arc<Env>),
}

/// One activation of a function or module.
pub(super) struct Env {
    pub(super) run: Arc<Run>,
    pub(super) parse: &'static Parse,
    /// Shared with the files that are included into this scope.
    pub(super) variables: Arc<Mutex<HashMap<String, Cell>>>,
    pub(super) names: Arc<Names>,
    /// The module's activation; none for the module itself.
    pub(super) module: Option<Arc<Env>>,
    pub(super) this: Option<Arc<Object>>,
    pub(super) class: Option<Arc<Class>>,
    /// Where `yield` hands its value, in a generator.
    pub(super) turn: Option<Arc<Turn>>,
}

impl Names {
    pub(super) fn find(&self, name: &str) -> Option<Named> {
        let own = lock(&self.own).get(name).cloned();
        own.or_else(|| self.around.as_ref().and_then(|around| around.find(name)))
    }
}

impl Env {
    pub(super) fn module(run: &Arc<Run>, parse: &'static Parse) -> Arc<Self> {
        Arc::new(Self {
            run: Arc::clone(run),
            parse,
            variables: Arc::default(),
            names: Arc::default(),
            module: None,
            this: None,
            class: None,
            turn: None,
        })
    }

    /// The module's own activation.
    pub(super) fn globals(self: &Arc<Self>) -> Arc<Self> {
        Arc::clone(self.module.as_ref().unwrap_or(self))
    }

    /// Text of a node.
    pub(super) fn text(&self, node: impl AstNode<'static>) -> String {
        String::from_utf8_lossy(node.text(&self.parse.text)).into_owned()
    }

    /// Name of a variable without its mark.
    pub(super) fn name(&self, variable: Variable<'static>) -> String {
        String::from_utf8_lossy(variable.name(&self.parse.text)).into_owned()
    }

    /// The place of a variable, made when the scope has none.
    pub(super) fn cell(&self, name: &str) -> Cell {
        Arc::clone(lock(&self.variables).entry(name.to_owned()).or_default())
    }

    pub(super) fn assign(&self, name: &str, value: Value) {
        let cell = self.cell(name);
        *lock(&cell) = Some(value);
    }

    /// The value of a variable, if it exists.
    pub(super) fn peek(&self, name: &str) -> Option<Value> {
        if name == "this"
            && let Some(this) = &self.this
        {
            return Some(Value::Object(Arc::clone(this)));
        }
        let cell = lock(&self.variables).get(name).cloned()?;
        let value = lock(&cell).clone();
        if let Some(value) = &value {
            self.charge(value);
        }
        value
    }

    /// Counts what a copy of an array costs, which an endless program may make at every step;
    /// whether the value is small enough to go on with.
    pub(super) fn charge(&self, value: &Value) -> bool {
        let mut room = PARTS;
        let fits = value.fits(&mut room);
        if matches!(value, Value::Array(_)) {
            self.run.steps.fetch_add((PARTS - room) as u64, Ordering::Relaxed);
        }
        fits
    }

    /// The value of a variable that must exist.
    pub(super) fn read(&self, name: &str) -> Result<Value, Stop> {
        self.peek(name).ok_or_else(|| thrown(&format!("undefined variable ${name}")))
    }

    /// Makes a name stand for another scope's variable.
    pub(super) fn bind(&self, name: &str, cell: Cell) {
        lock(&self.variables).insert(name.to_owned(), cell);
    }
}
