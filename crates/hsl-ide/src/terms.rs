//! Which text or number is a word of the mail standards.
//!
//! *Not here.* The words (`hsl_decl::terms`).

use hsl_decl::Function;
use hsl_decl::terms::{REPLY_CODES, TermKind, term_of_parameter, term_of_reply_key};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::complete::context::method;
use crate::tokens::open_bracket;

/// What a value behind these tokens is a word of.
pub(crate) fn term_behind(view: &View, tokens: &[Node<'_>]) -> Option<TermKind> {
    match tokens.last()?.kind() {
        "(" | "," => term_of_argument(view, tokens).or_else(|| term_of_element(view, tokens)),
        "=>" | "[" => term_of_element(view, tokens),
        _ => None,
    }
}

fn term_of_argument(view: &View, tokens: &[Node<'_>]) -> Option<TermKind> {
    declared_argument(view, tokens, |function, place| {
        let parameter = function.params.get(place)?;
        term_of_parameter(function.name, parameter.name)
    })
}

/// What a declaration says of the argument that is being written: `of` takes what is called and the
/// place of the argument.
pub(crate) fn declared_argument<T>(
    view: &View,
    tokens: &[Node<'_>],
    of: impl Fn(&'static Function, usize) -> Option<T>,
) -> Option<T> {
    let paren = open_bracket(tokens).filter(|at| tokens[*at].kind() == "(")?;
    let (name, before) = tokens[..paren].split_last()?;
    let written = std::str::from_utf8(view.text().get(name.byte_range())?).ok()?;
    let place = commas(&tokens[paren + 1..]);
    let of = |function| of(function, place);
    match before.last().map(|token| token.kind()) {
        Some("->") => match method(view, before, *name) {
            Some(function) => of(function),
            // Nobody else has methods of these names.
            None => view.unit.catalog.classes().find_map(|class| of(class.method(written)?)),
        },
        _ => of(view.unit.function(written)?),
    }
}

/// Commas at the level of the list itself.
fn commas(tokens: &[Node<'_>]) -> usize {
    let mut depth = 0usize;
    let mut found = 0;
    for token in tokens {
        match token.kind() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => found += 1,
            _ => {}
        }
    }
    found
}

/// What a value in the array of `reply_codes` is, or one of the numbers of `enhanced` in it.
fn term_of_element(view: &View, tokens: &[Node<'_>]) -> Option<TermKind> {
    let own = key_before(view, tokens);
    let bracket = open_bracket(tokens).filter(|at| tokens[*at].kind() == "[")?;
    let outer = key_before(view, &tokens[..bracket]);
    match (own.as_deref(), outer.as_deref()) {
        (Some(key), Some(REPLY_CODES)) => term_of_reply_key(key),
        (None, Some(key)) => {
            let around = open_bracket(&tokens[..bracket])?;
            let is_of_reply = key_before(view, &tokens[..around]).as_deref() == Some(REPLY_CODES);
            term_of_reply_key(key).filter(|kind| is_of_reply && *kind == TermKind::Status)
        }
        _ => None,
    }
}

/// The key of `"key" =>` at the end of tokens.
pub(crate) fn key_before(view: &View, tokens: &[Node<'_>]) -> Option<String> {
    let (_, rest) = tokens.split_last().filter(|(last, _)| last.kind() == "=>")?;
    let key = rest.last()?.parent().filter(|node| node.kind() == "string")?;
    let text = view.text().get(key.start_byte() + 1..key.end_byte().checked_sub(1)?)?;
    std::str::from_utf8(text).ok().map(str::to_owned)
}
