//! Imports of names: one for each file, with its names in alphabetical order.
//!
//! Imports themselves stay in their order, since each runs a file.

use diagnostics::Edit;
use hsl_syntax::ast::{AstNode, Statement, SymbolImport};

use super::Place;

/// The imports of one file that stand one behind the other.
struct Group<'v> {
    path: &'v str,
    imports: Vec<SymbolImport<'v>>,
}

pub(super) fn edits(place: &Place<'_>) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for run in runs(place)? {
        for group in run {
            edits.extend(organized(place, &group)?);
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// Runs of imports without anything between them, by file.
fn runs<'v>(place: &Place<'v>) -> Option<Vec<Vec<Group<'v>>>> {
    let mut runs: Vec<Vec<Group<'v>>> = vec![Vec::new()];
    for statement in place.view.parse.root().statements() {
        match statement {
            Statement::SymbolImport(import) => {
                let path = place.text(import.path()?.syntax())?;
                let run = runs.last_mut()?;
                match run.iter_mut().find(|group| group.path == path) {
                    Some(group) => group.imports.push(import),
                    None => run.push(Group { path, imports: vec![import] }),
                }
            }
            Statement::NamespaceImport(_) | Statement::DataImport(_) => {}
            _ => runs.push(Vec::new()),
        }
    }
    Some(runs)
}

/// The edits of a group; none when it is in order, or when comments stand in it.
fn organized(place: &Place<'_>, group: &Group<'_>) -> Option<Vec<Edit>> {
    let (first, others) = group.imports.split_first()?;
    let is_comment = |import: &SymbolImport<'_>| {
        super::place::holds(import.syntax(), &|node| node.kind() == "comment")
    };
    if group.imports.iter().any(is_comment) {
        return Some(Vec::new());
    }
    let written = names(place, &group.imports)?;
    let mut sorted = written.clone();
    sorted.sort_by_key(|name| (name.trim_start_matches('$').to_ascii_lowercase(), name.clone()));
    sorted.dedup();
    if others.is_empty() && sorted == written {
        return Some(Vec::new());
    }
    let text = format!("import {{ {} }} from {};", sorted.join(", "), group.path);
    let mut edits = vec![place.replace(first.syntax(), text)];
    edits.extend(
        others.iter().map(|import| super::inline_variable::removal(place, import.syntax())),
    );
    Some(edits)
}

/// What the imports list, as `name` or `name as other`.
fn names(place: &Place<'_>, imports: &[SymbolImport<'_>]) -> Option<Vec<String>> {
    let items = imports.iter().flat_map(|import| import.items());
    let name = |item: hsl_syntax::ast::ImportItem<'_>| {
        let name = place.text(item.name()?.syntax())?;
        Some(match item.alias() {
            Some(alias) => format!("{name} as {}", place.text(alias.syntax())?),
            None => name.to_owned(),
        })
    };
    items.map(name).collect()
}
