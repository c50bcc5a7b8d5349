//! Formatting requests: the whole document, ranges of it, and the statement just typed.
//!
//! All three are the same edits, of which a range takes those that touch it; so what is formatted
//! in parts looks like what is formatted at once. The style is that of `mailstop.toml`, as for
//! `mailstop fmt`; the editor's own sizes are not asked, or two people would undo each other.

use diagnostics::Span;
use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.document_formatting_provider = Some(true.into());
    all.document_range_formatting_provider = Some(
        lsp::DocumentRangeFormattingOptions {
            ranges_support: Some(true),
            ..lsp::DocumentRangeFormattingOptions::default()
        }
        .into(),
    );
    all.document_on_type_formatting_provider = Some(lsp::DocumentOnTypeFormattingOptions {
        first_trigger_character: "}".to_owned(),
        more_trigger_character: Some(vec![";".to_owned(), "\n".to_owned()]),
    });
}

/// Edits of the whole document; none when it has syntax errors.
pub(super) fn whole(
    world: &World,
    params: lsp::DocumentFormattingParams,
) -> Option<Vec<lsp::TextEdit>> {
    let uri = params.text_document.uri.as_ref();
    is_wanted(world, uri).then(|| edits(world, uri))?
}

/// Whether documents and ranges are formatted in the editor.
fn is_wanted(world: &World, uri: &str) -> bool {
    world.tools_of(uri).editor.format.enable
}

/// Edits of a whole open script.
pub(super) fn edits(world: &World, uri: &str) -> Option<Vec<lsp::TextEdit>> {
    touching(world, uri, |_, _| true)
}

/// Edits that touch a range.
pub(super) fn range(
    world: &World,
    params: lsp::DocumentRangeFormattingParams,
) -> Option<Vec<lsp::TextEdit>> {
    let uri = params.text_document.uri.as_ref();
    let touching = || touching(world, uri, |lines, edit| touches(lines, params.range, edit));
    is_wanted(world, uri).then(touching)?
}

/// Edits that touch one of many ranges.
pub(super) fn ranges(
    world: &World,
    params: lsp::DocumentRangesFormattingParams,
) -> Option<Vec<lsp::TextEdit>> {
    let uri = params.text_document.uri.as_ref();
    let touching = || {
        touching(world, uri, |lines, edit| {
            params.ranges.iter().any(|range| touches(lines, *range, edit))
        })
    };
    is_wanted(world, uri).then(touching)?
}

fn touches(lines: &Lines<'_>, range: lsp::Range, edit: &Span) -> bool {
    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
    edit.touches(start) || (start..=end).contains(&(edit.start as usize))
}

/// Edits of the statement that ends where something was typed.
pub(super) fn typed(
    world: &World,
    params: lsp::DocumentOnTypeFormattingParams,
) -> Option<Vec<lsp::TextEdit>> {
    let uri = params.text_document.uri.as_ref();
    if !world.tools_of(uri).editor.format.on_type {
        return None;
    }
    let document = world.document(uri)?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let statement = hsl_ide::statement_before(&document.parse, lines.offset(params.position))?;
    // What stands behind the statement is still being typed.
    touching(world, uri, |_, edit| edit.start >= statement.start && edit.end <= statement.end)
}

fn touching(
    world: &World,
    uri: &str,
    wanted: impl Fn(&Lines<'_>, &Span) -> bool,
) -> Option<Vec<lsp::TextEdit>> {
    let (document, home) = world.documents.get(uri).filter(|(found, _)| found.is_script)?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let settings = world.tools(home);
    let edits = hsl_fmt::edits(&document.parse, &settings.format.style()).ok()?.into_iter();
    let edits = edits.filter(|edit| wanted(&lines, &edit.span));
    let text = |edit: &hsl_syntax::Edit| String::from_utf8_lossy(&edit.text).into_owned();
    Some(
        edits
            .map(|edit| lsp::TextEdit { range: lines.range(edit.span), new_text: text(&edit) })
            .collect(),
    )
}
