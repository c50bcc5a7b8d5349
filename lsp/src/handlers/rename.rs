//! New names of symbols and files.

use gen_lsp_types as lsp;
use hsl_ide::project;
use mta_project::layout;

use super::Refusal;
use crate::capabilities::Client;
use crate::project::{Asked, ProjectGraph};
use crate::proto::workspace_edit;
use crate::uri;
use crate::world::World;

pub(super) fn offer(_: Client, all: &mut lsp::ServerCapabilities) {
    let options =
        lsp::RenameOptions { prepare_provider: Some(true), ..lsp::RenameOptions::default() };
    all.rename_provider = Some(options.into());
    let files = ["**/*.hsl", "**/*.{json,yaml,csv,txt,eml}"].map(|glob| lsp::FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: lsp::FileOperationPattern { glob: glob.to_owned(), ..Default::default() },
    });
    // A folder that moves takes along what lies in it; editors name the folder alone.
    let folders = lsp::FileOperationFilter {
        scheme: Some("file".to_owned()),
        pattern: lsp::FileOperationPattern {
            glob: "**/src/{files,hooks}/**".to_owned(),
            matches: Some(lsp::FileOperationPatternKind::Folder),
            ..Default::default()
        },
    };
    let filters = files.into_iter().chain([folders]).collect();
    let registered = lsp::FileOperationRegistrationOptions { filters };
    let workspace = all.workspace.get_or_insert_default();
    let operations = workspace.file_operations.get_or_insert_default();
    operations.did_create = Some(registered.clone());
    operations.did_rename = Some(registered.clone());
    operations.did_delete = Some(registered.clone());
    operations.will_rename = Some(registered);
}

pub(super) fn prepare(
    world: &World,
    params: lsp::PrepareRenameParams,
) -> Result<Option<lsp::PrepareRenameResult>, Refusal> {
    let asked = Asked::at(world, &params.text_document_position_params);
    let Some(Asked { project, file, offset }) = asked else { return Ok(None) };
    let (span, placeholder) = match project::prepare_rename(&project.graph, file, offset) {
        Ok(found) => found,
        Err(project::RenameError::Nothing) => return Ok(None),
        Err(error) => return Err(Refusal::Impossible(error.to_string())),
    };
    let range = project.lines(file).range(span);
    Ok(Some(lsp::PrepareRenamePlaceholder { range, placeholder }.into()))
}

pub(super) fn rename(
    world: &World,
    params: lsp::RenameParams,
) -> Result<Option<lsp::WorkspaceEdit>, Refusal> {
    let asked = Asked::at(world, &params.text_document_position_params);
    let Some(Asked { project, file, offset }) = asked else { return Ok(None) };
    let renamed = project::rename(&project.graph, file, offset, &params.new_name);
    let renamed = renamed.map_err(|error| Refusal::Impossible(error.to_string()))?;
    let support = world.client.edits;
    if !renamed.files.is_empty() && !support.renames_files {
        let why = "this editor cannot rename files; rename the script of the hook instead";
        return Err(Refusal::Impossible(why.to_owned()));
    }
    Ok(Some(workspace_edit(&project, support, renamed.changes, &renamed.files)))
}

/// Paths and ids that name files which the editor is about to rename; a folder is all files in it.
pub(super) fn files(world: &World, params: lsp::RenameFilesParams) -> Option<lsp::WorkspaceEdit> {
    let mut all: Option<lsp::WorkspaceEdit> = None;
    for project in ProjectGraph::all(world) {
        let renames = renames_in(&project, &params.files);
        let changes = project::renamed_files(&project.graph, &renames, layout::role_of);
        if changes.is_empty() || !project.tools().editor.rename.files {
            continue;
        }
        let edit = workspace_edit(&project, world.client.edits, changes, &[]);
        match &mut all {
            None => all = Some(edit),
            Some(all) => join(all, edit),
        }
    }
    all
}

fn renames_in(
    project: &ProjectGraph<'_>,
    files: &[lsp::FileRename],
) -> Vec<(hsl_graph::FileNo, String)> {
    let name = |uri: &lsp::Uri| project.name_of(&uri::to_path(uri.as_ref())?);
    let mut renames = Vec::new();
    for file in files {
        let (Some(old), Some(new)) = (name(&file.old_uri), name(&file.new_uri)) else { continue };
        for (number, known) in project.graph.files() {
            let inside = || known.name.strip_prefix(&*old)?.strip_prefix('/');
            if *known.name == *old {
                renames.push((number, new.clone()));
            } else if let Some(rest) = inside() {
                renames.push((number, format!("{new}/{rest}")));
            }
        }
    }
    renames
}

fn join(all: &mut lsp::WorkspaceEdit, more: lsp::WorkspaceEdit) {
    if let Some(changes) = more.changes {
        all.changes.get_or_insert_default().extend(changes);
    }
    if let Some(changes) = more.document_changes {
        all.document_changes.get_or_insert_default().extend(changes);
    }
    if let Some(marks) = more.change_annotations {
        all.change_annotations.get_or_insert_default().extend(marks);
    }
}
