//! The projects of the folders that an editor opened.

use std::fs;
use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;
use mta_project::{Project, UserSettings};

use crate::outbox::{Outbox, Stop};
use crate::progress::Progress;
use crate::server::News;
use crate::world::World;

/// Projects nested deeper below a folder are found when one of their files is opened.
const DEEPEST: usize = 4;
/// Folders that are looked into.
const MOST: usize = 5_000;
/// Folders that hold what was made, or comes from elsewhere.
const FOREIGN: [&str; 3] = ["dist", "node_modules", "target"];

/// Lists the projects that hold a folder or lie below it, reads their scripts, and tells the main
/// thread of each.
pub(crate) fn run(
    folders: &[PathBuf],
    world: &World,
    out: &Outbox,
    stop: &Stop,
    token: Option<lsp::ProgressToken>,
) {
    let mut progress = Progress::new(out, token, "Indexing");
    for project in projects(folders, &world.user) {
        if world.projects.contains_key(project.root()) {
            continue;
        }
        let texts = project.list();
        texts.read_scripts(|done, all| {
            progress.report(done, all);
            !stop.canceled.load(std::sync::atomic::Ordering::Relaxed)
        });
        out.tell(News::Listed(project.root().to_owned(), texts));
    }
}

/// Projects, each once, in the order of their folders.
fn projects(folders: &[PathBuf], user: &UserSettings) -> Vec<Project> {
    let mut found: Vec<Project> = Vec::new();
    for folder in folders {
        let inside = below(folder, user);
        let here =
            if inside.is_empty() { Project::holding(folder).into_iter().collect() } else { inside };
        for project in here {
            if found.iter().all(|known| known.root() != project.root()) {
                found.push(project);
            }
        }
    }
    found
}

/// The projects in a folder, itself included; a project holds no other.
fn below(opened: &Path, user: &UserSettings) -> Vec<Project> {
    let mut found = Vec::new();
    let mut folders = vec![(opened.to_owned(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = folders.pop() {
        seen += 1;
        match Project::open(&folder) {
            Ok(project) => found.push(project),
            Err(_) if depth < DEEPEST && seen < MOST => {
                let inner = inner(&folder).into_iter();
                let inner = inner.filter(|inner| !user.excludes(opened, inner));
                folders.extend(inner.map(|inner| (inner, depth + 1)));
            }
            Err(_) => {}
        }
    }
    found
}

/// Folders in a folder; links are not followed, so there is no circle.
fn inner(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let wanted = entries.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        is_folder && !name.starts_with('.') && !FOREIGN.contains(&&*name)
    });
    wanted.map(|entry| entry.path()).collect()
}
