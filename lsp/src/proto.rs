//! Plain results to protocol types.

use std::collections::HashMap;
use std::sync::Arc;

use diagnostics::{Diagnostic, Severity};
use gen_lsp_types as lsp;
use hsl_ide::{Completion, CompletionKind, Fold, FoldKind, Hover, OutlineItem, OutlineKind, View};

use crate::position::Lines;
use crate::world::World;

/// Findings of a file.
pub(crate) fn diagnostics(world: &World, uri: &str, view: &View) -> Vec<lsp::Diagnostic> {
    let mut texts: HashMap<Arc<str>, Arc<[u8]>> = HashMap::new();
    let findings = view.diagnostics();
    for label in findings.iter().flat_map(|finding| &finding.labels) {
        if let Some(text) = world.text_of(view, &label.file) {
            texts.insert(Arc::clone(&label.file), text);
        }
    }
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let lines_of: HashMap<_, _> = texts
        .iter()
        .map(|(file, text)| (Arc::clone(file), Lines::new(text, world.client.encoding)))
        .collect();
    let related = |finding: &Diagnostic| {
        let one = |label: &diagnostics::Label| {
            let uri = world.uri_of(uri, &label.file)?;
            let range = lines_of.get(&label.file)?.range(label.span);
            let location = lsp::Location { uri: uri.into(), range };
            Some(lsp::DiagnosticRelatedInformation { location, message: label.message.clone() })
        };
        finding.labels.iter().filter_map(one).collect::<Vec<_>>()
    };
    findings.iter().map(|finding| diagnostic(finding, &lines, related(finding))).collect()
}

fn diagnostic(
    finding: &Diagnostic,
    lines: &Lines<'_>,
    related: Vec<lsp::DiagnosticRelatedInformation>,
) -> lsp::Diagnostic {
    let severity = match finding.severity {
        Severity::Error => lsp::DiagnosticSeverity::Error,
        Severity::Warning => lsp::DiagnosticSeverity::Warning,
        Severity::Info => lsp::DiagnosticSeverity::Information,
        Severity::Hint => lsp::DiagnosticSeverity::Hint,
    };
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    lsp::Diagnostic {
        range: lines.range(finding.span),
        severity: Some(severity),
        code: Some(finding.code.id.to_owned().into()),
        source: Some("mailstop".to_owned()),
        message: message.into(),
        related_information: (!related.is_empty()).then_some(related),
        code_description: None,
        tags: None,
        data: None,
    }
}

/// An item of a completion list. `place` is its place in the list.
pub(crate) fn completion(
    item: Completion,
    place: usize,
    lines: &Lines<'_>,
    snippets: bool,
) -> lsp::CompletionItem {
    let calls = item.takes_arguments && snippets;
    let new_text = if calls { format!("{}($0)", escape(&item.insert)) } else { item.insert };
    let range = lines.range(item.replace);
    lsp::CompletionItem {
        kind: Some(completion_kind(item.kind)),
        detail: item.detail,
        documentation: item.docs.map(|text| markdown(text).into()),
        tags: item.deprecated.then(|| vec![lsp::CompletionItemTag::Deprecated]),
        // Editors sort by text; the order of the list is ours.
        sort_text: Some(format!("{place:05}")),
        insert_text_format: calls.then_some(lsp::InsertTextFormat::Snippet),
        text_edit: Some(lsp::TextEdit { range, new_text }.into()),
        label: item.label,
        ..lsp::CompletionItem::default()
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

/// A page about a piece of text.
pub(crate) fn hover(hover: Hover, lines: &Lines<'_>) -> lsp::Hover {
    let range = Some(lines.range(hover.span));
    lsp::Hover { contents: markdown(hover.markdown).into(), range }
}

fn markdown(value: String) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
}

/// A symbol with those inside it.
#[allow(deprecated)] // The protocol's old `deprecated` field must be named to be left out.
pub(crate) fn symbol(item: OutlineItem, lines: &Lines<'_>) -> lsp::DocumentSymbol {
    let children: Vec<_> = item.children.into_iter().map(|child| symbol(child, lines)).collect();
    lsp::DocumentSymbol {
        name: item.name,
        kind: symbol_kind(item.kind),
        range: lines.range(item.full),
        selection_range: lines.range(item.selection),
        children: (!children.is_empty()).then_some(children),
        detail: None,
        tags: None,
        deprecated: None,
    }
}

fn symbol_kind(kind: OutlineKind) -> lsp::SymbolKind {
    match kind {
        OutlineKind::Function => lsp::SymbolKind::Function,
        OutlineKind::Class => lsp::SymbolKind::Class,
        OutlineKind::Method => lsp::SymbolKind::Method,
        OutlineKind::Constructor => lsp::SymbolKind::Constructor,
        OutlineKind::Property => lsp::SymbolKind::Property,
        OutlineKind::Variable => lsp::SymbolKind::Variable,
        OutlineKind::Module => lsp::SymbolKind::Module,
    }
}

/// Lines that fold.
pub(crate) fn fold(fold: Fold) -> lsp::FoldingRange {
    let kind = match fold.kind {
        FoldKind::Region => lsp::FoldingRangeKind::Region,
        FoldKind::Comment => lsp::FoldingRangeKind::Comment,
        FoldKind::Imports => lsp::FoldingRangeKind::Imports,
    };
    lsp::FoldingRange {
        start_line: fold.first,
        end_line: fold.last,
        kind: Some(kind),
        start_character: None,
        end_character: None,
        collapsed_text: None,
    }
}
