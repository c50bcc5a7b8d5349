//! A packed running configuration back to the texts that it was packed from.

use std::io;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diagnostics::{Diagnostic, codes};
use hsl_decl::Hook;
use mta_config::Running;
use mta_config::schema::ScriptFile;

use crate::layout;
use crate::snapshot::Snapshot;

/// The scripts and files of a packed configuration, under the names of the project.
///
/// Files that are given by `path` are read with `read`. What cannot be decoded or read is among the
/// snapshot's findings, placed in `file`, the name of the configuration.
pub fn packed_sources(
    file: &Arc<str>,
    running: &Running,
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
) -> Snapshot {
    let mut snapshot = Snapshot::new();
    let scripts = &running.scripting.hooks;
    for hook in Hook::ALL {
        for script in scripts.of_phase(hook.as_str()) {
            snapshot.insert(layout::hook_name(hook, &script.id), script.data.as_bytes());
        }
    }
    let queue =
        [(Hook::PreDelivery, &scripts.predelivery), (Hook::PostDelivery, &scripts.postdelivery)];
    for (hook, script) in queue {
        if let Some(text) = script {
            snapshot.insert(layout::hook_name(hook, ""), text.as_bytes());
        }
    }
    for entry in &running.scripting.files {
        match content(entry, &read) {
            Ok(text) => snapshot.insert(layout::file_name(&entry.id), text),
            Err(why) => {
                let message = format!("file `{}` {why}", *entry.id);
                snapshot.report(Diagnostic::new(
                    &codes::UNREADABLE_FILE,
                    file,
                    entry.id.span,
                    message,
                ));
            }
        }
    }
    snapshot
}

fn content(
    entry: &ScriptFile,
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Vec<u8>, String> {
    match (&entry.data, &entry.path) {
        (Some(data), None) if entry.binary => {
            let text: Vec<u8> = data.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
            STANDARD.decode(text).map_err(|_| "is not valid base64".to_owned())
        }
        (Some(data), None) => Ok(data.clone().into_bytes()),
        (None, Some(path)) => {
            read(path).map_err(|error| format!("cannot be read from {}: {error}", path.display()))
        }
        (None, None) => Err("has neither `data` nor `path`".to_owned()),
        (Some(_), Some(_)) => Err("has both `data` and `path`".to_owned()),
    }
}
