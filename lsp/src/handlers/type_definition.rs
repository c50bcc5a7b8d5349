//! From a value to its class.

use gen_lsp_types as lsp;
use hsl_ide::{Target, View};

use crate::capabilities::Client;
use crate::pages;
use crate::position::Lines;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.type_definition_provider = Some(true.into());
}

pub(super) fn type_definition(
    world: &World,
    params: lsp::TypeDefinitionParams,
) -> Option<lsp::TypeDefinitionResponse> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let targets = hsl_ide::type_definition(&view, lines.offset(at.position));
    let locations = targets.iter().filter_map(|target| location(world, uri, &view, target));
    let mut locations: Vec<_> = locations.collect();
    if world.client.shows_pages {
        let names = hsl_ide::library_types(&view, lines.offset(at.position)).into_iter();
        let page = |name| {
            let uri = pages::uri_of_name(name).into();
            lsp::Location { uri, range: lsp::Range::default() }
        };
        locations.extend(names.map(page));
    }
    Some(lsp::Definition::from(locations).into())
}

/// A place in a file of the program of a view.
fn location(world: &World, uri: &str, view: &View, target: &Target) -> Option<lsp::Location> {
    let text = world.text_of(view, &target.file)?;
    let range = Lines::new(&text, world.client.encoding).range(target.span);
    let (_, home) = world.documents.get(uri)?;
    Some(lsp::Location { uri: world.uri_beside(home, &target.file).into(), range })
}
