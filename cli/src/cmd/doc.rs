//! `mailstop doc`.

use std::fmt::Write as _;

use hsl_decl::{Class, Function, Hook, HookDecl, Key, OptionDecl};
use mta_config::export;
use serde_json::Value as Json;

use crate::args::Doc;
use crate::exit::{Exit, Failure};
use crate::out::say;

/// Prints the manual of a name.
pub(crate) fn run(args: &Doc) -> Result<Exit, Failure> {
    show(&args.name)
}

/// Prints the manual of a name.
pub(crate) fn show(name: &str) -> Result<Exit, Failure> {
    let name = name.trim_start_matches('$').trim_end_matches("()");
    let pages = pages(name);
    if pages.is_empty() {
        let failure = Failure::new(Exit::Findings, format!("nothing is called `{name}`"));
        return Err(match diagnostics::nearest(name, names()) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("names of functions, classes, hooks and configuration keys"),
        });
    }
    say!("{}", pages.join("\n").trim_end());
    Ok(Exit::Done)
}

fn names() -> impl Iterator<Item = &'static str> {
    let catalog = mta_hooks::catalog();
    let functions = catalog.functions().map(|function| function.name);
    let classes = catalog.classes().map(|class| class.name);
    let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().map(|f| f.name));
    let hooks = Hook::ALL.into_iter().map(Hook::as_str);
    functions.chain(classes).chain(verdicts).chain(hooks)
}

/// Everything of this name: a function, a class or `Class->method`, verdicts by hook, a hook, a
/// configuration file or key.
fn pages(name: &str) -> Vec<String> {
    let catalog = mta_hooks::catalog();
    let mut pages = Vec::new();
    pages.extend(catalog.functions().filter(|f| f.name == name).map(|f| function(f, None)));
    pages.extend(catalog.classes().filter(|c| c.name == name).map(class));
    for class in catalog.classes() {
        let method = name.strip_prefix(class.name).and_then(|rest| {
            class.method(rest.strip_prefix("->").or_else(|| rest.strip_prefix("::"))?)
        });
        pages.extend(method.map(|method| function(method, None)));
    }
    for hook in catalog.hooks() {
        let verdicts = hook.verdicts.iter().filter(|verdict| verdict.name == name);
        pages.extend(verdicts.map(|verdict| function(verdict, Some(hook.hook))));
    }
    pages.extend(catalog.hooks().filter(|h| h.hook.as_str() == name).map(hook));
    pages.extend(configuration(name));
    pages
}

fn function(function: &Function, hook: Option<Hook>) -> String {
    let place = hook.map(|hook| format!("  (hook {hook})")).unwrap_or_default();
    let mut page = format!("{}{place}\n\n{}\n", function.signature(), function.docs.0.trim());
    if let Some(other) = function.deprecated {
        let _ = writeln!(page, "\nKept for older scripts; use {other}.");
    }
    if !function.options.is_empty() {
        page.push_str("\nOptions:\n");
        function.options.iter().for_each(|one| option(one, &mut page));
    }
    keys("Keys of the result", function.keys, &mut page);
    page
}

fn option(option: &OptionDecl, page: &mut String) {
    let default = option.default.map(|text| format!(" = {text}")).unwrap_or_default();
    let _ = writeln!(page, "  {} ({}{default})  {}", option.name, option.ty, option.doc);
}

fn keys(title: &str, keys: &[Key], page: &mut String) {
    if !keys.is_empty() {
        let _ = writeln!(page, "\n{title}:");
        below(keys, 1, page);
    }
}

fn below(keys: &[Key], depth: usize, page: &mut String) {
    for key in keys {
        let optional = if key.optional { ", may be missing" } else { "" };
        let indent = "  ".repeat(depth);
        let _ = writeln!(page, "{indent}{} ({}{optional})  {}", key.name, key.ty, key.doc);
        below(key.keys, depth + 1, page);
    }
}

fn class(class: &Class) -> String {
    let mut page = format!("class {}\n\n{}\n", class.name, class.docs.0.trim());
    if let Some(constructor) = class.constructor {
        let _ = writeln!(page, "\n{}", constructor.signature());
    }
    for property in class.properties {
        let _ = writeln!(page, "  ->{} ({})  {}", property.name, property.ty, property.doc);
    }
    for method in class.methods {
        let arrow = if method.is_static { "::" } else { "->" };
        let _ = writeln!(page, "  {arrow}{}  {}", method.signature(), method.docs.summary());
    }
    page
}

fn hook(hook: &HookDecl) -> String {
    let mut page = format!("hook {}\n\n{}\n\n{}\n", hook.hook, hook.event, hook.docs.0.trim());
    let _ =
        writeln!(page, "\nWithout a verdict: {}. On an error: {}.", hook.implicit, hook.on_error);
    page.push_str("\nVerdicts:\n");
    for verdict in hook.verdicts {
        let _ = writeln!(page, "  {}  {}", verdict.signature(), verdict.docs.summary());
    }
    for variable in hook.variables {
        keys(
            &format!("{} — {}", variable.name, variable.doc.trim_end_matches('.')),
            variable.keys,
            &mut page,
        );
    }
    page
}

/// The reference of a configuration file, or the rows of the keys below a path of it.
fn configuration(name: &str) -> Vec<String> {
    let files =
        [("smtpd.yaml", export::startup_schema()), ("smtpd-app.yaml", export::running_schema())];
    let page = |(file, schema): &(&str, Json)| {
        let page = export::reference_page(schema);
        if *file == name {
            return Some(page);
        }
        let plain = name.replace("[]", "");
        let (exactly, below) = (format!("| `{plain}`"), format!("| `{plain}."));
        let is_wanted = |line: &&str| {
            let line = line.replace("[]", "");
            line.starts_with(&exactly) || line.starts_with(&below)
        };
        let rows: Vec<_> = page.lines().filter(is_wanted).collect();
        (!rows.is_empty()).then(|| format!("{file}\n\n{}\n", rows.join("\n")))
    };
    files.iter().filter_map(page).collect()
}
