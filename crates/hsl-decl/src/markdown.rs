//! Declarations as pages of the reference.
//!
//! *Invariants.* A page is a function of its declarations: the same ones give the same bytes.
//!
//! *Not here.* Which pages there are and where they lie (`cargo xtask generate`), what a terminal
//! shows (`mailstop doc`).

use std::fmt::Write as _;

use crate::{Class, Contexts, Docs, Function, HookDecl, Key, OptionDecl};

/// A page of functions.
pub fn topic(title: &str, functions: &[&Function]) -> String {
    let mut page = format!("# {title}\n\n");
    let links = functions.iter().map(|f| format!("[`{0}`](#{1})", f.name, anchor(f.name)));
    page.push_str(&links.collect::<Vec<_>>().join(" · "));
    page.push('\n');
    for one in functions {
        function(one.name, one, &mut page);
    }
    page
}

/// The page of a class.
pub fn class(class: &Class) -> String {
    let mut page = format!("# {}\n\n", class.name);
    docs(class.docs, &mut page);
    contexts(class.contexts, &mut page);
    if !class.properties.is_empty() {
        page.push_str("\n| Property | Type | Meaning |\n|---|---|---|\n");
    }
    for one in class.properties {
        row(&mut page, &[&format!("`->{}`", one.name), &one.ty.to_string(), one.doc]);
    }
    if let Some(constructor) = class.constructor {
        function(class.name, constructor, &mut page);
    }
    for method in class.methods {
        let arrow = if method.is_static { "::" } else { "->" };
        function(&format!("{}{arrow}{}", class.name, method.name), method, &mut page);
    }
    page
}

/// The page of a hook: its variables, its verdicts, and other functions that exist only there.
pub fn hook(hook: &HookDecl, functions: &[&Function]) -> String {
    let mut page = format!("# The {} hook\n\nRuns at: {}.\n\n", hook.hook, hook.event);
    docs(hook.docs, &mut page);
    let (implicit, on_error) = (hook.implicit, hook.on_error);
    // A String takes any text, here and below.
    let _ = writeln!(page, "\nWithout a verdict: {implicit}. After an error: {on_error}.");
    page.push_str("\n## Variables\n\n| Variable | Type | Meaning |\n|---|---|---|\n");
    for variable in hook.variables {
        let access = if variable.readonly { "" } else { " Can be assigned." };
        let doc = format!("{}{access}", variable.doc);
        row(&mut page, &[&format!("`{}`", variable.name), &variable.ty.to_string(), &doc]);
        keys(variable.name, variable.keys, &mut page);
    }
    for one in hook.verdicts.iter().chain(functions) {
        function(one.name, one, &mut page);
    }
    page
}

fn function(title: &str, function: &Function, page: &mut String) {
    let _ = write!(page, "\n## {title}\n\n```text\n{}\n```\n\n", function.signature());
    docs(function.docs, page);
    contexts(function.contexts, page);
    if let Some(other) = function.deprecated {
        let _ = writeln!(page, "\nKept for older scripts; use `{other}`.");
    }
    if !function.options.is_empty() {
        page.push_str("\n| Option | Type | Default | Meaning |\n|---|---|---|---|\n");
    }
    options("", function.options, page);
    for param in function.params.iter().filter(|param| !param.keys.is_empty()) {
        let _ = writeln!(
            page,
            "\n| Key of `${}` | Type | Default | Meaning |\n|---|---|---|---|",
            param.name
        );
        options("", param.keys, page);
    }
    if !function.keys.is_empty() {
        page.push_str("\n| Key of the result | Type | Meaning |\n|---|---|---|\n");
        keys("", function.keys, page);
    }
}

/// Rows of options with the keys of the arrays that they take.
fn options(place: &str, options_below: &[OptionDecl], page: &mut String) {
    for option in options_below {
        let default = option.default.unwrap_or("none");
        let values = option.about_values().map(|text| format!(" {text}")).unwrap_or_default();
        let name = match place {
            "" => option.name.to_owned(),
            _ => format!("{place}[{:?}]", option.name),
        };
        let doc = format!("{}{values} {}", option.doc, option.limits());
        row(page, &[&format!("`{name}`"), &option.ty.to_string(), default, doc.trim_end()]);
        options(&name, option.own_keys(), page);
        options(&format!("{name}[]"), option.keys_of_each(), page);
    }
}

/// Rows of keys with what lies below them.
fn keys(place: &str, keys_below: &[Key], page: &mut String) {
    for key in keys_below {
        let place = format!("{place}[\"{}\"]", key.name);
        row(page, &[&format!("`{place}`"), &key.ty.to_string(), &key.about()]);
        keys(&place, key.keys, page);
    }
}

fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn contexts(contexts: Contexts, page: &mut String) {
    if let Contexts::Hooks(hooks) = contexts {
        let names: Vec<_> = hooks.iter().map(|hook| hook.as_str()).collect();
        let _ = writeln!(page, "\nExists in: {}.", names.join(", "));
    }
}

/// The text, its headings two levels lower, outside of code.
fn docs(docs: Docs, page: &mut String) {
    let mut is_code = false;
    for line in docs.0.trim().lines() {
        is_code ^= line.starts_with("```");
        let heading = line.strip_prefix("# ").filter(|_| !is_code);
        let _ = match heading {
            Some(heading) => writeln!(page, "### {heading}"),
            None => writeln!(page, "{line}"),
        };
    }
}

/// The anchor that a page gives to a heading of this name.
fn anchor(name: &str) -> String {
    let kept = name.chars().filter(|c| c.is_alphanumeric() || *c == '_');
    kept.flat_map(char::to_lowercase).collect()
}
