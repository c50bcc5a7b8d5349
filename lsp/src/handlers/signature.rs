//! The parameters of the call that is being written.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::world::World;

/// Characters that open a call, or go on to its next argument or option.
const TRIGGERS: [&str; 2] = ["(", ","];

/// Characters on which an editor that shows a signature asks again.
const AGAIN: [&str; 3] = [")", "[", ">"];

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.signature_help_provider = Some(lsp::SignatureHelpOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
        retrigger_characters: Some(AGAIN.map(str::to_owned).to_vec()),
        ..lsp::SignatureHelpOptions::default()
    });
}

pub(super) fn signature(
    world: &World,
    params: lsp::SignatureHelpParams,
) -> Option<lsp::SignatureHelp> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let wanted = world.tools_of(uri).editor.signature_help;
    if !wanted.enable {
        return None;
    }
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let mut found = hsl_ide::signatures(&view, lines.offset(at.position));
    found.iter_mut().filter(|_| !wanted.documentation).for_each(|signature| signature.docs = None);
    (!found.is_empty()).then(|| proto::signatures(found, world.client.encoding))
}
