//! Arguments that are called, matched, or of two kinds.

use std::rc::Rc;

use hsl_decl::Ty;
use hsl_vm::{FromValue, LentValue, Regex, Str, Value};

/// A function that a script passes in.
#[derive(Clone)]
pub struct Callback(pub Value);

impl FromValue for Callback {
    const TY: Ty = Ty::FUNCTION;

    fn from_value(value: Value) -> Result<Self, Value> {
        if value.is_function() { Ok(Self(value)) } else { Err(value) }
    }
}

/// A text, or an array of what it would say in parts.
pub struct TextOrArray(pub Value);

impl FromValue for TextOrArray {
    const TY: Ty = Ty::STRING.or(Ty::ARRAY);

    fn from_value(value: Value) -> Result<Self, Value> {
        let fits = matches!(value, Value::String(_) | Value::Array(_));
        if fits { Ok(Self(value)) } else { Err(value) }
    }
}

/// A regular expression, compiled or as text.
pub enum Pattern<'a> {
    /// Compiled.
    Compiled(&'a Rc<Regex>),
    /// `/body/modifiers`, or the body alone.
    Text(&'a Str),
}

impl<'a> LentValue<'a> for Pattern<'a> {
    const TY: Ty = Ty::REGEX.or(Ty::STRING);

    #[inline]
    fn lent(value: &'a mut Value) -> Result<Self, &'a mut Value> {
        match value {
            Value::Regex(regex) => Ok(Self::Compiled(regex)),
            Value::String(text) => Ok(Self::Text(text)),
            other => Err(other),
        }
    }
}
