//! The one style of HSL source: whitespace as a function of the tree.
//!
//! [`format`] prints a text anew from its tokens; [`edits`] says the same as replacements of the
//! whitespace between them, which is what an editor wants.
//!
//! *Invariants.* Tokens and comments stay as they are, in their order: this is proven for each result
//! (`respaced`), or the result is parsed again and compared, and refused when it differs. What is
//! formatted stays as it is when it is formatted again. A text that breaks the grammar is not touched.
//!
//! What the author may decide: one empty line between statements, elements and comments; whether
//! the first element of an array, or a body without braces, stands on a line of its own.
//!
//! *Not here.* Which files, and what to do with the result (`cli`, `lsp`).

mod elements;
mod forms;
mod gaps;
mod layout;
mod print;
mod respaced;
mod tokens;
mod tree;

use hsl_syntax::{Edit, Parse, parse};

use crate::tree::Tree;

/// How wide, and what a step of indentation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// One step of indentation.
    pub indent: Indent,
    /// Columns that a line should not pass.
    pub width: usize,
}

/// One step of indentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// So many spaces.
    Spaces(usize),
    /// A tab, which counts as four columns.
    Tab,
}

impl Default for Style {
    fn default() -> Self {
        Self { indent: Indent::Spaces(4), width: 100 }
    }
}

/// Why a text was left alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It breaks the grammar.
    #[error("the file has syntax errors; `mailstop check` shows them")]
    Syntax,
    /// The formatted text would not mean the same: a defect of the formatter.
    #[error("formatting would change more than whitespace, so the file was left as it is")]
    Changed,
}

/// The text in the style.
///
/// # Errors
///
/// Refuses a text with syntax errors.
pub fn format(source: &Parse, style: &Style) -> Result<Vec<u8>, Refused> {
    pair(source, style).map(|(formatted, _)| formatted)
}

/// The replacements that bring the text into the style: each covers whitespace only, in the order
/// and in the coordinates of `source`.
///
/// # Errors
///
/// As [`format`].
pub fn edits(source: &Parse, style: &Style) -> Result<Vec<Edit>, Refused> {
    pair(source, style).map(|(_, edits)| edits)
}

fn pair(source: &Parse, style: &Style) -> Result<(Vec<u8>, Vec<Edit>), Refused> {
    if !source.errors.is_empty() {
        return Err(Refused::Syntax);
    }
    let tree = Tree::of(source);
    let formatted = print::print(&layout::file(&tree), style, gaps::line_end(source));
    // What is the same text has the same tokens, and most texts are formatted already.
    if formatted == *source.text {
        return Ok((formatted, Vec::new()));
    }
    let parsed = || gaps::between(&tree, &parse(&formatted[..]));
    let proven = respaced::respaced(&source.text, tree.tokens.pieces(), &formatted);
    debug_assert!(proven.is_none() || proven == parsed(), "the parser disagrees with a proof");
    let edits = proven.or_else(parsed).ok_or(Refused::Changed)?;
    Ok((formatted, edits))
}
