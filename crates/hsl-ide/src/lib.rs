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
mod called;
mod compared;
mod complete;
mod declared;
mod definition;
mod docs;
mod fold;
mod hints;
mod hover;
mod inline_value;
mod links;
mod outline;
pub mod project;
mod recorded;
mod refactor;
mod secret;
mod selection;
mod semantic;
mod signature;
mod statement;
mod terms;
mod tokens;
mod type_definition;
mod typed;
mod view;
mod written_pattern;
pub mod yaml;

pub use allow::allow;
pub use complete::{Alone, Completion, CompletionKind, Surroundings, complete};
pub use definition::{LibraryPage, Target, definition, library_page};
pub use docs::Docs;
pub use fold::{Fold, FoldKind, folds};
pub use hints::{Hint, HintKind, Wait, hints, hook_hints, wait_hints};
pub use hover::{Hover, hover, is_in_text, text_at};
pub use inline_value::{InlineValue, inline_values};
pub use links::{Link, LinkTarget, links, text_links};
pub use outline::{OutlineItem, OutlineKind, outline};
pub use refactor::{REFACTORINGS, Refactoring, RefactoringKind, refactor, refactorings};
pub use secret::{WrittenSecret, read_secret, secret_at};
pub use selection::selections;
pub use semantic::{SemanticToken, TokenKind, TokenModifier, semantic_tokens};
pub use signature::{Signature, SignatureParameter, signatures};
pub use statement::statement_before;
pub use type_definition::{library_types, type_definition};
pub use view::View;
pub use written_pattern::{WrittenPattern, pattern_at};
