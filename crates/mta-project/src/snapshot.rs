//! The texts of a project at one moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::path::{Scheme, ScriptPath, directory, normalize};
use hsl_analysis::{ResolveError, Sources};

use crate::layout;

/// Every text of a project by its name, whether read from disk, from an editor or from a packed
/// configuration.
///
/// *Invariant.* Scripts can only reach files below `src/files`, as in a packed configuration.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
    findings: Vec<Diagnostic>,
}

impl Snapshot {
    /// A snapshot without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file, such as an unsaved one of an editor.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) {
        self.files.insert(name.into(), text.into());
    }

    /// Removes a file.
    pub fn remove(&mut self, name: &str) {
        self.files.remove(name);
    }

    /// The text of a file.
    pub fn text(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.files.get(name)
    }

    /// Every file, by name.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<[u8]>)> {
        self.files.iter()
    }

    /// The files below a folder, by name.
    pub fn below<'s>(
        &'s self,
        folder: &'s str,
    ) -> impl Iterator<Item = (&'s Arc<str>, &'s Arc<[u8]>)> {
        let inside =
            move |name: &str| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.files.iter().filter(move |(name, _)| inside(name))
    }

    /// What went wrong while the files were read.
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    pub(crate) fn report(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    fn find(&self, name: &str) -> Option<Arc<str>> {
        let directory = format!("{name}/main.hsl");
        let candidates = [name, directory.as_str()];
        candidates.iter().find_map(|c| self.files.get_key_value(*c)).map(|(k, _)| Arc::clone(k))
    }

    fn missing(&self, name: &str) -> ResolveError {
        let id = layout::file_id(name).unwrap_or(name);
        let known = self.files.keys().filter_map(|name| layout::file_id(name));
        let similar = diagnostics::nearest(id, known).map(str::to_owned);
        ResolveError::Missing { name: id.to_owned(), similar: similar.into_iter().collect() }
    }
}

impl Sources for Snapshot {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let folder = match path.scheme {
            Scheme::Store | Scheme::File => layout::FILES,
            Scheme::Relative => directory(from),
            Scheme::Extras => return Err(ResolveError::Package { name: path.name.to_owned() }),
        };
        let name = normalize(folder, path.name).ok_or(ResolveError::Outside)?;
        if layout::file_id(&name).is_none() {
            return Err(ResolveError::Outside);
        }
        self.find(&name).ok_or_else(|| self.missing(&name))
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.files.get(name).map(Arc::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_reach_files_and_nothing_else() {
        let mut snapshot = Snapshot::new();
        for name in ["src/files/lib/a.hsl", "src/files/pack/main.hsl", "src/config/smtpd.yaml"] {
            snapshot.insert(name, *b"");
        }
        let name = |from: &str, path: &str| snapshot.resolve(from, path).map(|n| n.to_string());
        let hook = "src/hooks/eod/default.hsl";
        assert_eq!(name(hook, "lib/a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "file://lib/a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "pack"), Ok("src/files/pack/main.hsl".into()));
        assert_eq!(name("src/files/lib/b.hsl", "./a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "../config/smtpd.yaml"), Err(ResolveError::Outside));
        assert_eq!(name(hook, "../../../x"), Err(ResolveError::Outside));
        let similar = vec!["lib/a.hsl".to_owned()];
        let missing = ResolveError::Missing { name: "lib/aa.hsl".into(), similar };
        assert_eq!(name(hook, "lib/aa.hsl"), Err(missing));
    }
}
