//! Editor features on configuration files.
//!
//! A [`ConfigView`] is one file with its tree, the declarations of its keys and what the project
//! around it has. Keys, types and documentation come from `mta_config::walk`, never from here.
//!
//! *Invariants.* As in the rest of the crate: features never fail, they find nothing. A text that is
//! not well-formed has the tree of what is ([`mta_config::yaml::recover`]).
//!
//! *Not here.* Findings (`mta-config`, `mta-project`).

mod complete;
mod fold;
mod hover;
mod lens;
mod links;
mod outline;
mod place;
mod script;
mod selection;

use std::sync::Arc;

use hsl_decl::Hook;
use hsl_graph::Graph;
use mta_config::yaml::Node;

use place::Place;

pub use mta_config::ConfigKind;

pub use complete::{ConfigItem, ConfigItemKind, complete};
pub use fold::folds;
pub use hover::hover;
pub use lens::{Lens, LensAction, lenses};
pub use links::links;
pub use outline::outline;
pub use script::{ScriptUse, script_at, scripts, scripts_of_phase};
pub use selection::selections;

/// A configuration file at one moment.
#[derive(Clone, Debug)]
pub struct ConfigView {
    /// Name of the file, as in diagnostics.
    pub file: Arc<str>,
    /// Which file it is.
    pub kind: ConfigKind,
    /// Its text.
    pub text: Arc<[u8]>,
    /// The tree of what is well-formed.
    pub tree: Option<Arc<Node>>,
    /// The project that it belongs to; empty outside of projects.
    pub graph: Arc<Graph>,
    /// Name of the script of a hook; none outside of projects.
    pub script_name: Option<fn(Hook, &str) -> Arc<str>>,
}

impl ConfigView {
    /// A file whose tree may be that of an older text, should nothing of this one be readable.
    pub fn new(
        file: &Arc<str>,
        kind: ConfigKind,
        text: Arc<[u8]>,
        tree: Option<Arc<Node>>,
    ) -> Self {
        let (file, graph) = (Arc::clone(file), Arc::default());
        Self { file, kind, text, tree, graph, script_name: None }
    }

    /// The way to the innermost key or value at an offset.
    fn place(&self, offset: usize) -> Option<Place<'_>> {
        let place = Place::at(self.tree.as_deref()?, self.kind.schema(), offset);
        (!place.steps.is_empty()).then_some(place)
    }

    /// Looks at every key and element, in the order of the text.
    fn each<'v>(&'v self, look: impl FnMut(&Place<'v>)) {
        if let Some(tree) = self.tree.as_deref() {
            place::each(tree, self.kind.schema(), look);
        }
    }
}
