//! The graph of a project.

use std::sync::Arc;

use hsl_graph::{Graph, Input, Shelf};
use hsl_syntax::Parse;

use crate::layout;
use crate::snapshot::Snapshot;

/// The graph of the texts of a snapshot, in which every script stays. What files say by themselves is
/// taken from the graph `before` where their text is the same; `tree` gives the trees that somebody has
/// already.
pub fn graph(
    before: Option<&Graph>,
    snapshot: &Snapshot,
    tree: impl Fn(&str) -> Option<Parse>,
) -> Graph {
    graph_on(&Shelf::new(usize::MAX), before, &Arc::new(snapshot.clone()), tree)
}

/// The same; of the scripts those stay for which there is room on the shelf.
pub fn graph_on(
    shelf: &Arc<Shelf>,
    before: Option<&Graph>,
    snapshot: &Arc<Snapshot>,
    tree: impl Fn(&str) -> Option<Parse>,
) -> Graph {
    snapshot.read_scripts(|_, _| true);
    let input = |name: &Arc<str>| {
        let role = layout::role_of(name);
        // Of data nothing is looked at, and it may be large.
        let text = match role.is_script() || role.is_config() {
            true => snapshot.text(name)?.clone(),
            false => Arc::default(),
        };
        let (parse, catalog) = (tree(name), mta_hooks::catalog_for(name));
        // Only a tree that is there anyway is of use: a broken text is read in another way.
        let config = role.is_config().then(|| snapshot.config(name)).flatten();
        let tree = config.and_then(|config| config.tree().cloned());
        Some(Input { name: name.clone(), text, parse, tree, role, catalog })
    };
    let inputs = snapshot.names().filter_map(input).collect();
    Graph::new(before, inputs, Arc::clone(snapshot) as _, Arc::clone(shelf))
}
