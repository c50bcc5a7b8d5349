//! What never leaves the server.
//!
//! Invariants: a value under a secret key or name is never shown; neither is any other text that
//! holds it, so copying a password into a variable does not uncover it; nor a text that has the form of
//! a token or private key.
//!
//! Not here: which keys are secret is declared with the hooks; which names and forms are, in
//! `hsl_decl`, where the rules of advice read them too.

use std::collections::HashSet;

use hsl_decl::{HookDecl, Key as KeyDecl, is_secret_name, secret_form};
use hsl_vm::{Key, Str, Value};

/// How deep secrets are looked for in the variables of a hook.
const MAX_DEPTH: u32 = 6;
/// Shorter secrets hide only texts that equal them: nearly every text holds them by chance.
const MIN_CONTAINED: usize = 4;

/// Names of secret keys.
#[derive(Clone, Debug, Default)]
pub struct SecretKeys(HashSet<&'static str>);

impl SecretKeys {
    /// The keys that the hooks declare as secret.
    pub fn of(hooks: impl IntoIterator<Item = &'static HookDecl>) -> Self {
        let mut keys = HashSet::new();
        for variable in hooks.into_iter().flat_map(|hook| hook.variables) {
            collect(variable.keys, &mut keys);
        }
        Self(keys)
    }

    fn holds(&self, key: &Key) -> bool {
        let is_secret = |name: &str| self.0.contains(name) || is_secret_name(name);
        matches!(key, Key::Str(name) if std::str::from_utf8(name).is_ok_and(is_secret))
    }
}

fn collect(keys: &'static [KeyDecl], into: &mut HashSet<&'static str>) {
    for key in keys {
        if key.secret {
            into.insert(key.name);
        }
        collect(key.keys, into);
    }
}

/// Secrets of one stop.
#[derive(Debug, Default)]
pub(crate) struct Mask<'a> {
    keys: Option<&'a SecretKeys>,
    texts: Vec<Str>,
}

impl<'a> Mask<'a> {
    /// Finds the secrets in the variables of a hook.
    pub(crate) fn new(keys: &'a SecretKeys, variables: &[Value]) -> Self {
        let mut mask = Self { keys: Some(keys), texts: Vec::new() };
        variables.iter().for_each(|value| mask.gather(value, MAX_DEPTH));
        mask
    }

    fn gather(&mut self, value: &Value, depth: u32) {
        let Value::Array(array) = value else { return };
        for (key, value) in array.iter() {
            self.note(&key, value);
            if depth > 0 {
                self.gather(value, depth - 1);
            }
        }
    }

    /// Finds out whether a variable holds a secret by its name.
    pub(crate) fn note(&mut self, key: &Key, value: &Value) {
        match value {
            Value::String(text) if !text.is_empty() && self.hides_key(key) => {
                self.texts.push(text.clone());
            }
            _ => {}
        }
    }

    /// Whether the value under a key is hidden whatever it is.
    pub(crate) fn hides_key(&self, key: &Key) -> bool {
        self.keys.is_some_and(|keys| keys.holds(key))
    }

    /// Whether a text is or holds a secret.
    pub(crate) fn hides_text(&self, text: &[u8]) -> bool {
        secret_form(text).is_some() || self.holds_secret(text)
    }

    fn holds_secret(&self, text: &[u8]) -> bool {
        self.texts.iter().any(|secret| {
            text == &secret[..]
                || secret.len() >= MIN_CONTAINED
                    && text.windows(secret.len()).any(|window| window == &secret[..])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hsl_vm::Array;

    fn mask(keys: &SecretKeys) -> Mask<'_> {
        let inner = Array::record([("password", Value::string("tiger7"))]);
        let pin = Array::record([("password", Value::string("42"))]);
        let arguments =
            [Value::array(Array::record([("auth", Value::array(inner))])), Value::array(pin)];
        Mask::new(keys, &arguments)
    }

    #[test]
    fn copies_of_a_secret_are_hidden_too() {
        let keys = SecretKeys(HashSet::from(["password"]));
        let mask = mask(&keys);
        assert!(mask.hides_key(&Key::text(b"password")));
        assert!(!mask.hides_key(&Key::text(b"username")));
        assert!(mask.hides_text(b"tiger7"));
        assert!(mask.hides_text(b"\0user\0tiger7"));
        assert!(mask.hides_text(b"42"));
        assert!(!mask.hides_text(b"1423"));
        assert!(!mask.hides_text(b"tiger"));
    }

    #[test]
    fn names_and_forms_of_secrets_are_hidden() {
        let keys = SecretKeys::default();
        let mut mask = Mask::new(&keys, &[]);
        mask.note(&Key::text(b"$api_key"), &Value::string("wolf99"));
        mask.note(&Key::text(b"$name"), &Value::string("lamb"));
        assert!(mask.hides_key(&Key::text(b"$api_key")) && !mask.hides_key(&Key::text(b"$name")));
        assert!(mask.hides_text(b"key=wolf99") && !mask.hides_text(b"lamb"));
        assert!(mask.hides_text(b"AKIAABCDEFGHIJKLMNOP"));
    }
}
