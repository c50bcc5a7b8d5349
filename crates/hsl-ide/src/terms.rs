//! Which text or number is a word of the mail standards.
//!
//! *Not here.* The words (`hsl_decl::terms`).

use hsl_decl::terms::{REPLY_CODES, TermKind, term_of_parameter, term_of_reply_key};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::declared::{key_before, of_argument};
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
    of_argument(view, tokens, |function, place| {
        let parameter = function.params.get(place)?;
        term_of_parameter(function.name, parameter.name)
    })
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
