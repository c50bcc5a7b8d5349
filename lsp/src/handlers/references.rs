//! Where else a name stands.

use gen_lsp_types as lsp;
use hsl_graph::Use;
use hsl_ide::project;

use crate::capabilities::Client;
use crate::project::Asked;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.references_provider = Some(true.into());
    all.document_highlight_provider = Some(true.into());
    all.linked_editing_range_provider = Some(true.into());
}

pub(super) fn references(
    world: &World,
    params: lsp::ReferenceParams,
) -> Option<Vec<lsp::Location>> {
    let asked = Asked::at(world, &params.text_document_position_params)?;
    let Asked { project, file, offset } = asked;
    let with_definitions = params.context.include_declaration;
    let found = project::references(&project.graph, file, offset, with_definitions);
    Some(project.locations(found.into_iter().map(project::Place::from)))
}

pub(super) fn highlights(
    world: &World,
    params: lsp::DocumentHighlightParams,
) -> Option<Vec<lsp::DocumentHighlight>> {
    let asked = Asked::at(world, &params.text_document_position_params)?;
    let lines = asked.project.lines(asked.file);
    let found = project::highlights(&asked.project.graph, asked.file, asked.offset).into_iter();
    let highlight = |place: hsl_graph::Occurrence| {
        let kind = match place.usage {
            _ if !place.sure => lsp::DocumentHighlightKind::Text,
            Use::Write | Use::Definition => lsp::DocumentHighlightKind::Write,
            Use::Read | Use::Import => lsp::DocumentHighlightKind::Read,
        };
        lsp::DocumentHighlight { range: lines.range(place.span), kind: Some(kind) }
    };
    Some(found.map(highlight).collect())
}

pub(super) fn linked(
    world: &World,
    params: lsp::LinkedEditingRangeParams,
) -> Option<lsp::LinkedEditingRanges> {
    let asked = Asked::at(world, &params.text_document_position_params)?;
    let spans = project::alias_pairs(&asked.project.graph, asked.file, asked.offset);
    let ranges = asked.project.ranges(asked.file, &spans);
    (ranges.len() > 1).then_some(lsp::LinkedEditingRanges { ranges, word_pattern: None })
}
