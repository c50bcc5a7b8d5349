//! Patterns as scripts write them: literals, and texts that are used as a pattern.
//!
//! *Not here.* What the parts of a pattern match (`hover::pattern`).

use diagnostics::Span;
use hsl_decl::Function;
use hsl_syntax::ast::{AstNode, RawString, Regex, StringLiteral, span_of};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::declared::of_argument;
use crate::hover::token_at;
use crate::tokens::before;

/// Name of the parameters that are patterns.
const PATTERN: &str = "pattern";
const MODIFIERS: &[u8] = b"imusxUX";

/// A pattern in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPattern {
    /// What stands between its slashes.
    pub body: Vec<u8>,
    /// What stands behind them.
    pub modifiers: Vec<u8>,
    /// The literal, quotes included.
    pub span: Span,
}

/// The pattern at an offset.
pub fn pattern_at(view: &View, offset: usize) -> Option<WrittenPattern> {
    of_token(view, token_at(view, offset)?)
}

/// The pattern that a token belongs to.
pub(crate) fn of_token(view: &View, token: Node<'_>) -> Option<WrittenPattern> {
    let around = std::iter::successors(Some(token), |node| node.parent()).take(3);
    around.into_iter().find_map(|node| of_literal(view, node))
}

fn of_literal(view: &View, node: Node<'_>) -> Option<WrittenPattern> {
    let text = view.text();
    let span = span_of(node);
    if let Some(regex) = Regex::cast(node) {
        let (body, modifiers) = (regex.body(text).to_vec(), regex.modifiers(text).to_vec());
        return Some(WrittenPattern { body, modifiers, span });
    }
    let plain = StringLiteral::cast(node).and_then(|string| string.value(text));
    let value = plain.or_else(|| RawString::cast(node).map(|raw| raw.value(text).to_vec()))?;
    is_used_as_pattern(view, &before(&view.parse, node.start_byte())).then_some(())?;
    let (body, modifiers) = parts(&value);
    Some(WrittenPattern { body: body.to_vec(), modifiers: modifiers.to_vec(), span })
}

/// Whether a text behind these tokens is used as a pattern.
pub(crate) fn is_used_as_pattern(view: &View, tokens: &[Node<'_>]) -> bool {
    let operator = tokens.last().is_some_and(|token| matches!(token.kind(), "=~" | "!~"));
    operator || of_argument(view, tokens, pattern_parameter).is_some()
}

fn pattern_parameter(function: &'static Function, place: usize) -> Option<()> {
    is_pattern_parameter(function, place).then_some(())
}

/// Whether an argument of a function is a pattern.
pub(crate) fn is_pattern_parameter(function: &Function, place: usize) -> bool {
    let parameter = function.params.get(place);
    function.name.starts_with("pcre_") && parameter.is_some_and(|found| found.name == PATTERN)
}

/// The pattern and the modifiers of a text, which may have the form `/…/i`.
pub(crate) fn parts(value: &[u8]) -> (&[u8], &[u8]) {
    let with_modifiers = || {
        let rest = value.strip_prefix(b"/")?;
        let end = rest.iter().rposition(|byte| *byte == b'/')?;
        let (body, modifiers) = (&rest[..end], &rest[end + 1..]);
        modifiers.iter().all(|byte| MODIFIERS.contains(byte)).then_some((body, modifiers))
    };
    with_modifiers().unwrap_or((value, b""))
}
