//! The graph: files, what each says, and what they are to each other.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hsl_analysis::{MemorySources, Sources, SymbolId};
use rustc_hash::FxHashMap;

use crate::include::Includes;
use crate::parallel;
use crate::reach::Reach;
use crate::script::{Link, Script};
use crate::shelf::{Book, Shelf};
use crate::{Config, Input, Role};

/// Index of a file in its graph. Files are in the order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileNo(pub u32);

impl FileNo {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A file of a graph.
#[derive(Clone, Debug)]
pub struct File {
    /// Name, as in diagnostics.
    pub name: Arc<str>,
    /// Text.
    pub text: Arc<[u8]>,
    /// What it is.
    pub role: Role,
    /// What it says as configuration; of a text that is broken, what it said before.
    pub config: Option<Arc<Config>>,
    /// Where what it says as a script stays.
    pub(crate) book: Option<Arc<Book>>,
    /// Whether the word stands in its text.
    pub(crate) may_include: bool,
    /// The file that each link of the script leads to.
    targets: OnceLock<Arc<[Option<FileNo>]>>,
}

impl File {
    /// Whether it is a script.
    pub fn is_script(&self) -> bool {
        self.book.is_some()
    }

    fn is_read(&self) -> bool {
        self.book.as_ref().is_some_and(|book| book.is_read())
    }
}

/// Members of classes by their name.
pub(crate) type Members = FxHashMap<Arc<str>, Arc<[(FileNo, SymbolId)]>>;

/// Everything about a project at one moment.
///
/// What scripts say is read when it is asked for, and what they are to each other is found when
/// somebody needs it: of a large project nobody needs all of it.
pub struct Graph {
    pub(crate) files: Vec<File>,
    pub(crate) numbers: FxHashMap<Arc<str>, FileNo>,
    sources: Arc<dyn Sources + Send + Sync>,
    shelf: Arc<Shelf>,
    is_large: bool,
    includes: OnceLock<Includes>,
    reach: OnceLock<Reach>,
    members: OnceLock<Members>,
    /// Of a large project, those of the names that were asked for.
    pub(crate) some_members: Mutex<Members>,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl Default for Graph {
    /// A graph without files.
    fn default() -> Self {
        Self::new(None, Vec::new(), Arc::new(MemorySources::default()), Shelf::new(0))
    }
}

/// A script with the files that its links lead to.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The script.
    pub script: Arc<Script>,
    /// The file of each link.
    pub targets: Arc<[Option<FileNo>]>,
}

impl Linked {
    /// Links with the files that they lead to.
    pub fn links(&self) -> impl Iterator<Item = (&Link, Option<FileNo>)> {
        self.script.links.iter().zip(self.targets.iter().copied())
    }
}

impl Graph {
    /// The graph of these files. What a file says is taken from the graph `before` where its text is
    /// the same; `sources` tells which file a path means; scripts stay on the shelf.
    pub fn new(
        before: Option<&Self>,
        inputs: Vec<Input>,
        sources: Arc<dyn Sources + Send + Sync>,
        shelf: Arc<Shelf>,
    ) -> Self {
        let mut files: Vec<File> = inputs.into_iter().map(|input| read(before, input)).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup_by(|a, b| a.name == b.name);
        let same = |old: &Self| {
            let same = old.files.iter().zip(&files).all(|(old, new)| old.name == new.name);
            same && old.files.len() == files.len()
        };
        let numbers = match before.filter(|old| same(old)) {
            Some(old) => old.numbers.clone(),
            None => {
                files.iter_mut().for_each(|file| file.targets = OnceLock::new());
                let numbers = files.iter().zip(0..);
                numbers.map(|(file, at)| (Arc::clone(&file.name), FileNo(at))).collect()
            }
        };
        let scripts = files.iter().filter(|file| file.is_script());
        let is_large = scripts.map(|file| file.text.len()).sum::<usize>() > shelf.most();
        Self {
            files,
            numbers,
            sources,
            shelf,
            is_large,
            includes: OnceLock::new(),
            reach: OnceLock::new(),
            members: OnceLock::new(),
            some_members: Mutex::default(),
        }
    }

    /// The number of a file.
    pub fn file_named(&self, name: &str) -> Option<FileNo> {
        self.numbers.get(name).copied()
    }

    /// A file.
    pub fn file(&self, number: FileNo) -> &File {
        &self.files[number.index()]
    }

    /// Every file, by name.
    pub fn files(&self) -> impl Iterator<Item = (FileNo, &File)> {
        self.files.iter().zip(0..).map(|(file, at)| (FileNo(at), file))
    }

    /// What a file says as a script.
    pub fn script(&self, number: FileNo) -> Option<Arc<Script>> {
        let file = self.files.get(number.index())?;
        Some(self.shelf.script(&file.name, file.book.as_ref()?))
    }

