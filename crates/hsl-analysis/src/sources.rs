//! Where the texts of a program come from.
//!
//! A program is a closed set of files found by name. Names are what diagnostics and the debugger
//! show (`src/hooks/eod/default.hsl`); a path written in a script becomes a name through
//! [`Sources::resolve`].
//!
//! *Not here.* The real folder (`mta-project`), the packed configuration (`mta-project`).

use std::collections::BTreeMap;
use std::sync::Arc;

use hsl_syntax::Parse;

use crate::Memory;
use crate::path::{PACKAGES, Scheme, ScriptPath, directory, normalize};

/// Why a path of a script names no file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// There is no such file.
    #[error("no file {name:?}")]
    Missing {
        /// The name that was looked for.
        name: String,
        /// Names that exist and look alike, best first.
        similar: Vec<String>,
    },
    /// The path leaves the tree that scripts may read.
    #[error("the path leads out of the script root")]
    Outside,
    /// The path uses a scheme that these sources do not have.
    #[error("{scheme:?} paths are not available here")]
    Scheme {
        /// The scheme as written.
        scheme: String,
    },
    /// An `extras://` package that is not among the files.
    #[error("the package {name:?} is not installed: no folder {PACKAGES}/{name} among the files")]
    Package {
        /// Name of the package, or of a file of it.
        name: String,
    },
}

impl ResolveError {
    /// That there is no file `name`; of a path to a package, that this is not installed.
    pub fn missing(path: &ScriptPath<'_>, name: String, similar: Vec<String>) -> Self {
        match path.scheme {
            Scheme::Extras => Self::Package { name: path.name.to_owned() },
            Scheme::Store | Scheme::File | Scheme::Relative => Self::Missing { name, similar },
        }
    }
}

/// The files of a program.
pub trait Sources {
    /// The name of the file that `path`, written in the file `from`, means. A name without
    /// extension that is a directory with a `main.hsl` means that file.
    ///
    /// # Errors
    /// See [`ResolveError`].
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError>;

    /// The text of a file by its name.
    fn read(&self, name: &str) -> Option<Arc<[u8]>>;

    /// The tree of a script by its name, from sources that keep trees; it counts only when its text
    /// is the one that was read.
    fn parsed(&self, _name: &str) -> Option<Parse> {
        None
    }

    /// What is known of earlier analyses of programs that began with the same file.
    fn memory(&self) -> Option<Arc<Memory>> {
        None
    }
}

/// Files kept in memory: tests, packed programs, unsaved editors.
#[derive(Clone, Debug, Default)]
pub struct MemorySources {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
}

impl MemorySources {
    /// No file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file.
    #[must_use]
    pub fn with(mut self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.insert(name, text);
        self
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, name: &str, text: impl AsRef<[u8]>) {
        self.files.insert(name.into(), text.as_ref().into());
    }

    fn find(&self, name: &str) -> Option<Arc<str>> {
        let directory = format!("{name}/main.hsl");
        let candidates = [name, directory.as_str()];
        candidates.iter().find_map(|c| self.files.get_key_value(*c)).map(|(k, _)| Arc::clone(k))
    }

    fn similar(&self, name: &str) -> Vec<String> {
        let names = self.files.keys().map(|k| &**k);
        diagnostics::nearest(name, names).map(str::to_owned).into_iter().collect()
    }
}

impl Sources for MemorySources {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let name = match path.scheme {
            Scheme::Relative => normalize(directory(from), path.name),
            Scheme::Store | Scheme::File | Scheme::Extras => path.rooted(),
        };
        let name = name.ok_or(ResolveError::Outside)?;
        self.find(&name).ok_or_else(|| {
            let similar = self.similar(&name);
            ResolveError::missing(&path, name, similar)
        })
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.files.get(name).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_names() {
        let sources = MemorySources::new()
            .with("lib/a.hsl", "")
            .with("lib/pack/main.hsl", "")
            .with("extras/dmarc/main.hsl", "");
        let name = |from: &str, path: &str| sources.resolve(from, path).map(|n| n.to_string());
        assert_eq!(name("x.hsl", "lib/a.hsl"), Ok("lib/a.hsl".into()));
        assert_eq!(name("lib/b.hsl", "./a.hsl"), Ok("lib/a.hsl".into()));
        assert_eq!(name("x.hsl", "file://lib/pack"), Ok("lib/pack/main.hsl".into()));
        assert_eq!(name("x.hsl", "extras://dmarc"), Ok("extras/dmarc/main.hsl".into()));
        let missing = Err(ResolveError::Package { name: "spf".into() });
        assert_eq!(name("x.hsl", "extras://spf"), missing);
        assert_eq!(name("x.hsl", "../etc/passwd"), Err(ResolveError::Outside));
        let missing = name("x.hsl", "lib/aa.hsl");
        assert!(
            matches!(missing, Err(ResolveError::Missing { similar, .. }) if similar == ["lib/a.hsl"])
        );
    }
}
