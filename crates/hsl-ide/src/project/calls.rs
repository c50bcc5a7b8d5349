//! Who calls whom, over files.
//!
//! The roots are phases of servers: the configuration names a script, the script runs, and so on.
//! Functions without a name count as part of the function that makes them.

use std::collections::BTreeMap;

use diagnostics::Span;
use hsl_analysis::SymbolKind;
use hsl_decl::HookSet;
use hsl_graph::{FileNo, Graph, Role, StepKind, Symbol};

use super::Place;

/// What can call and be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// A phase of a server, in the configuration.
    Phase,
    /// The top level of a file.
    File,
    /// A function.
    Function,
    /// A method of a class, or its constructor.
    Method,
}

/// One end of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallItem {
    /// Name to show.
    pub name: String,
    /// What it is.
    pub kind: CallKind,
    /// Its name in the text.
    pub place: Place,
    /// All of it.
    pub full: Span,
    /// The hooks that reach it.
    pub hooks: HookSet,
}

/// Calls between two functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The other function.
    pub item: CallItem,
    /// Where the calls stand: in the caller's file.
    pub at: Vec<Span>,
}

/// The function at an offset: the one that is named there, else the one around it.
pub fn call_item(graph: &Graph, file: FileNo, offset: usize) -> Option<CallItem> {
    if let Some(found) = graph.symbol_at(file, offset) {
        match &found.symbol {
            Symbol::Script(of, id) => {
                let (file, scope) = graph.body_of(*of, *id)?;
                return item(graph, file, scope);
            }
            Symbol::Hook(hook, id) => {
                let is_script = |role: &Role| *role == Role::Hook(*hook, id.clone());
                let script = graph.files().find(|(_, file)| is_script(&file.role));
                return script.and_then(|(file, _)| item(graph, file, 0));
            }
            Symbol::File(of) => return item(graph, *of, 0),
            _ => {}
        }
    }
    let scope = graph.script(file)?.scope_at(offset);
    item(graph, file, named(graph, file, scope))
}

/// What calls the function at a place that [`call_item`] gave.
pub fn incoming_calls(graph: &Graph, place: Place) -> Vec<Call> {
    let Some((file, scope)) = scope_of(graph, place) else { return Vec::new() };
    let mut calls: BTreeMap<(FileNo, u32), Vec<Span>> = BTreeMap::new();
    for (from, scope, step) in graph.callers(file, scope) {
        calls.entry((from, named(graph, from, scope))).or_default().push(step.at);
    }
    let mut found = collect(graph, calls);
    if scope == 0 {
        found.extend(phases(graph, file));
    }
    found
}

/// What the function at a place calls.
pub fn outgoing_calls(graph: &Graph, place: Place) -> Vec<Call> {
    if let Some(config) = graph.file(place.file).config.as_deref() {
        let at = config.ids.iter().find(|id| id.at == place.span);
        let script = at.and_then(|id| call_item(graph, place.file, id.at.start as usize));
        return script.map(|item| Call { item, at: vec![place.span] }).into_iter().collect();
    }
    let Some((file, scope)) = scope_of(graph, place) else { return Vec::new() };
    let mut calls: BTreeMap<(FileNo, u32), Vec<Span>> = BTreeMap::new();
    let mut open = vec![scope];
    while let Some(scope) = open.pop() {
        for (to, inner, step) in graph.callees(file, scope) {
            match step.kind {
                StepKind::Closure => open.push(inner),
                _ => calls.entry((to, inner)).or_default().push(step.at),
            }
        }
    }
    collect(graph, calls)
}

fn collect(graph: &Graph, calls: BTreeMap<(FileNo, u32), Vec<Span>>) -> Vec<Call> {
    let calls = calls.into_iter().filter_map(|((file, scope), mut at)| {
        at.sort();
        Some(Call { item: item(graph, file, scope)?, at })
    });
    calls.collect()
}

/// Phases of the configuration that run a hook's script.
fn phases(graph: &Graph, file: FileNo) -> Vec<Call> {
    let Role::Hook(hook, id) = &graph.file(file).role else { return Vec::new() };
    let symbol = Symbol::Hook(*hook, id.clone());
    let mut calls = Vec::new();
    for (config, of) in graph.configs() {
        for used in of.ids.iter().filter(|used| used.symbol == symbol) {
            let place = Place { file: config, span: used.at };
            let (name, hooks) = (format!("{hook}: {id}"), HookSet::of(&[*hook]));
            let item = CallItem { name, kind: CallKind::Phase, place, full: used.at, hooks };
            calls.push(Call { item, at: vec![used.at] });
        }
    }
    calls
}

fn item(graph: &Graph, file: FileNo, scope: u32) -> Option<CallItem> {
    let of = graph.file(file);
    let script = graph.script(file)?;
    let hooks = graph.hooks_of_scope(file, scope);
    let whole = Span::new(0, of.text.len());
    let Some(id) = script.function_of(scope) else {
        let name = of.name.rsplit('/').next().unwrap_or(&of.name).to_owned();
        let place = Place { file, span: Span::default() };
        return Some(CallItem { name, kind: CallKind::File, place, full: whole, hooks });
    };
    let symbol = script.symbol(id);
    let class = symbol.container.map(|class| format!("{}::", script.symbol(class).name));
    let name = format!("{}{}", class.unwrap_or_default(), symbol.name);
    let kind = match symbol.kind {
        SymbolKind::Function => CallKind::Function,
        _ => CallKind::Method,
    };
    let place = Place { file, span: symbol.name_at?.span };
    Some(CallItem { name, kind, place, full: symbol.full?.span, hooks })
}

/// The scope of an item.
fn scope_of(graph: &Graph, place: Place) -> Option<(FileNo, u32)> {
    let script = graph.script(place.file)?;
    if place.span.end == 0 {
        return Some((place.file, 0));
    }
    let bodies = script.facts.symbols.iter().zip(0..);
    let mut named = bodies.filter(|(symbol, _)| {
        symbol.full.is_some() && symbol.name_at.is_some_and(|at| at.span == place.span)
    });
    named.find_map(|(_, id)| graph.body_of(place.file, hsl_analysis::SymbolId(id)))
}

/// The function with a name that a scope stands in, or the top level.
fn named(graph: &Graph, file: FileNo, scope: u32) -> u32 {
    let Some(script) = graph.script(file) else { return 0 };
    let mut at = scope;
    while at != 0 && script.function_of(at).is_none() {
        at = script.facts.scopes.get(at as usize).and_then(|scope| scope.parent).unwrap_or(0);
    }
    at
}
