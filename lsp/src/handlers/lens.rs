//! What stands above a line: how often a function or an id of the configuration is used, counted when
//! it is shown; and what can be done with the script of a hook.

use gen_lsp_types as lsp;
use hsl_analysis::SymbolKind;
use hsl_graph::Occurrence;
use hsl_ide::project;
use hsl_ide::yaml::{self, ConfigView, Lens, LensAction};
use mta_project::{PackedFile, layout};
use serde_json::json;

use super::commands::{CREATE, OPEN};
use crate::capabilities::{Client, DEBUG, DEBUG_SAMPLE, DEBUG_TEST, RUN, RUN_SAMPLE, TEST};
use crate::packed;
use crate::position::Lines;
use crate::project::ProjectGraph;
use crate::world::{Home, World};

/// The command that shows places; the editor's extension has it.
const SHOW: &str = "mailstop.showReferences";

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.code_lens_provider =
        Some(lsp::CodeLensOptions { resolve_provider: Some(true), ..Default::default() });
}

pub(super) fn lenses(world: &World, params: lsp::CodeLensParams) -> Option<Vec<lsp::CodeLens>> {
    let uri = params.text_document.uri;
    let wanted = world.tools_of(uri.as_ref()).editor.lens;
    if let Some(config) = world.config(uri.as_ref()) {
        return Some(of_config(world, uri.as_ref(), &config));
    }
    let (project, file) = ProjectGraph::of(world, uri.as_ref())?;
    let script = project.graph.script(file)?;
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
    let name = &project.graph.file(file).name;
    let runs = of_hook(world, uri.as_ref(), name).into_iter().filter(|_| wanted.run);
    let has_tests = mta_hooks::is_test(name) && wanted.run;
    let tests = script.facts.symbols.iter().filter(|symbol| has_tests && is_test(symbol));
    let tests = tests.filter_map(|symbol| Some((symbol, lines.range(symbol.name_at?.span))));
    let tests = tests.flat_map(|(test, range)| of_test(world, uri.as_ref(), test, range));
    let callable = callable.filter(|_| wanted.references);
    Some(runs.chain(tests).chain(callable.filter_map(lens)).collect())
}

/// Whether `mailstop test` runs a function.
fn is_test(symbol: &hsl_analysis::Symbol) -> bool {
    let is_called = symbol.kind == SymbolKind::Function && symbol.container.is_none();
    is_called && symbol.name.starts_with("test_")
}

/// What can be done with a test, above its function.
fn of_test(
    world: &World,
    uri: &str,
    test: &hsl_analysis::Symbol,
    range: lsp::Range,
) -> impl Iterator<Item = lsp::CodeLens> {
    let client = &world.client;
    let all = [("Run test", TEST, client.runs_tests), ("Debug", DEBUG_TEST, client.debugs_tests)];
    let arguments = vec![json!(uri), json!(&*test.name)];
    let known = all.into_iter().filter(|(.., is_known)| *is_known);
    known.map(move |(title, command, _)| lens_of(title, command, arguments.clone(), range))
}

/// What can be done with the script of a hook, above its first line.
fn of_hook(world: &World, uri: &str, name: &str) -> Vec<lsp::CodeLens> {
    if layout::hook_of(name).is_none() {
        return Vec::new();
    }
    let client = &world.client;
    let all = [
        ("Run with sample", RUN_SAMPLE, client.runs_samples),
        ("Debug with sample", DEBUG_SAMPLE, client.runs_samples),
        ("Run", RUN, client.runs_scripts),
        ("Debug", DEBUG, client.runs_scripts),
    ];
    let known = all.into_iter().filter(|(.., is_known)| *is_known);
    let lens =
        |(title, command, _)| lens_of(title, command, vec![json!(uri)], lsp::Range::default());
    known.map(lens).collect()
}

fn lens_of(
    title: &str,
    command: &str,
    arguments: Vec<serde_json::Value>,
    range: lsp::Range,
) -> lsp::CodeLens {
    let (title, command) = (title.to_owned(), command.to_owned());
    let command = lsp::Command { title, tooltip: None, command, arguments: Some(arguments) };
    lsp::CodeLens { range, command: Some(command), data: None }
}

