//! Arguments that are called or matched.

use std::rc::Rc;

use hsl_decl::Ty;
use hsl_vm::{FromValue, Regex, Str, Value};

/// A function that a script passes in.
#[derive(Clone)]
pub struct Callback(pub Value);

impl FromValue for Callback {
    const TY: Ty = Ty::FUNCTION;

    fn from_value(value: Value) -> Result<Self, Value> {
        if value.is_function() { Ok(Self(value)) } else { Err(value) }
    }
}

/// A regular expression, compiled or as text.
pub enum Pattern {
    /// Compiled.
    Compiled(Rc<Regex>),
    /// `/body/modifiers`, or the body alone.
    Text(Str),
}

impl FromValue for Pattern {
    const TY: Ty = Ty::REGEX.or(Ty::STRING);

    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Regex(regex) => Ok(Self::Compiled(regex)),
            Value::String(text) => Ok(Self::Text(text)),
            other => Err(other),
        }
    }
}
