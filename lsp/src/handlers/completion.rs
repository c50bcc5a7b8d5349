//! What may be written at a place.

use gen_lsp_types as lsp;
use serde::{Deserialize, Serialize};

use crate::capabilities::Client;
use crate::position::Lines;
use crate::proto;
use crate::surroundings::Around;
use crate::world::World;

/// Characters that ask for a list without a key of the user's own.
const TRIGGERS: [&str; 12] = ["$", "[", "\"", "'", ">", ":", "/", "{", "#", "%", ".", "\\"];

/// What a resolve request needs to find its item again.
#[derive(Serialize, Deserialize)]
struct Place {
    uri: String,
    offset: usize,
}

pub(super) fn offer(client: Client, all: &mut lsp::ServerCapabilities) {
    all.completion_provider = Some(lsp::CompletionOptions {
        trigger_characters: Some(TRIGGERS.map(str::to_owned).to_vec()),
        resolve_provider: client.resolves_docs.then_some(true),
        ..lsp::CompletionOptions::default()
    });
}

pub(super) fn completion(
    world: &World,
    params: lsp::CompletionParams,
) -> Option<lsp::CompletionResponse> {
    let at = params.text_document_position_params;
    let uri = at.text_document.uri.as_ref();
    let wanted = world.tools_of(uri).editor.completion;
    let client = Client { snippets: world.client.snippets && wanted.snippets, ..world.client };
    if let Some(config) = world.config(uri) {
        let lines = Lines::new(&config.text, world.client.encoding);
        let items = hsl_ide::yaml::complete(&config, lines.offset(at.position)).into_iter();
        let item = |(place, item)| proto::config_item(item, place, &lines, client.snippets);
        return Some(items.enumerate().map(item).collect::<Vec<_>>().into());
    }
    let view = world.view(uri)?;
    let lines = Lines::new(&view.parse.text, world.client.encoding);
    let offset = lines.offset(at.position);
    let resolves = world.client.resolves_docs;
    let place = Place { uri: at.text_document.uri.as_ref().to_owned(), offset };
    let place = serde_json::to_value(place).ok().filter(|_| resolves);
    let around = Around { world, uri, view: &view };
    let mut items = hsl_ide::complete(&view, &around, offset);
    items.retain(|item| wanted.imports || item.extra.is_empty());
    items.retain(|item| wanted.other_hooks || !item.is_elsewhere());
    let common = items.first().map(|item| item.replace).filter(|_| world.client.defaults_items);
    let own_data = place.clone().filter(|_| common.is_none());
    let items = items.into_iter().enumerate().map(|(number, item)| {
        let range = (common != Some(item.replace)).then(|| lines.range(item.replace));
        let data = own_data.clone().filter(|_| item.docs.exists() || !item.extra.is_empty());
        lsp::CompletionItem { data, ..proto::completion(item, number, range, &lines, client) }
    });
    let items: Vec<_> = items.collect();
    let Some(common) = common else { return Some(items.into()) };
    let edit_range = Some(lines.range(common).into());
    let defaults = lsp::CompletionItemDefaults { edit_range, data: place, ..Default::default() };
    let list = lsp::CompletionList { item_defaults: Some(defaults), items, ..Default::default() };
    Some(list.into())
}

/// The documentation and the import of an item; after an edit that changed the list, the item as it is.
pub(super) fn resolve(world: &World, mut item: lsp::CompletionItem) -> lsp::CompletionItem {
    let place = item.data.take().and_then(|data| serde_json::from_value::<Place>(data).ok());
    let known = place.and_then(|place| {
        let view = world.view(&place.uri)?;
        let around = Around { world, uri: &place.uri, view: &view };
        let items = hsl_ide::complete(&view, &around, place.offset);
        let known = items.into_iter().find(|known| known.label == item.label)?;
        let lines = Lines::new(&view.parse.text, world.client.encoding);
        Some((proto::further_edits(&known.extra, &lines), known.docs.page()))
    });
    let (edits, page) = known.unwrap_or_default();
    item.documentation = page.map(|text| proto::markdown(text).into());
    if world.client.resolves_imports {
        item.additional_text_edits = edits;
    }
    item
}
