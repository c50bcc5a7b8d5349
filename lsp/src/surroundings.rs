//! The project around a document, as completion asks for it.

use std::sync::Arc;

use hsl_analysis::Sources as _;
use hsl_graph::{FileNo, Graph};
use hsl_ide::{Surroundings, View};

use crate::project::ProjectGraph;
use crate::world::World;

/// A document in a snapshot.
pub(crate) struct Around<'w> {
    pub(crate) world: &'w World,
    pub(crate) uri: &'w str,
    pub(crate) view: &'w View,
}

impl Surroundings for Around<'_> {
    fn graph(&self) -> Option<(Arc<Graph>, FileNo)> {
        let (project, file) = ProjectGraph::of(self.world, self.uri)?;
        Some((project.graph, file))
    }

    fn known_graph(&self) -> Option<(Arc<Graph>, FileNo)> {
        let (_, home) = self.world.documents.get(self.uri)?;
        let is_known = match &home.project {
            Some((root, _)) => self.world.graphs.is_known(root),
            None => true,
        };
        is_known.then(|| self.graph()).flatten()
    }

    fn resolve(&self, path: &str) -> Option<Arc<str>> {
        let (_, home) = self.world.documents.get(self.uri)?;
        match &home.project {
            Some((root, _)) => self.world.projects.get(root)?.resolve(&self.view.file, path).ok(),
            None => self.world.loose().resolve(&self.view.file, path).ok(),
        }
    }
}
