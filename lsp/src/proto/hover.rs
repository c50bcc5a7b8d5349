//! Pages of documentation.

use gen_lsp_types as lsp;
use hsl_ide::Hover;

use crate::position::Lines;

/// A page about a piece of text.
pub(crate) fn hover(hover: Hover, lines: &Lines<'_>) -> lsp::Hover {
    let range = Some(lines.range(hover.span));
    lsp::Hover { contents: markdown(hover.markdown).into(), range }
}

/// Text as a page.
pub(crate) fn markdown(value: String) -> lsp::MarkupContent {
    lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value }
}
