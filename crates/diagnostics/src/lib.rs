//! Findings about text: codes, spans, severities and how they are shown.
//!
//! Everything that reads a script or a configuration file reports a problem as a [`Diagnostic`],
//! never as an `Err`: a broken file still has a tree, and a run reports many findings.
//!
//! *Invariants.* A [`Code`] stands in one table ([`codes`]) and nowhere else; ids and names are
//! unique. Spans are byte offsets into the text that was read.
//!
//! *Not here.* Colours and snippets for a terminal (crate `cli`), protocol ranges (crate `lsp`).

mod checkstyle;
mod code;
pub mod codes;
mod diagnostic;
mod edits;
mod github;
mod json;
mod line_index;
mod sarif;
mod suggest;

pub use checkstyle::to_checkstyle;
pub use code::{Code, Severity};
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Span};
pub use edits::{apply, compatible};
pub use github::to_github;
pub use json::to_json;
pub use line_index::{LineCol, LineIndex};
pub use sarif::to_sarif;
pub use suggest::nearest;
