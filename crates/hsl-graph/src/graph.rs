//! The graph: files, what each says, and what they are to each other.

use std::sync::Arc;

use hsl_analysis::{Sources, SymbolId};
use rustc_hash::FxHashMap;

use crate::include::Includes;
use crate::reach::Reach;
use crate::script::Script;
use crate::{Config, IdDeclarations, Input, Role};

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
    /// What it says as a script.
    pub script: Option<Arc<Script>>,
    /// What it says as configuration; of a text that is broken, what it said before.
    pub config: Option<Arc<Config>>,
    /// The file that each link of the script leads to.
    pub targets: Vec<Option<FileNo>>,
}

/// Everything about a project at one moment.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(crate) files: Vec<File>,
    pub(crate) numbers: FxHashMap<Arc<str>, FileNo>,
    pub(crate) includes: Includes,
    pub(crate) reach: Reach,
    /// Members of classes by their name.
    pub(crate) members: FxHashMap<Arc<str>, Vec<(FileNo, SymbolId)>>,
}

impl Graph {
    /// The graph of these files. What a file says is taken from the graph `before` where its text is
    /// the same; `sources` tells which file a path means.
    pub fn new(before: Option<&Self>, inputs: Vec<Input>, sources: &dyn Sources) -> Self {
        let mut declarations = Declarations::default();
        let mut files: Vec<File> =
            inputs.into_iter().map(|input| read(before, input, &mut declarations)).collect();
        files.sort_by(|a, b| a.name.cmp(&b.name));
        files.dedup_by(|a, b| a.name == b.name);
        let numbers = files.iter().zip(0..).map(|(f, at)| (Arc::clone(&f.name), FileNo(at)));
        let numbers: FxHashMap<_, _> = numbers.collect();
        for file in &mut files {
            file.targets = targets(file, &numbers, sources);
        }
        let mut graph = Self { files, numbers, ..Self::default() };
        graph.members = graph.members_by_name();
        graph.includes = Includes::of(&graph);
        graph.reach = Reach::of(&graph);
        graph
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

    /// Every script.
    pub fn scripts(&self) -> impl Iterator<Item = (FileNo, &Script)> {
        self.files().filter_map(|(number, file)| Some((number, file.script.as_deref()?)))
    }

    /// Every configuration file.
    pub fn configs(&self) -> impl Iterator<Item = (FileNo, &Config)> {
        self.files().filter_map(|(number, file)| Some((number, file.config.as_deref()?)))
    }

    pub(crate) fn script(&self, number: FileNo) -> Option<&Script> {
        self.files.get(number.index())?.script.as_deref()
    }

    fn members_by_name(&self) -> FxHashMap<Arc<str>, Vec<(FileNo, SymbolId)>> {
        let mut members: FxHashMap<Arc<str>, Vec<(FileNo, SymbolId)>> = FxHashMap::default();
        for (number, script) in self.scripts() {
            for (symbol, id) in script.facts.symbols.iter().zip(0..) {
                if crate::resolve::is_member(symbol.kind) {
                    members
                        .entry(Arc::clone(&symbol.name))
                        .or_default()
                        .push((number, SymbolId(id)));
                }
            }
        }
        members
    }
}

/// Ids of the catalogues that files name, read once each.
#[derive(Default)]
struct Declarations {
    known: Vec<(*const hsl_decl::Catalog, IdDeclarations)>,
}

impl Declarations {
    fn of(&mut self, catalog: &'static hsl_decl::Catalog) -> &IdDeclarations {
        let key = std::ptr::from_ref(catalog);
        let at = match self.known.iter().position(|(known, _)| *known == key) {
            Some(at) => at,
            None => {
                self.known.push((key, IdDeclarations::of(catalog)));
                self.known.len() - 1
            }
        };
        &self.known[at].1
    }
}

fn read(before: Option<&Graph>, input: Input, declarations: &mut Declarations) -> File {
    let Input { name, text, parse, role, catalog } = input;
    let old = before.and_then(|graph| Some(graph.file(graph.file_named(&name)?)));
    if let Some(old) = old.filter(|old| old.role == role && same(&old.text, &text)) {
        return old.clone();
    }
    let parse = || parse.unwrap_or_else(|| hsl_syntax::parse(Arc::clone(&text)));
    let script = role.is_script().then(|| {
        let ids = declarations.of(catalog);
        Arc::new(Script::of(&name, &parse(), catalog, ids))
    });
    let config = role.is_config().then(|| Config::of(&text, &role).map(Arc::new));
    let config = config.flatten().or_else(|| old?.config.clone());
    File { name, text, role, script, config, targets: Vec::new() }
}

fn same(a: &Arc<[u8]>, b: &Arc<[u8]>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}

fn targets(
    file: &File,
    numbers: &FxHashMap<Arc<str>, FileNo>,
    sources: &dyn Sources,
) -> Vec<Option<FileNo>> {
    let links = file.script.iter().flat_map(|script| &script.links);
    let target = |path: &Arc<str>| {
        let name = sources.resolve(&file.name, path).ok()?;
        numbers.get(&name).copied()
    };
    links.map(|link| link.path.as_ref().and_then(target)).collect()
}

impl File {
    /// Links of the script with the files that they lead to.
    pub fn links(&self) -> impl Iterator<Item = (&crate::Link, Option<FileNo>)> {
        let links = self.script.iter().flat_map(|script| &script.links);
        links.zip(self.targets.iter().copied())
    }
}
