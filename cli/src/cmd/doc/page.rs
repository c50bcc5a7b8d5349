//! What a terminal shows of a declaration.

use std::fmt::Write as _;

use diagnostics::Code;
use hsl_decl::{Class, Function, Hook, HookDecl, Key, OptionDecl, Variable};

pub(super) fn function(function: &Function, hook: Option<Hook>) -> String {
    let place = hook.map(|hook| format!("  (hook {hook})")).unwrap_or_default();
    let mut page = format!("{}{place}\n\n{}\n", function.signature(), function.docs.0.trim());
    if let Some(other) = function.deprecated {
        let _ = writeln!(page, "\nKept for older scripts; use {other}.");
    }
    if !function.options.is_empty() {
        page.push_str("\nOptions:\n");
        options(function.options, 1, &mut page);
    }
    for param in function.params.iter().filter(|param| !param.keys.is_empty()) {
        let _ = writeln!(page, "\nKeys of ${}:", param.name);
        options(param.keys, 1, &mut page);
    }
    keys("Keys of the result", function.keys, &mut page);
    page
}

fn options(options_below: &[OptionDecl], depth: usize, page: &mut String) {
    let indent = "  ".repeat(depth);
    for option in options_below {
        let OptionDecl { name, ty, doc, .. } = option;
        let default = option.default.map(|text| format!(" = {text}")).unwrap_or_default();
        let values = option.about_values().map(|text| format!(" {text}")).unwrap_or_default();
        let doc = format!("{doc}{values} {}", option.limits());
        let _ = writeln!(page, "{indent}{name} ({ty}{default})  {}", doc.trim_end());
        options(option.keys, depth + 1, page);
    }
}

fn keys(title: &str, keys: &[Key], page: &mut String) {
    if !keys.is_empty() {
        let _ = writeln!(page, "\n{title}:");
        below(keys, 1, page);
    }
}

fn below(keys: &[Key], depth: usize, page: &mut String) {
    for key in keys {
        let indent = "  ".repeat(depth);
        let _ = writeln!(page, "{indent}{} ({})  {}", key.name, key.ty, key.about());
        below(key.keys, depth + 1, page);
    }
}

pub(super) fn class(class: &Class) -> String {
    let mut page = format!("class {}\n\n{}\n", class.name, class.docs.0.trim());
    if let Some(constructor) = class.constructor {
        let _ = writeln!(page, "\n{}", constructor.signature());
    }
    for property in class.properties {
        let _ = writeln!(page, "  ->{} ({})  {}", property.name, property.ty, property.doc);
    }
    for method in class.members() {
        let arrow = if method.is_static { "::" } else { "->" };
        let _ = writeln!(page, "  {arrow}{}  {}", method.signature(), method.docs.summary());
    }
    page
}

pub(super) fn hook(hook: &HookDecl) -> String {
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

/// A variable with the hooks in which it is the same.
pub(super) fn variable(variable: &Variable, hooks: &[&str]) -> String {
    let access = if variable.readonly { "read-only" } else { "can be assigned" };
    let place = if hooks.is_empty() { "command line".to_owned() } else { hooks.join(", ") };
    let Variable { name, ty, doc, .. } = variable;
    let mut page = format!("{name} ({ty}, {access})  in: {place}\n\n{doc}\n");
    keys("Keys", variable.keys, &mut page);
    page
}

/// A kind of finding.
pub(super) fn code(code: &Code) -> String {
    let head = format!("{} {} ({})", code.id, code.name, code.severity.as_str());
    match code.page() {
        page if page.is_empty() => format!("{head}\n\n{}\n", code.summary),
        page => format!("{head}\n\n{}\n", page.trim_end()),
    }
}
