//! What a program is compiled for.

use hsl_decl::{COMMAND_LINE, Catalog, Class, Function, Hook, HookSet, Variable};

/// The surroundings of a program: where it runs and what exists there.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'c> {
    /// The hook it runs in; none on the command line.
    pub hook: Option<Hook>,
    /// Everything that can be named.
    pub catalog: &'c Catalog,
    /// Whether the file is only ever imported, so that names of every hook are accepted.
    pub library: bool,
    /// The hooks that reach a library; all of them when that is not known.
    pub reached: HookSet,
}

impl<'c> Unit<'c> {
    /// A script of this hook, or of the command line.
    pub fn new(hook: Option<Hook>, catalog: &'c Catalog) -> Self {
        Self { hook, catalog, library: false, reached: HookSet::NONE }
    }

    /// A file that others import or include, looked at alone.
    pub fn library(catalog: &'c Catalog) -> Self {
        Self::reached_from(catalog, HookSet::ALL)
    }

    /// A file that others import or include, of which it is known that these hooks reach it. Without
    /// any, what it says itself is all there is to know.
    pub fn reached_from(catalog: &'c Catalog, hooks: HookSet) -> Self {
        let reached = if hooks.is_empty() { HookSet::ALL } else { hooks };
        Self { hook: None, catalog, library: true, reached }
    }

    /// The library function or verdict of this name.
    pub fn function(&self, name: &str) -> Option<&'static Function> {
        let here = self.catalog.function(name, self.hook);
        here.or_else(|| self.any_hook(|hook| self.catalog.function(name, Some(hook))))
    }

    /// The library class of this name.
    pub fn class(&self, name: &str) -> Option<&'static Class> {
        let here = self.catalog.class(name, self.hook);
        here.or_else(|| self.any_hook(|hook| self.catalog.class(name, Some(hook))))
    }

    /// The predefined variables: those of the hook, or of the command line without one.
    pub fn variables(&self) -> Vec<&'static Variable> {
        let mut found: Vec<&'static Variable> = Vec::new();
        if self.hook.is_none() {
            found.extend(&COMMAND_LINE);
        }
        for variable in self.variables_of_hooks() {
            if found.iter().all(|known| known.name != variable.name) {
                found.push(variable);
            }
        }
        found
    }

    /// The predefined variables as each hook declares them that it may run in.
    pub fn variables_of_hooks(&self) -> impl Iterator<Item = &'static Variable> {
        let hooks = match self.library {
            true => self.reached,
            false => self.hook.map_or(HookSet::NONE, |hook| HookSet::of(&[hook])),
        };
        hooks.iter().filter_map(|hook| self.catalog.hook(hook)).flat_map(|decl| decl.variables)
    }

    /// Every name that can be called here.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let functions = self.catalog.functions().map(|f| f.name);
        let classes = self.catalog.classes().map(|c| c.name);
        let verdicts = self.catalog.hooks().flat_map(|h| h.verdicts.iter().map(|f| f.name));
        functions
            .chain(classes)
            .chain(verdicts)
            .filter(|name| self.function(name).is_some() || self.class(name).is_some())
    }

    fn any_hook<T>(&self, find: impl Fn(Hook) -> Option<T>) -> Option<T> {
        if !self.library {
            return None;
        }
        self.reached.iter().find_map(&find).or_else(|| Hook::ALL.into_iter().find_map(&find))
    }
}
