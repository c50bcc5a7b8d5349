//! The built-in class `Exception`.
//!
//! *Sources*: language reference, section 14.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use hsl_decl::{Class, Contexts, Docs, Effect, Follows, Function, Origin, Param, Sinks, Ty};

use super::{Str, Tally, Value};
use crate::code::Location;
use crate::fiber::StackEntry;
use crate::native::{Cx, NativeClass, NativeObject, NativeResult, NativeStep, Thrown};

/// An error of the language or library, or one made by a script.
pub struct Exception {
    message: Str,
    location: RefCell<Option<Location>>,
    stack: RefCell<Vec<StackEntry>>,
    tally: Tally,
}

impl Exception {
    /// An exception with this message and no position.
    pub fn new(message: impl Into<Str>) -> Self {
        Self {
            message: message.into(),
            location: RefCell::default(),
            stack: RefCell::default(),
            tally: Tally::default(),
        }
    }

    /// An exception raised by the language at this place.
    pub fn at(message: impl Into<Str>, location: Option<Location>) -> Self {
        Self { location: RefCell::new(location), ..Self::new(message) }
    }

    /// The exception as a value.
    pub fn into_value(self) -> Value {
        Value::native(Rc::new(self))
    }

    /// The message.
    pub fn message(&self) -> &Str {
        &self.message
    }

    /// Where it was raised, when the language raised it.
    pub fn location(&self) -> Option<Location> {
        self.location.borrow().clone()
    }

    /// Functions that were running when it was thrown first, innermost first.
    pub fn stack(&self) -> Vec<StackEntry> {
        self.stack.borrow().clone()
    }

    pub(crate) fn set_stack(&self, stack: impl FnOnce() -> Vec<StackEntry>) {
        if self.stack.borrow().is_empty() {
            let stack = stack();
            self.tally.set(stack.capacity() * size_of::<StackEntry>());
            *self.stack.borrow_mut() = stack;
        }
    }

    /// `message (file:line:column)`.
    fn text(&self) -> Str {
        match &*self.location.borrow() {
            None => self.message.clone(),
            Some(at) => {
                let place = format!(" ({}:{}:{})", at.file, at.line, at.column);
                Str::concat(&[&self.message, place.as_bytes()])
            }
        }
    }

    /// The class as the virtual machine knows it.
    pub const CLASS: &'static NativeClass = &CLASS;
}

impl NativeObject for Exception {
    fn class(&self) -> &'static NativeClass {
        &CLASS
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn to_text(&self) -> Option<Str> {
        Some(self.text())
    }
}

const fn function(
    name: &'static str,
    params: &'static [Param],
    returns: Ty,
    docs: &'static str,
) -> Function {
    Function {
        name,
        topic: "exceptions",
        params,
        returns,
        keys: &[],
        elements: None,
        follows: Follows::Nothing,
        origin: Origin::Inherited,
        cleans: Sinks::NONE,
        options: &[],
        contexts: Contexts::Everywhere,
        effect: Effect::Reads,
        limit: None,
        is_static: false,
        deprecated: None,
        differs: None,
        docs: Docs(docs),
    }
}

static CONSTRUCTOR: Function = function(
    "Exception",
    &[Param::new("message", Ty::STRING)],
    Ty::instance(&["Exception"]),
    "An exception to throw, without a position.\n\n# Errors\n\nRaises another exception for a message that is no string.\n\n# Example\n\n```hsl\ntry { throw Exception(\"too big\"); } catch ($e) { echo $e->message(); } // too big\n```\n\nSince: 0.1. Compat: same.",
);
static MESSAGE: Function = function(
    "message",
    &[],
    Ty::STRING,
    "The message.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\necho Exception(\"too big\")->message(); // too big\n```\n\nSince: 0.1. Compat: same.",
);
static TO_STRING: Function = function(
    "toString",
    &[],
    Ty::STRING,
    "The message, followed by file, line and column when they are known.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\necho Exception(\"too big\")->toString(); // too big\n```\n\nSince: 0.1. Compat: same.",
);
static FILE: Function = function(
    "file",
    &[],
    Ty::STRING.or(Ty::NONE),
    "The file in which the language raised the exception; none for one made by a script.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\ntry { $missing; } catch ($e) { echo length($e->file()) > 0; } // true\n```\n\nSince: 0.1. Compat: same.",
);
static LINE: Function = function(
    "line",
    &[],
    Ty::NUMBER.or(Ty::NONE),
    "The line, from 1; none for an exception made by a script.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\ntry { $missing; } catch ($e) { echo $e->line(); } // 1\n```\n\nSince: 0.1. Compat: same.",
);
static COLUMN: Function = function(
    "column",
    &[],
    Ty::NUMBER.or(Ty::NONE),
    "The column in bytes, from 1; none for an exception made by a script.\n\n# Errors\n\nNever.\n\n# Example\n\n```hsl\necho [Exception(\"x\")->column() === none]; // [0=>true]\n```\n\nSince: 0.1. Compat: same.",
);

static DECL: Class = Class {
    extends: None,
    name: "Exception",
    topic: "exceptions",
    constructor: Some(&CONSTRUCTOR),
    methods: &[&MESSAGE, &TO_STRING, &FILE, &LINE, &COLUMN],
    properties: &[],
    contexts: Contexts::Everywhere,
    docs: Docs("An error of the language, of the library, or one that a script throws."),
};

static CLASS: NativeClass = NativeClass {
    extends: None,
    decl: &DECL,
    constructor: Some(construct),
    methods: &[
        (&MESSAGE, |_, this, _| read(this, |e| e.message.clone().into())),
        (&TO_STRING, |_, this, _| read(this, |e| e.text().into())),
        (&FILE, |_, this, _| read(this, |e| e.location().map(|at| Str::from(&*at.file)).into())),
        (&LINE, |_, this, _| read(this, |e| e.location().map(|at| f64::from(at.line)).into())),
        (&COLUMN, |_, this, _| read(this, |e| e.location().map(|at| f64::from(at.column)).into())),
    ],
    statics: &[],
};

fn construct(_: &mut Cx<'_>, args: &mut [Value]) -> NativeResult {
    match args.first_mut().map(std::mem::take) {
        Some(Value::String(message)) => {
            Ok(NativeStep::Return(Exception::new(message).into_value()))
        }
        other => {
            let given = other.unwrap_or_default();
            let message = format!("Exception: $message must be string, not {}", given.type_name());
            Err(Thrown::error(message))
        }
    }
}

fn read(this: &Rc<dyn NativeObject>, get: impl Fn(&Exception) -> Value) -> NativeResult {
    let exception = this.as_any().downcast_ref::<Exception>();
    Ok(NativeStep::Return(exception.map(get).unwrap_or_default()))
}
