//! Names that exist at a place: variables, functions, classes, modules, words.

use std::collections::{HashMap, HashSet};

use diagnostics::Span;
use hsl_analysis::{Meaning, Symbol, SymbolId, SymbolKind};
use hsl_decl::{Contexts, Effect, Function, Hook, HookSet};
use hsl_syntax::words::KEYWORDS;

use super::{Completion, CompletionKind, ELSEWHERE};
use crate::View;
use crate::docs::Docs;
use crate::tokens::before;

/// Words that an operand or operator may be.
const IN_EXPRESSIONS: &[&str] = &[
    "and", "array", "as", "builtin", "cache", "closure", "false", "from", "function", "isset",
    "match", "none", "not", "or", "static", "true", "unset", "with", "yield",
];

/// Bytes of a program with its imports up to which its values are followed for a list that is mostly
/// about other things.
const FOLLOWED: usize = 64 * 1024;

/// Whether a program is small enough for that.
fn is_followed(view: &View) -> bool {
    view.resolved.program.files.iter().map(|file| file.text.len()).sum::<usize>() <= FOLLOWED
}

/// Variables of the scope and of the hook, with what they held.
pub(super) fn variables(view: &View, offset: usize, replace: Span) -> Vec<Completion> {
    variables_with(view, offset, replace, true)
}

fn variables_with(view: &View, offset: usize, replace: Span, values: bool) -> Vec<Completion> {
    // A function sees the hook's variables only through `global`.
    let scope = view.id().and_then(|file| view.facts().scope_at(file, offset));
    let is_top = scope.is_none_or(|scope| scope.parent.is_none());
    let hook = view.unit.variables().into_iter().filter(|_| is_top || in_global(view, offset));
    let mut items: Vec<_> = hook
        .map(|variable| {
            Completion::new(variable.name, CompletionKind::Variable, replace)
                .detail(variable.ty)
                .perhaps_none(variable.ty.is_sometimes_none())
                .docs(variable.doc)
        })
        .collect();
    let mut known: HashSet<String> = items.iter().map(|item| item.label.clone()).collect();
    let held = if values { last_before(view, offset) } else { HashMap::new() };
    for (id, symbol) in visible(view, offset).filter(|(_, s)| s.name.starts_with('$')) {
        if known.insert(symbol.name.to_string()) {
            items.push(variable(view, id, &held, replace));
        }
    }
    // The name that is being typed is not one that exists.
    let typed = view.text().get(replace.range(view.text().len())).unwrap_or_default();
    let uses = |label: &str| count(view.text(), label.as_bytes());
    items.retain(|item| item.label.as_bytes() != typed || uses(&item.label) > 1);
    items
}

/// Where each symbol stood last before an offset.
fn last_before(view: &View, offset: usize) -> HashMap<SymbolId, Span> {
    let file = view.id();
    let mut found: HashMap<SymbolId, Span> = HashMap::new();
    for reference in &view.facts().references {
        let at = reference.at;
        if let Meaning::Symbol(id) = reference.meaning
            && Some(at.file) == file
            && (at.span.end as usize) < offset
        {
            let last = found.entry(id).or_insert(at.span);
            *last = (*last).max(at.span);
        }
    }
    found
}

/// A variable of the script, with what it held where it stood last.
fn variable(
    view: &View,
    id: SymbolId,
    last: &HashMap<SymbolId, Span>,
    replace: Span,
) -> Completion {
    let name = &*view.facts().symbol(id).name;
    let item = Completion::new(name, CompletionKind::Variable, replace).rank(0);
    let ty = last.get(&id).and_then(|at| view.type_of_name(*at));
    match ty.filter(|ty| !ty.is_unknown() && !ty.is_never()) {
        Some(ty) => item
            .detail(ty.display_short(&view.resolved.program))
            .perhaps_none(ty.is_sometimes_none()),
        None => item,
    }
}

/// Whether a `global` statement is being written.
fn in_global(view: &View, offset: usize) -> bool {
    let tokens = before(&view.parse, offset);
    let list = tokens.iter().rev().find(|token| !matches!(token.kind(), "variable" | "," | "$"));
    list.is_some_and(|token| token.kind() == "global")
}

/// Everything that may stand in an expression.
pub(super) fn expression(view: &View, offset: usize, replace: Span) -> Vec<Completion> {
    let mut items = variables_with(view, offset, replace, is_followed(view));
    items.extend(own(view, offset, replace));
    items.extend(library(view, replace));
    items.extend(words(IN_EXPRESSIONS, replace));
    items
}

/// Everything that may begin a statement.
pub(super) fn statement(view: &View, offset: usize, replace: Span) -> Vec<Completion> {
    let mut items = expression(view, offset, replace);
    items.extend(words(KEYWORDS, replace));
    items
}

fn visible(view: &View, offset: usize) -> impl Iterator<Item = (SymbolId, &Symbol)> {
    let ids = view.id().map(|file| view.facts().visible_at(file, offset)).unwrap_or_default();
    ids.into_iter().map(|id| (id, view.facts().symbol(id)))
}

