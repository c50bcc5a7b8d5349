//! The files of a program: found, read and parsed before a name is looked at.
//!
//! *Invariants.* Links never form a cycle: the one that would close it is reported and cut. Walks
//! are loops, so neither long chains of files nor deep trees need stack.

use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use diagnostics::{Diagnostic, Span, codes};
use hsl_syntax::Parse;
use hsl_syntax::ast::{self, AstNode};

use crate::bytes;
use crate::hir::{File, FileId, Loc};
use crate::lower::FINDINGS;
use crate::marks::Marks;
use crate::{ResolveError, Sources};

/// Links of a cycle that are shown.
const WAY: usize = 20;

/// Files in the order of their discovery, with their trees and the links between them.
pub(crate) struct Graph {
    pub(crate) files: Vec<File>,
    /// Trees of the scripts; none for data files.
    pub(crate) trees: Vec<Option<Parse>>,
    words: Vec<OnceCell<Words>>,
    /// Target of the `include` or `import` that begins at a place; absent when it is broken.
    pub(crate) links: HashMap<Loc, FileId>,
    /// Files that are imported as modules, and the entry: dependencies before dependents.
    pub(crate) modules: Vec<FileId>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Places of words that begin certain statements: what holds none of them is passed over.
pub(crate) struct Words {
    /// Those that begin what a scope declares.
    pub(crate) defining: Marks,
    /// `global`
    pub(crate) global: Marks,
}

impl Words {
    fn of(text: &[u8]) -> Self {
        let whole = Span::new(0, text.len());
        let defining = [&b"function"[..], b"class", b"include", b"import"];
        Self {
            defining: Marks::of(text, whole, defining),
            global: Marks::of(text, whole, [&b"global"[..]]),
        }
    }
}

/// A statement that names a file.
struct Link {
    at: Loc,
    path_at: Span,
    kind: LinkKind,
    target: Option<FileId>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LinkKind {
    Include,
    Import,
    Data,
}

impl Graph {
    /// Reads the entry and everything it reaches.
    pub(crate) fn load(sources: &dyn Sources, entry: &str) -> Self {
        let mut loader = Loader::new(sources);
        loader.entry(entry);
        loader.read_all();
        loader.order();
        loader.graph
    }

    /// One file without what it reaches.
    pub(crate) fn alone(name: &Arc<str>, parse: &Parse) -> Self {
        Self {
            files: vec![File { name: Arc::clone(name), text: Arc::clone(&parse.text) }],
            trees: vec![Some(parse.clone())],
            words: vec![OnceCell::new()],
            links: HashMap::new(),
            modules: vec![FileId(0)],
            diagnostics: Vec::new(),
        }
    }

    /// The tree of a script.
    pub(crate) fn tree(&self, file: FileId) -> Option<&Parse> {
        self.trees.get(file.index()).and_then(Option::as_ref)
    }

    /// Where words stand in a file that most statements do not hold.
    pub(crate) fn words(&self, file: FileId) -> &Words {
        self.words[file.index()].get_or_init(|| Words::of(self.text(file)))
    }

    /// The text of a file.
    pub(crate) fn text(&self, file: FileId) -> &[u8] {
        &self.files[file.index()].text
    }
}

struct Loader<'s> {
    sources: &'s dyn Sources,
    ids: HashMap<Arc<str>, FileId>,
    graph: Graph,
    /// Links of each file, in order.
    out: Vec<Vec<Link>>,
    /// Parsed files whose links were not followed yet.
    unread: VecDeque<FileId>,
    /// Links that were refused.
    errors: usize,
}

impl<'s> Loader<'s> {
    fn new(sources: &'s dyn Sources) -> Self {
        let graph = Graph {
            files: Vec::new(),
            trees: Vec::new(),
            words: Vec::new(),
            links: HashMap::new(),
            modules: Vec::new(),
            diagnostics: Vec::new(),
        };
        Self {
            sources,
            ids: HashMap::new(),
            graph,
            out: Vec::new(),
            unread: VecDeque::new(),
            errors: 0,
        }
    }

