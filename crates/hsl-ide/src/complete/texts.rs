//! Texts that name something of the project: ids of the configuration, keys of `$context`, locks and
//! name spaces of caches.

use std::collections::BTreeSet;

use diagnostics::Span;
use hsl_decl::{Function, Hook, HookSet, IdKind};
use hsl_graph::{Declarations, Graph, Realm, Symbol, TextKind, Use, is_memory_function};
use hsl_syntax::ast::{AstNode, Expression};
use hsl_syntax::tree_sitter::Node;

use super::{Completion, CompletionKind, Surroundings};
use crate::View;
use crate::compared;
use crate::declared::{self, key_before};

/// The option of `cache` that names its values.
const NAMESPACE: &str = "namespace";

/// What a text behind these tokens names.
pub(super) fn kind_behind(view: &View, tokens: &[Node<'_>]) -> Option<TextKind> {
    match tokens.last()?.kind() {
        "barrier" => Some(TextKind::Barrier),
        "(" | "," | "[" => of_argument_or_element(view, tokens),
        "=>" => of_option(view, tokens),
        _ => of_compared(view, tokens),
    }
}

fn of_argument_or_element(view: &View, tokens: &[Node<'_>]) -> Option<TextKind> {
    let argument = || declared::of_argument(view, tokens, of_argument);
    let element = || declared::array(view, tokens)?.id.map(TextKind::Id);
    argument().or_else(|| of_compared(view, tokens)).or_else(element)
}

fn of_argument(function: &'static Function, place: usize) -> Option<TextKind> {
    if place == 0 && is_memory_function(function.name) {
        return Some(TextKind::Barrier);
    }
    function.params.get(place)?.id.map(TextKind::Id)
}

fn of_option(view: &View, tokens: &[Node<'_>]) -> Option<TextKind> {
    let key = key_before(view, tokens)?;
    if let Some(array) = declared::array(view, tokens) {
        return array.key(key.as_bytes())?.id.map(TextKind::Id);
    }
    let bracket = crate::tokens::open_bracket(tokens)?;
    let is_cache = tokens[..bracket].last()?.kind() == "cache" && key == NAMESPACE;
    is_cache.then_some(TextKind::Cache)
}

/// What the value, or the elements of the list, is that a text is compared with.
fn of_compared(view: &View, tokens: &[Node<'_>]) -> Option<TextKind> {
    let access = compared::lookup(compared::subject(view, tokens)?)?;
    let Expression::StringLiteral(key) = access.index()? else { return None };
    let key = String::from_utf8(key.value(view.text())?.to_vec()).ok()?;
    Declarations::of(view.unit.catalog).key(&key).map(TextKind::Id)
}

/// The names of a kind that the project has.
pub(super) fn of(kind: TextKind, around: &dyn Surroundings, replace: Span) -> Vec<Completion> {
    let Some((graph, _)) = around.graph() else { return Vec::new() };
    let (names, detail) = match kind {
        TextKind::Id(id) => {
            let mut names = ids(&graph, id);
            // Scripts make tags, too.
            names.extend((id == IdKind::Tag).then(|| written(&graph, kind)).into_iter().flatten());
            (names, id.as_str())
        }
        TextKind::Barrier => (written(&graph, kind), "lock or key of the shared memory"),
        TextKind::Cache => (written(&graph, kind), "name space of a cache"),
    };
    let sign = if let TextKind::Id(kind) = kind { kind.sign() } else { "" };
    let item = |name: String| {
        let label = format!("{sign}{name}");
        let mut item =
            Completion::new(label, CompletionKind::Value, replace).detail(detail).rank(0);
        item.insert.clone_from(&item.label);
        item
    };
    names.into_iter().map(item).collect()
}

fn ids(graph: &Graph, wanted: IdKind) -> BTreeSet<String> {
    let uses = graph.configs().flat_map(|(_, config)| &config.ids);
    let defined = uses.filter_map(|id| match &id.symbol {
        Symbol::Id(kind, name) if *kind == wanted && id.usage == Use::Definition => Some(name),
        _ => None,
    });
    defined.map(|name| name.to_string()).filter(|name| !name.is_empty()).collect()
}

fn written(graph: &Graph, wanted: TextKind) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, script) in graph.scripts_at_hand() {
        let texts = script.texts.iter().filter(|text| text.kind == wanted && text.sure);
        names.extend(texts.map(|text| text.name.to_string()).filter(|name| !name.is_empty()));
    }
    names
}

/// The keys of `$context` that hooks write, those of hooks that come before this place first.
pub(super) fn context_keys(
    receiver: Expression<'_>,
    view: &View,
    around: &dyn Surroundings,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let is_context = view.text().get(receiver.span().range(view.text().len()));
    if is_context != Some(b"$context") {
        return Vec::new();
    }
    let Some((graph, file)) = around.graph() else { return Vec::new() };
    let here = graph.hooks_at(file, offset);
    let keys = graph.context_keys_at_hand(Realm::of(here)).into_iter();
    let items = keys.filter_map(|(name, flow)| {
        // The key that is being typed is not one that is written.
        let elsewhere =
            flow.written.iter().filter(|(of, key, _)| *of != file || !key.at.touches(offset));
        let hooks = elsewhere.fold(HookSet::NONE, |all, (_, _, hooks)| all.union(*hooks));
        let comes_before = hooks.iter().any(|hook| here.iter().any(|now| hook <= now));
        let names: Vec<_> = hooks.iter().map(Hook::as_str).collect();
        let mut item = Completion::new(&*name, CompletionKind::Key, replace)
            .detail(format!("written in {}", names.join(", ")));
        item.rank = if comes_before { 1 } else { 2 };
        (!hooks.is_empty()).then_some(item)
    });
    items.collect()
}
