//! Results of builtins.

use std::rc::Rc;

use hsl_decl::{Key, Ty};
use hsl_vm::{NativeObject, NativeResult, NativeStep, Thrown, Value, Verdict};

use super::Shape;

/// What a builtin may return.
pub trait Returned {
    /// HSL type.
    const TY: Ty;
    /// Known keys of an array.
    const KEYS: &'static [Key] = &[];
    /// Type of the elements of a list.
    const ELEMENTS: Option<Ty> = None;

    /// The step that the virtual machine takes next.
    ///
    /// # Errors
    ///
    /// What the builtin throws.
    fn into_step(self) -> NativeResult;
}

impl<T: Shape> Returned for T {
    const TY: Ty = if T::OPTIONAL { T::TY.or(Ty::NONE) } else { T::TY };
    const KEYS: &'static [Key] = T::KEYS;
    const ELEMENTS: Option<Ty> = T::ELEMENTS;

    fn into_step(self) -> NativeResult {
        Ok(NativeStep::Return(self.into_value()))
    }
}

impl<T: Returned> Returned for Result<T, Thrown> {
    const TY: Ty = T::TY;
    const KEYS: &'static [Key] = T::KEYS;
    const ELEMENTS: Option<Ty> = T::ELEMENTS;

    fn into_step(self) -> NativeResult {
        self?.into_step()
    }
}

/// A builtin that takes its next step itself names its result in the declaration.
impl Returned for NativeStep {
    const TY: Ty = Ty::ANY;

    fn into_step(self) -> NativeResult {
        Ok(self)
    }
}

impl Returned for () {
    const TY: Ty = Ty::NONE;

    fn into_step(self) -> NativeResult {
        Ok(NativeStep::Return(Value::none()))
    }
}

/// What a constructor may return: an instance of `T`, or the step that leads to one.
pub trait Constructed<T> {
    /// The step that gives the instance.
    ///
    /// # Errors
    ///
    /// What the constructor throws.
    fn into_object(self) -> NativeResult;
}

impl<T: NativeObject> Constructed<T> for Result<T, Thrown> {
    fn into_object(self) -> NativeResult {
        Ok(NativeStep::Return(object(self?)))
    }
}

impl<T: NativeObject> Constructed<T> for NativeStep {
    fn into_object(self) -> NativeResult {
        Ok(self)
    }
}

/// The result of a constructor of `T`.
///
/// # Errors
///
/// What the constructor throws.
pub fn constructed<T: NativeObject>(made: impl Constructed<T>) -> NativeResult {
    made.into_object()
}

/// A new object as a value.
pub fn object(object: impl NativeObject) -> Value {
    let object: Rc<dyn NativeObject> = Rc::new(object);
    Value::from(object)
}

/// The step that ends the hook with a verdict whose arguments were checked.
///
/// # Errors
///
/// Never.
pub fn terminate(name: &'static str, args: Vec<Value>) -> NativeResult {
    Ok(NativeStep::Terminate(Box::new(Verdict { name, args })))
}
