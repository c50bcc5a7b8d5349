//! What else changes when files get other names.

use std::collections::BTreeSet;

use hsl_analysis::path::{Scheme, ScriptPath, directory, normalize};
use hsl_graph::{FileNo, Graph, Role, Symbol};

use super::rename::Change;
use super::rename::written;

/// The paths and ids that name files which get other names; `new_role` tells what a file will be.
pub fn renamed_files(
    graph: &Graph,
    renames: &[(FileNo, String)],
    new_role: impl Fn(&str) -> Role,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let names_moved = renames.iter().flat_map(|(file, _)| graph.files_with_path_to(*file));
    let touched = names_moved.map(|(file, _)| file).chain(renames.iter().map(|(file, _)| *file));
    for file in touched.collect::<BTreeSet<_>>() {
        changes.extend(paths_in(graph, file, renames));
    }
    for (file, name) in renames {
        changes.extend(ids_of(graph, *file, &new_role(name)));
    }
    changes.sort();
    changes.dedup();
    changes
}

/// Paths of one file to files that move, or of one that moves itself.
fn paths_in(graph: &Graph, file: FileNo, renames: &[(FileNo, String)]) -> Vec<Change> {
    let of = graph.file(file);
    let Some(linked) = graph.linked(file) else { return Vec::new() };
    let new_name = |file: FileNo| renames.iter().find(|(of, _)| *of == file).map(|(_, n)| &**n);
    let own = new_name(file);
    let mut changes = Vec::new();
    for (link, target) in linked.links() {
        let (Some(target), Some(path)) = (target, &link.path) else { continue };
        let moved = new_name(target);
        if moved.is_none() && own.is_none() {
            continue;
        }
        let old = &*graph.file(target).name;
        let text =
            rewritten(path, (&of.name, own.unwrap_or(&of.name)), (old, moved.unwrap_or(old)));
        if let Some(text) = text.filter(|text| **text != **path) {
            changes.push(Change { file, span: link.path_at, text, sure: true });
        }
    }
    changes
}

/// A path from one file to another after either moved, in the way that it was written.
fn rewritten(path: &str, from: (&str, &str), to: (&str, &str)) -> Option<String> {
    let parsed = ScriptPath::parse(path);
    let head = path.strip_suffix(parsed.name)?;
    match parsed.scheme {
        Scheme::Relative => {
            let name = relative(directory(from.1), to.1);
            let bare = head.strip_suffix("./").unwrap_or(head);
            // A folder stands for its `main.hsl`.
            let name = shortened(&name, path, to.0);
            Some(format!("{bare}./{name}"))
        }
        Scheme::Store | Scheme::File | Scheme::Extras => {
            let root = to.0.strip_suffix(&*normalize("", parsed.name)?).or_else(|| {
                to.0.strip_suffix(&format!("{}/main.hsl", normalize("", parsed.name)?))
            })?;
            let name = to.1.strip_prefix(root)?;
            Some(format!("{head}{}", shortened(name, path, to.0)))
        }
    }
}

fn shortened(name: &str, path: &str, old: &str) -> String {
    let by_folder = old.ends_with("/main.hsl") && !path.ends_with("main.hsl");
    match name.strip_suffix("/main.hsl").filter(|_| by_folder) {
        Some(folder) => folder.to_owned(),
        None => name.to_owned(),
    }
}

/// A name as seen from a folder.
pub(crate) fn relative(folder: &str, name: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let mut to: Vec<&str> = name.split('/').collect();
    while to.len() > 1 && from.first() == to.first() {
        from.remove(0);
        to.remove(0);
    }
    let mut parts = vec![".."; from.len()];
    parts.extend(to);
    parts.join("/")
}

/// Ids of the configuration that name a hook's script.
fn ids_of(graph: &Graph, file: FileNo, new: &Role) -> Vec<Change> {
    let (Role::Hook(hook, id), Role::Hook(new_hook, new_id)) = (&graph.file(file).role, new) else {
        return Vec::new();
    };
    let places = graph.occurrences(&Symbol::Hook(*hook, id.clone())).into_iter();
    let places = places.filter(|place| place.span.start < place.span.end && !new_id.is_empty());
    // A script that moves to the folder of another hook is no longer the script of this phase.
    let sure = hook == new_hook;
    let change = |place: hsl_graph::Occurrence| Change {
        file: place.file,
        span: place.span,
        text: new_id.to_string(),
        sure,
    };
    places.map(change).filter(|c| written(graph, c.file, c.span) != c.text).collect()
}

/// The script that an id of a phase names, when it is there.
pub fn script_of_id(graph: &Graph, symbol: &Symbol) -> Option<FileNo> {
    let Symbol::Hook(hook, id) = symbol else { return None };
    let is_script = |role: &Role| *role == Role::Hook(*hook, id.clone());
    graph.files().find(|(_, file)| is_script(&file.role)).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_the_way_they_are_written() {
        let hook = "src/hooks/eod/a.hsl";
        let to = ("src/files/lib/x.hsl", "src/files/new/y.hsl");
        let path = |path: &str, from: (&str, &str), to| rewritten(path, from, to);
        assert_eq!(path("lib/x.hsl", (hook, hook), to).as_deref(), Some("new/y.hsl"));
        assert_eq!(path("file://lib/x.hsl", (hook, hook), to).as_deref(), Some("file://new/y.hsl"));
        let beside = "src/files/lib/b.hsl";
        assert_eq!(path("./x.hsl", (beside, beside), to).as_deref(), Some("./../new/y.hsl"));
        let stays = ("src/files/lib/x.hsl", "src/files/lib/x.hsl");
        let moved = (beside, "src/files/b.hsl");
        assert_eq!(path("./x.hsl", moved, stays).as_deref(), Some("./lib/x.hsl"));
        let folder = ("src/files/pack/main.hsl", "src/files/kit/main.hsl");
        assert_eq!(path("pack", (hook, hook), folder).as_deref(), Some("kit"));
    }
}
