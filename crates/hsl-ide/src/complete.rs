//! What may be written at a place.
//!
//! The tokens before the cursor decide: behind `->` members, in the string of a subscript keys, and
//! so on. They are right even where the tree is not.

mod around;
pub(crate) mod context;
mod escapes;
mod imports;
mod keys;
mod members;
mod names;
mod postfix;
mod texts;
mod words;

use std::collections::HashSet;

use diagnostics::{Edit, Span};

use crate::View;
use crate::docs::Docs;
pub use around::{Alone, Surroundings};
use context::Context;

/// What an item is, for its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// Function.
    Function,
    /// Function that ends the hook.
    Verdict,
    /// Class.
    Class,
    /// Function of a class.
    Method,
    /// Variable of a class.
    Property,
    /// Variable.
    Variable,
    /// Key of an array.
    Key,
    /// Key of an options array.
    Option,
    /// One of a closed set of strings.
    Value,
    /// Word of the language.
    Keyword,
    /// Imported module.
    Module,
    /// Path of a file.
    File,
}

/// One thing that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows and what is typed to find it.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Type or signature.
    pub detail: Option<String>,
    /// Whether it, or what a call of it gives, may be `none`.
    pub may_be_none: bool,
    /// Where it comes from, or where it is missing.
    pub note: Option<String>,
    /// Documentation.
    pub docs: Docs,
    /// What is replaced.
    pub replace: Span,
    /// The new text.
    pub insert: String,
    /// The new text with places to fill in, in the syntax of snippets.
    pub snippet: Option<String>,
    /// What else changes, outside of what is replaced.
    pub extra: Vec<Edit>,
    /// Whether a call with arguments follows it.
    pub takes_arguments: bool,
    /// Kept for older scripts only, or missing in a hook that comes here.
    pub deprecated: bool,
    /// Items of a lower rank stand first.
    pub rank: u8,
}

/// Rank of what only other hooks have.
const ELSEWHERE: u8 = 9;

impl Completion {
    /// Whether the library has it in other hooks only.
    pub fn is_elsewhere(&self) -> bool {
        self.rank == ELSEWHERE
    }

    fn new(label: impl Into<String>, kind: CompletionKind, replace: Span) -> Self {
        let label = label.into();
        Self {
            insert: label.clone(),
            label,
            kind,
            detail: None,
            may_be_none: false,
            note: None,
            docs: Docs::None,
            replace,
            snippet: None,
            extra: Vec::new(),
            takes_arguments: false,
            deprecated: false,
            rank: 1,
        }
    }

    fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    fn docs(mut self, docs: impl Into<Docs>) -> Self {
        self.docs = docs.into();
        self
    }

    fn perhaps_none(mut self, may_be_none: bool) -> Self {
        self.may_be_none = may_be_none;
        self
    }

    fn rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }
}

/// Everything that may be written at an offset, best first, then by name.
pub fn complete(view: &View, around: &dyn Surroundings, offset: usize) -> Vec<Completion> {
    let offset = offset.min(view.text().len());
    let (context, replace) = context::find(view, offset);
    let mut items = match context {
        Context::Nothing => Vec::new(),
        Context::Variables => names::variables(view, offset, replace),
        Context::Keys(receiver) => {
            let mut items = keys::in_string(view, receiver, offset, replace);
            items.extend(texts::context_keys(receiver, view, around, offset, replace));
            items
        }
        Context::Index(receiver) => {
            let mut items = keys::in_subscript(view, receiver, offset, replace);
            items.extend(texts::context_keys(receiver, view, around, offset, replace));
            keys::quote(&mut items);
            items.extend(names::expression(view, offset, replace));
            items
        }
        Context::Options(keys, used) => keys::options(keys, &used, true, replace),
        Context::BareOptions(keys, used) => {
            let mut items = keys::options(keys, &used, false, replace);
            items.extend(names::expression(view, offset, replace));
            items
        }
        Context::PatternKeys(value, used) => keys::of_pattern(view, value, &used, replace),
        Context::Values(values) => keys::values(values, replace),
        Context::BareValues(values) => {
            let mut items = keys::quoted_values(values, replace);
            items.extend(names::expression(view, offset, replace));
            items
        }
        Context::Members(receiver) => members::of(view, receiver, offset, replace),
        Context::Scoped(name) => members::of_class(view, name, offset, replace),
        Context::Terms(kind) => words::of(kind, replace),
        Context::BareTerms(kind) => {
            let mut items = words::of(kind, replace);
            items.extend(names::expression(view, offset, replace));
            items
        }
        Context::Texts(kind) => texts::of(kind, around, replace),
        Context::Escapes => escapes::all(replace),
        Context::Exports(used) => imports::exports(view, around, &used, offset, replace),
        Context::Paths => imports::paths(view, around, offset, replace),
        Context::Expression => {
            with_imports(view, around, names::expression(view, offset, replace), replace)
        }
        Context::Statement => {
            with_imports(view, around, names::statement(view, offset, replace), replace)
        }
    };
    items.extend(postfix::templates(view, offset));
    items.sort_by(|a, b| (a.rank, &a.label).cmp(&(b.rank, &b.label)));
    // A name of the script hides one of the library.
    let mut seen = HashSet::new();
    let is_first: Vec<_> = items.iter().map(|item| seen.insert(item.label.as_str())).collect();
    let mut is_first = is_first.into_iter();
    items.retain(|_| is_first.next().unwrap_or(true));
    items
}

/// Names that exist here, those that an import would bring, and those that exist elsewhere only.
fn with_imports(
    view: &View,
    around: &dyn Surroundings,
    mut items: Vec<Completion>,
    replace: Span,
) -> Vec<Completion> {
    items.extend(imports::importable(view, around, &items, replace));
    items.extend(names::elsewhere(view, replace));
    items
}
