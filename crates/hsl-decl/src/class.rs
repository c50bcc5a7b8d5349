//! Classes of the library.

use crate::{Contexts, Docs, Function, Ty};

/// A readable property of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Name as written after `->`.
    pub name: &'static str,
    /// Type of its value.
    pub ty: Ty,
    /// One sentence.
    pub doc: &'static str,
}

/// A class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// Name as scripts write it.
    pub name: &'static str,
    /// Topic, the file it stands in.
    pub topic: &'static str,
    /// How an instance is made; none when scripts only receive instances.
    pub constructor: Option<&'static Function>,
    /// Methods and static functions.
    pub methods: &'static [&'static Function],
    /// Properties.
    pub properties: &'static [Property],
    /// Where it exists.
    pub contexts: Contexts,
    /// Documentation.
    pub docs: Docs,
}

impl Class {
    /// The method or static function of this name; of two, the method.
    pub fn method(&self, name: &str) -> Option<&'static Function> {
        let named = || self.methods.iter().copied().filter(|m| m.name == name);
        named().find(|m| !m.is_static).or_else(|| named().next())
    }

    /// The static function of this name, which may also be the name of a method.
    pub fn static_function(&self, name: &str) -> Option<&'static Function> {
        self.methods.iter().copied().find(|m| m.is_static && m.name == name)
    }
}
