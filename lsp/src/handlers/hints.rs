//! What the editor shows between the words, as the user's settings want it.

use diagnostics::Span;
use gen_lsp_types as lsp;
use hsl_ide::{HintKind, View, Wait};
use hsl_lint::Waiting;
use mta_project::HintSettings;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::project::ProjectGraph;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    let options =
        lsp::InlayHintOptions { resolve_provider: Some(true), ..lsp::InlayHintOptions::default() };
    all.inlay_hint_provider = Some(options.into());
}

pub(super) fn hints(world: &World, params: lsp::InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
    let uri = params.text_document.uri.as_ref();
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let piece = Span::new(lines.offset(params.range.start), lines.offset(params.range.end));
    let wanted = world.tools_of(uri).editor.inlay_hints;
    if !wanted.enable {
        return None;
    }
    let mut hints = hsl_ide::hints(&view, piece);
    if wanted.hooks
        && let Some((project, file)) = ProjectGraph::of(world, uri)
    {
        hints.extend(hsl_ide::hook_hints(&view, &project.graph, file, piece));
    }
    if wanted.waits {
        hints.extend(hsl_ide::wait_hints(&view, &waits(&view), piece));
    }
    hints.retain(|hint| is_wanted(wanted, hint.kind));
    Some(hints.into_iter().map(|hint| proto::hint(hint, wanted.longest, &lines)).collect())
}

fn is_wanted(wanted: HintSettings, kind: HintKind) -> bool {
    match kind {
        HintKind::Parameter => wanted.parameter_names,
        HintKind::Type => wanted.loop_types,
        HintKind::MayBeNone => wanted.may_be_none,
        HintKind::Hooks => wanted.hooks,
        HintKind::Waits => wanted.waits,
    }
}

/// What the script of a view, and the functions in its file, wait for.
fn waits(view: &View) -> Vec<Wait> {
    let Some(file) = view.id() else { return Vec::new() };
    let here = hsl_lint::waiting(&view.resolved, &view.unit).into_iter();
    let here = here.filter(|waiting| waiting.at.file == file);
    // A file of functions has no way of its own.
    let here = here.filter(|waiting| !(waiting.is_script && view.unit.library));
    here.map(|Waiting { at, is_script, seconds, open }| Wait {
        function: (!is_script).then_some(at.span),
        seconds,
        open,
    })
    .collect()
}

/// Fills in what a hint says in full.
pub(super) fn resolve(_: &World, mut hint: lsp::InlayHint) -> lsp::InlayHint {
    if hint.tooltip.is_none() {
        hint.tooltip = proto::hint_tooltip(&hint).map(Into::into);
    }
    hint
}
