//! Symbols of a file.

use gen_lsp_types as lsp;
use hsl_ide::{OutlineItem, OutlineKind};

use crate::position::Lines;

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
        OutlineKind::Barrier | OutlineKind::Cache => lsp::SymbolKind::Namespace,
        OutlineKind::Section => lsp::SymbolKind::Namespace,
        OutlineKind::Setting => lsp::SymbolKind::Property,
        OutlineKind::Element => lsp::SymbolKind::Object,
    }
}
