//! Values of the language on one thread.
//!
//! *Invariants*: 16 bytes; cloning never copies text or elements; what looks like a copy behaves as
//! one (strings are immutable, arrays copy on write, objects and functions are shared).
//!
//! *Not here*: operators in `operators`, conversion for natives in `native::convert`.

mod array;
mod exception;
mod frozen;
mod function;
mod heap;
mod key;
pub(crate) mod memory;
mod object;
mod ordered;
mod regex;
mod release;
mod text;

use std::cell::RefCell;
use std::rc::Rc;

pub(crate) use array::whole;
pub use array::{Array, Iter};
pub use exception::Exception;
pub use frozen::{Freezer, Frozen, FrozenKey, FrozenObject};
pub use function::Callable;
pub use heap::Heap;
pub use key::Key;
pub use memory::Tally;
pub use object::Instance;
pub(crate) use object::{Shape, fresh_id};
pub use regex::{Groups, Pattern, Regex, RegexError};
pub(crate) use release::{Content, release};
pub use text::Str;
pub(crate) use text::{Keyed, ShortBuilder, StrBuilder};

use crate::native::{NativeObject, NativeRef};

/// A variable that is shared: captured by a closure, or a global.
pub type Cell = Rc<RefCell<Value>>;

/// A value.
///
/// The hidden variants are states of registers. They never reach a native function, an array or a
/// variable that a script can read.
///
/// The order matters: variants that need counting stand together, and the unset one beside them, so
/// that one comparison tells whether counting is needed, or whether that or a check is.
#[derive(Clone, Default)]
pub enum Value {
    /// Byte string.
    String(Str),
    /// Ordered map.
    Array(Array),
    /// Anything that can be called.
    Function(Rc<Callable>),
    /// Instance of a class of the script.
    Object(Rc<Instance>),
    /// Compiled regular expression.
    Regex(Rc<Regex>),
    /// Object or resource of the library.
    Native(NativeRef),
    /// The cell of a variable.
    #[doc(hidden)]
    Cell(Cell),
    /// A running `foreach`.
    #[doc(hidden)]
    Iteration(Rc<RefCell<crate::run::Iteration>>),
    /// A variable that does not exist.
    #[doc(hidden)]
    Unset,
    /// IEEE 754 double.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// No value.
    #[default]
    None,
}

const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    /// `none`.
    pub const fn none() -> Self {
        Self::None
    }

    /// `true` or `false`.
    pub const fn boolean(value: bool) -> Self {
        Self::Boolean(value)
    }

    /// A number.
    pub const fn number(value: f64) -> Self {
        Self::Number(value)
    }

    /// A string.
    pub fn string(value: impl Into<Str>) -> Self {
        Self::String(value.into())
    }

    /// An array.
    pub const fn array(value: Array) -> Self {
        Self::Array(value)
    }

    /// A native object.
    pub fn native(object: Rc<dyn NativeObject>) -> Self {
        Self::Native(NativeRef::new(object))
    }

    /// Whether it is `none`.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None | Self::Unset)
    }

    /// The boolean, if it is one.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(b) = self { Some(*b) } else { None }
    }

    /// The number, if it is one.
    pub const fn as_number(&self) -> Option<f64> {
        if let Self::Number(n) = self { Some(*n) } else { None }
    }

    /// The string, if it is one.
    pub const fn as_str(&self) -> Option<&Str> {
        if let Self::String(s) = self { Some(s) } else { None }
    }

    /// The array, if it is one.
    pub const fn as_array(&self) -> Option<&Array> {
        if let Self::Array(a) = self { Some(a) } else { None }
    }

    /// The array for editing, if it is one. Shared elements are copied at the first change.
    pub const fn as_array_mut(&mut self) -> Option<&mut Array> {
        if let Self::Array(a) = self { Some(a) } else { None }
    }

    /// The native object of this Rust type, if it is one.
    pub fn as_native<T: 'static>(&self) -> Option<&T> {
        if let Self::Native(n) = self { n.downcast() } else { None }
    }

    /// Whether it can be called.
    pub const fn is_function(&self) -> bool {
        matches!(self, Self::Function(_))
    }

    /// Name of the type as messages show it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None | Self::Unset => "none",
            Self::Boolean(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::Array(_) => "array",
            Self::Function(_) => "function",
            Self::Object(_) => "object",
            Self::Regex(_) => "Regex",
            Self::Native(n) if n.object().is_resource() => "resource",
            Self::Native(_) => "object",
            Self::Cell(_) | Self::Iteration(_) => "internal",
        }
    }

    /// The value as one that may cross threads; see [`Frozen::of`].
    pub fn freeze(&self) -> Option<Frozen> {
        Frozen::of(self)
    }

    /// Whether the variable in this register exists.
    pub(crate) const fn is_set(&self) -> bool {
        !matches!(self, Self::Unset)
    }

    /// Moves the value out and leaves the register unset.
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Unset)
    }

    /// Whether copying and dropping it needs no counting.
    #[inline(always)]
    pub(crate) const fn is_plain(&self) -> bool {
        let shared = matches!(
            self,
            Self::Array(_)
                | Self::Function(_)
                | Self::Object(_)
                | Self::Regex(_)
                | Self::Native(_)
                | Self::Cell(_)
                | Self::Iteration(_)
        );
        // Not `||`: together both are one comparison.
        !(shared | matches!(self, Self::String(text) if !text.is_short()))
    }

    /// Whether it holds no other values, so that dropping it does not nest.
    #[inline(always)]
    pub(crate) const fn is_flat(&self) -> bool {
        self.is_plain() | matches!(self, Self::String(_))
    }

    /// Drops one that holds no others; what owns nothing is not looked at.
    #[inline(always)]
    pub(crate) fn end_flat(self) {
        if self.is_plain() {
            std::mem::forget(self);
        } else if let Self::String(text) = self {
            drop(text);
        }
    }

    /// Whether it is plain and a value, not a register that is unset.
    #[inline(always)]
    pub(crate) const fn is_plain_and_set(&self) -> bool {
        self.is_plain() & self.is_set()
    }

    /// A copy; numbers and their like without a call.
    #[inline(always)]
    pub(crate) fn copy(&self) -> Self {
        match self {
            Self::Number(n) => Self::Number(*n),
            Self::Boolean(b) => Self::Boolean(*b),
            Self::None => Self::None,
            Self::Unset => Self::Unset,
            counted => counted.clone(),
        }
    }

    /// Overwrites the value; one that needs no counting without a call.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: Self) {
        if self.is_plain() {
            // The old value is not even read: reading what was written in parts costs a stall.
            std::mem::forget(std::mem::replace(self, value));
        } else {
            *self = value;
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unset => f.write_str("unset"),
            Self::Cell(_) => f.write_str("cell"),
            Self::Iteration(_) => f.write_str("iteration"),
            value => f.write_str(&String::from_utf8_lossy(&value.dump())),
        }
    }
}

/// Equal as by `===`.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.strict_eq(other)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<Str> for Value {
    fn from(value: Str) -> Self {
        Self::String(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value.into())
    }
}

impl From<&[u8]> for Value {
    #[inline]
    fn from(value: &[u8]) -> Self {
        Self::String(value.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::String(value.into())
    }
}

impl From<Array> for Value {
    fn from(value: Array) -> Self {
        Self::Array(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Into::into)
    }
}
