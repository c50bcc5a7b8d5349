//! Types: sets of values as unions of basic kinds, with what is known about arrays, functions,
//! objects and single strings.
//!
//! *Invariants.* The part of a kind that the union does not hold is absent, so that equal types
//! compare equal. [`Type::UNKNOWN`] holds every value and stays silent in every check.

use std::sync::Arc;

use hsl_decl as decl;

use super::array::Array;
use super::collection::Collection;
use crate::hir::{ClassId, FunctionId};

/// A type.
#[derive(Clone, Debug)]
pub struct Type {
    pub(super) kinds: Kinds,
    pub(super) array: Option<Arc<Array>>,
    pub(super) function: Option<Callable>,
    /// Classes of objects and resources; none when any is possible.
    pub(super) classes: Option<Arc<[Instance]>>,
    /// The only string, when there is one.
    pub(super) text: Option<Arc<[u8]>>,
}

/// A set of basic kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub(super) const NEVER: Self = Self(0);
    pub(super) const NONE: Self = Self(1);
    pub(super) const FALSE: Self = Self(2);
    pub(super) const TRUE: Self = Self(4);
    pub(super) const BOOLEAN: Self = Self(6);
    pub(super) const NUMBER: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const FUNCTION: Self = Self(64);
    pub(super) const OBJECT: Self = Self(128);
    pub(super) const RESOURCE: Self = Self(256);
    pub(super) const REGEX: Self = Self(512);
    /// An element that may be missing, of which nobody is told: `$list[$i]`.
    pub(super) const MISSING: Self = Self(1024);
    pub(super) const UNKNOWN: Self = Self(2048);
    /// Kinds of which every value is true.
    pub(super) const ALWAYS_TRUE: Self = Self(4 | 64 | 128 | 256 | 512);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A function that is known.
#[derive(Clone, Copy, Debug)]
pub enum Callable {
    /// Of a script.
    Own(FunctionId),
    /// A class of a script, called to make an instance.
    Class(ClassId),
    /// Of the library.
    Library(&'static decl::Function),
    /// A class of the library, called to make an instance.
    LibraryClass(&'static decl::Class),
}

impl PartialEq for Callable {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Own(a), Self::Own(b)) => a == b,
            (Self::Class(a), Self::Class(b)) => a == b,
            (Self::Library(a), Self::Library(b)) => std::ptr::eq(*a, *b),
            (Self::LibraryClass(a), Self::LibraryClass(b)) => std::ptr::eq(*a, *b),
            _ => false,
        }
    }
}

/// What an object or resource is.
#[derive(Clone, Copy, Debug)]
pub enum Instance {
    /// Instance of a class of a script.
    Own(ClassId),
    /// Instance of a class of the library.
    Library(&'static decl::Class),
    /// A collection of the library whose types are known.
    Collection(Collection),
    /// A class or resource that only has a name.
    Named(&'static str),
    /// What a generator of a script returns.
    Generator(FunctionId),
}

impl Instance {
    /// The class of the library that it is an instance of.
    pub fn library(&self) -> Option<&'static decl::Class> {
        match self {
            Self::Library(class) => Some(class),
            Self::Collection(collection) => Some(collection.class),
            Self::Own(_) | Self::Named(_) | Self::Generator(_) => None,
        }
    }
}

impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Own(a), Self::Own(b)) => a == b,
            (Self::Library(a), Self::Library(b)) => std::ptr::eq(*a, *b),
            (Self::Collection(a), Self::Collection(b)) => a == b,
            (Self::Named(a), Self::Named(b)) => a == b,
            (Self::Generator(a), Self::Generator(b)) => a == b,
            _ => false,
        }
    }
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        let same_array = match (&self.array, &other.array) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (None, None) => true,
            _ => false,
        };
        same_array
            && self.kinds == other.kinds
            && self.function == other.function
            && self.classes == other.classes
            && self.text == other.text
    }
}

