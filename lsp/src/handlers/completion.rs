//! What may be written at a place.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

/// Characters that ask for a list without a key of the user's own.
const TRIGGERS: [&str; 6] = ["$", "[", "\"", ">", ":", "{"];

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.completion_provider = Some(lsp::CompletionOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
        ..lsp::CompletionOptions::default()
    });
}

pub(super) fn completion(
    world: &World,
    params: lsp::CompletionParams,
) -> Option<lsp::CompletionResponse> {
    let at = params.text_document_position_params;
    let view = world.view(at.text_document.uri.as_ref())?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let items = hsl_ide::complete(&view, lines.offset(at.position)).into_iter().enumerate();
    let item = |(place, item)| proto::completion(item, place, &lines, world.client.snippets);
    Some(items.map(item).collect::<Vec<_>>().into())
}
