//! The text of documents that are no files.

use gen_lsp_types as lsp;

use super::Refusal;
use crate::capabilities::Client;
use crate::packed;
use crate::pages;
use crate::world::World;

pub(super) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
    if let Some(workspace) = all.workspace.as_mut().filter(|_| client.shows_pages) {
        let schemes = vec![pages::CATALOGUE.to_owned(), packed::SCHEME.to_owned()];
        workspace.text_document_content = Some(lsp::TextDocumentContentOptions { schemes }.into());
    }
}

/// The text of a page.
pub(super) fn page(
    world: &World,
    params: lsp::TextDocumentContentParams,
) -> Result<lsp::TextDocumentContentResult, Refusal> {
    let uri = params.uri.as_ref();
    if let Some(text) = world.packed_text(uri) {
        let text = text.map_err(|why| Refusal::Impossible(format!("it is not packed: {why}")))?;
        return Ok(lsp::TextDocumentContentResult { text });
    }
    let text = pages::text(uri).ok_or_else(|| Refusal::Impossible(format!("there is no {uri}")))?;
    Ok(lsp::TextDocumentContentResult { text })
}
