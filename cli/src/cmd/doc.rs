//! `mailstop doc`.

mod page;

use hsl_decl::{COMMAND_LINE, Class, Hook, HookDecl, Variable};
use mta_config::{ConfigKind, export};

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
            None => failure.help(
                "names of functions, classes, methods, hooks, variables, findings and configuration keys",
            ),
        });
    }
    say!("{}", pages.join("\n").trim_end());
    Ok(Exit::Done)
}

fn names() -> impl Iterator<Item = &'static str> {
    let catalog = mta_hooks::test_catalog();
    let functions = catalog.functions().map(|function| function.name);
    let classes = catalog.classes().map(|class| class.name);
    let methods = catalog.classes().flat_map(|class| class.methods.iter().map(|m| m.name));
    let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().map(|f| f.name));
    let hooks = Hook::ALL.into_iter().map(Hook::as_str);
    let variables = variables().map(|(variable, _)| variable.name.trim_start_matches('$'));
    let codes = hsl_lint::table().into_iter().flat_map(|code| [code.id, code.name]);
    functions
        .chain(classes)
        .chain(methods)
        .chain(verdicts)
        .chain(hooks)
        .chain(variables)
        .chain(codes)
}

/// Every predefined variable with its hook; none for the command line.
fn variables() -> impl Iterator<Item = (&'static Variable, Option<Hook>)> {
    let of_hook = |decl: &'static HookDecl| decl.variables.iter().map(|v| (v, Some(decl.hook)));
    let of_hooks = mta_hooks::test_catalog().hooks().flat_map(of_hook);
    of_hooks.chain(COMMAND_LINE.iter().map(|variable| (variable, None)))
}

/// Everything of this name: a function, a class or `Class->method`, verdicts by hook, a hook, a
/// variable, a kind of finding, a configuration file or key; else methods of any class.
fn pages(name: &str) -> Vec<String> {
    let catalog = mta_hooks::test_catalog();
    let mut pages = Vec::new();
    pages.extend(catalog.functions().filter(|f| f.name == name).map(|f| page::function(f, None)));
    pages.extend(catalog.classes().filter(|c| c.name == name).map(page::class));
    for class in catalog.classes() {
        let method = name.strip_prefix(class.name).and_then(|rest| {
            class.method(rest.strip_prefix("->").or_else(|| rest.strip_prefix("::"))?)
        });
        pages.extend(method.map(|method| page::function(method, None)));
    }
    for hook in catalog.hooks() {
        let verdicts = hook.verdicts.iter().filter(|verdict| verdict.name == name);
        pages.extend(verdicts.map(|verdict| page::function(verdict, Some(hook.hook))));
    }
    pages.extend(catalog.hooks().filter(|h| h.hook.as_str() == name).map(page::hook));
    pages.extend(variable_pages(name));
    pages.extend(hsl_lint::find(name).map(page::code));
    pages.extend(configuration(name));
    if pages.is_empty() {
        pages.extend(catalog.classes().flat_map(|class| methods(class, name)));
    }
    pages
}

/// The variables of this name, one page for all hooks in which it is the same.
fn variable_pages(name: &str) -> Vec<String> {
    let mut found: Vec<(&Variable, Vec<&str>)> = Vec::new();
    let is_meant = |variable: &Variable| variable.name.strip_prefix('$') == Some(name);
    for (variable, hook) in variables().filter(|(variable, _)| is_meant(variable)) {
        let hook = hook.map(Hook::as_str);
        match found.iter_mut().find(|(known, _)| *known == variable) {
            Some((_, hooks)) => hooks.extend(hook),
            None => found.push((variable, hook.into_iter().collect())),
        }
    }
    found.iter().map(|(variable, hooks)| page::variable(variable, hooks)).collect()
}

fn methods(class: &Class, name: &str) -> impl Iterator<Item = String> {
    let found = class.methods.iter().filter(move |method| method.name == name);
    found.map(|method| {
        let arrow = if method.is_static { "::" } else { "->" };
        format!("{}{arrow}{}", class.name, page::function(method, None))
    })
}

/// The reference of a configuration file, or the rows of the keys below a path of it.
fn configuration(name: &str) -> Vec<String> {
    let page = |kind: ConfigKind| {
        let page = export::reference_page(&export::schema(kind));
        let file = kind.file_name();
        if file == name {
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
    ConfigKind::ALL.into_iter().filter_map(page).collect()
}
