//! Which arguments, options and keys of the library are ids of the configuration.
//!
//! Taken from the declarations; a verdict has another declaration in each hook, so what any of them
//! says counts.

use hsl_decl::{Catalog, Function, IdKind, Key};
use rustc_hash::FxHashMap;

/// What of one name is an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ids {
    /// Arguments by their place.
    pub(crate) arguments: Vec<(usize, IdKind)>,
    /// Options by their name.
    pub(crate) options: Vec<(&'static str, IdKind)>,
    /// Whether an argument is an id only with the option `id`; else it is the thing itself.
    pub(crate) on_demand: bool,
}

/// All of a catalogue, by name.
#[derive(Clone, Debug, Default)]
pub struct IdDeclarations {
    functions: FxHashMap<&'static str, Ids>,
    methods: FxHashMap<&'static str, Ids>,
    keys: FxHashMap<&'static str, IdKind>,
}

impl IdDeclarations {
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

    /// Options may be gathered before the call.
    fn note_options(&mut self, function: &'static Function) {
        let ids = function.options.iter().filter_map(|option| Some((option.name, option.id?)));
        self.keys.extend(ids);
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

fn note(known: &mut FxHashMap<&'static str, Ids>, function: &'static Function) {
    let arguments = function.params.iter().enumerate();
    let arguments: Vec<_> = arguments.filter_map(|(at, p)| Some((at, p.id?))).collect();
    let options = function.options.iter();
    let options: Vec<_> = options.filter_map(|o| Some((o.name, o.id?))).collect();
    if arguments.is_empty() && options.is_empty() {
        return;
    }
    let ids = known.entry(function.name).or_default();
    ids.arguments.extend(arguments);
    ids.options.extend(options);
    ids.on_demand |= function.options.iter().any(|option| option.name == "id");
}
