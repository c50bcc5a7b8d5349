//! Hints between the words.

use gen_lsp_types as lsp;
use hsl_ide::{Hint, HintKind};
use mta_project::Length;
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

/// A hint of at most so many characters; what it says in full comes when somebody asks, and with it
/// what was cut off.
pub(crate) fn hint(hint: Hint, longest: Length, lines: &Lines<'_>) -> lsp::InlayHint {
    let is_before = matches!(hint.kind, HintKind::Parameter | HintKind::Waits);
    let told = match hint.kind {
        HintKind::Parameter => Told::Parameter,
        HintKind::Type => Told::Type,
        HintKind::MayBeNone => Told::MayBeNone,
        HintKind::Hooks => Told::Hooks,
        HintKind::Waits => Told::Waits,
    };
    let shown = shortened(&hint.label, longest.0);
    let is_cut = shown != hint.label;
    let tooltip = is_cut.then(|| format!("{}\n\n{}", hint.label, meaning(&told)).into());
    lsp::InlayHint {
        position: lines.position(hint.offset as u32),
        label: shown.into(),
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
        tooltip,
        data: serde_json::to_value(told).ok(),
    }
}

/// The text, or its start with a mark that something is missing.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => text.to_owned(),
        Some(_) => text.chars().take(longest.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// What a hint says in full.
pub(crate) fn hint_tooltip(hint: &lsp::InlayHint) -> Option<String> {
    let told = serde_json::from_value(hint.data.clone()?).ok()?;
    Some(meaning(&told).to_owned())
}

fn meaning(told: &Told) -> &'static str {
    match told {
        Told::Parameter => "The parameter that this value is given to.",
        Told::Type => "The type of the values, as far as it is known.",
        Told::MayBeNone => "The result may be `none`: test it before it is used.",
        Told::Waits => {
            "The time limits of the calls on the longest way through this, added up; a loop counts as \
             one round. `or more`: the limit of one of them is not known here."
        }
        Told::Hooks => "The hooks that reach this function: what one of them lacks fails there.",
    }
}
