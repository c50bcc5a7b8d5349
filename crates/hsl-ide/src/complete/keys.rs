//! Keys of arrays and of options.

use diagnostics::Span;
use hsl_analysis::types::{Array, Field, Key, Type};
use hsl_decl::{OptionDecl, Ty};
use hsl_syntax::ast::Expression;

use super::{Completion, CompletionKind, members};
use crate::View;

/// The known keys of a value, for a string that is already open.
pub(super) fn in_string(
    view: &View,
    receiver: Expression<'_>,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let Some((ty, seen)) = view.type_before(receiver, offset) else { return Vec::new() };
    let mut items = of_type(&seen, &ty, replace);
    if !ty.instances().is_empty() {
        // `object["name"]` is `object->name`.
        items.extend(members::of_instances(&seen, &ty, replace));
    }
    items
}

/// The known keys of a value, without quotes, for a subscript that is being written.
pub(super) fn in_subscript(
    view: &View,
    receiver: Expression<'_>,
    offset: usize,
    replace: Span,
) -> Vec<Completion> {
    let Some((ty, seen)) = view.type_before(receiver, offset) else { return Vec::new() };
    of_type(&seen, &ty, replace)
}

/// Gives keys their quotes, and puts them before everything else.
pub(super) fn quote(items: &mut [Completion]) {
    for item in items {
        item.label = format!("{:?}", item.label);
        item.insert = item.label.clone();
        item.rank = 0;
    }
}

/// The keys that a pattern has not taken yet, for a string that is already open.
pub(super) fn of_pattern(
    view: &View,
    value: Expression<'_>,
    used: &[Vec<u8>],
    replace: Span,
) -> Vec<Completion> {
    let Some(ty) = view.type_of(value) else { return Vec::new() };
    let mut items = of_type(view, &ty, replace);
    items.retain(|item| !used.iter().any(|key| key == item.label.as_bytes()));
    items
}

/// The known keys of a type that are strings.
pub(super) fn of_type(view: &View, ty: &Type, replace: Span) -> Vec<Completion> {
    let fields = ty.shape().map(|Array { fields, .. }| &fields[..]).unwrap_or_default();
    fields.iter().filter_map(|field| item(view, field, replace)).collect()
}

fn item(view: &View, field: &Field, replace: Span) -> Option<Completion> {
    let Key::Text(name) = &field.key else { return None };
    let none = if field.optional { " | none" } else { "" };
    let detail = format!("{}{none}", field.ty.display_short(&view.resolved.program));
    let docs = field.decl.map(|decl| decl.about()).unwrap_or_default();
    let name = String::from_utf8_lossy(name);
    let item = Completion::new(name, CompletionKind::Key, replace).detail(detail).docs(docs);
    Some(item.perhaps_none(field.optional || field.ty.is_sometimes_none()))
}

/// The keys of an array that are not there yet, and no other excludes; `in_string` tells whether the
/// quotes are there.
pub(super) fn options(
    keys: &'static [OptionDecl],
    used: &[Vec<u8>],
    in_string: bool,
    replace: Span,
) -> Vec<Completion> {
    let is_used = |option: &OptionDecl| used.iter().any(|key| key == option.name.as_bytes());
    let missing = |option: &&OptionDecl| {
        let is_excluded = || keys.iter().any(|other| is_used(other) && other.excludes(option));
        !is_used(option) && !is_excluded()
    };
    let item = |option: &OptionDecl| {
        let detail = match option.default {
            Some(default) => format!("{} = {default}", option.ty),
            None => option.ty.to_string(),
        };
        let mut item = Completion::new(option.name, CompletionKind::Option, replace)
            .detail(detail)
            .docs(option.doc);
        if !in_string {
            item.label = format!("{:?}", option.name);
            item.insert = format!("{:?} => {}", option.name, first_value(option));
            item.snippet = Some(format!("{:?} => {}", option.name, value_snippet(option)));
            item.rank = 0;
        }
        item
    };
    keys.iter().filter(missing).map(item).collect()
}

/// A value to start with, as the editor lets one step through it.
fn value_snippet(option: &OptionDecl) -> String {
    let text = |text: &str| text.replace('\\', "\\\\").replace('}', "\\}").replace('$', "\\$");
    if !option.values.is_empty() {
        let values: Vec<_> =
            option.values.iter().map(|value| text(value).replace(',', "\\,")).collect();
        return listed(option, &format!("\"${{1|{}|}}\"", values.join(",")));
    }
    match option.ty {
        ty if ty == Ty::BOOLEAN => match option.default {
            Some("true") => "${1|false,true|}".to_owned(),
            _ => "${1|true,false|}".to_owned(),
        },
        ty if ty.contains(Ty::STRING) && !ty.contains(Ty::ANY) => "\"$1\"".to_owned(),
        ty if ty == Ty::ARRAY => "[$1]".to_owned(),
        ty if ty == Ty::FUNCTION => "function ($1) { $2 }".to_owned(),
        ty if ty == Ty::NUMBER => match option.default.filter(|text| is_number(text)) {
            Some(default) => format!("${{1:{default}}}"),
            None => "${1:0}".to_owned(),
        },
        _ => "$1".to_owned(),
    }
}

/// The same for editors that know no snippets.
fn first_value(option: &OptionDecl) -> String {
    match option.values.first() {
        Some(value) => listed(option, &format!("{value:?}")),
        None => String::new(),
    }
}

/// A string as the option takes it: by itself, or in a list.
fn listed(option: &OptionDecl, text: &str) -> String {
    if option.ty.contains(Ty::STRING) { text.to_owned() } else { format!("[{text}]") }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

/// The strings of a set.
pub(super) fn values(values: &'static [&'static str], replace: Span) -> Vec<Completion> {
    let item = |value: &&str| {
        let mut item = Completion::new(*value, CompletionKind::Value, replace).rank(0);
        item.insert = (*value).to_owned();
        item
    };
    values.iter().map(item).collect()
}

/// The strings of a set, as they are written.
pub(super) fn quoted_values(set: &'static [&'static str], replace: Span) -> Vec<Completion> {
    let mut items = values(set, replace);
    quote(&mut items);
    items
}
