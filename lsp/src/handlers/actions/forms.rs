//! Other forms of a script: refactorings, imports in order, the style of the project.

use diagnostics::Span;
use gen_lsp_types as lsp;
use hsl_ide::{Refactoring, RefactoringKind};

use super::{Action, Offer};
use crate::handlers::format as formatting;
use crate::world::World;

/// Whether an editor that asks for these kinds wants one.
pub(super) fn is_wanted(kind: &lsp::CodeActionKind, only: Option<&[lsp::CodeActionKind]>) -> bool {
    let kind = String::from(kind.clone());
    only.is_none_or(|only| {
        only.iter().any(|wanted| {
            let wanted = String::from(wanted.clone());
            kind == wanted || kind.starts_with(&format!("{wanted}."))
        })
    })
}

/// The other forms that a script can have at a selection.
pub(super) fn refactorings(
    world: &World,
    uri: &str,
    selected: Span,
    only: Option<&[lsp::CodeActionKind]>,
) -> Vec<Offer> {
    let is_one = |refactoring: &Refactoring| is_wanted(&kind_of(refactoring.kind), only);
    if !hsl_ide::REFACTORINGS.iter().any(is_one) {
        return Vec::new();
    }
    let Some(view) = world.view(uri) else { return Vec::new() };
    let offer = |refactoring: &Refactoring| {
        let kind = kind_of(refactoring.kind);
        let offer = lsp::CodeAction {
            title: refactoring.title.to_owned(),
            kind: Some(kind.clone()),
            ..lsp::CodeAction::default()
        };
        let name = refactoring.name.to_owned();
        (kind, (offer, Action::Refactor { name, start: selected.start, end: selected.end }))
    };
    hsl_ide::refactorings(&view, selected).into_iter().map(offer).collect()
}

fn kind_of(kind: RefactoringKind) -> lsp::CodeActionKind {
    match kind {
        RefactoringKind::Extract => lsp::CodeActionKind::RefactorExtract,
        RefactoringKind::Inline => lsp::CodeActionKind::RefactorInline,
        RefactoringKind::Rewrite => lsp::CodeActionKind::RefactorRewrite,
        RefactoringKind::Imports => lsp::CodeActionKind::SourceOrganizeImports,
    }
}

/// The kind of actions that format; the protocol has no name for it.
pub(super) fn format_kind() -> lsp::CodeActionKind {
    lsp::CodeActionKind::from("source.format".to_owned())
}

/// Formatting, for editors that ask for it among the actions; the others have a command for it.
pub(super) fn format(
    world: &World,
    uri: &str,
    only: Option<&[lsp::CodeActionKind]>,
) -> Option<Offer> {
    let kind = format_kind();
    only.filter(|_| is_wanted(&kind, only))?;
    formatting::edits(world, uri).filter(|edits| !edits.is_empty())?;
    let offer = lsp::CodeAction {
        title: "Format the file".to_owned(),
        kind: Some(kind.clone()),
        ..lsp::CodeAction::default()
    };
    Some((kind, (offer, Action::Format)))
}
