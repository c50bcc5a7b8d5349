//! Who calls whom, and what classes are made of.

use gen_lsp_types as lsp;
use hsl_analysis::SymbolKind;
use hsl_graph::Symbol;
use hsl_ide::project::{self, Call, CallItem, CallKind, Place};

use crate::capabilities::Client;
use crate::project::{Asked, ProjectGraph};
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.call_hierarchy_provider = Some(true.into());
    all.type_hierarchy_provider = Some(true.into());
}

pub(super) fn prepare_calls(
    world: &World,
    params: lsp::CallHierarchyPrepareParams,
) -> Option<Vec<lsp::CallHierarchyItem>> {
    let asked = Asked::at(world, &params.text_document_position_params)?;
    let found = project::call_item(&asked.project.graph, asked.file, asked.offset)?;
    Some(vec![call_item(&asked.project, &found)])
}

pub(super) fn incoming(
    world: &World,
    params: lsp::CallHierarchyIncomingCallsParams,
) -> Option<Vec<lsp::CallHierarchyIncomingCall>> {
    let (project, place) = place_of(world, &params.item)?;
    let calls = project::incoming_calls(&project.graph, place).into_iter();
    let call = |Call { item, at }: Call| lsp::CallHierarchyIncomingCall {
        from: call_item(&project, &item),
        from_ranges: project.ranges(item.place.file, &at),
    };
    Some(calls.map(call).collect())
}

pub(super) fn outgoing(
    world: &World,
    params: lsp::CallHierarchyOutgoingCallsParams,
) -> Option<Vec<lsp::CallHierarchyOutgoingCall>> {
    let (project, place) = place_of(world, &params.item)?;
    let calls = project::outgoing_calls(&project.graph, place).into_iter();
    let call = |Call { item, at }: Call| lsp::CallHierarchyOutgoingCall {
        to: call_item(&project, &item),
        from_ranges: project.ranges(place.file, &at),
    };
    Some(calls.map(call).collect())
}

/// The place that an item was made from: the start of its name.
fn place_of<'w>(
    world: &'w World,
    item: &lsp::CallHierarchyItem,
) -> Option<(ProjectGraph<'w>, Place)> {
    let (project, file) = ProjectGraph::of(world, item.uri.as_ref())?;
    let lines = project.lines(file);
    let start = lines.offset(item.selection_range.start);
    let end = lines.offset(item.selection_range.end);
    drop(lines);
    let span = diagnostics::Span::new(start, end);
    Some((project, Place { file, span }))
}

fn call_item(project: &ProjectGraph<'_>, item: &CallItem) -> lsp::CallHierarchyItem {
    let lines = project.lines(item.place.file);
    let hooks: Vec<_> = item.hooks.iter().map(|hook| hook.as_str()).collect();
    lsp::CallHierarchyItem {
        name: item.name.clone(),
        kind: match item.kind {
            CallKind::Phase => lsp::SymbolKind::Event,
            CallKind::File => lsp::SymbolKind::File,
            CallKind::Function => lsp::SymbolKind::Function,
            CallKind::Method => lsp::SymbolKind::Method,
        },
        tags: None,
        detail: (!hooks.is_empty()).then(|| hooks.join(", ")),
        uri: project.uri(item.place.file),
        range: lines.range(item.full),
        selection_range: lines.range(item.place.span),
        data: None,
    }
}

/// A class of a script. Classes of scripts extend nothing and nothing extends them.
pub(super) fn prepare_types(
    world: &World,
    params: lsp::TypeHierarchyPrepareParams,
) -> Option<Vec<lsp::TypeHierarchyItem>> {
    let Asked { project, file, offset } = Asked::at(world, &params.text_document_position_params)?;
    let Symbol::Script(file, id) = project.graph.symbol_at(file, offset)?.symbol else {
        return None;
    };
    let script = project.graph.script(file)?;
    let symbol = script.symbol(id);
    if symbol.kind != SymbolKind::Class {
        return None;
    }
    let lines = project.lines(file);
    Some(vec![lsp::TypeHierarchyItem {
        name: symbol.name.to_string(),
        kind: lsp::SymbolKind::Class,
        tags: None,
        detail: symbol.signature.clone(),
        uri: project.uri(file),
        range: lines.range(symbol.full?.span),
        selection_range: lines.range(symbol.name_at?.span),
        data: None,
    }])
}

pub(super) fn supertypes(
    _: &World,
    _: lsp::TypeHierarchySupertypesParams,
) -> Option<Vec<lsp::TypeHierarchyItem>> {
    Some(Vec::new())
}

pub(super) fn subtypes(
    _: &World,
    _: lsp::TypeHierarchySubtypesParams,
) -> Option<Vec<lsp::TypeHierarchyItem>> {
    Some(Vec::new())
}