fn of_config(world: &World, uri: &str, config: &ConfigView) -> Vec<lsp::CodeLens> {
    let Some((_, home)) = world.documents.get(uri) else { return Vec::new() };
    let lines = Lines::new(&config.text, world.client.encoding);
    let wanted = world.tools(home).editor.lens;
    let opens = wanted.files && world.client.shows_documents;
    let creates = wanted.files && world.client.edits.creates_files;
    let runs = wanted.run && world.client.runs_scripts;
    let lens = |lens: Lens| {
        let range = lines.range(lens.span);
        let (title, command, file) = match &lens.action {
            LensAction::References if wanted.references => {
                let data = json!({ "uri": uri, "offset": lens.span.start });
                return Some(lsp::CodeLens { range, command: None, data: Some(data) });
            }
            LensAction::Open(file) if opens => ("Open hook", OPEN, file),
            LensAction::Create(file) if creates => ("Create hook", CREATE, file),
            LensAction::Run(file) if runs => ("Run", RUN, file),
            LensAction::Debug(file) if runs => ("Debug", DEBUG, file),
            _ => return None,
        };
        let arguments = vec![json!(world.uri_beside(home, file))];
        Some(lens_of(title, command, arguments, range))
    };
    let packed = packed_lens(world, home).filter(|_| wanted.files);
    packed.into_iter().chain(yaml::lenses(config).into_iter().filter_map(lens)).collect()
}

/// What the file of a project packs to, for editors that show documents of the server.
fn packed_lens(world: &World, home: &Home) -> Option<lsp::CodeLens> {
    let (root, name) = home.project.as_ref()?;
    let which = PackedFile::of_source(name)?;
    let is_shown = world.client.shows_pages && world.client.shows_documents;
    let command = lsp::Command {
        title: "Show packed".to_owned(),
        tooltip: Some("What the server loads, with the scripts in it".to_owned()),
        command: OPEN.to_owned(),
        arguments: Some(vec![json!(packed::uri_of(root, which))]),
    };
    let range = lsp::Range::default();
    is_shown.then_some(lsp::CodeLens { range, command: Some(command), data: None })
}

pub(super) fn resolve(world: &World, mut lens: lsp::CodeLens) -> lsp::CodeLens {
    if lens.command.is_none() {
        lens.command = command(world, &lens);
    }
    lens
}

fn command(world: &World, lens: &lsp::CodeLens) -> Option<lsp::Command> {
    let data = lens.data.as_ref()?;
    let uri = data.get("uri")?.as_str()?;
    if let Some(offset) = data.get("offset").and_then(serde_json::Value::as_u64) {
        let (project, file) = ProjectGraph::of(world, uri)?;
        let offset = usize::try_from(offset).ok()?;
        let found = project::references(&project.graph, file, offset, false);
        return Some(show(&project, uri, lens, found));
    }
    let id = u32::try_from(data.get("symbol")?.as_u64()?).ok()?;
    let (project, file) = ProjectGraph::of(world, uri)?;
    let script = project.graph.script(file)?;
    let symbols = &script.facts.symbols;
    symbols.get(id as usize)?;
    let id = hsl_analysis::SymbolId(id);
    let found = project::references_of_function(&project.graph, file, id);
    Some(show(&project, uri, lens, found))
}

/// The command that shows places, with their number.
fn show(
    project: &ProjectGraph<'_>,
    uri: &str,
    lens: &lsp::CodeLens,
    found: Vec<Occurrence>,
) -> lsp::Command {
    let places = project.locations(found.into_iter().map(project::Place::from));
    let title = match places.len() {
        1 => "1 reference".to_owned(),
        count => format!("{count} references"),
    };
    let arguments = vec![json!(uri), json!(lens.range.start), json!(places)];
    lsp::Command { title, tooltip: None, command: SHOW.to_owned(), arguments: Some(arguments) }
}
