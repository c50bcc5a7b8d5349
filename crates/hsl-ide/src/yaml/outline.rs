//! The keys of a configuration file as a tree; elements of lists go by their id.

use diagnostics::Span;
use mta_config::yaml::{Kind, Node};

use super::ConfigView;
use super::place::{Step, children};
use crate::{OutlineItem, OutlineKind};

/// Keys by which an element of a list is known, the first that it has.
const NAMES: [&str; 5] = ["id", "name", "port", "path", "interval"];

/// Sections, settings and elements of lists.
pub fn outline(view: &ConfigView) -> Vec<OutlineItem> {
    view.tree.as_deref().map(items).unwrap_or_default()
}

fn items(node: &Node) -> Vec<OutlineItem> {
    let steps = children(node, None).into_iter().enumerate();
    steps.filter_map(|(number, step)| item(number, step)).collect()
}

fn item(number: usize, step: Step<'_>) -> Option<OutlineItem> {
    let is_scalar = matches!(step.node.kind, Kind::Scalar(_));
    let (name, selection) = match step.key {
        Some((key, span)) => (key.to_owned(), span),
        None if is_scalar => return None,
        None => name_of(number, step.node),
    };
    let kind = match (step.key, is_scalar) {
        (None, _) => OutlineKind::Element,
        (Some(_), true) => OutlineKind::Setting,
        (Some(_), false) => OutlineKind::Section,
    };
    let name = if name.is_empty() { "\"\"".to_owned() } else { name };
    let full = selection.cover(step.node.span);
    Some(OutlineItem { name, kind, full, selection, children: items(step.node) })
}

/// What an element is called, and where that stands.
fn name_of(number: usize, node: &Node) -> (String, Span) {
    let named = NAMES.iter().find_map(|key| node.get(key));
    match named.map(|named| (&named.kind, named.span)) {
        Some((Kind::Scalar(scalar), span)) => (scalar.text.clone(), span),
        _ => (format!("[{number}]"), Span { start: node.span.start, end: node.span.start }),
    }
}
