//! Shapes of arrays: records, lists, maps and mixtures.

use std::fmt;
use std::sync::Arc;

use hsl_decl as decl;

use super::ty::{Kinds, Type};

/// Keys that are known one by one; of more, only the type of the values is known.
const MOST_FIELDS: usize = 64;

/// A key of an array.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An integer.
    Number(i64),
    /// A string that is no canonical integer.
    Text(Arc<[u8]>),
}

impl Key {
    /// The key that a string is cast to.
    pub fn of_text(text: &Arc<[u8]>) -> Self {
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse::<i32>().ok());
        match number.filter(|number| number.to_string().as_bytes() == &text[..]) {
            Some(number) => Self::Number(i64::from(number)),
            None => Self::Text(Arc::clone(text)),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{:?}", String::from_utf8_lossy(text)),
        }
    }
}

/// A key that is known, with its value.
#[derive(Clone, Debug)]
pub struct Field {
    /// The key.
    pub key: Key,
    /// Type of the value when it is there.
    pub ty: Type,
    /// Whether it may be missing.
    pub optional: bool,
    /// Where the library or the hook declares it.
    pub decl: Option<&'static decl::Key>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.optional == other.optional && self.ty == other.ty
    }
}

/// What is known about the keys and values of an array.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// Keys that are known, in order.
    pub fields: Vec<Field>,
    /// Type of the values under other keys; none when there are no others.
    pub rest: Option<Type>,
    /// Whether the keys are 0, 1, 2 and so on.
    pub is_list: bool,
}

impl Array {
    /// `[]`
    pub(super) fn empty() -> Self {
        Self { fields: Vec::new(), rest: None, is_list: true }
    }

    /// Any array.
    pub(super) fn any() -> Self {
        Self { fields: Vec::new(), rest: Some(Type::UNKNOWN), is_list: false }
    }

    /// A list of any length.
    pub(super) fn list(element: Type) -> Self {
        Self { fields: Vec::new(), rest: Some(element), is_list: true }
    }

    /// Any keys with values of one type.
    pub(super) fn map_of(value: Type) -> Self {
        Self { fields: Vec::new(), rest: Some(value), is_list: false }
    }

