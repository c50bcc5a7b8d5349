//! Every declaration has its words.

use hsl_decl::{Function, Key};

use crate::none;

/// Topics of things that somebody else specified: each function names where.
const SPECIFIED: &[&str] = &["codecs", "csv", "hash", "json", "mail", "urls", "keys", "mime"];

/// Every function and method, with the name of its class before it.
fn functions() -> Vec<(String, &'static Function)> {
    let catalog = mta_hooks::test_catalog();
    let of_classes = catalog.classes().flat_map(|class| {
        let all = class.constructor.into_iter().chain(class.methods.iter().copied());
        all.map(|function| (format!("{}->{}", class.name, function.name), function))
    });
    let of_hooks = catalog.hooks().flat_map(|hook| {
        hook.verdicts
            .iter()
            .map(move |verdict| (format!("{}: {}", hook.hook, verdict.name), *verdict))
    });
    let plain = catalog.functions().map(|function| (function.name.to_owned(), function));
    plain.chain(of_classes).chain(of_hooks).collect()
}

#[test]
fn functions_have_summary_errors_example_and_source() {
    let mut wrong = Vec::new();
    for (name, function) in functions() {
        let docs = function.docs;
        let mut require = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{name}: {what}"));
            }
        };
        require(docs.summary().ends_with('.'), "the first paragraph is no sentence");
        require(docs.section("Errors").is_some_and(|text| !text.is_empty()), "no `# Errors`");
        require(docs.examples().next().is_some(), "no example");
        require(docs.0.contains("Since: ") && docs.0.contains("Compat: "), "no `Since`, `Compat`");
        let is_specified = SPECIFIED.contains(&function.topic) || docs.0.contains(" RFC ");
        // What kind a value is, only we say.
        let is_specified = is_specified && !function.name.starts_with("is_");
        let is_older = function.deprecated.is_some();
        let is_own = docs.0.contains("EODMailMessage") || name.starts_with("EODMailMessage");
        require(!is_specified || is_older || is_own || docs.0.contains("Source: "), "no `Source:`");
    }
    none(wrong);
}

#[test]
fn options_variables_and_keys_are_explained() {
    let mut wrong = Vec::new();
    for (name, function) in functions() {
        let options = function.options.iter().filter(|option| !is_sentence(option.doc));
        wrong.extend(options.map(|option| format!("{name}[{}]: {:?}", option.name, option.doc)));
        keys(&name, function.keys, &mut wrong);
    }
    for hook in mta_hooks::HOOKS {
        for variable in hook.variables {
            let place = format!("{}: {}", hook.hook, variable.name);
            if !is_sentence(variable.doc) {
                wrong.push(format!("{place}: {:?}", variable.doc));
            }
            keys(&place, variable.keys, &mut wrong);
        }
    }
    none(wrong);
}

fn keys(place: &str, keys_below: &[Key], wrong: &mut Vec<String>) {
    for key in keys_below {
        let place = format!("{place}[{}]", key.name);
        if !is_sentence(key.doc) {
            wrong.push(format!("{place}: {:?}", key.doc));
        }
        keys(&place, key.keys, wrong);
    }
}

fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && text.len() > 3
}
