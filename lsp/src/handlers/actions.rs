//! Code actions: changes that remove findings, comments that allow them, other forms of the same
//! script, and whole files fixed, formatted or with their imports in order.
//!
//! *Invariants.* An editor that asks for the edits of the action it takes (`codeAction/resolve`) is
//! given them then, from the text of that moment; the others have them at once.

mod forms;
mod secret;
mod stub;

use diagnostics::{Diagnostic, Edit, Fix, Span};
use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};

use crate::capabilities::Client;
use crate::position::Lines;
use crate::reports::Report;
use crate::world::World;
use forms::{format, format_kind, is_wanted, refactorings};

pub(super) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
    let kinds = vec![
        lsp::CodeActionKind::QuickFix,
        lsp::CodeActionKind::RefactorExtract,
        lsp::CodeActionKind::RefactorInline,
        lsp::CodeActionKind::RefactorRewrite,
        stub::kind(),
        lsp::CodeActionKind::SourceOrganizeImports,
        lsp::CodeActionKind::SourceFixAll,
        format_kind(),
    ];
    all.code_action_provider = Some(
        lsp::CodeActionOptions {
            code_action_kinds: Some(kinds),
            resolve_provider: Some(client.resolves_actions),
            ..lsp::CodeActionOptions::default()
        }
        .into(),
    );
}

/// An action by which its edits are found again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Action {
    /// The fix of a finding: its rule, and its place among those of the rule.
    Fix { code: String, place: usize },
    /// A comment that allows it.
    Allow { code: String, place: usize },
    /// The script of a hook, by its URI, made.
    Create { script: String },
    /// The secret that begins at a byte, moved to a file.
    MoveSecret { at: u32 },
    /// A test of what stands at a byte, begun.
    BeginTest { at: u32 },
    /// Another form of the script, by its name, of the bytes from `start` to `end`.
    Refactor { name: String, start: u32, end: u32 },
    /// Every safe fix.
    FixAll,
    /// The style of the project.
    Format,
}

#[derive(Debug, Serialize, Deserialize)]
struct Taken {
    uri: String,
    action: Action,
}

/// What can be done about a range.
pub(super) fn actions(
    world: &World,
    params: lsp::CodeActionParams,
) -> Option<Vec<lsp::CodeActionResponse>> {
    let uri = params.text_document.uri;
    let report = world.report(uri.as_ref())?;
    let lines = Lines::new(&report.text, world.client.encoding);
    let (start, end) = (lines.offset(params.range.start), lines.offset(params.range.end));
    let mut offered = Vec::new();
    for (number, finding) in report.findings.iter().enumerate() {
        let here = finding.span.start as usize <= end && start <= finding.span.end as usize;
        if here {
            offered.extend(of_finding(&report, number));
            offered.extend(creation(world, uri.as_ref(), &report, number));
            offered.extend(secret::offer(world, uri.as_ref(), &report, number));
        }
    }
    let wanted = world.tools_of(uri.as_ref()).editor.code_actions;
    offered.retain(|(_, (_, action))| wanted.allowances || !matches!(action, Action::Allow { .. }));
    let only = params.context.only;
    let mut forms = refactorings(world, uri.as_ref(), Span::new(start, end), only.as_deref());
    // Imports in order are asked for by name, and when a file is saved.
    let is_imports =
        |kind: &lsp::CodeActionKind| *kind == lsp::CodeActionKind::SourceOrganizeImports;
    forms.retain(|(kind, _)| wanted.refactorings || is_imports(kind));
    forms.extend(stub::offer(world, uri.as_ref(), start).into_iter().filter(|_| wanted.tests));
    offered.extend(forms);
    offered.extend(fix_all(&report));
    offered.extend(format(world, uri.as_ref(), only.as_deref()));
    let offered = offered.into_iter().filter(|(kind, _)| is_wanted(kind, only.as_deref()));
    let finished = offered.filter_map(|(_, (mut offer, action))| {
        if world.client.resolves_actions {
            let taken = Taken { uri: uri.to_string(), action };
            offer.data = serde_json::to_value(taken).ok();
        } else {
            offer.edit = Some(edit(world, uri.as_ref(), &report, &action)?);
        }
        Some(offer.into())
    });
    Some(finished.collect())
}

/// An action with its edits.
pub(super) fn resolve(world: &World, mut action: lsp::CodeAction) -> lsp::CodeAction {
    let taken = action.data.clone().and_then(|data| serde_json::from_value::<Taken>(data).ok());
    action.edit = taken.and_then(|taken| {
        let report = world.report(&taken.uri)?;
        edit(world, &taken.uri, &report, &taken.action)
    });
    action
}

