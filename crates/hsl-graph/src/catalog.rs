//! Which arguments, options and keys of the library are ids of the configuration, and which keys of
//! hook variables came with a later version of it.
//!
//! Taken from the declarations; a verdict has another declaration in each hook, and so has a variable,
//! so what any of them says counts.

use std::sync::Arc;

use hsl_decl::{Catalog, Function, IdKind, Key, OptionDecl};
use rustc_hash::FxHashMap;

/// What of one name is an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids {
    /// Arguments by their place.
    pub(crate) arguments: Vec<(usize, IdKind)>,
    /// Keys of arrays that it takes, where some are ids or have some below.
    pub(crate) keys: Vec<&'static [OptionDecl]>,
    /// Whether an argument is an id only with the option `id`; else it is the thing itself.
    pub(crate) on_demand: bool,
}

/// All of a catalogue, by name.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    functions: FxHashMap<&'static str, Ids>,
    methods: FxHashMap<&'static str, Ids>,
    keys: FxHashMap<&'static str, IdKind>,
    /// Keys of hook variables that have dated keys, one list a hook.
    dated: FxHashMap<&'static str, Vec<&'static [Key]>>,
}

impl Declarations {
    /// Reads the declarations of a catalogue.
    pub fn of(catalog: &Catalog) -> Self {
        let mut found = Self::default();
        let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().copied());
        for function in catalog.functions().chain(verdicts) {
            note(&mut found.functions, function);
            found.note_options(function);
        }
        for method in catalog.classes().flat_map(|class| class.methods) {
            note(&mut found.methods, method);
        }
        for variable in catalog.hooks().flat_map(|hook| hook.variables) {
            found.note_keys(variable.keys);
            if is_dated(variable.keys) {
                found.dated.entry(variable.name).or_default().push(variable.keys);
            }
        }
        found
    }

    /// What is an id in calls of this function.
    pub(crate) fn function(&self, name: &str) -> Option<&Ids> {
        self.functions.get(name)
    }

    /// What is an id in calls of methods of this name.
    pub(crate) fn method(&self, name: &str) -> Option<&Ids> {
        self.methods.get(name)
    }

    /// What the value of a key of this name is.
    pub fn key(&self, name: &str) -> Option<IdKind> {
        self.keys.get(name).copied()
    }

    /// Whether a hook variable has keys that came with a later version.
    pub(crate) fn has_dated(&self, variable: &str) -> bool {
        self.dated.contains_key(variable)
    }

    /// The key of a hook variable at a way of keys, when it came with a later version.
    pub(crate) fn dated(&self, variable: &str, way: &[Arc<str>]) -> Option<&'static Key> {
        let found = self.dated.get(variable)?.iter().filter_map(|keys| at(keys, way));
        found.into_iter().find(|key| key.since.is_some())
    }

    /// Options may be gathered before the call.
    fn note_options(&mut self, function: &'static Function) {
        let options = arrays(function).flatten();
        self.keys.extend(options.filter_map(|option| Some((option.name, option.id?))));
    }

    fn note_keys(&mut self, keys: &'static [Key]) {
        for key in keys {
            if let Some(id) = key.id {
                self.keys.insert(key.name, id);
            }
            self.note_keys(key.keys);
        }
    }
}

fn is_dated(keys: &[Key]) -> bool {
    keys.iter().any(|key| key.since.is_some() || is_dated(key.keys))
}

fn at(keys: &'static [Key], way: &[Arc<str>]) -> Option<&'static Key> {
    let (first, rest) = way.split_first()?;
    let key = keys.iter().find(|key| *key.name == **first)?;
    if rest.is_empty() { Some(key) } else { at(key.keys, rest) }
}

fn note(known: &mut FxHashMap<&'static str, Ids>, function: &'static Function) {
    let arguments = function.params.iter().enumerate();
    let arguments: Vec<_> = arguments.filter_map(|(at, p)| Some((at, p.id?))).collect();
    let keys: Vec<_> = arrays(function).filter(|keys| has_ids(keys)).collect();
    if arguments.is_empty() && keys.is_empty() {
        return;
    }
    let ids = known.entry(function.name).or_default();
    ids.arguments.extend(arguments);
    ids.keys.extend(keys);
    ids.on_demand |= function.options.iter().any(|option| option.name == "id");
}

/// The keys of each array that a function takes.
fn arrays(function: &'static Function) -> impl Iterator<Item = &'static [OptionDecl]> {
    let params = function.params.iter().map(|param| param.keys);
    params.chain([function.options]).filter(|keys| !keys.is_empty())
}

fn has_ids(keys: &[OptionDecl]) -> bool {
    keys.iter().any(|key| key.id.is_some() || has_ids(key.keys))
}
