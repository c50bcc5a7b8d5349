//! Files of the editor's project and their names in the server.
//!
//! Invariants: a name in the server is relative to the project folder and written with `/`;
//! a path outside the folder has no name. A script outside of projects is named by its path. Positions of the server are one-based lines and byte
//! columns, those of the editor count UTF-16 units from whatever it asked for.

use std::path::{Component, Path, PathBuf};

use diagnostics::{LineCol, LineIndex};
use mta_control::debug;
use sha2::{Digest as _, Sha256};

use crate::protocol::Range;

/// First line and column of the editor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counting {
    pub(crate) first_line: i64,
    pub(crate) first_column: i64,
}

impl Default for Counting {
    fn default() -> Self {
        Self { first_line: 1, first_column: 1 }
    }
}

/// The project folder as the editor sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workspace {
    root: PathBuf,
    /// Files are named by their absolute paths, not relative to a folder.
    has_paths: bool,
}

/// A file that is there.
pub(crate) struct Local {
    pub(crate) path: PathBuf,
    text: Vec<u8>,
    lines: LineIndex,
}

impl Workspace {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root, has_paths: false }
    }

    /// The files of a script that belongs to no project: their paths are their names.
    pub(crate) fn of_paths() -> Self {
        Self { root: PathBuf::new(), has_paths: true }
    }

    /// Name of a file in the server; `None` outside the project.
    pub(crate) fn name(&self, path: &str) -> Option<String> {
        if self.has_paths {
            return Path::new(path).is_absolute().then(|| path.to_owned());
        }
        let path = Path::new(path);
        let inside = match path.is_absolute() {
            true => self.strip(path)?,
            false => path.to_owned(),
        };
        let parts: Option<Vec<&str>> = inside.components().map(plain).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("/"))
    }

    /// The editor may know the folder by another path than the one it was attached with.
    fn strip(&self, path: &Path) -> Option<PathBuf> {
        if let Ok(inside) = path.strip_prefix(&self.root) {
            return Some(inside.to_owned());
        }
        let (path, root) = (path.canonicalize().ok()?, self.root.canonicalize().ok()?);
        path.strip_prefix(root).ok().map(Path::to_owned)
    }

    /// Reads the file of this name.
    pub(crate) fn local(&self, name: &str) -> Option<Local> {
        let inside = Path::new(name);
        let is_inside = match self.has_paths {
            true => inside.is_absolute(),
            false => inside.components().all(|part| matches!(part, Component::Normal(_))),
        };
        if !is_inside {
            return None;
        }
        let path = self.root.join(inside);
        let text = std::fs::read(&path).ok()?;
        Some(Local { path, lines: LineIndex::new(&text), text })
    }
}

impl Local {
    /// SHA-256 of the text in hexadecimal.
    pub(crate) fn digest(&self) -> String {
        Sha256::digest(&self.text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn utf16_column(&self, line: u32, col: u32) -> u32 {
        let at = LineCol { line: line.saturating_sub(1), col: col.saturating_sub(1) };
        self.lines.utf16(&self.text, self.lines.offset(at)).col
    }

    fn byte_column(&self, line: u32, utf16: u32) -> u32 {
        let at = LineCol { line: line.saturating_sub(1), col: utf16 };
        let offset = self.lines.offset_utf16(&self.text, at);
        offset - self.lines.line_start(at.line) + 1
    }
}

impl Counting {
    /// A range of the server in the editor's counting; byte columns when the file is not here.
    pub(crate) fn range(self, range: debug::Range, local: Option<&Local>) -> Range {
        let column = |line, col: u32| match local {
            Some(file) => i64::from(file.utf16_column(line, col)),
            None => i64::from(col) - 1,
        };
        Range {
            line: i64::from(range.line) - 1 + self.first_line,
            column: column(range.line, range.col) + self.first_column,
            end_line: i64::from(range.end_line) - 1 + self.first_line,
            end_column: column(range.end_line, range.end_col) + self.first_column,
        }
    }

    /// A line of the editor, one-based; lines before the first become the first.
    pub(crate) fn line(self, line: i64) -> u32 {
        u32::try_from(line - self.first_line + 1).unwrap_or(1).max(1)
    }

    /// A column of the editor as a one-based byte column.
    pub(crate) fn column(self, line: u32, column: i64, local: Option<&Local>) -> u32 {
        let utf16 = u32::try_from(column - self.first_column).unwrap_or(0);
        local.map_or(utf16 + 1, |file| file.byte_column(line, utf16))
    }
}

fn plain(part: Component<'_>) -> Option<&str> {
    match part {
        Component::Normal(part) => part.to_str(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, Workspace) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.hsl"), "x;\n\"ü\"; y;\n").unwrap();
        let workspace = Workspace::new(folder.path().to_owned());
        (folder, workspace)
    }

    #[test]
    fn names_are_relative_and_stay_inside() {
        let (folder, workspace) = project();
        let path = folder.path().join("src/hooks/eod/default.hsl");
        let name = workspace.name(path.to_str().unwrap());
        assert_eq!(name.as_deref(), Some("src/hooks/eod/default.hsl"));
        assert_eq!(workspace.name("/elsewhere/a.hsl"), None);
        assert_eq!(workspace.name("../a.hsl"), None);
        assert!(workspace.local("../a.hsl").is_none());
        assert!(workspace.local("/etc/passwd").is_none());
    }

    #[test]
    fn byte_columns_become_utf16_columns() {
        let (_folder, workspace) = project();
        let local = workspace.local("a.hsl").unwrap();
        let range = debug::Range { line: 2, col: 7, end_line: 2, end_col: 9 };
        let one = Counting::default();
        let here = one.range(range, Some(&local));
        assert_eq!(here, Range { line: 2, column: 6, end_line: 2, end_column: 8 });
        assert_eq!(one.column(2, 6, Some(&local)), 7);
        let zero = Counting { first_line: 0, first_column: 0 };
        assert_eq!(zero.range(range, None).line, 1);
        assert_eq!(zero.line(1), 2);
        assert_eq!(zero.line(-5), 1);
    }
}