type Offer = (lsp::CodeActionKind, (lsp::CodeAction, Action));

fn of_finding(report: &Report, number: usize) -> Vec<Offer> {
    let finding = &report.findings[number];
    let same = report.findings[..number].iter().filter(|other| other.code.id == finding.code.id);
    let (code, place) = (finding.code.id.to_owned(), same.count());
    let kind = lsp::CodeActionKind::QuickFix;
    let offer = |title: String, is_preferred| lsp::CodeAction {
        title,
        kind: Some(kind.clone()),
        diagnostics: report.items.get(number).map(|item| vec![item.clone()]),
        is_preferred,
        ..lsp::CodeAction::default()
    };
    let mut offers = Vec::new();
    if let Some(fix) = &finding.fix {
        let action = Action::Fix { code: code.clone(), place };
        offers.push((kind.clone(), (offer(fix.title.clone(), Some(true)), action)));
    }
    if may_be_allowed(finding) {
        let title = format!("Allow {} here", finding.code.name);
        offers.push((kind.clone(), (offer(title, None), Action::Allow { code, place })));
    }
    offers
}

/// The script that a finding misses, for editors that make files.
fn creation(world: &World, uri: &str, report: &Report, number: usize) -> Option<Offer> {
    let finding = &report.findings[number];
    if finding.code != &diagnostics::codes::MISSING_HOOK_SCRIPT {
        return None;
    }
    let place = finding.span.start as usize;
    let script = hsl_ide::yaml::script_at(&world.config(uri)?, place)?;
    let (_, home) = world.documents.get(uri)?;
    let script_uri = world.uri_beside(home, &script.file);
    world.creation(&script_uri)?;
    let kind = lsp::CodeActionKind::QuickFix;
    let offer = lsp::CodeAction {
        title: format!("Create {}", script.file),
        kind: Some(kind.clone()),
        diagnostics: report.items.get(number).map(|item| vec![item.clone()]),
        ..lsp::CodeAction::default()
    };
    Some((kind, (offer, Action::Create { script: script_uri })))
}

/// Comments allow findings of scripts only, and an allowance is no cure for another.
fn may_be_allowed(finding: &Diagnostic) -> bool {
    let is_of_script = !finding.code.id.starts_with("MS");
    is_of_script
        && !hsl_lint::refuses(finding.code)
        && finding.code != &diagnostics::codes::UNUSED_ALLOW
}

fn fix_all(report: &Report) -> Option<Offer> {
    safe_fixes(report).next()?;
    let kind = lsp::CodeActionKind::SourceFixAll;
    let offer = lsp::CodeAction {
        title: "Apply all safe fixes".to_owned(),
        kind: Some(kind.clone()),
        ..lsp::CodeAction::default()
    };
    Some((kind, (offer, Action::FixAll)))
}

fn safe_fixes(report: &Report) -> impl Iterator<Item = &Fix> {
    report.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.safe)
}

fn edit(world: &World, uri: &str, report: &Report, action: &Action) -> Option<lsp::WorkspaceEdit> {
    let find = |code: &str, place: usize| {
        report.findings.iter().filter(|finding| finding.code.id == code).nth(place)
    };
    let edits: Vec<Edit> = match action {
        Action::Fix { code, place } => find(code, *place)?.fix.as_ref()?.edits.clone(),
        Action::Allow { code, place } => {
            vec![hsl_ide::allow(&report.text, find(code, *place)?)]
        }
        Action::Create { script } => return world.creation(script),
        Action::MoveSecret { at } => return secret::edit(world, uri, *at),
        Action::BeginTest { at } => return stub::edit(world, uri, *at),
        Action::Refactor { name, start, end } => {
            let selected = Span { start: *start, end: *end };
            hsl_ide::refactor(&*world.view(uri)?, selected, name)?
        }
        Action::Format => return Some(of_one(uri, super::format::edits(world, uri)?)),
        Action::FixAll => diagnostics::compatible(report.text.len(), safe_fixes(report)),
    };
    let lines = Lines::new(&report.text, world.client.encoding);
    let changed = edits
        .into_iter()
        .map(|edit| lsp::TextEdit { range: lines.range(edit.span), new_text: edit.text });
    Some(of_one(uri, changed.collect()))
}

/// Edits of one document.
fn of_one(uri: &str, edits: Vec<lsp::TextEdit>) -> lsp::WorkspaceEdit {
    let changes = [(lsp::Uri::from(uri), edits)].into_iter().collect();
    lsp::WorkspaceEdit { changes: Some(changes), ..lsp::WorkspaceEdit::default() }
}
