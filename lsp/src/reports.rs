//! What was made from snapshots, kept while it is still true.
//!
//! *Invariants.* A result is given only to a snapshot in which everything that it was made from is
//! the same text, and in which the same files exist. So an edit costs what it changes.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use diagnostics::Diagnostic;
use gen_lsp_types as lsp;
use hsl_analysis::{Memory, Pool};
use hsl_decl::HookSet;
use hsl_ide::View;
use mta_config::yaml::{self, Node};
use mta_project::{Names, ToolSettings};

use crate::closed::Trees;
use crate::document::Kept as KeptEnds;
use crate::proto;
use crate::views::Views;
use crate::world::{Home, World};

/// What a result was made from.
#[derive(Clone, Debug)]
pub(crate) struct Ground {
    files: Vec<(Arc<str>, Arc<[u8]>)>,
    place: Place,
    /// The hooks that reach it, where that decides what its names mean.
    reached: Option<HookSet>,
    /// What rules about projects find in it, where that is shown; none when that was not known.
    across: Option<(Home, Option<Vec<Diagnostic>>)>,
}

#[derive(Clone, Debug)]
enum Place {
    /// The files of a project, and how its tools are set.
    Project(PathBuf, Names, Arc<ToolSettings>),
    /// Files of the disk, at this count of its changes; edits of open ones count too.
    Disk(u64),
}

impl Ground {
    /// What a view was made from.
    pub(crate) fn of(world: &World, view: &View, home: &Home) -> Self {
        let files = view.resolved.program.files.iter();
        let files = files.map(|file| (Arc::clone(&file.name), Arc::clone(&file.text))).collect();
        let reached = view.unit.library.then_some(home.project.as_ref()).flatten();
        let reached = reached.map(|(root, name)| world.hooks_of(root, name));
        Self { reached, ..Self::of_files(world, home, files) }
    }

    /// What the findings of a document follow from: files with their texts, and which there are.
    pub(crate) fn of_files(world: &World, home: &Home, files: Vec<(Arc<str>, Arc<[u8]>)>) -> Self {
        let project = home.project.as_ref().and_then(|(root, _)| {
            let texts = world.projects.get(root)?;
            let tools = world.tools(home);
            Some(Place::Project(root.clone(), texts.name_set().clone(), tools))
        });
        let place = project.unwrap_or(Place::Disk(world.disk));
        Self { files, place, reached: None, across: None }
    }

    /// Beside these, what rules about the project find in the document.
    pub(crate) fn with_across(self, home: &Home, found: Option<Vec<Diagnostic>>) -> Self {
        Self { across: Some((home.clone(), found)), ..self }
    }

    /// Whether nothing was missing.
    pub(crate) fn is_whole(&self) -> bool {
        self.across.as_ref().is_none_or(|(_, found)| found.is_some())
    }

    /// Names of the files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.iter().map(|(name, _)| name)
    }

    /// Whether all of it is the same in a snapshot.
    pub(crate) fn stands(&self, world: &World) -> bool {
        match &self.place {
            Place::Project(root, names, tools) => world.projects.get(root).is_some_and(|texts| {
                let is_same = |name: &str, text| texts.text(name).is_some_and(|t| same(t, text));
                world.tools.get(root).is_some_and(|now| Arc::ptr_eq(now, tools))
                    && texts.name_set() == names
                    && self.files.iter().all(|(name, text)| is_same(name, text))
                    && self.is_reached_as_before(world, root)
                    && self
                        .across
                        .as_ref()
                        .is_none_or(|(home, found)| world.findings_across(home) == *found)
            }),
            Place::Disk(count) => {
                let open = world.documents.values().filter(|(_, home)| home.project.is_none());
                let mut texts = open.map(|(document, home)| (&home.path, &document.parse.text));
                let is_edited = |(path, text): (&PathBuf, &Arc<[u8]>)| {
                    let path = path.to_string_lossy();
                    let known = self.files.iter().find(|(name, _)| **name == *path);
                    known.is_some_and(|(_, known)| !Arc::ptr_eq(known, text))
                };
                *count == world.disk && !texts.any(is_edited)
            }
        }
    }

    fn is_reached_as_before(&self, world: &World, root: &Path) -> bool {
        // The first file of a program is the one that it begins with.
        match (self.reached, self.files.first()) {
            (Some(hooks), Some((name, _))) => world.hooks_of(root, name) == hooks,
            _ => true,
        }
    }
}

