//! Keys of arrays.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::text::hash_int;
use super::{Str, Value};

/// A key after casting (language reference, section 7.1).
#[derive(Clone, Debug)]
pub enum Key {
    /// An integer.
    Int(i64),
    /// A string that is not a canonical integer.
    Str(Str),
    /// Anything else: none, an array, a function, an object. Compared by `===`.
    Other(Rc<Value>),
}

impl Key {
    /// The key that a value stands for: booleans give 0 and 1, canonical decimal strings their
    /// integer, numbers are truncated to 32 bits.
    pub fn cast(value: &Value) -> Self {
        match value {
            Value::Number(n) => Self::number(*n),
            Value::String(s) => canonical(s).map_or_else(|| Self::Str(s.clone()), Self::Int),
            Value::Boolean(b) => Self::Int(i64::from(*b)),
            other => Self::Other(Rc::new(other.clone())),
        }
    }

    /// The key that a number stands for.
    pub fn number(n: f64) -> Self {
        let small = n as i32;
        if f64::from(small) == n { Self::Int(i64::from(small)) } else { Self::Int(wrap(n)) }
    }

    /// The key that a text stands for.
    pub fn text(text: &[u8]) -> Self {
        canonical(text).map_or_else(|| Self::Str(text.into()), Self::Int)
    }

    /// The key as a value.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Int(n) => Value::Number(*n as f64),
            Self::Str(s) => Value::String(s.clone()),
            Self::Other(v) => Value::clone(v),
        }
    }
}

/// Truncates toward zero, then wraps to 32 bits.
fn wrap(n: f64) -> i64 {
    crate::operators::to_int32(n).into()
}

/// Whether a text stands for an integer as a key.
#[inline]
pub(super) fn is_integer(text: &[u8]) -> bool {
    text.first().is_some_and(|byte| matches!(byte, b'-' | b'0'..=b'9')) && canonical(text).is_some()
}

/// The integer whose canonical decimal form this is. Integers that a number cannot hold exactly
/// stay strings.
fn canonical(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 16 => {}
        _ => return None,
    }
    let mut n = 0_i64;
    for b in digits {
        n = n * 10 + i64::from(b.checked_sub(b'0').filter(|d| *d <= 9)?);
    }
    (n < 1 << 53).then_some(if negative { -n } else { n })
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Str(a), Self::Str(b)) => a == b,
            (Self::Other(a), Self::Other(b)) => a.strict_eq(b),
            _ => false,
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    /// Equal keys hash alike; keys of the rare third kind share one hash per type.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u32(self.hash_code());
    }
}

impl Key {
    pub(crate) fn hash_code(&self) -> u32 {
        match self {
            Self::Int(n) => hash_int(*n),
            Self::Str(s) => s.hash_code(),
            Self::Other(_) => OTHER_HASH,
        }
    }
}

/// Hash of all keys of the rare third kind: they are found by comparing.
pub(crate) const OTHER_HASH: u32 = 1;

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::text(text.as_bytes())
    }
}

impl From<Str> for Key {
    fn from(text: Str) -> Self {
        canonical(&text).map_or(Self::Str(text), Self::Int)
    }
}

impl From<i64> for Key {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<usize> for Key {
    fn from(n: usize) -> Self {
        Self::Int(n as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: impl Into<Value>, expect: &str) {
        assert_eq!(format!("{:?}", Key::cast(&value.into())), expect);
    }

    #[test]
    fn casting_follows_the_reference() {
        check("7", "Int(7)");
        check("-3", "Int(-3)");
        check("0", "Int(0)");
        check("-0", r#"Str("-0")"#);
        check("07", r#"Str("07")"#);
        check("1.5", r#"Str("1.5")"#);
        check("+1", r#"Str("+1")"#);
        check("", r#"Str("")"#);
        check("9007199254740991", "Int(9007199254740991)");
        check("9007199254740992", r#"Str("9007199254740992")"#);
        check(8.7, "Int(8)");
        check(-8.7, "Int(-8)");
        check(4_294_967_296.0 + 5.0, "Int(5)");
        check(f64::NAN, "Int(0)");
        check(true, "Int(1)");
        check(Value::None, "Other(none)");
    }
}
