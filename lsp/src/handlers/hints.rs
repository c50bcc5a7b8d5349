//! What the editor shows between the words.

use diagnostics::Span;
use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.inlay_hint_provider = Some(true.into());
}

pub(super) fn hints(world: &World, params: lsp::InlayHintParams) -> Option<Vec<lsp::InlayHint>> {
    let view = world.view(params.text_document.uri.as_ref())?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let piece = Span::new(lines.offset(params.range.start), lines.offset(params.range.end));
    let hints = hsl_ide::hints(&view, piece).into_iter();
    Some(hints.map(|hint| proto::hint(hint, &lines)).collect())
}
