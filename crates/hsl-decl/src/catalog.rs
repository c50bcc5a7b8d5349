//! The index over all declarations.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Class, Contexts, Function, Hook, HookDecl};

/// Everything a script can name, found by name and hook.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    functions: BTreeMap<&'static str, &'static Function>,
    classes: BTreeMap<&'static str, &'static Class>,
    hooks: BTreeMap<Hook, &'static HookDecl>,
    /// Functions of instances by their name, those of the first class first.
    methods: BTreeMap<&'static str, Vec<&'static Function>>,
    /// Names of the verdicts of all hooks.
    verdicts: BTreeSet<&'static str>,
}

impl Catalog {
    /// An index over these declarations. Of two functions with one name the later wins.
    pub fn new(
        functions: impl IntoIterator<Item = &'static Function>,
        classes: impl IntoIterator<Item = &'static Class>,
        hooks: impl IntoIterator<Item = &'static HookDecl>,
    ) -> Self {
        let classes: BTreeMap<_, _> = classes.into_iter().map(|c| (c.name, c)).collect();
        let hooks: BTreeMap<_, _> = hooks.into_iter().map(|h| (h.hook, h)).collect();
        let mut methods: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let all = classes.values().flat_map(|class: &&Class| class.methods.iter().copied());
        for method in all.filter(|method| !method.is_static) {
            methods.entry(method.name).or_default().push(method);
        }
        let verdicts = hooks.values().flat_map(|hook: &&HookDecl| hook.verdicts);
        Self {
            functions: functions.into_iter().map(|f| (f.name, f)).collect(),
            verdicts: verdicts.map(|verdict| verdict.name).collect(),
            classes,
            hooks,
            methods,
        }
    }

    /// The function that `name` means in this hook (none: on the command line): the hook's verdict
    /// first, else the library's, if it exists there.
    pub fn function(&self, name: &str, hook: Option<Hook>) -> Option<&'static Function> {
        let verdict = hook
            .and_then(|hook| self.hooks.get(&hook))
            .and_then(|decl| decl.verdicts.iter().copied().find(|f| f.name == name));
        verdict.or_else(|| self.functions.get(name).copied().filter(|f| f.contexts.allow(hook)))
    }

    /// The class that `name` means in this hook.
    pub fn class(&self, name: &str, hook: Option<Hook>) -> Option<&'static Class> {
        self.classes.get(name).copied().filter(|c| c.contexts.allow(hook))
    }

    /// The declaration of a hook.
    pub fn hook(&self, hook: Hook) -> Option<&'static HookDecl> {
        self.hooks.get(&hook).copied()
    }

    /// Library functions of every context, by name; verdicts are in [`HookDecl::verdicts`].
    pub fn functions(&self) -> impl Iterator<Item = &'static Function> {
        self.functions.values().copied()
    }

    /// Classes of every context, by name.
    pub fn classes(&self) -> impl Iterator<Item = &'static Class> {
        self.classes.values().copied()
    }

    /// The methods of this name, of whatever class.
    pub fn methods_named(&self, name: &str) -> &[&'static Function] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a name means the same function or class in every hook and on the command line.
    pub fn is_everywhere(&self, name: &str) -> bool {
        let contexts = match self.functions.get(name) {
            Some(function) => Some(function.contexts),
            None => self.classes.get(name).map(|class| class.contexts),
        };
        contexts == Some(Contexts::Everywhere) && !self.verdicts.contains(name)
    }

    /// Hooks in the order of a message's life.
    pub fn hooks(&self) -> impl Iterator<Item = &'static HookDecl> {
        self.hooks.values().copied()
    }

    /// The hooks in which a function or verdict of this name exists.
    pub fn hooks_with(&self, name: &str) -> impl Iterator<Item = Hook> {
        Hook::ALL.into_iter().filter(move |hook| {
            self.function(name, Some(*hook)).is_some() || self.class(name, Some(*hook)).is_some()
        })
    }
}
