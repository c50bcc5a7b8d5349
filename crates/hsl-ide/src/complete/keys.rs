//! Keys of arrays and of options.

use diagnostics::Span;
use hsl_decl::{Function, Key, OptionDecl};
use hsl_syntax::ast::Expression;

use super::{Completion, CompletionKind};
use crate::View;
use crate::infer::Shape;

/// The known keys of a value, for a string that is already open.
pub(super) fn in_string(view: &View, receiver: Expression<'_>, replace: Span) -> Vec<Completion> {
    known(view, receiver).iter().map(|key| item(key, replace)).collect()
}

/// The known keys of a value, with their quotes.
pub(super) fn quoted(view: &View, receiver: Expression<'_>, replace: Span) -> Vec<Completion> {
    let item = |key: &Key| {
        let mut item = item(key, replace);
        item.label = format!("{:?}", key.name);
        item.insert = item.label.clone();
        item.rank(0)
    };
    known(view, receiver).iter().map(item).collect()
}

fn known(view: &View, receiver: Expression<'_>) -> &'static [Key] {
    match view.shape(receiver) {
        Some(Shape::Keys(keys)) => keys,
        _ => &[],
    }
}

fn item(key: &Key, replace: Span) -> Completion {
    Completion::new(key.name, CompletionKind::Key, replace).detail(key.ty).docs(key.doc)
}

/// The options of a function that are not there yet.
pub(super) fn options(function: &Function, used: &[Vec<u8>], replace: Span) -> Vec<Completion> {
    let missing =
        |option: &&OptionDecl| !used.iter().any(|key| key.as_slice() == option.name.as_bytes());
    let item = |option: &OptionDecl| {
        let detail = match option.default {
            Some(default) => format!("{} = {default}", option.ty),
            None => option.ty.to_string(),
        };
        Completion::new(option.name, CompletionKind::Option, replace)
            .detail(detail)
            .docs(option.doc)
    };
    function.options.iter().filter(missing).map(item).collect()
}

/// The strings that an option takes.
pub(super) fn values(option: &OptionDecl, replace: Span) -> Vec<Completion> {
    let item = |value: &&str| Completion::new(*value, CompletionKind::Value, replace);
    option.values.iter().map(item).collect()
}
