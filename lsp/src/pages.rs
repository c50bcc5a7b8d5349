//! Documents that are no files: pages about what a script can name, and about findings.
//!
//! A page is `mailstop-catalogue:/KIND/NAME.md`; the editor asks for its text when somebody opens
//! it.
//!
//! *Not here.* What the pages say (`hsl-decl`, `diagnostics`).

use diagnostics::Code;
use hsl_decl::{Contexts, Function, Hook, markdown};

/// Scheme of the pages.
pub(crate) const CATALOGUE: &str = "mailstop-catalogue";

/// The page of a code.
pub(crate) fn uri_of_code(code: &Code) -> String {
    format!("{CATALOGUE}:/code/{}.md", code.name)
}

/// The page of a function or class.
pub(crate) fn uri_of_name(name: &str) -> String {
    format!("{CATALOGUE}:/name/{name}.md")
}

/// The page of a hook.
pub(crate) fn uri_of_hook(hook: Hook) -> String {
    format!("{CATALOGUE}:/hook/{hook}.md")
}

/// The text of a page; none when there is no such page.
pub(crate) fn text(uri: &str) -> Option<String> {
    let path = uri.strip_prefix(CATALOGUE)?.strip_prefix(":/")?.strip_suffix(".md")?;
    let (kind, name) = path.split_once('/')?;
    match kind {
        "code" => hsl_lint::find(name).map(code),
        "name" => named(name),
        "hook" => Hook::from_name(name).and_then(hook),
        _ => None,
    }
}

fn code(code: &Code) -> String {
    let severity = code.severity.as_str();
    let page = Some(code.page()).filter(|page| !page.is_empty());
    let page = page.unwrap_or_else(|| code.summary.to_owned());
    format!("# {}\n\n`{}`, {severity}\n\n{page}\n", code.name, code.id)
}

fn named(name: &str) -> Option<String> {
    let catalog = mta_hooks::test_catalog();
    if let Some(class) = catalog.classes().find(|class| class.name == name) {
        return Some(markdown::class(class));
    }
    let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().copied());
    // A verdict is another function in each hook.
    let found: Vec<_> =
        catalog.functions().chain(verdicts).filter(|function| function.name == name).collect();
    (!found.is_empty()).then(|| markdown::topic(name, &found))
}

fn hook(hook: Hook) -> Option<String> {
    let catalog = mta_hooks::catalog();
    let is_special = |function: &&Function| function.contexts != Contexts::Everywhere;
    let here = catalog.functions().filter(|function| function.contexts.allow(Some(hook)));
    let special: Vec<_> = here.filter(is_special).collect();
    catalog.hook(hook).map(|decl| markdown::hook(decl, &special))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_linked_has_a_page() {
        for code in hsl_lint::table() {
            assert!(text(&uri_of_code(code)).is_some_and(|page| page.contains(code.id)));
        }
        let catalog = mta_hooks::catalog();
        let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().copied());
        for function in catalog.functions().chain(verdicts) {
            let page = text(&uri_of_name(function.name));
            assert!(page.is_some_and(|page| page.contains(function.name)), "{}", function.name);
        }
        for hook in Hook::ALL {
            assert!(text(&format!("{CATALOGUE}:/hook/{hook}.md")).is_some(), "{hook}");
        }
        assert_eq!(text("mailstop-catalogue:/name/no such thing.md"), None);
    }
}
