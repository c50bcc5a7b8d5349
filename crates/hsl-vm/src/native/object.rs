//! Objects and resources that Rust code provides.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use hsl_decl::{Class, Function};

use super::{Cx, Native, NativeResult};
use crate::value::{Content, Freezer, FrozenObject, Heap, Str, Value, memory, release};

/// A method of a native object. The number of arguments was checked.
pub type NativeMethod = fn(&mut Cx<'_>, &Rc<dyn NativeObject>, &mut [Value]) -> NativeResult;

/// The state behind a native object. Change it through interior mutability.
pub trait NativeObject: 'static {
    /// Its class.
    fn class(&self) -> &'static NativeClass;

    /// Itself, for [`NativeRef::downcast`].
    fn as_any(&self) -> &dyn Any;

    /// The object of the class that its own extends, for methods of that class.
    fn base(&self) -> Option<&dyn NativeObject> {
        None
    }

    /// Whether it is a resource, which scripts cannot inspect, and not an object.
    fn is_resource(&self) -> bool {
        false
    }

    /// The value of a property; none when there is no such property.
    fn property(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// An iterator, for classes that `foreach` accepts.
    fn iterate(&self) -> Option<Box<dyn NativeIterator>> {
        None
    }

    /// Whether it may hold values of the script, and so be part of a circle.
    fn holds_values(&self) -> bool {
        false
    }

    /// Drops the values of the script that it holds: the connection has ended, and nobody looks at
    /// it any more.
    fn let_go(&self) {}

    /// Its form that crosses threads, if it has one; changes made later do not show in it. What it
    /// holds is frozen by the freezer, which knows where to stop.
    fn freeze(&self, freezer: &mut Freezer) -> Option<Arc<dyn FrozenObject>> {
        let _ = freezer;
        None
    }

    /// Its text, when it is not the class name in angle brackets.
    fn to_text(&self) -> Option<Str> {
        None
    }
}

/// Items of a native object under `foreach`.
pub trait NativeIterator {
    /// The next key and value.
    fn next(&mut self) -> Option<(Value, Value)>;
}

/// Runtime side of a library class.
pub struct NativeClass {
    /// Its declaration.
    pub decl: &'static Class,
    /// The class whose methods its instances have too, for each of which
    /// [`NativeObject::base`] gives the instance.
    pub extends: Option<&'static NativeClass>,
    /// Makes an instance; none when scripts only receive instances.
    pub constructor: Option<Native>,
    /// Methods with their declarations.
    pub methods: &'static [(&'static Function, NativeMethod)],
    /// Static functions with their declarations.
    pub statics: &'static [(&'static Function, Native)],
}

impl NativeClass {
    /// The method of this name, also of the class that it extends.
    pub fn method(&self, name: &str) -> Option<(&'static Function, NativeMethod)> {
        let own = self.methods.iter().copied().find(|(decl, _)| decl.name == name);
        own.or_else(|| self.extends?.method(name))
    }
}

impl std::fmt::Debug for NativeClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.decl.name)
    }
}

/// A shared native object: as small as every other value.
#[derive(Clone)]
pub struct NativeRef(Rc<Held>);

/// Lets go of its object without a deep stack, and counts it.
pub(crate) struct Held(Option<Rc<dyn NativeObject>>);

/// Bytes of an object with both counted allocations; not what it refers to.
fn bytes(object: &dyn NativeObject) -> isize {
    (size_of_val(object) + size_of::<Held>() + 4 * size_of::<usize>()) as isize
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            memory::report(-bytes(&*object));
            release(Content::Native(object));
        }
    }
}

impl Held {
    /// Ends circles through the object.
    pub(crate) fn let_go(&self) {
        if let Some(object) = &self.0 {
            object.let_go();
        }
    }
}

impl NativeRef {
    /// Wraps an object. Only copies of this reference are the same object to a script.
    pub fn new(object: Rc<dyn NativeObject>) -> Self {
        memory::report(bytes(&*object));
        let tracked = object.holds_values();
        let held = Rc::new(Held(Some(object)));
        if tracked {
            Heap::track_native(&held);
        }
        Self(held)
    }

    /// The object.
    pub fn object(&self) -> &Rc<dyn NativeObject> {
        match &self.0.0 {
            Some(object) => object,
            None => unreachable!("the object is there until its last reference goes"),
        }
    }

    /// Its class.
    pub fn class(&self) -> &'static NativeClass {
        self.object().class()
    }

    /// The object, if it is of this Rust type.
    pub fn downcast<T: 'static>(&self) -> Option<&T> {
        self.object().as_any().downcast_ref()
    }

    /// Whether both are the same object.
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(self.object(), other.object())
    }
}

impl From<NativeRef> for Value {
    fn from(object: NativeRef) -> Self {
        Self::Native(object)
    }
}

impl From<Rc<dyn NativeObject>> for Value {
    fn from(object: Rc<dyn NativeObject>) -> Self {
        Self::Native(NativeRef::new(object))
    }
}
