//! Keys that a section may have and does not have yet.

use mta_config::walk::Schema;
use mta_config::yaml::Node;

use super::super::hover::page;
use super::cursor::Cursor;
use super::{ConfigItem, ConfigItemKind, span};

/// The keys that are missing, those that must be given first.
pub(super) fn missing(section: Schema<'_>, node: &Node, cursor: &Cursor) -> Vec<ConfigItem> {
    let keys = section.keys().into_iter().filter(|(key, _)| node.get(key).is_none());
    let (first, then): (Vec<_>, Vec<_>) = keys.partition(|(key, _)| section.requires(key));
    let item = |(key, schema)| item(key, schema, section.requires(key), cursor);
    first.into_iter().chain(then).map(item).collect()
}

fn item(key: &str, schema: Schema<'_>, is_required: bool, cursor: &Cursor) -> ConfigItem {
    let is_section = !schema.keys().is_empty() || schema.items().is_some();
    let (insert, snippet) = match cursor.has_colon {
        true => (key.to_owned(), None),
        false => written(key, schema, cursor),
    };
    ConfigItem {
        label: key.to_owned(),
        kind: if is_section { ConfigItemKind::Section } else { ConfigItemKind::Setting },
        detail: Some(schema.type_name()),
        docs: Some(page(key, schema, is_required)),
        replace: span(&cursor.word),
        insert,
        snippet,
    }
}

/// A key with its colon, and as a snippet with room for its value.
fn written(key: &str, schema: Schema<'_>, cursor: &Cursor) -> (String, Option<String>) {
    // A hook is a section or a name; who writes one means the name.
    let is_plain = schema.shapes().iter().any(|shape| {
        shape.keys().is_empty() && shape.items().is_none() && shape.values().is_none()
    });
    if is_plain {
        return (format!("{key}: "), Some(format!("{key}: {}", room(schema))));
    }
    let (open, close) = if schema.items().is_some() { ("[", "]") } else { ("{", "}") };
    if cursor.is_flow {
        return (format!("{key}: "), Some(format!("{key}: {open}$0{}", close.replace('}', "\\}"))));
    }
    let dash = if schema.items().is_some() { "- " } else { "" };
    let below = format!("{key}:\n{}{dash}", " ".repeat(cursor.column + 2));
    let snippet = format!("{below}$0");
    (below, Some(snippet))
}

/// The value as a snippet: a choice of words, an example, or nothing yet.
fn room(schema: Schema<'_>) -> String {
    let mut words = schema.words();
    if schema.is_flag() {
        words.extend(["true", "false"]);
    }
    if !words.is_empty() && words.len() <= 12 {
        let quote = |word: &str| match word.parse::<f64>() {
            Ok(_) => format!("\"{word}\""),
            Err(_) => word.to_owned(),
        };
        let words: Vec<_> = words.into_iter().map(quote).collect();
        return format!("${{1|{}|}}", words.join(","));
    }
    match schema.examples().first() {
        Some(example) => format!("${{1:{example}}}"),
        None => "$1".to_owned(),
    }
}