impl Type {
    /// Every value; nothing is known.
    pub const UNKNOWN: Self = Self::basic(Kinds::UNKNOWN);
    /// No value: what does not return, or was not seen yet.
    pub const NEVER: Self = Self::basic(Kinds::NEVER);
    /// `none`
    pub const NONE: Self = Self::basic(Kinds::NONE);
    /// `true` or `false`
    pub const BOOLEAN: Self = Self::basic(Kinds::BOOLEAN);
    /// A number.
    pub const NUMBER: Self = Self::basic(Kinds::NUMBER);
    /// A string.
    pub const STRING: Self = Self::basic(Kinds::STRING);
    /// A regular expression.
    pub const REGEX: Self = Self::basic(Kinds::REGEX);

    pub(super) const fn basic(kinds: Kinds) -> Self {
        Self { kinds, array: None, function: None, classes: None, text: None }
    }

    /// `true` or `false`, whichever it is.
    pub(super) const fn truth_value(value: bool) -> Self {
        Self::basic(if value { Kinds::TRUE } else { Kinds::FALSE })
    }

    /// This string.
    pub(super) fn text(text: &Arc<[u8]>) -> Self {
        Self { text: Some(Arc::clone(text)), ..Self::STRING }
    }

    /// An array of this shape.
    pub(super) fn array(array: Array) -> Self {
        Self { array: Some(Arc::new(array)), ..Self::basic(Kinds::ARRAY) }
    }

    /// A list of elements of one type.
    pub(super) fn list(element: Self) -> Self {
        Self::array(Array::list(element))
    }

    /// A function.
    pub(super) fn function(function: Option<Callable>) -> Self {
        Self { function, ..Self::basic(Kinds::FUNCTION) }
    }

    /// An object of this class.
    pub(super) fn instance(instance: Instance) -> Self {
        Self { classes: Some(Arc::from([instance])), ..Self::basic(Kinds::OBJECT) }
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        self.kinds.any(Kinds::UNKNOWN)
    }

