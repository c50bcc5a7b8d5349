//! Where a name is defined.

use std::sync::Arc;

use diagnostics::Span;
use hsl_analysis::hir::FileId;
use hsl_analysis::{Meaning, SymbolId};

use crate::View;

/// A place in some file of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name of the file.
    pub file: Arc<str>,
    /// The name where it is defined; the start of the file for a file.
    pub span: Span,
}

/// The definition of the name, or the file of the path, at an offset.
pub fn definition(view: &View, offset: usize) -> Option<Target> {
    let reference = view.facts().reference_at(view.id()?, offset)?;
    match reference.meaning {
        Meaning::Symbol(symbol) => of_symbol(view, symbol),
        Meaning::File(file) => target(view, file, Span::default()),
        Meaning::Function(_) | Meaning::Class(_) => None,
    }
}

/// Where a symbol is defined.
pub(crate) fn of_symbol(view: &View, symbol: SymbolId) -> Option<Target> {
    let at = view.facts().symbol(symbol).name_at?;
    target(view, at.file, at.span)
}

fn target(view: &View, file: FileId, span: Span) -> Option<Target> {
    let file = view.resolved.program.files.get(file.index())?;
    Some(Target { file: Arc::clone(&file.name), span })
}

/// The name of the library at an offset, which has no definition in a file.
pub fn library_name(view: &View, offset: usize) -> Option<&'static str> {
    match view.facts().reference_at(view.id()?, offset)?.meaning {
        Meaning::Function(function) => Some(function.name),
        Meaning::Class(class) => Some(class.name),
        Meaning::Symbol(_) | Meaning::File(_) => None,
    }
}