    fn entry(&mut self, entry: &str) {
        let name: Arc<str> = entry.into();
        if self.file(&name, true).is_none() {
            let message = format!("there is no file {entry:?}");
            let finding =
                Diagnostic::new(&codes::UNRESOLVED_IMPORT, &name, Span::default(), message);
            self.graph.diagnostics.push(finding);
        }
    }

    /// Registers a file, as a script to be parsed or as data.
    fn file(&mut self, name: &Arc<str>, script: bool) -> Option<FileId> {
        let id = match self.ids.get(name) {
            Some(id) => *id,
            None => {
                let text = self.sources.read(name)?;
                let id = FileId(self.graph.files.len() as u32);
                self.graph.files.push(File { name: Arc::clone(name), text });
                self.graph.trees.push(None);
                self.graph.words.push(OnceCell::new());
                self.out.push(Vec::new());
                self.ids.insert(Arc::clone(name), id);
                id
            }
        };
        if script && self.graph.trees[id.index()].is_none() {
            let text = Arc::clone(&self.graph.files[id.index()].text);
            let kept = self.sources.parsed(name).filter(|parse| Arc::ptr_eq(&parse.text, &text));
            let parse = kept.unwrap_or_else(|| hsl_syntax::parse(text));
            self.graph.diagnostics.extend(parse.syntax_diagnostics(name));
            self.graph.diagnostics.extend(bytes::suspicious(name, &parse.text));
            self.graph.trees[id.index()] = Some(parse);
            self.unread.push_back(id);
        }
        Some(id)
    }

    /// Follows links until no file is new.
    fn read_all(&mut self) {
        while let Some(file) = self.unread.pop_front() {
            let links = self.graph.tree(file).map(|parse| statements(parse, file));
            for found in links.unwrap_or_default() {
                let link = self.follow(found);
                self.out[file.index()].push(link);
            }
        }
    }

    fn follow(&mut self, found: Found) -> Link {
        let mut link =
            Link { at: found.at, path_at: found.path_at, kind: found.kind, target: None };
        let from = Arc::clone(&self.graph.files[found.at.file.index()].name);
        // The parser has refused a path with a variable in it.
        let Some(path) = found.path.filter(|_| !self.is_refused()) else { return link };
        match self.sources.resolve(&from, &path) {
            Ok(name) => {
                link.target = self.file(&name, found.kind != LinkKind::Data);
                if link.target.is_none() {
                    self.report(&link, format!("the file {name:?} cannot be read"), None);
                }
            }
            Err(error) => {
                let similar = match &error {
                    ResolveError::Missing { similar, .. } => similar.first().cloned(),
                    _ => None,
                };
                let written = path.as_str();
                let similar = similar.map(|name| as_written(&error, &name, written));
                self.report(&link, error.to_string(), similar);
            }
        }
        link
    }

    fn report(&mut self, link: &Link, message: String, similar: Option<String>) {
        let file = &self.graph.files[link.at.file.index()].name;
        let mut finding = Diagnostic::new(&codes::UNRESOLVED_IMPORT, file, link.path_at, message);
        if let Some(similar) = similar {
            finding = finding
                .help(format!("did you mean {similar:?}?"))
                .replace(format!("Change to {similar:?}"), format!("{similar:?}"));
        }
        self.refuse(finding);
    }

    /// Whether so much is wrong already that more is not looked for.
    fn is_refused(&self) -> bool {
        self.errors >= FINDINGS
    }

    fn refuse(&mut self, error: Diagnostic) {
        self.errors += 1;
        self.graph.diagnostics.push(error);
    }

    /// Orders the modules and cuts cycles: a depth-first walk with a stack of its own.
    fn order(&mut self) {
        if self.graph.files.is_empty() {
            return;
        }
        let mut module = vec![false; self.graph.files.len()];
        module[0] = true;
        let mut state = vec![Visit::New; self.graph.files.len()];
        state[0] = Visit::Open;
        let mut stack = vec![(0usize, 0usize)];
        while let Some((file, next)) = stack.last_mut() {
            let (file, at) = (*file, *next);
            *next += 1;
            let Some(link) = self.out[file].get(at) else {
                state[file] = Visit::Done;
                stack.pop();
                if module[file] {
                    self.graph.modules.push(FileId(file as u32));
                }
                continue;
            };
            let (place, kind, target) = (link.at, link.kind, link.target);
            let Some(target) = target else { continue };
            if kind != LinkKind::Data {
                match state[target.index()] {
                    Visit::Open => {
                        self.cycle(file, at, target, &stack);
                        continue;
                    }
                    Visit::New => {
                        state[target.index()] = Visit::Open;
                        stack.push((target.index(), 0));
                    }
                    Visit::Done => {}
                }
            }
            if kind == LinkKind::Import && !module[target.index()] {
                module[target.index()] = true;
                if state[target.index()] == Visit::Done {
                    self.graph.modules.push(target);
                }
            }
            self.graph.links.insert(place, target);
        }
    }

