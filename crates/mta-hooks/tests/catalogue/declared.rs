//! The facts of our own declarations.

use hsl_decl::{Class, Contexts, Function, HookDecl, Key};

use crate::Facts;
use crate::expected::types;

/// Every fact of the declarations.
pub(crate) fn facts() -> Facts {
    let catalog = mta_hooks::catalog();
    let mut facts = Facts::new();
    for one in catalog.functions() {
        match (one.contexts, one.deprecated) {
            (_, Some(_)) => alias(one, &mut facts),
            (Contexts::Everywhere, None) => function(one.name, one, "*", &mut facts),
            (Contexts::Hooks(hooks), None) => hooks.iter().for_each(|hook| {
                function(&format!("{hook}: {}", one.name), one, "function", &mut facts)
            }),
        }
    }
    catalog.classes().for_each(|one| class(one, &mut facts));
    catalog.hooks().for_each(|one| hook(one, &mut facts));
    facts
}

fn function(place: &str, one: &Function, said: &str, facts: &mut Facts) {
    facts.insert(place.to_owned(), said.to_owned());
    for (at, param) in one.params.iter().enumerate() {
        let required = if param.required { "required" } else { "optional" };
        let rest = if param.rest { ", any number" } else { "" };
        let said = format!("{}. {}, {required}{rest}", at + 1, types(&param.ty.to_string()));
        facts.insert(format!("{place}({})", param.name), said);
    }
    for option in one.options {
        let said = format!("default {}", option.default.unwrap_or("none"));
        facts.insert(format!("{place}[{}]", option.name), said);
    }
}

fn class(one: &Class, facts: &mut Facts) {
    let contexts = match one.contexts {
        Contexts::Everywhere => "*".to_owned(),
        Contexts::Hooks(hooks) => {
            hooks.iter().map(|hook| hook.as_str()).collect::<Vec<_>>().join(" ")
        }
    };
    facts.insert(one.name.to_owned(), format!("class {contexts}"));
    if let Some(constructor) = one.constructor {
        function(&format!("{}()", one.name), constructor, "constructor", facts);
    }
    for method in one.members() {
        let arrow = if method.is_static { "::" } else { "->" };
        function(&format!("{}{arrow}{}", one.name, method.name), method, "method", facts);
    }
    for property in one.properties {
        facts.insert(format!("{}->{}", one.name, property.name), "property".to_owned());
    }
}

fn alias(one: &Function, facts: &mut Facts) {
    let names: Vec<_> = one.params.iter().map(|param| param.name).collect();
    facts.insert(one.name.to_owned(), format!("older name, takes {}", names.join(", ")));
}

fn hook(one: &HookDecl, facts: &mut Facts) {
    let hook = one.hook;
    facts.insert(format!("hook {hook}"), "hook".to_owned());
    for variable in one.variables {
        let place = format!("{hook}: {}", variable.name);
        let readonly = if variable.readonly { "read-only" } else { "writable" };
        facts.insert(place.clone(), format!("{}, {readonly}", types(&variable.ty.to_string())));
        keys(&place, variable.keys, facts);
    }
    for verdict in one.verdicts {
        function(&format!("{hook}: {}", verdict.name), verdict, "function", facts);
    }
}

fn keys(place: &str, keys_below: &[Key], facts: &mut Facts) {
    for key in keys_below {
        let place = format!("{place}[{}]", key.name);
        let optional = if key.optional { "may be missing" } else { "always there" };
        facts.insert(place.clone(), format!("{}, {optional}", types(&key.ty.to_string())));
        keys(&place, key.keys, facts);
    }
}