fn own(view: &View, offset: usize, replace: Span) -> Vec<Completion> {
    let is_followed = is_followed(view);
    let item = |(id, symbol): (SymbolId, &Symbol)| {
        let kind = match symbol.kind {
            SymbolKind::Function => CompletionKind::Function,
            SymbolKind::Class => CompletionKind::Class,
            SymbolKind::Namespace => CompletionKind::Module,
            _ => return None,
        };
        let mut item = Completion::new(&*symbol.name, kind, replace)
            .docs(symbol.docs.clone().unwrap_or_default())
            .rank(0);
        item.detail.clone_from(&symbol.signature);
        let result = is_followed.then(|| view.result_of(id)).flatten();
        item.may_be_none = result.is_some_and(|ty| ty.is_sometimes_none());
        item.takes_arguments = kind != CompletionKind::Module;
        Some(item)
    };
    visible(view, offset).filter_map(item).collect()
}

/// Functions, verdicts and classes of the library that only other hooks have, as a hint.
pub(super) fn elsewhere(view: &View, replace: Span) -> Vec<Completion> {
    let catalog = view.unit.catalog;
    let verdicts = catalog.hooks().flat_map(|hook| hook.verdicts.iter().copied());
    let here = view.unit.hook.is_some() || view.unit.library;
    let is_missing =
        |name: &str| here && view.unit.function(name).is_none() && view.unit.class(name).is_none();
    let functions = catalog.functions().chain(verdicts).filter(|f| is_missing(f.name));
    let classes = catalog.classes().filter(|class| is_missing(class.name));
    let functions = functions.map(|f| (f.name, f.signature()));
    let missing = functions.chain(classes.map(|c| (c.name, format!("class {}", c.name))));
    let item = |(name, detail): (&'static str, String)| {
        let mut item = Completion::new(name, CompletionKind::Function, replace).detail(detail);
        item.note = Some(format!("not in {}", hooks_of(view)));
        item.deprecated = true;
        item.rank(ELSEWHERE)
    };
    missing.map(item).collect()
}

/// The hooks that come to this file, as a list.
fn hooks_of(view: &View) -> String {
    let hooks = view.unit.hook.map_or(view.unit.reached, |hook| HookSet::of(&[hook]));
    hooks.iter().map(Hook::as_str).collect::<Vec<_>>().join(", ")
}

/// The hooks that come to this file and lack a name.
fn lacking(view: &View, name: &str) -> Option<String> {
    let reached = view.unit.reached;
    if !view.unit.library || reached == HookSet::ALL {
        return None;
    }
    let has = |hook: Hook| {
        let catalog = view.unit.catalog;
        catalog.function(name, Some(hook)).is_some() || catalog.class(name, Some(hook)).is_some()
    };
    let lacking: Vec<_> = reached.iter().filter(|hook| !has(*hook)).map(Hook::as_str).collect();
    (!lacking.is_empty()).then(|| format!("not in {}", lacking.join(", ")))
}

/// Functions, verdicts and classes of the library that exist here.
fn library(view: &View, replace: Span) -> Vec<Completion> {
    let unit = &view.unit;
    let mut names: Vec<_> = unit.names().collect();
    names.sort_unstable();
    names.dedup();
    let item = |name: &'static str| match (unit.function(name), unit.class(name)) {
        (Some(function), _) => Some(library_function(function, replace)),
        (None, Some(class)) => {
            let mut item =
                Completion::new(name, CompletionKind::Class, replace).docs(Docs::Class(class));
            item.takes_arguments = class.constructor.is_some();
            item.detail = class.constructor.map(Function::signature);
            Some(item)
        }
        (None, None) => None,
    };
    let mark = |mut item: Completion| {
        if let Some(note) = lacking(view, &item.label) {
            item.note = Some(note);
            item.deprecated = true;
            item.rank = 8;
        }
        item
    };
    names.into_iter().filter_map(item).map(mark).collect()
}

fn library_function(function: &'static Function, replace: Span) -> Completion {
    let kind = match function.effect {
        Effect::Terminates => CompletionKind::Verdict,
        _ => CompletionKind::Function,
    };
    let is_special = matches!(function.contexts, Contexts::Hooks(_));
    let mut item = Completion::new(function.name, kind, replace)
        .detail(function.signature())
        .perhaps_none(function.returns.is_sometimes_none())
        .docs(Docs::Function(function))
        .rank(if kind == CompletionKind::Verdict || is_special { 1 } else { 2 });
    item.takes_arguments = true;
    item.deprecated = function.deprecated.is_some();
    if let Contexts::Hooks(hooks) = function.contexts {
        item.note = Some(hooks.iter().map(Hook::as_str).collect::<Vec<_>>().join(", "));
    }
    item
}

fn words(list: &[&str], replace: Span) -> impl Iterator<Item = Completion> {
    list.iter().map(move |word| Completion::new(*word, CompletionKind::Keyword, replace).rank(3))
}

/// How often a name stands in a text, as a whole.
fn count(text: &[u8], name: &[u8]) -> usize {
    let ends = |at: usize| text.get(at).is_none_or(|byte| !hsl_syntax::words::is_part(*byte));
    let windows = text.windows(name.len()).enumerate();
    windows.filter(|(at, window)| *window == name && ends(at + name.len())).count()
}
