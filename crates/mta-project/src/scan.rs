//! A project folder to a snapshot.
//!
//! Folders are read in the order of their names, so that everything made from a snapshot is the same
//! bytes on every machine. Names that begin with a dot are skipped.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};

use crate::exclude::{self, Exclude};
use crate::layout;
use crate::snapshot::Snapshot;
use crate::tests::scripts_beside;

/// Folders nested deeper than this are not read.
const DEEPEST: usize = 32;
/// Files and folders of a project; links to links could make it endless without a circle.
const MOST: usize = 200_000;

/// Reads configuration, hook scripts and files of the project at `root`.
pub(crate) fn scan(root: &Path) -> Snapshot {
    Scan::new(root, true).run()
}

/// Finds the same files, and the scripts beside them, and reads none.
pub(crate) fn list(root: &Path) -> Snapshot {
    let mut snapshot = Scan::new(root, false).run();
    let shared: Arc<Path> = root.into();
    scripts_beside(root, &mut |name| snapshot.insert_unread(name, &shared));
    snapshot
}

struct Scan<'r> {
    root: &'r Path,
    /// The same, for files that are read later.
    shared: Arc<Path>,
    reads: bool,
    snapshot: Snapshot,
    /// Files and folders seen.
    seen: usize,
    /// Real paths of the folders on the way down.
    way: Vec<PathBuf>,
    /// Ignore files of the folders on the way down.
    excludes: Vec<Exclude>,
}

impl<'r> Scan<'r> {
    fn new(root: &'r Path, reads: bool) -> Self {
        let (shared, snapshot) = (root.into(), Snapshot::new());
        Self { root, shared, reads, snapshot, seen: 0, way: Vec::new(), excludes: Vec::new() }
    }

    fn run(mut self) -> Snapshot {
        for folder in [layout::CONFIG, layout::HOOKS, layout::FILES] {
            self.folder(folder, 0);
        }
        self.snapshot
    }

    fn folder(&mut self, name: &str, depth: usize) {
        // A link to a folder that is being read leads in a circle.
        let path = self.root.join(name);
        let real = path.canonicalize().unwrap_or(path);
        if self.way.contains(&real) {
            return self.unreadable(name, "the link leads in a circle");
        }
        self.way.push(real);
        self.entries(name, depth);
        self.way.pop();
    }

    fn entries(&mut self, name: &str, depth: usize) {
        let entries = match sorted_entries(&self.root.join(name)) {
            Ok(entries) => entries,
            // A project may lack any of the folders; what it needs from them is reported by name.
            Err(error) if depth == 0 && error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => return self.unreadable(name, &error.to_string()),
        };
        if depth > DEEPEST {
            return self.unreadable(name, "folders are nested too deeply");
        }
        let outer = self.excludes.len();
        self.read_excludes(name);
        for (entry, is_folder) in entries {
            self.seen += 1;
            if self.seen == MOST {
                self.unreadable(name, "the project has too many files");
            }
            if self.seen >= MOST {
                break;
            }
            let path = format!("{name}/{entry}");
            if entry.starts_with('.') || self.is_excluded(&path) {
                continue;
            }
            match is_folder {
                true => self.folder(&path, depth + 1),
                false => self.file(&path),
            }
        }
        self.excludes.truncate(outer);
    }

    fn file(&mut self, name: &str) {
        // Tests are never packed.
        if mta_hooks::is_test(name) {
            return;
        }
        let wanted = match name.starts_with(layout::FILES) {
            true => true,
            false => name.ends_with(".hsl") || name.ends_with(".yaml"),
        };
        if !wanted {
            return;
        }
        if !self.reads {
            return self.snapshot.insert_unread(name, &self.shared);
        }
        match fs::read(self.root.join(name)) {
            Ok(text) => self.snapshot.insert(name, text),
            Err(error) => self.unreadable(name, &error.to_string()),
        }
    }

    /// Takes the ignore file of a folder below `src/files`, if it has one.
    fn read_excludes(&mut self, folder: &str) {
        let below = match folder.strip_prefix(layout::FILES) {
            Some("") => String::new(),
            Some(below) => format!("{}/", below.trim_start_matches('/')),
            None => return,
        };
        let name = format!("{folder}/{}", exclude::FILE);
        let Ok(text) = fs::read_to_string(self.root.join(&name)) else { return };
        let (rules, broken) = Exclude::parse(&below, &text);
        self.excludes.push(rules);
        for line in broken {
            self.unreadable(&name, &format!("`{line}` is not a pattern"));
        }
    }

    fn is_excluded(&self, name: &str) -> bool {
        let Some(id) = layout::file_id(name) else { return false };
        self.excludes.iter().any(|rules| rules.matches(id))
    }

    fn unreadable(&mut self, name: &str, why: &str) {
        let message = format!("cannot read {name}: {why}");
        let file = Arc::from(name);
        let finding = Diagnostic::new(&codes::UNREADABLE_FILE, &file, Span::default(), message);
        self.snapshot.report(finding);
    }
}

/// Names of a folder, sorted, and whether each is a folder. Names that are not UTF-8 cannot be named
/// in a script and are left out; so are sockets and devices.
fn sorted_entries(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        // Follows links: files of a project may be links to shared ones.
        match fs::metadata(&path) {
            Ok(found) if found.is_dir() || found.is_file() => {
                entries.push((name.to_owned(), found.is_dir()));
            }
            _ => {}
        }
    }
    entries.sort();
    Ok(entries)
}
