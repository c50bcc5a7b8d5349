//! Folds.

use gen_lsp_types as lsp;
use hsl_ide::{Fold, FoldKind};

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
