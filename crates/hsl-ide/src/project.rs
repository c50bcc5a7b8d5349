//! Features that look at a whole project: its scripts and its configuration together.
//!
//! Each is a function of a [`Graph`](hsl_graph::Graph), a file and an offset; places are files of the
//! graph and offsets in them.

mod calls;
mod files;
mod hover;
mod navigate;
mod rank;
mod references;
mod rename;
mod symbols;

pub use calls::{Call, CallItem, CallKind, call_item, incoming_calls, outgoing_calls};
pub(crate) use files::relative;
pub use files::{renamed_files, script_of_id};
pub use hover::hover;
pub use navigate::{declarations, definitions, implementations};
pub use references::{Place, alias_pairs, highlights, references, references_of_function};
pub use rename::{Change, FileRename, Rename, RenameError, prepare_rename, rename};
pub use symbols::{ProjectSymbol, ProjectSymbolKind, full_span, project_symbols};
