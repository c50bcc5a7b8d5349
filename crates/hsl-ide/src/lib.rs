//! Editor features on snapshots, in offsets and plain structs.
//!
//! A [`View`] is one file with everything known about it at one moment; each feature is a function
//! of a view and an offset.
//!
//! *Invariants.* A view is never changed; features never fail, they find nothing. Broken text is the
//! usual case: whoever types has not finished.
//!
//! *Not here.* Protocol types, positions in lines, threads (crate `lsp`); meaning (`hsl-analysis`).

mod allow;
mod complete;
mod definition;
mod docs;
mod fold;
mod hover;
mod infer;
mod inline_value;
mod links;
mod outline;
pub mod project;
mod selection;
mod semantic;
mod statement;
mod tokens;
mod view;

pub use allow::allow;
pub use complete::{Completion, CompletionKind, complete};
pub use definition::{Target, definition, library_name};
pub use fold::{Fold, FoldKind, folds};
pub use hover::{Hover, hover};
pub use inline_value::{InlineValue, inline_values};
pub use links::{Link, LinkTarget, links, text_links};
pub use outline::{OutlineItem, OutlineKind, outline};
pub use selection::selections;
pub use semantic::{SemanticToken, TokenKind, TokenModifier, semantic_tokens};
pub use statement::statement_before;
pub use view::View;