    /// The same, with the files that its links lead to.
    pub fn linked(&self, number: FileNo) -> Option<Linked> {
        let script = self.script(number)?;
        let file = self.file(number);
        let target = |path: &Arc<str>| {
            let name = self.sources.resolve(&file.name, path).ok()?;
            self.file_named(&name)
        };
        let targets = file.targets.get_or_init(|| {
            script.links.iter().map(|link| link.path.as_ref().and_then(target)).collect()
        });
        Some(Linked { targets: Arc::clone(targets), script })
    }

    /// Every script.
    pub fn scripts(&self) -> impl Iterator<Item = (FileNo, Arc<Script>)> {
        self.files().filter_map(|(number, _)| Some((number, self.script(number)?)))
    }

    /// Every script; of a large project those that are there already, for what is wanted at once and
    /// need not be complete.
    pub fn scripts_at_hand(&self) -> impl Iterator<Item = (FileNo, Arc<Script>)> {
        let files = self.files().filter(move |(_, file)| !self.is_large || file.is_read());
        files.filter_map(|(number, _)| Some((number, self.script(number)?)))
    }

    /// Reads every script that has room, so that looks at all of them find them there.
    pub fn read_all(&self) {
        if self.is_large {
            return;
        }
        let is_unread = |(_, file): &(FileNo, &File)| file.is_script() && !file.is_read();
        let unread: Vec<_> = self.files().filter(is_unread).collect();
        let bytes = unread.iter().map(|(_, file)| file.text.len()).sum();
        parallel::map(&unread, bytes, |(number, _)| self.script(*number).is_some());
    }

    /// Bytes of the texts whose scripts stay.
    pub fn room(&self) -> usize {
        self.shelf.most()
    }

    /// Whether there are more scripts than stay on the shelf, so that a look at all of them reads
    /// each again.
    pub fn is_large(&self) -> bool {
        self.is_large
    }

    /// Every configuration file.
    pub fn configs(&self) -> impl Iterator<Item = (FileNo, &Config)> {
        self.files().filter_map(|(number, file)| Some((number, file.config.as_deref()?)))
    }

    pub(crate) fn includes(&self) -> &Includes {
        self.includes.get_or_init(|| Includes::of(self))
    }

    pub(crate) fn reach(&self) -> &Reach {
        self.reach.get_or_init(|| {
            self.read_all();
            Reach::of(self)
        })
    }

    /// The members of this name of all classes.
    pub(crate) fn members(&self, name: &str) -> Arc<[(FileNo, SymbolId)]> {
        if !self.is_large {
            return self.all_members().get(name).cloned().unwrap_or_default();
        }
        let known = || self.some_members.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(name) {
            return Arc::clone(found);
        }
        let scripts = self.scripts_with(name);
        let found: Arc<[_]> =
            scripts.flat_map(|(file, script)| members_of(file, &script, Some(name))).collect();
        known().insert(name.into(), Arc::clone(&found));
        found
    }

    /// The members of all classes.
    pub(crate) fn all_members(&self) -> &Members {
        self.members.get_or_init(|| {
            self.read_all();
            let mut members: FxHashMap<_, Vec<_>> = FxHashMap::default();
            for (file, script) in self.scripts() {
                for (file, id) in members_of(file, &script, None) {
                    let name = Arc::clone(&script.symbol(id).name);
                    members.entry(name).or_default().push((file, id));
                }
            }
            members.into_iter().map(|(name, found)| (name, found.into())).collect()
        })
    }
}

/// The members of a script's classes, or those of one name.
fn members_of(file: FileNo, script: &Script, name: Option<&str>) -> Vec<(FileNo, SymbolId)> {
    let symbols = script.facts.symbols.iter().zip(0..);
    let members = symbols.filter(|(symbol, _)| {
        crate::resolve::is_member(symbol.kind) && name.is_none_or(|name| *symbol.name == *name)
    });
    members.map(|(_, id)| (file, SymbolId(id))).collect()
}

fn read(before: Option<&Graph>, input: Input) -> File {
    let Input { name, text, parse, tree, role, catalog } = input;
    let old = before.and_then(|graph| Some(graph.file(graph.file_named(&name)?)));
    if let Some(old) = old.filter(|old| old.role == role && same(&old.text, &text)) {
        return old.clone();
    }
    let config = role.is_config().then(|| Config::of(&text, &role, tree).map(Arc::new));
    let config = config.flatten().or_else(|| old?.config.clone());
    let book =
        Book::new(Arc::clone(&text), parse, catalog, old.and_then(|old| old.book.as_deref()));
    let book = role.is_script().then(|| Arc::new(book));
    let may_include = book.is_some() && crate::search::has(&text, "include");
    File { name, text, role, config, book, may_include, targets: OnceLock::new() }
}

fn same(a: &Arc<[u8]>, b: &Arc<[u8]>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}
