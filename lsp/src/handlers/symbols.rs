//! The symbols of a file.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.document_symbol_provider = Some(true.into());
}

pub(super) fn symbols(
    world: &World,
    params: lsp::DocumentSymbolParams,
) -> Option<lsp::DocumentSymbolResponse> {
    let document = world.document(params.text_document.uri.as_ref())?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let items = hsl_ide::outline(&document.parse).into_iter();
    Some(items.map(|item| proto::symbol(item, &lines)).collect::<Vec<_>>().into())
}
