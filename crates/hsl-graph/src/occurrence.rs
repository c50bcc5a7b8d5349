//! One place where a symbol stands.

use diagnostics::Span;
use hsl_analysis::Access;

use crate::FileNo;

/// What a place does with a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Use {
    /// Defines it.
    Definition,
    /// Names it in an `import`.
    Import,
    /// Assigns or modifies it.
    Write,
    /// Reads, calls or names it.
    Read,
}

impl From<Access> for Use {
    fn from(access: Access) -> Self {
        match access {
            Access::Definition => Self::Definition,
            Access::Read => Self::Read,
            Access::Write => Self::Write,
        }
    }
}

/// A place where a symbol stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The file.
    pub file: FileNo,
    /// The name, quotes and `$` of strings and properties left out.
    pub span: Span,
    /// What happens there.
    pub usage: Use,
    /// Whether it is known to be this symbol; else only the text is the same.
    pub sure: bool,
    /// Whether it stands there under another name (`import { f as g }`).
    pub alias: bool,
}
