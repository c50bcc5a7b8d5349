//! Hints between the words.

use gen_lsp_types as lsp;
use hsl_ide::{Hint, HintKind};

use crate::position::Lines;

/// A hint.
pub(crate) fn hint(hint: Hint, lines: &Lines<'_>) -> lsp::InlayHint {
    let is_before = hint.kind == HintKind::Parameter;
    lsp::InlayHint {
        position: lines.position(hint.offset as u32),
        label: hint.label.into(),
        kind: Some(match hint.kind {
            HintKind::Parameter => lsp::InlayHintKind::Parameter,
            HintKind::Type | HintKind::MayBeNone => lsp::InlayHintKind::Type,
        }),
        padding_left: Some(hint.kind == HintKind::MayBeNone),
        padding_right: Some(is_before),
        text_edits: None,
        tooltip: (hint.kind == HintKind::MayBeNone)
            .then(|| "The result may be `none`: test it before it is used.".to_owned().into()),
        data: None,
    }
}
