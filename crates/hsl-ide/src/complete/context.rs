//! What kind of thing is being written.

use diagnostics::Span;
use hsl_decl::terms::TermKind;
use hsl_decl::{Function, OptionDecl};
use hsl_graph::TextKind;
use hsl_syntax::ast::{
    ArrayLiteral, ArrayLiteralItem, AstNode, DestructuringAssignment, Expression, span_of,
};
use hsl_syntax::tree_sitter::Node;
use hsl_syntax::words;

use super::{escapes, imports, texts};
use crate::View;
use crate::compared;
use crate::declared::{self, key_before};
use crate::terms::term_behind;
use crate::tokens::{before, expression_ending_at, open_bracket};

/// What may be written at a place.
pub(super) enum Context<'v> {
    /// Nothing that could be known: comments, free text.
    Nothing,
    /// `$…`
    Variables,
    /// `x["…`
    Keys(Expression<'v>),
    /// `x[…`
    Index(Expression<'v>),
    /// `f(["…`, with the keys that are there.
    Options(&'static [OptionDecl], Vec<Vec<u8>>),
    /// `f([…`, with the keys that are there.
    BareOptions(&'static [OptionDecl], Vec<Vec<u8>>),
    /// `["…" => $x] = value`, with the keys that are there.
    PatternKeys(Expression<'v>, Vec<Vec<u8>>),
    /// `f(["key" => "…`, `f("…`, and lists of such strings.
    Values(&'static [&'static str]),
    /// `f(["key" => …`, `f(…`
    BareValues(&'static [&'static str]),
    /// `x->…`
    Members(Expression<'v>),
    /// `Name::…`
    Scoped(Node<'v>),
    /// A text that is a word of the mail standards, or holds some.
    Terms(TermKind),
    /// A number, or numbers, that are one.
    BareTerms(TermKind),
    /// A text that names something of the project.
    Texts(TextKind),
    /// A pattern.
    Escapes,
    /// `import { …`, with the names that are there.
    Exports(Vec<String>),
    /// `import … from "…`
    Paths,
    /// An operand.
    Expression,
    /// The start of a statement.
    Statement,
}

/// The context of an offset, and what an item would replace there.
pub(super) fn find(view: &View, offset: usize) -> (Context<'_>, Span) {
    let tokens = before(&view.parse, offset);
    if in_comment(view, offset) {
        return (Context::Nothing, Span::new(offset, offset));
    }
    if let Some(string) = open_string(&tokens, offset) {
        return in_string(view, &tokens, string, offset);
    }
    let (tokens, word) = match tokens.split_last() {
        Some((last, rest)) if last.end_byte() >= offset && is_word(*last, view.text()) => {
            (rest, span_of(*last))
        }
        _ => (&tokens[..], Span::new(offset, offset)),
    };
    let typed = view.text().get(word.range(view.text().len())).unwrap_or_default();
    if let Some(used) = imports::names_before(view, tokens) {
        return (Context::Exports(used), word);
    }
    let number = term_behind(view, tokens).filter(|kind| is_number(*kind));
    let context = match (number, tokens.last()) {
        _ if typed.starts_with(b"$") => Context::Variables,
        (Some(kind), _) => Context::BareTerms(kind),
        _ if typed.first().is_some_and(u8::is_ascii_digit) => Context::Nothing,
        (None, Some(last)) => behind(view, tokens, *last),
        (None, None) => Context::Statement,
    };
    (context, word)
}

/// Whether words of a kind are written as numbers.
fn is_number(kind: TermKind) -> bool {
    matches!(kind, TermKind::Reply | TermKind::Status)
}

fn behind<'v>(view: &'v View, tokens: &[Node<'v>], last: Node<'v>) -> Context<'v> {
    let rest = &tokens[..tokens.len() - 1];
    let operand = || rest.last().copied().and_then(expression_ending_at);
    if let Some(values) = compared_values(view, tokens) {
        return Context::BareValues(values);
    }
    match last.kind() {
        "->" => operand().map_or(Context::Nothing, Context::Members),
        "::" => rest.last().map_or(Context::Nothing, |name| Context::Scoped(*name)),
        "[" => match operand().filter(|_| rest.last().is_some_and(|t| ends_operand(*t))) {
            Some(receiver) => Context::Index(receiver),
            None => bare_options(view, tokens),
        },
        "(" | "," => match argument_values(view, tokens) {
            Some(values) => Context::BareValues(values),
            None => bare_options(view, tokens),
        },
        "=>" => match values(view, tokens) {
            Context::Values(values) => Context::BareValues(values),
            _ => Context::Expression,
        },
        "function" | "class" | "builtin" if last.kind() != "builtin" => Context::Nothing,
        ";" | "{" | "}" | "else" | "forever" => Context::Statement,
        ")" if ends_head(tokens) => Context::Statement,
        _ => Context::Expression,
    }
}

/// Whether the `)` at the end closes the head of a statement such as `if (…)`.
fn ends_head(tokens: &[Node<'_>]) -> bool {
    let inside = &tokens[..tokens.len() - 1];
    let head = open_bracket(inside).and_then(|at| at.checked_sub(1)).map(|at| inside[at].kind());
    head.is_some_and(|word| ["if", "while", "for", "foreach"].contains(&word))
}

fn in_comment(view: &View, offset: usize) -> bool {
    let root = view.parse.tree.root_node();
    let node = offset.checked_sub(1).and_then(|from| root.descendant_for_byte_range(from, offset));
    node.is_some_and(|node| {
        let open_end = offset < node.end_byte() || !view.text()[node.byte_range()].ends_with(b"*/");
        node.kind() == "comment" && open_end
    })
}

/// The string that an offset lies in: it began before, and is not closed before.
fn open_string<'v>(tokens: &[Node<'v>], offset: usize) -> Option<Node<'v>> {
    let last = *tokens.last()?;
    let string = std::iter::successors(Some(last), |node| node.parent())
        .take(3)
        .find(|node| matches!(node.kind(), "string" | "raw_string" | "regex"))?;
    let closes = matches!(last.kind(), "\"" | "raw_string_end" | "/" | "regex_flags");
    let closed = closes && last.start_byte() > string.start_byte() && last.end_byte() <= offset;
    (!closed).then_some(string)
}

fn in_string<'v>(
    view: &'v View,
    tokens: &[Node<'v>],
    string: Node<'v>,
    offset: usize,
) -> (Context<'v>, Span) {
    let start = string.start_byte() + 1;
    let typed = view.text().get(start..offset).unwrap_or_default();
    if let Some(begun) = escapes::begun(view, tokens, string, offset) {
        return (Context::Escapes, begun);
    }
    if string.kind() != "string" {
        return (Context::Nothing, Span::new(offset, offset));
    }
    if let Some(dollar) = interpolated(typed) {
        return (Context::Variables, Span::new(start + dollar, offset));
    }
    let body = &view.text()[string.byte_range()];
    // A string of several lines is one that is not closed yet.
    let is_whole = body.len() > 1 && body.ends_with(b"\"") && !body.contains(&b'\n');
    let end = if is_whole { string.end_byte() - 1 } else { offset };
    let outside: Vec<_> =
        tokens.iter().copied().filter(|t| t.start_byte() < string.start_byte()).collect();
    let whole = Span::new(start, end.max(offset));
    match term_behind(view, &outside) {
        Some(TermKind::DateFormat) => {
            // Only the directive that is being typed is replaced.
            let begun = typed.iter().rposition(|byte| *byte == b'%');
            let begun = begun.filter(|at| at + 2 >= typed.len()).unwrap_or(typed.len());
            (Context::Terms(TermKind::DateFormat), Span::new(start + begun, offset))
        }
        Some(kind @ TermKind::HeaderField) => (Context::Terms(kind), whole),
        _ => match texts::kind_behind(view, &outside) {
            Some(kind) => (Context::Texts(kind), whole),
            None => (around(view, &outside), whole),
        },
    }
}

/// The context of a string behind these tokens.
fn around<'v>(view: &'v View, tokens: &[Node<'v>]) -> Context<'v> {
    let Some((last, rest)) = tokens.split_last() else { return Context::Nothing };
    if let Some(values) = compared_values(view, tokens) {
        return Context::Values(values);
    }
    match last.kind() {
        "[" => {
            let receiver = rest.last().filter(|token| ends_operand(**token));
            if let Some(receiver) = receiver.copied().and_then(expression_ending_at) {
                return Context::Keys(receiver);
            }
            options(view, tokens)
        }
        "(" | "," => match argument_values(view, tokens) {
            Some(values) => Context::Values(values),
            None => options(view, tokens),
        },
        "=>" => values(view, tokens),
        "from" | "include" | "include_once" => Context::Paths,
        _ => Context::Nothing,
    }
}

/// The strings that the value may be with which a text is compared.
fn compared_values(view: &View, tokens: &[Node<'_>]) -> Option<&'static [&'static str]> {
    compared::values(view, compared::subject(view, tokens)?)
}

/// The strings that the argument takes which is being written.
fn argument_values(view: &View, tokens: &[Node<'_>]) -> Option<&'static [&'static str]> {
    let values =
        |function: &'static Function, place: usize| Some(function.params.get(place)?.values);
    declared::of_argument(view, tokens, values).filter(|values| !values.is_empty())
}

fn bare_options<'v>(view: &'v View, tokens: &[Node<'v>]) -> Context<'v> {
    match declared_array(view, tokens) {
        Some(Context::Options(keys, used)) => Context::BareOptions(keys, used),
        Some(Context::Values(values)) => Context::BareValues(values),
        _ => Context::Expression,
    }
}

fn options<'v>(view: &'v View, tokens: &[Node<'v>]) -> Context<'v> {
    if let Some(found) = declared_array(view, tokens) {
        return found;
    }
    let Some(bracket) = open_bracket(tokens).filter(|at| tokens[*at].kind() == "[") else {
        return Context::Nothing;
    };
    match pattern_value(tokens[bracket]) {
        Some(value) => Context::PatternKeys(value, used_keys(view, &tokens[bracket..])),
        None => Context::Nothing,
    }
}

/// The keys of the array that is being written, or the strings of the list that it is.
fn declared_array<'v>(view: &'v View, tokens: &[Node<'v>]) -> Option<Context<'v>> {
    let array = declared::array(view, tokens)?;
    if array.keys.is_empty() {
        return (!array.values.is_empty()).then_some(Context::Values(array.values));
    }
    let mut used = used_keys(view, &tokens[array.bracket..]);
    used.extend(keys_behind(view, tokens[array.bracket], tokens.last()?.end_byte()));
    Some(Context::Options(array.keys, used))
}

/// The keys of the array that begins with a bracket, as far as they stand behind an offset.
fn keys_behind(view: &View, bracket: Node<'_>, offset: usize) -> Vec<Vec<u8>> {
    let array = bracket.parent().and_then(ArrayLiteral::cast);
    let elements = array.into_iter().flat_map(ArrayLiteral::items);
    let keys = elements.filter_map(|item| match item {
        ArrayLiteralItem::ArrayElement(element) => element.key(),
        _ => None,
    });
    let behind = keys.filter(|key| key.syntax().start_byte() > offset);
    let text = |key: Expression<'_>| match key {
        Expression::StringLiteral(key) => key.value(view.text()),
        _ => None,
    };
    behind.filter_map(text).collect()
}

/// The value that the pattern which begins with a bracket takes apart.
fn pattern_value(bracket: Node<'_>) -> Option<Expression<'_>> {
    let parents = std::iter::successors(bracket.parent(), |node| node.parent());
    let found = parents.take(3).find_map(DestructuringAssignment::cast)?;
    found.right()
}

/// The keys of the pairs that were written.
fn used_keys(view: &View, tokens: &[Node<'_>]) -> Vec<Vec<u8>> {
    let pairs = tokens.windows(2).filter(|pair| pair[1].kind() == "=>");
    let keys = pairs.filter_map(|pair| pair[0].parent()).filter(|node| node.kind() == "string");
    let text = |node: Node<'_>| {
        let body = view.text().get(node.start_byte() + 1..node.end_byte().saturating_sub(1));
        body.unwrap_or_default().to_vec()
    };
    keys.map(text).collect()
}

/// The strings that a value behind `"key" =>` may be.
fn values<'v>(view: &'v View, tokens: &[Node<'v>]) -> Context<'v> {
    let option = || {
        let key = key_before(view, tokens)?;
        declared::array(view, tokens)?.key(key.as_bytes())
    };
    match option().map(|option| option.values) {
        None | Some([]) => Context::Nothing,
        Some(values) => Context::Values(values),
    }
}

/// Where the `$name` begins that ends a piece of string.
fn interpolated(typed: &[u8]) -> Option<usize> {
    let name = typed.iter().rposition(|byte| !words::is_part(*byte))?;
    let escaped = name > 0 && typed[name - 1] == b'\\';
    (typed[name] == b'$' && !escaped).then_some(name)
}

/// Whether the token is a name that is being typed; a lone `$` is one.
fn is_word(token: Node<'_>, text: &[u8]) -> bool {
    let first = text.get(token.start_byte()).copied().unwrap_or_default();
    first == b'$' || words::is_part(first)
}

/// Whether an operand ends with the token, so that a `[` behind it begins a subscript.
fn ends_operand(token: Node<'_>) -> bool {
    matches!(token.kind(), ")" | "]" | "variable" | "identifier" | "\"" | "raw_string_end")
}
