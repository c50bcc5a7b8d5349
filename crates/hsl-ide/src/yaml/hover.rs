//! What a key of a configuration file means, and what its value names.

use diagnostics::Span;
use mta_config::walk::Schema;
use serde_json::Value as Json;

use super::ConfigView;
use super::script::script_at;
use crate::{Hover, project};

/// The page of the key at an offset, or of what its value names.
pub fn hover(view: &ConfigView, offset: usize) -> Option<Hover> {
    if let Some(script) = script_at(view, offset) {
        let state = if script.exists { "" } else { ", which does not exist" };
        let markdown = format!("Script of the {} hook: `{}`{state}", script.hook, script.file);
        return Some(Hover { span: script.span, markdown });
    }
    let place = view.place(offset)?;
    let (last, above) = place.steps.split_last()?;
    let (key, span) = last.key.filter(|_| !last.is_free)?;
    let section = above.last().map_or(Some(view.kind.schema()), |step| step.schema);
    let is_required = section.is_some_and(|section| section.requires(key));
    let mut markdown = page(&place.path(), last.schema?, is_required);
    if span.touches(offset) {
        return Some(Hover { span, markdown });
    }
    if let Some(named) = named_at(view, last.node.span, offset) {
        markdown = format!("{}\n---\n{markdown}", named.markdown);
    }
    Some(Hover { span: last.node.span, markdown })
}

/// The page of what the value at an offset names. The graph may still know an older text.
fn named_at(view: &ConfigView, value: Span, offset: usize) -> Option<Hover> {
    let file = view.graph.file_named(&view.file)?;
    let is_current = view.graph.file(file).config.as_ref()?.whole;
    let found = project::hover(&view.graph, file, offset).filter(|_| is_current)?;
    (value.start <= found.span.start && found.span.end <= value.end).then_some(found)
}

/// Name, type, meaning and default of a key, as Markdown.
pub(super) fn page(name: &str, schema: Schema<'_>, is_required: bool) -> String {
    let mut page = format!("`{name}`: {}\n\n{}\n", schema.type_name(), schema.docs());
    let unit = schema.unit();
    if !unit.is_empty() {
        page.push_str(&format!("\n{unit}\n"));
    }
    match schema.default() {
        Some(Json::String(text)) => page.push_str(&format!("\nDefault: `{text}`\n")),
        Some(value) => page.push_str(&format!("\nDefault: `{value}`\n")),
        None if is_required => page.push_str("\nMust be given.\n"),
        None => {}
    }
    page
}
