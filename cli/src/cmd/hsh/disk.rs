//! The files of a script that runs from disk.
//!
//! Names without a scheme are those of the configuration's store when there is one (`-A`). Otherwise
//! they lie, as `file://` names do, below `--rootpath`, else below `src/files` of the project that
//! holds the script, else beside the script.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::path::{self, Scheme, ScriptPath};
use hsl_analysis::{ResolveError, Sources};
use mail_crypto::Identities;
use mta_project::{Project, Snapshot, layout};

use super::script::Script;
use crate::args::Hsh;
use crate::exit::{Exit, Failure};
use crate::out::remark;
use crate::render;

/// Files on disk and in a configuration, over them the script itself: code of the command line and
/// standard input are nowhere else.
pub(super) struct Disk {
    name: String,
    text: Arc<[u8]>,
    root: PathBuf,
    store: Option<Store>,
}

/// What a configuration gives to scripts.
struct Store {
    files: Arc<Snapshot>,
    identities: Arc<Identities>,
}

impl Disk {
    /// The files around a script.
    pub(super) fn new(args: &Hsh, project: Option<&Path>, script: Script) -> Result<Self, Failure> {
        let folder = Path::new(&script.name).parent().unwrap_or(Path::new("")).to_owned();
        let root = match &args.rootpath {
            Some(root) if root.is_dir() => root.clone(),
            Some(root) => {
                let message = format!("--rootpath: there is no folder {}", root.display());
                return Err(Failure::new(Exit::Usage, message));
            }
            None => files_of_project(project, &folder).unwrap_or(folder),
        };
        let store = args.app.as_deref().map(read_store).transpose()?;
        // Names of the store look like relative paths; those of the disk must not.
        let root = if store.is_some() { absolute(&root) } else { root };
        Ok(Self { name: script.name, text: script.text, root, store })
    }

    /// The folder that the script may read from at run time.
    pub(super) fn root(&self) -> PathBuf {
        if self.root.as_os_str().is_empty() { PathBuf::from(".") } else { self.root.clone() }
    }

