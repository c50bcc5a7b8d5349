//! `.halonignore`: which files below `src/files` are not part of the project.
//!
//! One glob per line, no comments; applied to `/` and the path relative to the folder of the ignore
//! file, for that folder and below. A pattern without `/` matches the last part of the path.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Name of an ignore file.
pub(crate) const FILE: &str = ".halonignore";

/// The patterns of one folder.
pub(crate) struct Exclude {
    /// Path of the folder below `src/files`, ending in `/` unless it is that folder itself.
    folder: String,
    paths: GlobSet,
    names: GlobSet,
}

impl Exclude {
    /// Reads an ignore file; gives back the lines that are no patterns, too.
    pub(crate) fn parse(folder: &str, text: &str) -> (Self, Vec<String>) {
        let mut paths = GlobSetBuilder::new();
        let mut names = GlobSetBuilder::new();
        let mut broken = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            match glob(line) {
                Some(glob) if line.contains('/') => paths.add(glob),
                Some(glob) => names.add(glob),
                None => {
                    broken.push(line.to_owned());
                    continue;
                }
            };
        }
        let build = |set: GlobSetBuilder| set.build().unwrap_or_else(|_| GlobSet::empty());
        let rules = Self { folder: folder.to_owned(), paths: build(paths), names: build(names) };
        (rules, broken)
    }

    /// Whether a path below `src/files` is excluded.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let Some(relative) = path.strip_prefix(self.folder.as_str()) else { return false };
        let name = relative.rsplit('/').next().unwrap_or(relative);
        self.names.is_match(name) || self.paths.is_match(format!("/{relative}"))
    }
}

fn glob(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_names_or_paths() {
        let (rules, broken) = Exclude::parse("", "*.txt\r\n/keep/*.csv\n\n**/deep/x\n[\n");
        assert_eq!(broken, ["["]);
        for path in ["a.txt", "b/c.txt", "keep/a.csv", "a/b/deep/x"] {
            assert!(rules.matches(path), "{path}");
        }
        for path in ["a.txt2", "keep/b/a.csv", "other/a.csv", "x"] {
            assert!(!rules.matches(path), "{path}");
        }
    }

    #[test]
    fn a_folder_s_patterns_stay_below_it() {
        let (rules, _) = Exclude::parse("lists/", "/a.csv\n*.bak\n");
        assert!(rules.matches("lists/a.csv"));
        assert!(rules.matches("lists/old/b.bak"));
        assert!(!rules.matches("a.csv"));
        assert!(!rules.matches("b.bak"));
    }
}