/// Whether texts are the same: one that was opened is another copy of what lies on disk.
fn same(a: &Arc<[u8]>, b: &Arc<[u8]>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

/// The findings of a script.
#[derive(Debug)]
pub(crate) struct Report {
    /// As they were found.
    pub(crate) findings: Vec<Diagnostic>,
    /// The text that they were found in.
    pub(crate) text: Arc<[u8]>,
    /// For the editor.
    pub(crate) items: Vec<lsp::Diagnostic>,
    /// The same for the same items.
    pub(crate) id: String,
    /// What they follow from.
    pub(crate) ground: Ground,
}

impl Report {
    pub(crate) fn new(world: &World, view: &View, home: &Home) -> Self {
        let mut findings = view.diagnostics();
        let advice = hsl_lint::lint(&view.resolved, &view.unit).into_iter();
        findings.extend(advice.filter(|finding| finding.file == view.file));
        let across = world.findings_across(home);
        findings.extend(across.iter().flatten().cloned());
        let own = [(&view.file, &*view.parse.text)];
        let findings = hsl_lint::review(findings, own, &world.tools(home).shown_levels());
        let text_of = |file: &str| world.text_of(view, file);
        let items = proto::diagnostics(world, home, &view.parse.text, &text_of, &findings);
        let ground = Ground::of(world, view, home).with_across(home, across);
        Self::of(findings, items, Arc::clone(&view.parse.text), ground)
    }

    /// Findings with what they are for the editor.
    pub(crate) fn of(
        findings: Vec<Diagnostic>,
        items: Vec<lsp::Diagnostic>,
        text: Arc<[u8]>,
        ground: Ground,
    ) -> Self {
        let mut hasher = DefaultHasher::new();
        // Items hold numbers and texts only, which always have a JSON form.
        serde_json::to_string(&items).unwrap_or_default().hash(&mut hasher);
        let id = format!("{:016x}", hasher.finish());
        Self { findings, text, items, id, ground }
    }
}

/// What a lock guards; a panic elsewhere leaves it whole.
pub(crate) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Results by document.
type Kept<T> = Mutex<HashMap<Arc<str>, T>>;

/// The tokens of a document.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    /// Their name.
    pub(crate) id: Arc<str>,
    pub(crate) list: Arc<[lsp::SemanticToken]>,
    view: Weak<View>,
    /// Whether what a peer wrote is marked in them.
    marks: bool,
}

impl Tokens {
    /// Whether they are those of a view, with marks or without.
    pub(crate) fn are_of(&self, view: &Arc<View>, marks: bool) -> bool {
        self.marks == marks && std::ptr::eq(self.view.as_ptr(), Arc::as_ptr(view))
    }
}

/// Views of documents that are looked into, and findings of all.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    pub(crate) views: Views,
    reports: Kept<Arc<Report>>,
    /// What was found out about functions of open documents.
    memories: Kept<Arc<Memory>>,
    /// What documents found out that others may take.
    pool: Arc<Pool>,
    /// The tokens that an editor was given last.
    tokens: Kept<Tokens>,
    given: AtomicU64,
    /// Trees of files that are not open.
    pub(crate) closed: Trees,
    /// The newest tree of a configuration file that could be read, with its text.
    trees: Kept<(Arc<[u8]>, Arc<Node>)>,
    /// Settings of the tools for files outside of projects, read at this count of the disk's changes.
    loose_tools: Mutex<(u64, HashMap<PathBuf, Arc<ToolSettings>>)>,
}

impl Cache {
    /// The findings of a script, made when those that are kept are not true any more.
    pub(crate) fn report(
        &self,
        world: &World,
        uri: &str,
        make: impl FnOnce() -> Option<Report>,
    ) -> Option<Arc<Report>> {
        let known = locked(&self.reports).get(uri).cloned();
        if let Some(report) = known.filter(|report| report.ground.stands(world)) {
            return Some(report);
        }
        let report = Arc::new(make()?);
        let mut reports = locked(&self.reports);
        reports.insert(uri.into(), Arc::clone(&report));
        Some(report)
    }

    /// What is remembered of a document.
    pub(crate) fn memory(&self, uri: &str) -> Arc<Memory> {
        let mut memories = locked(&self.memories);
        let new = || Arc::new(Memory::sharing(Arc::clone(&self.pool)));
        Arc::clone(memories.entry(uri.into()).or_insert_with(new))
    }

    /// Keeps the tokens of a view, which gives them a name.
    pub(crate) fn keep_tokens(
        &self,
        uri: &str,
        view: &Arc<View>,
        marks: bool,
        list: Vec<lsp::SemanticToken>,
    ) -> Tokens {
        let id = self.given.fetch_add(1, Ordering::Relaxed).to_string().into();
        let tokens = Tokens { id, list: list.into(), view: Arc::downgrade(view), marks };
        locked(&self.tokens).insert(uri.into(), tokens.clone());
        tokens
    }

    /// The tokens that are kept of a document.
    pub(crate) fn tokens(&self, uri: &str) -> Option<Tokens> {
        locked(&self.tokens).get(uri).cloned()
    }

    /// The tree of a configuration file: of its text, else of what could be read before, where that
    /// stands now.
    pub(crate) fn tree(&self, uri: &str, text: &Arc<[u8]>) -> Option<Arc<Node>> {
        let known = locked(&self.trees).get(uri).cloned();
        match known {
            Some((of, tree)) if Arc::ptr_eq(&of, text) => return Some(tree),
            _ => {}
        }
        let Some(tree) = yaml::recover(text).map(Arc::new) else {
            let (old, tree) = known?;
            let kept = KeptEnds::of(&old, text);
            let place = |span| kept.moved(span, old.len(), text.len());
            return yaml::moved(&tree, &place).map(Arc::new);
        };
        locked(&self.trees).insert(uri.into(), (Arc::clone(text), Arc::clone(&tree)));
        Some(tree)
    }

    /// The settings of the tools for a file outside of projects, read again after a change of the disk:
    /// their patterns take longer than an edit.
    pub(crate) fn loose_tools(
        &self,
        world: &World,
        path: &Path,
        read: impl FnOnce() -> Arc<ToolSettings>,
    ) -> Arc<ToolSettings> {
        let mut known = locked(&self.loose_tools);
        if known.0 != world.disk {
            *known = (world.disk, HashMap::new());
        }
        Arc::clone(known.1.entry(path.to_owned()).or_insert_with(read))
    }

    /// A document was closed.
    pub(crate) fn forget(&self, uri: &str) {
        self.views.forget(uri);
        locked(&self.memories).remove(uri);
        locked(&self.tokens).remove(uri);
        locked(&self.trees).remove(uri);
    }
}
