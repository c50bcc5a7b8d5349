//! What the editor shows between the words, as the user's settings want it.

use diagnostics::Span;
use gen_lsp_types as lsp;

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
    hints.retain(|hint| world.settings.inlay_hints.shows(hint.kind));
    Some(hints.into_iter().map(|hint| proto::hint(hint, &lines)).collect())
}

/// Fills in what a hint says in full.
pub(super) fn resolve(_: &World, mut hint: lsp::InlayHint) -> lsp::InlayHint {
    hint.tooltip = proto::hint_tooltip(&hint).map(Into::into);
    hint
}
