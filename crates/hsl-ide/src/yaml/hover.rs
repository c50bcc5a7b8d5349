//! What a key of a configuration file means, and what its value names.

use mta_config::walk::Schema;
use serde_json::Value as Json;

use super::ConfigView;
use super::script::script_at;
use crate::Hover;

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
    let span = if span.touches(offset) { span } else { last.node.span };
    Some(Hover { span, markdown: page(&place.path(), last.schema?, is_required) })
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
