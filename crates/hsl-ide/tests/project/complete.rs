//! What may be written at a place, as far as it comes from the project.

use std::fmt::Write as _;
use std::sync::Arc;

use hsl_analysis::{Sources as _, Unit};
use hsl_graph::{FileNo, Graph, Role};
use hsl_ide::{Completion, Surroundings, View};
use mta_project::{Snapshot, layout};

struct Around<'s> {
    snapshot: &'s Snapshot,
    graph: Arc<Graph>,
    file: FileNo,
}

impl Surroundings for Around<'_> {
    fn graph(&self) -> Option<(Arc<Graph>, FileNo)> {
        Some((Arc::clone(&self.graph), self.file))
    }

    fn resolve(&self, path: &str) -> Option<Arc<str>> {
        self.snapshot.resolve(&self.graph.file(self.file).name, path).ok()
    }
}

/// Items that the library alone does not give, with what they change elsewhere.
pub(crate) fn answer(snapshot: &Snapshot, graph: Graph, file: FileNo, offset: usize) -> String {
    let view = view(snapshot, &graph, file);
    let around = Around { snapshot, graph: Arc::new(graph), file };
    let items = hsl_ide::complete(&view, &around, offset);
    let alone = hsl_ide::complete(&view, &hsl_ide::Alone, offset);
    let mut out = String::new();
    for item in items.iter().filter(|item| !alone.contains(item)) {
        _ = writeln!(out, "{}", shown(item));
    }
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

fn shown(item: &Completion) -> String {
    let mut out = format!("{} {:?}", item.label, item.kind);
    for part in item.detail.iter().chain(&item.note) {
        _ = write!(out, " | {part}");
    }
    if item.insert != item.label {
        _ = write!(out, " | writes {:?}", item.insert);
    }
    for edit in &item.extra {
        _ = write!(out, " | {} {:?}", edit.span.start, edit.text);
    }
    out
}

fn view(snapshot: &Snapshot, graph: &Graph, file: FileNo) -> View {
    let name = &graph.file(file).name;
    let catalog = mta_hooks::catalog_for(name);
    let unit = match layout::role_of(name) {
        Role::Hook(hook, _) => Unit::new(Some(hook), catalog),
        _ => Unit::reached_from(catalog, graph.hooks_of(file)),
    };
    let parse = hsl_syntax::parse(Arc::clone(&graph.file(file).text));
    View::new(name, parse, snapshot, unit, snapshot.paths())
}
