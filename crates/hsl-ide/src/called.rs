//! What a call that is being written calls.
//!
//! *Invariants.* What the script defines hides what the library has under the same name; where the text
//! is broken and names are not bound, the name alone decides.
//!
//! *Not here.* What the declaration says of arguments (`declared`), how it is shown (`signature`).

use hsl_analysis::types::Instance;
use hsl_analysis::{Meaning, Symbol, SymbolId, SymbolKind};
use hsl_decl::Function;
use hsl_syntax::ast::span_of;
use hsl_syntax::tree_sitter::Node;

use crate::View;
use crate::tokens::expression_ending_at;

/// What is called.
pub(crate) enum Called {
    /// A function, constructor or method of the library.
    Library(&'static Function),
    /// One of the script.
    Own(SymbolId),
}

/// What the name at the end of these tokens, which a parenthesis follows, calls.
pub(crate) fn called(view: &View, tokens: &[Node<'_>]) -> Option<Called> {
    let (name, before) = tokens.split_last()?;
    let written = text(view, *name)?;
    match before.last().map(|token| token.kind()) {
        Some("->") => method(view, before, *name),
        Some("::") => static_function(view, before, written).or_else(|| bound(view, *name)),
        _ => match bound(view, *name) {
            None if !is_bound(view, *name) => named(view, written),
            found => found,
        },
    }
}

fn text<'v>(view: &'v View, node: Node<'_>) -> Option<&'v str> {
    std::str::from_utf8(view.text().get(node.byte_range())?).ok()
}

/// The method that a name behind `->` means.
fn method(view: &View, before: &[Node<'_>], name: Node<'_>) -> Option<Called> {
    let (_, receiver) = before.split_last()?;
    let receiver = expression_ending_at(*receiver.last()?)?;
    let (ty, seen) = view.type_before(receiver, name.end_byte())?;
    let written = text(view, name)?;
    ty.instances().iter().find_map(|instance| match *instance {
        Instance::Library(_) | Instance::Collection(_) => {
            instance.library()?.method(written).map(Called::Library)
        }
        Instance::Own(class) => {
            let name = &seen.resolved.program.class(class).name;
            let symbols = &view.facts().symbols;
            let holds = |id: SymbolId| *view.facts().symbol(id).name == **name;
            let is_it = |s: &Symbol| *s.name == *written && s.container.is_some_and(holds);
            symbols.iter().position(is_it).map(|at| Called::Own(SymbolId(at as u32)))
        }
        _ => None,
    })
}

/// The function of a class of the library that a name behind `::` means.
fn static_function(view: &View, before: &[Node<'_>], name: &str) -> Option<Called> {
    let class = before.get(before.len().checked_sub(2)?)?;
    view.unit.class(text(view, *class)?)?.static_function(name).map(Called::Library)
}

fn meaning(view: &View, name: Node<'_>) -> Option<Meaning> {
    let last = span_of(name).end.checked_sub(1)?;
    view.facts().reference_at(view.id()?, last as usize).map(|reference| reference.meaning)
}

fn is_bound(view: &View, name: Node<'_>) -> bool {
    meaning(view, name).is_some_and(|meaning| !matches!(meaning, Meaning::File(_)))
}

/// What a name is bound to; a class stands for its constructor.
fn bound(view: &View, name: Node<'_>) -> Option<Called> {
    match meaning(view, name)? {
        Meaning::Function(function) => Some(Called::Library(function)),
        Meaning::Class(class) => class.constructor.map(Called::Library),
        Meaning::Symbol(symbol) => Some(Called::Own(constructor_of(view, symbol))),
        Meaning::File(_) => None,
    }
}

/// What a name that nothing is bound to would mean.
fn named(view: &View, name: &str) -> Option<Called> {
    let own = |symbol: &Symbol| *symbol.name == *name && symbol.signature.is_some();
    if let Some(at) = view.facts().symbols.iter().position(own) {
        return Some(Called::Own(constructor_of(view, SymbolId(at as u32))));
    }
    let class = || view.unit.class(name).and_then(|class| class.constructor);
    view.unit.function(name).or_else(class).map(Called::Library)
}

/// The constructor of a class; anything else is called itself.
fn constructor_of(view: &View, symbol: SymbolId) -> SymbolId {
    let is_it =
        |inner: &Symbol| inner.kind == SymbolKind::Constructor && inner.container == Some(symbol);
    let found = view.facts().symbols.iter().position(is_it);
    found.map_or(symbol, |at| SymbolId(at as u32))
}
