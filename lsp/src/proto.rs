//! Plain results to protocol types, one file for each family of results.

mod completion;
mod diagnostic;
mod edit;
mod fold;
mod hint;
mod hover;
mod signature;
mod symbol;

pub(crate) use completion::{completion, config_item, further_edits};
pub(crate) use diagnostic::{diagnostics, own_diagnostics};
pub(crate) use edit::{EditSupport, NewFile, new_file, new_files, workspace_edit};
pub(crate) use fold::fold;
pub(crate) use hint::{hint, hint_tooltip};
pub(crate) use hover::{hover, markdown};
pub(crate) use signature::signatures;
pub(crate) use symbol::symbol;
