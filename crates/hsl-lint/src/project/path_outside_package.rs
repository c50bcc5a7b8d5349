//! Files that a packed configuration does not bring along.

use diagnostics::Diagnostic;
use hsl_decl::Catalog;
use hsl_graph::Graph;
use mta_config::ConfigKind;
use mta_config::walk::Schema;
use mta_config::yaml::{Kind, Node};

use super::ProjectLint;
use super::tree;

code! {
    /// A file that the configuration reads lies outside of the project, or at an absolute path that a
    /// container does not have.
    ///
    /// # Why
    ///
    /// The packed configuration holds what lies in the project; a path that leads out of it works on
    /// the machine where it was written, and nowhere else. Keys and certificates belong to
    /// `/etc/mailstop`, or to `/run/secrets`, where containers get theirs.
    ///
    /// What the server makes itself, such as the spool and its sockets, may lie anywhere, and so may the
    /// folder that scripts start from; what packages of the operating system bring, in `/usr`, `/lib`,
    /// `/etc/ssl` and `/etc/pki`, is taken to be there.
    ///
    /// # Bad
    ///
    /// ```yaml
    /// version: "6.10"
    /// lists: [{id: vip, path: ../../shared/vip.txt}]
    /// ```
    ///
    /// # Good
    ///
    /// ```yaml
    /// version: "6.10"
    /// lists: [{id: vip, path: vip.txt}]
    /// ```
    CODE = "MS6009" "path-outside-package" Warning
        "A file lies where a packed configuration does not find it."
}

pub(super) static RULE: ProjectLint = ProjectLint { code: &CODE, check };

/// Folders that a container has for the server.
const FOLDERS: [&str; 4] = ["/etc/mailstop", "/var/spool/mailstop", "/run/mailstop", "/run/secrets"];

/// Folders of what packages of the operating system bring, wherever the server runs.
const SYSTEM: [&str; 4] = ["/usr", "/lib", "/etc/ssl", "/etc/pki"];

/// Keys of what the server makes itself, and of the folder that the machine has for scripts.
const MADE: [&str; 4] =
    ["environment.spool", "environment.controlsocket", "servers.listeners", "scripting.rootpath"];

fn check(graph: &Graph, _: &Catalog, findings: &mut Vec<Diagnostic>) {
    for kind in ConfigKind::ALL {
        let Some((file, config)) = tree::config(graph, &kind.into()) else { continue };
        let mut paths = Vec::new();
        below(&config.tree, kind.schema(), &mut Vec::new(), &mut paths);
        for (node, path) in paths {
            if let Some(message) = wrong(path) {
                findings.push(Diagnostic::new(&CODE, &file.name, node.span, message));
            }
        }
    }
}

fn wrong(path: &str) -> Option<String> {
    let mut depth = 0;
    let climbs = path.split('/').any(|part| {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    });
    let known = FOLDERS.iter().chain(&SYSTEM).any(|folder| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    match path.starts_with('/') {
        true if known && !path.split('/').any(|part| part == "..") => None,
        true => Some(format!("a container has no file there: its own are in {}", FOLDERS.join(", "))),
        false => climbs.then(|| "this file is outside of what is packed".to_owned()),
    }
}

/// The paths of files that are read below a node.
fn below<'n, 's>(
    node: &'n Node,
    schema: Schema<'s>,
    keys: &mut Vec<&'s str>,
    found: &mut Vec<(&'n Node, &'n str)>,
) {
    match &node.kind {
        Kind::Scalar(_) if schema.is_path() && !is_made(keys) => {
            found.extend(tree::word(node).map(|path| (node, path)));
        }
        Kind::Scalar(_) => {}
        Kind::List(nodes) => {
            let Some(items) = schema.items() else { return };
            nodes.iter().for_each(|node| below(node, items, keys, found));
        }
        Kind::Map(entries) => {
            let known = schema.keys();
            for entry in entries {
                let known = known.iter().find(|(key, _)| *key == entry.key);
                let Some((key, schema)) = known else { continue };
                keys.push(key);
                below(&entry.value, *schema, keys, found);
                keys.pop();
            }
        }
    }
}

fn is_made(keys: &[&str]) -> bool {
    let keys = keys.join(".");
    MADE.iter().any(|made| keys.starts_with(made))
}
