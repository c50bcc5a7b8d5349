//! One graph of symbols over the scripts and the configuration of a project.
//!
//! A [`Graph`] knows of every file which hooks reach it and by which way, what its names mean across
//! `include` and `import`, which texts are ids of the configuration, and which keys of `$context` are
//! written and read where. Everything is found by [`Graph::symbol_at`] and shown by
//! [`Graph::occurrences`].
//!
//! *Invariants.* What a file says by itself ([`Script`], [`Config`]) follows from its text alone. It is
//! read when somebody asks, and stays as long as the text does and there is room ([`Shelf`]); what files
//! say about each other is found again with every new graph. A graph never changes and never fails:
//! what cannot be told is left out.
//!
//! *Not here.* Names inside one file (`hsl-analysis`), files on disk (`mta-project`), what editors
//! show (`hsl-ide`), findings (`hsl-lint`).
//!
//! *Sources.* The language reference, sections 2, 8 and 15; the toolchain specification, 1.2 to 1.4.

mod catalog;
mod config;
mod context;
mod find;
mod graph;
mod importers;
mod include;
mod input;
mod occurrence;
pub mod parallel;
mod reach;
mod resolve;
mod script;
mod search;
mod shelf;
mod symbol;

pub use catalog::Declarations;
pub use config::{Config, IdUse, hook_at, id_at};
pub use context::KeyFlow;
pub use find::Found;
pub use graph::{File, FileNo, Graph, Linked};
pub use input::{Input, Role};
pub use occurrence::{Occurrence, Use};
pub use reach::{Step, StepKind};
pub use script::{
    Callback, DatedUse, Edge, EdgeTo, ImportItem, KeyUse, Link, LinkKind, MemberUse, NameUse,
    ScopedUse, Script, TextKind, TextUse, is_memory_function,
};
pub use shelf::Shelf;
pub use symbol::{Realm, Symbol};
