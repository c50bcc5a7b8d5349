//! The texts of a project at one moment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use diagnostics::Diagnostic;
use hsl_analysis::path::{Scheme, ScriptPath, directory, normalize};
use hsl_analysis::{ResolveError, Sources};
use hsl_graph::parallel;
use hsl_syntax::Parse;
use mta_config::Parsed;

use crate::file::File;
use crate::layout;

/// Every text of a project by its name, whether read from disk, from an editor or from a packed
/// configuration.
///
/// A copy costs no text: the files are shared, and so are the trees of scripts that were parsed.
///
/// *Invariant.* Scripts can only reach files below `src/files`, as in a packed configuration.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    files: BTreeMap<Arc<str>, Arc<File>>,
    names: Names,
    findings: Vec<Diagnostic>,
}

/// The names of a snapshot's files, to be compared without a look at them: what a script imports
/// depends on which files there are. They hold the paths that follow from them, once asked for.
#[derive(Clone, Debug, Default)]
pub struct Names(Arc<OnceLock<Arc<[Arc<str>]>>>);

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Files that are read at a time.
const PART: usize = 512;

impl Snapshot {
    /// A snapshot without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file, such as an unsaved one of an editor.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<[u8]>>) {
        self.put(name.into(), File::new(text.into()));
    }

    /// Adds or replaces a script whose tree is known.
    pub fn insert_parsed(&mut self, name: impl Into<Arc<str>>, parse: Parse) {
        self.put(name.into(), File::parsed(parse));
    }

    /// Adds or replaces a file below the folder `root` that is read when its text is first asked
    /// for.
    pub fn insert_unread(&mut self, name: impl Into<Arc<str>>, root: &Arc<Path>) {
        self.put(name.into(), File::unread(Arc::clone(root)));
    }

    fn put(&mut self, name: Arc<str>, file: File) {
        if self.files.insert(name, Arc::new(file)).is_none() {
            self.names = Names::default();
        }
    }

    /// Removes a file.
    pub fn remove(&mut self, name: &str) {
        if self.files.remove(name).is_some() {
            self.names = Names::default();
        }
    }

    /// Takes from an older snapshot the files that are in both, with what was read and parsed of
    /// them, unless they are `changed`.
    pub fn keep(&mut self, older: &Self, changed: impl Fn(&str) -> bool) {
        for (name, file) in &mut self.files {
            if let Some(known) = older.files.get(name).filter(|_| !changed(name)) {
                *file = Arc::clone(known);
            }
        }
        self.keep_names(older);
    }

    /// Knows that the names are those of an older snapshot, if they are.
    pub fn keep_names(&mut self, older: &Self) {
        if self.files.keys().eq(older.files.keys()) {
            self.names = older.names.clone();
        }
    }

    /// Which files there are.
    pub fn name_set(&self) -> &Names {
        &self.names
    }

    /// Whether both have files of the same names, as far as that is known without a look.
    pub fn has_names_of(&self, other: &Self) -> bool {
        self.names == other.names
    }

    /// Whether there is a file of this name, readable or not.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// The text of a file; none when it cannot be read.
    pub fn text(&self, name: &str) -> Option<&Arc<[u8]>> {
        self.files.get_key_value(name).and_then(|(name, file)| file.text(name))
    }

    /// Reads the scripts that were not read yet. `goes_on` is asked with how many of how many are done,
    /// and may end it.
    pub fn read_scripts(&self, mut goes_on: impl FnMut(usize, usize) -> bool) {
        let scripts = self.files.iter().filter(|(name, _)| name.ends_with(".hsl"));
        let unread: Vec<_> = scripts.filter(|(_, file)| !file.is_read()).collect();
        for (number, part) in unread.chunks(PART).enumerate() {
            if !goes_on(number * PART, unread.len()) {
                return;
            }
            // How much it will be is not known; a thousand bytes each is little.
            let bytes = part.len() * 1000;
            parallel::map(part, bytes, |(name, file)| file.text(name).is_some());
        }
    }

    /// The text and tree of a script, parsed once.
    pub fn parse(&self, name: &str) -> Option<&Parse> {
        self.files.get_key_value(name).and_then(|(name, file)| file.parse(name))
    }

    /// A configuration file with its tree, parsed once.
    pub fn config(&self, name: &str) -> Option<&Parsed> {
        self.files.get_key_value(name).and_then(|(name, file)| file.config(name))
    }

    /// The text and tree of a script that was parsed already.
    pub fn parse_if_known(&self, name: &str) -> Option<&Parse> {
        self.files.get(name).and_then(|file| file.parse_if_known())
    }

    /// The names of all files, ordered.
    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.keys()
    }

    /// Paths that scripts may import or include, ordered.
    pub fn paths(&self) -> Arc<[Arc<str>]> {
        let ids = || self.files.keys().filter_map(|name| layout::file_id(name));
        Arc::clone(self.names.0.get_or_init(|| ids().map(Arc::from).collect()))
    }

    /// Every file that can be read, by name.
    pub fn files(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<[u8]>)> {
        self.files.iter().filter_map(|(name, file)| Some((name, file.text(name)?)))
    }

    /// The files below a folder, by name.
    pub fn below<'s>(
        &'s self,
        folder: &'s str,
    ) -> impl Iterator<Item = (&'s Arc<str>, &'s Arc<[u8]>)> {
        let inside =
            move |name: &str| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let files = self.files.iter().filter(move |(name, _)| inside(name));
        files.filter_map(|(name, file)| Some((name, file.text(name)?)))
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

    fn missing(&self, path: &ScriptPath<'_>, name: &str) -> ResolveError {
        let id = layout::file_id(name).unwrap_or(name);
        let known = self.files.keys().filter_map(|name| layout::file_id(name));
        let similar = diagnostics::nearest(id, known).map(str::to_owned);
        ResolveError::missing(path, id.to_owned(), similar.into_iter().collect())
    }
}

