//! What holds for every declared function, method and verdict: documented in full, examples that
//! run, arguments and options that are checked.

mod arguments;
mod documented;
mod examples;
mod replaced;
mod scripts;

use hsl_decl::{Contexts, Function, Hook};

/// A function as a script reaches it.
pub(crate) struct Callee {
    /// What a script writes: `length`, `Map`, `File::read`.
    pub(crate) name: String,
    /// Its declaration.
    pub(crate) decl: &'static Function,
    /// Where it can be called; none is the command line.
    pub(crate) hook: Option<Hook>,
}

/// Every function, constructor, static function and verdict. Methods need an instance and are not
/// among them.
pub(crate) fn callees() -> Vec<Callee> {
    let catalog = mta_hooks::catalog();
    let place = |contexts: Contexts| match contexts {
        Contexts::Everywhere => None,
        Contexts::Hooks(hooks) => hooks.iter().next(),
    };
    let functions = catalog.functions().map(|decl| Callee {
        name: decl.name.to_owned(),
        decl,
        hook: place(decl.contexts),
    });
    let of_classes = catalog.classes().flat_map(|class| {
        let statics = class.methods.iter().copied().filter(|method| method.is_static);
        let statics = statics.map(|decl| (format!("{}::{}", class.name, decl.name), decl));
        let constructor = class.constructor.map(|decl| (class.name.to_owned(), decl));
        let hook = place(class.contexts);
        statics.chain(constructor).map(move |(name, decl)| Callee { name, decl, hook })
    });
    let verdicts = catalog.hooks().flat_map(|hook| {
        hook.verdicts.iter().map(|decl| Callee {
            name: decl.name.to_owned(),
            decl,
            hook: Some(hook.hook),
        })
    });
    functions.chain(of_classes).chain(verdicts).collect()
}

/// Fails with all complaints.
#[track_caller]
pub(crate) fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
