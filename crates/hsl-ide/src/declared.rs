//! What the declaration of a call says of the place that is being written in it: an argument, a key of
//! an array, the value under one.
//!
//! *Not here.* The declarations (`hsl-decl`), what is called (`called`), what is offered (`complete`).

use hsl_decl::{Effect, Function, IdKind, OptionDecl};
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::called::{Called, called};
use crate::tokens::{commas, open_bracket};

/// An array that is an argument of a call of the library, or stands under a key of one.
pub(crate) struct DeclaredArray {
    /// What is called.
    pub(crate) function: &'static Function,
    /// Where its `[` stands among the tokens.
    pub(crate) bracket: usize,
    /// The keys that it may have.
    pub(crate) keys: &'static [OptionDecl],
    /// The keys of each array that it may hold, as a list.
    pub(crate) keys_of_each: &'static [OptionDecl],
    /// The strings that it may hold, as a list.
    pub(crate) values: &'static [&'static str],
    /// What of the configuration its texts name, as a list.
    pub(crate) id: Option<IdKind>,
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
        let (keys, keys_of_each) = (option.own_keys(), option.keys_of_each());
        let OptionDecl { values, id, .. } = *option;
        return Some(DeclaredArray { bracket, keys, keys_of_each, values, id, ..outer });
    }
    if let Some(list) = array_around(view, outside) {
        let keys = list.keys_of_each;
        let (keys_of_each, values, id) = (&[][..], &[][..], None);
        return Some(DeclaredArray { bracket, keys, keys_of_each, values, id, ..list });
    }
    let (function, place) = argument(view, outside)?;
    let (keys, _) = function.keys_at(place);
    // A verdict takes its options as the first argument too.
    let first = place == 0 && keys.is_empty() && function.effect == Effect::Terminates;
    let keys = if first { function.options } else { keys };
    let param = function.params.get(place);
    let values = param.map_or(&[][..], |param| param.values);
    let id = param.and_then(|param| param.id);
    Some(DeclaredArray { function, bracket, keys, keys_of_each: &[], values, id })
}

/// The list whose next element begins behind these tokens, when its elements have keys.
fn array_around(view: &View, tokens: &[Node<'_>]) -> Option<DeclaredArray> {
    matches!(tokens.last()?.kind(), "[" | ",").then_some(())?;
    array(view, tokens).filter(|list| !list.keys_of_each.is_empty())
}

/// The call whose argument is being written, and the place of the argument.
pub(crate) fn argument(view: &View, tokens: &[Node<'_>]) -> Option<(&'static Function, usize)> {
    matches!(tokens.last()?.kind(), "(" | ",").then_some(())?;
    let paren = open_bracket(tokens).filter(|at| tokens[*at].kind() == "(")?;
    match called(view, &tokens[..paren])? {
        Called::Library(function) => Some((function, commas(&tokens[paren + 1..]))),
        Called::Own(_) => None,
    }
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
