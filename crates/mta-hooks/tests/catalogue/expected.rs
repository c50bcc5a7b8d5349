//! The facts of the published catalogue.

use serde_json::Value as Json;

use crate::Facts;

const TEXT: &str = include_str!("../../../../tests/data/stdlib.json");

/// Every fact of the catalogue.
pub(crate) fn facts() -> Facts {
    let catalogue: Json = serde_json::from_str(TEXT).expect("the catalogue is JSON");
    let mut facts = Facts::new();
    for one in items(&catalogue["functions"]) {
        function(text(&one["name"]), one, &contexts(one), &mut facts);
    }
    let classes = items(&catalogue["classes"]);
    for one in classes {
        class(one, classes, &mut facts);
    }
    for one in items(&catalogue["compatibility_functions"]) {
        alias(one, &mut facts);
    }
    for (name, one) in catalogue["hooks"].as_object().expect("hooks") {
        hook(name, one, &mut facts);
    }
    facts
}

/// `* ` for everywhere, else the hooks.
fn contexts(one: &Json) -> String {
    items(&one["contexts"]).iter().map(text).collect::<Vec<_>>().join(" ")
}

fn function(place: &str, one: &Json, said: &str, facts: &mut Facts) {
    facts.insert(place.to_owned(), said.to_owned());
    for (at, param) in items(&one["parameters"]).iter().enumerate() {
        let required = if param["required"] == true { "required" } else { "optional" };
        let rest = if param["variadic"] == true { ", any number" } else { "" };
        let said = format!("{}. {}, {required}{rest}", at + 1, types(text(&param["type"])));
        facts.insert(format!("{place}({})", text(&param["name"])), said);
    }
    for option in items(&one["options"]) {
        let said = format!("default {}", shown(&option["default"]));
        facts.insert(format!("{place}[{}]", text(&option["name"])), said);
    }
}

fn class(one: &Json, classes: &[Json], facts: &mut Facts) {
    let name = text(&one["name"]);
    facts.insert(name.to_owned(), format!("class {}", contexts(one)));
    if one["instantiable"] == true {
        function(&format!("{name}()"), &one["constructor"], "constructor", facts);
    }
    for (method, is_own) in methods(one, classes) {
        let is_static = method["static"] == true;
        let arrow = if is_static { "::" } else { "->" };
        let place = format!("{name}{arrow}{}", text(&method["name"]));
        // What makes an instance of the class above is no function of this one.
        if (is_own || !is_static) && !facts.contains_key(&place) {
            function(&place, method, "method", facts);
        }
    }
}

/// The methods of a class, its own first, and then those of the classes that it extends.
fn methods<'j>(one: &'j Json, classes: &'j [Json]) -> Vec<(&'j Json, bool)> {
    let own = items(&one["methods"]).iter().map(|method| (method, true));
    let above = classes.iter().find(|above| above["name"] == one["extends"]);
    let inherited = above.into_iter().flat_map(|above| methods(above, classes));
    own.chain(inherited.map(|(method, _)| (method, false))).collect()
}

fn alias(one: &Json, facts: &mut Facts) {
    let names: Vec<_> = items(&one["parameters"]).iter().map(text).collect();
    let said = format!("older name, takes {}", names.join(", "));
    facts.insert(text(&one["name"]).to_owned(), said);
}

fn hook(name: &str, one: &Json, facts: &mut Facts) {
    facts.insert(format!("hook {name}"), "hook".to_owned());
    for variable in items(&one["variables"]) {
        let place = format!("{name}: {}", text(&variable["name"]));
        let readonly = if variable["readonly"] == true { "read-only" } else { "writable" };
        let said = format!("{}, {readonly}", types(text(&variable["type"])));
        facts.insert(place.clone(), said);
        keys(&place, variable, facts);
    }
    for verdict in items(&one["functions"]) {
        function(&format!("{name}: {}", text(&verdict["name"])), verdict, "function", facts);
    }
}

fn keys(place: &str, holder: &Json, facts: &mut Facts) {
    for key in items(&holder["keys"]).iter().chain(items(&holder["element_keys"])) {
        let place = format!("{place}[{}]", text(&key["name"]));
        let optional = if key["optional"] == true { "may be missing" } else { "always there" };
        facts.insert(place.clone(), format!("{}, {optional}", types(text(&key["type"]))));
        keys(&place, key, facts);
    }
}

/// The types of a union in the order of the alphabet: both sides write them in their own.
pub(crate) fn types(union: &str) -> String {
    let parts = union.split(',').flat_map(|part| part.split(" or ")).map(str::trim);
    let mut names: Vec<_> = parts.filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.join(" or ")
}

/// A default as the reference shows it.
fn shown(default: &Json) -> String {
    match default {
        Json::Null => "none".to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn items(list: &Json) -> &[Json] {
    list.as_array().map_or(&[], |items| items)
}

fn text(value: &Json) -> &str {
    value.as_str().expect("a text")
}
