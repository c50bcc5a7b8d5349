//! A secret that stands in a script moves to a file beside the scripts.
//!
//! *Invariants.* The folder of secrets is neither packed nor put under version control, and no file in
//! it is written over.

use gen_lsp_types as lsp;
use mta_project::layout;

use super::{Action, Offer};
use crate::position::Lines;
use crate::proto::{self, NewFile};
use crate::reports::Report;
use crate::world::World;

/// Folder of the files with secrets, below those that scripts read.
const FOLDER: &str = "secrets";

/// Files that keep a folder out of what is packed and of what is put under version control.
const IGNORES: [&str; 2] = [".halonignore", ".gitignore"];

/// What an editor asks before it makes the files.
const QUESTION: &str = "The folder is neither packed nor under version control: the server needs the \
                        file too. Whoever has seen the script has the secret; change it.";

/// The offer to move the secret of a finding, for editors that make files.
pub(super) fn offer(world: &World, uri: &str, report: &Report, number: usize) -> Option<Offer> {
    let finding = &report.findings[number];
    if finding.code.name != "secret-literal" {
        return None;
    }
    let moved = Moved::of(world, uri, finding.span.start as usize)?;
    let kind = lsp::CodeActionKind::QuickFix;
    let offer = lsp::CodeAction {
        title: format!("Move the secret to {}/{}", layout::FILES, moved.file),
        kind: Some(kind.clone()),
        diagnostics: report.items.get(number).map(|item| vec![item.clone()]),
        ..lsp::CodeAction::default()
    };
    Some((kind, (offer, Action::MoveSecret { at: finding.span.start })))
}

/// The changes that move it.
pub(super) fn edit(world: &World, uri: &str, at: u32) -> Option<lsp::WorkspaceEdit> {
    let moved = Moved::of(world, uri, at as usize)?;
    let (document, home) = world.documents.get(uri)?;
    let (root, _) = home.project.as_ref()?;
    let new = |name: &str, text: String| {
        let name = format!("{}/{name}", layout::FILES);
        NewFile { uri: world.uri_beside(home, &name), text }
    };
    let is_missing = |name: &String| !root.join(layout::FILES).join(name).exists();
    let ignores = IGNORES.map(|name| format!("{FOLDER}/{name}"));
    let ignores = ignores.iter().filter(|name| is_missing(name)).map(|n| new(n, "*\n".to_owned()));
    let files = [new(&moved.file, format!("{}\n", moved.value))].into_iter().chain(ignores);
    let lines = Lines::new(&document.parse.text, world.client.encoding);
    let range = lines.range(moved.edit.span);
    let change = lsp::TextEdit { range, new_text: moved.edit.text };
    let script = (uri, document.version, vec![change]);
    Some(proto::new_files(world.client.edits, files.collect(), Some(script), Some(QUESTION)))
}

/// A secret with the file that it moves to.
struct Moved {
    /// Name below the files that scripts read.
    file: String,
    value: String,
    edit: diagnostics::Edit,
}

impl Moved {
    fn of(world: &World, uri: &str, at: usize) -> Option<Self> {
        let (_, home) = world.documents.get(uri).filter(|_| world.client.edits.creates_files)?;
        let (root, _) = home.project.as_ref()?;
        let view = world.view(uri)?;
        let secret = hsl_ide::secret_at(&view, at)?;
        let is_free = |file: &String| !root.join(layout::FILES).join(file).exists();
        let first = format!("{FOLDER}/{}.txt", secret.name);
        let more = (2..100).map(|number| format!("{FOLDER}/{}-{number}.txt", secret.name));
        let file = std::iter::once(first).chain(more).find(is_free)?;
        let edit = hsl_ide::read_secret(&view, &secret, &file)?;
        Some(Self { file, value: secret.value, edit })
    }
}
