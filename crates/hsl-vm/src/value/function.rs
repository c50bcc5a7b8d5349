//! Values that can be called.

use std::cell::RefCell;
use std::rc::Rc;

use hsl_decl::Function as Declaration;

use super::{Content, Instance, Value, memory, release};
use crate::code::{ClassId, FunctionId};
use crate::native::{Native, NativeMethod, NativeRef};
use crate::unit::Unit;

/// Something that can be called. Made a value by [`Callable::into_value`] only, which counts it.
pub enum Callable {
    /// A function of a script, with its captured variables: cells, or `$this` as it is.
    Script {
        /// The running program it belongs to.
        unit: Rc<Unit>,
        /// Code.
        function: FunctionId,
        /// Captured variables.
        captures: Box<[Value]>,
    },
    /// An instance function together with its instance.
    Method {
        /// Code; its unit is the instance's.
        function: FunctionId,
        /// `$this`.
        this: Rc<Instance>,
    },
    /// A class used as a value.
    Class {
        /// The running program it belongs to.
        unit: Rc<Unit>,
        /// Class.
        class: ClassId,
    },
    /// A function of the library.
    Native {
        /// Its declaration.
        decl: &'static Declaration,
        /// Code.
        native: Native,
    },
    /// A method of a native object together with its object.
    NativeMethod {
        /// Its declaration.
        decl: &'static Declaration,
        /// Code.
        method: NativeMethod,
        /// Object.
        this: NativeRef,
    },
    /// `next` of a generator.
    Next(Value),
}

impl Callable {
    /// The function as a value.
    pub(crate) fn into_value(self) -> Value {
        memory::report(self.held());
        Value::Function(Rc::new(self))
    }

    /// Bytes that it holds, with the variables that it captured: who shares them counts them too.
    fn held(&self) -> isize {
        let captures = if let Self::Script { captures, .. } = self { captures.len() } else { 0 };
        let each = size_of::<Value>() + size_of::<RefCell<Value>>() + 2 * size_of::<usize>();
        (size_of::<Self>() + 2 * size_of::<usize>() + captures * each) as isize
    }

    /// Whether both are the same function with the same bound object.
    pub fn same(&self, other: &Self) -> bool {
        if std::ptr::eq(self, other) {
            return true;
        }
        match (self, other) {
            (
                Self::Script { unit: a, function: f, captures: c },
                Self::Script { unit: b, function: g, captures: d },
            ) => Rc::ptr_eq(a, b) && f == g && c.is_empty() && d.is_empty(),
            (Self::Method { function: f, this: a }, Self::Method { function: g, this: b }) => {
                f == g && Rc::ptr_eq(a, b)
            }
            (Self::Class { unit: a, class: c }, Self::Class { unit: b, class: d }) => {
                Rc::ptr_eq(a, b) && c == d
            }
            (Self::Native { decl: a, .. }, Self::Native { decl: b, .. }) => std::ptr::eq(*a, *b),
            (
                Self::NativeMethod { decl: a, this: t, .. },
                Self::NativeMethod { decl: b, this: u, .. },
            ) => std::ptr::eq(*a, *b) && t.same(u),
            (Self::Next(a), Self::Next(b)) => a.strict_eq(b),
            _ => false,
        }
    }
}

impl Value {
    /// A method of a native object as a function value.
    pub fn method(this: NativeRef, decl: &'static Declaration, method: NativeMethod) -> Self {
        Callable::NativeMethod { decl, method, this }.into_value()
    }

    /// The native object that a function value is bound to, if it is of this Rust type.
    pub fn bound<T: 'static>(&self) -> Option<&T> {
        let Self::Function(function) = self else { return None };
        let Callable::NativeMethod { this, .. } = &**function else { return None };
        this.downcast()
    }
}

impl Drop for Callable {
    fn drop(&mut self) {
        memory::report(-self.held());
        if let Self::Script { captures, .. } = self
            && !captures.is_empty()
        {
            release(Content::Values(std::mem::take(captures).into_vec()));
        }
    }
}