    /// Reports the link that closes a cycle, with the links that lead to it.
    fn cycle(&mut self, file: usize, at: usize, target: FileId, stack: &[(usize, usize)]) {
        if self.is_refused() {
            return;
        }
        let link = &self.out[file][at];
        let word = if link.kind == LinkKind::Include { "includes" } else { "imports" };
        let name = &self.graph.files[file].name;
        let message = match file == target.index() {
            true => format!("this file {word} itself"),
            false => {
                let target = &self.graph.files[target.index()].name;
                format!("this {word} {target:?}, which leads back here")
            }
        };
        let mut finding = Diagnostic::new(&codes::IMPORT_CYCLE, name, link.path_at, message);
        let from = stack.iter().position(|(f, _)| *f == target.index()).unwrap_or(0);
        for (step, next) in stack[from..stack.len().saturating_sub(1)].iter().take(WAY) {
            let Some(link) = self.out[*step].get(next - 1) else { continue };
            let file = Arc::clone(&self.graph.files[*step].name);
            finding = finding.label_in(file, link.path_at, "the way here");
        }
        self.refuse(finding);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

/// A statement that names a file, before the file is looked for.
struct Found {
    at: Loc,
    path_at: Span,
    kind: LinkKind,
    path: Option<String>,
}

/// The path that would have named a file, in the way that the broken path was written.
fn as_written(error: &ResolveError, name: &str, written: &str) -> String {
    let ResolveError::Missing { name: missing, .. } = error else { return name.to_owned() };
    let plain = written.strip_prefix("./").unwrap_or(written);
    let common = missing.strip_suffix(plain).and_then(|folder| name.strip_prefix(folder));
    match common {
        Some(rest) => written.replacen(plain, rest, 1),
        None => name.to_owned(),
    }
}

/// Statements that name files, in the order of the text. They begin with a word that most of a text
/// does not hold, and only what holds one is looked into.
fn statements(parse: &Parse, file: FileId) -> Vec<Found> {
    let whole = Span::new(0, parse.text.len());
    let marks = Marks::of(&parse.text, whole, [&b"import"[..], b"include"]);
    let mut found = Vec::new();
    let mut cursor = parse.tree.walk();
    loop {
        let node = cursor.node();
        if marks.within(node.byte_range()) {
            found.extend(link(node, &parse.text, file));
            let first = marks.behind(node.start_byte());
            // Children before the first word are passed over as a whole.
            if first.is_some_and(|first| cursor.goto_first_child_for_byte(first).is_some()) {
                continue;
            }
        }
        let behind = marks.behind(node.end_byte());
        if behind.is_none() {
            return found;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

fn link(node: hsl_syntax::tree_sitter::Node<'_>, text: &[u8], file: FileId) -> Option<Found> {
    let (kind, path) = if let Some(node) = ast::IncludeStatement::cast(node) {
        (LinkKind::Include, node.path()?)
    } else if let Some(node) = ast::SymbolImport::cast(node) {
        (LinkKind::Import, node.path()?)
    } else if let Some(node) = ast::NamespaceImport::cast(node) {
        (LinkKind::Import, node.path()?)
    } else if let Some(node) = ast::DataImport::cast(node) {
        (LinkKind::Data, node.path()?)
    } else {
        return None;
    };
    let at = Loc { file, span: ast::span_of(node) };
    let name = path.value(text).map(|name| String::from_utf8_lossy(&name).into_owned());
    Some(Found { at, path_at: path.span(), kind, path: name })
}