/// Folder of what is packed.
const SOURCES: &str = "src/";

impl Sources for Snapshot {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let path = ScriptPath::parse(path);
        let name = match path.scheme {
            Scheme::Relative => normalize(directory(from), path.name),
            Scheme::Store | Scheme::File | Scheme::Extras => {
                path.rooted().map(|id| layout::file_name(&id).to_string())
            }
        };
        let name = name.ok_or(ResolveError::Outside)?;
        // Scripts outside of `src`, tests above all, see what lies beside them.
        let is_beside = path.scheme == Scheme::Relative && !from.starts_with(SOURCES);
        if layout::file_id(&name).is_none() && !(is_beside && self.has(&name)) {
            return Err(ResolveError::Outside);
        }
        self.find(&name).ok_or_else(|| self.missing(&path, &name))
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        self.text(name).map(Arc::clone)
    }

    fn parsed(&self, name: &str) -> Option<Parse> {
        self.parse(name).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_reach_files_and_nothing_else() {
        let mut snapshot = Snapshot::new();
        let files = ["lib/a.hsl", "pack/main.hsl", "extras/ranks/main.hsl"].map(layout::file_name);
        for name in files.into_iter().chain([layout::STARTUP.into()]) {
            snapshot.insert(name, *b"");
        }
        let name = |from: &str, path: &str| snapshot.resolve(from, path).map(|n| n.to_string());
        let hook = "src/hooks/eod/default.hsl";
        assert_eq!(name(hook, "lib/a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "file://lib/a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "pack"), Ok("src/files/pack/main.hsl".into()));
        assert_eq!(name("src/files/lib/b.hsl", "./a.hsl"), Ok("src/files/lib/a.hsl".into()));
        assert_eq!(name(hook, "extras://ranks"), Ok("src/files/extras/ranks/main.hsl".into()));
        let package = ResolveError::Package { name: "rank".into() };
        assert_eq!(name(hook, "extras://rank"), Err(package));
        assert_eq!(name(hook, "../config/smtpd.yaml"), Err(ResolveError::Outside));
        assert_eq!(name(hook, "../../../x"), Err(ResolveError::Outside));
        let similar = vec!["lib/a.hsl".to_owned()];
        let missing = ResolveError::Missing { name: "lib/aa.hsl".into(), similar };
        assert_eq!(name(hook, "lib/aa.hsl"), Err(missing));
    }
}
