//! What options say about each other names what their function has.

use hsl_decl::{Condition, Function};

/// Every function with options, with its name.
fn functions() -> Vec<(String, &'static Function)> {
    let catalog = mta_hooks::test_catalog();
    let mut all: Vec<_> = catalog.functions().map(|one| (one.name.to_owned(), one)).collect();
    for class in catalog.classes() {
        let members = class.constructor.into_iter().chain(class.members());
        all.extend(members.map(|one| (format!("{}->{}", class.name, one.name), one)));
    }
    for hook in catalog.hooks() {
        all.extend(hook.verdicts.iter().map(|one| (format!("{}: {}", hook.hook, one.name), *one)));
    }
    all.retain(|(_, one)| !one.options.is_empty());
    all
}

#[test]
fn conditions_name_options_and_parameters() {
    let mut idle = 0;
    for (place, function) in functions() {
        let has_option = |name: &str| function.options.iter().any(|option| option.name == name);
        let has_param = |name: &str| function.params.iter().any(|param| param.name == name);
        for option in function.options {
            for other in option.needs.into_iter().chain(option.excludes) {
                assert!(has_option(other), "{place}: {} names {other}", option.name);
            }
            for condition in option.idle.iter().flat_map(|idle| idle.0) {
                let known = match condition {
                    Condition::Given(other) | Condition::Is(other, _) => {
                        *other != option.name && has_option(other)
                    }
                    Condition::Argument(param, _) | Condition::Begins(param, _) => has_param(param),
                };
                assert!(known, "{place}: {} has no effect when {condition}", option.name);
                idle += 1;
            }
        }
    }
    assert!(idle > 20, "only {idle} conditions");
}
