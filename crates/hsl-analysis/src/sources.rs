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
use crate::path::{Scheme, ScriptPath};

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
    /// An `extras://` package that is not installed.
    #[error("the package {name:?} is not installed")]
    Package {
        /// Name of the package.
        name: String,
    },
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

    fn missing(&self, name: String) -> ResolveError {
        let names = self.files.keys().map(|k| &**k);
        let similar = diagnostics::nearest(&name, names).map(str::to_owned);
        ResolveError::Missing { name, similar: similar.into_iter().collect() }
    }
}

impl Sources for MemorySources {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let name = match path.scheme {
            Scheme::Store | Scheme::File => crate::path::normalize("", path.name),
            Scheme::Relative => crate::path::normalize(crate::path::directory(from), path.name),
            Scheme::Extras => return self.package(path.name),
        };
        let name = name.ok_or(ResolveError::Outside)?;
        self.find(&name).ok_or_else(|| self.missing(name))
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.files.get(name).map(Arc::clone)
    }
}

impl MemorySources {
    fn package(&self, name: &str) -> Result<Arc<str>, ResolveError> {
        let missing = || ResolveError::Package { name: name.to_owned() };
        self.find(&format!("extras/{name}")).ok_or_else(missing)
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
        assert_eq!(name("x.hsl", "../etc/passwd"), Err(ResolveError::Outside));
        let missing = name("x.hsl", "lib/aa.hsl");
        assert!(
            matches!(missing, Err(ResolveError::Missing { similar, .. }) if similar == ["lib/a.hsl"])
        );
    }
}