    /// Whether it has no element for certain.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.rest.is_none()
    }

    /// Whether it has an element for certain.
    pub fn is_filled(&self) -> bool {
        self.fields.iter().any(|field| !field.optional)
    }

    /// The number of elements, when it is known.
    pub fn length(&self) -> Option<usize> {
        let fixed = self.rest.is_none() && self.fields.iter().all(|field| !field.optional);
        fixed.then_some(self.fields.len())
    }

    /// The field of a key.
    pub fn field(&self, key: &Key) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == *key)
    }

    /// Type of any value that it holds.
    pub fn value(&self) -> Type {
        let rest = self.rest.clone().unwrap_or(Type::NEVER);
        self.fields.iter().fold(rest, |all, field| all.or(&field.ty))
    }

    /// Type of any key that it holds.
    pub fn keys(&self) -> Type {
        let of = |key: &Key| match key {
            Key::Number(_) => Type::NUMBER,
            Key::Text(text) => Type::text(text),
        };
        let known = self.fields.iter().fold(Type::NEVER, |all, field| all.or(&of(&field.key)));
        match &self.rest {
            Some(_) if self.is_list => known.or(&Type::NUMBER),
            Some(_) => known.or(&Type::NUMBER).or(&Type::STRING),
            None => known,
        }
    }

    /// What reading a key gives; none for a key that is not known.
    pub(super) fn get(&self, key: Option<&Key>) -> Type {
        match key {
            Some(key) => match self.field(key) {
                // An element that may be missing without anybody being told.
                Some(field) if field.ty.kinds.any(Kinds::MISSING) => field.ty.clone(),
                Some(field) if field.optional => field.ty.or(&Type::NONE),
                Some(field) => field.ty.clone(),
                None => self.rest.clone().map_or(Type::NONE, Type::or_missing),
            },
            None => self.value().or_missing(),
        }
    }

    /// Stores a value under a key.
    pub(super) fn set(&mut self, key: Key, ty: Type) {
        match self.fields.iter_mut().find(|field| field.key == key) {
            Some(field) => {
                field.ty = ty;
                field.optional = false;
            }
            None if self.rest.is_some() && matches!(key, Key::Number(_)) => {
                self.rest = self.rest.take().map(|rest| rest.or(&ty));
            }
            None => {
                let next = Key::Number(self.fields.len() as i64);
                self.is_list &= key == next && self.rest.is_none() && self.all_required();
                self.fields.push(Field { key, ty, optional: false, decl: None });
                self.collapse_many();
            }
        }
    }

    /// Stores a value under some key that is not known.
    pub(super) fn set_any(&mut self, ty: &Type) {
        self.is_list = false;
        self.weaken(ty);
    }

    /// Appends a value.
    pub(super) fn push(&mut self, ty: &Type) {
        let numbered = self.fields.iter().all(|field| matches!(field.key, Key::Number(_)));
        if numbered && self.is_list {
            let value = self.value().or(ty);
            *self = Self::list(value);
        } else {
            self.rest = Some(self.rest.as_ref().map_or_else(|| ty.clone(), |rest| rest.or(ty)));
        }
    }

    /// Lets every value be one of this type too.
    pub(super) fn weaken(&mut self, ty: &Type) {
        for field in &mut self.fields {
            field.ty = field.ty.or(ty);
        }
        self.rest = Some(self.rest.as_ref().map_or_else(|| ty.clone(), |rest| rest.or(ty)));
    }

    /// Removes a key; none when it is not known which.
    pub(super) fn remove(&mut self, key: Option<&Key>) {
        self.is_list = false;
        match key {
            Some(key) => self.fields.retain(|field| field.key != *key),
            None => self.fields.iter_mut().for_each(|field| field.optional = true),
        }
    }

    /// Adds the elements of another array by the rules of `+` and spread.
    pub(super) fn merge(&mut self, other: &Self) {
        for field in &other.fields {
            match &field.key {
                Key::Number(_) => self.push(&field.ty),
                Key::Text(_) if field.optional => {
                    let before = self.field(&field.key).map(|known| known.ty.clone());
                    let is_optional = before.is_none();
                    let ty = before.map_or_else(|| field.ty.clone(), |known| known.or(&field.ty));
                    self.set(field.key.clone(), ty);
                    if let Some(own) = self.fields.iter_mut().find(|own| own.key == field.key) {
                        own.optional |= is_optional;
                    }
                }
                Key::Text(_) => self.set(field.key.clone(), field.ty.clone()),
            }
        }
        match &other.rest {
            Some(rest) if other.is_list => self.push(rest),
            Some(rest) => self.set_any(rest),
            None => {}
        }
    }

    /// The elements without keys.
    pub(super) fn renumbered(&self) -> Self {
        Self::list(self.value())
    }

    /// Either shape.
    pub(super) fn or(&self, other: &Self) -> Self {
        if self.is_list && other.is_list && self.fields.len() != other.fields.len() {
            return Self::list(self.value().or(&other.value()));
        }
        let mut fields: Vec<Field> = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            fields.push(match other.field(&field.key) {
                Some(twin) => Field {
                    ty: field.ty.or(&twin.ty),
                    optional: field.optional || twin.optional,
                    decl: field.decl.or(twin.decl),
                    key: field.key.clone(),
                },
                None => other.lacking(field),
            });
        }
        let new = other.fields.iter().filter(|field| self.field(&field.key).is_none());
        fields.extend(new.map(|field| self.lacking(field)));
        let rest = match (&self.rest, &other.rest) {
            (Some(a), Some(b)) => Some(a.or(b)),
            (one, None) | (None, one) => one.clone(),
        };
        let mut either = Self { fields, rest, is_list: self.is_list && other.is_list };
        either.collapse_many();
        either
    }

    /// A field of another shape that this one does not name.
    fn lacking(&self, field: &Field) -> Field {
        let ty = self.rest.as_ref().map_or_else(|| field.ty.clone(), |rest| field.ty.or(rest));
        Field { ty, optional: true, ..field.clone() }
    }

    /// The same shape with other types.
    pub(super) fn map(&self, change: impl Fn(&Type) -> Type) -> Self {
        let fields = self.fields.iter().map(|f| Field { ty: change(&f.ty), ..f.clone() });
        Self {
            fields: fields.collect(),
            rest: self.rest.as_ref().map(&change),
            is_list: self.is_list,
        }
    }

    /// How deep arrays lie in it, itself included; looks no deeper than `limit` and one.
    pub(super) fn depth(&self, limit: usize) -> usize {
        let Some(below) = limit.checked_sub(1) else { return 1 };
        let types = self.fields.iter().map(|field| &field.ty).chain(&self.rest);
        let inner = types.filter_map(|ty| ty.shape()).map(|array| array.depth(below));
        1 + inner.max().unwrap_or_default()
    }

    fn all_required(&self) -> bool {
        self.fields.iter().all(|field| !field.optional)
    }

    fn collapse_many(&mut self) {
        if self.fields.len() > MOST_FIELDS {
            let value = self.value();
            *self = Self { fields: Vec::new(), rest: Some(value.widened()), is_list: self.is_list };
        }
    }
}

impl Type {
    /// The value under a key of whatever it is, without properties of objects; none when the key is
    /// not known.
    pub(super) fn element(&self, key: Option<&Key>) -> Self {
        if self.is_unknown() || self.kinds.any(Kinds::OBJECT.or(Kinds::RESOURCE)) {
            return Self::UNKNOWN;
        }
        let mut found = Self::NEVER;
        if let Some(array) = &self.array {
            found = found.or(&array.get(key));
        }
        if self.kinds.any(Kinds::STRING) {
            found = found.or(&Self::STRING.or_missing());
        }
        if self.kinds.any(Kinds::FUNCTION.or(Kinds::REGEX)) {
            return Self::UNKNOWN;
        }
        if self.kinds.any(Kinds::MISSING) {
            found = found.or_missing();
        }
        let empty = Kinds::NONE.or(Kinds::BOOLEAN).or(Kinds::NUMBER);
        if self.kinds.any(empty) { found.or(&Self::NONE) } else { found }
    }
}
