//! From a name to where it comes from.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::pages;
use crate::position::Lines;
use crate::world::World;

/// The beginning of a page.
const START: lsp::Range = lsp::Range {
    start: lsp::Position { line: 0, character: 0 },
    end: lsp::Position { line: 0, character: 0 },
};

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.definition_provider = Some(true.into());
}

pub(super) fn definition(
    world: &World,
    params: lsp::DefinitionParams,
) -> Option<lsp::DefinitionResponse> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let offset = lines.offset(at.position);
    if let Some(name) = hsl_ide::library_name(&view, offset).filter(|_| world.client.shows_pages) {
        let location = lsp::Location { uri: pages::uri_of_name(name).into(), range: START };
        return Some(lsp::Definition::from(location).into());
    }
    let target = hsl_ide::definition(&view, offset)?;
    let text = world.text_of(&view, &target.file)?;
    let range = Lines::new(&text, world.client.encoding).range(target.span);
    let location = lsp::Location { uri: world.uri_of(uri, &target.file)?.into(), range };
    Some(lsp::Definition::from(location).into())
}
