//! Rust values that become HSL values of a known shape.

use std::collections::BTreeMap;

use hsl_decl::{Key, Origin, Ty};
use hsl_vm::{Array, Key as ArrayKey, NativeRef, Str, Value};

/// A Rust type with its HSL type and, for arrays, its known keys.
pub trait Shape: Sized {
    /// HSL type.
    const TY: Ty;
    /// Known keys of the array, or of the elements of a list.
    const KEYS: &'static [Key] = &[];
    /// HSL type of the elements of a list.
    const ELEMENTS: Option<Ty> = None;
    /// Whether a value of this type may be absent.
    const OPTIONAL: bool = false;

    /// The HSL value; an absent one is `none`.
    fn into_value(self) -> Value;

    /// The HSL value, unless it is absent.
    fn present(self) -> Option<Value> {
        Some(self.into_value())
    }

    /// Stores the value under a key, unless it is absent.
    fn insert(self, array: &mut Array, name: &'static str) {
        if let Some(value) = self.present() {
            array.set(ArrayKey::from(name), value);
        }
    }
}

/// A struct whose fields are the keys of an array.
pub trait Record: Shape {
    /// Stores every field under its key.
    fn insert_into(self, array: &mut Array);
}

/// The array of a record.
pub fn record(record: impl Record) -> Value {
    let mut array = Array::new();
    record.insert_into(&mut array);
    Value::array(array)
}

/// Number of keys in all groups.
#[must_use]
pub const fn count(groups: &[&[Key]]) -> usize {
    let (mut total, mut at) = (0, 0);
    while at < groups.len() {
        total += groups[at].len();
        at += 1;
    }
    total
}

/// The keys of all groups, in order. `N` is their [`count`].
#[must_use]
pub const fn concat<const N: usize>(groups: &[&[Key]]) -> [Key; N] {
    let blank = Key {
        name: "",
        ty: Ty::ANY,
        optional: false,
        secret: false,
        values: &[],
        id: None,
        origin: Origin::Inherited,
        since: None,
        doc: "",
        keys: &[],
        elements: None,
    };
    let mut keys = [blank; N];
    let (mut group, mut to) = (0, 0);
    while group < groups.len() {
        let mut from = 0;
        while from < groups[group].len() {
            keys[to] = groups[group][from];
            to += 1;
            from += 1;
        }
        group += 1;
    }
    keys
}

impl<T: Shape> Shape for Option<T> {
    const TY: Ty = T::TY;
    const KEYS: &'static [Key] = T::KEYS;
    const ELEMENTS: Option<Ty> = T::ELEMENTS;
    const OPTIONAL: bool = true;

    fn into_value(self) -> Value {
        self.map_or_else(Value::none, T::into_value)
    }

    fn present(self) -> Option<Value> {
        self.map(T::into_value)
    }
}

impl<T: Shape> Shape for Vec<T> {
    const TY: Ty = Ty::ARRAY;
    const KEYS: &'static [Key] = T::KEYS;
    const ELEMENTS: Option<Ty> = Some(T::TY);

    fn into_value(self) -> Value {
        Value::array(Array::list(self.into_iter().map(T::into_value)))
    }
}

impl<T: Shape, const N: usize> Shape for [T; N] {
    const TY: Ty = Ty::ARRAY;
    const KEYS: &'static [Key] = T::KEYS;
    const ELEMENTS: Option<Ty> = Some(T::TY);

    fn into_value(self) -> Value {
        Value::array(Array::list(self.into_iter().map(T::into_value)))
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    const TY: Ty = Ty::ARRAY;

    fn into_value(self) -> Value {
        let pairs = self.into_iter().map(|(k, v)| (ArrayKey::from(k.as_str()), v.into_value()));
        Value::array(pairs.collect())
    }
}

macro_rules! shapes {
    ($($rust:ty: $ty:ident, |$value:ident| $into:expr;)*) => {$(
        impl Shape for $rust {
            const TY: Ty = Ty::$ty;

            fn into_value(self) -> Value {
                let $value = self;
                $into
            }
        }
    )*};
}

shapes! {
    Value: ANY, |value| value;
    Array: ARRAY, |value| Value::array(value);
    NativeRef: OBJECT, |value| Value::from(value);
    Str: STRING, |value| Value::string(value);
    String: STRING, |value| Value::string(value);
    &'static str: STRING, |value| Value::string(value);
    bool: BOOLEAN, |value| Value::boolean(value);
    f64: NUMBER, |value| Value::number(value);
    u8: NUMBER, |value| Value::number(f64::from(value));
    u16: NUMBER, |value| Value::number(f64::from(value));
    u32: NUMBER, |value| Value::number(f64::from(value));
    i32: NUMBER, |value| Value::number(f64::from(value));
}
