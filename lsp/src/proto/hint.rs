//! Hints between the words.

use gen_lsp_types as lsp;
use hsl_ide::{Hint, HintKind};
use serde::{Deserialize, Serialize};

use crate::position::Lines;

/// What a resolve request needs to say what a hint means.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Told {
    Parameter,
    Type,
    MayBeNone,
    Hooks,
    Waits,
}

/// A hint; what it says in full comes when somebody asks.
pub(crate) fn hint(hint: Hint, lines: &Lines<'_>) -> lsp::InlayHint {
    let is_before = matches!(hint.kind, HintKind::Parameter | HintKind::Waits);
    let told = match hint.kind {
        HintKind::Parameter => Told::Parameter,
        HintKind::Type => Told::Type,
        HintKind::MayBeNone => Told::MayBeNone,
        HintKind::Hooks => Told::Hooks,
        HintKind::Waits => Told::Waits,
    };
    lsp::InlayHint {
        position: lines.position(hint.offset as u32),
        label: hint.label.into(),
        kind: match hint.kind {
            HintKind::Parameter => Some(lsp::InlayHintKind::Parameter),
            HintKind::Type | HintKind::MayBeNone => Some(lsp::InlayHintKind::Type),
            HintKind::Hooks | HintKind::Waits => None,
        },
        padding_left: Some(matches!(
            hint.kind,
            HintKind::MayBeNone | HintKind::Hooks | HintKind::Waits
        )),
        padding_right: Some(is_before),
        text_edits: None,
        tooltip: None,
        data: serde_json::to_value(told).ok(),
    }
}

/// What a hint says in full.
pub(crate) fn hint_tooltip(hint: &lsp::InlayHint) -> Option<String> {
    let told = serde_json::from_value(hint.data.clone()?).ok()?;
    let text = match told {
        Told::Parameter => "The parameter that this value is given to.",
        Told::Type => "The type of the values, as far as it is known.",
        Told::MayBeNone => "The result may be `none`: test it before it is used.",
        Told::Waits => {
            "The time limits of the calls on the longest way through this, added up; a loop counts as \
             one round. `or more`: the limit of one of them is not known here."
        }
        Told::Hooks => "The hooks that reach this function: what one of them lacks fails there.",
    };
    Some(text.to_owned())
}
