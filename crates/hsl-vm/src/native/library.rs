//! What the names of natives mean at run time.

use std::collections::HashMap;

use hsl_decl::{Effect, Function};

use super::mock::StandIns;
use super::{Native, NativeClass};

/// Index of a native in its library.
pub type NativeId = u32;

/// Bindings of declared functions and classes to Rust code. Shared by all programs of a hook.
#[derive(Default)]
pub struct Library {
    pub(super) entries: Vec<Entry>,
    pub(super) classes: Vec<&'static NativeClass>,
    /// What methods are replaced by; nothing where no test runs.
    pub(crate) methods: Option<StandIns>,
    pub(super) names: HashMap<String, NativeId>,
}

/// One bound function.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) decl: &'static Function,
    pub(crate) native: Native,
}

impl Library {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds a function under its declared name; the later of two wins.
    pub fn insert(&mut self, decl: &'static Function, native: Native) {
        self.bind(decl.name.to_owned(), Entry { decl, native });
    }

    /// Binds a class: its constructor under the class name, static functions as `Class::name`.
    pub fn insert_class(&mut self, class: &'static NativeClass) {
        self.classes.push(class);
        if let (Some(decl), Some(native)) = (class.decl.constructor, class.constructor) {
            self.bind(class.decl.name.to_owned(), Entry { decl, native });
        }
        for (decl, native) in class.statics {
            let name = format!("{}::{}", class.decl.name, decl.name);
            self.bind(name, Entry { decl, native: *native });
        }
    }

    fn bind(&mut self, name: String, entry: Entry) {
        self.entries.push(entry);
        self.names.insert(name, self.entries.len() as NativeId - 1);
    }

    /// The native of this name.
    pub fn find(&self, name: &str) -> Option<NativeId> {
        self.names.get(name).copied()
    }

    /// Its declaration.
    pub fn declaration(&self, id: NativeId) -> Option<&'static Function> {
        self.entries.get(id as usize).map(|entry| entry.decl)
    }

    /// Its code.
    pub fn native(&self, id: NativeId) -> Option<Native> {
        self.entries.get(id as usize).map(|entry| entry.native)
    }

    /// Whether a call with constants may be computed at compile time.
    pub fn is_pure(&self, id: NativeId) -> bool {
        self.declaration(id).is_some_and(|decl| decl.effect == Effect::Pure)
    }

    /// The class of this name.
    pub fn class(&self, name: &str) -> Option<&'static NativeClass> {
        self.classes.iter().rev().copied().find(|class| class.decl.name == name)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<Entry> {
        self.entries.get(self.find(name)? as usize).copied()
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Library of {} functions", self.names.len())
    }
}
