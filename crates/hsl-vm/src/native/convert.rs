//! Conversion of arguments to Rust types.
//!
//! Conversion is strict: a number is not accepted where a string is wanted (language reference,
//! section 11).
//!
//! *Not here*: positions, defaults and messages are the business of `hsl_std::binding`.

use std::rc::Rc;

use hsl_decl::Ty;

use super::NativeRef;
use crate::value::{Array, Regex, Str, Value};

/// A Rust type that an argument can become.
pub trait FromValue: Sized {
    /// The types it accepts.
    const TY: Ty;

    /// Converts.
    ///
    /// # Errors
    /// Gives the value back when its type does not fit.
    fn from_value(value: Value) -> Result<Self, Value>;
}

/// What an argument can be looked at as, where it stands. Texts are cheaper to lend than to move: a
/// short one lies in the value itself. One that will be changed is lent for the change.
pub trait LentValue<'a>: Sized {
    /// The types it accepts.
    const TY: Ty;

    /// The content.
    ///
    /// # Errors
    /// Gives the value back when its type does not fit.
    fn lent(value: &'a mut Value) -> Result<Self, &'a mut Value>;
}

impl<'a> LentValue<'a> for &'a Value {
    const TY: Ty = Ty::ANY;

    #[inline]
    fn lent(value: &'a mut Value) -> Result<Self, &'a mut Value> {
        Ok(value)
    }
}

macro_rules! lent_value {
    ($($rust:ty: $ty:ident, $variant:ident;)*) => {$(
        impl<'a> LentValue<'a> for $rust {
            const TY: Ty = Ty::$ty;

            #[inline]
            fn lent(value: &'a mut Value) -> Result<Self, &'a mut Value> {
                match value {
                    Value::$variant(content) => Ok(content),
                    other => Err(other),
                }
            }
        }
    )*};
}

lent_value! {
    &'a Str: STRING, String;
    &'a mut Str: STRING, String;
    &'a Array: ARRAY, Array;
}

macro_rules! from_value {
    ($($rust:ty: $ty:ident, $pattern:pat => $into:expr;)*) => {$(
        impl FromValue for $rust {
            const TY: Ty = Ty::$ty;

            #[inline]
            fn from_value(value: Value) -> Result<Self, Value> {
                match value {
                    $pattern => Ok($into),
                    other => Err(other),
                }
            }
        }
    )*};
}

from_value! {
    bool: BOOLEAN, Value::Boolean(b) => b;
    f64: NUMBER, Value::Number(n) => n;
    Str: STRING, Value::String(s) => s;
    Array: ARRAY, Value::Array(a) => a;
    Rc<Regex>: REGEX, Value::Regex(r) => r;
    NativeRef: OBJECT, Value::Native(n) => n;
    // Bytes that are no UTF-8 are replaced.
    String: STRING, Value::String(s) => s.to_lossy().into_owned();
    // Truncated toward zero.
    i64: NUMBER, Value::Number(n) => n as Self;
}

impl FromValue for Value {
    const TY: Ty = Ty::ANY;

    #[inline]
    fn from_value(value: Value) -> Result<Self, Value> {
        Ok(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const TY: Ty = T::TY.or(Ty::NONE);

    #[inline]
    fn from_value(value: Value) -> Result<Self, Value> {
        if value.is_none() { Ok(None) } else { T::from_value(value).map(Some) }
    }
}
