//! What stands under the cursor.

mod beyond;

use gen_lsp_types as lsp;
use hsl_ide::{Hover, View};
use hsl_lint::Growth;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::project::Asked;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.hover_provider = Some(true.into());
}

pub(super) fn hover(world: &World, params: lsp::HoverParams) -> Option<lsp::Hover> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let wanted = world.tools_of(uri).editor.hover;
    if !wanted.enable {
        return None;
    }
    if let Some(config) = world.config(uri) {
        let lines = Lines::new(&config.text, world.client.encoding);
        let found = hsl_ide::yaml::hover(&config, lines.offset(at.position))?;
        return Some(proto::hover(found, &lines));
    }
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let offset = lines.offset(at.position);
    if let Some(found) = named_in_text(world, &view, &at, offset) {
        return Some(proto::hover(found, &lines));
    }
    let mut found = hsl_ide::hover(&view, offset)?;
    if wanted.patterns
        && let Some(pattern) = hsl_ide::pattern_at(&view, offset)
    {
        found.markdown += &worst_case(&hsl_lint::growth(&pattern.body, &pattern.modifiers));
    }
    if let Some(text) = hsl_ide::text_at(&view, offset) {
        found.markdown.extend(beyond::zone(&text));
    }
    found.markdown.extend(package(world, uri, &view, offset));
    Some(proto::hover(found, &lines))
}

/// The introduction of the package that a path at an offset leads into.
fn package(world: &World, uri: &str, view: &View, offset: usize) -> Option<String> {
    let (_, home) = world.documents.get(uri).filter(|_| hsl_ide::is_in_text(view, offset))?;
    let (root, _) = home.project.as_ref()?;
    beyond::package(root, &hsl_ide::definition(view, offset)?.file)
}

/// What of the project the text at an offset names.
fn named_in_text(
    world: &World,
    view: &View,
    at: &lsp::TextDocumentPositionParams,
    offset: usize,
) -> Option<Hover> {
    let asked = hsl_ide::is_in_text(view, offset).then(|| Asked::at(world, at)).flatten()?;
    hsl_ide::project::hover(&asked.project.graph, asked.file, asked.offset)
}

/// How long a pattern may take.
fn worst_case(growth: &Growth) -> String {
    match growth {
        Growth::Exponential(pump) => {
            let shown = pump.escape_ascii();
            format!("\nWorst case: exponential, with `\"{shown}\"` again and again.\n")
        }
        Growth::Bounded => "\nWorst case: not exponential.\n".to_owned(),
        Growth::Unjudged => String::new(),
    }
}
