//! What the editor shows between the words, as the user's settings want it.

use diagnostics::Span;
use gen_lsp_types as lsp;
use hsl_ide::{View, Wait};
use hsl_lint::Waiting;

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
    let mut hints = hsl_ide::hints(&view, piece);
    if world.settings.inlay_hints.hooks
        && let Some((project, file)) = ProjectGraph::of(world, uri)
    {
        hints.extend(hsl_ide::hook_hints(&view, &project.graph, file, piece));
    }
    if world.settings.inlay_hints.waits {
        hints.extend(hsl_ide::wait_hints(&view, &waits(&view), piece));
    }
    hints.retain(|hint| world.settings.inlay_hints.shows(hint.kind));
    Some(hints.into_iter().map(|hint| proto::hint(hint, &lines)).collect())
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
    hint.tooltip = proto::hint_tooltip(&hint).map(Into::into);
    hint
}
