//! What can be folded away.

use gen_lsp_types as lsp;

use crate::capabilities::Client;
use crate::proto;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    all.folding_range_provider = Some(true.into());
}

pub(super) fn folds(
    world: &World,
    params: lsp::FoldingRangeParams,
) -> Option<Vec<lsp::FoldingRange>> {
    let uri = params.text_document.uri.as_ref();
    let document = world.document(uri)?;
    let found = match world.config(uri) {
        Some(config) => hsl_ide::yaml::folds(&config),
        None => hsl_ide::folds(&document.parse),
    };
    Some(found.into_iter().map(proto::fold).collect())
}
