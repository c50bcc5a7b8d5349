//! Changes of several files.

use std::collections::{BTreeMap, HashMap};

use gen_lsp_types as lsp;
use hsl_graph::FileNo;
use hsl_ide::project::{Change, FileRename};

use crate::project::ProjectGraph;

/// The mark of places that somebody should look at.
const UNCERTAIN: &str = "uncertain";

/// The mark of files that somebody should know of.
const CREATED: &str = "created";

/// What an editor can do with changes of several files.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EditSupport {
    /// It takes changes with the versions that they are for.
    versions: bool,
    /// It renames files on request.
    pub(crate) renames_files: bool,
    /// It makes files on request.
    pub(crate) creates_files: bool,
    /// It shows changes that need a look before they are made.
    annotations: bool,
}

impl EditSupport {
    /// Reads what the editor said about itself.
    pub(crate) fn of(all: &lsp::ClientCapabilities) -> Self {
        let edits = all.workspace.as_ref().and_then(|w| w.workspace_edit.as_ref());
        let operations = edits.and_then(|e| e.resource_operations.as_deref()).unwrap_or_default();
        let versions = edits.and_then(|e| e.document_changes) == Some(true);
        Self {
            versions,
            renames_files: versions && operations.contains(&lsp::ResourceOperationKind::Rename),
            creates_files: versions && operations.contains(&lsp::ResourceOperationKind::Create),
            annotations: versions && edits.is_some_and(|e| e.change_annotation_support.is_some()),
        }
    }
}

/// A file that is not there yet, with its text.
pub(crate) struct NewFile {
    /// Its URI.
    pub(crate) uri: String,
    /// Its text.
    pub(crate) text: String,
}

/// A file that is not there yet.
pub(crate) fn new_file(uri: &str, text: String) -> lsp::WorkspaceEdit {
    let file = NewFile { uri: uri.to_owned(), text };
    lsp::WorkspaceEdit {
        document_changes: Some(created(file, None)),
        ..lsp::WorkspaceEdit::default()
    }
}

/// Files that are not there yet, and the edits of one that is, with its version. With a sentence about
/// them, editors that can show them before they are made.
pub(crate) fn new_files(
    support: EditSupport,
    files: Vec<NewFile>,
    edited: Option<(&str, i32, Vec<lsp::TextEdit>)>,
    about: Option<&str>,
) -> lsp::WorkspaceEdit {
    let mark = about.filter(|_| support.annotations).map(|_| CREATED);
    let created = files.into_iter().flat_map(|file| created(file, mark));
    let edited = edited.map(|(uri, version, edits)| {
        let text_document = versioned(uri, Some(version));
        let edits = edits.into_iter().map(lsp::Edit::TextEdit).collect();
        lsp::TextDocumentEdit { text_document, edits }.into()
    });
    let annotation = lsp::ChangeAnnotation {
        label: "New file".to_owned(),
        needs_confirmation: Some(true),
        description: about.map(str::to_owned),
    };
    lsp::WorkspaceEdit {
        changes: None,
        document_changes: Some(created.chain(edited).collect()),
        change_annotations: mark.map(|mark| HashMap::from([(mark.to_owned(), annotation)])),
    }
}

fn created(file: NewFile, mark: Option<&str>) -> Vec<lsp::DocumentChange> {
    let options = lsp::CreateFileOptions { overwrite: Some(false), ignore_if_exists: Some(true) };
    let create = lsp::CreateFile {
        uri: file.uri.as_str().into(),
        options: Some(options),
        annotation_id: mark.map(str::to_owned),
    };
    let text_edit = lsp::TextEdit { range: lsp::Range::default(), new_text: file.text };
    let text = match mark {
        Some(mark) => {
            let annotation_id = mark.to_owned();
            lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit })
        }
        None => lsp::Edit::TextEdit(text_edit),
    };
    let text_document = versioned(&file.uri, None);
    let fill = lsp::TextDocumentEdit { text_document, edits: vec![text] };
    vec![create.into(), fill.into()]
}

fn versioned(uri: &str, version: Option<i32>) -> lsp::OptionalVersionedTextDocumentIdentifier {
    lsp::OptionalVersionedTextDocumentIdentifier {
        version,
        text_document_identifier: lsp::TextDocumentIdentifier { uri: uri.into() },
    }
}

/// Changes as the editor takes them.
pub(crate) fn workspace_edit(
    project: &ProjectGraph<'_>,
    support: EditSupport,
    changes: Vec<Change>,
    files: &[FileRename],
) -> lsp::WorkspaceEdit {
    let uncertain = support.annotations && changes.iter().any(|change| !change.sure);
    let mut by_file: BTreeMap<FileNo, Vec<Change>> = BTreeMap::new();
    for change in changes {
        by_file.entry(change.file).or_default().push(change);
    }
    if !support.versions {
        let all = by_file.into_iter();
        let all = all.map(|(file, of)| (project.uri(file), plain(project, file, of)));
        return lsp::WorkspaceEdit {
            changes: Some(all.collect()),
            document_changes: None,
            change_annotations: None,
        };
    }
    let edits = by_file.into_iter().map(|(file, of)| document(project, support, file, of).into());
    let renames = files.iter().map(|file| {
        lsp::DocumentChange::RenameFile(lsp::RenameFile {
            old_uri: project.uri(file.file),
            new_uri: project.uri_of_name(&file.name).into(),
            options: None,
            annotation_id: None,
        })
    });
    lsp::WorkspaceEdit {
        changes: None,
        document_changes: Some(edits.chain(renames).collect()),
        change_annotations: uncertain.then(annotations),
    }
}

fn annotations() -> HashMap<String, lsp::ChangeAnnotation> {
    let annotation = lsp::ChangeAnnotation {
        label: "May be something else".to_owned(),
        needs_confirmation: Some(true),
        description: Some("The text is the same; what it means cannot be told.".to_owned()),
    };
    HashMap::from([(UNCERTAIN.to_owned(), annotation)])
}

fn plain(project: &ProjectGraph<'_>, file: FileNo, changes: Vec<Change>) -> Vec<lsp::TextEdit> {
    let lines = project.lines(file);
    let edit =
        |change: Change| lsp::TextEdit { range: lines.range(change.span), new_text: change.text };
    changes.into_iter().map(edit).collect()
}

fn document(
    project: &ProjectGraph<'_>,
    support: EditSupport,
    file: FileNo,
    changes: Vec<Change>,
) -> lsp::TextDocumentEdit {
    let sure: Vec<_> = changes.iter().map(|change| change.sure).collect();
    let edits = plain(project, file, changes).into_iter().zip(sure);
    let edits = edits.map(|(text_edit, sure)| {
        if sure || !support.annotations {
            return lsp::Edit::TextEdit(text_edit);
        }
        let annotation_id = UNCERTAIN.to_owned();
        lsp::Edit::AnnotatedTextEdit(lsp::AnnotatedTextEdit { annotation_id, text_edit })
    });
    let text_document = lsp::OptionalVersionedTextDocumentIdentifier {
        version: project.version(file),
        text_document_identifier: lsp::TextDocumentIdentifier { uri: project.uri(file) },
    };
    lsp::TextDocumentEdit { text_document, edits: edits.collect() }
}
