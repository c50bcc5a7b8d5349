//! What a graph is made from.

use std::sync::Arc;

use hsl_decl::{Catalog, Hook};
use hsl_syntax::Parse;
use mta_config::ConfigKind;
use mta_config::yaml::Node;

/// What a file is in its project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// The script of a hook, with its id; the id of a queue hook is empty.
    Hook(Hook, Arc<str>),
    /// A script that others include or import.
    Library,
    /// A script that runs on the command line, such as a test.
    Program,
    /// The startup configuration.
    Startup,
    /// The running configuration.
    Running,
    /// The policies of the queue.
    Policy,
    /// The suspensions of the queue.
    Suspend,
    /// Anything else, such as data that scripts import.
    Data,
}

impl Role {
    /// Whether the file is a script.
    pub fn is_script(&self) -> bool {
        matches!(self, Self::Hook(..) | Self::Library | Self::Program)
    }

    /// Whether the file is configuration.
    pub fn is_config(&self) -> bool {
        matches!(self, Self::Startup | Self::Running | Self::Policy | Self::Suspend)
    }
}

impl From<ConfigKind> for Role {
    fn from(kind: ConfigKind) -> Self {
        match kind {
            ConfigKind::Startup => Self::Startup,
            ConfigKind::Running => Self::Running,
            ConfigKind::Policy => Self::Policy,
            ConfigKind::Suspend => Self::Suspend,
        }
    }
}

/// A file as it is given to a graph.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name, as in diagnostics.
    pub name: Arc<str>,
    /// Text.
    pub text: Arc<[u8]>,
    /// Its tree, when somebody has it already.
    pub parse: Option<Parse>,
    /// Its tree as configuration, when somebody has it and it is whole.
    pub tree: Option<Arc<Node>>,
    /// What it is.
    pub role: Role,
    /// What its names may mean besides what scripts define.
    pub catalog: &'static Catalog,
}
