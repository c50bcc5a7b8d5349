//! Everything that requests read, at one moment.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use diagnostics::Diagnostic;
use hsl_analysis::{Memory, Remembered, Sources, Unit};
use hsl_decl::HookSet;
use hsl_graph::Role;
use hsl_ide::View;
use hsl_syntax::Parse;
use mta_project::{Snapshot, ToolSettings, UserSettings, layout};

use crate::capabilities::Client;
use crate::closed::Closed;
use crate::config::is_config;
use crate::document::Document;
use crate::graphs::Graphs;
use crate::loose::Loose;
use crate::packed::Packed;
use crate::reports::{Cache, Ground, Report};
use crate::uri;

/// Where a document belongs.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    /// Its absolute path, links followed.
    pub(crate) path: PathBuf,
    /// Folder of its project, and its name there.
    pub(crate) project: Option<(PathBuf, Arc<str>)>,
}

/// A snapshot of documents and projects.
///
/// *Invariants.* It never changes. What is made from it is shared with the snapshots before and
/// behind it, as long as what it was made from is the same.
#[derive(Debug)]
pub(crate) struct World {
    /// Counts edits.
    pub(crate) revision: u64,
    /// The editor's abilities.
    pub(crate) client: Client,
    /// The user's settings.
    pub(crate) user: Arc<UserSettings>,
    /// Counts changes of the disk outside of projects.
    pub(crate) disk: u64,
    /// Open documents by URI, with where they belong.
    pub(crate) documents: HashMap<Arc<str>, (Arc<Document>, Arc<Home>)>,
    /// The texts of each project by its folder: open documents over the disk.
    pub(crate) projects: BTreeMap<PathBuf, Arc<Snapshot>>,
    /// `mailstop.toml` of each project.
    pub(crate) tools: BTreeMap<PathBuf, Arc<ToolSettings>>,
    /// What was made from snapshots.
    pub(crate) cache: Arc<Cache>,
    /// The newest graph of each project.
    pub(crate) graphs: Arc<Graphs>,
    /// What projects pack to.
    pub(crate) packed: Arc<Packed>,
}

impl World {
    /// The open document of a URI.
    pub(crate) fn document(&self, uri: &str) -> Option<&Arc<Document>> {
        self.documents.get(uri).map(|(document, _)| document)
    }

    /// Everything known about an open script.
    pub(crate) fn view(&self, uri: &str) -> Option<Arc<View>> {
        let (document, home) = self.documents.get(uri).filter(|(found, _)| found.is_script)?;
        Some(self.cache.views.of(self, uri, || self.view_with_ground(document, home)))
    }

    fn view_with_ground(&self, document: &Document, home: &Home) -> (Arc<View>, Ground) {
        let view = self.make(document.parse.clone(), home, self.cache.memory(&document.uri));
        let ground = Ground::of(self, &view, home);
        (Arc::new(view), ground)
    }

    /// The findings of a script or configuration file that somebody looks into.
    pub(crate) fn report(&self, uri: &str) -> Option<Arc<Report>> {
        self.report_with(uri, || self.view(uri))
    }

    /// The findings of a script or configuration file, open or not.
    pub(crate) fn report_in_passing(&self, uri: &str) -> Option<Arc<Report>> {
        self.report_with(uri, || {
            let (document, home) = self.documents.get(uri)?;
            let make = || self.view_with_ground(document, home);
            Some(self.cache.views.in_passing(self, uri, make))
        })
    }

    fn report_with(
        &self,
        uri: &str,
        view: impl FnOnce() -> Option<Arc<View>>,
    ) -> Option<Arc<Report>> {
        if let Some(report) = self.config_report(uri) {
            return Some(report);
        }
        if let Some((document, home)) = self.documents.get(uri) {
            let make = || Some(Report::new(self, &*view()?, home));
            return self.cache.report(self, uri, make).filter(|_| document.is_script);
        }
        let home = self.home_of(uri)?;
        let (root, name) = home.project.as_ref().filter(|(_, name)| name.ends_with(".hsl"))?;
        let texts = self.projects.get(root)?;
        let make = || {
            let sources = Closed { texts, trees: &self.cache.closed };
            let parse = sources.parsed(name).unwrap_or_else(|| hsl_syntax::parse([]));
            let view = self.make_in_project(parse, (root, name), texts, &sources);
            Some(Report::new(self, &view, &home))
        };
        self.cache.report(self, uri, make)
    }

    /// The settings of the tools for a document.
    pub(crate) fn tools(&self, home: &Home) -> Arc<ToolSettings> {
        let of_project = home.project.as_ref().and_then(|(root, _)| self.tools.get(root));
        let read = || {
            let read = ToolSettings::holding_over(&home.path, &self.user);
            Arc::new(read.unwrap_or_else(|_| ToolSettings::of_user(&self.user)))
        };
        let of_folder = || self.cache.loose_tools(self, &home.path, read);
        of_project.cloned().unwrap_or_else(of_folder)
    }

    /// The settings of the tools for a URI.
    pub(crate) fn tools_of(&self, uri: &str) -> Arc<ToolSettings> {
        if let Some((_, home)) = self.documents.get(uri) {
            return self.tools(home);
        }
        let of_user = || Arc::new(ToolSettings::of_user(&self.user));
        self.home_of(uri).map_or_else(of_user, |home| self.tools(&home))
    }