    /// Whether no value fits.
    pub fn is_never(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Whether `none` is one of its values for a reason that a reader would name: a result that
    /// may be `none`, a key that may be missing. Elements of lists do not count.
    pub fn may_be_none(&self) -> bool {
        self.kinds.any(Kinds::NONE)
    }

    /// Whether it is `none` and nothing else.
    pub fn is_none(&self) -> bool {
        self.kinds == Kinds::NONE
    }

    /// Whether every value that it holds is a number.
    pub fn is_number(&self) -> bool {
        self.kinds == Kinds::NUMBER
    }

    /// Whether every value that it holds is a string.
    pub fn is_string(&self) -> bool {
        self.kinds == Kinds::STRING
    }

    /// The only string that it is, when there is one.
    pub fn only_text(&self) -> Option<&[u8]> {
        self.text.as_deref().filter(|_| self.is_string())
    }

    /// Whether every value that it holds is an array.
    pub fn is_array(&self) -> bool {
        self.kinds == Kinds::ARRAY
    }

    /// Whether every value that it holds is a function, an object or another thing that is always
    /// true, booleans aside.
    pub fn is_thing(&self) -> bool {
        !self.is_never() && self.kinds.without(Kinds::ALWAYS_TRUE.without(Kinds::TRUE)).is_empty()
    }

    /// Whether it is known, and none of its values is of a declared type.
    pub fn never_fits(&self, ty: hsl_decl::Ty) -> bool {
        let fitting = super::declared::accepted(ty);
        !self.is_unknown() && !self.is_never() && !self.kinds.any(fitting)
    }

    /// Whether it is known, and all of its values are of a declared type.
    pub fn always_fits(&self, ty: hsl_decl::Ty) -> bool {
        let fitting = super::declared::accepted(ty);
        !self.is_unknown() && !self.is_never() && self.kinds.without(fitting).is_empty()
    }

    /// Whether it may be `none`, and may be something else.
    pub fn is_sometimes_none(&self) -> bool {
        !self.is_unknown() && self.may_be_none() && !self.present().is_never()
    }

    /// The shape of its arrays.
    pub fn shape(&self) -> Option<&Array> {
        self.array.as_deref()
    }

    /// The function that it is.
    pub fn callable(&self) -> Option<Callable> {
        self.function
    }

    /// The classes of its objects, when they are known.
    pub fn instances(&self) -> &[Instance] {
        self.classes.as_deref().unwrap_or_default()
    }

    /// Whether a value may be an object of a class that is not known.
    pub(super) fn any_object(&self) -> bool {
        self.kinds.any(Kinds::OBJECT.or(Kinds::RESOURCE)) && self.classes.is_none()
    }

    /// Whether every value is true, or every value is false; none when both are possible.
    pub fn truth(&self) -> Option<bool> {
        if self.is_unknown() || self.is_never() {
            return None;
        }
        let (mut yes, mut no) = (false, false);
        yes |= self.kinds.any(Kinds::ALWAYS_TRUE);
        no |= self.kinds.any(Kinds::NONE.or(Kinds::FALSE).or(Kinds::MISSING));
        if self.kinds.any(Kinds::NUMBER) {
            (yes, no) = (true, true);
        }
        if self.kinds.any(Kinds::STRING) {
            let empty = self.text.as_ref().map(|text| text.is_empty());
            yes |= empty != Some(true);
            no |= empty != Some(false);
        }
        if let Some(array) = &self.array {
            yes |= !array.is_empty();
            no |= !array.is_filled();
        }
        (yes != no).then_some(yes)
    }

    /// Removes what is known about parts that it does not hold any more.
    fn settled(mut self) -> Self {
        if !self.kinds.any(Kinds::ARRAY) {
            self.array = None;
        }
        if !self.kinds.any(Kinds::FUNCTION) {
            self.function = None;
        }
        if !self.kinds.any(Kinds::OBJECT.or(Kinds::RESOURCE)) {
            self.classes = None;
        }
        if !self.kinds.any(Kinds::STRING) {
            self.text = None;
        }
        self
    }

    /// The part of it that is of these kinds.
    pub(super) fn only(&self, kinds: Kinds) -> Self {
        Self { kinds: self.kinds.both(kinds), ..self.clone() }.settled()
    }

    /// The part of it that is not of these kinds.
    pub(super) fn except(&self, kinds: Kinds) -> Self {
        Self { kinds: self.kinds.without(kinds), ..self.clone() }.settled()
    }

    /// Its values that are not `none`.
    #[must_use]
    pub fn present(&self) -> Self {
        self.except(Kinds::NONE.or(Kinds::MISSING))
    }

    /// Its true values.
    pub(super) fn truthy(&self) -> Self {
        let mut kinds = self.kinds.without(Kinds::NONE.or(Kinds::FALSE).or(Kinds::MISSING));
        if self.text.as_ref().is_some_and(|text| text.is_empty()) {
            kinds = kinds.without(Kinds::STRING);
        }
        if self.array.as_ref().is_some_and(|array| array.is_empty()) {
            kinds = kinds.without(Kinds::ARRAY);
        }
        self.only(kinds)
    }

    /// Its false values.
    pub(super) fn falsy(&self) -> Self {
        let mut kinds = self.kinds.without(Kinds::ALWAYS_TRUE);
        if self.text.as_ref().is_some_and(|text| !text.is_empty()) {
            kinds = kinds.without(Kinds::STRING);
        }
        if self.array.as_ref().is_some_and(|array| array.is_filled()) {
            kinds = kinds.without(Kinds::ARRAY);
        }
        self.only(kinds)
    }

    /// This type, or an element that may be missing without anybody being told.
    pub(super) fn or_missing(mut self) -> Self {
        if !self.is_unknown() {
            self.kinds = self.kinds.or(Kinds::MISSING);
        }
        self
    }

    /// Forgets that it is one string.
    pub(super) fn widened(mut self) -> Self {
        self.text = None;
        self
    }
}
