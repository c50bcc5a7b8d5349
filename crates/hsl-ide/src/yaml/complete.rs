//! What may be written at a place of a configuration file.
//!
//! The line of the cursor is usually not well-formed. So the word at the cursor is replaced by a mark
//! that is, and the place is that of the mark in the tree.

mod cursor;
mod key;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use diagnostics::Span;
use hsl_decl::IdKind;
use hsl_graph::{File, Role, Symbol, Use, hook_at, id_at};
use mta_config::walk::Schema;
use mta_config::yaml::{Kind, Node, recover};

use super::ConfigView;
use super::place::{Place, Step};
use cursor::{Cursor, MARK};

/// What an item is, for its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigItemKind {
    /// A key with keys below it.
    Section,
    /// A key with a value.
    Setting,
    /// One of a fixed set of words.
    Word,
    /// An id of the configuration.
    Id,
    /// The script of a hook.
    Script,
}

/// One thing that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigItem {
    /// What the list shows and what is typed to find it.
    pub label: String,
    /// What it is.
    pub kind: ConfigItemKind,
    /// Type, or where it comes from.
    pub detail: Option<String>,
    /// Documentation, in Markdown.
    pub docs: Option<String>,
    /// What is replaced.
    pub replace: Span,
    /// The new text.
    pub insert: String,
    /// The new text with places to fill in, in the syntax of LSP's snippets.
    pub snippet: Option<String>,
}

/// What may be written at an offset.
pub fn complete(view: &ConfigView, offset: usize) -> Vec<ConfigItem> {
    let Some(cursor) = Cursor::at(&view.text, offset) else { return Vec::new() };
    let texts = [cursor.marked(&view.text), cursor.marked_last(&view.text)];
    let trees = texts.into_iter().filter_map(|text| recover(&text));
    trees.map(|tree| at_mark(view, &cursor, &tree)).find_map(|found| found).unwrap_or_default()
}

/// What may stand at the mark; none if the tree does not have it.
fn at_mark(view: &ConfigView, cursor: &Cursor, tree: &Node) -> Option<Vec<ConfigItem>> {
    let place = Place::find(tree, view.kind.schema(), &is_mark)?;
    let (last, above) = place.steps.split_last()?;
    let is_key = last.key.is_some_and(|(key, _)| key == MARK);
    if !is_key {
        return Some(values(view, cursor, last.schema, &place.path()));
    }
    let schema = above.last().map_or(Some(view.kind.schema()), |step| step.schema)?;
    let section = above.last().map_or(tree, |step| step.node);
    let mut items = key::missing(schema, section, cursor);
    if items.is_empty() {
        let place = Place { steps: above.to_vec() };
        items = values(view, cursor, Some(schema), &place.path());
    }
    Some(items)
}

fn is_mark(step: &Step<'_>) -> bool {
    let is_value = matches!(&step.node.kind, Kind::Scalar(scalar) if scalar.text == MARK);
    is_value || step.key.is_some_and(|(key, _)| key == MARK)
}

/// The values that a key may have, as far as they can be listed.
fn values(
    view: &ConfigView,
    cursor: &Cursor,
    schema: Option<Schema<'_>>,
    path: &str,
) -> Vec<ConfigItem> {
    let words = schema.map(Schema::words).unwrap_or_default().into_iter();
    let flags = schema.filter(|schema| schema.is_flag()).map(|_| ["true", "false"]);
    let mut items: Vec<_> = words
        .chain(flags.into_iter().flatten())
        .map(|word| item(word, ConfigItemKind::Word, cursor))
        .collect();
    let default = schema.and_then(Schema::default).map(|v| v.to_string().replace('"', ""));
    for item in items.iter_mut().filter(|item| Some(&item.label) == default.as_ref()) {
        item.detail = Some("default".to_owned());
    }
    items.extend(scripts(view, cursor, path));
    items.extend(ids(view, cursor, path));
    items
}

/// Scripts that lie in the project, where one is named.
fn scripts(view: &ConfigView, cursor: &Cursor, path: &str) -> Vec<ConfigItem> {
    let Some(hook) = hook_at(path) else { return Vec::new() };
    let script = |file: &File| match &file.role {
        Role::Hook(of, id) if *of == hook => Some(ConfigItem {
            detail: Some(file.name.to_string()),
            ..item(id, ConfigItemKind::Script, cursor)
        }),
        _ => None,
    };
    view.graph.files().filter_map(|(_, file)| script(file)).collect()
}

/// Ids that the configuration of the project defines, where one is named; those of the other file,
/// where one is defined that both have.
fn ids(view: &ConfigView, cursor: &Cursor, path: &str) -> Vec<ConfigItem> {
    let Some((kind, usage)) = id_at(&view.kind.into(), path) else { return Vec::new() };
    let files = view.graph.files().filter(|(_, file)| match usage {
        // A label may be given again.
        Use::Definition if kind != IdKind::Tag => file.role != view.kind.into(),
        _ => true,
    });
    // A file sees its own lists and those of the running file.
    let files = files.filter(|(_, file)| {
        let is_seen = file.role == view.kind.into() || file.role == Role::Running;
        kind != IdKind::List || is_seen
    });
    let defined = files.flat_map(|(_, file)| file.config.iter().flat_map(|config| &config.ids));
    let defined = defined.filter(|id| id.usage == Use::Definition);
    let known: BTreeSet<_> = defined
        .filter_map(|id| match &id.symbol {
            Symbol::Id(of, id) if *of == kind => Some(Arc::clone(id)),
            _ => None,
        })
        .collect();
    let sign = if usage == Use::Definition { "" } else { kind.sign() };
    let item = |id: Arc<str>| ConfigItem {
        detail: Some(kind.as_str().to_owned()),
        ..item(&format!("{sign}{id}"), ConfigItemKind::Id, cursor)
    };
    known.into_iter().map(item).collect()
}

fn item(label: &str, kind: ConfigItemKind, cursor: &Cursor) -> ConfigItem {
    ConfigItem {
        label: label.to_owned(),
        kind,
        detail: None,
        docs: None,
        replace: span(&cursor.word),
        insert: quoted(label, kind),
        snippet: None,
    }
}

/// Text that YAML takes for text: what reads as a number, or begins with a sign of YAML's own, is
/// quoted.
fn quoted(text: &str, kind: ConfigItemKind) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '_')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains([',', '[', ']', '{', '}'])
        && text.parse::<f64>().is_err();
    let is_flag_like = kind != ConfigItemKind::Word
        && ["true", "false", "null"].contains(&text.to_ascii_lowercase().as_str());
    match is_plain && !is_flag_like {
        true => text.to_owned(),
        false => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn span(range: &Range<usize>) -> Span {
    Span::new(range.start, range.end)
}