    /// URIs of the scripts and configuration files of all projects, and of open scripts outside of
    /// them.
    pub(crate) fn checked_files(&self) -> Vec<String> {
        let open = self.documents.values();
        let loose = open.clone().filter(|(found, home)| found.is_script && home.project.is_none());
        let mut found: Vec<_> = loose.map(|(document, _)| document.uri.to_string()).collect();
        let paths: HashMap<&Path, &Arc<str>> =
            open.map(|(document, home)| (&*home.path, &document.uri)).collect();
        for (root, texts) in &self.projects {
            let scripts = texts.names().filter(|name| name.ends_with(".hsl") || is_config(name));
            found.extend(scripts.map(|name| {
                let path = root.join(&**name);
                paths.get(&*path).map_or_else(|| uri::from_path(&path), |uri| uri.to_string())
            }));
        }
        found
    }

    pub(crate) fn home_of(&self, uri: &str) -> Option<Home> {
        let path = uri::to_path(uri)?;
        let found = self.projects.keys().rev().find(|root| path.starts_with(root));
        let project = found.and_then(|root| {
            let name = path.strip_prefix(root).ok()?.to_str()?.into();
            Some((root.clone(), name))
        });
        Some(Home { path, project })
    }

    fn make(&self, parse: Parse, home: &Home, memory: Arc<Memory>) -> View {
        let project = home
            .project
            .as_ref()
            .and_then(|(root, name)| self.projects.get(root).map(|texts| (texts, root, name)));
        match project {
            Some((texts, root, name)) => {
                let sources = Remembered { sources: &**texts, memory };
                self.make_in_project(parse, (root, name), texts, &sources)
            }
            None => {
                let name: Arc<str> = home.path.to_string_lossy().into();
                let unit = Unit::new(None, mta_hooks::catalog_for(&name));
                let sources = Remembered { sources: &self.loose(), memory };
                View::new(&name, parse, &sources, unit, Arc::default())
            }
        }
    }

    fn make_in_project(
        &self,
        parse: Parse,
        (root, name): (&Path, &Arc<str>),
        texts: &Snapshot,
        sources: &dyn Sources,
    ) -> View {
        View::new(name, parse, sources, self.unit_of(root, name), texts.paths())
    }

    /// What scripts outside of projects see.
    pub(crate) fn loose(&self) -> impl Sources + Send + Sync + use<> {
        let parses: HashMap<String, Parse> = self
            .documents
            .values()
            .map(|(document, home)| {
                (home.path.to_string_lossy().into_owned(), document.parse.clone())
            })
            .collect();
        Loose { open: move |name: &str| parses.get(name).cloned() }
    }

    /// The URI of a file by its name in the project of a document.
    pub(crate) fn uri_beside(&self, home: &Home, file: &str) -> String {
        let path = match &home.project {
            Some((root, _)) => root.join(file),
            None => PathBuf::from(file),
        };
        self.open_at(&path).map_or_else(|| uri::from_path(&path), |uri| uri.to_string())
    }

    /// The text of a file that a view names.
    pub(crate) fn text_of(&self, view: &View, file: &str) -> Option<Arc<[u8]>> {
        let files = &view.resolved.program.files;
        files.iter().find(|known| *known.name == *file).map(|known| Arc::clone(&known.text))
    }

    /// The text of a file by its name in the project of a document.
    pub(crate) fn text_beside(&self, home: &Home, file: &str) -> Option<Arc<[u8]>> {
        let (root, _) = home.project.as_ref()?;
        self.projects.get(root)?.text(file).cloned()
    }

    fn open_at(&self, path: &Path) -> Option<&Arc<str>> {
        let found = self.documents.values().find(|(_, home)| home.path == *path);
        found.map(|(document, _)| &document.uri)
    }

    /// What a file of a project is compiled for: the hook of its folder; a file that is imported is
    /// looked at for the hooks that reach it, or for every hook when none does.
    fn unit_of(&self, root: &Path, name: &str) -> Unit<'static> {
        let catalog = mta_hooks::catalog_for(name);
        match layout::role_of(name) {
            Role::Hook(hook, _) => Unit::new(Some(hook), catalog),
            Role::Library => Unit::reached_from(catalog, self.hooks_of(root, name)),
            _ => Unit::new(None, catalog),
        }
    }

    /// What rules about projects find in a file; none as long as nobody has looked at the whole
    /// project and the editor can be told later.
    pub(crate) fn findings_across(&self, home: &Home) -> Option<Vec<Diagnostic>> {
        let project = home.project.as_ref();
        let Some((root, name, texts)) =
            project.and_then(|(root, name)| Some((root, name, self.projects.get(root)?)))
        else {
            return Some(Vec::new());
        };
        let may_wait = !self.client.hears_later() || self.graphs.is_looked_at(root);
        may_wait.then(|| self.graphs.findings(root, texts, name))
    }

    /// Has the rules about projects look at one. Whether somebody has to be told what they find.
    pub(crate) fn look_across(&self, root: &Path) -> bool {
        self.projects.get(root).is_some_and(|texts| self.graphs.look_at(root, texts))
    }

    /// The hooks that reach a file of a project.
    pub(crate) fn hooks_of(&self, root: &Path, name: &str) -> HookSet {
        let Some(texts) = self.projects.get(root) else { return HookSet::NONE };
        let graph = self.graphs.of(root, texts);
        graph.file_named(name).map_or(HookSet::NONE, |file| graph.hooks_of(file))
    }
}
