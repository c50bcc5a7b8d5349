//! Ways through the tree of a configuration file.

use hsl_graph::{Config, File, Graph, Role};
use mta_config::yaml::{Kind, Node};

/// The configuration file of a role, when all of it could be read.
pub(super) fn config<'g>(graph: &'g Graph, role: &Role) -> Option<(&'g File, &'g Config)> {
    let (_, file) = graph.files().find(|(_, file)| file.role == *role)?;
    Some((file, file.config.as_deref().filter(|config| config.whole)?))
}

/// The value below these keys.
pub(super) fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

/// The elements of the list under a key.
pub(super) fn listed<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match node.get(key).map(|node| &node.kind) {
        Some(Kind::List(nodes)) => nodes,
        _ => &[],
    }
}

/// The text of a scalar.
pub(super) fn word(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Scalar(scalar) if !node.is_null() => Some(&scalar.text),
        _ => None,
    }
}
