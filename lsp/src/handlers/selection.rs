//! What a selection grows to.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.selection_range_provider = Some(true.into());
}

/// For each place the ranges around it, the smallest first.
pub(super) fn ranges(
    world: &World,
    params: lsp::SelectionRangeParams,
) -> Option<Vec<lsp::SelectionRange>> {
    let uri = params.text_document.uri.as_ref();
    let document = world.document(uri)?;
    let config = world.config(uri);
    let grow = |offset: usize| match &config {
        Some(config) => hsl_ide::yaml::selections(config, offset),
        None => hsl_ide::selections(&document.parse, offset),
    };
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let around = |at: lsp::Position| {
        let spans = grow(lines.offset(at)).into_iter().rev();
        let grown = spans.fold(None, |parent, span| {
            Some(Box::new(lsp::SelectionRange { range: lines.range(span), parent }))
        });
        // Every position needs an answer at its place in the list.
        let nothing =
            || lsp::SelectionRange { range: lsp::Range { start: at, end: at }, parent: None };
        grown.map_or_else(nothing, |range| *range)
    };
    Some(params.positions.into_iter().map(around).collect())
}
