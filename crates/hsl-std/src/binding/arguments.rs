//! Arguments of one call, taken in order and checked by type.

use std::fmt::Display;
use std::rc::Rc;
use std::slice::IterMut;

use hsl_decl::{Function, Ty};
use hsl_vm::{FromValue, LentValue, NativeObject, Thrown, Value};

use super::{GivenOptions, Options};

/// The arguments of a call to one function, each of which is taken once, in order.
pub struct Arguments<'a> {
    function: &'static Function,
    values: IterMut<'a, Value>,
}

/// All remaining arguments.
pub struct Rest<T>(pub Vec<T>);

impl<'a> Arguments<'a> {
    /// The arguments that a native was given.
    #[inline]
    pub fn new(function: &'static Function, values: &'a mut [Value]) -> Self {
        Self { function, values: values.iter_mut() }
    }

    /// The next argument, which has this position.
    ///
    /// # Errors
    ///
    /// An exception when it is missing or of the wrong type.
    #[inline]
    pub fn required<T: FromValue>(&mut self, position: usize) -> Result<T, Thrown> {
        match self.values.next() {
            Some(value) => self.convert(position, value),
            None => Err(self.missing(position)),
        }
    }

    /// The next argument, which has this position, if the call has one.
    ///
    /// # Errors
    ///
    /// An exception when it is of the wrong type.
    #[inline]
    pub fn optional<T: FromValue>(&mut self, position: usize) -> Result<Option<T>, Thrown> {
        match self.values.next() {
            Some(value) => self.convert(position, value).map(Some),
            None => Ok(None),
        }
    }

    /// The next argument where it stands.
    ///
    /// # Errors
    ///
    /// An exception when it is missing or of the wrong type.
    #[inline]
    pub fn lent<T: LentValue<'a>>(&mut self, position: usize) -> Result<T, Thrown> {
        match self.values.next() {
            Some(value) => self.look(position, value),
            None => Err(self.missing(position)),
        }
    }

    /// The next argument where it stands, if the call has one.
    ///
    /// # Errors
    ///
    /// An exception when it is of the wrong type.
    #[inline]
    pub fn lent_optional<T: LentValue<'a>>(
        &mut self,
        position: usize,
    ) -> Result<Option<T>, Thrown> {
        match self.values.next() {
            Some(value) => self.look(position, value).map(Some),
            None => Ok(None),
        }
    }

    /// The options array at this position; an absent one is empty.
    ///
    /// # Errors
    ///
    /// An exception when it is no array, or an option is unknown or of the wrong type.
    pub fn options<T: Options>(&mut self, position: usize) -> Result<T, Thrown> {
        let array = self.optional(position)?;
        let given = GivenOptions::new(self.function.name, array.as_ref());
        given.check_keys(T::DECLS)?;
        T::read(&given)
    }

    /// The arguments from this position on.
    ///
    /// # Errors
    ///
    /// An exception when one is of the wrong type.
    pub fn rest<T: FromValue>(&mut self, position: usize) -> Result<Rest<T>, Thrown> {
        let values = std::mem::take(&mut self.values);
        values.map(|value| self.convert(position, value)).collect::<Result<_, _>>().map(Rest)
    }

    #[inline]
    fn convert<T: FromValue>(&self, position: usize, value: &mut Value) -> Result<T, Thrown> {
        let value = T::from_value(std::mem::take(value));
        value.map_err(|value| self.wrong_type(position, T::TY, value.type_name()))
    }

    #[inline]
    fn look<T: LentValue<'a>>(&self, position: usize, value: &'a mut Value) -> Result<T, Thrown> {
        T::lent(value).map_err(|value| self.wrong_type(position, T::TY, value.type_name()))
    }

    #[cold]
    fn missing(&self, position: usize) -> Thrown {
        let name = self.function.params.get(position).map_or("", |param| param.name);
        Thrown::Error(format!("{}: argument ${name} is missing", self.function.name))
    }

    #[cold]
    fn wrong_type(&self, position: usize, expected: Ty, given: &str) -> Thrown {
        let param = self.function.params.get(position);
        let name = param.map_or("", |param| param.name);
        let expected = param.map_or(expected, |param| param.ty);
        wrong_type(self.function.name, name, expected, given)
    }
}

/// The exception for an argument of a type that its parameter does not take.
pub(crate) fn wrong_type(
    function: &str,
    parameter: &str,
    expected: impl Display,
    given: &str,
) -> Thrown {
    Thrown::Error(format!("{function}: ${parameter} must be {expected}, not {given}"))
}

/// The instance behind a method call, or the one that it extends.
///
/// # Errors
///
/// An exception when the object is of another class.
pub fn receiver<T: NativeObject>(object: &Rc<dyn NativeObject>) -> Result<&T, Thrown> {
    let line = std::iter::successors(Some(&**object), |object| object.base());
    line.filter_map(|object| object.as_any().downcast_ref()).next().ok_or_else(|| {
        Thrown::Error(format!("method called on an instance of {}", object.class().decl.name))
    })
}

/// The exception for a verdict that does not exist in this hook.
#[must_use]
pub fn not_here(name: &str) -> Thrown {
    Thrown::Error(format!("{name} is no verdict of this hook"))
}
