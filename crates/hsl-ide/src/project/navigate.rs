//! Where to go from a name.

use hsl_analysis::SymbolKind;
use hsl_graph::{FileNo, Graph, Occurrence, Symbol, Use};

use super::Place;

/// Where the symbol at an offset is defined: a name where it is introduced, an id in the
/// configuration, the script of a hook, the places that write a key of `$context`. From a definition
/// of an id on, where it is used.
pub fn definitions(graph: &Graph, file: FileNo, offset: usize) -> Vec<Place> {
    let Some(found) = graph.symbol_at(file, offset) else { return Vec::new() };
    match &found.symbol {
        Symbol::Script(of, id) => {
            let script = graph.script(*of);
            let at = script.and_then(|script| script.symbol(*id).name_at);
            at.map(|at| Place { file: *of, span: at.span }).into_iter().collect()
        }
        Symbol::File(of) => vec![start_of(*of)],
        Symbol::Library(_) => Vec::new(),
        Symbol::Context(..) => places(graph, &found.symbol, |o| o.usage == Use::Write),
        Symbol::Member(_) => places(graph, &found.symbol, |o| o.usage == Use::Definition),
        Symbol::Id(..) | Symbol::Hook(..) | Symbol::Barrier(_) | Symbol::Cache(_) => {
            let here = Place { file, span: found.span };
            let mut defined = places(graph, &found.symbol, |o| o.usage == Use::Definition);
            if defined.contains(&here) || defined.is_empty() {
                defined = places(graph, &found.symbol, |o| o.usage != Use::Definition);
            }
            defined
        }
    }
}

/// Where this file says that it has the name: the import, or else the definition.
pub fn declarations(graph: &Graph, file: FileNo, offset: usize) -> Vec<Place> {
    let imported = imported_at(graph, file, offset);
    imported.map_or_else(|| definitions(graph, file, offset), |place| vec![place])
}

fn imported_at(graph: &Graph, file: FileNo, offset: usize) -> Option<Place> {
    let script = graph.script(file)?;
    let reference = script.facts.reference_at(hsl_analysis::hir::FileId(0), offset)?;
    let hsl_analysis::Meaning::Symbol(id) = reference.meaning else { return None };
    let items = script.links.iter().flat_map(|link| &link.items);
    let item = items.into_iter().find(|item| item.symbol == Some(id));
    item.map(|item| Place { file, span: item.local_at })
}

/// What a name stands for when it runs: the script of a hook, the functions that are passed for a
/// parameter, the body of a function.
pub fn implementations(graph: &Graph, file: FileNo, offset: usize) -> Vec<Place> {
    let Some(found) = graph.symbol_at(file, offset) else { return Vec::new() };
    match &found.symbol {
        Symbol::Hook(..) => places(graph, &found.symbol, |o| o.usage == Use::Definition),
        Symbol::Script(of, id) => {
            let passed = passed_for(graph, *of, *id);
            if passed.is_empty() { definitions(graph, file, offset) } else { passed }
        }
        _ => definitions(graph, file, offset),
    }
}

/// Functions without a name that calls pass for a parameter.
fn passed_for(graph: &Graph, file: FileNo, id: hsl_analysis::SymbolId) -> Vec<Place> {
    let Some(script) = graph.script(file) else { return Vec::new() };
    let Some(at) = script.symbol(id).name_at else { return Vec::new() };
    if script.symbol(id).kind != SymbolKind::Parameter {
        return Vec::new();
    }
    let scope = script.scope_at(at.span.start as usize);
    let parameters = script.facts.scopes[scope as usize].symbols.iter();
    let mut parameters = parameters.filter(|id| script.symbol(**id).kind == SymbolKind::Parameter);
    let Some(position) = parameters.position(|other| *other == id) else { return Vec::new() };
    let Some(function) = script.function_of(scope) else { return Vec::new() };
    let calls = graph.occurrences(&Symbol::Script(file, function));
    let passed = calls.iter().filter_map(|call| {
        let script = graph.script(call.file)?;
        let same =
            script.callbacks.iter().find(|c| c.callee_at == call.span && c.position == position)?;
        Some(Place { file: call.file, span: same.at })
    });
    passed.collect()
}

fn places(graph: &Graph, symbol: &Symbol, wanted: impl Fn(&Occurrence) -> bool) -> Vec<Place> {
    let found = graph.occurrences(symbol).into_iter().filter(|o| wanted(o));
    found.map(Place::from).collect()
}

fn start_of(file: FileNo) -> Place {
    Place { file, span: diagnostics::Span::default() }
}
