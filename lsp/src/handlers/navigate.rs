//! From a name to where it comes from.

use gen_lsp_types as lsp;
use hsl_graph::{FileNo, Graph, Symbol};
use hsl_ide::project::{self, Place};

use crate::capabilities::Client;
use crate::pages;
use crate::project::Asked;
use crate::world::World;

/// The beginning of a page.
const START: lsp::Range = lsp::Range {
    start: lsp::Position { line: 0, character: 0 },
    end: lsp::Position { line: 0, character: 0 },
};

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.definition_provider = Some(true.into());
    all.declaration_provider = Some(true.into());
    all.implementation_provider = Some(true.into());
}

pub(super) fn definition(
    world: &World,
    params: lsp::DefinitionParams,
) -> Option<lsp::DefinitionResponse> {
    let at = params.text_document_position_params;
    if let Some(source) = world.packed_source(&at) {
        return Some(lsp::Definition::from(source).into());
    }
    if let Some(page) = page(world, &at) {
        return Some(lsp::Definition::from(page).into());
    }
    Some(definition_of(go(world, &at, project::definitions)?).into())
}

pub(super) fn declaration(
    world: &World,
    params: lsp::DeclarationParams,
) -> Option<lsp::DeclarationResponse> {
    let found = go(world, &params.text_document_position_params, project::declarations)?;
    Some(lsp::Declaration::from(found).into())
}

pub(super) fn implementation(
    world: &World,
    params: lsp::ImplementationParams,
) -> Option<lsp::ImplementationResponse> {
    let found = go(world, &params.text_document_position_params, project::implementations)?;
    Some(definition_of(found).into())
}

/// The page of what the library defines.
fn page(world: &World, at: &lsp::TextDocumentPositionParams) -> Option<lsp::Location> {
    let Asked { project, file, offset } = Asked::at(world, at)?;
    match project.graph.symbol_at(file, offset)?.symbol {
        Symbol::Library(name) if world.client.shows_pages => {
            Some(lsp::Location { uri: pages::uri_of_name(name).into(), range: START })
        }
        _ => None,
    }
}

/// The places that a feature gives; none rather than an empty list.
fn go(
    world: &World,
    at: &lsp::TextDocumentPositionParams,
    feature: fn(&Graph, FileNo, usize) -> Vec<Place>,
) -> Option<Vec<lsp::Location>> {
    let Asked { project, file, offset } = Asked::at(world, at)?;
    let found = project.locations(feature(&project.graph, file, offset));
    (!found.is_empty()).then_some(found)
}

/// One place as itself, several as a list.
fn definition_of(mut found: Vec<lsp::Location>) -> lsp::Definition {
    match found.pop() {
        Some(only) if found.is_empty() => only.into(),
        last => {
            found.extend(last);
            found.into()
        }
    }
}
