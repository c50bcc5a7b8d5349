//! Values beside the lines that were executed, while a debugger stands.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.inline_value_provider = Some(true.into());
}

/// Expressions for the debugger, which knows their values.
pub(super) fn values(
    world: &World,
    params: lsp::InlineValueParams,
) -> Option<Vec<lsp::InlineValue>> {
    let document = world.document(params.text_document.uri.as_ref())?;
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let from = lines.offset(params.range.start);
    // What comes behind the place of the stop has not happened.
    let to = lines.offset(params.range.end).min(lines.offset(params.context.stopped_location.end));
    let found = hsl_ide::inline_values(&document.parse, from..to).into_iter();
    let value = |value: hsl_ide::InlineValue| {
        let range = lines.range(value.span);
        let expression = Some(value.expression);
        lsp::InlineValueEvaluatableExpression { range, expression }.into()
    };
    Some(found.map(value).collect())
}
