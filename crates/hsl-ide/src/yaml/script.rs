//! Where a configuration file names the script of a hook.

use std::sync::Arc;

use diagnostics::Span;
use hsl_decl::Hook;
use hsl_graph::hook_at;
use mta_config::yaml::Kind;

use super::ConfigView;
use super::place::Place;

/// The script of a hook, where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptUse {
    /// The id, with its quotes.
    pub span: Span,
    /// The hook.
    pub hook: Hook,
    /// The id.
    pub id: Arc<str>,
    /// Name of the file.
    pub file: Arc<str>,
    /// Whether there is one.
    pub exists: bool,
}

/// The script that is named at an offset.
pub fn script_at(view: &ConfigView, offset: usize) -> Option<ScriptUse> {
    used(view, &view.place(offset)?).filter(|found| found.span.touches(offset))
}

/// Every script that is named, in the order of the text.
pub fn scripts(view: &ConfigView) -> Vec<ScriptUse> {
    let mut found = Vec::new();
    view.each(|place| found.extend(used(view, place)));
    found
}

/// The scripts below the phase whose name stands at an offset.
pub fn scripts_of_phase(view: &ConfigView, offset: usize) -> Vec<ScriptUse> {
    let Some(place) = view.place(offset) else { return Vec::new() };
    let path = place.path();
    let is_phase = path.strip_prefix("servers[].phases.").is_some_and(|name| !name.contains('.'));
    let Some(step) = place.steps.last().filter(|_| is_phase) else { return Vec::new() };
    let inside = step.node.span;
    let mut found = scripts(view);
    found.retain(|script| inside.start <= script.span.start && script.span.end <= inside.end);
    found
}

fn used(view: &ConfigView, place: &Place<'_>) -> Option<ScriptUse> {
    let name = view.script_name?;
    let hook = hook_at(&place.path())?;
    let node = place.steps.last()?.node;
    let Kind::Scalar(id) = &node.kind else { return None };
    if node.is_null() || id.text.is_empty() {
        return None;
    }
    let file = name(hook, &id.text);
    let exists = view.graph.file_named(&file).is_some();
    Some(ScriptUse { span: node.span, hook, id: id.text.as_str().into(), file, exists })
}
