//! Paths, addresses and numbers of RFCs that lead somewhere.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.document_link_provider = Some(lsp::DocumentLinkOptions::default());
}

/// The links of a document.
pub(super) fn links(
    world: &World,
    params: lsp::DocumentLinkParams,
) -> Option<Vec<lsp::DocumentLink>> {
    let uri = params.text_document.uri.as_ref();
    let (document, home) = world.documents.get(uri)?;
    if !world.tools(home).editor.document_links.enable {
        return None;
    }
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let found = match (world.view(uri), world.config(uri)) {
        (Some(view), _) => hsl_ide::links(&view),
        (None, Some(config)) => hsl_ide::yaml::links(&config),
        (None, None) => hsl_ide::text_links(&document.parse.text),
    };
    let link = |link: hsl_ide::Link| {
        let (target, tooltip) = match link.target {
            hsl_ide::LinkTarget::File(name) => (world.uri_beside(home, &name), None),
            hsl_ide::LinkTarget::Url(url) => (url, None),
            hsl_ide::LinkTarget::Rfc(number) => {
                let url = format!("https://www.rfc-editor.org/rfc/rfc{number}");
                (url, Some(format!("RFC {number}")))
            }
        };
        let range = lines.range(link.span);
        lsp::DocumentLink { range, target: Some(target.into()), tooltip, data: None }
    };
    Some(found.into_iter().map(link).collect())
}
