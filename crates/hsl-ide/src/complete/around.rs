//! The project around a file, as completion sees it.

use std::sync::Arc;

use hsl_graph::{FileNo, Graph};

/// The project around a file, asked only where something of it may be written.
pub trait Surroundings {
    /// The graph of the project, and the file in it.
    fn graph(&self) -> Option<(Arc<Graph>, FileNo)>;
    /// The same when it costs little: a project that nobody has looked at yet is left out.
    fn known_graph(&self) -> Option<(Arc<Graph>, FileNo)> {
        self.graph()
    }
    /// The name of the file that a path in this file means.
    fn resolve(&self, path: &str) -> Option<Arc<str>>;
}

/// A file without a project.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Surroundings for Alone {
    fn graph(&self) -> Option<(Arc<Graph>, FileNo)> {
        None
    }

    fn resolve(&self, _: &str) -> Option<Arc<str>> {
        None
    }
}
