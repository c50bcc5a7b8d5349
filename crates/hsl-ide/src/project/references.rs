//! Where a symbol stands.

use diagnostics::Span;
use hsl_analysis::SymbolId;
use hsl_graph::{FileNo, Graph, Occurrence, Symbol, Use};

/// A place of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileNo,
    /// The name there; the start of the file for a file.
    pub span: Span,
}

impl From<Occurrence> for Place {
    fn from(found: Occurrence) -> Self {
        Self { file: found.file, span: found.span }
    }
}

/// Every place of the symbol at an offset, with or without those that define it.
pub fn references(
    graph: &Graph,
    file: FileNo,
    offset: usize,
    with_definitions: bool,
) -> Vec<Occurrence> {
    let Some(found) = graph.symbol_at(file, offset) else { return Vec::new() };
    let mut places = graph.occurrences(&found.symbol);
    places.retain(|place| with_definitions || place.usage != Use::Definition);
    places
}

/// The places of the symbol at an offset in the same file, for marks in the text.
pub fn highlights(graph: &Graph, file: FileNo, offset: usize) -> Vec<Occurrence> {
    let mut places = references(graph, file, offset, true);
    places.retain(|place| place.file == file && place.span.start < place.span.end);
    places
}

/// The name that an import gives and its uses in the file, which can be typed at once; nothing when
/// the offset is at no such name.
pub fn alias_pairs(graph: &Graph, file: FileNo, offset: usize) -> Vec<Span> {
    let Some(script) = graph.script(file) else { return Vec::new() };
    let items = script.links.iter().flat_map(|link| &link.items);
    let aliases = items.filter(|item| item.local_at != item.at).filter_map(|item| item.symbol);
    let spaces = script.links.iter().filter_map(|link| link.alias);
    let touched = |id: &SymbolId| {
        graph.occurrences_of_alias(file, *id).iter().any(|o| o.span.touches(offset))
    };
    let Some(id) = aliases.chain(spaces).find(touched) else { return Vec::new() };
    graph.occurrences_of_alias(file, id).into_iter().map(|o| o.span).collect()
}

/// Every use of a function, method or class of a script, for the line above it.
pub fn references_of_function(graph: &Graph, file: FileNo, symbol: SymbolId) -> Vec<Occurrence> {
    let mut places = graph.occurrences(&Symbol::Script(file, symbol));
    places.retain(|place| !matches!(place.usage, Use::Definition | Use::Import));
    places
}
