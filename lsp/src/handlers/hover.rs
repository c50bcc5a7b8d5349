//! What stands under the cursor.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.hover_provider = Some(true.into());
}

pub(super) fn hover(world: &World, params: lsp::HoverParams) -> Option<lsp::Hover> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    if let Some(config) = world.config(uri) {
        let lines = Lines::new(&config.text, world.client.encoding);
        let found = hsl_ide::yaml::hover(&config, lines.offset(at.position))?;
        return Some(proto::hover(found, &lines));
    }
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let found = hsl_ide::hover(&view, lines.offset(at.position))?;
    Some(proto::hover(found, &lines))
}
