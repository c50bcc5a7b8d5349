//! A project on disk: scan, check, pack.
//!
//! [`Project::scan`] reads a folder into a [`Snapshot`]; everything after that is a function of the
//! snapshot: [`check()`] finds what is wrong, [`pack()`] makes the files that a server loads,
//! [`packed_sources`] goes the way back, [`compile`] makes the programs of every hook.
//!
//! *Invariants.* The same snapshot gives the same findings and the same bytes. Names of files are
//! those of [`layout`], in a project and in a running server.
//!
//! *Not here.* Keys and types of the configuration (crate `mta-config`); starting what was packed
//! (crate `mta`).

mod check;
mod exclude;
mod file;
mod fix;
mod graph;
mod identities;
pub mod layout;
mod pack;
mod packed;
mod packed_view;
mod programs;
mod project;
mod scan;
mod settings;
mod snapshot;
mod suffixes;
mod tests;

pub use check::{Advice, Checked, check, check_config, check_with_advice};
pub use file::read as read_bounded;
pub use fix::{Fixed, fix};
pub use graph::{graph, graph_on};
pub use identities::identities;
pub use pack::{Bundle, pack, pack_checked};
pub use packed::packed_sources;
pub use packed_view::{PackedFile, PackedView};
pub use programs::{Programs, compile, compile_for_tests};
pub use project::{Project, ProjectError};
pub use settings::{
    EditorSettings, FormatSettings, HintSettings, Length, SECTION, Setting, SettingsError,
    ToolSettings, UserSettings, settings,
};
pub use snapshot::{Names, Snapshot};
pub use suffixes::suffix_list;
pub use tests::TestSources;
