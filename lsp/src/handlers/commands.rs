//! Commands that an editor runs by name.
//!
//! The table is the only list: a command that stands in it is offered and run.

use gen_lsp_types as lsp;
use mta_project::PackedFile;
use serde_json::{Value, json};

use super::Refusal;
use crate::capabilities::Client;
use crate::outbox::Call;
use crate::packed;
use crate::pages;
use crate::server::News;

type Command = fn(&Call<'_>, &[Value]) -> Result<Value, Refusal>;

/// Names and what they do.
const COMMANDS: [(&str, Command); 7] = [
    ("mailstop.rescan", rescan),
    ("mailstop.page", page),
    ("mailstop.projects", projects),
    ("mailstop.packed", packed_documents),
    ("mailstop.packedPlace", packed_place),
    (OPEN, open),
    (CREATE, create),
];

/// Shows a document.
pub(super) const OPEN: &str = "mailstop.openScript";
/// Makes a script that is not there, and shows it.
pub(super) const CREATE: &str = "mailstop.createScript";

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    let commands = COMMANDS.map(|(name, _)| name.to_owned()).to_vec();
    let options = lsp::ExecuteCommandOptions { commands, ..lsp::ExecuteCommandOptions::default() };
    all.execute_command_provider = Some(options);
}

/// Runs a command.
pub(super) fn execute(
    call: &Call<'_>,
    params: lsp::ExecuteCommandParams,
) -> Result<Option<Value>, Refusal> {
    let name = params.command;
    let found = COMMANDS.iter().find(|(known, _)| *known == name);
    let (_, run) = found.ok_or_else(|| Refusal::Params(format!("there is no command {name}")))?;
    run(call, &params.arguments.unwrap_or_default()).map(Some)
}

/// Finds every file again, and reads what was read.
fn rescan(call: &Call<'_>, _: &[Value]) -> Result<Value, Refusal> {
    call.out.tell(News::Rescan);
    Ok(Value::Null)
}

/// `[uri]`: the text of a page, for editors that do not ask for documents of the server.
fn page(_: &Call<'_>, arguments: &[Value]) -> Result<Value, Refusal> {
    let uri = arguments.first().and_then(Value::as_str);
    let uri = uri.ok_or_else(|| Refusal::Params("the URI of a page is missing".to_owned()))?;
    let text = pages::text(uri).ok_or_else(|| Refusal::Impossible(format!("there is no {uri}")))?;
    Ok(text.into())
}

/// `[uri]`: asks the editor to show a document.
fn open(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Refusal> {
    let uri = script_uri(arguments)?;
    call.out.request("window/showDocument", json!({ "uri": uri, "takeFocus": true }));
    Ok(Value::Null)
}

/// `[uri]`: asks the editor to make the script of a hook and to show it.
fn create(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Refusal> {
    let uri = script_uri(arguments)?;
    let edit = call.world.creation(uri).ok_or_else(|| {
        Refusal::Impossible(format!("{uri} is no script of a hook, or is there already"))
    })?;
    let label = "Create hook";
    call.out.request("workspace/applyEdit", json!({ "label": label, "edit": edit }));
    if call.world.client.shows_documents {
        call.out.request("window/showDocument", json!({ "uri": uri, "takeFocus": true }));
    }
    Ok(Value::Null)
}

/// `[uri]`: the documents of what the project of a file packs to.
fn packed_documents(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Refusal> {
    let home = call.world.home_of(script_uri(arguments)?);
    let root = home.and_then(|home| home.project).map(|(root, _)| root);
    let root = root.ok_or_else(|| Refusal::Impossible("the file is in no project".to_owned()))?;
    let uris = PackedFile::ALL.map(|which| packed::uri_of(&root, which));
    Ok(json!(uris))
}

/// `[{ textDocument, position }]`: the same place in the packed file, or, for a place in one, in its
/// source; null when there is none.
fn packed_place(call: &Call<'_>, arguments: &[Value]) -> Result<Value, Refusal> {
    let at = arguments.first().cloned().unwrap_or_default();
    let at: lsp::TextDocumentPositionParams =
        serde_json::from_value(at).map_err(|error| Refusal::Params(error.to_string()))?;
    let found = call.world.packed_source(&at).or_else(|| call.world.packed_place(&at));
    Ok(json!(found))
}

fn script_uri(arguments: &[Value]) -> Result<&str, Refusal> {
    let uri = arguments.first().and_then(Value::as_str);
    uri.ok_or_else(|| Refusal::Params("the URI of a script is missing".to_owned()))
}

/// Folders of the projects that are known, with the number of their files.
fn projects(call: &Call<'_>, _: &[Value]) -> Result<Value, Refusal> {
    let projects = call.world.projects.iter();
    let one = |(root, texts): (&std::path::PathBuf, &std::sync::Arc<mta_project::Snapshot>)| json!({ "folder": root.to_string_lossy(), "files": texts.names().count() });
    Ok(projects.map(one).collect())
}
