//! What stands above a line: how often a function is used. Counted when it is shown.

use gen_lsp_types as lsp;
use hsl_analysis::SymbolKind;
use hsl_ide::project;
use serde_json::json;

use crate::capabilities::Client;
use crate::project::ProjectGraph;
use crate::world::World;

/// The command that shows places; the editor's extension has it.
const SHOW: &str = "mailstop.showReferences";

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.code_lens_provider =
        Some(lsp::CodeLensOptions { resolve_provider: Some(true), ..Default::default() });
}

pub(super) fn lenses(world: &World, params: lsp::CodeLensParams) -> Option<Vec<lsp::CodeLens>> {
    let uri = params.text_document.uri;
    let (project, file) = ProjectGraph::of(world, uri.as_ref())?;
    let script = project.graph.file(file).script.clone()?;
    let lines = project.lines(file);
    let symbols = script.facts.symbols.iter().enumerate();
    let callable = symbols.filter(|(_, symbol)| {
        matches!(
            symbol.kind,
            SymbolKind::Function
                | SymbolKind::Method
                | SymbolKind::StaticMethod
                | SymbolKind::Class
        ) && symbol.full.is_some()
    });
    let lens = |(id, symbol): (usize, &hsl_analysis::Symbol)| {
        let range = lines.range(symbol.name_at?.span);
        let data = json!({ "uri": uri.as_ref() as &str, "symbol": id });
        Some(lsp::CodeLens { range, command: None, data: Some(data) })
    };
    Some(callable.filter_map(lens).collect())
}

pub(super) fn resolve(world: &World, mut lens: lsp::CodeLens) -> lsp::CodeLens {
    lens.command = command(world, &lens);
    lens
}

fn command(world: &World, lens: &lsp::CodeLens) -> Option<lsp::Command> {
    let data = lens.data.as_ref()?;
    let uri = data.get("uri")?.as_str()?;
    let id = u32::try_from(data.get("symbol")?.as_u64()?).ok()?;
    let (project, file) = ProjectGraph::of(world, uri)?;
    let symbols = &project.graph.file(file).script.as_deref()?.facts.symbols;
    symbols.get(id as usize)?;
    let id = hsl_analysis::SymbolId(id);
    let found = project::references_of_function(&project.graph, file, id);
    let places = project.locations(found.into_iter().map(project::Place::from));
    let title = match places.len() {
        1 => "1 reference".to_owned(),
        count => format!("{count} references"),
    };
    let arguments = vec![json!(uri), json!(lens.range.start), json!(places)];
    Some(lsp::Command {
        title,
        tooltip: None,
        command: SHOW.to_owned(),
        arguments: Some(arguments),
    })
}
