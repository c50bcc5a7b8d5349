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
    /// The class whose methods its instances have too.
    pub extends: Option<&'static Class>,
    /// How an instance is made; none when scripts only receive instances.
    pub constructor: Option<&'static Function>,
    /// Methods and static functions of its own.
    pub methods: &'static [&'static Function],
    /// Properties.
    pub properties: &'static [Property],
    /// Where it exists.
    pub contexts: Contexts,
    /// Documentation.
    pub docs: Docs,
}

impl Class {
    /// The method or static function of this name; of two, the method. Methods of the class that it
    /// extends count.
    pub fn method(&self, name: &str) -> Option<&'static Function> {
        let named = || self.methods.iter().copied().filter(|m| m.name == name);
        let inherited = || self.extends?.method(name).filter(|m| !m.is_static);
        named().find(|m| !m.is_static).or_else(inherited).or_else(|| named().next())
    }

    /// Every method and static function that can be called on it, its own first.
    pub fn members(&self) -> impl Iterator<Item = &'static Function> {
        let lines = std::iter::successors(self.extends, |class| class.extends);
        let inherited = lines.flat_map(|class| class.methods).filter(|m| !m.is_static);
        self.methods.iter().chain(inherited).copied()
    }

    /// The static function of this name, which may also be the name of a method.
    pub fn static_function(&self, name: &str) -> Option<&'static Function> {
        self.methods.iter().copied().find(|m| m.is_static && m.name == name)
    }
}
