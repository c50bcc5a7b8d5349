//! Options arrays.

use hsl_decl::OptionDecl;
use hsl_vm::{Array, FromValue, Key, Thrown, Value};

/// A struct read from an options array; `#[derive(Options)]` implements it.
pub trait Options: Sized {
    /// The known keys.
    const DECLS: &'static [OptionDecl];

    /// Reads the known keys.
    ///
    /// # Errors
    ///
    /// An exception when a value is of the wrong type or outside a closed set.
    fn read(given: &GivenOptions<'_>) -> Result<Self, Thrown>;
}

/// The options array of one call.
pub struct GivenOptions<'a> {
    function: &'static str,
    array: Option<&'a Array>,
}

impl<'a> GivenOptions<'a> {
    /// The options given to a function, if any.
    #[must_use]
    pub fn new(function: &'static str, array: Option<&'a Array>) -> Self {
        Self { function, array }
    }

    /// Refuses keys that the function does not know, unless it documents none at all.
    ///
    /// # Errors
    ///
    /// An exception that names the first of them, and the known key nearest to it.
    pub fn check_keys(&self, decls: &'static [OptionDecl]) -> Result<(), Thrown> {
        let Some(array) = self.array.filter(|_| !decls.is_empty()) else { return Ok(()) };
        match unknown(array, decls) {
            Some(key) => Err(self.unknown(&key, decls)),
            None => Ok(()),
        }
    }

    #[cold]
    fn unknown(&self, key: &Key, decls: &'static [OptionDecl]) -> Thrown {
        let text = key.to_value().to_text();
        let text = text.to_lossy();
        let hint = hint(&text, decls);
        Thrown::Error(format!("{}: there is no option \"{text}\"{hint}", self.function))
    }

    /// The value of an option; `none` counts as not given.
    ///
    /// # Errors
    ///
    /// An exception when it is of the wrong type or outside a closed set.
    pub fn get<T: FromValue>(&self, decl: &OptionDecl) -> Result<Option<T>, Thrown> {
        let found = self.array.and_then(|array| array.get_str(decl.name));
        let Some(value) = found.filter(|value| !value.is_none()) else { return Ok(None) };
        self.check_set(decl, value)?;
        self.check_inner(decl, value)?;
        T::from_value(value.clone()).map(Some).map_err(|value| {
            self.error(decl, &format!("must be {}, not {}", decl.ty, value.type_name()))
        })
    }

    fn check_set(&self, decl: &OptionDecl, value: &Value) -> Result<(), Thrown> {
        let closed = if decl.lenient { &[] } else { decl.strings() };
        let Some(text) = value.as_str().filter(|_| !closed.is_empty()) else { return Ok(()) };
        if closed.iter().any(|allowed| allowed.as_bytes() == &text[..]) {
            return Ok(());
        }
        Err(self.error(decl, &format!("must be one of {}", closed.join(", "))))
    }

    /// Refuses keys that an array, or each in a list, has not.
    fn check_inner(&self, decl: &OptionDecl, value: &Value) -> Result<(), Thrown> {
        let is_closed = !decl.open && !decl.keys.is_empty();
        let Some(array) = value.as_array().filter(|_| is_closed) else { return Ok(()) };
        let wrong = match decl.listed {
            false => unknown(array, decl.keys),
            true => array.values().filter_map(Value::as_array).find_map(|a| unknown(a, decl.keys)),
        };
        let Some(key) = wrong else { return Ok(()) };
        let text = key.to_value().to_text();
        let text = text.to_lossy();
        Err(self.error(decl, &format!("has no key \"{text}\"{}", hint(&text, decl.keys))))
    }

    fn error(&self, decl: &OptionDecl, message: &str) -> Thrown {
        Thrown::Error(format!("{}: option \"{}\" {message}", self.function, decl.name))
    }
}

/// The first key of an array that is not declared.
fn unknown(array: &Array, decls: &'static [OptionDecl]) -> Option<Key> {
    let is_known = |key: &Key| {
        decls.iter().any(|decl| matches!(key, Key::Str(key) if *decl.name.as_bytes() == key[..]))
    };
    array.keys().find(|key| !is_known(key))
}

/// The declared key that was probably meant.
fn hint(text: &str, decls: &'static [OptionDecl]) -> String {
    let near = diagnostics::nearest(text, decls.iter().map(|decl| decl.name));
    near.map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}
