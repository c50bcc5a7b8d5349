//! The graph of a project.

use hsl_graph::{Graph, Input};
use hsl_syntax::Parse;

use crate::layout;
use crate::snapshot::Snapshot;

/// The graph of the texts of a snapshot. What files say by themselves is taken from the graph `before`
/// where their text is the same; `tree` gives the trees that somebody has already.
pub fn graph(
    before: Option<&Graph>,
    snapshot: &Snapshot,
    tree: impl Fn(&str) -> Option<Parse>,
) -> Graph {
    let inputs = snapshot.files().map(|(name, text)| Input {
        name: name.clone(),
        text: text.clone(),
        parse: tree(name),
        role: layout::role_of(name),
        catalog: mta_hooks::catalog_for(name),
    });
    Graph::new(before, inputs.collect(), snapshot)
}
