//! From a name to where it comes from.

use gen_lsp_types as lsp;
use hsl_graph::{FileNo, Graph};
use hsl_ide::LibraryPage;
use hsl_ide::project::{self, Place};

use crate::capabilities::Client;
use crate::pages;
use crate::position::Lines;
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
    let found = match go(world, &at, project::definitions) {
        Some(found) => definition_of(found),
        None => page(world, &at)?.into(),
    };
    Some(found.into())
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
    let at = params.text_document_position_params;
    let found = phase(world, &at).or_else(|| go(world, &at, project::implementations))?;
    Some(definition_of(found).into())
}

/// The page of what the library defines.
fn page(world: &World, at: &lsp::TextDocumentPositionParams) -> Option<lsp::Location> {
    let view = world.view(at.text_document.uri.as_ref()).filter(|_| world.client.shows_pages)?;
    let offset = Lines::new(&view.parse.text, world.client.encoding).offset(at.position);
    let uri = match hsl_ide::library_page(&view, offset)? {
        LibraryPage::Name(name) => pages::uri_of_name(name),
        LibraryPage::Hook(hook) => pages::uri_of_hook(hook),
    };
    Some(lsp::Location { uri: uri.into(), range: START })
}

/// The scripts of the phase whose name stands at a place of a configuration file.
fn phase(world: &World, at: &lsp::TextDocumentPositionParams) -> Option<Vec<lsp::Location>> {
    let uri = at.text_document.uri.as_ref();
    let config = world.config(uri)?;
    let (_, home) = world.documents.get(uri)?;
    let offset = Lines::new(&config.text, world.client.encoding).offset(at.position);
    let scripts = hsl_ide::yaml::scripts_of_phase(&config, offset).into_iter();
    let there = scripts.filter(|script| script.exists);
    let location = |script: hsl_ide::yaml::ScriptUse| lsp::Location {
        uri: world.uri_beside(home, &script.file).into(),
        range: START,
    };
    let found: Vec<_> = there.map(location).collect();
    (!found.is_empty()).then_some(found)
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
