//! Changes of the form of a script that leave what it does.
//!
//! A refactoring is one file below this one: it looks at a [`Place`] and gives its edits, or finds
//! that it does not fit there. The table is the only list of them.
//!
//! *Invariants.* The result follows the grammar, and no name in it is refused that was accepted
//! before; whatever would break that is not offered. What a refactoring cannot be sure of (calls that
//! may change what is moved across them) it does not offer.
//!
//! *Not here.* Changes that remove a finding (its `Fix`), what an action is called in the protocol
//! (crate `lsp`).

mod chain;
mod extract_function;
mod extract_options;
mod extract_variable;
mod flow;
mod include;
mod inline_variable;
mod interpolate;
mod join;
mod layout;
mod motion;
mod names;
mod none_guard;
mod organize;
mod place;
mod regex_literal;
mod to_match;
mod to_switch;
mod try_catch;

use diagnostics::{Edit, Fix, Span};

use crate::View;
pub(crate) use place::Place;

/// What a refactoring does, for an editor's menus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefactoringKind {
    /// Takes something out and gives it a name.
    Extract,
    /// Puts something where its name stands.
    Inline,
    /// Writes the same otherwise.
    Rewrite,
    /// Puts the imports of the file in order.
    Imports,
}

/// One refactoring.
#[derive(Debug)]
pub struct Refactoring {
    /// Name by which it is found again.
    pub name: &'static str,
    /// What it does, in the imperative.
    pub title: &'static str,
    /// Where it belongs in menus.
    pub kind: RefactoringKind,
    edits: fn(&Place<'_>) -> Option<Vec<Edit>>,
}

macro_rules! table {
    ($($name:literal $title:literal $kind:ident $edits:path,)*) => {
        /// Every refactoring.
        pub const REFACTORINGS: &[Refactoring] = &[$(Refactoring {
            name: $name,
            title: $title,
            kind: RefactoringKind::$kind,
            edits: $edits,
        },)*];
    };
}

table! {
    "extract-variable" "Extract into a variable" Extract extract_variable::edits,
    "extract-options" "Extract the options into a variable" Extract extract_options::edits,
    "extract-function" "Extract into a function" Extract extract_function::edits,
    "inline-variable" "Inline the variable" Inline inline_variable::edits,
    "if-to-switch" "Convert to `switch`" Rewrite to_switch::edits,
    "if-to-match" "Convert to `match`" Rewrite to_match::edits,
    "interpolate" "Convert to one string with variables" Rewrite interpolate::edits,
    "concatenate" "Convert to strings joined by `.`" Rewrite join::edits,
    "regex-literal" "Convert to a literal pattern" Rewrite regex_literal::edits,
    "none-guard" "Run only when it is not `none`" Rewrite none_guard::edits,
    "try-catch" "Wrap in `try`" Rewrite try_catch::edits,
    "include-to-import" "Convert to `import`" Rewrite include::edits,
    "organize-imports" "Organize imports" Imports organize::edits,
}

/// The refactorings that fit a selection, or a cursor when nothing is selected.
pub fn refactorings(view: &View, selected: Span) -> Vec<&'static Refactoring> {
    let fits = |refactoring: &&Refactoring| refactor(view, selected, refactoring.name).is_some();
    REFACTORINGS.iter().filter(fits).collect()
}

/// The edits of a refactoring, in the order of the text; none where it does not fit.
pub fn refactor(view: &View, selected: Span, name: &str) -> Option<Vec<Edit>> {
    let refactoring = REFACTORINGS.iter().find(|known| known.name == name)?;
    let place = Place::new(view, selected);
    let mut edits = (refactoring.edits)(&place)?;
    edits.sort_by_key(|edit| edit.span);
    is_sound(view, &edits).then_some(edits)
}

/// Whether the text after the edits is a program as good as before.
pub(crate) fn is_sound(view: &View, edits: &[Edit]) -> bool {
    let fix = Fix { title: String::new(), edits: edits.to_vec(), safe: true };
    let (text, applied) = diagnostics::apply(view.text(), [&fix]);
    if applied != 1 || text == view.text() || !view.parse.errors.is_empty() {
        return false;
    }
    let after = view.with_text(text.into());
    let errors = |view: &View| view.resolved.diagnostics.iter().filter(|d| d.is_error()).count();
    after.parse.errors.is_empty() && errors(&after) <= errors(view)
}
