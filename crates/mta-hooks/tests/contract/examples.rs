//! Examples of what exists only in hooks run there. Those of the library run in its own tests.

use hsl_decl::{Contexts, Function, Hook};

use crate::none;
use crate::scripts;

/// Every function that only hooks have, with one of them.
fn functions() -> Vec<(Hook, &'static Function)> {
    let catalog = mta_hooks::catalog();
    let verdicts = catalog
        .hooks()
        .flat_map(|hook| hook.verdicts.iter().map(move |verdict| (hook.hook, *verdict)));
    let first = |contexts: Contexts| match contexts {
        Contexts::Everywhere => None,
        Contexts::Hooks(hooks) => hooks.iter().next(),
    };
    let plain = catalog.functions().filter_map(|f| Some((first(f.contexts)?, f)));
    let methods = catalog.classes().filter_map(|class| Some((first(class.contexts)?, class)));
    let methods = methods.flat_map(|(hook, class)| class.methods.iter().map(move |m| (hook, *m)));
    verdicts.chain(plain).chain(methods).collect()
}

#[test]
fn examples_of_hooks_run_there() {
    let mut wrong = Vec::new();
    for (hook, function) in functions() {
        for example in function.docs.examples() {
            if let Err(error) = scripts::run(Some(hook), example) {
                wrong.push(format!("{hook}: {}: {error}", function.name));
            }
        }
    }
    none(wrong);
}
