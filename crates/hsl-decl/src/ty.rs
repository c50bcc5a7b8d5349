//! Types as the documentation names them.

use std::fmt;

/// A union of HSL types, with the classes an object may belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ty {
    bits: u16,
    /// Names of classes or resources (`MIME`, `X509Resource`), when the union names any.
    pub classes: &'static [&'static str],
}

impl Ty {
    /// The value `none`.
    pub const NONE: Self = Self::basic(1);
    /// `true` or `false`.
    pub const BOOLEAN: Self = Self::basic(2);
    /// IEEE 754 double.
    pub const NUMBER: Self = Self::basic(4);
    /// Byte string.
    pub const STRING: Self = Self::basic(8);
    /// Ordered map.
    pub const ARRAY: Self = Self::basic(16);
    /// Anything that can be called.
    pub const FUNCTION: Self = Self::basic(32);
    /// Instance of a class; which one, [`Ty::classes`] says.
    pub const OBJECT: Self = Self::basic(64);
    /// Opaque value of the library.
    pub const RESOURCE: Self = Self::basic(128);
    /// Compiled regular expression.
    pub const REGEX: Self = Self::basic(256);
    /// Every value, `none` included.
    pub const ANY: Self = Self::basic(511);
    /// No value: the call never returns.
    pub const NEVER: Self = Self::basic(0);

    /// The type that scripts name so where a collection says what it holds.
    pub fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"string" => Self::STRING,
            b"number" => Self::NUMBER,
            b"boolean" => Self::BOOLEAN,
            b"array" => Self::ARRAY,
            b"function" => Self::FUNCTION,
            b"object" => Self::OBJECT,
            b"any" => Self::ANY,
            _ => return None,
        })
    }

    const fn basic(bits: u16) -> Self {
        Self { bits, classes: &[] }
    }

    /// An instance of one of these classes.
    pub const fn instance(classes: &'static [&'static str]) -> Self {
        Self { bits: Self::OBJECT.bits, classes }
    }

    /// A resource of one of these kinds.
    pub const fn resource(classes: &'static [&'static str]) -> Self {
        Self { bits: Self::RESOURCE.bits, classes }
    }

    /// Either type. At most one side may name classes; the left wins.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        let classes = if self.classes.is_empty() { other.classes } else { self.classes };
        Self { bits: self.bits | other.bits, classes }
    }

    /// Whether every value of `other` fits, classes aside.
    pub const fn contains(self, other: Self) -> bool {
        self.bits & other.bits == other.bits
    }

    /// Whether some value fits both, classes aside.
    pub const fn overlaps(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }

    /// Whether it names `none` beside other types; `any` does not.
    pub const fn is_sometimes_none(self) -> bool {
        self.bits & Self::NONE.bits != 0
            && self.bits != Self::NONE.bits
            && self.bits != Self::ANY.bits
    }

    /// Whether `none` is possible.
    pub const fn may_be_none(self) -> bool {
        self.contains(Self::NONE)
    }
}

impl fmt::Display for Ty {
    /// `string`, `array or none`, `any`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bits == Self::ANY.bits {
            return f.write_str("any");
        }
        if self.bits == 0 {
            return f.write_str("never");
        }
        let basic = [
            (Self::STRING, "string"),
            (Self::NUMBER, "number"),
            (Self::BOOLEAN, "boolean"),
            (Self::ARRAY, "array"),
            (Self::FUNCTION, "function"),
            (Self::REGEX, "Regex"),
            (Self::OBJECT, "object"),
            (Self::RESOURCE, "resource"),
            (Self::NONE, "none"),
        ];
        let named = Self::OBJECT.bits | Self::RESOURCE.bits;
        let mut names: Vec<&str> = Vec::new();
        for (ty, name) in basic {
            if !self.contains(ty) {
                continue;
            }
            if ty.bits & named != 0 && !self.classes.is_empty() {
                for class in self.classes {
                    if !names.contains(class) {
                        names.push(class);
                    }
                }
            } else {
                names.push(name);
            }
        }
        let (last, rest) = names.split_last().unwrap_or((&"never", &[]));
        if rest.is_empty() { f.write_str(last) } else { write!(f, "{} or {last}", rest.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_like_the_documentation() {
        assert_eq!(Ty::ANY.to_string(), "any");
        assert_eq!(Ty::STRING.or(Ty::NONE).to_string(), "string or none");
        assert_eq!(
            Ty::ARRAY.or(Ty::STRING).or(Ty::FUNCTION).to_string(),
            "string, array or function"
        );
        assert_eq!(Ty::instance(&["MIME"]).or(Ty::NONE).to_string(), "MIME or none");
    }

    #[test]
    fn any_value_is_no_surprise() {
        assert!(Ty::STRING.or(Ty::NONE).is_sometimes_none());
        assert!(!Ty::ANY.is_sometimes_none() && !Ty::NONE.is_sometimes_none());
        assert!(!Ty::STRING.is_sometimes_none());
    }
}