    /// Ids of the files of the configuration, else paths of files below the root: what an import
    /// may name. Of a large tree, the first ones.
    pub(super) fn importable(&self) -> Vec<Arc<str>> {
        const MOST: usize = 1000;
        if let Some(store) = self.store() {
            let ids = store.files().filter_map(|(name, _)| layout::file_id(name));
            return ids.map(Arc::from).collect();
        }
        let mut found = Vec::new();
        let mut open = vec![self.root()];
        while let Some(folder) = open.pop().filter(|_| found.len() < MOST) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten().take(MOST) {
                let path = entry.path();
                let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                match entry.file_type() {
                    _ if is_hidden => {}
                    Ok(kind) if kind.is_dir() && open.len() < MOST => open.push(path),
                    Ok(kind) if kind.is_file() => {
                        let name = path.strip_prefix(self.root()).ok().and_then(Path::to_str);
                        found.extend(name.map(Arc::from));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// A `./` path: below the root, or for a file that is not there, below the folder of the script.
    fn beside(&self, from: &Path, name: &str) -> Option<PathBuf> {
        let folder = from.parent().unwrap_or(Path::new(""));
        if let Ok(inside) = folder.strip_prefix(&self.root) {
            return below(&self.root, inside, name);
        }
        let of_script = Path::new(&self.name).parent().unwrap_or(Path::new(""));
        below(of_script, folder.strip_prefix(of_script).ok()?, name).or_else(|| {
            // The way from the script into the root may lead over a folder around both.
            let start = Path::new(if folder.is_absolute() { "/" } else { "" });
            let file = below(start, folder.strip_prefix(start).ok()?, name)?;
            absolute(&file).starts_with(absolute(&self.root)).then_some(file)
        })
    }

    /// The files of the configuration.
    pub(super) fn store(&self) -> Option<&Arc<Snapshot>> {
        self.store.as_ref().map(|store| &store.files)
    }

    /// The keys of the configuration.
    pub(super) fn identities(&self) -> Option<&Arc<Identities>> {
        self.store.as_ref().map(|store| &store.identities)
    }
}

/// A path in a folder below a base; none when it climbs above the base.
fn below(base: &Path, folder: &Path, name: &str) -> Option<PathBuf> {
    path::normalize(folder.to_str()?, name).map(|inside| base.join(inside))
}

fn files_of_project(project: Option<&Path>, folder: &Path) -> Option<PathBuf> {
    let project = match project {
        Some(folder) => Project::open(folder).ok(),
        None => Project::holding(&absolute(folder)),
    };
    project.map(|project| project.path_of(layout::FILES))
}

fn absolute(folder: &Path) -> PathBuf {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned())
}

/// Name and text of a configuration file.
pub(super) fn read_configuration(path: &Path) -> Result<(Arc<str>, Vec<u8>), Failure> {
    let text = std::fs::read(path).map_err(|error| {
        Failure::new(Exit::Usage, format!("cannot read {}: {error}", path.display()))
    })?;
    Ok((path.to_string_lossy().into(), text))
}

/// Shows why a configuration file cannot be used.
pub(super) fn refuse(findings: &[Diagnostic], name: &Arc<str>, text: Vec<u8>) -> Failure {
    let mut texts = Snapshot::new();
    texts.insert(Arc::clone(name), text);
    render::text(findings, &texts);
    let summary = render::summary(findings);
    Failure::new(Exit::Invalid, format!("{name} cannot be used: {summary}"))
}

fn read_store(path: &Path) -> Result<Store, Failure> {
    let (name, text) = read_configuration(path)?;
    let loaded = mta_config::load_running(&name, &text, false);
    let mut findings = loaded.diagnostics;
    let folder = path.parent().unwrap_or(Path::new(""));
    let read = |file: &Path| std::fs::read(folder.join(file));
    let store = loaded.value.map(|running| {
        let (identities, of_keys) = mta_project::identities(None, (&name, &running), read);
        // Who tries a script often may not read the keys; then only the script that needs one fails.
        of_keys.iter().for_each(|finding| remark!("{}", finding.message));
        let files = Arc::new(mta_project::packed_sources(&name, &running, read));
        Store { files, identities: Arc::new(identities) }
    });
    findings.extend(store.iter().flat_map(|store| store.files.findings()).cloned());
    // Only what the script can see matters here; `check` shows the rest.
    findings.retain(Diagnostic::is_error);
    match store {
        Some(store) if findings.is_empty() => Ok(store),
        _ => Err(refuse(&findings, &name, text)),
    }
}

impl Sources for Disk {
    fn resolve(&self, from: &str, path: &str) -> Result<Arc<str>, ResolveError> {
        let parsed = ScriptPath::parse(path);
        if let Some(store) = self.store() {
            let inside = store.text(from).is_some() && parsed.scheme == Scheme::Relative;
            if matches!(parsed.scheme, Scheme::Store | Scheme::Extras) || inside {
                return store.resolve(from, path);
            }
        }
        let file = match parsed.scheme {
            Scheme::Relative => self.beside(Path::new(from), parsed.name),
            Scheme::Store | Scheme::File | Scheme::Extras => {
                parsed.rooted().map(|name| self.root.join(name))
            }
        };
        let file = file.ok_or(ResolveError::Outside)?;
        let found = [file.join("main.hsl"), file].into_iter().find(|path| path.is_file());
        let missing = || ResolveError::missing(&parsed, parsed.name.to_owned(), Vec::new());
        let found = found.ok_or_else(missing)?;
        found.to_str().map(Arc::from).ok_or_else(missing)
    }

    fn read(&self, name: &str) -> Option<Arc<[u8]>> {
        if name == self.name {
            return Some(Arc::clone(&self.text));
        }
        let stored = self.store().and_then(|store| store.text(name));
        stored.map(Arc::clone).or_else(|| std::fs::read(name).ok().map(Arc::from))
    }
}
