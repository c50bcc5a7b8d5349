//! What the declaration of a call says of the place that is being written in it: an argument, a key of
//! an array, the value under one.
//!
//! *Not here.* The declarations (`hsl-decl`), what is offered (`complete`).

use hsl_decl::{Effect, Function, OptionDecl};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::tokens::{commas, expression_ending_at, open_bracket};

/// An array that is an argument of a call of the library, or stands under a key of one.
pub(crate) struct DeclaredArray {
    /// What is called.
    pub(crate) function: &'static Function,
    /// Where its `[` stands among the tokens.
    pub(crate) bracket: usize,
    /// The keys that it may have.
    pub(crate) keys: &'static [OptionDecl],
    /// The strings that it may hold, as a list.
    pub(crate) values: &'static [&'static str],
}

impl DeclaredArray {
    /// The key of this name.
    pub(crate) fn key(&self, name: &[u8]) -> Option<&'static OptionDecl> {
        self.keys.iter().find(|option| option.name.as_bytes() == name)
    }
}

/// The array that is open behind these tokens.
pub(crate) fn array(view: &View, tokens: &[Node<'_>]) -> Option<DeclaredArray> {
    let bracket = open_bracket(tokens).filter(|at| tokens[*at].kind() == "[")?;
    let outside = &tokens[..bracket];
    if let Some(key) = key_before(view, outside) {
        let outer = array(view, outside)?;
        let option = outer.key(key.as_bytes())?;
        return Some(DeclaredArray { bracket, keys: option.keys, values: option.values, ..outer });
    }
    let (function, place) = argument(view, outside)?;
    let (keys, _) = function.keys_at(place);
    // A verdict takes its options as the first argument too.
    let first = place == 0 && keys.is_empty() && function.effect == Effect::Terminates;
    let keys = if first { function.options } else { keys };
    let values = function.params.get(place).map_or(&[][..], |param| param.values);
    Some(DeclaredArray { function, bracket, keys, values })
}

/// The call whose argument is being written, and the place of the argument.
pub(crate) fn argument(view: &View, tokens: &[Node<'_>]) -> Option<(&'static Function, usize)> {
    matches!(tokens.last()?.kind(), "(" | ",").then_some(())?;
    let paren = open_bracket(tokens).filter(|at| tokens[*at].kind() == "(")?;
    let (name, before) = tokens[..paren].split_last()?;
    Some((callee(view, before, *name)?, commas(&tokens[paren + 1..])))
}

/// What of the library a name before a parenthesis calls.
fn callee(view: &View, before: &[Node<'_>], name: Node<'_>) -> Option<&'static Function> {
    let written = std::str::from_utf8(view.text().get(name.byte_range())?).ok()?;
    match before.last().map(|token| token.kind()) {
        Some("->") => method(view, before, name),
        Some("::") => {
            let class = before.get(before.len().checked_sub(2)?)?;
            let class = std::str::from_utf8(view.text().get(class.byte_range())?).ok()?;
            view.unit.class(class)?.static_function(written)
        }
        _ => {
            let constructor = || view.unit.class(written).and_then(|class| class.constructor);
            view.unit.function(written).or_else(constructor)
        }
    }
}

/// The library method that a name behind `->` means.
fn method(view: &View, before: &[Node<'_>], name: Node<'_>) -> Option<&'static Function> {
    let (_, receiver) = before.split_last()?;
    let receiver = expression_ending_at(*receiver.last()?)?;
    let (ty, _) = view.type_before(receiver, name.end_byte())?;
    let name = std::str::from_utf8(view.text().get(name.byte_range())?).ok()?;
    ty.instances().iter().find_map(|instance| instance.library()?.method(name))
}

/// What a declaration says of the argument that is being written: `of` takes what is called and the
/// place of the argument.
pub(crate) fn of_argument<T>(
    view: &View,
    tokens: &[Node<'_>],
    of: impl Fn(&'static Function, usize) -> Option<T>,
) -> Option<T> {
    if let Some((function, place)) = argument(view, tokens) {
        return of(function, place);
    }
    // Of an object that nothing is known of: a method that only one class of the library can mean.
    let paren = open_bracket(tokens).filter(|at| tokens[*at].kind() == "(")?;
    let (name, before) = tokens[..paren].split_last()?;
    let written = std::str::from_utf8(view.text().get(name.byte_range())?).ok()?;
    let place = commas(&tokens[paren + 1..]);
    before.last().filter(|token| token.kind() == "->")?;
    view.unit.catalog.classes().find_map(|class| of(class.method(written)?, place))
}

/// The key of `"key" =>` at the end of tokens.
pub(crate) fn key_before(view: &View, tokens: &[Node<'_>]) -> Option<String> {
    let (_, rest) = tokens.split_last().filter(|(last, _)| last.kind() == "=>")?;
    let key = rest.last()?.parent().filter(|node| node.kind() == "string")?;
    let text = view.text().get(key.start_byte() + 1..key.end_byte().checked_sub(1)?)?;
    std::str::from_utf8(text).ok().map(str::to_owned)
}
