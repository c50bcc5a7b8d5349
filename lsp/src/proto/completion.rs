//! Items of completion lists.

use diagnostics::Edit;
use gen_lsp_types as lsp;
use hsl_ide::yaml::{ConfigItem, ConfigItemKind};
use hsl_ide::{Completion, CompletionKind};

use super::markdown;
use crate::capabilities::Client;
use crate::position::Lines;

/// What stands behind the name of something that may be `none`.
const OR_NONE: &str = " | none";

/// An item of a completion list. `place` is its place in the list; the range is left out where the
/// list says it for all.
pub(crate) fn completion(
    item: Completion,
    place: usize,
    range: Option<lsp::Range>,
    lines: &Lines<'_>,
    client: Client,
) -> lsp::CompletionItem {
    let calls = item.takes_arguments && client.snippets;
    let values = item.snippet.filter(|_| client.snippets);
    let is_snippet = calls || values.is_some();
    let new_text = match values {
        Some(snippet) => snippet,
        None if calls => format!("{}($0)", escape(&item.insert)),
        None => item.insert,
    };
    let (text_edit, text_edit_text) = match range {
        Some(range) => (Some(lsp::TextEdit { range, new_text }.into()), None),
        None => (None, Some(new_text).filter(|text| *text != item.label)),
    };
    let extra = further_edits(&item.extra, lines).filter(|_| !client.resolves_imports);
    let beside = item.may_be_none.then(|| OR_NONE.to_owned());
    let (detail, label_details) = match (item.detail, item.note) {
        (detail, note) if client.labels_items => {
            let is_needed = beside.is_some() || note.is_some();
            let details = lsp::CompletionItemLabelDetails { description: note, detail: beside };
            (detail, is_needed.then_some(details))
        }
        (Some(detail), Some(note)) => (Some(format!("{detail} ({note})")), None),
        (detail, note) => (detail.or(note), None),
    };
    let docs = if client.resolves_docs { None } else { item.docs.page() };
    lsp::CompletionItem {
        kind: Some(completion_kind(item.kind)),
        detail,
        label_details,
        documentation: docs.map(|text| markdown(text).into()),
        tags: item.deprecated.then(|| vec![lsp::CompletionItemTag::Deprecated]),
        // Editors sort by text; the order of the list is ours.
        sort_text: Some(format!("{place:05}")),
        insert_text_format: is_snippet.then_some(lsp::InsertTextFormat::Snippet),
        text_edit,
        text_edit_text,
        additional_text_edits: extra,
        label: item.label,
        ..lsp::CompletionItem::default()
    }
}

/// What else changes with an item; none rather than an empty list.
pub(crate) fn further_edits(extra: &[Edit], lines: &Lines<'_>) -> Option<Vec<lsp::TextEdit>> {
    let edit =
        |edit: &Edit| lsp::TextEdit { range: lines.range(edit.span), new_text: edit.text.clone() };
    (!extra.is_empty()).then(|| extra.iter().map(edit).collect())
}

/// An item of the completion list of a configuration file.
pub(crate) fn config_item(
    item: ConfigItem,
    place: usize,
    lines: &Lines<'_>,
    snippets: bool,
) -> lsp::CompletionItem {
    let snippet = item.snippet.filter(|_| snippets);
    let insert_text_format = snippet.as_ref().map(|_| lsp::InsertTextFormat::Snippet);
    let range = lines.range(item.replace);
    let new_text = snippet.unwrap_or(item.insert);
    lsp::CompletionItem {
        kind: Some(config_kind(item.kind)),
        detail: item.detail,
        documentation: item.docs.map(|text| markdown(text).into()),
        sort_text: Some(format!("{place:05}")),
        // The lines below bring their own indentation.
        insert_text_mode: Some(lsp::InsertTextMode::AsIs),
        insert_text_format,
        text_edit: Some(lsp::TextEdit { range, new_text }.into()),
        label: item.label,
        ..lsp::CompletionItem::default()
    }
}

fn config_kind(kind: ConfigItemKind) -> lsp::CompletionItemKind {
    match kind {
        ConfigItemKind::Section => lsp::CompletionItemKind::Module,
        ConfigItemKind::Setting => lsp::CompletionItemKind::Property,
        ConfigItemKind::Word => lsp::CompletionItemKind::EnumMember,
        ConfigItemKind::Id => lsp::CompletionItemKind::Reference,
        ConfigItemKind::Script => lsp::CompletionItemKind::File,
    }
}

/// Text in which a snippet finds no placeholder.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

fn completion_kind(kind: CompletionKind) -> lsp::CompletionItemKind {
    match kind {
        CompletionKind::Function => lsp::CompletionItemKind::Function,
        CompletionKind::Verdict => lsp::CompletionItemKind::Event,
        CompletionKind::Class => lsp::CompletionItemKind::Class,
        CompletionKind::Method => lsp::CompletionItemKind::Method,
        CompletionKind::Property => lsp::CompletionItemKind::Property,
        CompletionKind::Variable => lsp::CompletionItemKind::Variable,
        CompletionKind::Key | CompletionKind::Option => lsp::CompletionItemKind::Field,
        CompletionKind::Value => lsp::CompletionItemKind::EnumMember,
        CompletionKind::Keyword => lsp::CompletionItemKind::Keyword,
        CompletionKind::Module => lsp::CompletionItemKind::Module,
        CompletionKind::File => lsp::CompletionItemKind::File,
    }
}
