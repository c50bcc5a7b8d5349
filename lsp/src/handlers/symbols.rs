//! The symbols of a file and of all projects.

use gen_lsp_types as lsp;
use hsl_ide::project::{self, ProjectSymbolKind};

use crate::capabilities::Client;
use crate::position::Lines;
use crate::project::ProjectGraph;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.document_symbol_provider = Some(true.into());
    let search = lsp::WorkspaceSymbolOptions { resolve_provider: Some(true), ..Default::default() };
    all.workspace_symbol_provider = Some(search.into());
}

pub(super) fn symbols(
    world: &World,
    params: lsp::DocumentSymbolParams,
) -> Option<lsp::DocumentSymbolResponse> {
    let uri = params.text_document.uri.as_ref();
    let document = world.document(uri)?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let items = match world.config(uri) {
        Some(config) => hsl_ide::yaml::outline(&config),
        None => hsl_ide::outline(&document.parse),
    };
    let items = items.into_iter();
    Some(items.map(|item| proto::symbol(item, &lines)).collect::<Vec<_>>().into())
}

pub(super) fn search(
    world: &World,
    params: lsp::WorkspaceSymbolParams,
) -> Option<lsp::WorkspaceSymbolResponse> {
    let mut found = Vec::new();
    for project in ProjectGraph::all(world) {
        let symbols = project::project_symbols(&project.graph, &params.query);
        let places: Vec<_> = symbols.iter().map(|symbol| symbol.place).collect();
        let locations = places.into_iter().map(|place| project.locations([place]));
        let located = symbols.into_iter().zip(locations.flatten());
        found.extend(located.map(|(symbol, location)| workspace_symbol(symbol, location)));
    }
    Some(found.into())
}

/// Fills in the whole definition, to be shown.
pub(super) fn resolve(world: &World, mut symbol: lsp::WorkspaceSymbol) -> lsp::WorkspaceSymbol {
    if let lsp::WorkspaceSymbolLocation::Location(location) = &mut symbol.location
        && let Some(range) = full_range(world, location)
    {
        location.range = range;
    }
    symbol
}

fn full_range(world: &World, location: &lsp::Location) -> Option<lsp::Range> {
    let (project, file) = ProjectGraph::of(world, location.uri.as_ref())?;
    let lines = project.lines(file);
    let (start, end) = (lines.offset(location.range.start), lines.offset(location.range.end));
    let place = project::Place { file, span: diagnostics::Span::new(start, end) };
    project::full_span(&project.graph, place).map(|span| lines.range(span))
}

fn workspace_symbol(
    symbol: project::ProjectSymbol,
    location: lsp::Location,
) -> lsp::WorkspaceSymbol {
    let kind = match symbol.kind {
        ProjectSymbolKind::Function => lsp::SymbolKind::Function,
        ProjectSymbolKind::Class => lsp::SymbolKind::Class,
        ProjectSymbolKind::Method => lsp::SymbolKind::Method,
        ProjectSymbolKind::Property => lsp::SymbolKind::Property,
        ProjectSymbolKind::Variable => lsp::SymbolKind::Variable,
        ProjectSymbolKind::Key | ProjectSymbolKind::Id(_) => lsp::SymbolKind::Key,
        ProjectSymbolKind::Hook => lsp::SymbolKind::Event,
        ProjectSymbolKind::Barrier | ProjectSymbolKind::Cache => lsp::SymbolKind::Namespace,
    };
    lsp::WorkspaceSymbol {
        location: location.into(),
        data: None,
        base_symbol_information: lsp::BaseSymbolInformation {
            name: symbol.name,
            kind,
            tags: None,
            container_name: symbol.container,
        },
    }
}
