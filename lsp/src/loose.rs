//! Scripts that belong to no project: they see the files beside them.

use std::path::Path;
use std::sync::Arc;

use hsl_analysis::path::{Scheme, ScriptPath, directory, normalize};
use hsl_analysis::{ResolveError, Sources};
use hsl_syntax::Parse;

/// The disk, below open documents. Names are absolute paths.
pub(crate) struct Loose<F> {
    /// An open document.
    pub(crate) open: F,
}

impl<F: Fn(&str) -> Option<Parse>> Sources for Loose<F> {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let name = match path.scheme {
            Scheme::Extras => path.rooted().and_then(|name| normalize(directory(from), &name)),
            _ => normalize(directory(from), path.name),
        };
        let name = name.ok_or(ResolveError::Outside)?;
        let candidates = [format!("/{name}"), format!("/{name}/main.hsl")];
        let exists = |name: &&String| (self.open)(name).is_some() || Path::new(name).is_file();
        match candidates.iter().find(exists) {
            Some(found) => Ok(found.as_str().into()),
            None => Err(ResolveError::missing(&path, path.name.to_owned(), Vec::new())),
        }
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        (self.open)(name)
            .map(|parse| parse.text)
            .or_else(|| mta_project::read_bounded(Path::new(name)))
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        (self.open)(name)
    }
}
